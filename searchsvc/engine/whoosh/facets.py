"""Facet counts: which documents each facet is counted over, and the buckets made of the counts.

Of a field's own filter only `any_of` is left out; its `all_of` and `none_of`, the query, the dates
and all other filters stay. The count beside a value is therefore the number of hits with that
value as the field's only choice.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from searchsvc.documents import has_field
from searchsvc.engine.contract import Bucket, FacetCounts, bucket_of, interval_for
from searchsvc.fields import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.searching.counting import Counts
    from searchsvc.engine.contract import DateFilter, FacetRequest, SearchRequest
    from searchsvc.engine.whoosh.tables import FacetTable
    from searchsvc.engine.whoosh.view import CollectionView

KEPT_LANDINGS: Final = 64
"""Facets of everything that are remembered as they were answered."""


def facet_counts(
    request: SearchRequest,
    sets: Sequence[Ints | None],
    view: CollectionView,
    check: Callable[[], None],
) -> tuple[FacetCounts, ...]:
    """The counts of the facets of a request, each over the documents in `sets`, None for everything.

    Those over the same documents are counted at once. The facets of everything do not change while
    a generation lasts; some are remembered. `check` is called before each, and may raise.
    """
    landing = not request.filters and not request.dates.active
    found: list[FacetCounts] = []
    shared: dict[tuple[int, FacetTable], Counts] = {}
    for at, facet in enumerate(request.facets):
        check()
        docs = sets[at]
        keep = landing and docs is None
        counts = view.landings.get(facet) if keep else None
        if counts is None:
            field = facet.field
            if field == "date":
                counts = _date_counts(facet, request.dates, docs, view)
            elif not has_field(request.collection, field):
                counts = FacetCounts(field, (), 0, 0)
            else:
                table = view.facet_table(field)
                # A set is known by its address, which is its own while `sets` holds it.
                counted = shared.get((id(docs), table))
                if counted is None:
                    of = table.fields
                    same = [
                        of[each.field]
                        for each, other in zip(request.facets, sets, strict=True)
                        if other is docs and each.field in of
                    ]
                    counted = view.value_counts(table, docs, same)
                    shared[id(docs), table] = counted
                counts = _value_counts(facet, request, table, counted)
            if keep and len(view.landings) < KEPT_LANDINGS:
                view.landings[facet] = counts
        found.append(counts)
    return tuple(found)


def _value_counts(
    facet: FacetRequest,
    request: SearchRequest,
    table: FacetTable,
    counted: Counts,
) -> FacetCounts:
    field = table.fields[facet.field]
    buckets = counted.buckets(field, facet.size, table.values[field], Bucket)
    selected = _selected(facet.field, request) if request.filters else None
    if selected:
        selected.difference_update([bucket.value for bucket in buckets])
    if selected:  # and not among the largest
        places = {value: table.place(facet.field, value) for value in selected}
        more = [
            Bucket(value, counted.of(field, place) if place >= 0 else 0)
            for value, place in places.items()
        ]
        buckets = tuple(
            sorted((*buckets, *more), key=lambda bucket: (-bucket.count, bucket.value))
        )
    return FacetCounts(facet.field, buckets, counted.distinct(field), counted.missing(field))


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
    buckets, undated = calendar.count(docs, interval)
    distinct = len(buckets)
    if bounds.active:
        low_value, high_value = bucket_of(first, interval), bucket_of(last, interval)
        buckets = tuple(
            [each for each in buckets if first <= last and low_value <= each.value <= high_value]
        )
    return FacetCounts("date", buckets, distinct=distinct, missing=undated, interval=interval)
