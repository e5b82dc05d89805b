"""Decoding the postings of many consecutive terms at once, which is what a merge reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import (
    GAP_WIDTHS,
    GUARD_BYTES,
    Bytes,
    Ints,
    blocks,
    repeated,
    starts_of,
    unpack_counts,
)

if TYPE_CHECKING:
    from searchsvc.columnar.arrayfile import ArrayFile

Numbers = npt.NDArray[Any]

_SHORT_BITS: Final = 16
_NARROW_BITS: Final = 25
"""Places of so many bits, and the 7 before them in their first byte, fit in four bytes."""


@dataclass(frozen=True, slots=True)
class FieldSlice:
    """The postings of consecutive terms, in the order of the terms.

    Attributes:
        frequencies: intp[terms], postings of each.
        docs: intp[postings], ascending within each term.
        counts: [postings], occurrences; empty in a field of values, as are the next two.
        places: [sum of counts].
        occurrences: intp[terms], places of each.
    """

    frequencies: Ints
    docs: Ints
    counts: Numbers
    places: Numbers
    occurrences: Ints


class FieldReader:
    """The arrays of a field of one segment; relies on each array being in the order of terms."""

    def __init__(self, arrays: ArrayFile, name: str, *, words: bool) -> None:
        """Look up the arrays of field `name`, of words or of values."""
        self.posting_at = arrays[f"{name}.posting_at"]
        self._gap_width = arrays[f"{name}.gap_width"]
        self._gap_at = arrays[f"{name}.gap_at"]
        self._gaps = {width: arrays[f"{name}.gap{width}"] for width in GAP_WIDTHS}
        self._words = words
        self._several_forms = words and f"{name}.code" in arrays
        if words:
            self._count = arrays[f"{name}.count"]
            self._large_at = arrays[f"{name}.large_at"]
            self._large = arrays[f"{name}.large"]
            self._place_at = arrays[f"{name}.place_at"]
            self._place_bits = arrays[f"{name}.place_bits"]
            self._place = arrays[f"{name}.place"]
        if self._several_forms:
            self._code_at = arrays[f"{name}.code_at"]
            self._code = arrays[f"{name}.code"]

    def weights(self) -> Ints:
        """Postings and places of each term, some places too many: intp[terms]."""
        posting_at = self.posting_at.astype(np.intp)
        weights: Ints = posting_at[1:] - posting_at[:-1]
        if self._words:
            weights += np.diff(self._place_at.astype(np.intp)) * 8 // self._place_bits
        return weights

    def slice(self, start: int, end: int) -> FieldSlice:
        """The terms from `start` to `end`, exclusive; at least one."""
        posting_at = self.posting_at[start : end + 1].astype(np.intp)
        first = int(posting_at[0])
        posting_at -= first
        frequencies = np.diff(posting_at)
        docs = self._docs(start, end, posting_at, frequencies)
        if not self._words:
            return FieldSlice(frequencies, docs, docs[:0], docs[:0], docs[:0])
        counts = self._counts(first, first + len(docs))
        occurrences = np.add.reduceat(counts, posting_at[:-1], dtype=np.intp)
        places = self._places(start, end, occurrences)
        return FieldSlice(frequencies, docs, counts, places, occurrences)

    def codes(self, start: int, end: int, occurrences: Ints) -> Numbers:
        """The code of the form at each place, 0 for terms of one form.

        Args:
            start: first term.
            end: behind the last term.
            occurrences: places of each of these terms.
        """
        if not self._several_forms:
            return np.zeros(int(occurrences.sum()), np.uint8)
        code_at = self._code_at[start : end + 1].astype(np.intp)
        several = np.repeat(np.diff(code_at) > 0, occurrences)
        codes = np.zeros(len(several), self._code.dtype)
        codes[several] = self._code[code_at[0] : code_at[-1]]
        return codes

    def _docs(self, start: int, end: int, posting_at: Ints, frequencies: Ints) -> Ints:
        widths = self._gap_width[start:end]
        of_posting = np.repeat(widths, frequencies)
        gaps = np.empty(len(of_posting), np.uint32)
        for width in GAP_WIDTHS:
            mine = np.flatnonzero(widths == width)
            if not len(mine):
                continue
            low = int(self._gap_at[start + mine[0]])
            high = int(self._gap_at[start + mine[-1]] + frequencies[mine[-1]])
            gaps[of_posting == width] = self._gaps[width][low:high]
        docs = gaps.cumsum(dtype=np.intp)
        starts = posting_at[:-1]
        docs -= np.repeat(docs[starts] - gaps[starts], frequencies)
        return docs

    def _counts(self, start: int, end: int) -> Numbers:
        counts: Numbers = unpack_counts(self._count, start, end)
        low, high = self._large_at.searchsorted((start, end)).tolist()
        if low < high:
            counts = counts.astype(np.promote_types(self._large.dtype, np.uint8))
            counts[self._large_at[low:high].astype(np.intp) - start] = self._large[low:high]
        return counts

    def _places(self, start: int, end: int, occurrences: Ints) -> Numbers:
        bits = self._place_bits[start:end].astype(np.intp)
        byte_at = self._place_at[start : end + 1].astype(np.intp)
        low, high = int(byte_at[0]), int(byte_at[-1])
        widest = int(bits.max())
        windows = _windows(self._place[low : high + GUARD_BYTES], widest)
        masks = ((1 << bits) - 1).astype(windows.dtype)
        at = starts_of(occurrences)
        # Place i of all, which is of term t, starts at bit shift[t] + i * bits[t].
        shift = (byte_at[:-1] - low) * 8 - at[:-1] * bits
        places = np.empty(int(at[-1]), np.uint16 if widest <= _SHORT_BITS else np.uint32)
        for first, last in blocks(len(places)):
            bit = repeated(bits, at, first, last)
            bit *= np.arange(first, last)
            bit += repeated(shift, at, first, last)
            found = windows.take(bit >> 3)
            bit &= 7
            found >>= bit.astype(found.dtype)
            found &= repeated(masks, at, first, last)
            places[first:last] = found
        return places


def _windows(packed: Bytes, widest: int) -> npt.NDArray[Any]:
    """From each byte on as many bytes as one number as the widest place needs."""
    kind = np.dtype("<u4" if widest <= _NARROW_BITS else "<u8")
    count = len(packed) - kind.itemsize + 1
    return np.ndarray((count,), kind, buffer=packed, strides=(1,)).copy()
