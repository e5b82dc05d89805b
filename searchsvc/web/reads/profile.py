"""What is said of a speaker or a country alike: how much, when, with whom, and the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import FacetRequest, Interval
from searchsvc.web import formatting, links
from searchsvc.web.parameters import DATE, SearchParameters, Selection, with_selection
from searchsvc.web.reads.asking import LinkedValue
from searchsvc.web.reads.timeline import Series, extent_of, series

if TYPE_CHECKING:
    from searchsvc.engine.contract import FacetCounts
    from searchsvc.model import Collection
    from searchsvc.web.reads.asking import Asking

MOST_LISTED: Final = 20
"""Values of one list."""
LATEST: Final = 10
"""Statements shown."""


def with_value(collection: Collection, field: str, value: str) -> SearchParameters:
    """The search for all documents that carry `value`, to which others of its field may be added."""
    everything = SearchParameters(collection=collection)
    return with_selection(everything, Selection(field, (value,), every=True))


def alone(collection: Collection, field: str, value: str) -> SearchParameters:
    """The same search as people would ask it."""
    return links.only(SearchParameters(collection=collection), field, value)


def leading_values(
    asking: Asking, parameters: SearchParameters, counts: FacetCounts
) -> tuple[LinkedValue, ...]:
    """The most frequent values of a field in a search, but for those that it asks for."""
    field = counts.field
    chosen = parameters.selection(field).chosen
    found = [each for each in counts.buckets if each.count and each.value not in chosen]
    return tuple(
        LinkedValue(
            bucket.value,
            formatting.value_label(field, bucket.value),
            asking.linked(links.only(parameters, field, bucket.value), bucket.count),
        )
        for bucket in found[:MOST_LISTED]
    )


def facet_requests(*fields: str) -> tuple[FacetRequest, ...]:
    """What `leading_values` needs of each field."""
    return tuple(FacetRequest(field, MOST_LISTED + 1) for field in fields)


def by_year(asking: Asking, *searches: SearchParameters) -> tuple[Series, ...]:
    """Each search year by year, all over the same years."""
    dates = FacetRequest(DATE, interval=Interval.YEAR)
    results = [asking.counts(each, dates) for each in searches]
    yearly = SearchParameters(interval=Interval.YEAR)
    extent = extent_of(yearly, *(result.facets[0] for result in results))
    return tuple(
        series(asking, each, extent, result=result)
        for each, result in zip(searches, results, strict=True)
    )
