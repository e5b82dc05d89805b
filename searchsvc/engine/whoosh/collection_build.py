"""The segments of one collection inside a generation in the making."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.merging import Source, merge_segments
from searchsvc.columnar.postings import NO_DOCS
from searchsvc.columnar.segment import Segment
from searchsvc.engine.whoosh.codec import ArraySegment, read_segments, write_toc
from searchsvc.engine.whoosh.schema import SCHEMAS, layout_of
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.rows import Row
    from searchsvc.engine.whoosh.runs import SegmentWriters

RUN_CHARACTERS: Final = 8_000_000
"""A segment is written when the rows gathered have this much text and stored text together."""

SMALL_DOCUMENTS: Final = 5_000
SMALL_SEGMENTS: Final = 8
"""More than this many segments below that size are merged into one by the next build."""

MERGED_AT_ONCE: Final = 32
"""Segments that are merged in one go; where there are more, in several."""


@dataclass(slots=True)
class _Listed:
    """A segment of the build: opened, and which of its documents have been removed."""

    segment: Segment
    deleted: npt.NDArray[np.bool_]

    @property
    def alive(self) -> int:
        """How many documents are left."""
        return self.segment.count - int(np.count_nonzero(self.deleted))


class CollectionBuild:
    """Gathers rows, writes them as segments, and in the end merges what is worth merging.

    What is removed is removed from the inherited segments only.
    """

    def __init__(
        self, folder: Path, collection: Collection, writers: SegmentWriters, *, inherited: bool
    ) -> None:
        """Open the inherited segments, or start with none."""
        self._folder = folder
        self._collection = collection
        self._writers = writers
        self._layout = layout_of(collection)
        self._rows: list[Row] = []
        self._characters = 0
        self._inherited: list[_Listed] = []
        self._written: list[str] = []
        if inherited:
            for listed in read_segments(folder, collection.value, SCHEMAS[collection]):
                segment = Segment(folder, listed.segment_id(), check=False)
                self._inherited.append(_Listed(segment, listed.deleted_mask().copy()))

    def add(self, rows: Iterable[Row]) -> None:
        """Take in `rows`; those of one call come to lie in one segment."""
        for row in rows:
            self._rows.append(row)
            self._characters += _size(row)
        if self._characters >= RUN_CHARACTERS:
            self.flush()

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove the documents of these articles from the inherited segments."""
        for listed in self._inherited:
            for article_id in article_ids:
                docs = _docs_of_article(listed.segment, self._collection, article_id)
                listed.deleted[docs] = True

    def finish(self) -> int:
        """Merge what is written and list the segments; returns how many documents there are."""
        listed = self._merged([*self._inherited, *map(self._open, self._written)])
        write_toc(
            self._folder,
            self._collection.value,
            SCHEMAS[self._collection],
            [
                ArraySegment(each.segment.name, each.segment.count, deleted=each.deleted)
                for each in listed
            ],
        )
        return sum(each.alive for each in listed)

    def flush(self) -> None:
        """Have the rows gathered so far written."""
        if self._rows:
            name = self._new_name()
            self._writers.write(self._rows, self._layout, name)
            self._rows, self._characters = [], 0
            self._written.append(name)

    def _merged(self, listed: list[_Listed]) -> list[_Listed]:
        """The segments that stay as they are, and the one that the others are merged into."""
        if self._inherited:
            chosen = _to_merge(listed)
        else:
            chosen = range(len(listed)) if len(listed) > 1 else ()
        merging = [listed[index] for index in chosen]
        staying = [each for each in listed if each not in merging and each.alive]
        while merging:
            some, merging = merging[:MERGED_AT_ONCE], merging[MERGED_AT_ONCE:]
            merged = self._merge(some)
            if merging:
                merging.append(merged)
            elif merged.alive:
                staying.append(merged)
        kept = {each.segment.name for each in staying}
        for each in listed:
            if each.segment.name not in kept:
                _delete(self._folder, each.segment.name)
        return staying

    def _merge(self, listed: Sequence[_Listed]) -> _Listed:
        name = self._new_name()
        sources = [
            Source(each.segment, ~each.deleted if each.deleted.any() else None) for each in listed
        ]
        merge_segments(sources, self._layout, self._folder, name)
        for each in listed:
            _delete(self._folder, each.segment.name)
        return self._open(name)

    def _open(self, name: str) -> _Listed:
        segment = Segment(self._folder, name, check=False)
        return _Listed(segment, np.zeros(segment.count, np.bool_))

    def _new_name(self) -> str:
        return f"{self._collection.value}_{secrets.token_hex(8)}"


def _to_merge(listed: Sequence[_Listed]) -> Sequence[int]:
    """Small segments once there are many, and those of which more than half is deleted."""
    small = [index for index, each in enumerate(listed) if each.alive < SMALL_DOCUMENTS]
    hollow = {index for index, each in enumerate(listed) if each.alive * 2 < each.segment.count}
    return sorted(hollow.union(small if len(small) > SMALL_SEGMENTS else ()))


def _size(row: Row) -> int:
    """Characters of a row's texts, and bytes of what is stored with it."""
    texts = sum(len(text) for each in row.words.values() for text in each)
    return texts + len(row.stored or b"")


def _docs_of_article(segment: Segment, collection: Collection, article_id: str) -> Ints:
    """Numbers of the documents of an article in one segment, deleted ones among them."""
    if collection is Collection.ARTICLES:
        doc = segment.find(article_id)
        return NO_DOCS if doc < 0 else np.array([doc])
    postings = segment.values("article")
    index = postings.terms.find(article_id)
    return NO_DOCS if index < 0 else postings.docs(index)


def _delete(folder: Path, name: str) -> None:
    """Delete the files of a segment from the build; a generation that links them keeps them."""
    for file in folder.glob(f"{name}.*"):
        file.unlink()
