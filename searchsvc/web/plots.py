"""Numbers over time as columns, with a scale and names below: all places in percent of the plot.

Percent, and not units of a drawing that is stretched, so that a plot fills a phone and a wide
screen alike while its letters and hatching keep their shape.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from searchsvc.web import formatting
from searchsvc.web.language import figures
from searchsvc.web.parameters import DateBound, parse_bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_MOST_TICKS: Final = 7
_GAP: Final = 0.14
"""Share of a column's room that is left empty."""
_LOWEST: Final = 1.5
"""Percent of the height that anything above 0 has at least."""
_EDGE: Final = 3.0
"""Percent from either side within which a name begins or ends at its column."""
_STEPS: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
"""What the top of a scale may begin with."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number of one year, month or day.

    Attributes:
        value: the moment as addresses give it.
        amount: 0 or more.
        words: what is told of it.
        url: where its column leads; None for nowhere.
        held: whether the archive has anything of that time.
    """

    value: str
    amount: float
    words: str
    url: str | None
    held: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One point as drawn.

    Attributes:
        left, width: of the column, in percent of the width.
        room_left, room_width: of all that belongs to it, gaps included.
        height: in percent of the height, from the bottom.
        first, last: its days, both inclusive, as `2017-05-01`.
    """

    left: float
    width: float
    room_left: float
    room_width: float
    height: float
    first: str
    last: str
    words: str
    url: str | None
    held: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A name below some of the columns, or a number at a line across them.

    Attributes:
        at: percent from the left, of a line from the top.
        anchor: which part of the name is there: start, middle or end.
    """

    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Plot:
    """Columns from left to right, lines from the top down."""

    columns: tuple[Column, ...]
    lines: tuple[Tick, ...]
    ticks: tuple[Tick, ...]


def plot(
    points: Sequence[Point], *, highest: float, number: Callable[[float], str] | None = None
) -> Plot:
    """A column for each of `points`, the empty ones included.

    Args:
        points: without gaps, ascending.
        highest: the largest amount of this plot and of those that it is compared with.
        number: writes an amount beside its line; None for whole numbers.
    """
    top = _top(highest)
    room = 100 / max(len(points), 1)
    columns = tuple(
        _column(point, index * room, room, top=top) for index, point in enumerate(points)
    )
    return Plot(
        columns, tuple(_lines(top, number)), tuple(_ticks([each.value for each in points]))
    )


def svg(drawn: Plot, kind: str = "") -> Markup:
    """The columns and lines of a plot as markup, of the classes `plot` and `kind`.

    Made here and not in a template: a page has hundreds of columns, of a dozen values each.
    """
    parts = [f'<svg class="{f"plot {kind}".strip()}" aria-hidden="true" focusable="false"']
    if drawn.columns:
        first, last = drawn.columns[0].first, drawn.columns[-1].last
        parts.append(f' data-first="{first}" data-last="{last}"')
    parts.append(">")
    parts += [
        f'<line class="rule" x1="0" x2="100%" y1="{line.at}%" y2="{line.at}%"/>'
        for line in drawn.lines
    ]
    parts += map(_markup, drawn.columns)
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - everything that is not ours is escaped


def _markup(each: Column) -> str:
    days = f'data-first="{each.first}" data-last="{each.last}"'
    room = f'x="{each.room_left}%" width="{each.room_width}%" height="100%"'
    if not each.height:
        unheld = "" if each.held else " unheld"
        return f'<g {days}><rect class="room{unheld}" {room}/></g>'
    bar = (
        f'<title>{escape(each.words)}</title><rect class="room" {room}/>'
        f'<rect class="bar" x="{each.left}%" y="{round(100 - each.height, 2)}%" '
        f'width="{each.width}%" height="{each.height}%"/>'
    )
    if each.url is None:
        return f"<g {days}>{bar}</g>"
    return f'<a href="{escape(each.url)}" tabindex="-1" {days}>{bar}</a>'


def _column(point: Point, left: float, room: float, *, top: float) -> Column:
    bound = parse_bound(point.value)
    height = max(100 * point.amount / top, _LOWEST) if point.amount else 0.0
    return Column(
        left=round(left + room * _GAP / 2, 3),
        width=round(room * (1 - _GAP), 3),
        room_left=round(left, 3),
        room_width=round(room, 3),
        height=round(height, 2),
        first=str(bound.first),
        last=str(bound.last),
        words=point.words,
        url=point.url,
        held=point.held,
    )


def _top(highest: float) -> float:
    """The least round number that nothing is above; 1 where there is nothing."""
    if highest <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(highest))
    return next((step * unit for step in _STEPS if step * unit >= highest), 10 * unit)


def _lines(top: float, number: Callable[[float], str] | None) -> Iterable[Tick]:
    yield Tick(0.0, number(top) if number else formatting.number(round(top)))
    half = top / 2
    if number is not None:
        yield Tick(50.0, number(half))
    elif half.is_integer():
        yield Tick(50.0, formatting.number(round(half)))


def _ticks(values: Sequence[str]) -> Iterable[Tick]:
    """Names of as many moments as fit, at the beginnings of years, quarters or months if need be."""
    bounds = [parse_bound(value) for value in values]
    named = next(
        (
            chosen
            for fits in _RULES
            if 0
            < len(chosen := [at for at, bound in enumerate(bounds) if fits(bound)])
            <= _MOST_TICKS
        ),
        [0] if bounds else [],
    )
    for number, at in enumerate(named):
        middle = 100 * (at + 0.5) / len(bounds)
        anchor = "start" if middle < _EDGE else "end" if middle > 100 - _EDGE else "middle"
        there = {"start": 100 * at / len(bounds), "end": 100 * (at + 1) / len(bounds)}
        label = _short(bounds[at], in_full=number == 0)
        yield Tick(round(there.get(anchor, middle), 3), label, anchor)


def _short(bound: DateBound, *, in_full: bool) -> str:
    """`2017`, `May` or `12 May`; the first name of a plot says the year as well."""
    first = bound.first
    if bound.month is None or (bound.day is None and bound.month == 1):
        return figures.year(first)
    if bound.day is None:
        return figures.short_month(first) if in_full else figures.month_alone(first)
    return figures.short_day(first) if in_full else figures.day_alone(first)


def _months(every: int) -> Callable[[DateBound], bool]:
    return lambda bound: ((bound.month or 1) - 1) % every == 0 and bound.day in (None, 1)


def _years(every: int) -> Callable[[DateBound], bool]:
    return lambda bound: (
        bound.year % every == 0 and bound.month in (None, 1) and bound.day in (None, 1)
    )


_RULES: Final[tuple[Callable[[DateBound], bool], ...]] = (
    lambda _: True,
    lambda bound: bound.day in {1, 8, 15, 22},
    lambda bound: bound.day in {1, 15},
    _months(1),
    _months(3),
    _months(6),
    *(_years(every) for every in (1, 2, 5, 10, 20, 50, 100, 1000)),
)
"""Which moments have a name; the first rule holds that names some, and not too many."""
