"""The seam's `SearchEngine` over an index folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from searchsvc.engine.whoosh.budget import Budget
from searchsvc.engine.whoosh.generations import previous_generations
from searchsvc.engine.whoosh.published import Published
from searchsvc.engine.whoosh.reader import SnapshotReader
from searchsvc.engine.whoosh.status import status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus, Reader, SearchRequest, SearchResult
    from searchsvc.engine.suggestions import Spelling, SuggestRequest, SuggestResult
    from searchsvc.engine.whoosh.snapshot import Snapshot
    from searchsvc.model import Collection, Document
    from searchsvc.query.tree import Term
    from searchsvc.settings import SearchSettings

T = TypeVar("T")


class WhooshEngine:
    """Answers from the published generation, see `published`; one instance serves all threads."""

    def __init__(self, path: Path, settings: SearchSettings) -> None:
        """Remember where the index is; the first call opens it."""
        self._path = path
        self._settings = settings
        self._published = Published(path, held_s=settings.held_s)

    def read(
        self, question: Callable[[Reader], T], *, generation: str | None = None, searches: int = 1
    ) -> T:
        """See the contract."""

        def asked(snapshot: Snapshot) -> T:
            budget = Budget(self._settings.budget_ms, searches=searches)
            return question(SnapshotReader(snapshot, self._settings, budget))

        if generation is None:
            return self._published.ask(asked)
        return self._published.ask_of(generation, asked)

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract. Without the reader in between, which costs as much as finding a word."""
        settings = self._settings
        return self._published.ask(
            lambda snapshot: snapshot.search(request, settings, Budget(settings.budget_ms))
        )

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        return self.read(lambda reader: reader.suggest(request))

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        return self.read(lambda reader: reader.spellings(collection, word, field=field, size=size))

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""
        return self.read(lambda reader: reader.frequencies(collection, terms))

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        return self.read(lambda reader: reader.fetch(collection, document_id))

    def generation(self) -> str:
        """See the contract."""
        return self.read(lambda reader: reader.generation)

    def status(self, *, wait: bool = True) -> IndexStatus:
        """See the contract."""
        standing = self._published.latest() if wait else self._published.now()
        snapshot = standing.opened()
        return replace(
            status_of(self._path, snapshot.manifest),
            previous=previous_generations(self._path, standing.published),
            refused=tuple(refusal.told(self._path) for refusal in standing.refused),
        )

    def close(self) -> None:
        """See the contract."""
        self._published.close()
