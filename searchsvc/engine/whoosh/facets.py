"""Facet counts: bincount of ordinals within a mask, segment by segment, then merged.

Of a field's own filter only `any_of` is left out; its `all_of` and `none_of`, the query, the dates
and all other filters stay. The count beside a value is therefore the number of hits with that
value as the field's only choice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from searchsvc.documents import has_field
from searchsvc.engine.contract import Bucket, FacetCounts, Interval, bucket_of, interval_for
from searchsvc.fields import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import DateFilter, FacetRequest, SearchRequest
    from searchsvc.engine.whoosh.columns import Columns, Mask
    from searchsvc.engine.whoosh.snapshot import CollectionView

Counts = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

EPOCH: Final = dt.date(1970, 1, 1).toordinal()
UNITS: Final = {
    Interval.DAY: "datetime64[D]",
    Interval.MONTH: "datetime64[M]",
    Interval.YEAR: "datetime64[Y]",
}
NO_DAYS: Final = np.zeros(0, np.int32)
NO_COUNTS: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class FacetPartial:
    """One facet of one segment.

    Attributes:
        counts: int64[values], documents per ordinal of the segment; per place in `Columns.days`
            for the date facet, where the undated count 0.
        missing: documents without any value.
    """

    counts: Counts
    missing: int


def count_facet(field: str, columns: Columns, mask: Mask) -> FacetPartial:
    """The counts of one facet over the documents of `mask`."""
    if field == "date":
        counts = np.bincount(columns.day_place[mask], minlength=len(columns.days))
        undated = columns.days == 0
        return FacetPartial(np.where(undated, 0, counts), int(counts[undated].sum()))
    facet = columns.facets.get(field)
    if facet is None:
        return FacetPartial(np.zeros(0, np.int64), 0)
    chosen = facet.ordinals[mask[facet.docs]]
    return FacetPartial(
        np.bincount(chosen, minlength=len(facet.values)),
        int(np.count_nonzero(mask & facet.empty)),
    )


def merge_facet(
    facet: FacetRequest,
    partials: Sequence[FacetPartial],
    request: SearchRequest,
    view: CollectionView,
) -> FacetCounts:
    """The counts of one facet over all segments of `view`."""
    missing = sum(partial.missing for partial in partials)
    if not has_field(request.collection, facet.field):
        return FacetCounts(facet.field, (), 0, 0)
    if facet.field == "date":
        days = np.concatenate([NO_DAYS, *(each.columns.days for each in view.segments)])
        per_day = np.concatenate([NO_COUNTS, *(partial.counts for partial in partials)])
        dates = (days[per_day > 0] - EPOCH).astype("datetime64[D]")
        return _date_counts(facet, dates, per_day[per_day > 0], request.dates, missing)
    values = view.facet(facet.field)
    counts = np.zeros(len(values.values), np.int64)
    for partial, local in zip(partials, values.local, strict=True):
        counts[local] += partial.counts
    listed = {values.values[place]: int(counts[place]) for place in _top(counts, facet.size)}
    for value in _selected(facet.field, request):
        listed[value] = int(counts[values.place[value]]) if value in values.place else 0
    buckets = sorted(listed.items(), key=lambda bucket: (-bucket[1], bucket[0]))
    return FacetCounts(
        facet.field,
        tuple(Bucket(value, count) for value, count in buckets),
        distinct=int(np.count_nonzero(counts)),
        missing=missing,
    )


def _top(counts: Counts, size: int) -> list[int]:
    """Places of the `size` largest counts above 0, ties by place."""
    places = np.flatnonzero(counts)
    order = np.lexsort((places, -counts[places]))[:size]
    top: list[int] = places[order].tolist()
    return top


def _selected(field: str, request: SearchRequest) -> set[str]:
    """Values that the field's own filter names; MISSING has no bucket but a count of its own."""
    return {
        value
        for condition in request.filters
        if condition.field == field
        for value in (*condition.any_of, *condition.all_of, *condition.none_of)
    } - {MISSING}


def _date_counts(
    facet: FacetRequest, dates: Dates, per_date: Counts, bounds: DateFilter, missing: int
) -> FacetCounts:
    """The date facet.

    Args:
        facet: what was asked for.
        dates: datetime64[D][m], days with documents, in any order and with repetitions.
        per_date: int64[m], documents of each, above 0.
        bounds: the date filter.
        missing: undated documents.
    """
    first, last = bounds.first or dt.date.min, bounds.last or dt.date.max
    interval = facet.interval
    if interval is None:
        earliest: dt.date = dates.min().item() if len(dates) else first
        latest: dt.date = dates.max().item() if len(dates) else first
        low = max(first, earliest)
        interval = interval_for(low, max(low, min(last, latest)))
    widths, inverse = np.unique(dates.astype(UNITS[interval]), return_inverse=True)
    counts = np.zeros(len(widths), np.int64)
    np.add.at(counts, inverse, per_date)
    values: list[str] = np.datetime_as_string(widths).tolist()
    low_value, high_value = bucket_of(first, interval), bucket_of(last, interval)
    return FacetCounts(
        "date",
        tuple(
            Bucket(value, count)
            for value, count in zip(values, counts.tolist(), strict=True)
            if first <= last and low_value <= value <= high_value
        ),
        distinct=len(counts),
        missing=missing,
        interval=interval,
    )
