"""`searchsvc verify` from outside: what it prints, and what it exits with."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from searchsvc.engine.verification import Step, VerifyProgress
from searchsvc.engine.whoosh import manifest
from tests.engine_contract.sound_archive import vouch
from tests.unit.commands import ARTICLES, invoke, write_articles


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """No settings from around the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHSVC_CONFIG", raising=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two generations: the first of one article, the second of two."""
    folder = tmp_path_factory.mktemp("verify")
    news = write_articles(folder / "news.jsonl", ARTICLES[:1])
    assert invoke("reindex", news, "--index", folder / "built").exit_code == 0
    write_articles(news)
    assert invoke("reindex", news, "--index", folder / "built").exit_code == 0
    return folder / "built"


@pytest.fixture
def index(built, tmp_path):
    """A copy that shares no file with anything."""
    return shutil.copytree(built, tmp_path / "built")


def a_file(index, generation="gen-000002", pattern="articles_*.stored"):
    return next(iter(sorted((index / generation).glob(pattern))))


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()  # other generations may share it
    file.write_bytes(content)


@pytest.mark.parametrize("options", [(), ("--full",)])
def test_a_sound_index_exits_with_0(index, options):
    result = invoke("verify", *options, "--index", index)
    assert result.exit_code == 0
    assert result.stdout.startswith("gen-000002 (published)")


def test_nothing_published_exits_with_3(tmp_path):
    assert invoke("verify", "--index", tmp_path / "nothing").exit_code == 3


@pytest.mark.parametrize("name", ["gen-000009", "../built", "x/../gen-000002", "", "."])
def test_a_generation_that_is_not_there_exits_with_7_and_says_which_are(index, name):
    result = invoke("verify", name or "gen-7", "--index", index)
    assert result.exit_code == 7
    assert "gen-000002, gen-000001" in result.stderr


def test_where_nothing_tells_which_is_published_the_generation_is_not_called_damaged(index):
    (index / "CURRENT").write_text("gen-00000? 00000000\n")
    result = invoke("verify", "--index", index)
    assert result.exit_code == 4
    heading, problem, *_ = result.stdout.splitlines()
    assert heading == "Nothing tells which generation is published; looked at gen-000002:"
    assert f"{index / 'CURRENT'}: says" in problem
    body = json.loads(invoke("verify", "--json", "--index", index).stdout.splitlines()[-1])
    assert (body["published"], body["generation"]) == (None, "gen-000002")


def test_damage_exits_with_4_and_names_the_file_and_the_way_out(index):
    file = a_file(index)
    file.write_bytes(file.read_bytes() + b"x")
    result = invoke("verify", "--index", index)
    assert result.exit_code == 4
    assert "gen-000002 (published) is damaged:" in result.stdout
    assert f"{file}: has " in result.stdout
    assert "searchsvc rollback" in result.stdout


@pytest.mark.parametrize("pattern", ["*.stored", "*.arrays", "*.toc", "sidecars/*.sqlite"])
def test_a_flipped_bit_in_a_small_file_is_found_by_a_quick_look_too(index, pattern):
    file = a_file(index, pattern=pattern)
    flip(file)
    result = invoke("verify", "--index", index)
    assert result.exit_code == 4
    assert f"{file}: does not have the content that was written" in result.stdout


def test_a_flipped_bit_in_a_large_file_needs_a_full_look(index, monkeypatch):
    monkeypatch.setattr(manifest, "CHECKED_ON_OPENING_BYTES", 0)
    flip(a_file(index))
    assert invoke("verify", "--index", index).exit_code == 0
    assert invoke("verify", "--full", "--index", index).exit_code == 4


def test_a_large_array_file_must_say_what_it_holds_for_a_quick_look(index, monkeypatch):
    monkeypatch.setattr(manifest, "CHECKED_ON_OPENING_BYTES", 0)
    file = a_file(index, pattern="*.arrays")
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-1] + b"?")
    result = invoke("verify", "--index", index)
    assert result.exit_code == 4
    assert f"{file}: has a damaged directory" in result.stdout


