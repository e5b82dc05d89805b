"""What a page has hundreds of, as markup: runs of a text, links to what shares a value, facets.

Templates would take most of its time for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from searchsvc.fields import MISSING
from searchsvc.web import formatting, marking
from searchsvc.web.language import _, pgettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.model import Span, StatementDocument
    from searchsvc.web.answer import Facet, FacetValue, Link
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


def several(links: Iterable[Link], task: str) -> Markup:
    """Links one after the other; what each does is `task`, which is read aloud only."""
    unseen = f'<span class="hidden">{escape(task)} </span>'
    return Markup(", ".join([_only(link, unseen) for link in links]))  # noqa: S704 - likewise


def _only(link: Link, unseen: str) -> str:
    label = escape(link.label)
    if link.current or not link.url:
        return f'<span class="only">{label}</span>'
    return f'<a class="only" href="{escape(link.url)}">{unseen}{label}</a>'


def values(facet: Facet) -> Markup:
    """The values of a facet as items of a list: what is asked for, what not, what may be."""
    words = _Words(facet)
    rows = [*facet.values, *((facet.missing,) if facet.missing else ())]
    return Markup("".join([words.row(value) for value in rows]))  # noqa: S704 - likewise


class _Words:
    """What is said of every value of one facet; markup, as catalogues are ours."""

    def __init__(self, facet: Facet) -> None:
        self._add = _unseen(_("Add filter:"), f" {escape(facet.label)} ")
        self._remove = _unseen(_("Remove filter:"), f" {escape(facet.label)} ")
        self._not = pgettext("before what is left out", "not")
        self._leave_out = _("%(value)s: leave out")
        self._singly = _unseen(" ", _("by itself"))

    def row(self, value: FacetValue) -> str:
        label, key = escape(value.label), escape(value.value)
        state = "chosen" if value.selected else "left-out" if value.excluded else "open"
        missing = " value-missing" if value.value == MISSING else ""
        return (
            f'<li class="value value-{state}{missing}" data-key="{key}">'
            f"{self._pick(value, label)}</li>\n"
        )

    def _pick(self, value: FacetValue, label: str) -> str:
        box = '<span class="box" aria-hidden="true"></span><span class="label">'
        if value.excluded:
            words = f"<em>{self._not}</em> {label}</span>"
            if not value.exclude_url:
                return f'<span class="pick">{box}{words}</span>'
            url = escape(value.exclude_url)
            return f'<a class="pick" href="{url}">{box}{self._remove}{words}</a>'
        number = formatting.number(value.count)
        if not value.toggle_url:
            shown = f'{box}{label}</span> <span class="number">{number}</span>'
            return f'<span class="pick">{shown}</span>'
        task = self._remove if value.selected else self._add
        singly = self._singly if value.joins else ""
        pick = (
            f'<a class="pick" href="{escape(value.toggle_url)}">{box}{task}{label}</span> '
            f'<span class="number">{number}{singly}</span></a>'
        )
        if value.selected or not value.exclude_url:
            return pick
        words = _unseen(" ", self._leave_out % {"value": label})
        return f'{pick} <a class="not" href="{escape(value.exclude_url)}">{self._not}{words}</a>'


def _unseen(*words: str) -> str:
    """Markup that is read aloud only."""
    return f'<span class="hidden">{"".join(words)}</span>'


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
