"""The days of documents, and the buckets that they fall into: what the date facet is counted on."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.encoding import smallest_unsigned
from searchsvc.columnar.searching.counting import pairs_of
from searchsvc.engine.contract import Bucket, Interval, bucket_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints

Days = npt.NDArray[np.int32]

FEW_DOCS: Final = 96
"""Up to so many documents are counted by a dictionary, which costs less than counting zeros."""


@dataclass(frozen=True, slots=True)
class _Buckets:
    """The buckets of one width.

    Attributes:
        values: ascending.
        bounds: intp[buckets + 1], the first document of each and the end, where all documents
            are in the order of their days; else None.
        column: uint[documents], the bucket of each plus 1, 0 for undated, where they are not.
    """

    values: list[str]
    bounds: Ints | None
    column: npt.NDArray[Any] | None


class Calendar:
    """The days of documents numbered through several segments, ascending in each."""

    def __init__(self, days: Sequence[Days]) -> None:
        """Lay the days of each segment end to end."""
        self._segments = days
        self._bases = [0, *np.cumsum([len(each) for each in days], dtype=np.intp).tolist()]
        self._buckets: dict[Interval, _Buckets] = {}

    def range_of(self, docs: Ints) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of `docs`; None where none has any."""
        found = [
            self._day(doc)
            for _, split, high in self._pieces(docs)
            if split < high
            for doc in (int(docs[split]), int(docs[high - 1]))
        ]
        if not found:
            return None
        return dt.date.fromordinal(min(found)), dt.date.fromordinal(max(found))

    def count(self, docs: Ints, interval: Interval) -> tuple[tuple[Bucket, ...], int]:
        """The buckets that any of `docs` fall into, ascending, and how many are undated."""
        buckets = self._buckets.get(interval)
        if buckets is None:
            buckets = self._buckets[interval] = self._make_buckets(interval)
        values, bounds = buckets.values, buckets.bounds
        if compiled.loops and bounds is not None:
            return compiled.loops.buckets_between(docs, bounds, values, Bucket)
        named, counts, undated = _counted(docs, buckets)
        return pairs_of(Bucket, zip(named, counts, strict=True)), undated

    def _pieces(self, docs: Ints) -> list[tuple[int, int, int]]:
        """Of each segment, where in `docs` its documents begin, the dated ones, and where they end."""
        bounds = [
            bound
            for base, days in zip(self._bases, self._segments, strict=False)
            for bound in (base, base + bisect_left(days.data, 1), base + len(days))
        ]
        at = docs.searchsorted(np.array(bounds, np.intp)).tolist()
        return list(zip(at[::3], at[1::3], at[2::3], strict=True))

    def _day(self, doc: int) -> int:
        segment = next(at for at, base in enumerate(self._bases[1:]) if doc < base)
        return int(self._segments[segment][doc - self._bases[segment]])

    def _make_buckets(self, interval: Interval) -> _Buckets:
        own = [_distinct(days) for days in self._segments]
        all_days = np.unique(np.concatenate([np.zeros(1, np.int32), *own]))[1:]
        named = [bucket_of(dt.date.fromordinal(day), interval) for day in all_days.tolist()]
        values = list(dict.fromkeys(named))
        if len(self._segments) == 1:
            firsts = [at for at, value in enumerate(named) if at == 0 or named[at - 1] != value]
            (days,) = self._segments
            starts = days.searchsorted(all_days[firsts])
            return _Buckets(values, np.append(starts, len(days)).astype(np.intp), None)
        number = dict(zip(values, range(1, len(values) + 1), strict=True))
        kind = smallest_unsigned(len(values))
        of_day = np.array([0, *(number[value] for value in named)], kind)
        with_zero = np.concatenate([np.zeros(1, np.int32), all_days])
        columns = [of_day[with_zero.searchsorted(days)] for days in self._segments]
        return _Buckets(values, None, np.concatenate([np.zeros(0, kind), *columns]))


def _counted(docs: Ints, buckets: _Buckets) -> tuple[list[str], list[int], int]:
    """The buckets that any of `docs` fall into, ascending; how many do; and the undated."""
    values, bounds, column = buckets.values, buckets.bounds, buckets.column
    if len(docs) <= FEW_DOCS:
        if bounds is not None:
            numbers = bounds.searchsorted(docs, "right")
        else:
            assert column is not None  # noqa: S101 - there is one of the two
            numbers = column.take(docs)
        counted = Counter(numbers.tolist())
        undated = counted.pop(0, 0)
        places = sorted(counted)
        named = [values[place - 1] for place in places]
        return named, [counted[place] for place in places], undated
    if bounds is not None:
        # All in order of day: those of a bucket stand together, after the undated.
        ends = docs.searchsorted(bounds)
        undated, counts = int(ends[0]), (ends[1:] - ends[:-1]).tolist()
    else:
        assert column is not None  # noqa: S101 - as above
        undated, *counts = np.bincount(column.take(docs), minlength=len(values) + 1).tolist()
    if 0 not in counts:
        return values, counts, undated
    return list(compress(values, counts)), list(filter(None, counts)), undated


def _distinct(days: Days) -> Days:
    """The days that occur."""
    fresh = np.ones(len(days), np.bool_)
    np.not_equal(days[1:], days[:-1], out=fresh[1:])
    return days[fresh]
