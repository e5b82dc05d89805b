"""Texts cut into runs, so that templates can mark up what overlaps. No markup is made here."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from searchsvc.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.model import StatementDocument

# "\n\n" and "\n \n"; not "\n" alone.
_BREAK: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Layer:
    """Stretches of a text that mean the same sort of thing.

    Attributes:
        name: which sort; several layers may share a name, such as one per statement.
        spans: in any order; they may overlap those of other layers.
        values: what each span stands for, as long as `spans`; empty where nothing is to be said.
    """

    name: str
    spans: tuple[Span, ...]
    values: tuple[str, ...] = ()


Mark = tuple[str, str]
"""Name of a layer and the value of one of its spans."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text throughout which the same marks hold.

    Attributes:
        marks: that hold here.
        opens: those of them that are met here for the first time in the text.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    opens: tuple[Mark, ...] = ()

    def values(self, layer: str) -> tuple[str, ...]:
        """Values of the marks of `layer` that hold here."""
        return tuple(value for name, value in self.marks if name == layer)

    def opened(self, layer: str) -> tuple[str, ...]:
        """Values of the marks of `layer` that are met here for the first time."""
        return tuple(value for name, value in self.opens if name == layer)


def runs(text: str, layers: Sequence[Layer]) -> tuple[Run, ...]:
    """`text` cut wherever a span of any layer begins or ends; put together the runs give `text`.

    Where spans of one layer overlap, the one that begins first holds.
    """
    clean = [(layer.name, _disjoint(layer, len(text))) for layer in layers]
    edges = {0, len(text)}
    edges.update(edge for _, pieces in clean for start, end, _ in pieces for edge in (start, end))
    seen: set[Mark] = set()
    found = []
    for start, end in pairwise(sorted(edges)):
        marks = tuple((name, value) for name, pieces in clean for value in _holding(pieces, start))
        found.append(
            Run(text[start:end], marks, tuple(mark for mark in marks if mark not in seen))
        )
        seen.update(marks)
    return tuple(found)


def marked(text: str, highlights: Sequence[Span]) -> tuple[Run, ...]:
    """`text` cut where `highlights` begin and end."""
    return runs(text, (Layer("match", tuple(highlights)),))


def quotation(document: StatementDocument, highlights: Sequence[Span]) -> tuple[Run, ...]:
    """What was said, cut where `highlights` are and where the article's own words interrupt it."""
    start = document.span.start
    pieces = tuple(Span(piece.start - start, piece.end - start) for piece in document.pieces)
    return runs(document.body, (Layer("match", tuple(highlights)), Layer("said", pieces)))


def paragraphs(text: str, layers: Sequence[Layer]) -> tuple[tuple[Run, ...], ...]:
    """The runs of `text`, paragraph by paragraph; blank lines are left out."""
    breaks = tuple(Span(match.start(), match.end()) for match in _BREAK.finditer(text))
    found: list[list[Run]] = [[]]
    for run in runs(text, (*layers, Layer(_BREAK_LAYER, breaks))):
        if run.values(_BREAK_LAYER):
            found.append([])
        else:
            found[-1].append(run)
    return tuple(tuple(paragraph) for paragraph in found if paragraph)


def grouped(
    paragraph: Sequence[Run], layer: str
) -> tuple[tuple[tuple[str, ...], tuple[Run, ...]], ...]:
    """Neighbouring runs with the same values of `layer`, together with those values."""
    groups = groupby(paragraph, key=lambda run: run.values(layer))
    return tuple((values, tuple(group)) for values, group in groups)


_BREAK_LAYER: Final = "break"

_Piece = tuple[int, int, str]
"""Start, end and value of a span."""


def _disjoint(layer: Layer, length: int) -> list[_Piece]:
    values = layer.values or ("",) * len(layer.spans)
    pieces: list[_Piece] = []
    reached = 0
    for span, value in sorted(zip(layer.spans, values, strict=True)):
        start, end = max(span.start, reached), min(span.end, length)
        if start < end:
            pieces.append((start, end, value))
            reached = end
    return pieces


def _holding(pieces: list[_Piece], at: int) -> tuple[str, ...]:
    """The value of the piece that `at` lies in, if any."""
    index = bisect_right(pieces, at, key=lambda piece: piece[0]) - 1
    return (pieces[index][2],) if index >= 0 and at < pieces[index][1] else ()
