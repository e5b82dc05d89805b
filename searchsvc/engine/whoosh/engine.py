"""The seam's `SearchEngine` over an index folder."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from searchsvc.engine.suggestions import SuggestResult
from searchsvc.engine.whoosh.build import status_of
from searchsvc.engine.whoosh.execute import document
from searchsvc.engine.whoosh.generations import CURRENT, read_current
from searchsvc.engine.whoosh.leaves import frequency
from searchsvc.engine.whoosh.snapshot import Snapshot, open_snapshot
from searchsvc.engine.whoosh.spelling import spellings
from searchsvc.engine.whoosh.suggesting import suggest
from searchsvc.errors import EngineUnavailable, IndexCorrupt, IndexMissing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus, SearchRequest, SearchResult
    from searchsvc.engine.suggestions import Spelling, SuggestRequest
    from searchsvc.model import Collection, Document
    from searchsvc.query.tree import Term
    from searchsvc.settings import SearchSettings

Mark = tuple[int, int, int]
"""Inode, time of change and size of `CURRENT`; it is replaced, never rewritten."""


class WhooshEngine:
    """Answers from the published generation; one instance serves all threads.

    Every call looks at `CURRENT` once. Where it was replaced, the first caller to notice opens
    the new generation while the others wait; requests in flight finish on the old one.
    """

    def __init__(self, path: Path, settings: SearchSettings) -> None:
        """Remember where the index is; the first call opens it."""
        self._path = path
        self._current = str(path / CURRENT)
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._mark: Mark | None = None
        self._closed = False
        self._lock = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        return self._published().search(request, self._settings)

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        started = time.perf_counter()
        snapshot = self._published()
        found = suggest(request, snapshot.views[request.search.collection])
        return SuggestResult(found, snapshot.name, time.perf_counter() - started)

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        return spellings(self._published().views[collection], word, field, size)

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""
        view = self._published().views[collection]
        return tuple(frequency(term, view) for term in terms)

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        view = self._published().views[collection]
        doc = view.find(document_id)
        return None if doc < 0 else document(view, doc)

    def status(self) -> IndexStatus:
        """See the contract."""
        snapshot = self._published()
        return status_of(self._path, snapshot.name, snapshot.manifest)

    def close(self) -> None:
        """See the contract."""
        with self._lock:
            self._closed = True
            self._snapshot = self._mark = None

    def _published(self) -> Snapshot:
        """The published generation."""
        with self._lock:
            return self._newest()

    def _newest(self) -> Snapshot:
        """The published generation, opened where it is not; the caller holds the lock."""
        if self._closed:
            raise EngineUnavailable(f"{self._path}: the engine has been closed")
        mark = self._look()
        while self._snapshot is None or mark != self._mark:
            try:
                opened = open_snapshot(self._path / read_current(self._path))
            except IndexCorrupt:
                # It may have been replaced and dropped while it was being opened.
                changed = self._look()
                if changed == mark:
                    raise
                mark = changed
            else:
                self._snapshot, self._mark = opened, mark
        return self._snapshot

    def _look(self) -> Mark:
        try:
            found = os.stat(self._current)  # noqa: PTH116 - every search does it, and a Path costs twice as much
        except FileNotFoundError as error:
            raise IndexMissing(self._path) from error
        except OSError as error:
            raise EngineUnavailable(f"{self._path}: cannot be read ({error.strerror})") from error
        return found.st_ino, found.st_mtime_ns, found.st_size
