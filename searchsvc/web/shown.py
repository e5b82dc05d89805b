"""Runs of a text as pages show them: a page has hundreds, and templates would take most of its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from searchsvc.web import formatting, marking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.model import Span, StatementDocument
    from searchsvc.web.marking import Run


def runs(pieces: Iterable[Run]) -> Markup:
    """Runs with what matched in them and the countries that they name, one after the other.

    The first run of a match of an article has an id.
    """
    return Markup("".join(map(_run, pieces)))  # noqa: S704 - every text in it is escaped


def marked(text: str, highlights: Sequence[Span]) -> Markup:
    """A text with what matched in it: `highlights` ascend, and do not overlap."""
    if not highlights:
        return escape(text)
    shown, done = "", 0
    for start, end in ((span.start, span.end) for span in highlights):
        shown += f"{escape(text[done:start])}<mark>{escape(text[start:end])}</mark>"
        done = end
    return Markup(f"{shown}{escape(text[done:])}")  # noqa: S704 - likewise


def said(document: StatementDocument, highlights: Sequence[Span]) -> Markup:
    """What was said, with quotation marks where they are not in the text, and what interrupts it."""
    opening, closing = map(_sign, formatting.quotation_marks(document.kind, document.body))
    inside = (
        _run(piece) if piece.values("said") else f'<span class="between">{_run(piece)}</span>'
        for piece in marking.quotation(document, highlights)
    )
    return Markup("".join((opening, *inside, closing)))  # noqa: S704 - likewise


def _run(piece: Run) -> str:
    """Markup; no instance of `Markup`, which takes its time."""
    shown = str(escape(piece.text))
    if not piece.marks:
        return shown
    if piece.values("match"):
        first = "".join(piece.opened("match"))
        anchor = f' id="m-{escape(first)}"' if first else ""
        shown = f"<mark{anchor}>{shown}</mark>"
    if codes := piece.values("country"):
        label = escape(formatting.place(codes[0]))
        shown = f'<span class="country" title="{label}">{shown}</span>'
    return shown


def _sign(sign: str) -> str:
    return f'<span class="sign">{escape(sign)}</span>' if sign else ""
