"""A run that died, and the one after it: the same index, and nothing extracted twice."""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import suppress
from random import Random

import pytest

from searchsvc.engine.contract import SearchRequest
from searchsvc.errors import EngineUnavailable, ProcessLost
from searchsvc.model import Collection
from searchsvc.reindex import Event, Kept, Means, Started, extracting, reindex, steps
from searchsvc.settings import load_settings
from searchsvc.wiring import open_engine, open_writer
from tests.reference_engine import ReferenceEngine
from tests.unit.archives import archive, piece
from tests.unit.commands import invoke, start, write_articles

WHO = ("Rosa Quispe", "Jorge Almada", "Ivo Berg", "Petrova", "Nina Petrova")


def said(number):
    who = WHO[number % len(WHO)]
    return f"“The talks in Peru ran to day {number},” said {who}, a minister of Chile."


def articles(count):
    return {f"a{number}": said(number) for number in range(count)}


def everything(engine):
    """All documents of both collections, whatever their order."""
    found = []
    for collection in Collection:
        hits = engine.search(SearchRequest(collection, limit=10_000)).hits
        found += sorted(repr(hit.document) for hit in hits)
    return found


@pytest.fixture
def engine():
    engine = ReferenceEngine(keep=3)
    yield engine
    engine.close()


@pytest.fixture
def counted(monkeypatch):
    """Ids of the articles that were extracted, in order."""
    ids: list[str] = []

    def extracted(one):
        ids.append(one.id)
        return extracting.extracted(one)

    monkeypatch.setattr("searchsvc.reindex.steps.extracted", extracted)
    monkeypatch.setattr("searchsvc.reindex.run.extracted", extracted)
    return ids


def run(given, engine, *, full=False, events=None, gate=None, **means):
    tell = (lambda _: None) if events is None else events.append
    return reindex(
        given,
        engine,
        full=full,
        keep_others=False,
        progress=tell,
        gate=gate,
        means=Means(**means),
    )


def refuse(_):
    return ("for a reason",)


def dies(error=KeyboardInterrupt):
    def die():
        raise error

    return die


def pieces(table):
    return tuple(piece(key, text, path="a") for key, text in table.items())


def undisturbed(given):
    engine = ReferenceEngine()
    report = run(given, engine)
    found = everything(engine)
    engine.close()
    return found, report


def test_what_was_extracted_before_an_interrupt_is_not_extracted_again(engine, counted):
    events: list[Event] = []
    halted = archive(a=(1, (*pieces(articles(5)), dies())), b=(1, {"z": said(9)}))
    with pytest.raises(KeyboardInterrupt):
        run(halted, engine, events=events)
    assert events[-1] == Kept(5)
    assert counted == [f"a{number}" for number in range(5)]
    counted.clear()
    events.clear()
    whole = archive(a=(1, articles(5)), b=(1, {"z": said(9)}))
    report = run(whole, engine, events=events)
    assert counted == ["z"]
    assert events[0] == Started(full=True, reason="there is no index yet", resumed=5)
    assert report.resumed == 5
    found, plain = undisturbed(whole)
    assert everything(engine) == found
    assert (report.added, report.statements) == (plain.added, plain.statements)


def test_what_changed_meanwhile_is_extracted_and_what_is_gone_is_not_indexed(engine, counted):
    with pytest.raises(KeyboardInterrupt):
        run(archive(a=(1, (*pieces(articles(4)), dies()))), engine)
    counted.clear()
    table = articles(4) | {"a1": said(40)}
    del table["a3"]
    changed = archive(a=(2, table))
    run(changed, engine)
    assert counted == ["a1"]
    assert everything(engine) == undisturbed(changed)[0]


def test_an_increment_resumes_as_a_full_run_does(engine, counted):
    first = archive(a=(1, articles(3)))
    run(first, engine)
    grown = articles(3) | {f"b{number}": said(number) for number in range(3)}
    with pytest.raises(KeyboardInterrupt):
        run(archive(a=(2, (*pieces(grown), dies()))), engine)
    counted.clear()
    report = run(archive(a=(2, grown)), engine)
    assert counted == []
    assert (report.added, report.resumed) == (3, 3)
    assert everything(engine) == undisturbed(archive(a=(2, grown)))[0]


def test_three_runs_that_died_in_a_row_add_up(engine, counted):
    table = articles(9)
    for count in (3, 3, 6):
        with pytest.raises(KeyboardInterrupt):
            run(archive(a=(1, (*pieces(table)[:count], dies()))), engine)
    assert counted == [f"a{number}" for number in range(6)]
    run(archive(a=(1, table)), engine)
    assert counted == list(table)
    assert everything(engine) == undisturbed(archive(a=(1, table)))[0]


def test_a_bug_midway_leaves_what_was_extracted(engine, counted, monkeypatch):
    with monkeypatch.context() as patched:
        patched.delattr(steps.Run, "index")
        with pytest.raises(AttributeError):
            run(archive(a=(1, articles(3))), engine)
    counted.clear()
    assert run(archive(a=(1, articles(3))), engine).resumed == 3
    assert counted == []


def test_nothing_is_taken_over_where_that_is_not_wanted(engine, counted):
    with pytest.raises(KeyboardInterrupt):
        run(archive(a=(1, (*pieces(articles(3)), dies()))), engine)
    counted.clear()
    assert run(archive(a=(1, articles(3))), engine, resume=False).resumed == 0
    assert len(counted) == 3


