"""What a statement is about: what it names, and what it refers to."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.countries import BODIES, COUNTRIES
from searchsvc.extract import extract
from tests.extraction.articles import an_article

CASES: list[tuple[str, list[str]]] = tomllib.loads(
    (Path(__file__).parent / "about_cases.toml").read_text("utf-8")
)["cases"]


def test_there_are_a_hundred_different_cases():
    assert len({text for text, _ in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_the_last_statement_is_about(text: str, expected: list[str]):
    statements = extract(an_article(text)).statements
    assert list(statements[-1].about) == expected


PIECES = st.sampled_from(
    [
        "Norway and Chile met.",
        "the two Koreas",
        "the European Union",
        "Berg said",
        "Norwegian minister Ivo Berg said",
        "the two countries",
        "our two nations",
        "both sides",
        "his country",
        "the country",
        "the bloc",
        "the peninsula",
        "bilateral ties",
        "the countries, Peru and Chile,",
        "Lima",
        "waits.",
        '"',
        "\n\n",
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_whatever_is_referred_to_is_known_named_once_and_named_in_the_article(text: str):
    extraction = extract(an_article(text))
    for statement in extraction.statements:
        assert len(set(statement.about)) == len(statement.about)
        assert set(statement.about) <= set(COUNTRIES) | set(BODIES)
        assert set(statement.about) <= set(extraction.countries)
