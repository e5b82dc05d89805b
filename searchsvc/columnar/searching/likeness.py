"""The second stage of the finer order: scores moved by how like each other the best hits are.

What is done, and why, is told in `engine.whoosh.reordering`, steps 2 to 4; this is its arithmetic,
which all engines share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from searchsvc.settings import SearchSettings

Doubles = npt.NDArray[np.float64]

NEAREST: Final = 8
SHARPNESS: Final = 16
LEVEL: Final = 1e-4
"""Scores that differ by less than this share are level."""
LEAD: Final = 1.001


def by_likeness(
    scores: Doubles, cosines: Doubles, known: npt.NDArray[np.bool_], settings: SearchSettings
) -> Doubles:
    """The scores of hits after steps 2 to 4.

    Args:
        scores: float64[k], above 0 at the highest; k is 2 or more.
        cosines: float64[k, k], how like each other they are.
        known: which of them are level with the best and hold every word.
        settings: of the formula.
    """
    final = scores + smoothing(scores, cosines, settings.lift, settings.lower)
    if settings.feedback:
        final += settings.feedback * feedback(final, cosines)
    if known.any():
        least = max(final[known].min(), LEAD * final[~known].max(initial=0))
        final[known] = least + scores[known] - scores[known].min()
    return final


def smoothing(scores: Doubles, cosines: Doubles, lift: float, lower: float) -> Doubles:
    """What step 2 adds to each of `scores`."""
    others = cosines.copy()
    np.fill_diagonal(others, 0)
    place = len(scores) - min(NEAREST, len(scores) - 1)
    least = np.partition(others, place, axis=1)[:, place, None]
    others *= others >= least
    sums = others.sum(axis=1)
    means: Doubles = np.divide(others @ scores, sums, out=scores.copy(), where=sums > 0)
    means -= scores
    means *= np.where(means > 0, lift, lower)
    return means


def feedback(scores: Doubles, cosines: Doubles) -> Doubles:
    """What step 3 adds to each of `scores` for a weight of 1."""
    highest = scores.max()
    weights = (scores / highest) ** SHARPNESS
    products = cosines @ weights
    length = float(np.sqrt(weights @ products))
    found: Doubles = products * (highest / length) if length else products
    return found