@pytest.mark.parametrize("error", [EngineUnavailable("the disk is full"), MemoryError()])
def test_what_the_machine_refuses_leaves_nothing(engine, counted, error):
    with pytest.raises(EngineUnavailable):
        run(archive(a=(1, (*pieces(articles(3)), dies(error)))), engine)
    counted.clear()
    assert run(archive(a=(1, articles(3))), engine).resumed == 0
    assert len(counted) == 3


def test_a_process_that_was_killed_leaves_what_was_extracted(engine):
    with pytest.raises(ProcessLost):
        run(archive(a=(1, (*pieces(articles(3)), dies(ProcessLost("killed"))))), engine)
    assert run(archive(a=(1, articles(3))), engine).resumed == 3


def test_a_run_that_ends_well_leaves_nothing_to_the_next(engine):
    run(archive(a=(1, articles(3))), engine)
    assert run(archive(a=(1, articles(3))), engine, full=True).resumed == 0


@pytest.mark.parametrize("full", [False, True])
def test_what_was_held_back_is_not_extracted_again(engine, counted, full):
    run(archive(a=(1, articles(2))), engine)
    events: list[Event] = []
    grown = articles(5)
    assert run(archive(a=(2, grown)), engine, full=full, gate=refuse).held is not None
    counted.clear()
    again = grown | {"a4": said(40), "z": said(9)}
    report = run(archive(a=(3, again)), engine, full=full, events=events)
    assert counted == ["a4", "z"]
    assert report.resumed == (4 if full else 2)
    found, plain = undisturbed(archive(a=(3, again)))
    assert everything(engine) == found
    assert report.articles == plain.articles
    counted.clear()
    assert run(archive(a=(3, again)), engine, full=True).resumed == 0  # it was published


def test_however_often_it_is_held_back_nothing_is_extracted_twice(engine, counted):
    table = articles(6)
    for count in (2, 4, 4, 6):
        run(archive(a=(count, dict(list(table.items())[:count]))), engine, gate=refuse)
    assert counted == list(table)
    run(archive(a=(7, table)), engine)
    assert counted == list(table)
    assert everything(engine) == undisturbed(archive(a=(7, table)))[0]


@pytest.mark.parametrize("undo", [lambda e: e.release(), lambda e: e.prune(keep=1)])
def test_what_is_released_or_pruned_leaves_nothing_to_the_next(engine, counted, undo):
    run(archive(a=(1, articles(1))), engine)
    run(archive(a=(2, articles(3))), engine, gate=refuse)
    undo(engine)
    counted.clear()
    assert run(archive(a=(2, articles(3))), engine, full=True).resumed == 0
    assert len(counted) == 3


def test_on_disk_as_well_what_was_held_back_is_kept_until_it_is_released(tmp_path):
    settings = load_settings(overrides={"index.path": tmp_path})
    writer = open_writer(settings)
    run(archive(a=(1, articles(1))), writer)
    run(archive(a=(2, articles(3))), writer, gate=refuse)
    assert [file.name for file in (tmp_path / "scratch").iterdir()] == ["spool"]
    assert run(archive(a=(2, articles(3))), writer, gate=refuse).resumed == 2
    writer.release()
    assert not (tmp_path / "scratch").exists()


def test_several_processes_give_the_index_and_the_rejects_of_one(monkeypatch, engine):
    monkeypatch.setattr("searchsvc.workers.ALONE", 100)
    monkeypatch.setattr("searchsvc.workers._BATCH", 300)
    odd = piece("odd", None, path="a", place="line 5")
    given = archive(
        a=(1, (*pieces(articles(20)), odd, *pieces({"x": said(3)}))),
        b=(1, {"x": said(4), "a1": said(30), "y": said(31)}),
    )
    report = run(given, engine, processes=2)
    found, plain = undisturbed(given)
    assert everything(engine) == found
    assert report.first_rejects == plain.first_rejects
    assert report.rejects == 3


# With processes that are really killed.

COUNT = 300


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    rows = [{"id": f"n{number}", "title": "News", "text": said(number)} for number in range(COUNT)]
    return write_articles(tmp_path_factory.mktemp("news") / "news.jsonl", rows)


def answers(index):
    engine = open_engine(load_settings(overrides={"index.path": index}))
    found = everything(engine)
    engine.close()
    return found


@pytest.fixture(scope="module")
def plain(news, tmp_path_factory):
    index = tmp_path_factory.mktemp("plain")
    assert invoke("reindex", "--index", index, news).exit_code == 0
    return answers(index)


def killed(index, news, size):
    """End a reindex at once when its spool is larger than `size` bytes."""
    process = start("reindex", "--index", index, "--json", news)
    spool = index / "scratch" / "spool"
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("phase") == "reading":
            break
    while not (spool.exists() and spool.stat().st_size > size):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.002)
            raise AssertionError("it has ended before it could be killed")
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(3))
def test_after_two_kills_the_index_is_that_of_an_undisturbed_run(news, plain, tmp_path, seed):
    rng = Random(seed)
    first = rng.randrange(1_000, 150_000)
    killed(tmp_path, news, first)
    killed(tmp_path, news, first + rng.randrange(1, 80_000))
    result = invoke("reindex", "--index", tmp_path, "--json", news)
    assert result.exit_code == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines[0]["resumed"] == lines[-1]["resumed"] > 0
    assert answers(tmp_path) == plain
    assert not (tmp_path / "scratch").exists()
    assert sorted(path.name for path in tmp_path.glob("*-0*")) == ["gen-000001"]
