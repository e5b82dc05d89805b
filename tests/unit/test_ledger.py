"""The ledger on its own: what it remembers, and that it never writes into a published file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc.corpus import InputFile
from searchsvc.errors import EngineUnavailable
from searchsvc.model import OffsetMap
from searchsvc.reindex import Reject
from searchsvc.reindex.ledger import NO_INPUT, Ledger, digest, outdated
from tests.builders import article, date

VERSIONS = {"reader": "1", "extractor": "1"}
ROOT = Path("/archive")


def listed(name, fingerprint="1", root=ROOT):
    return InputFile(path=root / name, root=root, name=name, fingerprint=fingerprint)


def pending_of(ledger, *files):
    """The inputs among `files` that are to be read."""
    return [pending for file in files if (pending := ledger.next_pending(file)) is not None]


def write(path, *files, articles=()):
    """A finished ledger of these inputs; `articles` are (name of its input, article)."""
    ledger = Ledger(path, VERSIONS)
    for file in files:
        ledger.list_input(file, size_bytes=10)
    ledger.settle()
    numbers = {pending.file.name: pending.id for pending in pending_of(ledger, *files)}
    for name, each in articles:
        ledger.claim(each, digest(each), owner=numbers[name])
    ledger.finish()


def test_a_new_ledger_has_everything_pending(tmp_path):
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    files = (listed("b"), listed("a"))
    ledger.list_input(files[0], size_bytes=3)
    ledger.list_input(files[1], size_bytes=4)
    ledger.settle()
    assert [pending.file for pending in pending_of(ledger, *files)] == list(files)
    assert (ledger.pending().inputs, ledger.pending().size_bytes) == (2, 7)
    ledger.close()


def test_only_inputs_with_another_fingerprint_are_pending_later(tmp_path):
    write(tmp_path / "ledger", listed("a"), listed("b"))
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    files = (listed("a"), listed("b", "2"), listed("c"))
    for file in files:
        ledger.list_input(file, size_bytes=1)
    ledger.settle()
    assert [pending.file.name for pending in pending_of(ledger, *files)] == ["b", "c"]
    assert ledger.listed().inputs == 3
    ledger.close()


def test_an_input_listed_twice_counts_once(tmp_path):
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.list_input(listed("a"), size_bytes=1)
    ledger.list_input(listed("a"), size_bytes=1)
    ledger.settle()
    assert ledger.pending().inputs == 1
    ledger.close()


def test_a_file_that_came_after_the_listing_waits_for_the_next_run(tmp_path):
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.list_input(listed("a"), size_bytes=1)
    ledger.settle()
    assert ledger.next_pending(listed("b")) is None
    ledger.close()


def test_no_input_is_given_out_twice(tmp_path):
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.list_input(listed("a"), size_bytes=1)
    ledger.settle()
    assert ledger.next_pending(listed("a")) is not None
    assert ledger.next_pending(listed("a")) is None
    ledger.close()


def test_an_input_is_the_same_wherever_the_run_was_started(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    write(tmp_path / "ledger", listed("a"))
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.list_input(listed("a", root=Path("archive")), size_bytes=1)
    ledger.settle()
    assert ledger.pending().inputs == 0
    ledger.close()


def test_orphans_are_the_articles_of_inputs_gone_or_changed_that_were_not_seen_again(tmp_path):
    ids = [f"{number:04}" for number in range(1200)]
    held = [("a", article(id=key)) for key in ids] + [("b", article(id="kept"))]
    write(tmp_path / "ledger", listed("a"), listed("b"), articles=held)
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.list_input(listed("b"), size_bytes=1)
    ledger.settle()
    assert [key for batch in ledger.orphans() for key in batch] == ids
    assert ledger.article_count() == 1
    ledger.close()


def test_what_is_not_finished_is_lost(tmp_path):
    write(tmp_path / "ledger", listed("a"), articles=[("a", article(id="x"))])
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.settle()
    assert list(ledger.orphans()) == [("x",)]
    ledger.close()
    ledger.close()


def test_rejects_without_an_input_are_forgotten_by_the_next_run(tmp_path):
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    ledger.add_reject(Reject("/elsewhere", None, "no such folder"), owner=NO_INPUT)
    assert list(ledger.rejects()) == [Reject("/elsewhere", None, "no such folder")]
    ledger.finish()
    ledger = Ledger(tmp_path / "ledger", VERSIONS)
    assert list(ledger.rejects()) == []
    ledger.close()


def test_no_other_file_is_left_beside_a_ledger(tmp_path):
    write(tmp_path / "ledger", listed("a"))
    assert [path.name for path in tmp_path.iterdir()] == ["ledger"]


def test_outdated_names_what_has_changed(tmp_path):
    path = tmp_path / "ledger"
    write(path)
    assert outdated(path, VERSIONS) is None
    assert outdated(path, VERSIONS | {"reader": "2"}) == "reader version 1 is now 2"
    assert outdated(path, VERSIONS | {"parser": "1"}) == "parser version unknown is now 1"


def test_outdated_takes_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("ledger"))
    assert outdated(Path("ledger"), VERSIONS) is None


def test_outdated_says_that_there_is_no_ledger_or_that_it_is_broken(tmp_path):
    path = tmp_path / "with space & ?#%.sqlite"
    assert "no ledger" in (outdated(path, VERSIONS) or "")
    path.write_bytes(b"odd" * 1000)
    assert "cannot be read" in (outdated(path, VERSIONS) or "")
    path.write_bytes(b"")
    assert "cannot be read" in (outdated(path, VERSIONS) or "")


def test_a_ledger_that_cannot_be_written_is_not_a_bug(tmp_path):
    with pytest.raises(EngineUnavailable, match="cannot be written"):
        Ledger(tmp_path / "absent" / "ledger", VERSIONS)


def test_the_digest_changes_with_what_is_indexed_and_not_with_the_place():
    same = replace(article(), place="line 7", body_offsets=OffsetMap((0, 3), (0, 9)))
    assert digest(same) == digest(article())
    for change in (
        {"title": "Border closed"},
        {"body": "Nothing."},
        {"date": date("2017-05-13")},
        {"date": date("2017-05-12T10:00")},
        {"path": "other.txt"},
        {"countries": ("Peru",)},
        {"captions": ("A bridge.",)},
        {"body": "half \ud83d of a pair"},
    ):
        assert digest(article(**change)) != digest(article())
