"""How many documents of a search fall on each year, month or day; its parts add up to its total."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import FacetRequest, Interval, interval_for
from searchsvc.fields import MISSING
from searchsvc.model import Collection
from searchsvc.web import formatting, links, variants
from searchsvc.web.answer import Linked
from searchsvc.web.parameters import DATE, DateBound, parse_bound
from searchsvc.web.reads.asking import LinkedValue, leading, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import FacetCounts, SearchResult
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Asking, Provenance
    from searchsvc.web.variants import Variants

MOST_BUCKETS: Final = 10_000
"""Buckets of all series of one answer; where there would be more, they are wider than asked for."""
USUAL_SERIES: Final = 5
MOST_SERIES: Final = 20

_COARSER: Final = {Interval.DAY: Interval.MONTH, Interval.MONTH: Interval.YEAR}
_DAYS: Final = {Interval.DAY: 1, Interval.MONTH: 28, Interval.YEAR: 365}


@dataclass(frozen=True, slots=True)
class TimelineQuestion:
    """What is to be seen over time.

    Attributes:
        parameters: the search; its interval is that of the timeline, None for one chosen by span.
        by: the field of whose values each has a series of its own; None for none.
        size: series at most, besides that of documents without a value.
        most: moments at most, of all series that are asked for together.
    """

    parameters: SearchParameters
    by: str | None = None
    size: int = USUAL_SERIES
    most: int = MOST_BUCKETS


@dataclass(frozen=True, slots=True)
class Moment:
    """A year, a month or a day, and what falls on it and within the bounds of the search.

    Attributes:
        value: `2017`, `2017-05` or `2017-05-12`.
    """

    value: str
    label: str
    found: Linked


@dataclass(frozen=True, slots=True)
class Series:
    """One search over time.

    Attributes:
        total: of the search; the sum of its moments and of the undated.
        moments: without gaps, ascending; those of several series side by side are the same.
        undated: those of its documents that have no date.
    """

    total: Linked
    moments: tuple[Moment, ...]
    undated: Linked


@dataclass(frozen=True, slots=True)
class ValueSeries:
    """The documents with one value over time; what `head` finds is the total of `series`."""

    head: LinkedValue
    series: Series


@dataclass(frozen=True, slots=True)
class Timeline:
    """One whole answer.

    Attributes:
        interval: of each moment; wider than asked for where there would be too many.
        everything: the search.
        archive: everything of the collection within the same dates, which shares are taken of.
        articles: all articles within them; where there are none, the archive cannot tell anything.
        by: the series of the values asked for, by count, those of documents without any last.
            Documents of several values are in several of them.
        distinct: how many values the field has in the search.
    """

    question: TimelineQuestion
    interval: Interval
    everything: Series
    archive: Series
    articles: Series
    by: tuple[ValueSeries, ...]
    distinct: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Extent:
    """Which moments a timeline has: from the first to the last, both inclusive; none without them."""

    interval: Interval
    first: str | None
    last: str | None

    def values(self) -> tuple[str, ...]:
        """Of the moments, ascending."""
        if self.first is None or self.last is None:
            return ()
        return tuple(_between(parse_bound(self.first), parse_bound(self.last)))


def timeline(asking: Asking, question: TimelineQuestion) -> Timeline:
    """What `question` asks for.

    Raises:
        EngineError: the engine cannot answer.
    """
    parameters, field = question.parameters, question.by
    fields = [FacetRequest(field, question.size)] if field else []
    dates = FacetRequest(DATE, interval=parameters.interval)
    result = asking.counts(parameters, dates, *fields)
    values = leading(parameters, result.facets[1]) if field else ()
    extent = extent_of(
        parameters, result.facets[0], side_by_side=3 + len(values), most=question.most
    )
    asking.leading_to((3 + len(values)) * len(extent.values()))
    everything = series(asking, parameters, extent, result=result)
    parts: list[ValueSeries] = []
    for value in values:
        there = links.only(parameters, field or "", value)
        part = series(asking, there, extent)
        label = formatting.value_label(field or "", value)
        parts.append(ValueSeries(LinkedValue(value, label, part.total), part))
    whole = replace(links.cleared(parameters), since=parameters.since, until=parameters.until)
    whole = replace(whole, undated=parameters.undated)
    archive = articles = series(asking, whole, extent)
    if parameters.collection is not Collection.ARTICLES:
        articles = series(asking, links.viewed(whole, Collection.ARTICLES), extent)
    return Timeline(
        question=question,
        interval=extent.interval,
        everything=everything,
        archive=archive,
        articles=articles,
        by=tuple(parts),
        distinct=result.facets[1].distinct if field else 0,
        provenance=asking.provenance,
    )


def extent_of(
    parameters: SearchParameters,
    *dates: FacetCounts,
    side_by_side: int = 1,
    most: int = MOST_BUCKETS,
) -> Extent:
    """The moments from the first that anything of `dates` falls on to the last.

    Args:
        parameters: their interval is taken; None for one chosen by the span.
        dates: date facets of searches that have the moments in common.
        side_by_side: how many series of these moments there are to be.
        most: moments of all of them; where there would be more, they are wider than asked for.
    """
    if only_undated(parameters):
        dates = ()
    values = [bucket.value for counts in dates for bucket in counts.buckets if bucket.count]
    if not values:
        return Extent(parameters.interval or Interval.YEAR, None, None)
    first, last = parse_bound(min(values)).first, parse_bound(max(values, key=_end)).last
    interval = parameters.interval
    if interval is None:
        chosen = [counts.interval for counts in dates if counts.interval]
        interval = chosen[0] if len(dates) == 1 else interval_for(first, last)
    days = ((last - first).days + 1) * side_by_side
    while interval in _COARSER and days // _DAYS[interval] > most:
        interval = _COARSER[interval]
    return Extent(interval, str(_cut(first, interval)), str(_cut(last, interval)))


def only_undated(parameters: SearchParameters) -> bool:
    """Whether a search asks for undated documents and no others."""
    return parameters.undated and parameters.since is None and parameters.until is None


def series(
    asking: Asking,
    parameters: SearchParameters,
    extent: Extent,
    *,
    result: SearchResult | None = None,
) -> Series:
    """One search over the moments of `extent`.

    Args:
        asking: the reader.
        parameters: the search.
        extent: the moments.
        result: what it has been answered, with the date facet first; None where it was not asked.
    """
    if result is None or result.facets[0].interval is not extent.interval:
        result = asking.counts(parameters, FacetRequest(DATE, interval=extent.interval))
    numbers = numbers_of(result.facets[0])
    # The date facet leaves out the dates asked for, and so counts what the search does not find.
    counted = {} if only_undated(parameters) else numbers
    around = variants.of_dates(asking.addresses, replace(parameters, undated=False))
    moments = tuple(
        Moment(value, formatting.bucket(value), _found(asking, parameters, value, count, around))
        for value in extent.values()
        for count in (counted.get(value, 0),)
    )
    takes = parameters.undated or not parameters.dated
    undated = replace(parameters, since=None, until=None, undated=True, interval=None, page=1)
    return Series(
        total=asking.linked(parameters, result.total),
        moments=moments,
        undated=asking.linked(undated, numbers[MISSING] if takes else 0),
    )


def _found(
    asking: Asking, parameters: SearchParameters, value: str, count: int, around: Variants
) -> Linked:
    """What falls on a moment, of whose whole year, month or day a facet counts `count`."""
    if not count:
        return Linked(0, None)
    there = within(parameters, parse_bound(value))
    return Linked(count, around.within(value)) if there is None else asking.found(there)


def within(parameters: SearchParameters, bound: DateBound) -> SearchParameters | None:
    """The search on the days of `bound` that its own bounds leave; None where that is all of them."""
    since, until = parameters.since, parameters.until
    late = since is not None and since.first > bound.first
    early = until is not None and until.last < bound.last
    if not (late or early):
        return None
    dated = links.dated(parameters, since if late else bound, until if early else bound)
    return replace(dated, undated=False)


def _end(value: str) -> dt.date:
    return parse_bound(value).last


def _cut(day: dt.date, interval: Interval) -> DateBound:
    """The moment that a day falls on."""
    return DateBound(
        day.year,
        None if interval is Interval.YEAR else day.month,
        day.day if interval is Interval.DAY else None,
    )


def _between(first: DateBound, last: DateBound) -> Iterator[str]:
    """`first` and all that follow it in steps of its own width, up to `last`."""
    while True:
        yield str(first)
        if first == last:
            return
        day = dt.date.fromordinal(first.last.toordinal() + 1)
        first = DateBound(
            day.year,
            None if first.month is None else day.month,
            None if first.day is None else day.day,
        )
