"""The date facet as bars, drawn on the server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.web import formatting
from searchsvc.web.parameters import DateBound, parse_bound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.web.answer import Facet

WIDTH: Final = 240.0
HEIGHT: Final = 48.0
_FEWEST: Final = 3
_MOST: Final = 120
_GAP: Final = 0.15
"""Share of a bar's room that is left empty."""

_LOWEST: Final = 1.5
"""Height of the smallest bar that stands for anything."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; lengths in units of a drawing `WIDTH` by `HEIGHT`, origin top left."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    selected: bool
    url: str | None


def bars(facet: Facet) -> tuple[Bar, ...]:
    """One bar per year, month or day from the first value to the last, the empty ones included.

    None at all where so few or so many would show nothing.
    """
    if len(facet.values) < _FEWEST:
        return ()
    first, last = (parse_bound(facet.values[at].value) for at in (0, -1))
    labels = []
    for bound in _from(first):
        labels.append(str(bound))
        if bound == last or len(labels) > _MOST:
            break
    if len(labels) > _MOST:
        return ()
    return tuple(_bars(facet, labels))


def _bars(facet: Facet, labels: list[str]) -> Iterator[Bar]:
    found = {value.value: value for value in facet.values}
    highest = max(value.count for value in facet.values) or 1
    room = WIDTH / len(labels)
    for index, label in enumerate(labels):
        value = found.get(label)
        count = value.count if value else 0
        height = max(HEIGHT * count / highest, _LOWEST) if count else 0.0
        yield Bar(
            x=round(room * (index + _GAP / 2), 2),
            y=round(HEIGHT - height, 2),
            width=round(room * (1 - _GAP), 2),
            height=round(height, 2),
            label=formatting.bucket(label),
            count=count,
            selected=value is not None and value.selected,
            url=value.toggle_url if value else None,
        )


def _from(bound: DateBound) -> Iterator[DateBound]:
    """`bound` and all that follow it, in steps of its own width."""
    while True:
        yield bound
        following = bound.last.toordinal() + 1
        bound = _like(bound, following)


def _like(bound: DateBound, ordinal: int) -> DateBound:
    day = dt.date.fromordinal(ordinal)
    return DateBound(
        day.year,
        None if bound.month is None else day.month,
        None if bound.day is None else day.day,
    )
