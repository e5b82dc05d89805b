"""How much of its score a document keeps by how new it is: what `Sort.FRESH` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from searchsvc.engine.whoosh.view import CollectionView, Floats


def freshness(view: CollectionView, half_life_days: float) -> Floats:
    """The share of each document of `view`: float32[size], from 0.5 to 1."""
    found = view.freshness.get(half_life_days)
    if found is None:
        newest = newest_day(view)
        found = np.empty(view.size, np.float32)
        for part in view.parts:
            # In order of their days, so that each day is reckoned once.
            starts = np.flatnonzero(np.diff(part.segment.day, prepend=-1))
            days = part.segment.day[starts].astype(np.float64)
            halvings = (newest - days) / half_life_days
            shares = np.where(days > 0, (1 + np.exp2(-halvings)) / 2, 0.5).astype(np.float32)
            documents = np.diff(starts, append=part.end - part.base)
            found[part.base : part.end] = np.repeat(shares, documents)
        view.freshness[half_life_days] = found
    return found


def newest_day(view: CollectionView) -> int:
    """The ordinal of the last day that any document has; 0 where none has any."""
    newest = 0
    for part in view.parts:
        days = part.segment.day
        if view.alive is not None:
            days = days[view.alive[part.base : part.end]]
        newest = max(newest, int(days.max(initial=0)))
    return newest
