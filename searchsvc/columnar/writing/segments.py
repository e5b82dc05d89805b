"""Writing a segment: documents first, then field after field, each in chunks of terms.

Whoever makes a segment (from rows, or from other segments) hands over plain arrays in the order
of the terms; everything that `layout` says about types and packing is decided here.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.arrayfile import ArrayFileWriter
from searchsvc.columnar.encoding import (
    GAP_WIDTHS,
    GUARD_BYTES,
    LARGE_COUNT,
    bits_of,
    gap_widths,
    gaps_of,
    pack_counts,
    pack_places,
    packed_bytes,
    smallest_unsigned,
    starts_of,
)
from searchsvc.columnar.layout import ARRAYS_SUFFIX, STORED_SUFFIX
from searchsvc.columnar.strings import Strings, strings_of
from searchsvc.columnar.vocabularies import joined, ordering, taken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from searchsvc.columnar.arrayfile import ArrayStream
    from searchsvc.columnar.layout import Layout

Numbers = npt.NDArray[Any]
Texts = Sequence[str] | Strings

_BUFFERED_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FormChunk:
    """The forms of the terms of a chunk.

    Attributes:
        words: distinct forms, in any order; every term has one at least.
        term: [forms], index of each form's term in the chunk.
        code: [forms], its place among the forms of that term, ascending by word, from 0.
        count: [forms], documents that hold it, above 0.
        codes: [places], the code of the form that stands at each place.
    """

    words: Texts
    term: Numbers
    code: Numbers
    count: Numbers
    codes: Numbers


@dataclass(frozen=True, slots=True)
class FieldChunk:
    """Consecutive terms of a field with all their postings.

    Attributes:
        terms: ascending, above those of the chunk before.
        posting_at: intp[terms + 1], where the postings of each begin; every term has one.
        docs: [postings], ascending within each term.
        counts: [postings], 1 or more; None in a field of values.
        places: [sum of counts], ascending within each posting; None in a field of values.
        forms: in a field of stems.
    """

    terms: Texts
    posting_at: npt.NDArray[np.intp]
    docs: Numbers
    counts: Numbers | None = None
    places: Numbers | None = None
    forms: FormChunk | None = None


class SegmentWriter:
    """Writes the files of one segment; to be used as a context, which deletes them on failure."""

    def __init__(self, folder: Path, name: str, layout: Layout, documents: int) -> None:
        """Create the files of segment `name` for so many documents."""
        self._path = folder / f"{name}{ARRAYS_SUFFIX}"
        self._stored_path = folder / f"{name}{STORED_SUFFIX}"
        self._arrays = ArrayFileWriter(self._path, layout.about(documents))

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Complete the files, or delete them where writing failed."""
        with ExitStack() as undo:
            undo.callback(self._stored_path.unlink, missing_ok=True)
            self._arrays.__exit__(failed)
            if failed is None:
                undo.pop_all()

    def documents(self, ids: Texts, day: Numbers, minute: Numbers) -> None:
        """Write ids, days and minutes, by document number."""
        packed = _packed(ids)
        self._arrays.add("id.text", packed.text)
        self._arrays.add("id.at", packed.at)
        order = ordering(packed).order.astype(np.uint32)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        self._arrays.add("id.order", order)
        self._arrays.add("id.rank", rank)
        self._arrays.add("day", day.astype(np.int32))
        self._arrays.add("minute", minute.astype(np.int16))

    def stored(self, compressed: Iterable[bytes | memoryview]) -> None:
        """Write the stored documents, each as `stored.pack` gives it, by document number."""
        lengths = array("Q")
        with self._stored_path.open("wb", _BUFFERED_BYTES) as file:
            for each in compressed:
                file.write(each)
                lengths.append(len(each))
        self._arrays.add("stored.at", _narrow(starts_of(np.array(lengths, np.intp))))

    def stored_as_is(self, pieces: Iterable[bytes], lengths: Numbers) -> None:
        """As `stored`, of compressed documents laid end to end whose lengths are known."""
        with self._stored_path.open("wb") as file:
            file.writelines(pieces)
        self._arrays.add("stored.at", _narrow(starts_of(lengths)))

    def fingerprints(self, counts: Numbers, marks: Iterable[Numbers]) -> None:
        """Write how many marks each document has, and the marks of all end to end, in pieces."""
        self._arrays.add("mark.at", _narrow(starts_of(counts)))
        stream = self._arrays.stream("mark", np.uint16)
        for piece in marks:
            stream.append(piece)
        self._arrays.seal()

    def lengths(self, name: str, lengths: Numbers) -> None:
        """Write the tokens of each document in a field of words."""
        self._arrays.add(f"{name}.length", _narrow(lengths))

    def column(self, name: str, first: Numbers, rest_doc: Numbers, rest: Numbers) -> None:
        """Write the column of a field of values, as `layout` describes it."""
        self._arrays.add(f"{name}.column", _narrow(first))
        self._arrays.add(f"{name}.rest_doc", rest_doc.astype(np.uint32))
        self._arrays.add(f"{name}.rest", _narrow(rest))

    def field(
        self, name: str, chunks: Iterable[FieldChunk], *, words: bool, most_forms: int = 1
    ) -> None:
        """Write all postings of a field, of words or of values.

        `most_forms` is how many forms any of its terms has in all chunks together, or more.
        """
        codes = smallest_unsigned(most_forms - 1) if words else None
        writer = _FieldWriter(self._arrays, name, codes)
        for chunk in chunks:
            writer.append(chunk)
        writer.finish()
        self._arrays.seal()


