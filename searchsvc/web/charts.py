"""Pages that show a search as a whole, its numbers rather than its hits: the matrix."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request

from searchsvc.fields import IDENTIFYING, MISSING, facet_fields
from searchsvc.web import controls, formatting, links
from searchsvc.web.asked import read_text
from searchsvc.web.bounds import SEARCHES
from searchsvc.web.controls import constraints, views
from searchsvc.web.links import Addresses
from searchsvc.web.reads.addresses import matrix_address
from searchsvc.web.reads.asking import Asking
from searchsvc.web.reads.matrix import matrix
from searchsvc.web.schemas import read
from searchsvc.web.schemas.counting import MATRIX

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings
    from searchsvc.web.reads.matrix import Matrix, MatrixQuestion

HEATS: Final = 8
"""Shades of a cell, besides that of none."""
_OK: Final = 200
_BAD_REQUEST: Final = 400


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The pages of one archive."""
    charts = Blueprint("charts", __name__)

    @charts.get(links.MATRIX_PATH, endpoint="matrix")
    def matrix_page() -> ResponseReturnValue:
        found, names = read(MATRIX, request.args.items(multi=True)), aliases.current()
        question: MatrixQuestion = found.asked
        parameters, addresses = (
            question.parameters,
            Addresses(links.SEARCH_PATH, request.script_root),
        )
        view: Matrix = engine.read(
            lambda reader: matrix(
                Asking(reader, settings.search, addresses, aliases=names), question
            ),
            searches=SEARCHES,
        )
        page = render_template(
            "matrix.html",
            view=view,
            heat=_heats(view),
            named=[
                formatting.field_noun(field, parameters.collection)
                for field in (question.rows, question.columns)
            ],
            views=views(parameters, addresses, now=controls.MATRIX),
            constraints=[
                *constraints(
                    parameters,
                    read_text(parameters, names).reading,
                    lambda changed: _address(replace(question, parameters=changed)),
                )
            ],
            fields=[
                (field, formatting.field_label(field, parameters.collection))
                for field in facet_fields(parameters.collection)
                if field != "date"
                and (field not in IDENTIFYING or field in (question.rows, question.columns))
            ],
            hidden=list(links.pairs(parameters)),
            turned_url=_address(replace(question, rows=question.columns, columns=question.rows)),
            search_url=links.address(addresses.here, parameters),
            data_url=matrix_address(request.script_root, question),
            bad={item.parameter: item.detail for item in found.bad},
            unknown=found.unknown,
        )
        return make_response(page, _BAD_REQUEST if found.bad else _OK)

    return charts


def _address(question: MatrixQuestion) -> str:
    return matrix_address(request.script_root, question, links.MATRIX_PATH) or "#"


def _heats(view: Matrix) -> list[list[int]]:
    """The shade of each cell, row by row: 0 for none, `HEATS` for the fullest.

    Shades follow the square root of the count, as a few cells usually hold most of it. Documents
    without a value often make the fullest cells by far; these are not shaded.
    """
    named = [column.value != MISSING for column in view.columns]
    counts = [
        [
            cell.count if counted and row.head.value != MISSING else 0
            for cell, counted in zip(row.cells, named, strict=True)
        ]
        for row in view.rows
    ]
    highest = max((count for row in counts for count in row), default=0) or 1
    return [[math.ceil(HEATS * math.sqrt(count / highest)) for count in row] for row in counts]
