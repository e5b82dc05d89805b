"""Filters → masks: bool[n] over the documents of a segment, deleted ones never among them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.engine.contract import Interval, bucket_of
from searchsvc.fields import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.engine.contract import DateFilter, FieldFilter
    from searchsvc.engine.whoosh.columns import Mask
    from searchsvc.engine.whoosh.snapshot import Segment


def matches_dates(segment: Segment, first: dt.date | None, last: dt.date | None) -> Mask:
    """Documents dated from `first` to `last`, both inclusive; None leaves that side open."""
    day = segment.columns.day
    low = 1 if first is None else first.toordinal()
    high = dt.date.max.toordinal() if last is None else last.toordinal()
    return segment.alive & (day >= low) & (day <= high)


def matches_value(segment: Segment, field: str, value: str) -> Mask:
    """Documents that carry `value`, or none where it is MISSING.

    A value of `date` is a year, a month or a day. Nobody carries a field that the collection
    lacks, and nobody lacks it either.
    """
    if field == "date":
        return _matches_bucket(segment, value)
    facet = segment.columns.facets.get(field)
    if facet is None:
        return np.zeros_like(segment.alive)
    if value == MISSING:
        return segment.alive & facet.empty
    mask = np.zeros_like(segment.alive)
    mask[facet.carriers(value)] = True
    return segment.alive & mask


def passes_filter(segment: Segment, condition: FieldFilter) -> Mask:
    """Documents that a filter lets through."""
    mask = segment.alive
    if condition.any_of:
        mask = mask & _any(segment, condition.field, condition.any_of)
    for value in condition.all_of:
        mask = mask & matches_value(segment, condition.field, value)
    passing: Mask = mask & ~_any(segment, condition.field, condition.none_of)
    return passing


def passes_dates(segment: Segment, dates: DateFilter) -> Mask:
    """Documents that a date filter lets through."""
    if not dates.active:
        return segment.alive
    bounded = dates.first is not None or dates.last is not None
    mask = np.zeros_like(segment.alive)
    if bounded:
        mask |= matches_dates(segment, dates.first, dates.last)
    if dates.undated:
        mask |= segment.alive & (segment.columns.day == 0)
    return mask


def _any(segment: Segment, field: str, values: Iterable[str]) -> Mask:
    mask = np.zeros_like(segment.alive)
    for value in values:
        mask |= matches_value(segment, field, value)
    return mask


def _matches_bucket(segment: Segment, value: str) -> Mask:
    days = segment.columns.days.tolist()
    inside = np.array([_is_in_bucket(day, value) for day in days], np.bool_)
    mask: Mask = inside[segment.columns.day_place]
    return segment.alive & mask


def _is_in_bucket(day: int, value: str) -> bool:
    """Whether the date with this ordinal, 0 for none, falls into a bucket of any width."""
    if day == 0:
        return value == MISSING
    date = dt.date.fromordinal(day)
    return any(bucket_of(date, width) == value for width in Interval)