@dataclass(slots=True)
class _Forms:
    """Forms of a field, gathered until its end because they are not in the order of its terms."""

    words: list[Strings] = field(default_factory=list)
    parts: list[tuple[Numbers, Numbers, Numbers]] = field(default_factory=list)
    code_lengths: list[Numbers] = field(default_factory=list)
    as_terms: bool = True


class _FieldWriter:
    """The streams of one field. What there is one of per term is kept until `finish`."""

    def __init__(
        self, arrays: ArrayFileWriter, name: str, code_type: np.dtype[Any] | None
    ) -> None:
        """Open the streams; `code_type` is None for a field of values."""
        self._arrays = arrays
        self._name = name
        self._code_type = code_type
        self._text = arrays.stream(f"{name}.term.text", np.uint8)
        self._gaps = {
            width: arrays.stream(f"{name}.gap{width}", f"<u{width}") for width in GAP_WIDTHS
        }
        self._per_term: dict[str, list[Numbers]] = {}
        self._terms = 0
        self._postings = 0
        self._forms: _Forms | None = None
        self._codes: ArrayStream | None = None
        if code_type is not None:
            self._counts = arrays.stream(f"{name}.count", np.uint8)
            self._places = arrays.stream(f"{name}.place", np.uint8)
            self._half = np.zeros(0, np.uint8)

    def append(self, chunk: FieldChunk) -> None:
        if not len(chunk.terms):
            return
        packed = _packed(chunk.terms)
        self._text.append(packed.text)
        self._keep("term_length", np.diff(packed.at))
        self._keep("frequency", np.diff(chunk.posting_at))
        self._append_gaps(chunk)
        if chunk.counts is not None and chunk.places is not None:
            self._append_counts(chunk.counts)
            occurrences = np.add.reduceat(chunk.counts, chunk.posting_at[:-1], dtype=np.intp)
            self._append_places(chunk.places, occurrences)
            if chunk.forms is not None:
                self._append_forms(chunk.forms, packed, occurrences)
        self._postings += len(chunk.docs)
        self._terms += len(chunk.terms)

    def finish(self) -> None:
        name = self._name
        self._add("term.at", starts_of(self._kept("term_length")))
        posting_at = starts_of(self._kept("frequency"))
        self._add("posting_at", posting_at)
        self._arrays.add(f"{name}.gap_width", self._kept("gap_width").astype(np.uint8))
        self._add("gap_at", self._kept("gap_at"))
        if self._code_type is None:
            return
        if len(self._half):
            self._counts.append(pack_counts(self._half))
        self._add("large_at", self._kept("large_at"))
        self._add("large", self._kept("large"))
        self._places.append(np.zeros(GUARD_BYTES, np.uint8))
        self._arrays.add(f"{name}.place_bits", self._kept("place_bits").astype(np.uint8))
        self._add("place_at", starts_of(self._kept("place_bytes")))
        if self._forms is not None and not self._forms.as_terms:
            self._finish_forms(self._forms)

    def _append_gaps(self, chunk: FieldChunk) -> None:
        gaps = gaps_of(chunk.docs, chunk.posting_at)
        widths = gap_widths(gaps, chunk.posting_at)
        frequencies = np.diff(chunk.posting_at)
        of_posting = np.repeat(widths, frequencies)
        gap_at = np.zeros(len(widths), np.intp)
        for width, stream in self._gaps.items():
            mine = widths == width
            gap_at[mine] = starts_of(frequencies[mine])[:-1] + stream.count
            stream.append(gaps[of_posting == width])
        self._keep("gap_width", widths)
        self._keep("gap_at", gap_at)

    def _append_counts(self, counts: Numbers) -> None:
        large = np.flatnonzero(counts >= LARGE_COUNT)
        self._keep("large_at", large + self._postings)
        self._keep("large", counts[large])
        # Two counts share a byte: an odd one out waits for the next chunk.
        small = np.minimum(counts, LARGE_COUNT).astype(np.uint8)
        small = np.concatenate([self._half, small])
        even = len(small) // 2 * 2
        self._counts.append(pack_counts(small[:even]))
        self._half = small[even:]

    def _append_places(self, places: Numbers, occurrences: Numbers) -> None:
        at = starts_of(occurrences)
        bits = bits_of(places, at)
        self._places.append(pack_places(places, at, bits))
        self._keep("place_bits", bits)
        self._keep("place_bytes", packed_bytes(occurrences, bits))

    def _append_forms(self, forms: FormChunk, terms: Strings, occurrences: Numbers) -> None:
        if self._forms is None:
            self._forms = _Forms()
        kept = self._forms
        words = _packed(forms.words)
        kept.words.append(words)
        kept.parts.append((forms.term + self._terms, forms.code, forms.count))
        per_term = np.bincount(forms.term, minlength=len(terms))
        several = per_term > 1
        kept.code_lengths.append(np.where(several, occurrences, 0))
        if kept.as_terms:
            by_term = taken(words, forms.term.argsort(kind="stable"))
            same = np.array_equal(by_term.at, terms.at)
            kept.as_terms = same and np.array_equal(by_term.text, terms.text)
        if several.any():
            if self._codes is None:
                self._codes = self._arrays.stream(
                    f"{self._name}.code", self._code_type or np.uint8
                )
            self._codes.append(forms.codes[np.repeat(several, occurrences)])

    def _finish_forms(self, forms: _Forms) -> None:
        words = joined(forms.words)
        order = ordering(words).order
        packed = taken(words, order)
        self._arrays.add(f"{self._name}.form.text", packed.text)
        self._arrays.add(f"{self._name}.form.at", packed.at)
        columns = (np.concatenate(column) for column in zip(*forms.parts, strict=True))
        for name, column in zip(("term", "code", "count"), columns, strict=True):
            self._add(f"form_{name}", column[order])
        self._add("code_at", starts_of(np.concatenate(forms.code_lengths)))
        if self._codes is None:
            self._arrays.add(f"{self._name}.code", np.zeros(0, np.uint8))

    def _keep(self, name: str, numbers: Numbers) -> None:
        self._per_term.setdefault(name, []).append(numbers)

    def _kept(self, name: str) -> Numbers:
        parts = self._per_term.pop(name, None)
        return np.concatenate(parts) if parts else np.zeros(0, np.intp)

    def _add(self, name: str, numbers: Numbers) -> None:
        self._arrays.add(f"{self._name}.{name}", _narrow(numbers))


def _narrow(numbers: Numbers) -> Numbers:
    """`numbers`, none of them negative, in the narrowest unsigned type."""
    return numbers.astype(smallest_unsigned(int(numbers.max()) if numbers.size else 0))


def _packed(texts: Texts) -> Strings:
    return texts if isinstance(texts, Strings) else strings_of(texts)
