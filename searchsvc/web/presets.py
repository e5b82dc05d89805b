"""Spans of time that are one click away, counted back from the newest article of the archive.

Not from today: an archive that ends some years ago has nothing of the last thirty days, and the same
address would show other links tomorrow.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Collection
from searchsvc.web import formatting, links
from searchsvc.web.answer import Link
from searchsvc.web.language import N_, _
from searchsvc.web.parameters import DateBound

if TYPE_CHECKING:
    from searchsvc.engine.contract import Reader
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters

_DAYS: Final = (
    (N_("Last 7 days"), 7),
    (N_("Last 30 days"), 30),
    (N_("Last 12 months"), 365),
)

Known = dict[tuple[str, dt.datetime], dt.date | None]
"""Newest days by generation and when that was made, as `newest_day` learns them."""


class Presets(NamedTuple):
    """Spans of time, and the day that they are counted back from, in words."""

    newest: str
    spans: tuple[Link, ...]


def newest_day(reader: Reader, known: Known) -> dt.date | None:
    """The day of the newest article of the archive; None where none is dated.

    None as well where the searches before have used up what a request may cost. Asked once of each generation, and kept in `known`, which forgets those before it.

    Raises:
        EngineError: the engine cannot answer.
    """
    now = (reader.generation, reader.built_at)
    if now not in known:
        newest = SearchRequest(collection=Collection.ARTICLES, sort=Sort.NEWEST, limit=1)
        try:
            dates = [hit.document.date for hit in reader.search(newest).hits]
        except QueryTooCostly:
            return None
        day = dates[0].day if dates and dates[0] else None
        known.clear()
        known[now] = day
    return known[now]


def presets(
    newest: dt.date | None, parameters: SearchParameters, addresses: Addresses
) -> Presets | None:
    """The spans that end at `newest`, and its year so far; None where there is no such day."""
    if newest is None:
        return None
    found = [(_(label), _before(newest, days)) for label, days in _DAYS]
    year = DateBound(newest.year)
    found.append((formatting.bucket(str(year)), year))
    until = _bound(newest)
    return Presets(
        formatting.day(newest),
        tuple(
            _link(label, since, year if since is year else until, parameters, addresses)
            for label, since in found
        ),
    )


def _link(
    label: str,
    since: DateBound,
    until: DateBound,
    parameters: SearchParameters,
    addresses: Addresses,
) -> Link:
    there = links.dated(parameters, since, until)
    now = (parameters.since, parameters.until) == (since, until)
    return Link(label, links.address(addresses.here, there), current=now)


def _before(day: dt.date, days: int) -> DateBound:
    """The first of so many days that end with `day`; the calendar begins with the year 1."""
    first = max(day.toordinal() - days + 1, dt.date.min.toordinal())
    return _bound(dt.date.fromordinal(first))


def _bound(day: dt.date) -> DateBound:
    return DateBound(day.year, day.month, day.day)
