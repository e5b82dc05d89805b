"""Figures over time as an SVG picture, one panel above the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, PANEL, GAP = 760, 190, 44
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 44
COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2")
STYLE = "font: 13px sans-serif; fill: #333"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line; as many values as there are times."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves over one axis, which begins at 0."""

    unit: str
    curves: tuple[Curve, ...]


def draw(title: str, minutes: Sequence[float], panels: Sequence[Panel]) -> str:
    """An SVG document: the panels over the same minutes, which ascend from 0."""
    height = TOP + len(panels) * (PANEL + GAP) - GAP + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        _text(LEFT, 20, title, anchor="start"),
    ]
    longest = max(*minutes, 1e-9)
    for number, panel in enumerate(panels):
        parts += _panel(panel, minutes, longest, TOP + number * (PANEL + GAP))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, height - 8, "minutes", anchor="middle"))
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, minutes: Sequence[float], longest: float, top: float) -> list[str]:
    step = _step(max((value for curve in panel.curves for value in curve.values), default=1))
    most = step * math.ceil(
        max((value for curve in panel.curves for value in curve.values), default=1) / step
    )
    bottom = top + PANEL
    parts = []
    for number in range(round(most / step) + 1):
        up = bottom - number * step / most * PANEL
        parts.append(f'<path d="M{LEFT} {up:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, up + 4, f"{number * step:g}", anchor="end"))
    wide = WIDTH - LEFT - RIGHT
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        across = LEFT + share * wide
        parts.append(_text(across, bottom + 18, f"{share * longest:.3g}", anchor="middle"))
    for number, curve in enumerate(panel.curves):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(
            f"{LEFT + at / longest * wide:.1f},{bottom - value / most * PANEL:.1f}"
            for at, value in zip(minutes, curve.values, strict=True)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        along = LEFT + 20 + 200 * number
        parts.append(f'<circle cx="{along - 10}" cy="{top - 8}" r="4" fill="{colour}"/>')
        parts.append(_text(along, top - 4, f"{curve.name}, {panel.unit}", anchor="start"))
    return parts


def _step(most: float) -> float:
    """A round distance of about five lines up to `most`."""
    rough = max(most, 1e-9) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _text(x: float, y: float, text: str, *, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} style="{STYLE}">{escape(text)}</text>'
