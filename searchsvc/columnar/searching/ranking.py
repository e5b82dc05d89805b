"""The largest of many numbers, ties included, without sorting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from searchsvc.columnar import compiled

if TYPE_CHECKING:
    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints

HELD: Final = 64
"""Up to so many are found by a loop that goes through all keys once and holds the largest."""

BLOCK: Final = 256
BLOCKWISE: Final = 16 * BLOCK
"""From this many numbers on, most blocks are left out by their largest number."""


def largest(keys: npt.NDArray[Any], wanted: int) -> Ints:
    """Indices, ascending, of the `wanted` largest keys and of all that tie with the last of them.

    Returns:
        intp[k], k at least `wanted` where there are as many; all indices where there are not.
    """
    if wanted >= len(keys):
        return np.arange(len(keys))
    if wanted <= 0:
        return np.zeros(0, np.intp)
    if compiled.loops and wanted <= HELD and keys.dtype == np.float32:
        return compiled.loops.largest(keys, wanted)
    index = None
    if len(keys) >= BLOCKWISE and wanted * BLOCK * 4 < len(keys):
        whole = len(keys) // BLOCK * BLOCK
        peaks = keys[:whole].reshape(-1, BLOCK).max(axis=1)
        # As many blocks as hits are wanted reach this, so as many keys do.
        reached = _nth(peaks, len(peaks) - wanted)
        index = (keys >= reached).nonzero()[0]
        if len(index) < len(keys):
            keys = keys[index]
        if np.count_nonzero(keys > reached) < wanted:
            return index
    last = _nth(keys, len(keys) - wanted)
    found: Ints = (keys >= last).nonzero()[0]
    return found if index is None else index[found]


def _nth(keys: npt.NDArray[Any], place: int) -> np.generic:
    """What stands in this place once they are sorted; calling a method costs half of a function."""
    ordered = keys.copy()
    ordered.partition(place)
    found: np.generic = ordered[place]
    return found
