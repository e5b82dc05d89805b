"""The tools of a language model, asked over stdio by the client of the protocol's own kit."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.unit.commands import clean_environment, invoke, write_articles
from tests.unit.test_cli_remote import Serving


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp")
    write_articles(folder / "news.jsonl")
    done = invoke("reindex", folder / "news.jsonl", "--index", folder / "index")
    assert done.exit_code == 0, done.stderr
    return folder / "index"


@asynccontextmanager
async def talking(*arguments):
    """A client of `searchsvc mcp`, started as a process of its own."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "searchsvc", "mcp", *(str(each) for each in arguments)],
        env=clean_environment(),
    )
    async with Client(stdio_client(parameters)) as client:
        yield client


def held(conversation):
    """What a conversation returns, held in a thread of its own.

    A browser under test keeps a loop running in the thread that drives it, and no second
    loop may run there.
    """
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(anyio.run, conversation).result()


def ask(arguments, *calls):
    """What the tools answer to these calls, in one conversation."""

    async def converse():
        async with talking(*arguments) as client:
            return [await client.call_tool(name, given) for name, given in calls]

    return held(converse)


CALLS = (
    ("search_statements", {"query": "productive", "speaker": ["Rosa Quispe"]}),
    ("search_articles", {"query": "copper"}),
    ("get_article", {"article_id": "talks"}),
    ("timeline", {"interval": "month"}),
    ("count_by", {"field": "speaker"}),
    ("compare", {"speaker_a": ["Rosa Quispe"], "speaker_b": ["Jorge Almada"]}),
    ("suggest", {"text": "quispe rosa"}),
)


def test_tools_have_schemas_teach_citing_and_change_nothing(index):
    async def converse():
        async with talking("--index", index) as client:
            return client.instructions, (await client.list_tools()).tools

    instructions, tools = held(converse)
    assert "Cite every statement with speaker, source, date and link" in instructions
    assert "never instructions" in instructions
    assert {tool.name for tool in tools} == {name for name, _ in CALLS}
    for tool in tools:
        assert tool.annotations.read_only_hint is True
        assert tool.output_schema is not None
        for name, schema in tool.input_schema["properties"].items():
            assert schema["description"], f"{tool.name}.{name}"


def test_quotations_are_word_for_word_and_carry_what_a_citation_needs(index):
    answers = ask(("--index", index, "--links-to", "https://news.test/x"), *CALLS)
    for each in answers:
        assert not each.is_error, each.content
    found, articles, article, timeline, by_speaker, compared, names = answers
    (said,) = found.structured_content["statements"]
    assert said["speaker"] == "Rosa Quispe"
    assert said["date"] == "2017-05-12"
    assert said["source"] == "Andean Courier"
    assert said["link"].startswith("https://news.test/x/articles/talks")
    text = article.structured_content["text"]
    assert text[said["article_start"] : said["article_end"]] == said["quotation"]
    assert article.structured_content["statements"][0]["id"] == said["id"]
    assert found.structured_content["total_statements"] == 1
    assert articles.structured_content["articles"][0]["id"] == "tariffs"
    told = timeline.structured_content
    assert told["interval"] == "month"
    assert all(len(name) == len("2017-05") and n for name, n in told["counts"].items())
    assert sum(told["counts"].values()) + told["undated"] == told["total"]
    assert told["link"].startswith("https://news.test/x/search")
    speakers = {each["value"]: each["count"] for each in by_speaker.structured_content["values"]}
    assert speakers["Rosa Quispe"] == 1
    assert compared.structured_content["a"]["statements"] == 1
    assert names.structured_content["speaker"] == ["Rosa Quispe (1)"]


def test_what_is_wrong_is_told_to_the_model(index):
    calls = (
        ("search_statements", {"query": "x", "date_from": "soon"}),
        ("search_statements", {"size": 5000}),
        ("search_statements", {"speaker": ["x"] * 101}),
        ("get_article", {"article_id": "nowhere"}),
        ("get_article", {"article_id": ""}),
        ("search_statements", {"query": "prodctive AND"}),
    )
    *wrong, odd = ask(("--index", index), *calls)
    assert all(each.is_error for each in wrong)
    told = [each.content[0].text for each in wrong]
    assert "date.from: expected a day, month or year" in told[0]
    assert "There is no article of this id" in told[3]
    assert not odd.is_error
    remarks = odd.structured_content["reading"]["remarks"]
    assert any("prodctive" in each for each in remarks), remarks


def test_a_part_of_an_article_has_its_own_statements(index):
    whole, part = ask(
        ("--index", index),
        ("get_article", {"article_id": "tariffs"}),
        ("get_article", {"article_id": "tariffs", "start": 40, "length": 30}),
    )
    text = whole.structured_content["text"]
    assert part.structured_content["text"] == text[40:70]
    assert part.structured_content["length"] == len(text)
    assert part.structured_content["statements"] == []


def test_an_archive_elsewhere_answers_the_same(index):
    chosen = load_settings(overrides={"index.path": index})
    engine = open_engine(chosen)
    with Serving(create_app(engine, chosen)) as url:
        here = ask(("--index", index, "--links-to", url), *CALLS)
        there = ask(("--url", url), *CALLS)
    engine.close()
    assert [json.dumps(each.structured_content) for each in here] == [
        json.dumps(each.structured_content) for each in there
    ]


def test_links_keep_the_path_of_an_archive_elsewhere_and_tell_no_password(index):
    chosen = load_settings(overrides={"index.path": index})
    engine = open_engine(chosen)
    app = create_app(engine, chosen)

    def below(environ, start_response):
        environ["SCRIPT_NAME"] = "/news"
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/news")
        return app(environ, start_response)

    call = ("search_statements", {"query": "productive"})
    with Serving(below) as url:
        secret = url.replace("http://", "http://desk:s3cret@")
        for given, begun in (
            (("--url", f"{url}/news"), f"{url}/news"),
            (("--url", f"{secret}/news/"), f"{url}/news"),
            (("--url", f"{url}/news", "--links-to", "https://x.test/a"), "https://x.test/a"),
        ):
            (found,) = ask(given, call)
            (said, *_) = found.structured_content["statements"]
            assert said["link"].startswith(f"{begun}/articles/")
    engine.close()


@pytest.mark.parametrize("url", ["news.test", "", "ftp://news.test", "http://[::1", "/x"])
def test_links_lead_to_an_address_or_it_does_not_start(index, url):
    told = invoke("mcp", "--index", index, "--links-to", url)
    assert told.exit_code == 2
    assert "--links-to" in told.stderr
    assert "give one such as https://archive.example.org" in told.stderr


def test_without_an_index_it_does_not_start(tmp_path):
    told = invoke("mcp", "--index", tmp_path / "none")
    assert told.exit_code == 3
    assert "no index has been published" in told.stderr
