"""The seam's `SearchEngine` over an index folder."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from searchsvc.engine.suggestions import SuggestResult
from searchsvc.engine.whoosh.execute import document
from searchsvc.engine.whoosh.generations import previous_generations
from searchsvc.engine.whoosh.leaves import frequency
from searchsvc.engine.whoosh.published import Published
from searchsvc.engine.whoosh.spelling import spellings
from searchsvc.engine.whoosh.status import status_of
from searchsvc.engine.whoosh.suggesting import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus, SearchRequest, SearchResult
    from searchsvc.engine.suggestions import Spelling, SuggestRequest
    from searchsvc.engine.whoosh.snapshot import Snapshot
    from searchsvc.model import Collection, Document
    from searchsvc.query.tree import Term
    from searchsvc.settings import SearchSettings


class WhooshEngine:
    """Answers from the published generation, see `published`; one instance serves all threads."""

    def __init__(self, path: Path, settings: SearchSettings) -> None:
        """Remember where the index is; the first call opens it."""
        self._path = path
        self._settings = settings
        self._published = Published(path)

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        return self._published.ask(lambda snapshot: snapshot.search(request, self._settings))

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        started = time.perf_counter()

        def suggested(snapshot: Snapshot) -> SuggestResult:
            found = suggest(request, snapshot.views[request.search.collection])
            return SuggestResult(found, snapshot.name, time.perf_counter() - started)

        return self._published.ask(suggested)

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        return self._published.ask(
            lambda snapshot: spellings(snapshot.views[collection], word, field, size)
        )

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""

        def counted(snapshot: Snapshot) -> tuple[int, ...]:
            view = snapshot.views[collection]
            return tuple(frequency(term, view) for term in terms)

        return self._published.ask(counted)

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""

        def fetched(snapshot: Snapshot) -> Document | None:
            view = snapshot.views[collection]
            doc = view.find(document_id)
            return None if doc < 0 else document(view, doc)

        return self._published.ask(fetched)

    def status(self) -> IndexStatus:
        """See the contract."""
        standing = self._published.latest()
        snapshot = standing.opened()
        return replace(
            status_of(self._path, snapshot.manifest),
            previous=previous_generations(self._path, standing.published),
            refused=tuple(refusal.told(self._path) for refusal in standing.refused),
        )

    def close(self) -> None:
        """See the contract."""
        self._published.close()
