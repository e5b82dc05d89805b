"""Many strings in two arrays, and what can be asked of them when they are in order."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from searchsvc.columnar import compiled
from searchsvc.columnar.clock import kept
from searchsvc.columnar.encoding import smallest_unsigned, starts_of, utf8
from searchsvc.columnar.spelling import Spelling, spelling_of

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_BYTES = 8

FEW_CANDIDATES = 32
"""Edits to so many strings are counted one by one; to have them all counted costs as much as that."""


@dataclass(frozen=True)
class Strings:
    """Strings as UTF-8, each followed by a line feed, laid end to end.

    Attributes:
        text: uint8[total].
        at: unsigned[n + 1], where each begins.
    """

    text: npt.NDArray[np.uint8]
    at: npt.NDArray[Any]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.at) - 1

    def __getitem__(self, index: int) -> str:
        """The string at `index`."""
        at = self._at
        return self._text[at[index] : at[index + 1] - 1].tobytes().decode()

    def encoded(self, index: int) -> bytes:
        """The string at `index` in UTF-8."""
        at = self._at
        return self._text[at[index] : at[index + 1] - 1].tobytes()

    def listed(self, start: int = 0, end: int | None = None) -> list[str]:
        """The strings from `start` to `end`, exclusive."""
        end = len(self) if end is None else end
        at = self.at[start : end + 1].tolist()
        text, base = self._text[at[0] : at[-1]].tobytes(), at[0]
        if b"\n" in text and text.count(b"\n") == end - start:
            return text.decode().split("\n")[:-1]
        return [text[one - base : two - base - 1].decode() for one, two in pairwise(at)]

    def picked(self, index: npt.NDArray[np.intp]) -> list[str]:
        """The strings at `index`."""
        if compiled.loops:
            return compiled.loops.picked(self.text, self.at, index)
        text, at = self._text, self._at
        return [text[at[each] : at[each + 1] - 1].tobytes().decode() for each in index.tolist()]

    @cached_property
    def _text(self) -> memoryview:
        return self.text.data

    @cached_property
    def _at(self) -> memoryview:
        return self.at.data


@dataclass(frozen=True)
class Vocabulary(Strings):
    """Distinct strings in ascending order of their UTF-8 (the order of their code points)."""

    def find(self, wanted: str) -> int:
        """The index of `wanted`, or -1."""
        encoded = utf8(wanted)
        if compiled.loops:
            return self.native.find(encoded)
        keys, key = self._keys, _key(encoded)
        index = bisect_left(keys, key)
        if index == len(keys) or keys[index] != key:
            return -1
        if self.encoded(index) == encoded:
            return index  # the only one that begins so, or the shortest
        index = self._place(encoded)
        return index if index < len(keys) and self.encoded(index) == encoded else -1

    @cached_property
    def native(self) -> compiled.Vocabulary:
        """What finds in compiled loops, which there must be."""
        assert compiled.loops is not None  # noqa: S101 - who asks has looked
        return compiled.loops.Vocabulary(self._keys, self.text, self.at)

    def starting_with(self, start: str) -> tuple[int, int]:
        """The range of strings that start with `start`; end exclusive."""
        low = utf8(start)
        if not low:
            return 0, len(self)
        first = self._place(low)
        if len(low) >= KEY_BYTES:
            # A byte of UTF-8 is never 0xFF.
            return first, bisect_left(range(len(self)), low + b"\xff", first, key=self.encoded)
        return first, bisect_right(self._keys, _key(low.ljust(KEY_BYTES, b"\xff")), first)

    def between(self, low: str, high: str) -> tuple[int, int]:
        """The range of strings from `low`, inclusive, to `high`, exclusive."""
        return self._place(utf8(low)), self._place(utf8(high))

    def matching(self, expression: str, start: int, end: int) -> npt.NDArray[np.intp]:
        """Indices, from `start` to `end` (exclusive), that a regular expression matches whole.

        Args:
            expression: must not match a line feed; neither does any of the strings.
            start: of the range.
            end: of the range.
        """
        base = int(self.at[start])
        text = self._text[base : int(self.at[end])].tobytes().decode()
        found = re.finditer(rf"(?m:^)(?:{expression})(?=\n)", text)
        offsets = np.fromiter((match.start() for match in found), np.intp)
        if not text.isascii():  # offsets count characters, `at` counts bytes
            line_starts = starts_of(np.array([len(line) + 1 for line in text.split("\n")[:-1]]))
            return start + line_starts.searchsorted(offsets)
        return self.at[start:end].searchsorted(offsets + base) + start

    def within(self, word: str, distance: int) -> npt.NDArray[np.intp]:
        """Indices of the strings at most `distance` edits from `word`, ascending.

        Edits as of `spelling`.
        """
        candidates = self._spelling.candidates(word, distance)
        texts = self.picked(candidates)
        if len(texts) <= FEW_CANDIDATES:
            far = [OSA.distance(word, text, score_cutoff=distance) for text in texts]
        else:
            far = cdist([word], texts, scorer=OSA.distance, score_cutoff=distance)[0].tolist()
        near = compress(candidates.tolist(), [each <= distance for each in far])
        return np.array(sorted(set(near)), np.intp)

    @cached_property
    def capitals(self) -> tuple[int, int]:
        """The range of strings that begin with a capital from A to Z; end exclusive."""
        return self.between("A", "[")

    @cached_property
    @kept()
    def _keys(self) -> memoryview:
        """The first eight bytes of each string as a number that sorts as they do."""
        lengths = np.minimum(np.diff(self.at.astype(np.intp)) - 1, KEY_BYTES)
        keys = np.zeros(len(self), np.uint64)
        for place in range(KEY_BYTES):
            has = np.flatnonzero(lengths > place)
            byte = self.text[self.at[has].astype(np.intp) + place].astype(np.uint64)
            keys[has] |= byte << np.uint64(8 * (KEY_BYTES - 1 - place))
        return keys.data

    @cached_property
    @kept()
    def _spelling(self) -> Spelling:
        """What `within` goes by, made when it is first asked."""
        return spelling_of(self.listed(), self.text, self.at.astype(np.intp))

    def _place(self, encoded: bytes) -> int:
        """The index of the first string that is not below `encoded`."""
        keys, key = self._keys, _key(encoded)
        low = bisect_left(keys, key)
        high = bisect_right(keys, key, low)
        return bisect_left(range(len(keys)), encoded, low, high, key=self.encoded)


def strings_of(texts: Sequence[str]) -> Strings:
    """`texts`, packed."""
    encoded = [text.encode() for text in texts]
    at = starts_of(np.array([len(each) + 1 for each in encoded], np.intp))
    text = np.frombuffer(b"".join(each + b"\n" for each in encoded), np.uint8)
    return Strings(text, at.astype(smallest_unsigned(int(at[-1]))))


def _key(encoded: bytes) -> int:
    return int.from_bytes(encoded[:KEY_BYTES].ljust(KEY_BYTES, b"\0"))
