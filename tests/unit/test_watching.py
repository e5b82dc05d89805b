"""`searchsvc reindex --watch`, as a process beside which files come, change and go."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import threading
from contextlib import contextmanager
from itertools import count

import pytest

from searchsvc import wiring
from searchsvc.settings import load_settings
from tests.unit.commands import clean_environment, invoke, start, write_articles

QUICK = ("--set", "watch.quiet_s=0.1")
WITHIN_S = 120
"""A process that takes longer is taken for stuck."""

_numbers = count()


def write_one(file, article_id=None):
    """`file` as one article of its own."""
    number = article_id or f"a{next(_numbers)}"
    file.parent.mkdir(parents=True, exist_ok=True)
    return write_articles(file, [{"id": number, "title": f"On {number}", "text": "It rained."}])


class Watcher:
    """A process that watches, and the events that it writes."""

    def __init__(self, process):
        self.process = process

    def until(self, kind, **wanted):
        """The next event of a kind that holds what is wanted."""
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == kind and wanted.items() <= event.items():
                return event
        raise AssertionError(self.process.stderr.read())

    def published(self):
        """The report of the next run that has published anything."""
        while (report := self.until("report"))["status"] is None:
            pass
        return report

    def end(self, number=signal.SIGTERM):
        """The exit code after a signal."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=WITHIN_S)
        assert "Traceback" not in errors
        return self.process.returncode


@contextmanager
def watching(*arguments, cwd, **options):
    process = start("reindex", "--watch", "--json", *QUICK, *arguments, cwd=cwd, **options)
    stuck = threading.Timer(WITHIN_S, process.kill)
    stuck.start()
    try:
        yield Watcher(process)
    finally:
        stuck.cancel()
        process.kill()
        process.communicate(timeout=WITHIN_S)


def total(cwd):
    return json.loads(invoke("status", "--json", "--index", cwd / "index").stdout)["articles"]


@pytest.mark.parametrize("how", [(), ("--poll", "0.1")], ids=["told", "polled"])
def test_what_comes_changes_and_goes_in_a_folder_is_published(tmp_path, how):
    write_one(tmp_path / "news" / "first.jsonl", "first")
    with watching("news", *how, cwd=tmp_path) as watcher:
        assert watcher.published()["added"] == 1
        write_one(tmp_path / "news" / "second.jsonl", "second")
        assert watcher.published()["added"] == 1
        write_one(tmp_path / "news" / "second.jsonl", "third")
        report = watcher.published()
        assert (report["added"], report["removed"]) == (1, 1)
        write_one(tmp_path / "news" / "deep" / "down" / "fourth.jsonl", "fourth")
        assert watcher.published()["added"] == 1
        write_one(tmp_path / "news" / "deep" / "down" / "fifth.jsonl", "fifth")
        assert watcher.published()["added"] == 1
        (tmp_path / "news" / "first.jsonl").unlink()
        assert watcher.published()["removed"] == 1
        assert watcher.end() == 0
    assert total(tmp_path) == 3


def test_a_file_is_followed_through_the_files_that_replace_it(tmp_path):
    file = write_one(tmp_path / "news.jsonl", "one")
    with watching("news.jsonl", cwd=tmp_path) as watcher:
        watcher.published()
        for name in ("two", "three"):
            write_one(tmp_path / "draft", name).replace(file)
            report = watcher.published()
            assert (report["added"], report["removed"]) == (1, 1)


def test_a_glob_is_followed_into_folders_that_come_later(tmp_path):
    write_one(tmp_path / "days" / "monday" / "x" / "news.jsonl")
    with watching("days/*/x/*.jsonl", cwd=tmp_path) as watcher:
        watcher.published()
        (tmp_path / "days" / "tuesday").mkdir()
        write_one(tmp_path / "days" / "tuesday" / "x" / "news.jsonl")
        assert watcher.published()["added"] == 1
        write_one(tmp_path / "days" / "monday" / "x" / "more.jsonl")
        assert watcher.published()["added"] == 1


def test_an_input_that_is_not_there_yet_is_waited_for(tmp_path):
    write_one(tmp_path / "here" / "a.jsonl")
    with watching("here", "later", cwd=tmp_path) as watcher:
        assert watcher.until("missing")["inputs"] == ["later"]
        assert watcher.published()["articles"] == 1
        write_one(tmp_path / "later" / "b.jsonl")
        assert watcher.until("missing")["inputs"] == []
        assert watcher.published()["articles"] == 2


