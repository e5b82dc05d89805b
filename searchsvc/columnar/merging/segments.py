"""Merging segments into one, without the documents that are deleted, in bounded memory.

The order of the documents of all sources is found first, then a map from the numbers of each
source to the new ones. Fields follow in stretches of terms: of each source that stretch is
decoded, its documents are mapped, and one sort puts the postings of all into order.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.columns import merge_columns
from searchsvc.columnar.encoding import Ints, ranges, starts_of
from searchsvc.columnar.layout import STORED_SUFFIX
from searchsvc.columnar.merging.forms import form_chunk, slots_of, united_forms
from searchsvc.columnar.merging.gathering import Inputs, regrouped, stretches, united
from searchsvc.columnar.merging.slices import FieldReader
from searchsvc.columnar.vocabularies import joined, ordering, taken
from searchsvc.columnar.writing.fingerprints import in_order
from searchsvc.columnar.writing.segments import FieldChunk, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from searchsvc.columnar.layout import Layout
    from searchsvc.columnar.merging.forms import UnitedForms
    from searchsvc.columnar.merging.gathering import Stretch
    from searchsvc.columnar.segment import Segment
    from searchsvc.columnar.strings import Strings

Numbers = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

CHUNK_WEIGHT: Final = 1 << 20
"""Postings and places that are in memory at once, unless one term alone has more."""

_DOCUMENTS_AT_ONCE: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to be merged.

    Attributes:
        segment: opened.
        kept: bool[n], which of its documents to keep; None where all are.
    """

    segment: Segment
    kept: Mask | None = None

    @property
    def count(self) -> int:
        """How many documents are kept."""
        return self.segment.count if self.kept is None else int(np.count_nonzero(self.kept))


@dataclass(frozen=True, slots=True)
class _Documents:
    """The documents that are kept, source after source, and their order in the merged segment.

    Attributes:
        order: intp[n], for each new number the index among those kept.
        new: of each source, its new document numbers: intp[documents], -1 for those not kept.
        kept: of each source, the numbers kept: intp.
    """

    order: Ints
    new: tuple[Ints, ...]
    kept: tuple[Ints, ...]


def merge_segments(sources: Sequence[Source], layout: Layout, folder: Path, name: str) -> None:
    """Write segment `name` into `folder`, of the documents kept of all sources.

    No two of these may have the same id. The result is what writing them all at once would give.

    Args:
        sources: all of this layout; may be none.
        layout: of the new segment.
        folder: where the new files go.
        name: of the new segment.
    """
    documents, ids = _documents(sources)
    with SegmentWriter(folder, name, layout, len(documents.order)) as writer:
        days = _gathered([source.segment.day for source in sources], documents, np.int32)
        minutes = _gathered([source.segment.minute for source in sources], documents, np.int16)
        writer.documents(ids, days, minutes)
        del ids, days, minutes
        writer.fingerprints(*_fingerprints(sources, documents))
        if any(source.segment.has_stored for source in sources):
            writer.stored_as_is(*_stored(sources, documents))
        for field, stems in layout.words.items():
            lengths = [source.segment.lengths(field) for source in sources]
            writer.lengths(field, _gathered(lengths, documents, np.uint8))
            _merge_words(writer, sources, documents, field, stems=stems)
        for field in layout.values:
            _merge_values(writer, sources, documents, field)


# Documents.


def _documents(sources: Sequence[Source]) -> tuple[_Documents, Strings]:
    """The order of all documents kept, and their ids in that order."""
    kept = tuple(
        np.arange(source.segment.count) if source.kept is None else np.flatnonzero(source.kept)
        for source in sources
    )
    ids = joined(
        [taken(source.segment.ids, docs) for source, docs in zip(sources, kept, strict=True)]
    )
    rank = ordering(ids).number
    days = [source.segment.day[docs] for source, docs in zip(sources, kept, strict=True)]
    minutes = [source.segment.minute[docs] for source, docs in zip(sources, kept, strict=True)]
    if sources:
        order = np.lexsort((rank, np.concatenate(minutes), np.concatenate(days)))
    else:
        order = np.zeros(0, np.intp)
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    new, start = [], 0
    for source, docs in zip(sources, kept, strict=True):
        numbers = np.full(source.segment.count, -1, np.intp)
        numbers[docs] = place[start : start + len(docs)]
        new.append(numbers)
        start += len(docs)
    return _Documents(order, tuple(new), kept), taken(ids, order)


def _gathered(columns: Sequence[Numbers], documents: _Documents, empty: npt.DTypeLike) -> Numbers:
    """What `columns` of the sources hold for each document, by its new number."""
    if not columns:
        return np.zeros(0, empty)
    parts = [column[docs] for column, docs in zip(columns, documents.kept, strict=True)]
    gathered: Numbers = np.concatenate(parts)[documents.order]
    return gathered


