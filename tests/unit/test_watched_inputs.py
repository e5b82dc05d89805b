"""Where inputs may change: whatever changes what is read is seen, and the index never is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from watchfiles._rust_notify import WatchfilesRustInternalError

from searchsvc.errors import EngineUnavailable
from searchsvc.reindex import Phase, Progress, watching
from searchsvc.reindex.inputs import Inputs
from searchsvc.reindex.watching import Missing, News, Polling, RunFailed, follow
from searchsvc.settings import WatchSettings

TREE = (
    "news/a.txt",
    "news/.hidden/b.txt",
    "news/deep/er/c.jsonl",
    "news/__MACOSX/d.txt",
    "news/index/gen-000001/manifest.json",
    "days/1/x/e.jsonl",
    "days/2/f.txt",
    "elsewhere/g.txt",
    ".dotted/h.txt",
    "file.txt",
)
NEW = (
    *(f"{Path(path).parent}/new.{suffix}" for path in TREE for suffix in ("txt", "jsonl")),
    "news/.new.txt",
    "other.txt",
    "days/1/x/.new.jsonl",
)
PATTERNS = (
    ("news",),
    ("news/*.txt", "file.txt"),
    ("days/*/x/*.jsonl",),
    ("days/**/*.jsonl", "elsewhere"),
    (".dotted", "file.txt"),
    ("news/deep/../../days",),
    (".",),
)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    (tmp_path / "news" / "link").symlink_to(tmp_path / "elsewhere")
    return tmp_path


@pytest.mark.parametrize("patterns", PATTERNS, ids=" ".join)
def test_exactly_the_files_that_are_read_are_seen_to_change(tree, patterns):
    inputs = Inputs(patterns, tree / "news" / "index")
    folders = inputs.folders()
    assert len(folders) == len(set(folders))
    for path in (tree / name for name in (*TREE, *NEW)):
        is_new = not path.exists()
        before = inputs.state()
        path.write_text("another text")
        is_read = inputs.state() != before
        is_seen = str(path.parent) in folders and inputs.concern(str(path))
        assert is_seen == is_read, path
        if is_new:
            path.unlink()


def test_links_are_not_followed_and_the_index_is_not_watched(tree):
    folders = Inputs((".",), tree / "news" / "index").folders()
    assert str(tree / "elsewhere") in folders
    assert str(tree / "news" / "link") not in folders
    assert [folder for folder in folders if "index" in folder or "hidden" in folder] == []


def test_two_changes_in_one_second_to_the_same_length_are_told_apart(tree):
    inputs = Inputs(("news",), tree / "index")
    file = tree / "news" / "a.txt"
    states = []
    for nanoseconds in (1, 2):
        os.utime(file, ns=(nanoseconds, nanoseconds))
        states.append(inputs.state())
    assert states[0] != states[1]


@pytest.mark.parametrize("pattern", ["none", "empty", "hollow", "none/*.txt", "news/*.none", "\0"])
def test_where_nothing_is_the_input_is_missing(tree, pattern):
    (tree / "empty").mkdir()
    (tree / "hollow" / ".trash").mkdir(parents=True)
    standing = Inputs((pattern, "news"), tree / "index").standing()
    assert standing.missing == (pattern,)
    assert standing.there == ("news",)


def test_a_folder_with_nothing_in_it_but_the_index_is_empty(tmp_path):
    (tmp_path / "index").mkdir()
    assert Inputs((str(tmp_path),), tmp_path / "index").standing().there == ()


# Following, inside this process: what is told ends it.

PACE = WatchSettings(quiet_s=0.1)


class _Told(Exception):
    pass


def first_news(inputs, run):
    """What is told first."""

    def tell(news):
        raise _Told(news)

    with pytest.raises(_Told) as caught:
        follow(inputs, run, pace=PACE, tell=tell)
    return caught.value.args[0]


def publishing():
    return Progress(Phase.PUBLISHING, 0, 0, 0, 0, 0, None, 0.0, 0.0, None)


def test_a_disk_that_goes_while_it_is_read_keeps_the_run_from_publishing(tree):
    def run(turn):
        turn.guard(publishing())
        (tree / "news").rename(tree / "gone")
        (tree / "news").mkdir()
        turn.guard(publishing())
        raise AssertionError

    news = first_news(Inputs(("news",), tree / "index"), run)
    assert isinstance(news, RunFailed)
    assert "has gone or come while it was read" in news.error


def test_a_file_that_is_replaced_while_it_is_read_does_not(tree):
    def run(turn):
        (tree / "other.txt").write_text("text")
        (tree / "other.txt").replace(tree / "file.txt")
        turn.guard(publishing())
        raise EngineUnavailable("got as far as this")

    news = first_news(Inputs(("file.txt",), tree / "index"), run)
    assert news == RunFailed("got as far as this", 1.0)


def test_a_damaged_database_ends_a_run_and_not_the_watching(tree):
    def run(_):
        with closing(sqlite3.connect("file.txt")) as database:
            database.execute("SELECT * FROM inputs")

    (tree / "file.txt").write_text("no database " * 100)
    news = first_news(Inputs(("news",), tree / "index"), run)
    assert news == RunFailed(
        "a database of the index cannot be read (file is not a database);"
        " run `searchsvc verify --full`, which names the file",
        1.0,
    )


@pytest.mark.parametrize(
    "error", [OSError("gone"), WatchfilesRustInternalError("error in underlying watcher")]
)
def test_where_the_system_stops_to_tell_of_changes_a_run_follows(tree, monkeypatch, error):
    class Broken:
        """What stands in for the system's word, as far as it is asked for."""

        def __init__(self, *_, **__):
            pass

        def watch(self, *_):
            raise error

        def close(self):
            pass

    runs = iter(range(2))

    def run(_):
        if next(runs, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching, "RustNotify", Broken)
    monkeypatch.setattr(watching, "_FIRST_PAUSE_S", 0.01)
    told: list[News] = []
    with pytest.raises(KeyboardInterrupt):
        follow(Inputs(("news",), tree / "index"), run, pace=PACE, tell=told.append)
    assert told == []


