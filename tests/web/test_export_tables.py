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


SIGNS = "=+-@＝＋－＠﹢﹣﹦﹫"
UNSEEN = " \t\r\n\x00\xa0\xad\u200b\u200e\u2060\u3000\ufeff\x85\u2028"
HOSTILE = st.text(st.sampled_from(f"{SIGNS}{UNSEEN};,\"'ab1"), max_size=12)


def is_live(cell: str) -> bool:
    """Whether a cell is a formula, once all that is not seen is taken away."""
    return cell.lstrip(UNSEEN).startswith(tuple(SIGNS))


@given(st.lists(HOSTILE | st.text(max_size=30), min_size=1, max_size=4))
def test_no_cell_is_a_formula_whatever_sets_columns_apart(texts):
    rows = [{"id": text, "text": text, "who": {"name": text}} for text in texts]
    text = written(*rows)
    assert not any(is_live(cell) for row in read(text) for cell in row)
    for separator in ";\t":
        # A program that was told so takes our commas for text, and quotes within a cell as well.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        assert not any(is_live(cell) for row in reader for cell in row), separator
        for line in text.replace("\r", "\n").split("\n"):
            cells = [cell.lstrip(UNSEEN + '"') for cell in line.split(separator)]
            # A row of ours begins with a quote, and what stands behind it has been looked at.
            assert not any(is_live(cell) for cell in cells[1:]), (separator, line)


@given(HOSTILE | st.text(max_size=30))
def test_nothing_is_lost_by_defusing_but_apostrophes_are_added(text):
    cell = read(written({"id": "1", "text": text, "who": None}))[1][1]
    left = iter(cell)
    assert all(any(each == letter for each in left) for letter in text)
    assert cell.count("'") - text.count("'") == len(cell) - len(text)


INVISIBLE = (" ", "  ", "\xa0", "\u200b", "\ufeff", "\x00", "\u2003\u200d")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", *INVISIBLE])
def test_formulas_are_defused(before, sign):
    assert defused(f"{before}{sign}1") == f"'{before}{sign}1"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("x;=1", "x;'=1"),
        ("x; =1", "x;' =1"),
        ('x;"=1', "x;'\"=1"),
        ("x\t@y", "x\t'@y"),
        ("x\n-1\r\n+1", "x\n'-1\r\n'+1"),
        ("=1;\u200b=2", "'=1;'\u200b=2"),
        ("\tx", "'\tx"),
        ("\nx", "'\nx"),
    ],
)
def test_formulas_that_other_separators_would_make_are_defused(cell, safe):
    assert defused(cell) == safe


@pytest.mark.parametrize(
    "cell", ["", "a=1", "'=1", "1-2", "北京", "a; b", "a, -1", "x;y=1", "x: =1", "a \u2013 b; c"]
)
def test_other_cells_stay_as_they_are(cell):
    assert defused(cell) == cell


def test_lists_and_members_of_members_are_joined():
    row = {"id": "1", "text": None, "who": [{"name": "Rosa Quispe"}, {"name": "Jun Okabe"}]}
    assert read(written(row))[1] == ["1", "", "Rosa Quispe; Jun Okabe"]


def test_lines_end_as_the_standard_says_and_the_first_names_the_columns():
    text = written({"id": "1", "text": 'a "b", c\nd', "who": None})
    assert text == '"id","text","who"\r\n"1","a ""b"", c\nd",""\r\n'


def test_the_byte_order_mark_stands_only_where_asked_for():
    assert written(bom=True) == BOM + '"id","text","who"\r\n'
    assert written() == '"id","text","who"\r\n'
