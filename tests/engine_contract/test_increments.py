"""However an index came about, step by step, it answers as if made of what is left."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from threading import Event
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import FacetRequest, SearchRequest, Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.query.tree import And, Everything, Not, Or, Phrase, Prefix, Synonyms, Value
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document
from tests.engine_contract.archive import made_up_archive, random_node, random_request
from tests.engine_contract.comparing import assert_same
from tests.engine_contract.whoosh_questions import (
    counted_by_whoosh,
    found_by_whoosh,
    searcher_of,
)
from tests.reference_engine import ReferenceEngine
from tests.tee import Tee

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from searchsvc.engine.contract import SearchResult
    from searchsvc.query.tree import Node
    from tests.engine_contract.conftest import Pair

STEPS = 14
QUESTIONS = 8
NAMES = 45
SIZES = (0, 130, 154, 159, 160)
"""Where parts begin and end; each is large enough beside the later ones to stay as it is."""


@pytest.mark.parametrize("seed", range(4))
def test_any_steps_lead_to_the_answers_of_what_is_left(tmp_path: Path, seed: int):
    """Adds, replacements, removals, merges, roll-backs and builds given up, in any order."""
    rng = Random(f"steps {seed}")
    reference = ReferenceEngine(keep=3)
    writer = Tee(WhooshIndexWriter(tmp_path, 3), reference)
    engine = WhooshEngine(tmp_path, SearchSettings())
    present: set[str] = set()
    most_segments = 0
    for step in range(STEPS):
        build = writer.start_build(fresh=step == 0 or rng.random() < 0.04)
        if build.fresh:
            present = set()
        chosen = rng.sample(range(NAMES), rng.choice((0, 1, 2, 5, 20)))
        pairs = [pair for pair in made_up_archive(rng, NAMES) if int(pair[0].id[1:]) in chosen]
        gone = {article.id for article, _ in pairs} & present
        gone |= set(rng.sample(sorted(present), min(len(present), rng.choice((0, 1, 4)))))
        gone = gone if rng.random() < 0.95 else present
        if rng.random() < 0.5:
            build.remove(sorted(gone))
        else:
            pairs = [pair for pair in pairs if pair[0].id not in present or pair[0].id in gone]
        for article, statements in pairs:
            if article.id not in present or article.id in gone:
                build.add(article, statements)
        build.remove(sorted(gone))
        if rng.random() < 0.1 and step:
            build.abandon()
        else:
            build.publish(rejects=0)
            present = (present - gone) | {article.id for article, _ in pairs}
        name = engine.status().generation
        most_segments = max(most_segments, len(list((tmp_path / name).glob("articles_*.arrays"))))
        for collection in Collection:
            for _ in range(QUESTIONS):
                request = random_request(rng, collection)
                assert_same(engine.search(request), reference.search(request), request)
    assert most_segments > 1
    engine.close()
    reference.close()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of several segments, from each of which some documents were removed."""
    path: Path = tmp_path_factory.mktemp("parts")
    rng = Random(11)
    pairs = made_up_archive(rng, SIZES[-1])
    for start, end in pairwise(SIZES):
        gone = rng.sample(range(start), min(start, 4))
        publish(path, pairs[start:end], [f"a{number}" for number in gone])
    (latest,) = path.glob("gen-000004")
    for collection in Collection:
        assert len(list(latest.glob(f"{collection}_*.arrays"))) > 1
    return path


