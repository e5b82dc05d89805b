"""The seam's `Reader` over the index of one generation."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from searchsvc.engine.contract import Cursor, SearchResult, Walk
from searchsvc.engine.opensearch.answering.asking import Asker, Budget
from searchsvc.engine.opensearch.answering.execute import execute, totals, walked
from searchsvc.engine.opensearch.answering.ranking import Ranking
from searchsvc.engine.opensearch.answering.spelling import spellings
from searchsvc.engine.opensearch.answering.statistics import Kept, Statistics
from searchsvc.engine.opensearch.answering.suggesting import suggest
from searchsvc.engine.opensearch.compiling.leaves import matched_leaf
from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.sources import received
from searchsvc.engine.suggestions import SuggestResult
from searchsvc.model import Collection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.suggestions import Spelling, SuggestRequest
    from searchsvc.model import Document
    from searchsvc.query.tree import Term
    from searchsvc.settings import SearchSettings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A generation that can be asked, and what has been counted of it so far.

    Attributes:
        name: of the generation.
        index: in which it lies.
    """

    name: str
    index: str
    built_at: dt.datetime
    kept: dict[Collection, Kept] = field(
        default_factory=lambda: {each: Kept(each) for each in Collection}
    )


@dataclass(frozen=True, slots=True)
class SnapshotReader:
    """Answers from one snapshot, all of it within one budget; see the contract."""

    snapshot: Snapshot
    client: Client
    settings: SearchSettings
    budget: Budget

    @property
    def generation(self) -> str:
        """See the contract."""
        return self.snapshot.name

    @property
    def built_at(self) -> dt.datetime:
        """See the contract."""
        return self.snapshot.built_at

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        started = time.perf_counter()
        with self.budget.running():
            answer = execute(request, *self._means(request.collection), self.settings)
        return SearchResult(
            total=answer.total,
            articles=answer.articles,
            ids=answer.ids,
            hits=answer.hits,
            end=answer.end,
            facets=answer.facets,
            generation=self.generation,
            elapsed_s=time.perf_counter() - started,
        )

    def walk(self, request: SearchRequest) -> Walk:
        """See the contract."""
        request = replace(request, limit=1, facets=(), explain=False)
        with self.budget.running():
            counted, asker = self._means(request.collection)
            total, articles = totals(request, asker)
        # Who walks takes as long as it takes.
        counted, asker = self._means(request.collection, boundless=True)
        hits, places = (Ranking(request, counted, asker, self.settings) for _ in range(2))
        return Walk(
            total,
            articles,
            _after(walked(request, hits, self.snapshot.index), request.offset),
            self.generation,
            _after(_cursors(places), request.offset),
        )

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        started = time.perf_counter()
        with self.budget.running():
            found = suggest(request, *self._means(request.search.collection))
        return SuggestResult(found, self.generation, time.perf_counter() - started)

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        with self.budget.running():
            return spellings(word, field, size, *self._means(collection))

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""
        _, asker = self._means(collection, boundless=True)
        return tuple(asker.counts([matched_leaf(term, collection) for term in terms]))

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        _, asker = self._means(collection, boundless=True)
        wanted = [
            {"term": {layout.ID: document_id}},
            {"term": {layout.COLLECTION: str(collection)}},
        ]
        query = {"bool": {"filter": wanted}}
        answer = asker.search({"query": query, "size": 1, "_source": [layout.STORED]})
        hits = answer["hits"]["hits"]
        if not hits:
            return None
        return received(
            collection, document_id, hits[0].get("_source") or {}, where=self.snapshot.index
        )

    def _means(
        self, collection: Collection, *, boundless: bool = False
    ) -> tuple[Statistics, Asker]:
        budget = Budget(0) if boundless else self.budget
        asker = Asker(self.client, self.snapshot.index, budget)
        return Statistics(self.snapshot.kept[collection], asker), asker


def _cursors(ranking: Ranking) -> Iterator[Cursor]:
    for place in ranking.places(documents=False):
        yield Cursor(place.key, place.id)


def _after(items: Iterator[T], offset: int) -> Iterator[T]:
    """`items` without the first ones."""
    for at, item in enumerate(items):
        if at >= offset:
            yield item
