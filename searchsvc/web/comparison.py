"""The page that shows two speakers, or two periods, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, make_response, redirect, render_template, request

from searchsvc.engine.contract import Interval
from searchsvc.web import controls, links
from searchsvc.web.asked import read_text
from searchsvc.web.bounds import SEARCHES
from searchsvc.web.controls import COMPARE_PATH, constraints, views
from searchsvc.web.language import N_, _
from searchsvc.web.links import Addresses
from searchsvc.web.plots import svg
from searchsvc.web.reads.addresses import compare_address, compare_pairs
from searchsvc.web.reads.asking import Asking
from searchsvc.web.reads.compare import SPEAKER, rebased
from searchsvc.web.schemas import printable, read
from searchsvc.web.schemas.counting import COMPARE
from searchsvc.web.sides import SIDES, Sheet, address, sheet

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from searchsvc.aliases import Aliases, AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings
    from searchsvc.web.reads.compare import CompareQuestion

MOST_DRAWN: Final = 400
"""Moments of both sides together; where there would be more, they are wider."""
_CAPTIONS: Final = {
    Interval.YEAR: (N_("Year"), N_("Statements by year, both on one scale.")),
    Interval.MONTH: (N_("Month"), N_("Statements by month, both on one scale.")),
    Interval.DAY: (N_("Day"), N_("Statements by day, both on one scale.")),
}
"""Of each width what a moment is called, and what is drawn."""
_OK: Final = 200
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The page of one archive."""
    comparison = Blueprint("comparison", __name__)

    @comparison.get(COMPARE_PATH, endpoint="compare")
    def compare_page() -> ResponseReturnValue:
        found, names = read(COMPARE, request.args.items(multi=True)), aliases.current()
        question = _kept(found.asked)
        if found.wasteful and not found.problems:
            return redirect(address(question) or ".")  # forms send every box, the empty ones too
        addresses = Addresses(links.SEARCH_PATH, request.script_root)
        answer = engine.read(
            lambda reader: sheet(
                Asking(reader, settings.search, addresses, aliases=names), question
            ),
            searches=SEARCHES,
        )
        if not isinstance(answer, Sheet):
            return redirect(address(answer) or ".")
        status = _BAD_REQUEST if found.bad else _OK
        if any(side.unknown for side in answer.sides):
            status = _NOT_FOUND
        refused = {item.parameter: printable(request.args[item.parameter]) for item in found.bad}
        page = render_template(
            "compare.html",
            **_context(answer, names),
            bad={item.parameter: item.detail for item in found.bad},
            refused=refused,
            unknown=found.unknown,
        )
        return make_response(page, status)

    return comparison


def _context(answer: Sheet, names: Aliases) -> dict[str, Any]:
    """What the template needs besides what was wrong with the address."""
    question = answer.question
    boxes = {f"{side}.{name}" for side in SIDES for name in (SPEAKER, "date.from", "date.to")}
    pairs = list(compare_pairs(question))
    moment, caption = _CAPTIONS[answer.view.interval if answer.view else Interval.YEAR]
    return {
        "sheet": answer,
        "view": answer.view,
        "svg": svg,
        "moment": _(moment),
        "caption": _(caption),
        "views": views(
            question.common,
            Addresses(links.SEARCH_PATH, request.script_root),
            now=controls.COMPARE,
            besides=tuple(f"{each.letter.upper()}: {each.title}" for each in answer.chosen),
        ),
        "constraints": [
            *constraints(
                question.common,
                read_text(question.common, names).reading,
                lambda changed: address(rebased(question, changed)) or "#",
            )
        ],
        "pairs": pairs,
        "hidden": [pair for pair in pairs if pair[0] not in boxes],
        "swapped_url": compare_address(request.script_root, question, COMPARE_PATH, swapped=True),
        "data_url": compare_address(request.script_root, question),
    }


def _kept(question: CompareQuestion) -> CompareQuestion:
    """Without what does not show: how hits are ordered and which facets are beside them."""
    common, a, b = (
        replace(links.followed(each), interval=question.common.interval)
        for each in (question.common, question.a, question.b)
    )
    return replace(question, common=common, a=a, b=b, most=MOST_DRAWN)
