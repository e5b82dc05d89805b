"""Facet counts: which documents each facet is counted over, and the buckets made of the counts.

Of a field's own filter only `any_of` is left out; its `all_of` and `none_of`, the query, the dates
and all other filters stay. The count beside a value is therefore the number of hits with that
value as the field's only choice.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Final

from searchsvc.documents import has_field
from searchsvc.engine.contract import Bucket, FacetCounts, bucket_of, interval_for
from searchsvc.fields import MISSING

if TYPE_CHECKING:
    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.contract import DateFilter, FacetRequest, SearchRequest
    from searchsvc.engine.whoosh.view import CollectionView

KEPT_LANDINGS: Final = 64
"""Facets of everything that are remembered as they were answered."""

_bucket = partial(tuple.__new__, Bucket)
"""As `Bucket._make`, three times as fast: there may be hundreds in an answer."""


def facet_counts(
    facet: FacetRequest, request: SearchRequest, docs: Ints | None, view: CollectionView
) -> FacetCounts:
    """The counts of one facet over `docs`, None for everything.

    The facets of everything do not change while a generation lasts; some are remembered.
    """
    if not has_field(request.collection, facet.field):
        return FacetCounts(facet.field, (), 0, 0)
    landing = docs is None and not request.filters and not request.dates.active
    if landing and facet in view.landings:
        return view.landings[facet]
    if facet.field == "date":
        counts = _date_counts(facet, request.dates, docs, view)
    else:
        counts = _value_counts(facet, request, docs, view)
    if landing and len(view.landings) < KEPT_LANDINGS:
        view.landings[facet] = counts
    return counts


def _value_counts(
    facet: FacetRequest, request: SearchRequest, docs: Ints | None, view: CollectionView
) -> FacetCounts:
    counted = view.value_counts(facet.field, docs)
    column = view.column(facet.field)
    values = column.values
    buckets = [_bucket((values[number], n)) for number, n in counted.largest(facet.size)]
    selected = _selected(facet.field, request) if request.filters else None
    if selected:
        places = {value: column.place(value) for value in selected}
        listed = {bucket.value for bucket in buckets}
        buckets += [
            Bucket(value, counted.of(place) if place >= 0 else 0)
            for value, place in places.items()
            if value not in listed
        ]
        buckets.sort(key=lambda bucket: (-bucket.count, bucket.value))
    return FacetCounts(facet.field, tuple(buckets), counted.distinct, counted.missing)


def _selected(field: str, request: SearchRequest) -> set[str]:
    """Values that the field's own filter names; MISSING has no bucket but a count of its own."""
    return {
        value
        for condition in request.filters
        if condition.field == field
        for value in (*condition.any_of, *condition.all_of, *condition.none_of)
    } - {MISSING}


def _date_counts(
    facet: FacetRequest, bounds: DateFilter, docs: Ints | None, view: CollectionView
) -> FacetCounts:
    calendar = view.calendar
    docs = view.everything if docs is None else docs
    first, last = bounds.first or dt.date.min, bounds.last or dt.date.max
    interval = facet.interval
    if interval is None:
        earliest, latest = calendar.range_of(docs) or (first, first)
        low = max(first, earliest)
        interval = interval_for(low, max(low, min(last, latest)))
    pairs, undated = calendar.count(docs, interval)
    distinct = len(pairs)
    if bounds.active:
        low_value, high_value = bucket_of(first, interval), bucket_of(last, interval)
        pairs = [pair for pair in pairs if first <= last and low_value <= pair[0] <= high_value]
    return FacetCounts(
        "date",
        tuple(map(_bucket, pairs)),
        distinct=distinct,
        missing=undated,
        interval=interval,
    )
