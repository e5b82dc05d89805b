"""The grammar, frozen: what each query means must not change by accident.

Where it changes on purpose, `python -m tests.regenerate_query_golden` writes the file anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searchsvc.model import Collection
from searchsvc.query import parse

PATH = Path(__file__).with_name("query_golden.json")
GOLDEN = json.loads(PATH.read_text(encoding="utf-8"))


def reading_of(row):
    return parse(row["query"], Collection(row.get("collection", "articles"))).reading


@pytest.mark.parametrize("row", GOLDEN["queries"] + GOLDEN["slips"], ids=lambda row: row["query"])
def test_a_query_is_read_as_it_always_was(row):
    reading = reading_of(row)

    assert reading.canonical == row["canonical"]
    assert [[token.text, token.reason] for token in reading.repaired] == row.get("repaired", [])
    assert [[token.text, token.reason] for token in reading.ignored] == row.get("ignored", [])


@pytest.mark.parametrize("row", GOLDEN["queries"] + GOLDEN["slips"], ids=lambda row: row["query"])
def test_the_canonical_form_is_read_as_itself_and_without_complaint(row):
    collection = Collection(row.get("collection", "articles"))
    again = parse(row["canonical"], collection).reading

    assert again.canonical == row["canonical"]
    assert not again.ignored
    known = ("no country is called", "the kinds are")
    assert all((token.reason or "").startswith(known) for token in again.repaired)


def test_the_golden_lists_are_as_long_as_promised():
    assert len(GOLDEN["queries"]) >= 120
    assert len(GOLDEN["slips"]) >= 100
    texts = [(row["query"], row.get("collection")) for row in GOLDEN["queries"] + GOLDEN["slips"]]
    assert len(set(texts)) == len(texts)
