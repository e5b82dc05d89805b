"""Searches that only count, each made once and no more of them than are allowed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from searchsvc.engine.contract import SearchRequest
from searchsvc.errors import QueryTooCostly

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.engine.contract import Reader
    from searchsvc.engine.suggestions import Spelling
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node
    from searchsvc.repairs.changes import Change


@dataclass(slots=True)
class Counter:
    """Counts what changes would find.

    Attributes:
        request_for: the search after a change; None where no address could ask for it.
        most: searches for changes that may be made.
        uncounted: changes that came after these, or were too costly beside the search itself.
        elapsed_s: seconds taken so far, those of the engine's guesses included.
    """

    reader: Reader
    request_for: Callable[[Change], SearchRequest | None]
    most: int
    uncounted: int = 0
    elapsed_s: float = 0.0
    _seen: set[SearchRequest] = field(default_factory=set)

    def know(self, request: SearchRequest) -> None:
        """Remember `request`, so that nothing that comes to the same is counted."""
        self._seen.add(counting(request))

    def total(self, change: Change) -> int | None:
        """What the search finds after `change`; None where that is known, or not counted."""
        request = self.request_for(change)
        if request is None:
            return None
        request = counting(request)
        if request in self._seen:
            return None
        self._seen.add(request)
        if self.most < 1:
            self.uncounted += 1
            return None
        self.most -= 1
        total = self._search(request)
        self.uncounted += total is None
        return total

    def holding(self, collection: Collection, word: Node) -> int | None:
        """How many documents of `collection` hold `word`, whatever else is asked; None: not counted."""
        return self._search(
            SearchRequest(collection=collection, query=word, limit=0, documents=False)
        )

    def spellings(
        self, collection: Collection, word: str, field_name: str | None, size: int
    ) -> tuple[Spelling, ...]:
        """The engine's guesses at what was meant by `word`."""
        started = time.perf_counter()
        try:
            found = self.reader.spellings(collection, word, field=field_name, size=size)
        except QueryTooCostly:
            self.most, found = 0, ()
        self.elapsed_s += time.perf_counter() - started
        return found

    def _search(self, request: SearchRequest) -> int | None:
        """What it finds; None where that is too costly, and nothing more is counted then.

        The search itself is answered: it must not fail for what would find more.
        """
        try:
            result = self.reader.search(request)
        except QueryTooCostly:
            self.most = 0
            return None
        self.elapsed_s += result.elapsed_s
        return result.total


def counting(request: SearchRequest) -> SearchRequest:
    """`request` for its total alone."""
    return SearchRequest(
        collection=request.collection,
        query=request.query,
        filters=request.filters,
        dates=request.dates,
        limit=0,
        documents=False,
    )