@pytest.fixture(scope="module")
def engine(parts: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(parts, SearchSettings())
    yield engine
    engine.close()


def publish(path: Path, pairs: Sequence[Pair], remove: Sequence[str]) -> str:
    build = WhooshIndexWriter(path, 2).start_build(fresh=not (path / "CURRENT").exists())
    build.remove(remove)
    for article, statements in pairs:
        build.add(article, statements)
    return build.publish(rejects=0).generation


# Cursors.


@pytest.mark.parametrize("collection", Collection)
@pytest.mark.parametrize("sort", Sort)
def test_walking_page_by_page_gives_the_hits_of_one_big_page(
    engine: WhooshEngine, collection: Collection, sort: Sort
):
    rng = Random(f"walk {collection} {sort}")
    nodes: list[Node] = [
        Everything(),
        Value("source", "Border Times", NOWHERE),
        Prefix("b", "body", NOWHERE),
        *(random_node(rng, 2) for _ in range(15)),
    ]
    walked = ties = 0
    for node in nodes:
        asked = SearchRequest(collection, node, sort=sort, limit=10_000)
        whole = engine.search(asked)
        ties += len(whole.hits) - len({(hit.score, hit.document.date) for hit in whole.hits})
        for size in (1, 3, 7, 50):
            pages = list(walk(engine, dataclasses.replace(asked, limit=size)))
            assert [name for page in pages for name in page.ids] == list(whole.ids), (node, size)
            assert [hit for page in pages for hit in page.hits] == list(whole.hits)
            assert {page.total for page in pages} == {whole.total}
            assert all(len(page.ids) == size for page in pages[:-2])
            walked += len(pages)
    assert walked > 300
    assert ties > 50


def walk(engine: WhooshEngine, asked: SearchRequest) -> Iterator[SearchResult]:
    while True:
        page = engine.search(asked)
        yield page
        if page.end is None:
            return
        asked = dataclasses.replace(asked, after=page.end)


def test_an_offset_counts_from_the_cursor(engine: WhooshEngine):
    for sort in Sort:
        asked = SearchRequest(query=Prefix("t", "body", NOWHERE), sort=sort, limit=1_000)
        whole = engine.search(asked).ids
        first = engine.search(dataclasses.replace(asked, limit=9))
        rest = dataclasses.replace(asked, after=first.end, offset=4, limit=11)
        assert engine.search(rest).ids == whole[13:24]
        assert engine.search(dataclasses.replace(rest, offset=1_000)).ids == ()


def test_a_cursor_needs_no_document_that_is_still_there(engine: WhooshEngine):
    for sort in Sort:
        asked = SearchRequest(sort=sort, limit=1_000)
        whole = engine.search(asked).ids
        end = engine.search(dataclasses.replace(asked, limit=20)).end
        assert end is not None
        gone = end._replace(document_id=f"{end.document_id}-gone")
        assert engine.search(dataclasses.replace(asked, after=gone)).ids == whole[20:]


# Whoosh's own searcher over the same files.


@pytest.mark.parametrize("collection", Collection)
def test_whooshs_own_searcher_finds_and_counts_the_same(
    parts: Path, engine: WhooshEngine, collection: Collection
):
    rng = Random(f"whoosh {collection}")
    found = 0
    fields = [name for name in facet_fields(collection) if name != "date"]
    with searcher_of(parts, collection) as searcher:
        for _ in range(250):
            node = without_slop(random_node(rng, 2))
            facet = rng.choice(fields)
            asked = SearchRequest(
                collection, node, facets=(FacetRequest(facet, 1_000),), limit=1_000
            )
            ours = engine.search(asked)
            assert found_by_whoosh(searcher, node, collection) == set(ours.ids), node
            counts: dict[str | None, int] = dict(ours.facets[0].buckets)
            if ours.facets[0].missing:
                counts[None] = ours.facets[0].missing
            assert counted_by_whoosh(searcher, node, collection, facet) == counts, node
            found += bool(ours.ids)
    assert found > 100


def without_slop(node: Node) -> Node:
    match node:
        case Phrase():
            return dataclasses.replace(node, slop=0)
        case And() | Or():
            children = tuple(without_slop(child) for child in node.children)
            return dataclasses.replace(node, children=children)
        case Not():
            return dataclasses.replace(node, child=without_slop(node.child))
        case Synonyms():
            others = tuple(map(without_slop, node.others))
            return Synonyms(without_slop(node.typed), others, node.span)
    return node


# Threads.


def test_threads_that_share_an_engine_are_answered_from_one_whole_generation(tmp_path: Path):
    """Each answer is that of the generation it names, while one after the other is published."""
    rng = Random(21)
    pairs = made_up_archive(rng, 160)
    requests = [random_request(rng, collection) for collection in Collection for _ in range(10)]
    engine = WhooshEngine(tmp_path, SearchSettings())
    expected: dict[str, list[SearchResult]] = {}

    def remember(name: str) -> None:
        fresh = WhooshEngine(tmp_path, SearchSettings())
        expected[name] = [timeless(fresh.search(request)) for request in requests]
        fresh.close()

    remember(publish(tmp_path, pairs[:60], []))
    over = Event()

    def ask(seed: int) -> list[tuple[int, SearchResult]]:
        own = Random(seed)
        found: list[tuple[int, SearchResult]] = []
        while not over.is_set() or len(found) < 50:
            number = own.randrange(len(requests))
            found.append((number, timeless(engine.search(requests[number]))))
        return found

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask, seed) for seed in range(4)]
        try:
            for start in range(60, 160, 20):
                gone = [f"a{number}" for number in range(start - 60, start - 50)]
                remember(publish(tmp_path, pairs[start : start + 20], gone))
        finally:
            over.set()
        answers = [answer for each in asking for answer in each.result()]
    engine.close()
    for number, answer in answers:
        assert answer == expected[answer.generation][number], requests[number]
    assert len({answer.generation for _, answer in answers}) > 3


def timeless(result: SearchResult) -> SearchResult:
    return result._replace(elapsed_s=0.0)


def test_an_article_is_counted_once_however_often_it_was_replaced(tmp_path: Path):
    for version in range(20):
        article = article_document(id="a1", body=f"version {version}")
        publish(tmp_path, [(article, ())], ["a1"])
    engine = WhooshEngine(tmp_path, SearchSettings())
    found = engine.search(SearchRequest(facets=(FacetRequest("source"),)))
    assert (found.total, found.facets[0].buckets[0].count) == (1, 1)
    assert found.hits[0].document.body == "version 19"
    engine.close()
