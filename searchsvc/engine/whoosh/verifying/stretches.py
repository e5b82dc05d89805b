"""The postings of consecutive terms of a field, decoded side by side, as `columnar.layout` says.

Written apart from what searches read postings with. What `postings.faults_of_shape` finds nothing
wrong with can be decoded, whatever its numbers are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import GAP_WIDTHS, starts_of, unaligned, unpack_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.columnar.arrayfile import ArrayFile
    from searchsvc.columnar.encoding import Ints

POSTINGS_AT_ONCE: Final = 1 << 17
"""Postings of a stretch, more or less: those of one term stay together."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The postings of the terms from `first` to `end`, exclusive.

    Attributes:
        posting_at: intp[terms + 1], where the postings of each begin, from 0.
        term: intp[p], the term of each posting.
        gaps: int64[p], as stored.
        docs: intp[p], the document of each posting.
    """

    first: int
    end: int
    posting_at: Ints
    term: Ints
    gaps: npt.NDArray[np.int64]
    docs: Ints


@dataclass(frozen=True, slots=True)
class Places:
    """The occurrences of the postings of a stretch.

    Attributes:
        at: intp[p + 1], where those of each posting begin.
        posting: intp[o], the posting of each.
        place: intp[o].
        code: intp[o], the form, by its code; 0 where the term has one form.
    """

    at: Ints
    posting: Ints
    place: Ints
    code: Ints


def stretches(arrays: ArrayFile, field: str) -> Iterator[Stretch]:
    """All terms of a field."""
    posting_at = arrays[f"{field}.posting_at"].astype(np.intp)
    widths = arrays[f"{field}.gap_width"]
    gap_at = arrays[f"{field}.gap_at"]
    first, terms = 0, len(posting_at) - 1
    while first < terms:
        most = posting_at[first] + POSTINGS_AT_ONCE
        end = max(int(posting_at.searchsorted(most, "right")) - 1, first + 1)
        at = posting_at[first : end + 1] - posting_at[first]
        frequencies = np.diff(at)
        gaps = np.empty(int(at[-1]), np.int64)
        for width in GAP_WIDTHS:
            mine = np.flatnonzero(widths[first:end] == width)
            if len(mine):  # the gaps of a width stand in the order of their terms
                start = int(gap_at[first + mine[0]])
                own = arrays[f"{field}.gap{width}"][start : start + int(frequencies[mine].sum())]
                gaps[np.repeat(widths[first:end] == width, frequencies)] = own
        sums = gaps.cumsum()
        before = np.zeros(end - first, np.intp)
        before[1:] = sums[at[1:-1] - 1]
        docs = sums - np.repeat(before, frequencies)
        term = np.repeat(np.arange(first, end), frequencies)
        yield Stretch(first, end, at, term, gaps, docs)
        first = end


def counts_of(arrays: ArrayFile, field: str, start: int, end: int) -> Ints:
    """How often terms occur, by posting, from `start` to `end`, exclusive: intp."""
    counts = unpack_counts(arrays[f"{field}.count"], start, end).astype(np.intp)
    large_at = arrays[f"{field}.large_at"]
    low, high = large_at.astype(np.intp).searchsorted([start, end]).tolist()
    counts[large_at[low:high].astype(np.intp) - start] = arrays[f"{field}.large"][low:high]
    return counts


def places_of(arrays: ArrayFile, field: str, stretch: Stretch) -> Places:
    """Where the terms of a stretch occur in its documents."""
    start = int(arrays[f"{field}.posting_at"][stretch.first])
    counts = counts_of(arrays, field, start, start + len(stretch.docs))
    at = starts_of(counts)
    occurrences = np.diff(at[stretch.posting_at])
    bits = arrays[f"{field}.place_bits"][stretch.first : stretch.end].astype(np.intp)
    first_bit = arrays[f"{field}.place_at"][stretch.first : stretch.end].astype(np.intp) * 8
    term_at = at[stretch.posting_at[:-1]]
    of_term = np.repeat(np.arange(len(bits)), occurrences)
    bit = first_bit[of_term] + (np.arange(int(at[-1])) - term_at[of_term]) * bits[of_term]
    windows = unaligned(arrays[f"{field}.place"])
    masks = (np.uint64(1) << bits.astype(np.uint64)) - np.uint64(1)
    place = (windows[bit >> 3] >> (bit & 7).astype(np.uint64)) & masks[of_term]
    posting = np.repeat(np.arange(len(counts)), counts)
    code = _codes(arrays, field, stretch, occurrences)
    return Places(at, posting, place.view(np.intp), code)


def _codes(arrays: ArrayFile, field: str, stretch: Stretch, occurrences: Ints) -> Ints:
    """The code of the form at each place."""
    codes = np.zeros(int(occurrences.sum()), np.intp)
    if f"{field}.code_at" not in arrays:
        return codes
    at: npt.NDArray[Any] = arrays[f"{field}.code_at"][stretch.first : stretch.end + 1]
    at = at.astype(np.intp)
    codes[np.repeat(np.diff(at) > 0, occurrences)] = arrays[f"{field}.code"][at[0] : at[-1]]
    return codes
