"""With --url a command prints what it prints on an index here, and exits as it does there."""

from __future__ import annotations

import json
import shutil
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.serving import make_server

from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.unit.commands import ARTICLES, invoke, write_articles

VOLATILE = {"took_ms": 0}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("remote")
    write_articles(folder / "news.jsonl")
    done = invoke("reindex", folder / "news.jsonl", "--index", folder / "index")
    assert done.exit_code == 0, done.stderr
    return folder / "index"


@pytest.fixture(scope="module")
def url(index):
    """Where the index is served."""
    chosen = load_settings(overrides={"index.path": index})
    engine = open_engine(chosen)
    with Serving(create_app(engine, chosen)) as url:
        yield url
    engine.close()


class Serving:
    """An application as a server of its own, on a port that is free."""

    def __init__(self, app):
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return f"http://127.0.0.1:{self.server.port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def both(index, url, *arguments, stdin=None):
    """What a command says here and elsewhere."""
    here = invoke(*arguments, "--index", index, stdin=stdin)
    there = invoke(*arguments, "--url", url, stdin=stdin)
    return tuple((each.exit_code, told(each.stdout), each.stderr) for each in (here, there))


def told(output):
    return json.loads(output) | VOLATILE if output.startswith("{") else output


options = st.one_of(
    st.sampled_from(
        (
            ["--in", "articles"],
            ["--match", "any"],
            ["--expand", "off"],
            ["--country", "Peru"],
            ["--not-country", "CL"],
            ["--speaker", "Rosa Quispe"],
            ["--kind", "direct"],
            ["--kind", "loud"],
            ["--from", "2017-06"],
            ["--to", "2017-05-31"],
            ["--from", "2018", "--to", "2016"],
            ["--undated"],
            ["--sort", "newest"],
            ["--sort", "best"],
            ["--size", "1"],
            ["--size", "1", "--page", "2"],
            ["--page", "9"],
            ["--explain"],
            ["--facets"],
            ["--json"],
        )
    ),
)
queries = st.sampled_from(
    (
        "",
        "productive",
        "talks OR tariffs",
        "prodctive",
        '"talks with bolivia',
        "speaker:quispe",
        "Chile copper",
        "nothing here at all",
        "tariffs AND (",
        "stay*",
        "colour:red",
        "müsli 🐟 ‘’",
    )
)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(queries, st.lists(options, max_size=3))
def test_searches_print_the_same(index, url, query, chosen):
    here, there = both(index, url, "search", *[part for each in chosen for part in each], query)
    assert here == there


@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest", "pro", "--in", "articles"),
        ("suggest", "al", "--limit", "1", "--json"),
        ("suggest", "zz"),
        ("suggest", "a", "--field", "colour"),
        ("suggest", "bol", "--within", "productive"),
        ("similar", "tariffs"),
        ("similar", "tariffs", "--in", "statements"),
        ("similar", "talks:1"),
        ("similar", "talks:1", "--size", "0"),
        ("similar", "talks", "--json"),
        ("similar", "nowhere"),
        ("similar", "no/where?"),
        ("similar", "--text", "-"),
        ("similar", "--text", "-", "--in", "statements", "--json"),
        ("similar",),
    ],
)
def test_other_commands_print_the_same(index, url, arguments):
    here, there = both(index, url, *arguments, stdin="Copper tariffs will stay. " * 200)
    assert here == there


def test_an_empty_text_is_like_nothing(index, url):
    for text in ("", " \n", "..."):
        here, there = both(index, url, "similar", "--text", "-", stdin=text)
        assert here == there
        assert here[0] == 2


def test_the_environment_names_the_archive_unless_the_command_line_names_an_index(
    index, url, monkeypatch, tmp_path
):
    monkeypatch.setenv("SEARCHSVC_URL", url)
    monkeypatch.setenv("SEARCHSVC_INDEX_PATH", str(tmp_path / "none"))
    assert "Productive" in invoke("search", "--in", "articles", "productive").stdout
    assert invoke("search", "x", "--index", tmp_path / "none").exit_code == 3
    both_named = invoke("search", "x", "--index", index, "--url", url)
    assert both_named.exit_code == 2
    assert "give one" in both_named.stderr
    assert invoke("--index", index, "search", "x", "--url", url).exit_code == 2
    assert invoke("search", "x", "--url", url, "--index", index).exit_code == 2


def test_where_nothing_answers_it_is_unavailable():
    told = invoke("search", "x", "--url", "http://127.0.0.1:9")
    assert told.exit_code == 5
    assert told.stderr.startswith("error: http://127.0.0.1:9/: ")


@pytest.mark.parametrize("url", ["archive", "http://[::1", "http://archive:port"])
def test_what_is_no_address_is_wrong_usage(url):
    told = invoke("search", "x", "--url", url)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "give one such as https://" in told.stderr


