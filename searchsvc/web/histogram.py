"""What falls on each year, month or day as bars, drawn on the server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from searchsvc.web import formatting
from searchsvc.web.language import _
from searchsvc.web.parameters import DateBound, parse_bound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.web.answer import Facet
    from searchsvc.web.reads.timeline import Series

WIDTH: Final = 240.0
HEIGHT: Final = 48.0
_FEWEST: Final = 3
_MOST: Final = 120
_FRAME: Final = (
    f'<svg class="bars" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" '
    'aria-hidden="true" focusable="false">'
)
_GAP: Final = 0.15
"""Share of a bar's room that is left empty."""

_LOWEST: Final = 1.5
"""Height of the smallest bar that stands for anything."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; lengths in units of a drawing `WIDTH` by `HEIGHT`, origin top left.

    Attributes:
        first, last: the days that it stands for, both inclusive, as `2017-05-01`.
    """

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    selected: bool
    url: str | None
    first: str
    last: str


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
    found = {value.value: value for value in facet.values}
    heads = []
    for label in labels:
        value = found.get(label)
        words = formatting.bucket(label)
        heads.append(
            _Head(label, words, value.count, value.toggle_url, value.selected)
            if value
            else _Head(label, words)
        )
    return _drawn(heads, max(head.count for head in heads))


def svg(drawn: Sequence[Bar], noun: str, *, singly: bool = False) -> Markup:
    """Bars as markup, without those that lead nowhere; nothing where there are none.

    Args:
        drawn: the bars, from left to right.
        noun: one of what they count.
        singly: whether more is found than they count, as undated documents are asked for as well.
    """
    if not drawn:
        return Markup()
    now, beside = ", " + _("shown now"), " " + _("by itself") if singly else ""
    parts = [_FRAME]
    for bar in drawn:
        if bar.url is None:
            continue
        words = f"{bar.label}: {formatting.counted(bar.count, noun)}"
        words += now if bar.selected else beside
        parts.append(
            f'<a href="{escape(bar.url)}" tabindex="-1" data-first="{bar.first}" '
            f'data-last="{bar.last}"><title>{escape(words)}</title>'
            f'<rect class="room" x="{bar.x}" width="{bar.width}" height="{HEIGHT:g}"/>'
            f'<rect class="bar" x="{bar.x}" y="{bar.y}" width="{bar.width}" '
            f'height="{bar.height}"/></a>'
        )
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - every text in it is escaped


def columns(series: Series, *beside: Series) -> tuple[Bar, ...]:
    """One bar for each moment of a series, on one scale with those `beside` it.

    None at all where so few would show nothing.
    """
    if len(series.moments) < _FEWEST:
        return ()
    heads = [
        _Head(each.value, each.label, each.found.count, each.found.url) for each in series.moments
    ]
    highest = max(each.found.count for one in (series, *beside) for each in one.moments)
    return _drawn(heads, highest)


@dataclass(frozen=True, slots=True)
class _Head:
    """What a bar stands for: `value` is a year, a month or a day as addresses give it."""

    value: str
    label: str
    count: int = 0
    url: str | None = None
    selected: bool = False


def _drawn(heads: Sequence[_Head], highest: int) -> tuple[Bar, ...]:
    room = WIDTH / len(heads)
    heights = (
        max(HEIGHT * head.count / highest, _LOWEST) if head.count else 0.0 for head in heads
    )
    return tuple(
        Bar(
            x=round(room * (index + _GAP / 2), 2),
            y=round(HEIGHT - height, 2),
            width=round(room * (1 - _GAP), 2),
            height=round(height, 2),
            label=head.label,
            count=head.count,
            selected=head.selected,
            url=head.url,
            first=str(bound.first),
            last=str(bound.last),
        )
        for index, (head, height) in enumerate(zip(heads, heights, strict=True))
        for bound in (parse_bound(head.value),)
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
