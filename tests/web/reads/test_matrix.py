"""Two fields across each other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.documents import facet_values
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Collection
from searchsvc.web.parameters import SearchParameters, Selection
from searchsvc.web.reads.matrix import USUAL_FIELDS, MatrixQuestion, matrix
from tests.web.reads.checking import answered, archive, check_numbers, engine_of
from tests.web.searches import searches

PAIRS = [
    (Collection.STATEMENTS, "speaker_country", "country"),
    (Collection.STATEMENTS, "speaker", "country"),
    (Collection.STATEMENTS, "country", "country"),
    (Collection.ARTICLES, "speaker", "country"),
    (Collection.ARTICLES, "country", "country"),
    (Collection.ARTICLES, "speaker", "speaker"),
]


def carried(document, field):
    return facet_values(document, field) or (MISSING,)


@pytest.mark.parametrize(("collection", "rows", "columns"), PAIRS)
def test_every_cell_counts_the_documents_that_carry_both(collection, rows, columns):
    documents = [
        each
        for article, statements in archive(1)
        for each in ((article,) if collection is Collection.ARTICLES else statements)
    ]
    view = answered(
        engine_of(1),
        matrix,
        MatrixQuestion(SearchParameters(collection=collection), rows, columns),
    )
    assert {row.head.value for row in view.rows} == {
        value for each in documents for value in carried(each, rows)
    }
    for row in view.rows:
        for column, cell in zip(view.columns, row.cells, strict=True):
            assert cell.count == sum(
                row.head.value in carried(each, rows) and column.value in carried(each, columns)
                for each in documents
            ), (row.head, column)
    assert check_numbers(engine_of(1), view) > len(view.rows)


def test_named_together_is_the_same_both_ways_round():
    asked = MatrixQuestion(SearchParameters(), "country", "country")
    view = answered(engine_of(1), matrix, asked)
    counts = [[cell.count for cell in row.cells] for row in view.rows]
    assert counts == [list(column) for column in zip(*counts, strict=True)]
    assert [row.cells[at].count for at, row in enumerate(view.rows)] == [
        row.head.found.count for row in view.rows
    ]


@given(
    parameters=searches(most_fields=3),
    choices=st.tuples(st.integers(0, 99), st.integers(0, 99)),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    seed=st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_every_number_is_what_the_search_behind_it_finds(parameters, choices, sizes, seed):
    fields = [name for name in facet_fields(parameters.collection) if name != "date"]
    rows, columns = (fields[choice % len(fields)] for choice in choices)
    question = MatrixQuestion(parameters, rows, columns, *sizes)
    view = answered(engine_of(seed), matrix, question)
    check_numbers(engine_of(seed), view)
    assert all(len(row.cells) == len(view.columns) for row in view.rows)


def test_rows_that_are_asked_for_are_the_rows():
    chosen = SearchParameters(selections=(Selection("speaker_country", ("JP", "PE")),))
    question = MatrixQuestion(chosen, *USUAL_FIELDS[Collection.STATEMENTS])
    assert [row.head.value for row in answered(engine_of(1), matrix, question).rows] == [
        "JP",
        "PE",
    ]