def _fingerprints(
    sources: Sequence[Source], documents: _Documents
) -> tuple[Ints, Iterator[npt.NDArray[np.uint16]]]:
    """How many marks each document has, and the marks end to end, of many documents at once."""
    ats = [source.segment.mark_at for source in sources]
    pairs = list(zip(ats, documents.kept, strict=True))
    starts = _together([at[docs].astype(np.intp) for at, docs in pairs])
    counts = _together([at[docs + 1].astype(np.intp) for at, docs in pairs]) - starts
    of_source = np.repeat(np.arange(len(sources)), [len(docs) for docs in documents.kept])

    def pieces() -> Iterator[npt.NDArray[np.uint16]]:
        for first in range(0, len(documents.order), _DOCUMENTS_AT_ONCE):
            some = documents.order[first : first + _DOCUMENTS_AT_ONCE]
            by_source = np.argsort(of_source[some], kind="stable")
            grouped = some[by_source]
            ends = np.searchsorted(of_source[grouped], np.arange(len(sources) + 1))
            marks = [
                source.segment.marks[ranges(starts[grouped[a:b]], counts[grouped[a:b]])]
                for source, (a, b) in zip(sources, pairwise(ends.tolist()), strict=True)
            ]
            place = np.empty(len(some), np.intp)
            place[by_source] = np.arange(len(some))
            yield in_order(counts[grouped], np.concatenate(marks), place)[1]
            for source in sources:
                source.segment.arrays.let_go()

    return counts[documents.order], pieces()


def _together(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.intp)


def _stored(
    sources: Sequence[Source], documents: _Documents
) -> tuple[Iterator[bytes], npt.NDArray[np.intp]]:
    """The stored documents as they are, compressed, many at once, and the length of each."""
    ats = [source.segment.stored_at for source in sources]
    pairs = list(zip(ats, documents.kept, strict=True))
    starts = np.concatenate([at[docs].astype(np.intp) for at, docs in pairs])
    ends = np.concatenate([at[docs + 1].astype(np.intp) for at, docs in pairs])
    views = [_mapped(source.segment) for source in sources]
    of_source = np.repeat(np.arange(len(sources)), [len(docs) for docs in documents.kept])

    def pieces() -> Iterator[bytes]:
        for first in range(0, len(documents.order), _DOCUMENTS_AT_ONCE):
            some = documents.order[first : first + _DOCUMENTS_AT_ONCE]
            lists = (of_source[some].tolist(), starts[some].tolist(), ends[some].tolist())
            yield b"".join([views[of][start:end] for of, start, end in zip(*lists, strict=True)])

    return pieces(), (ends - starts)[documents.order]


def _mapped(segment: Segment) -> memoryview:
    path = segment.path.with_name(f"{segment.name}{STORED_SUFFIX}")
    with path.open("rb") as file:
        if not path.stat().st_size:  # cannot be mapped
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


# Fields of words.


def _merge_words(
    writer: SegmentWriter,
    sources: Sequence[Source],
    documents: _Documents,
    field: str,
    *,
    stems: bool,
) -> None:
    segments = [source.segment for source in sources]
    inputs = Inputs(
        tuple(FieldReader(segment.arrays, field, words=True) for segment in segments),
        united([segment.words(field).terms for segment in segments]),
        documents.new,
        len(documents.order),
    )
    forms = united_forms([segment.words(field) for segment in segments], inputs) if stems else None
    most = 1 if forms is None else forms.most
    chunks = _word_chunks(segments, inputs, forms)
    writer.field(field, chunks, words=True, most_forms=most)


def _word_chunks(
    segments: Sequence[Segment], inputs: Inputs, forms: UnitedForms | None
) -> Iterator[FieldChunk]:
    for stretch in stretches(inputs, CHUNK_WEIGHT):
        if len(stretch.terms):
            yield _word_chunk(inputs, forms, stretch)
        for segment in segments:
            segment.arrays.let_go()


def _word_chunk(inputs: Inputs, forms: UnitedForms | None, stretch: Stretch) -> FieldChunk:
    counts = np.concatenate([part.slice.counts for part in stretch.parts])
    place_at = starts_of(counts)[:-1][stretch.index]
    counts = counts[stretch.index]
    places = regrouped([part.slice.places for part in stretch.parts], place_at, counts)
    found = None
    if forms is not None:
        slots = regrouped(
            [slots_of(forms, stretch, part) for part in stretch.parts], place_at, counts
        )
        found = form_chunk(forms, stretch, counts, slots)
    return FieldChunk(
        taken(inputs.terms.words, stretch.terms),
        stretch.posting_at,
        stretch.docs,
        counts,
        places,
        found,
    )


# Fields of values.


def _merge_values(
    writer: SegmentWriter, sources: Sequence[Source], documents: _Documents, field: str
) -> None:
    segments = [source.segment for source in sources]
    inputs = Inputs(
        tuple(FieldReader(segment.arrays, field, words=False) for segment in segments),
        united([segment.values(field).terms for segment in segments]),
        documents.new,
        len(documents.order),
    )
    left = np.zeros(len(inputs.terms.words), np.bool_)
    writer.field(field, _value_chunks(inputs, left), words=False)
    numbers = np.cumsum(left) - 1
    merged = merge_columns(
        [segment.column(field) for segment in segments],
        [numbers[each] for each in inputs.terms.numbers],
        documents.new,
        documents=len(documents.order),
        size=int(np.count_nonzero(left)),
    )
    writer.column(field, merged.first, merged.rest_doc, merged.rest)


def _value_chunks(inputs: Inputs, left: Mask) -> Iterator[FieldChunk]:
    """The postings of all values; marks in `left` those that have any."""
    for stretch in stretches(inputs, CHUNK_WEIGHT):
        if len(stretch.terms):
            left[stretch.terms] = True
            words = taken(inputs.terms.words, stretch.terms)
            yield FieldChunk(words, stretch.posting_at, stretch.docs)
