"""Sets of documents: ascending arrays without repetition, combined without passes over all N.

Room to work in is kept per thread, because a fresh array of N elements costs more than the work.
"""

from __future__ import annotations

import threading
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.postings import NO_DOCS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]

MUCH_LONGER: Final = 12
"""From this ratio of lengths on, looking each document up beats marking all of the longer list."""
SPARSE: Final = 12
"""Lists that together hold less than this part of all documents are united by sorting."""
REFILLED_BYTES: Final = 64
"""Clearing so much room costs less than clearing that of one document where it is."""


class Scratch(threading.local):
    """Room for N documents: all False, all zero, and left so by whoever uses it."""

    def __init__(self, size: int) -> None:
        """Make room for `size` documents, once in each thread that looks."""
        self.size = size
        self.flags: Flags = np.zeros(size, np.bool_)
        self.sums: Floats = np.zeros(size, np.float32)
        self.totals: Floats = np.zeros(size, np.float32)
        self.bits = np.zeros(size // 64 + 1, np.uint64)
        self.summary = np.zeros(len(self.bits) // 64 + 1, np.uint64)

    def for_counts(self, counts: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Room for numbers of this kind, or for float32 of them.

        Setting numbers of another kind than the room's takes four times as long; of one byte they
        are in what the processor has at hand.
        """
        return self.flags.view(np.uint8) if counts.dtype == np.uint8 else self.sums

    @property
    def places(self) -> Places:
        """The room of `sums` for whole numbers."""
        return self.sums.view(np.int32)


def clear(room: npt.NDArray[Any], docs: Ints) -> None:
    """Make `room`, of which only `docs` were used, all zero again."""
    if len(docs) * REFILLED_BYTES > room.nbytes:
        room.fill(0)
    else:
        room[docs] = 0


def positions(docs: Ints, wanted: Ints, scratch: Scratch) -> tuple[npt.NDArray[Any], Flags]:
    """As `positions_in`, whichever way is cheaper; where one is not there, its place is any number."""
    if len(wanted) * MUCH_LONGER < len(docs):
        return positions_in(docs, wanted)
    places = scratch.places
    places[docs] = np.arange(1, len(docs) + 1, dtype=np.int32)
    found = places.take(wanted)
    clear(places, docs)
    there = found > 0
    found -= 1
    return found, there


def positions_in(docs: Ints, wanted: Ints) -> tuple[Ints, Flags]:
    """Where each of `wanted` stands or would stand in `docs`, and whether it does: intp[k], bool[k]."""
    if compiled.loops:
        index, there = compiled.loops.positions_in(docs, wanted)
        return index, there
    if not len(docs):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), np.bool_)
    index = docs.searchsorted(wanted)
    return index, docs.take(index, mode="clip") == wanted


def contains(docs: Ints, wanted: Ints, scratch: Scratch) -> Flags:
    """Whether each of `wanted` is in `docs`: bool[k]."""
    if compiled.loops:
        return compiled.loops.contains(docs, wanted, scratch.flags)
    if len(wanted) * MUCH_LONGER < len(docs):
        return positions_in(docs, wanted)[1]
    flags = scratch.flags
    flags[docs] = True
    found = flags.take(wanted)
    clear(flags, docs)
    return found


def intersect(one: Ints, other: Ints, scratch: Scratch) -> Ints:
    """Documents in both."""
    if compiled.loops:
        return compiled.loops.among(one, other, scratch.flags, there=True)
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return few.compress(contains(many, few, scratch)) if len(few) else NO_DOCS


def intersection(sets: Sequence[Ints], scratch: Scratch) -> Ints:
    """Documents in all of one or more sets."""
    ordered = sorted(sets, key=len)
    return reduce(lambda one, other: intersect(one, other, scratch), ordered)


def difference(docs: Ints, without: Ints, scratch: Scratch) -> Ints:
    """Documents of the first that are not in the second."""
    if not (len(docs) and len(without)):
        return docs
    if compiled.loops:
        return compiled.loops.among(docs, without, scratch.flags, there=False)
    return docs.compress(~contains(without, docs, scratch))


def living(docs: Ints, alive: Flags) -> tuple[Ints, Ints | None]:
    """Those of `docs` that are alive, and where they stand among them; None where all are."""
    if compiled.loops:
        return compiled.loops.living(docs, alive)
    index = alive.take(docs).nonzero()[0]
    return (docs, None) if len(index) == len(docs) else (docs.take(index), index)


def union(sets: Sequence[Ints], scratch: Scratch) -> Ints:
    """Documents in any of the sets."""
    some = [docs for docs in sets if len(docs)]
    if not some:
        return NO_DOCS
    if len(some) == 1:
        return some[0]
    if compiled.loops:
        for docs in some:
            compiled.loops.mark(docs, scratch)
        return compiled.loops.taken(sum(map(len, some)), scratch)
    return distinct(np.concatenate(some), scratch)


def distinct(docs: Ints, scratch: Scratch) -> Ints:
    """Documents in ascending runs of any kind, each once and all ascending."""
    if len(docs) * SPARSE < scratch.size:
        merged = np.sort(docs, kind="stable")
        fresh = np.ones(len(merged), np.bool_)
        np.not_equal(merged[1:], merged[:-1], out=fresh[1:])
        return merged[fresh]
    flags = scratch.flags
    flags[docs] = True
    found = flags.nonzero()[0]
    clear(flags, found)
    return found


def summed(docs: Ints, weights: npt.NDArray[np.float32], scratch: Scratch) -> tuple[Ints, Floats]:
    """Each document once, ascending, with the sum of its weights; documents may be repeated."""
    found = distinct(docs, scratch)
    if len(found) == len(docs) and (docs[1:] > docs[:-1]).all():
        return docs, weights
    sums = scratch.sums
    np.add.at(sums, docs, weights)
    total = sums.take(found)
    clear(sums, found)
    return found, total
