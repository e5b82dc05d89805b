"""Which strings may be few edits from a word: what is looked at before edits are counted.

Optimal string alignment: insertion, deletion, substitution and swap of neighbours cost 1.

An edit changes the set of letters by at most two and the length by at most one. Sets are kept as 64
bits, a letter at its code modulo 64. And one edit alone leaves a half of the word as it was: where
it begins at letter k or later, the first k letters stay; where it begins before, all letters after
the one at k do, because an edit takes two at most. So strings that begin with the one half or end
with the other are all there are to compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.encoding import starts_of, utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints

Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]

END_BYTES: Final = 7
"""So much of either end of a string stands in its key, below its length."""

LENGTH_BITS: Final = 8 * END_BYTES
"""The length of a string stands above so many bits of its key."""

EDIT_LETTERS: Final = 2
"""By so many letters at most an edit changes the set."""

LENGTHS: Final = range(4, 200)
"""Words of so many letters are looked for by their halves: few enough begin or end as these do."""

LONGEST: Final = 254
"""Longer strings are kept as if they had so many letters."""


@dataclass(frozen=True)
class Spelling:
    """Strings by length, and those of a length by how they begin and by how they end.

    Attributes:
        order: int32[n], their indices by length, ascending where lengths are the same.
        letters: uint64[n], in that order, the set of letters of each.
        begins: uint64[n], in that order, the length of each in the highest byte, and its first bytes.
        backward: int32[n], places in `order`, by length and by what is read backward.
        ends: uint64[n], in the order of `backward`, the length of each and its last bytes, backward.
        starts: where those of each length begin in `order`, from 0 on, and the end.
    """

    order: Places
    letters: Keys
    begins: Keys
    backward: Places
    ends: Keys
    starts: list[int]

    def candidates(self, word: str, distance: int) -> Ints:
        """Indices, in no order, of strings among which are all at most `distance` edits from `word`.

        One may be there twice.
        """
        if distance == 1 and len(word) in LENGTHS:
            return self._by_halves(_halves(word))
        starts, length = self.starts, len(word)
        low = starts[min(max(length - distance, 0), len(starts) - 1)]
        high = starts[min(length + distance + 1, len(starts) - 1)]
        near = _differing(self.letters[low:high], _letters_of(word)) <= EDIT_LETTERS * distance
        found: Ints = self.order[low:high].take(near.nonzero()[0]).astype(np.intp)
        return found

    def _by_halves(self, sought: _Halves) -> Ints:
        """As `candidates`, of one edit."""
        if compiled.loops:
            return self._native.halves(*sought)
        wanted, length, begin, end, begins, ends = sought
        found: list[Places] = []
        for each in range(length - 1, length + 2):
            first = each << LENGTH_BITS
            low, high = _bounds(self.begins, first + begin, begins)
            places = [np.arange(low, high, dtype=np.int32)]
            low, high = _bounds(self.ends, first + end, ends)
            places.append(self.backward[low:high])
            halves = np.concatenate(places)
            differing = _differing(self.letters.take(halves), wanted)
            # To put a letter in or take one out changes the set by that letter alone.
            found.append(halves[differing <= (EDIT_LETTERS if each == length else 1)])
        return self.order.take(np.concatenate(found)).astype(np.intp)

    @cached_property
    def _native(self) -> compiled.Halves:
        """What does so in compiled loops, which there must be."""
        assert compiled.loops is not None  # noqa: S101 - who asks has looked
        return compiled.loops.Spelling(
            self.order, self.letters, self.begins, self.backward, self.ends
        )


class _Halves(NamedTuple):
    """A word that is looked for by its halves.

    Attributes:
        wanted: the set of its letters.
        length: of the word.
        begin, end: the keys of its halves, the second backward, without a length.
        begins, ends: how many keys go on so.
    """

    wanted: int
    length: int
    begin: int
    end: int
    begins: int
    ends: int


@lru_cache(maxsize=64)
def _halves(word: str) -> _Halves:
    half = (len(word) + 1) // 2
    begin, begins = _end_key(utf8(word[: half - 1]))
    end, ends = _end_key(utf8(word[half:])[::-1])
    return _Halves(_letters_of(word), len(word), begin, end, begins, ends)


def _end_key(encoded: bytes) -> tuple[int, int]:
    """The first key that begins so, without a length, and how many do."""
    free = END_BYTES - min(len(encoded), END_BYTES)
    return int.from_bytes(encoded[:END_BYTES]) << 8 * free, 1 << 8 * free


def _differing(letters: Keys, wanted: int) -> npt.NDArray[np.uint8]:
    """By how many letters each set differs from one."""
    counts: npt.NDArray[np.uint8] = np.bitwise_count(letters ^ np.uint64(wanted))
    return counts


def _bounds(keys: Keys, first: int, many: int) -> tuple[int, int]:
    """Where ascending keys stand that are one of so many; end exclusive."""
    low, high = keys.searchsorted(np.array([first, first + many], np.uint64)).tolist()
    return low, high


def spelling_of(words: Sequence[str], text: npt.NDArray[np.uint8], at: Ints) -> Spelling:
    """Strings, ascending, by length and by their ends; `text` and `at` as of `strings.Strings`."""
    letters, lengths = _letters(words)
    order = lengths.argsort(kind="stable").astype(np.int32)
    sizes = np.diff(at) - 1
    begins, ends = (
        np.minimum(lengths, LONGEST).astype(np.uint64) << np.uint64(LENGTH_BITS) for _ in range(2)
    )
    for place in range(END_BYTES):
        has = np.flatnonzero(sizes > place)
        shift = np.uint64(8 * (END_BYTES - 1 - place))
        begins[has] |= text[at[has] + place].astype(np.uint64) << shift
        ends[has] |= text[at[has + 1] - 2 - place].astype(np.uint64) << shift
    begins, ends = begins[order], ends[order]
    backward = ends.argsort(kind="stable").astype(np.int32)
    starts = starts_of(np.bincount(lengths)).tolist()
    return Spelling(order, letters[order], begins, backward, ends[backward], starts)


def _letters_of(word: str) -> int:
    """The set of the letters of one word as bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _letters(words: Sequence[str]) -> tuple[Keys, npt.NDArray[np.int32]]:
    """For each word the set of its letters as bits, and its length in code points."""
    lengths = np.array([len(word) for word in words], np.intp)
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.uint64(1) << (codes & 63).astype(np.uint64)
    sets = np.zeros(len(words), np.uint64)
    having = np.flatnonzero(lengths)
    if len(having):
        sets[having] = np.bitwise_or.reduceat(bits, starts_of(lengths)[:-1][having])
    return sets, lengths.astype(np.int32)
