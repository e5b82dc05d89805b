"""The segments of one collection inside a generation in the making."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.merging.segments import Source, merge_segments
from searchsvc.columnar.merging.tiers import choose
from searchsvc.columnar.postings import NO_DOCS
from searchsvc.columnar.segment import Segment
from searchsvc.engine.whoosh.codec import ArraySegment, read_segments, write_toc
from searchsvc.engine.whoosh.manifest import compare
from searchsvc.engine.whoosh.schema import SCHEMAS, layout_of
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.writing.rows import Row
    from searchsvc.engine.whoosh.manifest import FileRecord
    from searchsvc.engine.whoosh.runs import SegmentWriters

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
        self,
        folder: Path,
        collection: Collection,
        writers: SegmentWriters,
        *,
        inherited: Mapping[str, FileRecord] | None,
    ) -> None:
        """Open the inherited segments, or start with none.

        Args:
            folder: of the build.
            collection: whose documents are gathered.
            writers: write segments.
            inherited: what the files must be that `folder` has from the parent; None where there is
                none. They are compared with it before anything of them is written again.
        """
        self._folder = folder
        self._collection = collection
        self._layout = layout_of(collection)
        self._run = writers.start(self._layout)
        self._inherited: list[_Listed] = []
        self._written: list[str] = []
        self._records = inherited or {}
        if inherited is not None:
            for listed in read_segments(folder, collection.value, SCHEMAS[collection]):
                segment = Segment(folder, listed.segment_id(), check=False)
                self._inherited.append(_Listed(segment, listed.deleted_mask().copy()))

    def add(self, rows: Iterable[Row]) -> None:
        """Take in `rows`."""
        self._run.add(rows)

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
        if len(self._run):
            name = self._new_name()
            self._run.write(self._folder, name)
            self._written.append(name)

    def _merged(self, listed: list[_Listed]) -> list[_Listed]:
        """The segments that stay as they are, and the one that the others are merged into.

        All become one where none is inherited: those who build afresh expect the fastest index.
        """
        chosen = set(range(len(listed)))
        if self._inherited:
            live = [each.alive for each in listed]
            chosen = set(choose(live, [each.segment.count - each.alive for each in listed]))
        elif len(listed) == 1:
            return listed
        staying = [each for index, each in enumerate(listed) if index not in chosen]
        merging = [listed[index] for index in sorted(chosen)]
        for each in merging:
            if not each.alive:
                _delete(self._folder, each.segment.name)
        merging = [each for each in merging if each.alive]
        while merging:
            some, merging = merging[:MERGED_AT_ONCE], merging[MERGED_AT_ONCE:]
            merged = self._merge(some)
            (merging or staying).append(merged)
        return staying

    def _merge(self, listed: Sequence[_Listed]) -> _Listed:
        for each in listed:
            self._check(each.segment.name)
        name = self._new_name()
        sources = [
            Source(each.segment, ~each.deleted if each.deleted.any() else None) for each in listed
        ]
        merge_segments(sources, self._layout, self._folder, name)
        for each in listed:
            _delete(self._folder, each.segment.name)
        return self._open(name)

    def _check(self, segment: str) -> None:
        """Compare the files of a segment with what was written, where it is inherited.

        Raises:
            IndexCorrupt: one differs.
        """
        for name, record in self._records.items():
            if name.startswith(f"{segment}."):
                compare(self._folder / name, record)

    def _open(self, name: str) -> _Listed:
        segment = Segment(self._folder, name, check=False)
        return _Listed(segment, np.zeros(segment.count, np.bool_))

    def _new_name(self) -> str:
        return f"{self._collection.value}_{secrets.token_hex(8)}"


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
