"""`searchsvc similar`: the endpoint's answer on the terminal."""

from __future__ import annotations

import json

import pytest

from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.unit.commands import invoke, write_articles


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index of two articles."""
    folder = tmp_path_factory.mktemp("similar")
    news = write_articles(folder / "news.jsonl")
    assert invoke("reindex", news, "--index", folder / "built").exit_code == 0
    return folder / "built"


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        (("tariffs",), "article=tariffs"),
        (("talks:1", "--size", "3"), "statement=talks:1&size=3"),
        (("talks", "--source", "Harbour Courier"), "article=talks&source=Harbour+Courier"),
        (("talks", "--not-country", "Chile", "--to", "2016"), "article=talks&not.country=CL&date.to=2016"),
    ],
)  # fmt: skip
def test_json_is_what_the_endpoint_answers(index, arguments, query):
    result = invoke("similar", *arguments, "--index", index, "--json")
    assert result.exit_code == 0
    settings = load_settings(overrides={"index.path": index})
    engine = open_engine(settings)
    client = create_app(engine, settings).test_client()
    expected = client.get(f"/api/v1/similar?{query}").get_data(as_text=True)
    engine.close()
    assert {**json.loads(result.stdout), "took_ms": 0} == {**json.loads(expected), "took_ms": 0}


def test_a_text_comes_from_a_file_or_from_standard_input(index, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("A paragraph on copper and on tariffs.\n", "utf-8")
    read = invoke("similar", "--text", draft, "--index", index)
    piped = invoke("similar", "--text", "-", "--index", index, stdin=draft.read_text("utf-8"))
    assert read.exit_code == piped.exit_code == 0
    assert read.stdout == piped.stdout
    assert "what sets it apart: copper, tariffs" in read.stdout
    assert "1. *Tariffs* to stay" in read.stdout
    assert "shares copper, tariffs" in read.stdout
    statements = invoke("similar", "--text", draft, "--in", "statements", "--index", index)
    assert "1. Jorge Almada" in statements.stdout


def test_nothing_like_it_is_said(index, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("zyzzyva", "utf-8")
    result = invoke("similar", "--text", draft, "--index", index)
    assert (result.exit_code, result.stdout) == (0, "nothing is like it\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "either an ID or a text"),
        (("talks", "--text", "-"), "either an ID or a text"),
        (("nowhere",), "no such article or statement: nowhere"),
        (("talks:99",), "no such article or statement: talks:99"),
        (("--text", "no-such-file"), "--text: no-such-file cannot be read"),
        (("--text", "-"), "--text: is empty"),
        (("talks", "--size", "0"), "--size: expected a whole number from 1"),
        (("talks", "--in", "statements"), "--in: more like this article are articles"),
    ],
)
def test_a_mistake_is_named_in_one_line(index, arguments, says):
    result = invoke("similar", *arguments, "--index", index, stdin="")
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
