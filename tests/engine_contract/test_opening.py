"""A large generation is opened beside the searches, and takes over what both have."""

from __future__ import annotations

import dataclasses
import threading
import weakref
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import FacetRequest, SearchRequest, Sort
from searchsvc.engine.suggestions import TERMS, SuggestRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter, published
from searchsvc.engine.whoosh.manifest import read_manifest, write_manifest
from searchsvc.engine.whoosh.snapshot import open_snapshot
from searchsvc.errors import EngineUnavailable, IndexCorrupt, IndexIncompatible
from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.settings import SearchSettings, Settings
from searchsvc.web import create_app
from tests.builders import article_document, request, statement_document
from tests.engine_contract.archive import made_up_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus
    from searchsvc.engine.whoosh.snapshot import Snapshot

ARTICLES = Collection.ARTICLES
PATIENCE_S = 60
MANY = tuple(f"b{number}" for number in range(40))


def publish(
    path: Path, *names: str, fresh: bool = False, remove: Sequence[str] = (), keep: int = 3
) -> IndexStatus:
    build = WhooshIndexWriter(path, keep).start_build(fresh=fresh)
    build.remove(remove)
    for name in names:
        build.add(article_document(id=name), [statement_document(article_id=name)])
    return build.publish(rejects=0)


@contextmanager
def opened(path: Path, settings: SearchSettings | None = None) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(path, settings or SearchSettings())
    try:
        yield engine
    finally:
        engine.close()


def total(engine: WhooshEngine) -> int:
    return engine.search(request(limit=0)).total


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Forty articles, enough for the next few not to be merged with them."""
    publish(tmp_path / "index", *MANY, fresh=True)
    return tmp_path / "index"


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch):
    """Every generation is large."""
    monkeypatch.setattr(published, "OPENED_AT_ONCE_BYTES", 0)


class Held:
    """Openings that wait until they are let go, and are counted."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()
        self.openings = 0

    def open(self, folder: Path, before: Snapshot | None = None) -> Snapshot:
        self.openings += 1
        self.begun.set()
        assert self.go.wait(PATIENCE_S)
        return open_snapshot(folder, before)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    gate = Held()
    monkeypatch.setattr(published, "open_snapshot", gate.open)
    yield gate
    gate.go.set()


