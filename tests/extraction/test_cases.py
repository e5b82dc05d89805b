"""Text in, statements out: the cases of `cases.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from searchsvc.extract import extract
from tests.extraction.articles import an_article

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases.toml").read_text("utf-8")
)["case"]


def found(text: str) -> list[dict[str, str]]:
    """The statements of `text`, in the form of the cases."""
    rows = []
    for statement in extract(an_article(text)).statements:
        row = {
            "said": " | ".join(piece.of(text) for piece in statement.pieces),
            "kind": statement.kind.value,
        }
        if statement.speaker is not None:
            row["speaker"] = statement.speaker.name
            row["source"] = statement.speaker.kind.value
        rows.append(row)
    return rows


def expected(case: dict[str, Any]) -> list[dict[str, str]]:
    return [{"source": "person", **row} if "speaker" in row else row for row in case["statements"]]


def test_there_are_cases_enough_to_be_called_a_table():
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_text_gives_exactly_the_statements_of_its_case(case):
    assert found(case["text"]) == expected(case)
