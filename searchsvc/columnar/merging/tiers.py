"""Which segments to merge after a new one has come, so that there are few and little is rewritten.

Of the segments that are left, each has more than `RATIO` times the documents of all smaller ones
together. So n documents are in at most 1 + log(n, 1 + RATIO) segments: 11 for a million. And the
documents of a segment are rewritten only into one of at least 1 + 1 / RATIO times their number,
thus at most log(n, 1 + 1 / RATIO) times each, or because of deletions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

RATIO: Final = 3

MOST_DELETED: Final = 0.25
"""A segment of which more than this share is deleted is rewritten."""


def choose(live: Sequence[int], deleted: Sequence[int]) -> tuple[int, ...]:
    """Indices, ascending, of the segments to be merged into one; empty where all may stay.

    Segments without a live document are always among them. Where no other is, nothing is left to
    be written.

    Args:
        live: documents of each segment that are not deleted.
        deleted: documents of each that are.
    """
    chosen = {
        index
        for index, (left, gone) in enumerate(zip(live, deleted, strict=True))
        if not left or gone > MOST_DELETED * (left + gone)
    }
    while True:
        found = _too_near(live, chosen)
        if found <= chosen:
            return tuple(sorted(chosen))
        chosen |= found


def _too_near(live: Sequence[int], chosen: set[int]) -> set[int]:
    """The segments up to the largest that is not large enough beside all smaller ones.

    Those chosen already count as one; they are among the result where that one is.
    """
    together = sum(live[index] for index in chosen)
    others = sorted((live[index], index) for index in range(len(live)) if index not in chosen)
    found: set[int] = set()
    smaller, counted = 0, not chosen
    before: list[int] = []
    for size, index in others:
        if not counted and together <= size:
            if smaller and together <= RATIO * smaller:
                found.update(before)
            smaller += together
            counted = True
        if smaller and size <= RATIO * smaller:
            found.update(before, [index])
        smaller += size
        before.append(index)
    if not counted and together <= RATIO * smaller:
        found.update(before)
    return found