@pytest.mark.usefixtures("_large")
def test_searches_go_on_while_a_large_generation_is_opened(index: Path, held: Held):
    held.go.set()
    with opened(index) as engine:
        assert total(engine) == 40
        held.go.clear()
        held.begun.clear()
        publish(index, "a1")
        assert total(engine) == 40
        assert held.begun.wait(PATIENCE_S)
        threads = [threading.Thread(target=total, args=[engine]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert engine.fetch(ARTICLES, "a1") is None
        assert engine.search(request()).generation == "gen-000001"
        assert held.openings == 2
        held.go.set()
        assert engine.status().generation == "gen-000002"
        assert total(engine) == 41
        assert engine.fetch(ARTICLES, "a1") == article_document(id="a1")
        assert held.openings == 2


@pytest.mark.usefixtures("_large")
def test_what_answers_now_is_told_without_waiting(index: Path, held: Held):
    held.go.set()
    with opened(index) as engine:
        assert total(engine) == 40
        held.go.clear()
        held.begun.clear()
        publish(index, "a1")
        assert engine.status(wait=False).generation == "gen-000001"  # which begins the opening
        assert held.begun.wait(PATIENCE_S)
        client = create_app(engine, Settings()).test_client()
        assert client.get("/readyz").get_json()["status"] == "ready"
        assert b'generation="gen-000001"' in client.get("/metrics").data
        assert client.get("/api/v1/status").get_json()["generation"] == "gen-000001"
        held.go.set()
        assert engine.status().generation == "gen-000002"
        assert engine.status(wait=False).generation == "gen-000002"


@pytest.mark.usefixtures("_large")
def test_whoever_has_asked_for_the_status_is_answered_from_what_was_published(index: Path):
    with opened(index) as engine:
        for number in range(6):
            status = publish(index, f"a{number}")
            assert engine.status() == status
            assert engine.search(request()).generation == status.generation


def test_an_earlier_generation_is_opened_once_for_all_who_ask_for_it_at_a_time(
    index: Path, held: Held
):
    publish(index, "a1")
    held.go.set()
    with opened(index) as engine:
        assert total(engine) == 41
        held.go.clear()
        held.begun.clear()
        found: list[str] = []

        def ask() -> None:
            found.append(engine.read(lambda each: each.generation, generation="gen-000001"))

        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        assert held.begun.wait(PATIENCE_S)
        assert total(engine) == 41  # the others go on
        held.go.set()
        for thread in threads:
            thread.join()
        assert found == ["gen-000001"] * 5
        assert held.openings == 2


@pytest.mark.usefixtures("_large")
def test_what_was_published_twice_meanwhile_is_skipped(index: Path, held: Held):
    held.go.set()
    with opened(index) as engine:
        assert total(engine) == 40
        held.go.clear()
        for name in ("a1", "a2", "a3"):
            publish(index, name)
            assert total(engine) == 40
        held.go.set()
        assert engine.status().generation == "gen-000004"
        assert total(engine) == 43


def test_a_small_generation_is_noticed_by_the_next_call(index: Path):
    with opened(index) as engine:
        for number in range(3):
            assert total(engine) == 40 + number
            publish(index, f"a{number}")


@pytest.mark.usefixtures("_large")
def test_damage_found_beside_the_searches_leaves_the_one_before(index: Path):
    with opened(index) as engine:
        assert total(engine) == 40
        publish(index, "a1")
        (toc,) = (index / "gen-000002").glob("_articles_*.toc")
        toc.unlink()
        status = engine.status()
        assert status.generation == "gen-000001"
        assert status.refused == (
            f"gen-000002/{toc.name}: cannot be read (No such file or directory)",
        )
        assert total(engine) == 40
        publish(index, *MANY, "a1", fresh=True)
        assert engine.status().refused == ()
        assert total(engine) == 41


@pytest.mark.usefixtures("_large")
def test_another_version_found_beside_the_searches_is_not_covered_up(index: Path):
    with opened(index) as engine:
        assert total(engine) == 40
        publish(index, "a1")
        folder = index / "gen-000002"
        write_manifest(folder, dataclasses.replace(read_manifest(folder), format="1"))
        with pytest.raises(IndexIncompatible):
            engine.status()
        with pytest.raises(IndexIncompatible):
            total(engine)
        WhooshIndexWriter(index, 3).rollback()
        assert engine.status().generation == "gen-000001"
        assert total(engine) == 40


@pytest.mark.usefixtures("_large")
def test_a_bug_in_the_opening_is_let_through(index: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(index) as engine:
        assert total(engine) == 40
        publish(index, "a1")
        with monkeypatch.context() as patch:
            patch.setattr(published, "warm", lambda *_: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                engine.status()
        assert engine.status().generation == "gen-000002"


@pytest.mark.usefixtures("_large")
def test_closing_waits_for_the_opening(index: Path, held: Held):
    held.go.set()
    engine = WhooshEngine(index, SearchSettings())
    assert total(engine) == 40
    held.go.clear()
    held.begun.clear()
    publish(index, "a1")
    assert total(engine) == 40
    assert held.begun.wait(PATIENCE_S)
    closing = threading.Thread(target=engine.close)
    closing.start()
    held.go.set()
    closing.join(PATIENCE_S)
    assert not closing.is_alive()
    assert [each for each in threading.enumerate() if "opening" in each.name] == []
    with pytest.raises(EngineUnavailable, match="closed"):
        total(engine)


# What is taken over.


def test_a_segment_that_both_have_is_not_opened_again(index: Path):
    publish(index, "a1", remove=["b7"])
    first = open_snapshot(index / "gen-000001")
    second = open_snapshot(index / "gen-000002", first)
    for collection in Collection:
        (old,) = first.views[collection].parts
        same, added = second.views[collection].parts
        assert same.segment.arrays is old.segment.arrays
        assert same.segment.path.parent == index / "gen-000002"
        assert added.segment.count == 1
        assert second.views[collection].count == 40
    assert second.views[ARTICLES].find("b7") == -1
    assert first.views[ARTICLES].find("b7") >= 0
    assert open_snapshot(index / "gen-000002", second) is second


def test_a_file_that_is_no_link_is_opened_and_checked(index: Path):
    publish(index, "a1")
    first = open_snapshot(index / "gen-000001")
    (file,) = (
        each
        for each in (index / "gen-000002").glob("articles_*.arrays")
        if (index / "gen-000001" / each.name).exists()
    )
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(IndexCorrupt, match=file.name):
        open_snapshot(index / "gen-000002", first)
    file.write_bytes(content)
    second = open_snapshot(index / "gen-000002", first)
    old = first.views[ARTICLES].parts[0].segment
    assert all(part.segment.arrays is not old.arrays for part in second.views[ARTICLES].parts)


def test_damage_to_what_was_taken_over_is_told_by_the_name_that_is_published(index: Path):
    with opened(index) as engine:
        assert engine.fetch(ARTICLES, "b7") == article_document(id="b7")
        publish(index, "a1", keep=1)
        assert total(engine) == 41
        files = [part.segment.stored_path for part in _parts(engine)]
        assert all(file.parent == index / "gen-000002" for file in files)
        (segment,) = (part.segment for part in _parts(engine) if part.segment.find("b7") >= 0)
        with segment.stored_path.open("r+b") as stream:
            stream.seek(int(segment.stored_at[segment.find("b7")]))
            stream.write(b"\0\0")
        with pytest.raises(IndexCorrupt) as caught:
            engine.fetch(ARTICLES, "b7")
        assert caught.value.path == str(segment.stored_path)


def _parts(engine: WhooshEngine):
    return engine._published.latest().opened().views[ARTICLES].parts


def asked() -> list[SearchRequest]:
    found = []
    for collection in Collection:
        facets = tuple(FacetRequest(name, 30) for name in facet_fields(collection))
        for text in ("", "border", '"the border"', "tr* -said", "exact:talks"):
            for sort in Sort:
                query = parse(text, collection).tree
                found.append(SearchRequest(collection, query, facets=facets, sort=sort, limit=100))
    return found


def answers(engine: WhooshEngine) -> list[object]:
    found: list[object] = [engine.search(each)._replace(elapsed_s=0.0) for each in asked()]
    for collection in Collection:
        suggesting = SuggestRequest("b", (TERMS, "speaker", "source"), SearchRequest(collection))
        found.append(dataclasses.replace(engine.suggest(suggesting), elapsed_s=0.0))
        found.append(engine.spellings(collection, "bordre"))
    return found


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("seed", range(3))
def test_what_was_made_ready_answers_as_what_is_opened_afresh(tmp_path: Path, seed: int):
    """Through increments, merges, deletions and a full build, asked before and after each."""
    random = Random(seed)
    archive = made_up_archive(random, 60)
    known: list[str] = []
    with opened(tmp_path) as engine:
        for step in range(6):
            fresh = step in (0, 4)
            some = archive[:30] if fresh else random.sample(archive, random.randint(1, 6))
            build = WhooshIndexWriter(tmp_path, 2).start_build(fresh=fresh)
            gone = [] if fresh else [each.id for each, _ in some] + random.sample(known, 2)
            build.remove(gone)
            for article, statements in some:
                build.add(article, statements)
            build.publish(rejects=0)
            known = sorted(({*known} - {*gone} if not fresh else set()) | {a.id for a, _ in some})
            engine.status()
            with opened(tmp_path) as afresh:
                assert answers(engine) == answers(afresh)


@pytest.mark.usefixtures("_large")
def test_nothing_is_kept_of_a_generation_that_nobody_asks_any_more(index: Path):
    with opened(index, SearchSettings(held_s=0)) as engine:
        answers(engine)
        before = weakref.ref(engine._published.latest().opened().views[ARTICLES])
        publish(index, "a1")
        assert engine.status().generation == "gen-000002"
        for thread in threading.enumerate():
            if "opening" in thread.name:
                thread.join(PATIENCE_S)
        assert before() is None