def test_without_any_input_nothing_is_published(tmp_path):
    with watching("later", cwd=tmp_path) as watcher:
        assert watcher.until("missing")["inputs"] == ["later"]
        assert watcher.end() == 0
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("mount_point_stays", [False, True])
def test_the_articles_of_a_disk_that_is_unmounted_stay_and_others_go_on(
    tmp_path, mount_point_stays
):
    write_one(tmp_path / "disk" / "a.jsonl", "a")
    write_one(tmp_path / "here" / "b.jsonl", "b")
    with watching("disk", "here", cwd=tmp_path) as watcher:
        assert watcher.published()["articles"] == 2
        (tmp_path / "disk").rename(tmp_path / "unmounted")
        if mount_point_stays:
            (tmp_path / "disk").mkdir()
        assert watcher.until("missing")["inputs"] == ["disk"]
        write_one(tmp_path / "here" / "c.jsonl", "c")
        report = watcher.published()
        assert (report["articles"], report["removed"]) == (3, 0)
        if mount_point_stays:
            (tmp_path / "disk").rmdir()
        write_one(tmp_path / "unmounted" / "d.jsonl", "d")
        (tmp_path / "unmounted").rename(tmp_path / "disk")
        assert watcher.until("missing")["inputs"] == []
        assert watcher.published()["articles"] == 4


def test_a_file_that_was_read_half_written_is_read_again(tmp_path):
    write_one(tmp_path / "news" / "whole.jsonl", "whole")
    rows = (tmp_path / "news" / "whole.jsonl").read_text().replace("whole", "half")
    with watching("news", cwd=tmp_path) as watcher:
        watcher.published()
        with (tmp_path / "news" / "half.jsonl").open("w") as file:
            file.write(rows[:30])
            file.flush()
            assert watcher.published()["rejects"] == 1
            file.write(rows[30:])
        report = watcher.published()
        assert (report["rejects"], report["articles"]) == (0, 2)


def test_what_changes_during_a_run_is_published_by_a_run_after_it(tmp_path):
    many = (
        {"id": f"n{number}", "title": "On rain", "text": "It rained."} for number in range(500)
    )
    (tmp_path / "news").mkdir()
    write_articles(tmp_path / "news" / "many.jsonl", many)
    with watching("news", cwd=tmp_path) as watcher:
        watcher.until("progress", phase="reading")
        write_one(tmp_path / "news" / "more.jsonl", "more")
        while watcher.published()["articles"] < 501:
            pass


def test_another_build_is_waited_for(tmp_path):
    write_one(tmp_path / "news" / "a.jsonl")
    settings = load_settings(overrides={"index.path": tmp_path / "index"})
    other = wiring.open_writer(settings).start_build(fresh=True)
    with watching("news", cwd=tmp_path) as watcher:
        failed = watcher.until("failed")
        assert f"another build is under way (process {os.getpid()}" in failed["error"]
        assert failed["again_s"] == 1.0
        assert watcher.until("failed")["again_s"] == 2.0
        other.abandon()
        assert watcher.published()["articles"] == 1


def test_after_a_full_disk_it_is_tried_again(tmp_path):
    """A limit on the size of files stands in for a full disk, and is lifted from outside."""
    write_one(tmp_path / "news" / "a.jsonl", "a")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, most))

    with watching("news", cwd=tmp_path, preexec_fn=limit_files) as watcher:
        assert watcher.until("failed")["again_s"] == 1.0
        resource.prlimit(watcher.process.pid, resource.RLIMIT_FSIZE, (most, most))
        assert watcher.published()["articles"] == 1
        assert watcher.end() == 0


def test_an_archive_that_has_lost_all_its_articles_does_not_empty_the_index(tmp_path):
    write_one(tmp_path / "news" / "a.jsonl")
    with watching("news", cwd=tmp_path) as watcher:
        watcher.published()
        (tmp_path / "news" / "a.jsonl").write_text("{")
        assert "no article that could be indexed" in watcher.until("failed")["error"]
        assert total(tmp_path) == 1
        write_one(tmp_path / "news" / "a.jsonl")
        assert watcher.published()["articles"] == 1


