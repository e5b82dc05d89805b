"""One collection of an opened generation: all its segments as one range of document numbers.

A document's number here is its number in its segment plus the segment's base. Postings of all
segments are laid end to end when they are looked up, and columns once, when they are first needed;
everything after that is done once, not once per segment.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.clock import kept
from searchsvc.columnar.encoding import Ints, concatenate, starts_of
from searchsvc.columnar.fingerprints import BUCKETS, MOST_WEIGHT, WEIGHT_BITS
from searchsvc.columnar.joined import JoinedPostings, JoinedWords
from searchsvc.columnar.memory import give_back_freed_memory
from searchsvc.columnar.postings import NO_DOCS
from searchsvc.columnar.searching.counting import (
    Counts,
    count,
    count_all,
)
from searchsvc.columnar.searching.docsets import Flags, Scratch, living, union
from searchsvc.engine.whoosh.calendar import Calendar
from searchsvc.engine.whoosh.plan import fields_of, is_exact
from searchsvc.engine.whoosh.schema import stem_space, word_fields
from searchsvc.engine.whoosh.tables import facet_table, together

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from searchsvc.columnar.postings import WordPostings
    from searchsvc.columnar.segment import Segment
    from searchsvc.engine.contract import FacetCounts, FacetRequest
    from searchsvc.engine.whoosh.plan import FieldPlan, WordLeaf
    from searchsvc.engine.whoosh.tables import FacetTable
    from searchsvc.model import Collection

    Searched = tuple[tuple[FieldPlan, tuple[tuple[int, WordPostings], ...]], ...]
    """Fields of words, and of each what `CollectionView.words` gives."""

Floats = npt.NDArray[np.float32]

MARK_SCALE: Final = 16
"""What a mark counts is rounded to one part in this."""


class Part(NamedTuple):
    """A segment with its place among the documents of a view."""

    base: int
    end: int
    segment: Segment


class CollectionView:
    """A collection of `size` documents, deleted ones among them; shared by all threads."""

    def __init__(
        self, collection: Collection, segments: Sequence[Segment], deleted: Sequence[Ints]
    ) -> None:
        """Lay out `segments`; `deleted` holds the numbers of the deleted documents of each."""
        self.collection = collection
        bases = starts_of(np.array([segment.count for segment in segments], np.intp)).tolist()
        self.parts = tuple(map(Part, bases, bases[1:], segments))
        self.bases: list[int] = bases[:-1]
        self.size: int = bases[-1]
        self.alive: Flags | None = None
        if any(map(len, deleted)):
            self.alive = np.ones(self.size, np.bool_)
            for base, docs in zip(self.bases, deleted, strict=True):
                self.alive[docs + base] = False
        self.count = self.size if self.alive is None else int(np.count_nonzero(self.alive))
        self.scratch = Scratch(self.size)
        self.landings: dict[FacetRequest, FacetCounts] = {}
        self.freshness: dict[float, Floats] = {}
        self._words: dict[str, tuple[tuple[int, WordPostings], ...]] = {}
        self._joined: dict[str, JoinedWords] = {}
        self._carried: dict[str, JoinedPostings] = {}
        self._searched: dict[tuple[str | None, bool], Searched] = {}
        self._tables: dict[str, FacetTable] = {}
        self._norms: dict[tuple[str, float], Floats] = {}
        self._everything_counts: dict[FacetTable, Counts] = {}
        self._lock = threading.Lock()
        self._made: dict[Hashable, tuple[Any, Callable[[CollectionView], Any]]] = {}
        self._making = threading.Lock()

    def once(self, key: Hashable, make: Callable[[CollectionView], Any]) -> Any:  # noqa: ANN401 - whatever is made
        """What `make` makes of this view, made when the key is first asked for, and then kept."""
        if key not in self._made:
            with self._making, kept():
                if key not in self._made:  # made while this thread waited
                    self._made[key] = make(self), make
        return self._made[key][0]

    def make_as(self, before: CollectionView) -> None:
        """Make, of what is made when it is first asked for, all that `before` has made."""
        for field in list(before._tables):
            self.facet_table(field)
        for field, b in list(before._norms):
            self.norms(field, b)
        for key, (_, make) in list(before._made.items()):
            self.once(key, make)
        for name in _MADE_ONCE.intersection(vars(before)):
            getattr(self, name)

    # Words.

    def words(self, field: str) -> tuple[tuple[int, WordPostings], ...]:
        """The base and the postings of a field, of each segment that has any word in it."""
        found = self._words.get(field)
        if found is None:
            both = [(part.base, part.segment.words(field)) for part in self.parts]
            found = self._words[field] = tuple(each for each in both if len(each[1].terms))
        return found

    def searched(self, leaf: WordLeaf) -> Searched:
        """The fields that a leaf is looked for in, with their `words`, but for those without any."""
        key = (leaf.field, is_exact(leaf))
        found = self._searched.get(key)
        if found is None:
            both = [(field, self.words(field.name)) for field in fields_of(leaf, self.collection)]
            found = self._searched[key] = tuple(each for each in both if each[1])
        return found

    def joined(self, field: str) -> JoinedWords:
        """The postings of a field of all segments."""
        found = self._joined.get(field)
        if found is None:
            found = self._joined[field] = JoinedWords(self.words(field))
        return found

    def norms(self, field: str, b: float) -> Floats:
        """1 / (1 - b + b * length / mean length) of each document in a field: float32[size].

        Of no length, in which nothing occurs, it is that of length 1, because b may be 1.
        """
        key = (field, b)
        found = self._norms.get(key)
        if found is None:
            with kept():
                mean = self.mean_lengths[field]
                found = np.empty(self.size, np.float32)
                for part in self.parts:
                    lengths = np.maximum(part.segment.lengths(field), 1)
                    found[part.base : part.end] = 1 / (1 - b + b / mean * lengths)
                self._norms[key] = found
        return found

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """Mean tokens of each field over the documents that have any; 1.0 where none has."""
        return {
            stem_space(name): self._mean_length(stem_space(name))
            for name in word_fields(self.collection)
        }

    def _mean_length(self, field: str) -> float:
        total = having = 0
        for part in self.parts:
            lengths = part.segment.lengths(field)
            if self.alive is not None:
                lengths = lengths[self.alive[part.base : part.end]]
            total += int(lengths.sum(dtype=np.int64))
            having += int(np.count_nonzero(lengths))
        return total / having if having else 1.0

    # Sets of documents.

    def living(self, docs: Ints) -> Ints:
        """Those of `docs` that are not deleted."""
        return docs if self.alive is None else living(docs, self.alive)[0]

    @cached_property
    def everything(self) -> Ints:
        """All documents that are not deleted."""
        return self.living(np.arange(self.size))

    def carriers(self, field: str, value: str) -> Ints:
        """Documents that carry `value` in a facet field other than `date`."""
        carried = self._carried.get(field)
        if carried is None:
            parts = [(part.base, part.segment.values(field)) for part in self.parts]
            carried = self._carried[field] = JoinedPostings(parts)
        found = carried.find(value)
        return NO_DOCS if found is None else self.living(carried.docs(found))

    def without_value(self, field: str) -> Ints:
        """Documents that carry nothing in a facet field other than `date`."""
        found = []
        for part in self.parts:
            none = len(part.segment.values(field).terms)
            first = part.segment.column(field).first[:, 0]
            found.append(np.flatnonzero(first == none) + part.base)
        return self.living(concatenate(found, np.intp))

    def spans(
        self, first: dt.date | None, last: dt.date | None, *, undated: bool = False
    ) -> list[tuple[int, int]]:
        """Ranges of document numbers, end exclusive and ascending.

        Args:
            first: the earliest day of the documents wanted; None leaves that side open.
            last: the latest.
            undated: whether undated documents are wanted as well.
        """
        low = 1 if first is None else first.toordinal()
        high = np.iinfo(np.int32).max if last is None else last.toordinal()
        found = []
        for part in self.parts:
            days = part.segment.day.data
            if undated:
                found.append((part.base, part.base + bisect_left(days, 1)))
            found.append(
                (part.base + bisect_left(days, low), part.base + bisect_right(days, high))
            )
        return [(start, end) for start, end in found if start < end]

    def within(self, docs: Ints | None, spans: Sequence[tuple[int, int]]) -> Ints:
        """Those of `docs` (None for everything) whose numbers are in one of `spans`."""
        if docs is None:
            pieces = [np.arange(start, end) for start, end in spans]
            return self.living(concatenate(pieces, np.intp))
        bounds = docs.searchsorted(np.array(spans, np.intp).reshape(-1)).tolist()
        pieces = [docs[low:high] for low, high in zip(bounds[::2], bounds[1::2], strict=True)]
        return concatenate(pieces, np.intp)

    def any_of(self, sets: Iterable[Ints]) -> Ints:
        """Documents in any of `sets`."""
        return union(list(sets), self.scratch)

    # Columns.

    def facet_table(self, field: str) -> FacetTable:
        """The table that a facet field other than `date` is counted in."""
        found = self._tables.get(field)
        if found is None:
            with self._lock, kept():
                if field not in self._tables:  # made while this thread waited
                    made = facet_table(self.parts, together(self.parts, field, self.collection))
                    self._tables.update(dict.fromkeys(made.fields, made))
                    give_back_freed_memory()  # columns were copied several times over
                found = self._tables[field]
        return found

    @cached_property
    @kept()
    def article_numbers(self) -> npt.NDArray[np.uint32]:
        """A number for the article of each statement: uint32[size]; the same for the same."""
        found = np.empty(self.size, np.uint32)
        for part in self.parts:
            # An article is never in two segments, and has a statement at least.
            own = part.segment.column("article").first[:, 0]
            found[part.base : part.end] = own + np.uint32(part.base)
        return found

    @cached_property
    def calendar(self) -> Calendar:
        """The days of all documents."""
        return Calendar([part.segment.day for part in self.parts])

    @cached_property
    @kept()
    def mark_values(self) -> Floats:
        """What each mark of a fingerprint counts, a whole number: float32[all marks there could be].

        See `reordering`; the documents that have a bucket are counted here, once.
        """
        having = np.zeros(BUCKETS, np.intp)
        for part in self.parts:
            buckets = part.segment.marks >> WEIGHT_BITS
            if self.alive is not None:
                at = part.segment.mark_at.astype(np.intp)
                alive = self.alive[part.base : part.end]
                buckets = buckets[np.repeat(alive, at[1:] - at[:-1])]
            having += np.bincount(buckets, minlength=BUCKETS)
        weights = np.log1p(np.arange(MOST_WEIGHT + 1))
        idf = np.log(1 + (self.count - having + 0.5) / (having + 0.5))
        values: Floats = np.rint(MARK_SCALE * np.multiply.outer(idf, weights)).astype(np.float32)
        return values.reshape(-1)

    def value_counts(self, facets: FacetTable, docs: Ints | None, fields: Iterable[int]) -> Counts:
        """How many of `docs` (None for everything) carry each value of some fields of a table."""
        if docs is not None:
            return count(facets.table, docs, min(fields), max(fields))
        found = self._everything_counts.get(facets)
        if found is None:
            with kept():
                if self.alive is None:
                    found = count_all(facets.table)
                else:
                    found = count(facets.table, self.everything, 0, len(facets.table.blocks) - 1)
            self._everything_counts[facets] = found
        return found

    # Documents.

    def locate(self, doc: int) -> tuple[Segment, int]:
        """The segment of a document and its number there."""
        part = self.parts[bisect_right(self.bases, doc) - 1]
        return part.segment, doc - part.base

    def ids_of(self, docs: Ints) -> list[str]:
        """The ids of documents."""
        if compiled.loops:
            return self.native_ids.of(docs)
        located = map(self.locate, docs.tolist())
        return [segment.ids[local] for segment, local in located]

    @cached_property
    def native_ids(self) -> compiled.DocumentIds:
        """What gives ids in compiled loops, which there must be."""
        assert compiled.loops is not None  # noqa: S101 - who asks has looked
        ids = [(part.base, part.segment.ids) for part in self.parts]
        return compiled.loops.Ids(tuple((base, each.text, each.at) for base, each in ids))

    def find(self, document_id: str) -> int:
        """The number of the document with this id, or -1."""
        for part in self.parts:
            local = part.segment.find(document_id)
            if local >= 0 and (self.alive is None or self.alive[part.base + local]):
                return part.base + local
        return -1


_MADE_ONCE: Final = frozenset(
    name for name, made in vars(CollectionView).items() if isinstance(made, cached_property)
)
