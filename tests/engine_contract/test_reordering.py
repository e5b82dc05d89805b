"""The second stage changes the order of the best hits, and nothing else."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Collection
from searchsvc.query.words import any_word
from searchsvc.settings import SearchSettings
from tests.builders import request
from tests.engine_contract.archive import WORDS, made_up_archive, random_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.contract import SearchRequest

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
def plain(folder: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(folder, SearchSettings(reordered=0))
    yield engine
    engine.close()


def questions(count: int) -> Iterator[SearchRequest]:
    random = Random(11)
    for _ in range(count):
        asked = random_request(random, random.choice(list(Collection)))
        yield dataclasses.replace(asked, sort=Sort.RELEVANCE, after=None, offset=0, limit=ALL)
        words = any_word(" ".join(random.choices(WORDS, k=random.randint(1, 6))))
        assert words is not None
        yield request(query=words, limit=ALL)


def scores(found):
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


def test_short_queries_lower_no_hit(finer: WhooshEngine, plain: WhooshEngine):
    random = Random(3)
    for _ in range(60):
        tree = any_word(" ".join(random.choices(WORDS, k=random.randint(1, 2))))
        assert tree is not None
        asked = request(query=tree, limit=ALL)
        before = scores(plain.search(asked))
        after = scores(finer.search(asked))
        assert all(after[name] >= score for name, score in before.items())
