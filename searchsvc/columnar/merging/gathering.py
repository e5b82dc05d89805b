"""Postings of several segments put into one order, a stretch of terms after the other."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, cuts, ranges, starts_of
from searchsvc.columnar.strings import strings_of
from searchsvc.columnar.vocabularies import joined, ordering, stretch_of, taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.columnar.merging.slices import FieldReader, FieldSlice
    from searchsvc.columnar.strings import Strings

STRINGS_AT_ONCE: Final = 1 << 17
"""Strings of all vocabularies that are put into order together, more or less."""

_KEY_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class United:
    """The strings of several vocabularies.

    Attributes:
        words: distinct, ascending.
        numbers: of each vocabulary, where each of its strings is among these: uint32, ascending.
    """

    words: Strings
    numbers: tuple[npt.NDArray[np.uint32], ...]


def united(vocabularies: Sequence[Strings]) -> United:
    """The strings of all vocabularies, each of which is ascending and has none twice."""
    parts = []
    numbers = [np.zeros(len(vocabulary), np.uint32) for vocabulary in vocabularies]
    count = 0
    for ends in pairwise(_cuts(vocabularies)):
        pieces = list(zip(vocabularies, *ends, strict=True))
        strings = joined([stretch_of(*piece) for piece in pieces])
        found = ordering(strings)
        parts.append(taken(strings, found.first))
        found.number[...] += np.uint32(count)
        start = 0
        for own, (_, first, end) in zip(numbers, pieces, strict=True):
            own[first:end] = found.number[start : start + end - first]
            start += end - first
        count += len(found.first)
    return United(joined(parts), tuple(numbers))


def _cuts(vocabularies: Sequence[Strings]) -> list[tuple[int, ...]]:
    """Where to cut each vocabulary, so that pieces are small and equal strings stay together."""
    sizes = tuple(map(len, vocabularies))
    largest = max(vocabularies, key=len, default=strings_of(()))
    pieces = min(sum(sizes) // STRINGS_AT_ONCE + 1, len(largest) + 1)
    found = [tuple(0 for _ in sizes)]
    for piece in range(1, pieces):
        pivot = largest.encoded(len(largest) * piece // pieces)
        found.append(
            tuple(bisect_left(range(len(each)), pivot, key=each.encoded) for each in vocabularies)
        )
    return [*found, sizes]


@dataclass(frozen=True, slots=True)
class Inputs:
    """A field of the segments to be merged.

    Attributes:
        readers: one for each segment.
        terms: of all of them.
        new: of each segment, the new number of each document, or -1 where it is not kept.
        documents: how many the merged segment has.
    """

    readers: tuple[FieldReader, ...]
    terms: United
    new: tuple[Ints, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one segment has of a stretch.

    Attributes:
        source: index of the segment.
        start: its first term of the stretch.
        end: behind its last.
        slice: the postings.
    """

    source: int
    start: int
    end: int
    slice: FieldSlice


@dataclass(frozen=True, slots=True)
class Stretch:
    """The postings that the merged segment has of consecutive terms, in order.

    Attributes:
        start: the first term of the stretch, by number in `United`.
        end: behind the last.
        terms: numbers of those of them that have a posting: intp.
        posting_at: intp[terms + 1], where the postings of each begin.
        docs: intp[postings], new numbers, ascending within each term.
        index: intp[postings], where each is among the postings of `parts`, laid end to end.
        parts: of the segments that have any of the terms; also postings that are not kept.
    """

    start: int
    end: int
    terms: Ints
    posting_at: Ints
    docs: Ints
    index: Ints
    parts: tuple[Part, ...]


def stretches(inputs: Inputs, most: int) -> Iterator[Stretch]:
    """All terms in stretches that have at most `most` postings and places, or one term."""
    weights = np.zeros(len(inputs.terms.words), np.intp)
    for numbers, reader in zip(inputs.terms.numbers, inputs.readers, strict=True):
        weights[numbers] += reader.weights()
    at = starts_of(weights)
    # A key to sort by holds the term, the document and the index of a posting.
    bits = _KEY_BITS - inputs.documents.bit_length() - most.bit_length()
    most_terms = 1 << max(bits, 0)
    start = 0
    while start < len(weights):
        end = int(at.searchsorted(at[start] + most, "right")) - 1
        end = min(max(end, start + 1), start + most_terms)
        yield _stretch(inputs, start, end)
        start = end


def _stretch(inputs: Inputs, start: int, end: int) -> Stretch:
    parts = []
    for source, numbers in enumerate(inputs.terms.numbers):
        first, last = numbers.searchsorted(np.array((start, end), np.uint32)).tolist()
        if first < last:
            part = inputs.readers[source].slice(first, last)
            parts.append(Part(source, first, last, part))
    total = sum(len(part.slice.docs) for part in parts)
    index_bits = np.uint64(total.bit_length())
    doc_bits = np.uint64(inputs.documents.bit_length())
    keys = _keys(inputs, start, parts, (doc_bits, index_bits))
    # Each segment gives an ascending run, and a stable sort is quick to merge these.
    keys.sort(kind="stable")
    index = (keys & ((np.uint64(1) << index_bits) - np.uint64(1))).astype(np.intp)
    keys >>= index_bits
    docs = (keys & ((np.uint64(1) << doc_bits) - np.uint64(1))).astype(np.intp)
    keys >>= doc_bits
    firsts = np.flatnonzero(np.diff(keys, prepend=~np.uint64(0)))
    terms = keys[firsts].astype(np.intp) + start
    posting_at = np.append(firsts, len(keys))
    return Stretch(start, end, terms, posting_at, docs, index, tuple(parts))


def _keys(
    inputs: Inputs, start: int, parts: Sequence[Part], bits: tuple[np.uint64, np.uint64]
) -> npt.NDArray[np.uint64]:
    """Term, less `start`, new document and index of each posting kept, in so many bits."""
    doc_bits, index_bits = bits
    first = 0
    runs = []
    for part in parts:
        new = inputs.new[part.source].take(part.slice.docs)
        terms = inputs.terms.numbers[part.source][part.start : part.end].astype(np.uint64)
        keys = np.repeat(terms - np.uint64(start) << doc_bits, part.slice.frequencies)
        keys |= new.astype(np.uint64)
        keys <<= index_bits
        keys |= np.arange(first, first + len(keys), dtype=np.uint64)
        first += len(keys)
        gone = new < 0
        runs.append(keys[~gone] if gone.any() else keys)
    return np.concatenate(runs)


def regrouped(
    arrays: Sequence[npt.NDArray[Any]], at: Ints, lengths: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """The items `at[i]` to `at[i] + lengths[i]` of `arrays` laid end to end, for each i in turn."""
    source = np.concatenate(arrays)
    new_at = starts_of(lengths)
    items = np.empty(int(new_at[-1]), source.dtype)
    for first, end in pairwise(cuts(new_at)):
        where = ranges(at[first:end], lengths[first:end])
        source.take(where, out=items[new_at[first] : new_at[end]], mode="clip")
    return items
