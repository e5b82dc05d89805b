"""The days of documents, and their months and years: what the date facet is counted on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import concatenate, smallest_unsigned
from searchsvc.engine.contract import Interval, bucket_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of one width that days fall into.

    Attributes:
        values: of the buckets, ascending.
        starts: intp[buckets], index of the first day of each among the dated days.
    """

    values: list[str]
    starts: Ints


class Calendar:
    """The distinct days of documents, and which of them each document has."""

    def __init__(self, days: Sequence[npt.NDArray[np.int32]]) -> None:
        """Lay end to end the days of the documents of each segment, ascending in each."""
        own = [_distinct(each) for each in days]
        self.days = np.unique(concatenate(own, np.int32))
        kind = smallest_unsigned(len(self.days))
        places = [
            self.days.searchsorted(mine).astype(kind)[mine.searchsorted(each)]
            for mine, each in zip(own, days, strict=True)
        ]
        self.place: npt.NDArray[Any] = concatenate(places, kind)
        self.undated = int(len(self.days) > 0 and self.days[0] == 0)
        self.buckets = lru_cache(self._buckets)

    def count(self, docs: Ints | None) -> Ints:
        """How many of `docs` (None for all) have each of the days: intp[days]."""
        place = self.place if docs is None else self.place.take(docs)
        return np.bincount(place, minlength=len(self.days))

    def _buckets(self, interval: Interval) -> Buckets:
        """The buckets of one width."""
        values = [
            bucket_of(dt.date.fromordinal(day), interval)
            for day in self.days[self.undated :].tolist()
        ]
        starts = [at for at, value in enumerate(values) if at == 0 or values[at - 1] != value]
        return Buckets([values[at] for at in starts], np.array(starts, np.intp))


def _distinct(days: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    fresh = np.ones(len(days), np.bool_)
    np.not_equal(days[1:], days[:-1], out=fresh[1:])
    return days[fresh]
