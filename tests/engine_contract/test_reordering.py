"""The second stage changes the order of the best hits of longer queries, and nothing else."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.aliases import built_in, expand
from searchsvc.engine.contract import Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.settings import SearchSettings
from tests.builders import request
from tests.engine_contract.archive import WORDS, made_up_archive, random_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.contract import SearchRequest, SearchResult

ALL = 10_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reordering")
    build = WhooshIndexWriter(path, 1).start_build(fresh=True)
    for article, statements in made_up_archive(Random(7), 250):
        build.add(article, statements)
    build.publish(rejects=0)
    return path


@pytest.fixture(scope="module")
def finer(folder: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(folder, SearchSettings())
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[WhooshEngine]:
    """With words side by side, and without the second stage."""
    engine = WhooshEngine(folder, SearchSettings(lift=0, lower=0, feedback=0))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def plain(folder: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(folder, SearchSettings(reordered=0))
    yield engine
    engine.close()


def questions(count: int) -> Iterator[SearchRequest]:
    random = Random(11)
    for _ in range(count):
        asked = random_request(random, random.choice(list(Collection)))
        yield dataclasses.replace(asked, sort=Sort.RELEVANCE, after=None, offset=0, limit=ALL)
        yield any_of(random.choices(WORDS, k=random.randint(1, 12)))


def any_of(words: list[str]) -> SearchRequest:
    tree = parse(" ".join(words), Collection.ARTICLES, match=Match.ANY).tree
    return request(query=tree, limit=ALL)


def scores(found: SearchResult) -> dict[str, float]:
    return {hit.document.id: hit.score for hit in found.hits}


def test_what_is_found_and_counted_stays(finer: WhooshEngine, plain: WhooshEngine):
    moved = 0
    for asked in questions(150):
        own, other = finer.search(asked), plain.search(asked)
        assert (own.total, own.articles, own.facets) == (other.total, other.articles, other.facets)
        assert sorted(own.ids) == sorted(other.ids)
        assert set(own.ids[:100]) == set(other.ids[:100])
        assert own.ids[100:] == other.ids[100:]
        moved += own.ids != other.ids
    assert moved


def test_pages_and_offsets_follow_one_another_through_the_best_hits(finer: WhooshEngine):
    for asked in questions(25):
        whole = finer.search(asked)
        for size in (7, 100):
            pages: list[str] = []
            after = None
            while True:
                page = finer.search(dataclasses.replace(asked, limit=size, after=after))
                if not page.ids:
                    break
                pages += page.ids
                after = page.end
            assert tuple(pages) == whole.ids
        there = [
            each
            for start in range(0, whole.total, 60)
            for each in finer.search(dataclasses.replace(asked, offset=start, limit=60)).ids
        ]
        assert tuple(there) == whole.ids


LONGEST_SHORT = SearchSettings().short_query
ABOUT = ("border", "talks", "traded", "minister’s", "colour", "colt", "quiet")
"""Words that count, each another one."""


def test_short_queries_keep_the_order_of_the_first_stage(finer: WhooshEngine, first: WhooshEngine):
    random = Random(3)
    for _ in range(80):
        words = random.sample(ABOUT, min(random.randint(1, LONGEST_SHORT), len(ABOUT)))
        asked = any_of([*words, *random.choices(("the", "of", "it", *words), k=3)])
        own, other = finer.search(asked), first.search(asked)
        assert own.ids == other.ids
        assert scores(own) == scores(other)


@pytest.mark.parametrize(
    "text",
    [
        "border the of it said",  # only what says what it is about counts
        "border borders bordering",
        '"border talks of the minister" trade',  # a phrase is one
        "S-400 10,000",
        "exact:talks tal*",
        "Türkiye talks",  # whatever else it is called
        "border talks -trade -colour -quiet -colt",
        "border talks country:PE source:courier date:2016",
    ],
)
def test_what_is_typed_makes_a_query_short(finer: WhooshEngine, first: WhooshEngine, text: str):
    for match in Match:
        parsed = expand(parse(text, Collection.ARTICLES, match=match), built_in())
        asked = request(query=parsed.tree, limit=ALL)
        assert scores(finer.search(asked)) == scores(first.search(asked))


def test_longer_queries_are_put_into_a_finer_order(finer: WhooshEngine, first: WhooshEngine):
    random = Random(5)
    moved = 0
    for _ in range(20):
        asked = any_of(random.sample(ABOUT, LONGEST_SHORT + 1))
        moved += finer.search(asked).ids != first.search(asked).ids
    assert moved > 10