def test_where_the_system_refuses_to_tell_of_changes_that_is_told_once(tree, monkeypatch):
    def refuse(*_, **__):
        raise OSError(
            'OS file watch limit reached. about ["/news"] (Error { kind: MaxFilesWatch })'
        )

    runs = iter(range(3))

    def run(_):
        if next(runs, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching, "RustNotify", refuse)
    monkeypatch.setattr(watching, "_POLL_S", 0.01)
    told: list[News] = []
    with pytest.raises(KeyboardInterrupt):
        follow(
            Inputs(("news",), tree / "index"),
            run,
            pace=WatchSettings(quiet_s=0.1, rescan_s=0.0),
            tell=told.append,
        )
    assert told == [Polling("OS file watch limit reached.", 0.01)]


def test_inputs_that_are_missing_are_told_before_the_run(tree):
    news = first_news(Inputs(("news", "none"), tree / "index"), lambda _: 1 / 0)
    assert news == Missing(("none",))


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def due_of(inputs, clock):
    return watching._Due(inputs, inputs.footing(), WatchSettings(quiet_s=2, delay_s=60), clock)


def test_a_run_is_due_when_nothing_has_changed_for_the_quiet_time(tree, clock):
    due = due_of(Inputs(("news",), tree / "index"), clock)
    for _ in range(10):
        due.saw()
        clock.now += 1.9
        assert not due.is_set()
    clock.now += 0.2
    assert due.is_set()


def test_a_folder_that_is_always_written_to_is_published_after_the_longest_delay(tree, clock):
    due = due_of(Inputs(("news",), tree / "index"), clock)
    began = clock.now
    while not due.is_set():
        due.saw()
        clock.now += 1
    assert clock.now - began == 60


def test_without_any_change_a_run_is_due_after_an_hour(tree, clock):
    due = due_of(Inputs(("news",), tree / "index"), clock)
    clock.now += 3599
    assert not due.is_set()
    clock.now += 1
    assert due.is_set()


def test_a_disk_that_is_mounted_is_noticed_within_a_second(tree, clock):
    due = due_of(Inputs(("disk",), tree / "index"), clock)
    (tree / "disk").mkdir()
    clock.now += 1
    assert not due.is_set()
    assert due.pending
    clock.now += 2
    assert due.is_set()
