"""Columns keep what documents carry, and count it, whatever they carry and however many there are."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.columnar.columns import (
    WIDTHS,
    column_of,
    merge_columns,
    renumbered,
    widened,
    width_for,
)
from searchsvc.columnar.searching import counting as counting_module
from searchsvc.columnar.searching.counting import FURTHER_WIDTH, count, count_all, to_count
from searchsvc.columnar.segment import ValueColumn

pytestmark = pytest.mark.usefixtures("both_ways")

CARRIED = st.lists(st.lists(st.integers(0, 12), unique=True, max_size=13), max_size=40)
MANY = 300
"""Values that are too many for a byte; so are 250 and some with the numbers above them."""


def column_from(carried, size):
    per_document = np.array(list(map(len, carried)), np.intp)
    values = np.array([number for own in carried for number in own], np.intp)
    return column_of(per_document, values, size)


def carried_by(column, size):
    carried = [[number for number in row if number < size] for row in column.first.tolist()]
    for doc, number in zip(column.rest_doc.tolist(), column.rest.tolist(), strict=True):
        carried[doc].append(number)
    return carried


def table_of(*fields):
    """The table of fields, each given as what every document carries and how many values it has."""
    return to_count([column_from(*field) for field in fields], [size for _, size in fields])


def check_counts(found, field, carried, size):
    expected = np.zeros(size, np.intp)
    for own in carried:
        expected[own] += 1  # no document carries a value twice
    assert [found.of(field, number) for number in range(size)] == expected.tolist()
    assert found.missing(field) == carried.count([])
    assert found.distinct(field) == np.count_nonzero(expected)
    order = sorted(np.flatnonzero(expected).tolist(), key=lambda number: -expected[number])
    for asked in (0, 3, size + 1):
        best = order[:asked]
        assert found.largest(field, asked) == (best, [int(expected[number]) for number in best])


def check_many(table, fields, sets):
    """Of every run of fields all documents are counted, and those of each of the sets."""
    everything = range(len(table.first))
    last = len(fields) - 1
    ways: tuple[dict[str, Any], ...] = (
        {},
        {"FEW_DOCS": -1},
        {"FEW_DOCS": -1, "PIECE": 1 + len(everything) // 3},
    )
    for docs, way in product((*sets, everything), ways):
        for low, high in combinations_with_replacement(range(last + 1), 2):
            with patch.multiple(counting_module, **way) if way else nullcontext():
                found = count(table, np.array(docs, np.intp), low, high)
            for field in range(low, high + 1):
                carried, size = fields[field]
                check_counts(found, field, [carried[doc] for doc in docs], size)
    with patch.object(counting_module, "PIECE", 7):
        found = count_all(table)
    for field, (carried, size) in enumerate(fields):
        check_counts(found, field, carried, size)


@given(CARRIED, st.sampled_from([13, 250, 252, 253, 255, 256, MANY, 70_000]), st.data())
@example([], 0, None)
@example([[]], 0, None)
@example([[], [], []], 0, None)
@example([list(range(13))], 13, None)
@example([[]] * 30 + [list(range(13)), [], [5], list(range(9)), list(range(1))], 13, None)
@example([list(range(length)) for length in range(14)], 13, None)
@example([[3]] * 30 + [list(range(length)) for length in range(14)], 13, None)
def test_the_documents_that_carry_a_value_are_counted(carried, size, data):
    shift = size - 13 if size else 0  # the largest numbers are next to those of places
    carried = [[number + shift for number in own] for own in carried]
    chosen = range(len(carried))
    if data is not None and carried:
        chosen = data.draw(st.sets(st.sampled_from(chosen)).map(sorted))

    check_many(table_of((carried, size)), [(carried, size)], [list(chosen), []])


@st.composite
def several_fields(draw):
    """Some fields of the same documents: what each carries, and how many values there are."""
    documents = draw(st.integers(0, 70))
    fields = []
    for _ in range(draw(st.integers(1, 4))):
        size = draw(st.sampled_from([0, 1, 13, 240, MANY]))
        most = draw(st.integers(0, min(size, 13)))
        carried = [
            draw(st.lists(st.integers(0, size - 1), unique=True, max_size=most)) if most else []
            for _ in range(documents)
        ]
        fields.append((carried, size))
    return fields


@given(several_fields(), st.randoms(use_true_random=False))
def test_several_fields_are_counted_at_once(fields, random):
    documents = len(fields[0][0])
    chosen = sorted(random.sample(range(documents), random.randint(0, documents)))

    check_many(table_of(*fields), fields, [chosen])


@given(CARRIED)
def test_a_column_holds_all_values_in_their_order(carried):
    column = column_from(carried, 13)

    assert carried_by(column, 13) == carried
    assert (np.diff(column.rest_doc.astype(np.int64)) >= 0).all()


@given(CARRIED, st.sampled_from(WIDTHS))
def test_a_widened_column_holds_and_counts_the_same(carried, width):
    column = column_from(carried, 13)
    wide = widened(column, max(width, column.first.shape[1]), 13)

    assert wide.first.shape[1] >= width
    assert carried_by(wide, 13) == carried
    check_many(to_count([wide], [13]), [(carried, 13)], [])


@given(CARRIED, st.permutations(range(13)), st.sampled_from([0, 239, 240, 400]))
def test_a_renumbered_column_holds_other_numbers_of_the_same_values(carried, order, shift):
    size = 13 + shift
    numbers = np.array(order, np.intp) + shift

    found = renumbered(column_from(carried, 13), numbers, size)

    assert carried_by(found, size) == [[order[v] + shift for v in own] for own in carried]
    check_counts(
        count_all(to_count([found], [size])),
        0,
        [[order[v] + shift for v in own] for own in carried],
        size,
    )


@given(st.lists(CARRIED, max_size=4), st.randoms(use_true_random=False), st.data())
def test_merged_columns_hold_what_the_documents_kept_carry(parts, random, data):
    kept = [
        [data.draw(st.booleans(), label="kept") for _ in range(min(3, len(part)))]
        + [True] * max(0, len(part) - 3)
        for part in parts
    ]
    orders = [random.sample(range(MANY), 13) for _ in parts]
    total = sum(map(sum, kept))
    places = iter(random.sample(range(total), total))
    new, wanted = [], {}
    for part, keep, order in zip(parts, kept, orders, strict=True):
        numbers = [next(places) if each else -1 for each in keep]
        new.append(np.array(numbers, np.intp))
        for doc, own in zip(numbers, part, strict=True):
            if doc >= 0:
                wanted[doc] = [order[value] for value in own]

    found = merge_columns(
        [column_from(part, 13) for part in parts],
        [np.array(order, np.intp) for order in orders],
        new,
        documents=total,
        size=MANY,
    )

    assert carried_by(found, MANY) == [wanted[doc] for doc in range(total)]
    at_once = column_from([wanted[doc] for doc in range(total)], MANY)
    assert found.first.tolist() == at_once.first.tolist()
    assert found.rest_doc.tolist() == at_once.rest_doc.tolist()
    assert found.rest.tolist() == at_once.rest.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_documents_with_values_too_many_for_two_bytes_are_counted(seed):
    random = Random(seed)
    fields = []
    for size in (random.choice([200, 300]), random.choice([65_533, 70_000])):
        most = random.choice([1, 3, 8, 40])
        carried = [random.sample(range(size), random.randrange(most + 1)) for _ in range(2000)]
        fields.append((carried, size))
    sets = [sorted(random.sample(range(2000), n)) for n in (40, 1500)]
    check_many(table_of(*fields), fields, sets)


def test_a_column_as_wide_as_most_documents_need_is_the_cheapest():
    assert width_for(np.zeros(0, np.intp)) == 1
    assert width_for(np.ones(1000, np.intp)) == 1
    assert width_for(np.full(1000, 2)) == 2
    assert width_for(np.full(1000, 3)) == 4
    assert width_for(np.array([1] * 900 + [2] * 100)) == 1
    assert width_for(np.array([1] * 700 + [2] * 300)) == 2
    assert width_for(np.array([2] * 700 + [4] * 300)) == 4


def test_a_document_of_hundreds_of_values_has_rows_enough():
    carried = [[1]] * 100 + [[], list(range(MANY)), [7], list(range(1 + FURTHER_WIDTH))]
    other = [[0]] * 100 + [[1], list(range(1 + 2 * FURTHER_WIDTH)), [], [1, 0]]
    fields = [(other, 20), (carried, MANY)]
    table = table_of(*fields)

    assert table.first.shape == (104, 2)
    assert table.further.dtype == np.uint16
    sets = ([100], [101], [100, 101, 102], [103], [101, 103], list(range(104)))
    check_many(table, fields, sets)


def test_places_are_added_where_many_documents_need_them():
    carried = [list(range(4))] * 20 + [[0, 1]] * 30 + [[0]] * 50
    column = column_from(carried, 13)
    table = to_count([column, column_from([[0]] * 100, 1)], [13, 1])

    assert column.first.shape[1] == 2
    assert [block.width for block in table.blocks] == [4, 1]
    assert [block.more for block in table.blocks] == [False, False]


def test_a_table_of_no_document_counts_nothing():
    none = np.zeros(0, np.uint8)
    empty = ValueColumn(np.zeros((0, 1), np.uint8), none.astype(np.uint32), none)
    table = to_count([empty, empty], [0, 0])

    for found in (count_all(table), count(table, np.zeros(0, np.intp), 0, 1)):
        check_counts(found, 0, [], 0)
        check_counts(found, 1, [], 0)
