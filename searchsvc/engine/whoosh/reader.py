"""The seam's `Reader` over an opened generation."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchsvc.engine.suggestions import SuggestResult
from searchsvc.engine.whoosh.execute import document
from searchsvc.engine.whoosh.leaves import frequency
from searchsvc.engine.whoosh.spelling import spellings
from searchsvc.engine.whoosh.suggesting import suggest
from searchsvc.engine.whoosh.walking import walk

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from searchsvc.engine.contract import SearchRequest, SearchResult, Walk
    from searchsvc.engine.suggestions import Spelling, SuggestRequest
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.snapshot import Snapshot
    from searchsvc.model import Collection, Document
    from searchsvc.query.tree import Term
    from searchsvc.settings import SearchSettings


@dataclass(frozen=True, slots=True)
class SnapshotReader:
    """Answers from one snapshot, all of it within one budget; see the contract."""

    snapshot: Snapshot
    settings: SearchSettings
    budget: Budget

    @property
    def generation(self) -> str:
        """See the contract."""
        return self.snapshot.name

    @property
    def built_at(self) -> dt.datetime:
        """See the contract."""
        return self.snapshot.manifest.built_at

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        return self.snapshot.search(request, self.settings, self.budget)

    def walk(self, request: SearchRequest) -> Walk:
        """See the contract."""
        return walk(request, self.snapshot, self.settings, self.budget)

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        started = time.perf_counter()
        view = self.snapshot.views[request.search.collection]
        with self.budget.running():
            found = suggest(request, view, self.budget)
        return SuggestResult(found, self.generation, time.perf_counter() - started)

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        with self.budget.running():
            return spellings(self.snapshot.views[collection], word, field, size, self.budget)

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""
        view = self.snapshot.views[collection]
        return tuple(frequency(term, view) for term in terms)

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        view = self.snapshot.views[collection]
        doc = view.find(document_id)
        return None if doc < 0 else document(view, doc)
