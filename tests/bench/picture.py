"""Time against matches as an SVG picture, both axes logarithmic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 70, 40, 50, 60
COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2")
STYLE = "font: 13px sans-serif; fill: #333"


@dataclass(frozen=True, slots=True)
class Points:
    """One cloud: `matches` and `milliseconds` are equally long, all above 0."""

    name: str
    matches: tuple[float, ...]
    milliseconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Powers of ten at the ends of the axes; low and high differ."""

    low_x: int
    high_x: int
    low_y: int
    high_y: int

    def x(self, matches: float) -> float:
        share = (math.log10(matches) - self.low_x) / (self.high_x - self.low_x)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, milliseconds: float) -> float:
        share = (math.log10(milliseconds) - self.low_y) / (self.high_y - self.low_y)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def draw(title: str, clouds: Sequence[Points]) -> str:
    """An SVG document: the clouds, and a line along which time grows in step with matches."""
    frame = _frame(clouds)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 24, title, anchor="start"),
        *_axes(frame),
        *_line(frame, clouds),
    ]
    for at, cloud in enumerate(clouds):
        colour = COLOURS[at % len(COLOURS)]
        parts += [
            f'<circle cx="{frame.x(matches):.1f}" cy="{frame.y(took):.1f}" r="3"'
            f' fill="{colour}" fill-opacity="0.6"/>'
            for matches, took in zip(cloud.matches, cloud.milliseconds, strict=True)
        ]
        across = LEFT + 20 + 190 * at
        parts += [
            f'<circle cx="{across - 10}" cy="40" r="4" fill="{colour}"/>',
            _text(across, 44, cloud.name, anchor="start"),
        ]
    return "\n".join([*parts, "</svg>", ""])


def _frame(clouds: Sequence[Points]) -> _Frame:
    across = [math.log10(each) for cloud in clouds for each in cloud.matches]
    up = [math.log10(each) for cloud in clouds for each in cloud.milliseconds]
    low_x, low_y = math.floor(min(across)), math.floor(min(up))
    high_x, high_y = math.ceil(max(across)), math.ceil(max(up))
    return _Frame(low_x, max(high_x, low_x + 1), low_y, max(high_y, low_y + 1))


def _axes(frame: _Frame) -> list[str]:
    parts = []
    for power in range(frame.low_x, frame.high_x + 1):
        at = frame.x(10.0**power)
        parts.append(_segment(at, TOP, at, HEIGHT - BOTTOM))
        parts.append(_text(at, HEIGHT - BOTTOM + 20, f"{10**power:,}", anchor="middle"))
    for power in range(frame.low_y, frame.high_y + 1):
        at = frame.y(10.0**power)
        parts.append(_segment(LEFT, at, WIDTH - RIGHT, at))
        parts.append(_text(LEFT - 8, at + 4, f"{10.0**power:g}", anchor="end"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 16, "articles that match", anchor="middle"))
    upright = f'transform="rotate(-90 18 {HEIGHT / 2})"'
    parts.append(_text(18, HEIGHT / 2, "ms, median", anchor="middle", more=upright))
    return parts


def _line(frame: _Frame, clouds: Sequence[Points]) -> list[str]:
    """The line of slope 1 through the slowest answer of all, as far as it is visible."""
    took, matches = max(
        (took, matches)
        for cloud in clouds
        for matches, took in zip(cloud.matches, cloud.milliseconds, strict=True)
    )
    rate = took / matches
    first = max(10.0**frame.low_x, 10.0**frame.low_y / rate)
    last = min(10.0**frame.high_x, 10.0**frame.high_y / rate)
    ends = frame.x(first), frame.y(first * rate), frame.x(last), frame.y(last * rate)
    return [
        _segment(*ends, more='stroke="#c33" stroke-dasharray="6 4"'),
        _text(ends[0] + 12, ends[1] - 6, "in step with the matches", anchor="start"),
    ]


def _segment(x1: float, y1: float, x2: float, y2: float, *, more: str = 'stroke="#ddd"') -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {more}/>'


def _text(x: float, y: float, text: str, *, anchor: str, more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} style="{STYLE}" {more}>{escape(text)}</text>'
