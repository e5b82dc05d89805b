"""What is asked of every archive, by the thousand."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from searchsvc.engine.contract import FacetRequest, SearchRequest, Sort
from searchsvc.engine.whoosh import WhooshEngine
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.query.tree import And, Not, Or, Phrase, Synonyms
from searchsvc.settings import SearchSettings
from tests.archive.oracle import Oracle
from tests.archive.questions import link_of, random_request
from tests.engine_contract.test_explanations import assert_adds_up
from tests.engine_contract.whoosh_questions import (
    counted_by_whoosh,
    found_by_whoosh,
    searcher_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from searchsvc.engine.contract import SearchResult
    from searchsvc.model import Document
    from searchsvc.query.tree import Node

SETTINGS = SearchSettings(reordered=0)
"""The oracle knows the first stage of the order; the contract tests compare the second."""

Pair = tuple[ArticleDocument, tuple[StatementDocument, ...]]


@dataclass(frozen=True)
class Archived:
    """A published archive, what it holds by collection, and an oracle for each."""

    path: Path
    documents: dict[Collection, list[Document]]

    @classmethod
    def of(cls, path: Path, pairs: Iterable[Pair]) -> Archived:
        """The index at `path`, in which these articles and their statements were published."""
        documents: dict[Collection, list[Document]] = {name: [] for name in Collection}
        for article, statements in pairs:
            documents[Collection.ARTICLES].append(article)
            documents[Collection.STATEMENTS] += statements
        return cls(path, documents)

    @cached_property
    def engine(self) -> WhooshEngine:
        return WhooshEngine(self.path, SETTINGS)

    @cached_property
    def oracles(self) -> dict[Collection, Oracle]:
        return {name: Oracle(name, documents) for name, documents in self.documents.items()}


def check_questions(archived: Archived, collection: Collection, questions: int) -> None:
    """Totals, facets, date order and the totals behind facets are the oracle's."""
    oracle, engine = archived.oracles[collection], archived.engine
    rng = random.Random(f"{collection} 1")
    found = links = 0
    for number in range(questions):
        request = dataclasses.replace(random_request(oracle, rng), documents=rng.random() < 0.3)
        try:
            result = engine.search(request)
            oracle.check(request, result)
            found += bool(result.total)
            for counts in result.facets:
                if counts.field != "date" and counts.buckets:
                    bucket = rng.choice(counts.buckets)
                    link = link_of(request, counts.field, bucket.value)
                    assert engine.search(link).total == bucket.count, link
                    link = link_of(request, counts.field, MISSING)
                    assert engine.search(link).total == counts.missing, link
                    links += 1
        except AssertionError as error:
            error.add_note(f"question {number}: {request}")
            raise
    assert found > questions / 4
    assert links > questions / 4


def check_scores(archived: Archived, collection: Collection, questions: int) -> None:
    """Scores are those of the formula, and the best hits come first."""
    oracle, engine = archived.oracles[collection], archived.engine
    rng = random.Random(f"{collection} 2")
    compared = 0
    for _ in range(questions):
        asked = random_request(oracle, rng)
        request = dataclasses.replace(asked, sort=Sort.RELEVANCE, facets=(), limit=10, offset=0)
        try:
            compared += oracle.check_scores(request, engine.search(request), SETTINGS)
        except AssertionError as error:
            error.add_note(str(request))
            raise
    assert compared > questions


def check_explanations(archived: Archived, collection: Collection, hits: int) -> None:
    """The reasons of so many hits with a score add up to it."""
    rng = random.Random(f"{collection} 5")
    explained = 0
    while explained < hits:
        asked = random_request(archived.oracles[collection], rng)
        sort = rng.choice((Sort.RELEVANCE, Sort.FRESH))
        asked = dataclasses.replace(asked, sort=sort, explain=True, documents=True, offset=0)
        for hit in archived.engine.search(dataclasses.replace(asked, facets=(), limit=10)).hits:
            assert_adds_up(hit)
            explained += hit.score > 0


def check_pages(archived: Archived, collection: Collection, questions: int) -> None:
    """Walking page by page, each hit comes once, in the order of one big page."""
    oracle, engine = archived.oracles[collection], archived.engine
    rng = random.Random(f"{collection} 3")
    walked = 0
    for number in range(questions):
        asked = random_request(oracle, rng)
        sort = tuple(Sort)[number % len(Sort)]
        asked = dataclasses.replace(asked, sort=sort, documents=False, facets=(), offset=0)
        whole = engine.search(dataclasses.replace(asked, limit=100_000)).ids
        size = max(1, len(whole) // 12)
        pages = [page.ids for page in _walk(engine, dataclasses.replace(asked, limit=size))]
        assert [name for page in pages for name in page] == list(whole), asked
        walked += len(pages)
    assert walked > 2 * questions


def _walk(engine: WhooshEngine, asked: SearchRequest) -> Iterator[SearchResult]:
    while True:
        page = engine.search(asked)
        yield page
        if page.end is None:
            return
        asked = dataclasses.replace(asked, after=page.end)


def check_whoosh(archived: Archived, collection: Collection, questions: int) -> None:
    """Whoosh's own searcher over the same files finds the same documents and groups."""
    oracle, engine = archived.oracles[collection], archived.engine
    rng = random.Random(f"{collection} 4")
    fields = [name for name in facet_fields(collection) if name not in ("date", "article")]
    found = 0
    with searcher_of(archived.path, collection) as searcher:
        for number in range(questions):
            node = random_request(oracle, rng).query
            if _is_loose(node):
                continue
            field = rng.choice(fields)
            facets = (FacetRequest(field, size=100_000),)
            ours = engine.search(
                SearchRequest(collection, node, facets=facets, limit=100_000, documents=False)
            )
            assert found_by_whoosh(searcher, node, collection) == set(ours.ids), node
            found += bool(ours.ids)
            if number % 4 == 0:
                counts: dict[str | None, int] = dict(ours.facets[0].buckets)
                if ours.facets[0].missing:
                    counts[None] = ours.facets[0].missing
                assert counted_by_whoosh(searcher, node, collection, field) == counts, node
    assert found > questions / 3


def _is_loose(node: Node) -> bool:
    """Whether there is a phrase with gaps in it, which Whoosh takes for something else."""
    match node:
        case And() | Or():
            return any(map(_is_loose, node.children))
        case Not():
            return _is_loose(node.child)
        case Synonyms():
            return any(map(_is_loose, (node.typed, *node.others)))
        case Phrase():
            return node.slop > 0
    return False
