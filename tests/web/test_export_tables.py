"""Rows as CSV: what a spreadsheet and a program read of it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.web.exports.columns import BOM, Column, defused, table

COLUMNS = (
    Column("id", "id", "name"),
    Column("text", "text", "words"),
    Column("who", "who.name", "name of somebody, or of several"),
)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def written(*rows, raw=False, bom=False) -> str:
    return "".join(table(rows, COLUMNS, raw=raw, bom=bom))


@given(st.lists(st.text(max_size=30), max_size=5))
def test_every_text_comes_back_from_a_raw_table(texts):
    rows = [{"id": str(n), "text": text, "who": None} for n, text in enumerate(texts)]
    assert read(written(*rows, raw=True))[1:] == [[r["id"], r["text"], ""] for r in rows]


@given(st.text(max_size=30))
def test_no_cell_begins_as_a_formula(text):
    cell = read(written({"id": "1", "text": text, "who": None}))[1][1]
    assert cell[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"])
def test_formulas_are_defused(cell):
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "'=1", "1-2", "北京"])
def test_other_cells_stay_as_they_are(cell):
    assert defused(cell) == cell


def test_lists_and_members_of_members_are_joined():
    row = {"id": "1", "text": None, "who": [{"name": "Rosa Quispe"}, {"name": "Jun Okabe"}]}
    assert read(written(row))[1] == ["1", "", "Rosa Quispe; Jun Okabe"]


def test_lines_end_as_the_standard_says_and_the_first_names_the_columns():
    text = written({"id": "1", "text": 'a "b", c\nd', "who": None})
    assert text == 'id,text,who\r\n1,"a ""b"", c\nd",\r\n'


def test_the_byte_order_mark_stands_only_where_asked_for():
    assert written(bom=True) == BOM + "id,text,who\r\n"
    assert written() == "id,text,who\r\n"