def test_a_generation_that_is_not_published_can_be_looked_at(index):
    flip(a_file(index, "gen-000001"))
    assert invoke("verify", "--full", "--index", index).exit_code == 0
    result = invoke("verify", "gen-000001", "--full", "--index", index)
    assert result.exit_code == 4
    assert "gen-000001 (not published)" in result.stdout
    assert "do not roll back to it" in result.stdout


def test_the_report_as_json_is_the_last_line_and_progress_comes_before(index):
    flip(a_file(index))
    result = invoke("verify", "--full", "--json", "--index", index)
    *before, report = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 4
    assert report["event"] == "report"
    assert not report["sound"]
    assert report["problems"][0]["path"] == str(a_file(index))
    assert report["problems"][0]["remedy"]
    assert {each["event"] for each in before} == {"progress"}
    assert before[0]["step"] == Step.CHECKSUMS


def test_progress_in_words_tells_the_share_and_the_time_left():
    from searchsvc.cli.verify import in_words

    progress = VerifyProgress(Step.POSTINGS, 5, 20, 2.0, 3.0, 75.0)
    assert in_words(progress) == "following postings (25 %), 1 min 15 s left"


# What a reindex publishes beside the index.


def changed_sidecar(index, name, change):
    """Have `change` alter a file of the published generation, and the manifest vouch for it."""
    file = index / "gen-000002" / "sidecars" / name
    change(file)
    vouch(index / "gen-000002")
    return file


def execute(*statements):
    def change(file):
        with closing(sqlite3.connect(file)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    return change


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("ledger.sqlite", execute("DELETE FROM articles WHERE id = 'talks'"),
         "article talks: is indexed, and not listed"),
        ("ledger.sqlite", execute("UPDATE articles SET id = 'walks' WHERE id = 'talks'"),
         "article walks: is listed, and not indexed"),
        ("ledger.sqlite", execute("UPDATE articles SET input = 99"),
         "article talks: is of no input that is listed"),
        ("ledger.sqlite", execute("INSERT INTO rejects VALUES (9, 1, 'p', NULL, 'r', NULL)"),
         "lists 1 rejects, and the index tells of 0"),
        ("ledger.sqlite", execute("DROP TABLE articles"), "is no ledger"),
        ("ledger.sqlite", lambda file: file.write_bytes(b"x" * 5000), "cannot be read"),
        ("ledger.sqlite", lambda file: file.unlink(), "is missing"),
        ("identities.sqlite", lambda file: file.write_bytes(b""), "is no register"),
        ("rejects.jsonl", lambda file: file.write_text('{"path": "p"}\n'), "is not a reject"),
        ("rejects.jsonl", lambda file: file.unlink(), "cannot be read"),
    ],
)  # fmt: skip
def test_sidecars_changed_with_right_checksums_are_found(index, name, change, told):
    file = changed_sidecar(index, name, change)
    assert invoke("verify", "--index", index).exit_code == 0
    result = invoke("verify", "--full", "--index", index)
    assert result.exit_code == 4
    assert f"{file}: " in result.stdout
    assert told in result.stdout


def test_an_index_with_rejects_is_sound_however_it_came_about(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    write_articles(news / "one.jsonl")
    write_articles(news / "two.jsonl", ARTICLES[:1])
    (news / "odd.jsonl").write_text('{"id": 1}\nno json\n')
    for step in range(3):
        if step == 1:
            (news / "three.jsonl").write_text("no json either\n")
        if step == 2:
            (news / "one.jsonl").unlink()
        assert invoke("reindex", news, "--index", tmp_path / "built").exit_code == 0
        result = invoke("verify", "--full", "--index", tmp_path / "built")
        assert result.exit_code == 0, result.stdout
