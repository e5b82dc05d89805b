"""Segments written by other processes are those that one process writes."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import count
from multiprocessing import active_children
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.words import lexicon
from searchsvc.engine.contract import FacetRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter, runs
from searchsvc.errors import EngineUnavailable
from searchsvc.query.tree import Prefix
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document, request
from tests.engine_contract.archive import made_up_archive

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.building import IndexBuild
    from searchsvc.engine.contract import SearchResult


def answer(path: Path, processes: int) -> tuple[object, ...]:
    build = WhooshIndexWriter(path, 1, processes=processes).start_build(fresh=True)
    for article, statements in made_up_archive(Random(5), 60):
        build.add(article, statements)
    build.publish(rejects=0)
    engine = WhooshEngine(path, SearchSettings())
    result: SearchResult = engine.search(
        request(query=Prefix("b", None, NOWHERE), facets=(FacetRequest("speaker"),), limit=100)
    )
    engine.close()
    return result.total, result.hits, result.facets


def test_it_does_not_show_how_many_processes_wrote_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "HANDED_CHARACTERS", 2_000)
    assert answer(tmp_path / "two", 2) == answer(tmp_path / "one", 1)


def test_it_does_not_show_how_often_the_memory_was_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wanted = answer(tmp_path / "one", 1)
    monkeypatch.setattr(runs, "MOST_BYTES", 20_000)
    monkeypatch.setattr(lexicon, "MOST_WORDS", 10)
    assert answer(tmp_path / "many", 1) == wanted
    (generation,) = (tmp_path / "many").glob("gen-*")
    assert len(list(generation.glob("articles_*.arrays"))) == 1


def test_what_goes_wrong_in_a_process_stops_the_build(tmp_path: Path):
    build = WhooshIndexWriter(tmp_path, 1, processes=2).start_build(fresh=True)
    build.add(article_document(), ())
    (folder,) = tmp_path.glob("build-*")
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(EngineUnavailable, match="No such file"):
        build.publish(rejects=0)
    build.abandon()


def write_and_kill(build: IndexBuild) -> None:
    """Add articles for ever, and kill every process that writes them."""
    before = set(active_children())
    for number in count():
        build.add(article_document(id=f"a{number}"), ())
        for process in set(active_children()) - before:
            process.kill()


# The pool's own thread may trip over futures that are cancelled while it finds its process dead; what the
# build says of it, in this thread, is what is tested.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_process_that_is_killed_stops_the_build_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "HANDED_CHARACTERS", 1)
    build = WhooshIndexWriter(tmp_path, 1, processes=2).start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match=r"index\.processes"):
        write_and_kill(build)
    build.abandon()
    assert list(tmp_path.glob("build-*")) == []


@pytest.mark.parametrize(
    "error", [ValueError("bad value(s) in fds_to_keep"), OSError("handle is closed")]
)
def test_a_process_killed_while_another_one_is_started_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    failures = iter([error])

    def submit(*_: object) -> Future[None]:
        raise next(failures, BrokenProcessPool())

    monkeypatch.setattr(runs, "HANDED_CHARACTERS", 1)
    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    build = WhooshIndexWriter(tmp_path, 1, processes=2).start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match=r"index\.processes"):
        write_and_kill(build)
    build.abandon()


def test_a_build_given_up_leaves_no_process_behind(tmp_path: Path):
    build = WhooshIndexWriter(tmp_path, 1, processes=2).start_build(fresh=True)
    build.add(article_document(), ())
    build.abandon()
    build.abandon()
    assert list(tmp_path.glob("build-*")) == []