def test_something_else_that_answers_is_told():
    def hello(_, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<p>hello"]

    with Serving(hello) as url:
        told = invoke("search", "x", "--url", url)
    assert told.exit_code == 5
    assert "JSON" in told.stderr


READING = (("search", "x"), ("suggest", "x"), ("similar", "talks"), ("speakers", "x"), ("status",))


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("body", [b'{"hello": [1]}', b"[]", b'{"in": "articles"}', b"null"])
def test_answers_of_another_version_are_told(command, body):
    def hello(_, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    with Serving(hello) as url:
        for form in ((), ("--json",)):
            told = invoke(*command, *form, "--url", url)
            assert (told.exit_code, told.stdout) == (5, ""), told.exception
            assert told.stderr.startswith(f"error: {url}: is no answer of an archive of this")


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize(("damage", "code"), [("none", 3), ("another version", 4), ("cut", 4)])
def test_an_index_that_cannot_answer_ends_a_command_as_it_does_here(
    index, tmp_path, monkeypatch, command, damage, code
):
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("waits for what will not be mended"))
    folder = tmp_path / "index"
    if damage != "none":
        shutil.copytree(index, folder)
        (manifest,) = folder.glob("*/manifest.json")
        written = manifest.read_text()
        old = {"format": "0", "schema": "0", "analyzer": "0"}
        manifest.write_text(written[:50] if damage == "cut" else json.dumps(old))
    chosen = load_settings(overrides={"index.path": folder})
    engine = open_engine(chosen)
    with Serving(create_app(engine, chosen)) as url:
        there = invoke(*command, "--url", url)
    engine.close()
    here = invoke(*command, "--index", folder)
    assert (here.exit_code, there.exit_code) == (code, code), (here.stderr, there.stderr)
    assert there.stderr.startswith(f"error: {url}: ")
    assert "operator" in there.stderr


def test_the_status_of_an_archive_elsewhere_is_told(index, url):
    here = dict(
        line.split(maxsplit=1) for line in invoke("status", "--index", index).stdout.splitlines()
    )
    done = invoke("status", "--url", url)
    there = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert done.exit_code == 0
    for name in ("generation", "built", "articles", "statements", "size", "engine"):
        assert there[name] == here[name]
    assert there["archive"] == url
    told = json.loads(invoke("status", "--url", url, "--json").stdout)
    assert told["generation"] == here["generation"]


def test_speakers_of_an_archive_elsewhere_are_told_with_names_and_roles(url):
    done = invoke("speakers", "--url", url, "quispe")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Rosa Quispe: 1 statement in 1 article",
        "  spokeswoman, Peru, 2017: 1 statement",
    ]
    (told,) = json.loads(invoke("speakers", "--url", url, "Quispe, Rosa", "--json").stdout)
    assert (told["name"], told["statements"]["count"]) == ("Rosa Quispe", 1)


@pytest.mark.parametrize("name", ["Ida Lund", "a/b?c#d", "..", "x.json", "é\u0301" * 5])
def test_nobody_elsewhere_is_nobody(url, name):
    done = invoke("speakers", "--url", url, name)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"Nobody called {name} speaks in the archive.")
    told = invoke("speakers", "--url", url, name, "--json")
    assert told.stdout == "[]\n"
    assert "Nobody" in told.stderr


def test_a_name_that_is_too_long_is_wrong_usage_elsewhere(url):
    done = invoke("speakers", "--url", url, "x" * 2500)
    assert done.exit_code == 2
    assert "NAME" in done.stderr


def test_the_key_comes_from_a_file_or_the_environment(index, tmp_path, monkeypatch):
    keys = tmp_path / "keys.json"
    overrides = {"api.keys_for": "everything", "api.keys": keys}
    setting = [part for name, value in overrides.items() for part in ("--set", f"{name}={value}")]
    made = invoke("keys", "add", "reader", *setting)
    assert made.exit_code == 0, made.stderr
    key = made.stdout.strip().split()[-1]
    chosen = load_settings(overrides={"index.path": index, **overrides})
    engine = open_engine(chosen)
    file = tmp_path / "key"
    file.write_text(f"{key}\n")
    with Serving(create_app(engine, chosen)) as url:
        refused = invoke("search", "x", "--url", url)
        assert refused.exit_code == 2
        assert "key" in refused.stderr
        by_file = invoke("search", "productive", "--url", url, "--key-file", file)
        assert by_file.exit_code == 0, by_file.stderr
        monkeypatch.setenv("SEARCHSVC_KEY", key)
        assert invoke("search", "productive", "--url", url).stdout == by_file.stdout
        monkeypatch.setenv("SEARCHSVC_KEY", f"{key}\n")
        assert invoke("search", "productive", "--url", url).stdout == by_file.stdout
        monkeypatch.setenv("SEARCHSVC_KEY", "wrong")
        assert invoke("search", "x", "--url", url).exit_code == 2
        monkeypatch.setenv("SEARCHSVC_KEY", "two\nlines")
        none = invoke("search", "x", "--url", url)
        assert (none.exit_code, "$SEARCHSVC_KEY" in none.stderr) == (2, True)
        assert "two" not in none.stderr
        monkeypatch.setenv("SEARCHSVC_KEY_FILE", str(file))
        assert invoke("search", "productive", "--url", url).exit_code == 0
    engine.close()
    for wrong in (tmp_path / "nowhere", tmp_path, write_empty(tmp_path)):
        assert invoke("search", "x", "--url", url, "--key-file", wrong).exit_code == 2


def write_empty(folder):
    file = folder / "empty"
    file.write_text("")
    return file


def test_the_first_number_is_that_of_the_page(index, url):
    asked = ("search", "--in", "articles", "--size", "1", "--page", "2", "--sort", "oldest")
    here, there = both(index, url, *asked)
    assert here == there
    assert f"2. {ARTICLES[1]['title']}" in here[1]
