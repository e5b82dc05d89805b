"""How numbers are packed into bytes: gaps of 1, 2 or 4 bytes, half-byte counts, bit-packed places.

Everything here is pure, vectorised and exact; `layout` says where the results are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Ints = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

GAP_WIDTHS: Final = (1, 2, 4)
"""Bytes that a gap may have; all the gaps of one term have the same."""

LARGE_COUNT: Final = 15
"""A half-byte count that stands for "look it up"; smaller ones stand for themselves."""

COPIED_WINDOWS: Final = 8
"""A gather from unaligned memory costs as much as copying so many windows to aligned memory."""

GUARD_BYTES: Final = 8
"""Zeros after packed places, so that eight bytes can be read wherever one starts."""

BLOCK: Final = 1 << 16
"""Items that are worked on at once where there can be any number of them."""

_HALVES: Final = np.array([[byte & 15, byte >> 4] for byte in range(256)], np.uint8).view("u2")[
    :, 0
]
"""The two half bytes of each byte, as bytes, as one number."""

_UNSIGNED: Final = (np.uint8, np.uint16, np.uint32, np.uint64)


def smallest_unsigned(largest: int) -> np.dtype[Any]:
    """The narrowest unsigned integer type that holds `largest`."""
    return next(np.dtype(kind) for kind in _UNSIGNED if largest <= np.iinfo(kind).max)


def starts_of(lengths: npt.NDArray[Any]) -> Ints:
    """Where each of `lengths` begins when laid end to end: intp[n + 1], the last is the total."""
    starts = np.zeros(len(lengths) + 1, np.intp)
    np.cumsum(lengths, out=starts[1:])
    return starts


def ranges(starts: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> Ints:
    """The integers of the ranges `starts[i]` to `starts[i] + lengths[i]`, exclusive, one by one."""
    # Whatever the type they are stored in: uint64 and intp together would make fractions.
    lengths = lengths.astype(np.intp, copy=False)
    ends = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    numbers: Ints = (starts.astype(np.intp, copy=False) - (ends - lengths)).repeat(lengths)
    numbers += np.arange(total, dtype=np.intp)
    return numbers


def blocks(total: int) -> Iterator[tuple[int, int]]:
    """The range from 0 to `total` in pieces, of which temporary arrays stay in the cache."""
    for start in range(0, total, BLOCK):
        yield start, min(start + BLOCK, total)


def cuts(at: npt.NDArray[Any]) -> list[int]:
    """Where to cut a list, item i of which has `at[i + 1] - at[i]` parts, to have BLOCK or so each.

    Returns:
        Indices of `at`, ascending, the first 0 and the last `len(at) - 1`.
    """
    found = at.searchsorted(np.arange(0, int(at[-1]), BLOCK))
    return [*np.unique(found).tolist(), len(at) - 1] if len(found) else [0, len(at) - 1]


def repeated(
    values: npt.NDArray[Any], at: npt.NDArray[Any], start: int, end: int
) -> npt.NDArray[Any]:
    """The items from `start` to `end`, exclusive, of `values`, each repeated as `at` says.

    Args:
        values: [n].
        at: intp[n + 1], where the repetitions of each begin.
        start: below the total.
        end: above `start`.
    """
    first = int(at.searchsorted(start, "right")) - 1
    last = int(at.searchsorted(end, "left"))
    edges = at[first : last + 1].clip(start, end)
    return values[first:last].repeat(edges[1:] - edges[:-1])


# Gaps.


def gaps_of(docs: npt.NDArray[Any], posting_at: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """Gaps between the documents of each term; the first is the document number itself.

    Args:
        docs: [postings], ascending within each term, term after term.
        posting_at: [terms + 1], where each term's postings begin.
    """
    gaps = np.empty(len(docs), np.uint32)
    gaps[:1] = docs[:1]
    np.subtract(docs[1:], docs[:-1], out=gaps[1:], casting="unsafe")
    firsts = posting_at[:-1][posting_at[:-1] < posting_at[1:]]
    gaps[firsts] = docs[firsts]
    return gaps


def gap_widths(gaps: npt.NDArray[np.uint32], posting_at: npt.NDArray[Any]) -> Bytes:
    """The narrowest of GAP_WIDTHS for each term: uint8[terms]. Every term has a posting."""
    if not len(gaps):
        return np.zeros(0, np.uint8)
    largest = np.maximum.reduceat(gaps, posting_at[:-1])
    return np.where(largest < 1 << 8, 1, np.where(largest < 1 << 16, 2, 4)).astype(np.uint8)


# Counts.


def pack_counts(counts: npt.NDArray[Any]) -> Bytes:
    """Counts as half bytes, two a byte, the even one low; LARGE_COUNT or more as LARGE_COUNT."""
    halves = np.zeros((len(counts) + 1) // 2 * 2, np.uint8)
    np.minimum(counts, LARGE_COUNT, out=halves[: len(counts)], casting="unsafe")
    return (halves[::2] | halves[1::2] << 4).astype(np.uint8, copy=False)


def unpack_counts(packed: Bytes, start: int, end: int) -> Bytes:
    """The half bytes from index `start` to `end`, exclusive: uint8[end - start]."""
    halves = _HALVES.take(packed[start >> 1 : (end + 1) >> 1]).view(np.uint8)
    return halves[start & 1 : (start & 1) + end - start]


def counts_at(packed: Bytes, index: Ints) -> Bytes:
    """The half bytes at `index`: uint8[len(index)]."""
    counts = (packed.take(index >> 1) >> ((index & 1) << 2).astype(np.uint8)) & 15
    return counts.astype(np.uint8, copy=False)


# Places, packed by bits: of a term whose widest place has w bits, place i takes the bits i*w to
# (i+1)*w, counted from the term's first byte, lowest bit of the lowest byte first.


def bits_of(places: npt.NDArray[Any], at: npt.NDArray[Any]) -> Bytes:
    """How many bits the widest place of each term needs, at least 1: uint8[terms].

    Args:
        places: [total], term after term; each below 2**32.
        at: [terms + 1], where each term's places begin; every term has one.
    """
    if not len(places):
        return np.zeros(0, np.uint8)
    widest = np.maximum.reduceat(places, at[:-1]).astype(np.float64)
    # frexp(x) gives the exponent e with 2**(e-1) <= x < 2**e: the number of bits.
    return np.maximum(np.frexp(widest)[1], 1).astype(np.uint8)


def packed_bytes(counts: npt.NDArray[Any], bits: Bytes) -> Ints:
    """Bytes that the packed places of each term take: intp[terms]."""
    return (counts.astype(np.intp) * bits + 7) >> 3


def pack_places(places: npt.NDArray[Any], at: npt.NDArray[Any], bits: Bytes) -> Bytes:
    """The packed places of all terms end to end, each term from a byte of its own.

    `places` and `at` are those given to `bits_of`, `bits` is what it gave.
    """
    byte_at = starts_of(packed_bytes(np.diff(at), bits))
    # Place i of all, which is of term t, starts at bit shift[t] + i * bits[t].
    steps = bits.astype(np.intp)
    shift = byte_at[:-1] * 8 - at[:-1] * steps
    words = np.zeros((int(byte_at[-1]) >> 3) + 2, "<u8")
    for start, end in blocks(len(places)):
        bit = repeated(steps, at, start, end)
        bit *= np.arange(start, end)
        bit += repeated(shift, at, start, end)
        word = bit >> 6
        bit &= 63
        low = bit.astype(np.uint64)
        values = places[start:end].astype(np.uint64)
        firsts = np.flatnonzero(np.diff(word, prepend=-1))
        words[word[firsts]] |= np.bitwise_or.reduceat(values << low, firsts)
        # Of the places that start in a word only the last can reach into the next one. Shifting
        # twice, because a number cannot be shifted by 64.
        lasts = np.append(firsts[1:], len(word)) - 1
        words[word[lasts] + 1] |= values[lasts] >> np.uint64(1) >> (np.uint64(63) - low[lasts])
    return words.view(np.uint8)[: int(byte_at[-1])]


def unaligned(packed: Bytes) -> Words:
    """Eight bytes from each byte on as one number: uint64[len(packed) - 7], without a copy."""
    return np.ndarray((max(len(packed) - 7, 0),), np.uint64, buffer=packed, strides=(1,))


def unpack_places(windows: Words, first_byte: int, bits: int, index: Ints) -> Ints:
    """The places of one term at `index`: intp[len(index)].

    What is not aligned is copied first, if that is little.

    Args:
        windows: `unaligned` of the packed places of all terms with GUARD_BYTES after them.
        first_byte: where the places of the term begin.
        bits: of each.
        index: of each place wanted within the term, ascending.
    """
    low = index * bits
    last_byte = first_byte + (int(low[-1]) >> 3) + 1 if len(low) else first_byte
    own = windows[first_byte:last_byte]
    shifts = (low & 7).astype(np.uint64)
    low >>= 3
    found = own.take(low) if len(own) < COPIED_WINDOWS * len(low) else own[low]
    found >>= shifts
    found &= np.uint64((1 << bits) - 1)
    return found.view(np.intp)


def concatenate(arrays: Sequence[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """`arrays` end to end; the array itself where there is one, and an empty one where none is."""
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype)


def utf8(wanted: str) -> bytes:
    """`wanted` in UTF-8; half a surrogate pair becomes bytes that no text has."""
    return wanted.encode(errors="surrogatepass")
