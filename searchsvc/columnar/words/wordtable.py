"""A hash table from short byte strings to numbers, looked up many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

_FACTORS: Final = (  # odd and without pattern: fractional parts of square roots of primes
    *(0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
    *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
)
_HALF: Final = np.uint64(32)
_SMALLEST: Final = 10  # bits of the number of slots
ABSENT: Final = 0


class WordTable:
    """Numbers above 0 by keys of `width` uint64 each, of which the first is never 0.

    Open addressing with linear probing, at most half full. Whole keys are compared: two of them
    are never taken for one.
    """

    def __init__(self, width: int) -> None:
        """Make an empty table."""
        self._count = 0
        self._allot(width, _SMALLEST)

    def find(self, keys: Sequence[Keys]) -> Numbers:
        """The numbers of several keys, `ABSENT` for those that are not in.

        Args:
            keys: `width` columns, uint64[n] each.

        Returns:
            int32[n].
        """
        slots = self._slots(keys)
        numbers = self._numbers.take(slots)
        other = self._keys[0].take(slots) != keys[0]
        for column, key in zip(self._keys[1:], keys[1:], strict=True):
            other |= column.take(slots) != key
        pending = np.flatnonzero(other)
        while len(pending):
            pending = pending[numbers[pending] != ABSENT]
            slots[pending] += 1
            slots[pending] &= self._mask
            probed = slots[pending]
            numbers[pending] = self._numbers[probed]
            other = np.zeros(len(pending), np.bool_)
            for column, key in zip(self._keys, keys, strict=True):
                other |= column[probed] != key[pending]
            pending = pending[other]
        return numbers

    def add(self, keys: Sequence[Keys], numbers: Numbers) -> None:
        """Enter keys that are not in yet, no two of them the same, with their numbers."""
        self._count += len(numbers)
        if 2 * self._count > len(self._numbers):
            taken = np.flatnonzero(self._numbers)
            old_keys, old_numbers = [key[taken] for key in self._keys], self._numbers[taken]
            self._allot(len(self._keys), (2 * self._count).bit_length())
            self._place(old_keys, old_numbers)
        self._place(keys, numbers)

    def _allot(self, width: int, bits: int) -> None:
        """Make room for 2 ** `bits` slots, all of them empty."""
        self._mask = (1 << bits) - 1
        self._shift = np.uint64(64 - bits)
        self._keys = [np.zeros(1 << bits, np.uint64) for _ in range(width)]
        self._numbers = np.zeros(1 << bits, np.int32)

    def _slots(self, keys: Sequence[Keys]) -> Places:
        """The slot where the search for each key begins."""
        mixed = keys[0] * np.uint64(_FACTORS[0])
        for key, factor in zip(keys[1:], _FACTORS[1:], strict=False):
            mixed += key * np.uint64(factor)
        mixed ^= mixed >> _HALF
        mixed *= np.uint64(_FACTORS[-1])
        mixed >>= self._shift
        return mixed.view(np.intp)

    def _place(self, keys: Sequence[Keys], numbers: Numbers) -> None:
        """Put keys that are not in yet into free slots, of which there are enough."""
        pending, slots = np.arange(len(numbers)), self._slots(keys)
        while len(pending):
            free = self._numbers[slots] == ABSENT
            # Of several for one slot the last one written stays; it finds itself there.
            self._numbers[slots[free]] = numbers[pending[free]]
            placed = self._numbers[slots] == numbers[pending]
            for column, key in zip(self._keys, keys, strict=True):
                column[slots[placed]] = key[pending[placed]]
            pending, slots = pending[~placed], slots[~placed]
            slots = (slots + 1) & self._mask
