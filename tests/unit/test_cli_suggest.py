"""`searchsvc suggest` prints what the endpoint suggests."""

from __future__ import annotations

import json

import pytest

from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.unit.commands import invoke, write_articles


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suggest")
    write_articles(folder / "news.jsonl")
    done = invoke("reindex", folder / "news.jsonl", "--index", folder / "index")
    assert done.exit_code == 0, done.stderr
    return folder / "index"


def test_it_lists_what_is_begun_with_what_choosing_it_finds(index):
    shown = invoke("suggest", "alm", "--index", index).stdout
    assert shown == "Speaker\n  Jorge Almada  1\n"


def test_words_are_shown_with_what_stands_before_them(index):
    shown = invoke(
        "suggest", "talks prod", "--field", "terms", "--in", "articles", "--index", index
    )
    assert shown.stdout == "Words\n  talks productive  1\n"


def test_the_search_in_force_decides_what_is_counted(index):
    asked = ("suggest", "pro", "--in", "articles", "--field", "terms", "--index", index)
    assert invoke(*asked).stdout == "Words\n  productive  2\n"
    assert invoke(*asked, "--from", "2017-06").stdout == "Words\n  productive  1\n"
    assert invoke(*asked, "--within", "bolivia").stdout == "Words\n  bolivia productive  1\n"


def test_json_is_what_the_endpoint_answers(index):
    printed = json.loads(
        invoke("suggest", "ro", "--limit", "2", "--json", "--index", index).stdout
    )
    engine = open_engine(load_settings(overrides={"index.path": str(index)}))
    client = create_app(engine, load_settings()).test_client()
    answered = client.get("/api/v1/suggest?q=ro&limit=2").get_json()
    engine.close()
    for body in (printed, answered):
        del body["took_ms"]
    assert printed == answered


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("x", "--field", "colour"), "--field: expected fields among"),
        (("x", "--limit", "0"), "--limit: expected a whole number"),
        (("x" * 2001,), "TEXT: is longer than"),
        (("x", "--within", "y" * 2001), "--within: is longer than"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_option(index, arguments, says):
    result = invoke("suggest", *arguments, "--index", index)
    assert result.exit_code == 2
    assert says in result.stderr
