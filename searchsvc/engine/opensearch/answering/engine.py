"""The seam's `SearchEngine` over a cluster."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from searchsvc.engine.opensearch.answering.asking import Budget
from searchsvc.engine.opensearch.answering.reader import Snapshot, SnapshotReader
from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.client import Client, Refused
from searchsvc.engine.opensearch.publishing.generations import Generations
from searchsvc.engine.opensearch.publishing.status import published, status_of
from searchsvc.errors import (
    EngineUnavailable,
    GenerationGone,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searchsvc.engine.contract import IndexStatus, Reader, SearchRequest, SearchResult
    from searchsvc.engine.suggestions import Spelling, SuggestRequest, SuggestResult
    from searchsvc.model import Collection, Document
    from searchsvc.query.tree import Term
    from searchsvc.settings import OpenSearchSettings, SearchSettings

T = TypeVar("T")

MOST_KEPT: Final = 8
"""Generations of which counts are kept."""
_NOT_FOUND: Final = 404


class OpenSearchEngine:
    """Answers from the generation that the alias is of; one instance serves all threads."""

    def __init__(self, settings: OpenSearchSettings, search: SearchSettings) -> None:
        """Remember where the cluster is; the first call asks it."""
        self._client = Client(settings)
        self._prefix = settings.prefix
        self._settings = search
        self._generations = Generations(self._client, settings.prefix)
        self._snapshots: dict[str, Snapshot] = {}
        self._asked: dict[str, float] = {}
        self._lock = threading.Lock()

    def read(
        self, question: Callable[[Reader], T], *, generation: str | None = None, searches: int = 1
    ) -> T:
        """See the contract."""
        if generation is not None:
            return self._read_named(question, generation, searches)
        while True:
            snapshot = self._published()
            try:
                return self._ask(question, snapshot, searches)
            except Refused as refused:
                if not _is_gone(refused):
                    raise self._unexpected(refused) from refused
                # It was replaced and deleted while it was asked.
                self._forget(snapshot.name)
                if self._generations.current() == snapshot.name:
                    raise IndexCorrupt(snapshot.index, "is not there") from refused

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        return self.read(lambda reader: reader.search(request))

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
        return self._published().name

    def status(self, *, wait: bool = True) -> IndexStatus:  # noqa: ARG002 - nothing is opened here
        """See the contract."""
        try:
            return status_of(self._generations, published(self._generations))
        except Refused as refused:
            raise self._unexpected(refused) from refused

    def close(self) -> None:
        """See the contract."""
        self._client.close()

    def _read_named(self, question: Callable[[Reader], T], generation: str, searches: int) -> T:
        index = names.index_of(self._prefix, generation)
        gone = GenerationGone(names.alias_of(self._prefix), generation)
        if not names.is_generation(generation) or not self._may_answer(generation):
            raise gone
        try:
            return self._ask(question, self._snapshot(generation), searches)
        except (IndexMissing, IndexCorrupt, IndexIncompatible) as error:
            raise gone from error
        except Refused as refused:
            if not _is_gone(refused):
                raise self._unexpected(refused) from refused
            self._forget(generation)
            raise GenerationGone(index, generation) from refused

    def _may_answer(self, generation: str) -> bool:
        """Whether a generation is kept, or was asked of this engine not long ago."""
        with self._lock:
            since = self._asked.get(generation)
        if since is not None and time.monotonic() - since <= self._settings.held_s:
            return True
        found = self._generations.found()
        return generation in found.complete

    def _ask(self, question: Callable[[Reader], T], snapshot: Snapshot, searches: int) -> T:
        with self._lock:
            self._asked.pop(snapshot.name, None)
            self._asked[snapshot.name] = time.monotonic()
            while len(self._asked) > 2 * MOST_KEPT:
                del self._asked[next(iter(self._asked))]
        budget = Budget(self._settings.budget_ms, searches=searches)
        return question(SnapshotReader(snapshot, self._client, self._settings, budget))

    def _published(self) -> Snapshot:
        try:
            current = self._generations.current()
            if current is None:
                raise IndexMissing(self._client.where)
            return self._snapshot(current)
        except Refused as refused:
            raise self._unexpected(refused) from refused

    def _snapshot(self, name: str) -> Snapshot:
        """The generation of this name. Raises IndexMissing, IndexCorrupt, IndexIncompatible."""
        with self._lock:
            found = self._snapshots.get(name)
        if found is not None:
            return found
        manifest = self._generations.manifest(name)
        found = Snapshot(name, names.index_of(self._prefix, name), manifest.built_at)
        with self._lock:
            found = self._snapshots.setdefault(name, found)
            while len(self._snapshots) > MOST_KEPT:
                del self._snapshots[next(iter(self._snapshots))]
        return found

    def _forget(self, name: str) -> None:
        with self._lock:
            self._snapshots.pop(name, None)
            self._asked.pop(name, None)

    def _unexpected(self, refused: Refused) -> EngineUnavailable:
        return EngineUnavailable(f"{self._client.where}: refuses what is asked ({refused})")


def search_of(
    client: Client, cluster: OpenSearchSettings, search: SearchSettings
) -> Callable[[str, SearchRequest], SearchResult]:
    """What answers a request from a generation that is complete, published or not.

    Args:
        client: of the cluster.
        cluster: its settings.
        search: of the formula; what a gate asks has no budget.
    """

    def answer(generation: str, request: SearchRequest) -> SearchResult:
        index = names.index_of(cluster.prefix, generation)
        snapshot = Snapshot(generation, index, dt.datetime.now(dt.UTC))
        boundless = replace(search, budget_ms=0)
        return SnapshotReader(snapshot, client, boundless, Budget(0)).search(request)

    return answer


def _is_gone(refused: Refused) -> bool:
    return refused.status == _NOT_FOUND or "index_not_found" in refused.kind
