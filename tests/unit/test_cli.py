"""The commands from outside: what they print, and what they exit with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from searchsvc.settings import Settings, load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine, open_writer
from tests.unit.commands import ARTICLES, clean_environment, invoke, start, write_articles

COMMANDS = (
    "reindex",
    "search",
    "similar",
    "serve",
    "status",
    "speakers",
    "suggest",
    "rollback",
    "verify",
    "publish",
    "prune",
    "extract",
    "rank",
    "mcp",
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """No settings from around the tests: an empty folder, and no variables."""
    monkeypatch.chdir(tmp_path)
    for name in ("SEARCHSVC_CONFIG", "SEARCHSVC_INDEX_PATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def news(tmp_path):
    return write_articles(tmp_path / "news.jsonl")


@pytest.fixture
def index(tmp_path, news):
    """An index of the two articles."""
    assert invoke("reindex", news, "--index", tmp_path / "built").exit_code == 0
    return tmp_path / "built"


def settings_for(index, **overrides):
    return load_settings(overrides={"index.path": index, **overrides})


# Help.


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples_and_exit_codes(command):
    result = invoke(command, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert "Exit codes:" in result.stdout
    assert command == "mcp" or "--json" in result.stdout


def test_help_lists_every_command():
    text = invoke("--help").stdout
    assert all(command in text for command in COMMANDS)


def test_help_imports_nothing_heavy():
    """This keeps `searchsvc --help` below half a second."""
    heavy = {"whoosh", "nltk", "flask", "numpy", "rich", "marshmallow", "waitress", "trafilatura"}
    program = "import sys, searchsvc.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not heavy & set(loaded.stdout.split())


# Settings on the command line.


def test_settings_may_stand_before_or_after_the_command(news, tmp_path):
    assert invoke("--index", "one", "reindex", news).exit_code == 0
    assert invoke("reindex", news, "--set", "index.path=two").exit_code == 0
    (tmp_path / "searchsvc.toml").write_text("[index]\npath = 'one'\n", encoding="utf-8")
    assert invoke("--config", "searchsvc.toml", "status").exit_code == 0
    assert invoke("status", "--config", "searchsvc.toml", "--index", "two").exit_code == 0
    assert (tmp_path / "one" / "CURRENT").is_file()
    assert (tmp_path / "two" / "CURRENT").is_file()


def test_the_environment_is_read(index, monkeypatch):
    monkeypatch.setenv("SEARCHSVC_INDEX_PATH", str(index))
    assert invoke("status").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("status", "--set", "server.prot=1"), "did you mean server.port?"),
        (("status", "--set", "server.port=many"), "expected a whole number"),
        (("status", "--set", "server.port"), "expected KEY=VALUE"),
        (("--config", "absent.toml", "status"), "absent.toml: cannot be read"),
        (("reindex",), "corpus.inputs"),
        (("reindex", "x", "--full", "--keep-others"), "--keep-others"),
        (("reindex", "x", "--column", "colour=red"), "columns.colour"),
        (("reindex", "absent.jsonl"), "absent.jsonl"),
        (("reindex", "index"), "is the index itself"),
        (("reindex", ""), "empty name"),
        (("reindex", ".", "absent.jsonl"), "absent.jsonl: no such file or folder"),
        (("status", "--index", ""), "index.path: expected a path, not ''"),
        (("reindex", ".", "--rejects", "absent/file"), "absent/file"),
        (("search", "--sort", "best"), "--sort: expected one of relevance, fresh, newest, oldest"),
        (("search", "--from", "spring"), "--from: expected a day"),
        (("search", "--kind", "loud"), "--kind: expected one of"),
        (("search", "--not-kind", "loud"), "--not-kind: expected one of"),
        (("search", "--in", "letters"), "--in: expected one of"),
        (("search", "--size", "1000"), "--size: expected a whole number"),
        (("search", "--in", "articles", "--speaker-country", "Peru"), "--speaker-country"),
        (("extract", "absent.jsonl"), "absent.jsonl"),
    ],
)
def test_wrong_usage_exits_with_2_and_names_what_and_how(arguments, message):
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments", [("status",), ("search", "talks"), ("rollback",), ("publish",)]
)
def test_without_an_index_the_exit_code_is_3_and_the_message_one_line(arguments):
    result = invoke(*arguments)
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert "searchsvc reindex" in result.stderr


def test_a_damaged_index_exits_with_4(index):
    (manifest,) = index.glob("gen-*/manifest.json")
    manifest.write_text("{", encoding="utf-8")
    result = invoke("search", "talks", "--index", index)
    assert result.exit_code == 4
    assert result.stderr.count("\n") == 1


def test_a_second_reindex_at_the_same_time_exits_with_5(news, index):
    build = open_writer(settings_for(index)).start_build(fresh=True)
    try:
        process = start("reindex", news, "--index", index)
        _, errors = process.communicate(timeout=60)
    finally:
        build.abandon()
    assert process.returncode == 5
    assert "Traceback" not in errors


# Status and rollback.


def test_status_shows_what_is_published(index):
    text = invoke("status", "--index", index).stdout
    assert "articles     2\n" in text
    body = json.loads(invoke("status", "--index", index, "--json").stdout)
    assert body["articles"] == 2
    assert body["rejects"] == 0
    assert body["versions"]["extractor"]


def test_status_shows_what_is_refused_and_exits_as_for_a_damaged_index(news, index):
    write_articles(news, ARTICLES[:1])
    invoke("reindex", news, "--index", index)
    (toc,) = (index / "gen-000002").glob("_articles_*.toc")
    toc.unlink()
    shown = invoke("status", "--index", index)
    assert shown.exit_code == 4
    assert "generation   gen-000001\n" in shown.stdout
    assert f"refused      gen-000002/{toc.name}: cannot be read" in shown.stdout
    assert "searchsvc rollback" in shown.stdout
    body = json.loads(invoke("status", "--index", index, "--json").stdout)
    assert body["generation"] == "gen-000001"
    assert body["previous"] == ["gen-000001"]
    assert len(body["refused"]) == 1


def test_rollback_publishes_the_generation_before(news, index):
    first = json.loads(invoke("status", "--index", index, "--json").stdout)
    write_articles(news, ARTICLES[:1])
    invoke("reindex", news, "--index", index)
    result = invoke("rollback", "--index", index, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == first
    again = invoke("rollback", "--index", index)
    assert again.exit_code == 7
    assert "nothing to roll back to" in again.stderr
    assert "no index" not in again.stderr


GOLDEN = '[[search]]\nq = "tariffs"\nin = "articles"\n'


@pytest.fixture
def held(tmp_path, news, index):
    """The result of a run that lost what a golden search asks for."""
    write_articles(news, ARTICLES[:1])
    golden = tmp_path / "golden.toml"
    golden.write_text(GOLDEN, encoding="utf-8")
    return invoke("reindex", news, "--index", index, "--set", f"gate.golden={golden}")


def test_what_loses_a_golden_search_is_not_published(held, index):
    assert held.exit_code == 6
    assert "Built gen-000002, but did not publish it" in held.stdout
    assert "“tariffs” finds 0 articles, and should find at least 1" in held.stdout
    status = invoke("status", "--index", index)
    assert "articles     2\n" in status.stdout
    assert "held back    gen-000002 (“tariffs” finds" in status.stdout


@pytest.mark.usefixtures("held")
def test_what_was_held_back_can_be_published_all_the_same(index):
    body = json.loads(invoke("publish", "--index", index, "--json").stdout)
    assert (body["generation"], body["articles"], body["held"]) == ("gen-000002", 1, None)
    again = invoke("publish", "--index", index)
    assert again.exit_code == 7
    assert "no generation is held back" in again.stderr


def test_a_rollback_tells_what_stays_held_back_and_it_can_be_published_still(news, index):
    write_articles(news, [*ARTICLES, {"id": "late", "title": "Late", "text": "It rained."}])
    assert invoke("reindex", news, "--index", index).exit_code == 0
    gate = ("--set", "gate.least_articles=9")
    assert invoke("reindex", news, "--index", index, *gate, "--full").exit_code == 6
    shown = invoke("rollback", "--index", index).stdout
    assert "generation   gen-000001\n" in shown
    assert "held back    gen-000003 (" in shown
    assert "searchsvc publish" in shown
    assert "searchsvc prune" in shown
    status = invoke("status", "--index", index).stdout
    assert [line for line in status.splitlines() if line not in shown.splitlines()] == []
    published = json.loads(invoke("publish", "--index", index, "--json").stdout)
    assert (published["generation"], published["previous"]) == ("gen-000003", ["gen-000001"])
    assert invoke("verify", "--full", "--index", index).exit_code == 0


def test_a_lost_note_of_what_is_published_is_written_again_by_a_rollback(index):
    (index / "CURRENT").unlink()
    found = invoke("verify", "--index", index)
    assert found.exit_code == 4
    first, second, *more = found.stdout.splitlines()
    assert first == "Nothing tells which generation is published; looked at gen-000001:"
    assert second.endswith("CURRENT: is missing")
    assert "searchsvc rollback" in "".join(more)
    asked = invoke("status", "--index", index)
    assert (asked.exit_code, "searchsvc rollback" in asked.stderr) == (3, True)
    assert invoke("rollback", "--index", index).exit_code == 0
    assert invoke("verify", "--index", index).exit_code == 0
    assert "generation   gen-000001\n" in invoke("status", "--index", index).stdout


def test_the_gate_can_be_left_out(news, index):
    write_articles(news, ARTICLES[:1])
    settings = ("--set", "gate.least_articles=2")
    assert invoke("reindex", news, "--index", index, *settings).exit_code == 6
    result = invoke("reindex", news, "--index", index, *settings, "--no-gate")
    assert result.exit_code == 0
    assert "1 article " in result.stdout


def test_a_wrong_golden_file_is_told_before_anything_is_read(tmp_path, news):
    golden = tmp_path / "golden.toml"
    golden.write_text("[[search]]\n", encoding="utf-8")
    result = invoke("reindex", news, "--set", f"gate.golden={golden}")
    assert result.exit_code == 2
    assert "golden.toml, search 1: expected a text `q`" in result.stderr
    assert not (tmp_path / "index").exists()


@pytest.mark.usefixtures("held")
def test_prune_deletes_what_is_held_back_and_what_is_old(news, index):
    assert invoke("prune", "--index", index).stdout == (
        "Deleted gen-000002, scratch (what a run had read or made for the next one to go on from).\n"
    )
    assert invoke("prune", "--index", index).stdout == "There was nothing to delete.\n"
    invoke("reindex", news, "--index", index)
    assert invoke("prune", "--index", index).stdout == "There was nothing to delete.\n"
    result = invoke("prune", "--index", index, "--keep", "1", "--json")
    assert json.loads(result.stdout) == {"deleted": ["gen-000001"]}


def test_reindex_keeps_as_many_generations_as_it_is_told(news, index):
    for number in (1, 2):
        write_articles(news, ARTICLES[:number])
        invoke("reindex", news, "--index", index, "--keep", "1")
    status = json.loads(invoke("status", "--index", index, "--json").stdout)
    assert status["previous"] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_to_a_full_disk_is_an_error_in_one_line(index):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = start("status", "--index", index, stdout=full)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 5
    assert errors == "error: the output cannot be written: the disk is full\n"


# Search.


def test_search_json_is_what_the_endpoint_answers(index):
    settings = settings_for(index)
    engine = open_engine(settings)
    client = create_app(engine, settings).test_client()
    for arguments, address in [
        (("productive",), "q=productive"),
        (("productive", "--in", "articles"), "q=productive&in=articles"),
        (("--speaker", "Jorge Almada", "--sort", "oldest"), "speaker=Jorge+Almada&sort=oldest"),
        (("--not-country", "Chile", "--size", "1"), "not.country=Chile&size=1"),
        (("--from", "2017-06", "--to", "2017"), "date.from=2017-06&date.to=2017"),
        (("--undated",), "date=(none)"),
        (("nothing", "like", "this"), "q=nothing+like+this"),
        (("US", "--in", "articles"), "q=US&in=articles"),
        (("US", "--expand", "off"), "q=US&expand=off"),
        (
            ("US", "UN", "--expand-not", "U.S.", "--expand-not", "un"),
            "q=US+UN&expand.not=us&expand.not=un",
        ),
    ]:
        printed = json.loads(invoke("search", *arguments, "--json", "--index", index).stdout)
        served = json.loads(client.get(f"/api/v1/search?{address}").data)
        del printed["took_ms"], served["took_ms"]
        assert printed == served
    engine.close()


def test_search_tells_other_names_and_how_to_switch_them_off(news, index):
    body = "The United States and Burma met in Lima."
    write_articles(news, [{**ARTICLES[0], "text": body}])
    invoke("reindex", news, "--index", index)
    search = ("search", "US", "--in", "articles", "--index", index)
    line = "for US also United States (1); only as typed: --expand-not 'us'"
    assert line in invoke(*search).stdout.splitlines()
    without = invoke(*search, "--expand-not", "us").stdout
    assert "only US (switched off): United States, USA" in without
    assert without.startswith("0 articles")
    assert "only US (switched off)" in invoke(*search, "--expand", "off").stdout
    wrong = invoke(*search, "--expand", "no")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("error: --expand: expected one of on, off")


def test_a_wrong_file_of_names_stops_a_search_and_is_told_by_status(index, tmp_path):
    names = tmp_path / "names.toml"
    names.write_text('same = [["HB"]]', encoding="utf-8")
    setting = ("--set", f"search.aliases={names}", "--index", index)
    result = invoke("search", "US", *setting)
    assert result.exit_code == 2
    assert f"{names}: same, entry 1: expected a list of two names or more" in result.stderr
    assert "entry 1" in invoke("status", *setting).stdout
    assert "entry 1" in json.loads(invoke("status", *setting, "--json").stdout)["remarks"][0]


def test_search_prints_hits_that_can_be_read_and_grepped(index):
    text = invoke("search", "productive", "talks", "--in", "articles", "--index", index).stdout
    assert text.splitlines()[0] == "1 article"
    assert "1. *Productive* *talks* in Lima" in text
    assert "Andean Courier · 12 May 2017 · talks" in text
    assert "\x1b" not in text


def test_search_says_what_it_did_not_use(index):
    text = invoke("search", "colour:red", "--index", index).stdout
    assert "colour" in text
    assert any(line.startswith(("ignored ", "read ")) for line in text.splitlines())


def test_search_counts_facets_on_request(index):
    arguments = ("search", "--in", "articles", "--index", index)
    assert "Source:" not in invoke(*arguments).stdout
    lines = invoke(*arguments, "--facets").stdout.splitlines()
    at = lines.index("Source:")
    assert lines[at + 1 : at + 3] == ["        1  Andean Courier", "        1  Harbour Courier"]


def test_a_terminal_gets_colour_and_tables(index, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    arguments = ("search", "productive", "--in", "articles", "--facets", "--index", index)
    text = invoke(*arguments).stdout
    assert "\x1b[1;33mProductive\x1b[0m talks in Lima" in text
    assert "Andean Courier" in text
    assert "*" not in text


def test_search_says_what_would_find_more_and_searches_for_nothing_else(index):
    text = invoke("search", "productive", "zzyzx", "--in", "articles", "--index", index).stdout
    lines = text.splitlines()
    assert lines[0] == "0 articles"
    assert "what would find more:" in lines
    wanted = [line.strip() for line in lines if "without zzyzx" in line]
    (found,) = [int(line.rpartition("– ")[2].split()[0]) for line in wanted]
    alone = invoke("search", "productive", "--in", "articles", "--index", index).stdout
    assert alone.splitlines()[0].startswith(f"{found} article")
    meant = invoke("search", "prodctive", "--in", "articles", "--index", index).stdout
    assert "did you mean productive? – " in meant


def test_search_names_the_next_page(index):
    text = invoke("search", "--in", "articles", "--size", "1", "--index", index).stdout
    assert "--page 2" in text


def test_a_page_after_the_last_is_wrong_usage(index):
    result = invoke("search", "productive", "--page", "9", "--index", index)
    assert result.exit_code == 2
    assert "; the last is 1" in result.stderr


def test_search_takes_arguments_that_are_not_text(index):
    process = start("search", b"talks \xff".decode("utf-8", "surrogateescape"), "--index", index)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


# python -m, wsgi.


def test_the_package_can_be_run():
    ran = subprocess.run(
        [sys.executable, "-m", "searchsvc", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    assert "searchsvc" in ran.stdout


def test_the_wsgi_module_offers_the_application(index):
    program = (
        "from searchsvc.wsgi import app;"
        "print(app.test_client().get('/api/v1/search?q=productive').json['total']['articles'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment() | {"SEARCHSVC_INDEX_PATH": str(index)},
    )
    assert int(ran.stdout) >= 1


def test_defaults_need_no_file():
    assert load_settings() == Settings()