def test_full_runs_go_on_until_one_of_them_is_published(tmp_path):
    for number in range(2):
        write_one(tmp_path / "news" / f"{number}.jsonl")
    assert invoke("reindex", tmp_path / "news", "--index", tmp_path / "index").exit_code == 0
    with watching("news", "--full", "--set", "gate.least_articles=4", cwd=tmp_path) as watcher:
        for number in range(2, 4):
            report = watcher.until("report")
            assert (report["full"], report["held"] is None) == (True, False)
            write_one(tmp_path / "news" / f"{number}.jsonl")
        report = watcher.published()
        assert (report["full"], report["resumed"]) == (True, 3)
        write_one(tmp_path / "news" / "more.jsonl")
        assert not watcher.published()["full"]


def test_a_full_run_that_was_held_back_and_released_is_not_done_again(tmp_path):
    for number in range(2):
        write_one(tmp_path / "news" / f"{number}.jsonl")
    assert invoke("reindex", tmp_path / "news", "--index", tmp_path / "index").exit_code == 0
    with watching("news", "--full", "--set", "gate.least_articles=3", cwd=tmp_path) as watcher:
        assert watcher.until("report")["held"] is not None
        assert invoke("publish", "--index", tmp_path / "index").exit_code == 0
        write_one(tmp_path / "news" / "more.jsonl")
        report = watcher.published()
        assert (report["full"], report["added"]) == (False, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_between_two_runs_ends_it_with_0(tmp_path, number):
    write_one(tmp_path / "news" / "a.jsonl")
    with watching("news", cwd=tmp_path) as watcher:
        watcher.published()
        assert watcher.end(number) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_a_failed_run_waits_for_its_next_try_ends_it_with_0(tmp_path, number):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.jsonl").write_text("{")
    with watching("news", cwd=tmp_path) as watcher:
        watcher.until("failed")
        assert watcher.end(number) == 0


def test_a_signal_within_a_run_ends_it_as_it_ends_a_reindex(tmp_path):
    many = (
        {"id": f"n{number}", "title": "On rain", "text": "It rained."} for number in range(30_000)
    )
    write_articles(tmp_path / "many.jsonl", many)
    with watching("many.jsonl", cwd=tmp_path) as watcher:
        watcher.until("progress", phase="reading")
        assert watcher.end() == 130
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_an_index_among_the_articles_starts_no_run(tmp_path):
    write_one(tmp_path / "a.jsonl")
    with watching(".", cwd=tmp_path) as watcher:
        assert watcher.until("report")["status"] is not None
        for _ in range(3):
            write_one(tmp_path / "b.jsonl")
            assert watcher.until("report")["status"] is not None


def test_people_read_a_line_a_run_and_the_rejects_when_they_have_changed(tmp_path):
    write_one(tmp_path / "news" / "a.jsonl")
    (tmp_path / "news" / "bad.jsonl").write_text("{broken\n")
    process = start("reindex", "--watch", *QUICK, "news", cwd=tmp_path)
    stuck = threading.Timer(WITHIN_S, process.kill)
    stuck.start()
    lines = []
    for name in "bc":
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Published"):
                break
        write_one(tmp_path / "news" / f"{name}.jsonl")
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Published"):
            break
    process.terminate()
    rest, errors = process.communicate(timeout=WITHIN_S)
    stuck.cancel()
    text = "".join(lines) + rest
    assert process.returncode == 0
    assert text.count("could not be indexed") == 1
    assert errors.startswith("watching news\n")


def test_a_supervisor_is_told_what_goes_on(tmp_path):
    write_one(tmp_path / "news" / "a.jsonl")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.settimeout(WITHIN_S)
        environment = {**clean_environment(), "NOTIFY_SOCKET": str(tmp_path / "notify")}
        with watching("news", cwd=tmp_path, env=environment) as watcher:
            told = [supervisor.recv(10_000).decode().splitlines() for _ in range(3)]
            assert watcher.end() == 0
        assert supervisor.recv(10_000) == b"STOPPING=1"
    assert told[0] == ["READY=1", "STATUS=watching"]
    assert told[2][0].startswith("STATUS=Published gen-000001: 1 article")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--strict",), "--strict: asks for an exit code"),
        (("--full", "--keep-others"), "--full builds from nothing"),
        (("--rejects", "news/rejects.jsonl"), "--rejects: lies in what is watched"),
    ],
)
def test_options_that_watching_cannot_heed_are_refused(
    tmp_path, monkeypatch, arguments, complaint
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    result = invoke("reindex", "--watch", "news", *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
