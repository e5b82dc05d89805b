"""Where the published generation is damaged, an earlier one answers, and says so."""

from __future__ import annotations

import dataclasses
import logging
import os
import resource
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.segment import Segment
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter, published
from searchsvc.engine.whoosh.generations import CURRENT
from searchsvc.engine.whoosh.manifest import MANIFEST, read_manifest, write_manifest
from searchsvc.errors import EngineUnavailable, IndexCorrupt, IndexIncompatible
from searchsvc.model import Collection
from searchsvc.settings import SearchSettings
from tests.builders import article_document, request, statement_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus

ARTICLES = Collection.ARTICLES


def publish(path: Path, *names: str, fresh: bool = True) -> IndexStatus:
    build = WhooshIndexWriter(path, 4).start_build(fresh=fresh)
    for name in names:
        build.add(article_document(id=name), [statement_document(article_id=name)])
    return build.publish(rejects=0)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Generation 1 with a1, generation 2 with a1 to a3, which share nothing."""
    path = tmp_path / "index"
    publish(path, "a1")
    publish(path, "a1", "a2", "a3")
    return path


@contextmanager
def opened(path: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(path, SearchSettings())
    try:
        yield engine
    finally:
        engine.close()


def ids(engine: WhooshEngine) -> list[str]:
    return [hit.document.id for hit in engine.search(request()).hits]


def flip(file: Path, place: int = -1) -> None:
    """Turn a bit of a file where it lies, for all who share it; by default in its middle."""
    with file.open("r+b") as stream:
        stream.seek(place if place >= 0 else file.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte ^ 1]))


def arrays(path: Path, number: int) -> Path:
    (file,) = (path / f"gen-{number:06d}").glob("articles_*.arrays")
    return file


def spoil(path: Path, number: int, document_id: str) -> Path:
    """Damage a stored article of a generation; the file that it is in."""
    for file in sorted((path / f"gen-{number:06d}").glob("articles_*.arrays")):
        segment = Segment(file.parent, file.stem)
        doc = segment.find(document_id)
        if doc >= 0:
            flip(file.with_suffix(".stored"), int(segment.stored_at[doc]))
            return file.with_suffix(".stored")
    raise LookupError(document_id)


def test_what_is_damaged_on_opening_is_refused_and_the_one_before_answers(
    index: Path, caplog: pytest.LogCaptureFixture
):
    file = arrays(index, 2)
    flip(file)
    with opened(index) as engine:
        for _ in range(3):
            assert ids(engine) == ["a1"]
        assert engine.search(request()).generation == "gen-000001"
        assert engine.fetch(ARTICLES, "a2") is None
        status = engine.status()
    assert status.generation == "gen-000001"
    assert status.articles == 1
    assert status.previous == ("gen-000001",)
    assert status.refused == (
        f"gen-000002/{file.name}: does not have the content that was written",
    )
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(file) in record.getMessage()
    assert "searchsvc rollback" in record.getMessage()


def test_nothing_is_refused_of_what_is_sound(index: Path, caplog: pytest.LogCaptureFixture):
    with opened(index) as engine:
        assert ids(engine) == ["a1", "a2", "a3"]
        assert engine.status().refused == ()
    assert caplog.records == []


def test_damage_that_a_search_comes_upon_makes_the_one_before_answer(
    index: Path, caplog: pytest.LogCaptureFixture
):
    with opened(index) as engine:
        assert ids(engine) == ["a1", "a2", "a3"]
        file = spoil(index, 2, "a2")
        assert ids(engine) == ["a1"]
        assert engine.fetch(ARTICLES, "a3") is None
        status = engine.status()
        assert status.generation == "gen-000001"
        assert status.previous == ("gen-000001",)
        (refused,) = status.refused
        assert refused.startswith(f"gen-000002/{file.name}: document at byte")
    assert len(caplog.records) == 1


def test_damage_that_a_fetch_comes_upon_makes_the_one_before_answer(index: Path):
    with opened(index) as engine:
        assert engine.fetch(ARTICLES, "a1") == article_document(id="a1")
        spoil(index, 2, "a1")
        assert engine.fetch(ARTICLES, "a1") == article_document(id="a1")
        assert engine.search(request()).generation == "gen-000001"


@pytest.mark.parametrize("mend", ["publish", "rollback"])
def test_what_is_published_next_is_answered_from_again(index: Path, mend: str):
    flip(arrays(index, 2))
    with opened(index) as engine:
        assert engine.status().refused
        if mend == "publish":
            publish(index, "a4")
        else:
            WhooshIndexWriter(index, 4).rollback()
        assert engine.status().refused == ()
        assert ids(engine) == (["a4"] if mend == "publish" else ["a1"])


def test_what_is_refused_stays_so_until_something_else_is_published(index: Path):
    file = arrays(index, 2)
    flip(file)
    with opened(index) as engine:
        assert ids(engine) == ["a1"]
        flip(file)
        assert ids(engine) == ["a1"]
    with opened(index) as engine:
        assert ids(engine) == ["a1", "a2", "a3"]


def test_damage_in_a_file_that_generations_share_is_refused_of_both(index: Path):
    """Generation 3 is 2 and another article, so only 1 is sound."""
    publish(index, *(f"b{number}" for number in range(40)))
    publish(index, "b9b", fresh=False)
    shared = [
        file
        for file in (index / "gen-000004").glob("articles_*.arrays")
        if (index / "gen-000003" / file.name).exists()
    ]
    assert len(shared) == 1
    flip(shared[0])
    with opened(index) as engine:
        assert ids(engine) == ["a1", "a2", "a3"]
        status = engine.status()
    assert status.generation == "gen-000002"
    assert [each.split(":")[0] for each in status.refused] == [
        f"gen-000004/{shared[0].name}",
        f"gen-000003/{shared[0].name}",
    ]


def test_where_all_are_damaged_the_published_one_is_named(index: Path):
    for number in (1, 2):
        flip(arrays(index, number))
    with opened(index) as engine:
        for ask in (lambda: ids(engine), engine.status):
            with pytest.raises(IndexCorrupt) as caught:
                ask()
            assert caught.value.path == str(arrays(index, 2))
        publish(index, "a4")
        assert ids(engine) == ["a4"]


def test_a_document_that_no_generation_can_show_leaves_the_others_to_be_shown(
    index: Path, caplog: pytest.LogCaptureFixture
):
    """It is in a file that both of them share."""
    publish(index, *(f"b{number}" for number in range(40)))
    publish(index, "a4", fresh=False)
    for number in (1, 2):
        shutil.rmtree(index / f"gen-{number:06d}")
    with opened(index) as engine:
        assert engine.fetch(ARTICLES, "b7") == article_document(id="b7")
        file = spoil(index, 4, "b7")
        for _ in range(3):
            with pytest.raises(IndexCorrupt, match="document at byte") as caught:
                engine.fetch(ARTICLES, "b7")
            assert caught.value.path == str(file)
            assert engine.fetch(ARTICLES, "a4") == article_document(id="a4")
            assert engine.search(request(limit=0)).total == 41
        status = engine.status()
    assert status.generation == "gen-000004"
    assert status.previous == ("gen-000003",)
    assert [each.partition(":")[0] for each in status.refused] == [
        f"gen-000004/{file.name}",
        f"gen-000003/{file.name}",
    ]
    assert len(caplog.records) == 2


def test_another_version_is_not_covered_up(index: Path):
    folder = index / "gen-000002"
    write_manifest(folder, dataclasses.replace(read_manifest(folder), format="1"))
    with opened(index) as engine:
        for ask in (lambda: ids(engine), engine.status):
            with pytest.raises(IndexIncompatible, match="reindex --full"):
                ask()


def test_an_earlier_generation_of_another_version_is_passed_over(index: Path):
    publish(index, "a4")
    folder = index / "gen-000002"
    write_manifest(folder, dataclasses.replace(read_manifest(folder), format="1"))
    (index / "gen-000003" / MANIFEST).unlink()
    with opened(index) as engine:
        assert ids(engine) == ["a1"]
        status = engine.status()
    assert status.refused == (
        f"gen-000003/{MANIFEST}: cannot be read (No such file or directory)",
        "gen-000002: was written in another format",
    )


def test_a_damaged_current_leaves_the_one_before_in_place(index: Path):
    with opened(index) as engine:
        assert len(ids(engine)) == 3
        flip(index / CURRENT)
        assert len(ids(engine)) == 3
        (refused,) = engine.status().refused
        assert refused.startswith(f"{CURRENT}: says")
    with opened(index) as engine, pytest.raises(IndexCorrupt, match=CURRENT):
        ids(engine)


def test_many_at_once_come_upon_the_damage_and_all_are_answered(index: Path):
    for number in range(3, 7):
        publish(index, *(f"a{each}" for each in range(1, number + 1)))
    wanted = {f"gen-{n:06d}": [f"a{each}" for each in range(1, n + 1)] for n in range(3, 7)}
    with opened(index) as engine:
        assert len(ids(engine)) == 6
        for number in (4, 5, 6):
            spoil(index, number, "a1")
        wrong: list[object] = []
        start = threading.Barrier(6)

        def read() -> None:
            start.wait()
            for _ in range(20):
                result = engine.search(request())
                if [hit.document.id for hit in result.hits] != wanted[result.generation]:
                    wrong.append(result)

        threads = [threading.Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert engine.status().generation == "gen-000003"
        assert len(engine.status().refused) == 3


@contextmanager
def too_many_open_files() -> Iterator[None]:
    """No file can be opened inside."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_want_of_file_handles_is_not_taken_for_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch
):
    with opened(index) as engine:
        with too_many_open_files(), pytest.raises(EngineUnavailable, match="open files"):
            ids(engine)
        assert len(ids(engine)) == 3
        publish(index, "a4")
        with too_many_open_files():
            assert len(ids(engine)) == 3
        assert len(ids(engine)) == 3  # it is tried again, but not at once
        assert engine.status().refused == ()
    monkeypatch.setattr(published, "RETRY_S", 0.0)
    with opened(index) as engine:
        assert ids(engine) == ["a4"]
        publish(index, "a5")
        with too_many_open_files():
            assert ids(engine) == ["a4"]
        assert ids(engine) == ["a5"]
