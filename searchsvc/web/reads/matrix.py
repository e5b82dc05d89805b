"""Two facet fields of a search across each other: every cell the number of hits behind its link."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import FacetRequest
from searchsvc.model import Collection
from searchsvc.web import formatting, links
from searchsvc.web.answer import Linked
from searchsvc.web.parameters import Selection, with_selection
from searchsvc.web.reads.asking import LinkedValue, leading, numbers_of

if TYPE_CHECKING:
    from searchsvc.engine.contract import FacetCounts
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Asking, Provenance

USUAL_FIELDS: Final = {
    Collection.STATEMENTS: ("speaker_country", "country"),
    Collection.ARTICLES: ("speaker", "country"),
}
"""Rows and columns where the question does not say: who speaks, and about whom."""
USUAL_SIZE: Final = 20
LARGEST_SIZE: Final = 100


@dataclass(frozen=True, slots=True)
class MatrixQuestion:
    """Which fields are to be seen across each other.

    Attributes:
        parameters: the search.
        rows, columns: facet fields other than `date`; the same one for what is named together.
        row_size, column_size: values of each at most, besides those without any.
    """

    parameters: SearchParameters
    rows: str
    columns: str
    row_size: int = USUAL_SIZE
    column_size: int = USUAL_SIZE


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the rows.

    Attributes:
        head: it, and all that is found with it.
        cells: what is found with it and each value of the columns. They add up to less than the
            row where columns are left out, and to more where documents have several values.
    """

    head: LinkedValue
    cells: tuple[Linked, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One whole answer.

    Attributes:
        row_label, column_label: of the fields.
        total: what the search finds.
        rows, columns: those that the search asks for, where any of them will do; else the most
            frequent ones, those without a value last, where there are any.
        distinct_rows, distinct_columns: how many values the fields have in the search.
    """

    question: MatrixQuestion
    row_label: str
    column_label: str
    total: Linked
    rows: tuple[Row, ...]
    columns: tuple[LinkedValue, ...]
    distinct_rows: int
    distinct_columns: int
    provenance: Provenance


def matrix(asking: Asking, question: MatrixQuestion) -> Matrix:
    """What `question` asks for.

    Raises:
        EngineError: the engine cannot answer.
    """
    parameters, rows, columns = question.parameters, question.rows, question.columns
    result = asking.counts(
        parameters,
        FacetRequest(rows, question.row_size),
        FacetRequest(columns, question.column_size),
    )
    row_counts, column_counts = result.facets
    sizes = (len(leading(parameters, counts)) for counts in result.facets)
    asking.leading_to(math.prod(sizes))
    across = _heads(asking, parameters, column_counts)
    values = [head.value for head in across]
    found = []
    for head in _heads(asking, parameters, row_counts):
        row = _row(links.only(parameters, rows, head.value), rows, columns)
        numbers = asking.carrying(row, columns, values)
        cells = tuple(_cell(asking, row, columns, value, numbers[value]) for value in values)
        found.append(Row(head, cells))
    return Matrix(
        question=question,
        row_label=formatting.field_label(rows, parameters.collection),
        column_label=formatting.field_label(columns, parameters.collection),
        total=asking.linked(parameters, result.total),
        rows=tuple(found),
        columns=across,
        distinct_rows=row_counts.distinct,
        distinct_columns=column_counts.distinct,
        provenance=asking.provenance,
    )


def _row(row: SearchParameters, rows: str, columns: str) -> SearchParameters:
    """The search of a row, to which another value of its own field may be added."""
    if rows != columns:
        return row
    own = row.selection(rows)
    return with_selection(row, Selection(rows, own.chosen, own.excluded, every=True))


def _cell(asking: Asking, row: SearchParameters, columns: str, value: str, count: int) -> Linked:
    if not count:  # most cells of many a matrix, and an address costs more than its number
        return Linked(0, None)
    return asking.linked(links.only(row, columns, value), count)


def _heads(
    asking: Asking, parameters: SearchParameters, counts: FacetCounts
) -> tuple[LinkedValue, ...]:
    field, numbers = counts.field, numbers_of(counts)
    return tuple(
        LinkedValue(
            value,
            formatting.value_label(field, value),
            asking.linked(links.only(parameters, field, value), numbers.get(value, 0)),
        )
        for value in leading(parameters, counts)
    )
