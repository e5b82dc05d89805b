"""The seam's `SearchEngine` over an index folder."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from searchsvc.engine.contract import IndexStatus, SearchResult
from searchsvc.engine.whoosh.build import status_of
from searchsvc.engine.whoosh.execute import execute
from searchsvc.engine.whoosh.generations import CURRENT, read_current
from searchsvc.engine.whoosh.plan import plan_request
from searchsvc.engine.whoosh.snapshot import Snapshot, open_snapshot
from searchsvc.errors import EngineUnavailable, IndexCorrupt, IndexMissing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.model import Collection, Document
    from searchsvc.settings import SearchSettings

Mark = tuple[int, int, int]
"""Inode, time of change and size of `CURRENT`; it is replaced, never rewritten."""


class WhooshEngine:
    """Answers from the published generation; one instance serves all threads.

    Every call looks at `CURRENT` once. Where it was replaced, the first caller to notice opens
    the new generation while the others wait; requests in flight finish on the old one, which is
    closed behind the last of them.
    """

    def __init__(self, path: Path, settings: SearchSettings) -> None:
        """Remember where the index is; the first call opens it."""
        self._path = path
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._mark: Mark | None = None
        self._closed = False
        self._lock = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        started = time.perf_counter()
        with self._published() as snapshot:
            answer = execute(
                plan_request(request), snapshot.views[request.collection], self._settings
            )
        return SearchResult(
            total=answer.total,
            articles=answer.articles,
            ids=tuple(hit.document.id for hit in answer.hits),
            hits=answer.hits,
            end=None,
            facets=answer.facets,
            generation=snapshot.name,
            elapsed_s=time.perf_counter() - started,
        )

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        with self._published() as snapshot:
            return snapshot.views[collection].find(document_id)

    def status(self) -> IndexStatus:
        """See the contract."""
        with self._published() as snapshot:
            return status_of(self._path, snapshot.name, snapshot.manifest)

    def close(self) -> None:
        """See the contract."""
        with self._lock:
            self._closed = True
            self._replace(None, None)

    @contextmanager
    def _published(self) -> Iterator[Snapshot]:
        """The published generation, open for as long as the caller needs it."""
        with self._lock:
            snapshot = self._newest()
            snapshot.acquire()
        try:
            yield snapshot
        finally:
            snapshot.release()

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
                self._replace(opened, mark)
        return self._snapshot

    def _replace(self, snapshot: Snapshot | None, mark: Mark | None) -> None:
        if self._snapshot is not None:
            self._snapshot.release()
        self._snapshot, self._mark = snapshot, mark

    def _look(self) -> Mark:
        try:
            found = (self._path / CURRENT).stat()
        except FileNotFoundError as error:
            raise IndexMissing(self._path) from error
        except OSError as error:
            raise EngineUnavailable(f"{self._path}: cannot be read ({error.strerror})") from error
        return found.st_ino, found.st_mtime_ns, found.st_size
