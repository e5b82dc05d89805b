"""An opened generation: immutable, shared by all threads, closed when its last user lets go.

Arrays are read into memory when the generation is opened. Whoosh's files are not safe to read
from two threads at once (they share a file position), so every read of them holds the lock of its
segment; work on arrays holds none.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound

from searchsvc.documents import load
from searchsvc.engine.whoosh.columns import Columns, Doc, Mask, read_columns
from searchsvc.engine.whoosh.manifest import Manifest, check_sizes, read_manifest
from searchsvc.engine.whoosh.schema import SCHEMAS, word_fields
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from searchsvc.engine.whoosh.columns import Docs, Ordinals
    from searchsvc.model import Document


@dataclass(slots=True)
class Segment:
    """One segment of a collection.

    Attributes:
        collection: which.
        reader: Whoosh's; only to be used while holding `lock`.
        columns: our arrays.
        alive: bool[n], documents that are not deleted.
        lock: see the module docstring.
        words: sorted terms by Whoosh field, kept once they have been listed.
    """

    collection: Collection
    reader: SegmentReader
    columns: Columns
    alive: Mask
    lock: threading.Lock = field(default_factory=threading.Lock)
    words: dict[str, list[str]] = field(default_factory=dict)

    def postings(self, whoosh_field: str, term: str) -> tuple[Docs, npt.NDArray[np.float64]]:
        """Documents with `term`, ascending and not deleted, and how often each has it."""
        docs: list[int] = []
        frequencies: list[float] = []
        with self.lock:
            try:
                matcher = self.reader.postings(whoosh_field, term)
            except TermNotFound:
                return np.zeros(0, np.int32), np.zeros(0)
            while matcher.is_active():
                docs.append(matcher.id())
                frequencies.append(matcher.weight())
                matcher.next()
        return np.array(docs, np.int32), np.array(frequencies)

    def positions(self, whoosh_field: str, term: str, docs: Docs) -> list[list[int]]:
        """Positions of `term` in each of `docs`, ascending, which all have it."""
        found: list[list[int]] = []
        with self.lock:
            matcher = self.reader.postings(whoosh_field, term)
            for doc in docs.tolist():
                matcher.skip_to(doc)
                found.append(matcher.value_as("positions"))
        return found

    def terms(self, whoosh_field: str) -> Sequence[str]:
        """All terms of a Whoosh field, ascending."""
        with self.lock:
            if whoosh_field not in self.words:
                self.words[whoosh_field] = [
                    term.decode() for term in self.reader.lexicon(whoosh_field)
                ]
            return self.words[whoosh_field]

    def document(self, doc: Doc) -> Document:
        """The stored document."""
        with self.lock:
            stored = self.reader.stored_fields(doc)
        return load(self.collection, stored["document"])


@dataclass(frozen=True)
class FacetValues:
    """The values of one facet field over all segments of a collection.

    Attributes:
        values: distinct values, ascending.
        local: for each segment int32[values there], the place in `values` of each of its ordinals.
    """

    values: tuple[str, ...]
    local: tuple[Ordinals, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each value in `values`."""
        return {value: place for place, value in enumerate(self.values)}


class CollectionView:
    """One collection of an opened generation."""

    def __init__(self, collection: Collection, segments: tuple[Segment, ...]) -> None:
        """Take over `segments` and sum up the lengths of their documents."""
        self.collection = collection
        self.segments = segments
        self.count = sum(int(segment.alive.sum()) for segment in segments)
        self.mean_lengths = {
            name: _mean_length(segments, name) for name in word_fields(collection)
        }
        self._facets: dict[str, FacetValues] = {}
        self._lock = threading.Lock()

    def facet(self, name: str) -> FacetValues:
        """The values of facet field `name`, gathered once when first asked for."""
        with self._lock:
            if name not in self._facets:
                self._facets[name] = _gather(self.segments, name)
            return self._facets[name]

    def find(self, document_id: str) -> Document | None:
        """The stored document with this id, or None."""
        for segment in self.segments:
            doc = segment.columns.find(document_id)
            if doc is not None and segment.alive[doc]:
                return segment.document(doc)
        return None


class Snapshot:
    """An opened generation; `acquire` before use, `release` after."""

    def __init__(
        self, name: str, manifest: Manifest, views: Mapping[Collection, CollectionView]
    ) -> None:
        """Start with one user, whoever opened it."""
        self.name = name
        self.manifest = manifest
        self.views = views
        self._users = 1
        self._lock = threading.Lock()

    def acquire(self) -> None:
        """Count one more user; only while another one is sure to stay."""
        with self._lock:
            self._users += 1

    def release(self) -> None:
        """Count one user less; the last one closes Whoosh's files."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
        for view in self.views.values():
            _close(view.segments)


def open_snapshot(folder: Path) -> Snapshot:
    """The generation in `folder`, checked against its manifest before Whoosh reads anything.

    Raises:
        IndexIncompatible, IndexCorrupt: see `manifest`.
    """
    manifest = read_manifest(folder)
    check_sizes(folder, manifest)
    opened: dict[Collection, CollectionView] = {}
    try:
        for collection in Collection:
            opened[collection] = CollectionView(collection, _open_segments(folder, collection))
    except BaseException:  # raised again: what is open already must not leak
        for view in opened.values():
            _close(view.segments)
        raise
    return Snapshot(folder.name, manifest, opened)


def _open_segments(folder: Path, collection: Collection) -> tuple[Segment, ...]:
    schema = SCHEMAS[collection]
    storage = FileStorage(str(folder))
    index = FileIndex(storage, schema, collection.value)
    opened: list[Segment] = []
    try:
        for segment in index._segments():  # noqa: SLF001 - Whoosh offers no public way to its segments
            name = segment.segment_id()
            columns = read_columns(folder / f"{name}.npz", collection)
            alive = np.ones(segment.doc_count_all(), np.bool_)
            alive[list(segment.deleted_docs())] = False
            reader = SegmentReader(storage, schema, segment)
            opened.append(Segment(collection, reader, columns, alive))
            # Whoosh opens this file when it is first read from, which may be after the folder
            # has been deleted.
            reader.stored_fields(0)
    except BaseException:  # raised again, as above
        _close(opened)
        raise
    return tuple(opened)


def _close(segments: Iterable[Segment]) -> None:
    for segment in segments:
        segment.reader.close()


def _mean_length(segments: Sequence[Segment], name: str) -> float:
    """Mean tokens of a field over the documents that have any; 1.0 where none has."""
    lengths = [segment.columns.lengths[name][segment.alive] for segment in segments]
    total = sum(int(each.sum(dtype=np.int64)) for each in lengths)
    having = sum(int(np.count_nonzero(each)) for each in lengths)
    return total / having if having else 1.0


def _gather(segments: Sequence[Segment], name: str) -> FacetValues:
    columns = [segment.columns.facets[name] for segment in segments]
    local = [[facet.values[at] for at in range(len(facet.values))] for facet in columns]
    values = tuple(sorted({value for each in local for value in each}))
    place = {value: at for at, value in enumerate(values)}
    return FacetValues(
        values, tuple(np.array([place[value] for value in each], np.int32) for each in local)
    )
