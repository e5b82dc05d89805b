"""Which words of a sentence name the source, where they do not stand beside the cue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.extract import extract
from searchsvc.extract.attributing.choosing import weights
from tests.extraction.articles import an_article

if TYPE_CHECKING:
    from searchsvc.model import Statement


def last_statement(body: str) -> Statement:
    return extract(an_article(body)).statements[-1]


def last_source(body: str) -> str | None:
    """The words of `body` that name the source of its last statement."""
    named_at = last_statement(body).named_at
    return named_at.of(body) if named_at else None


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ("Voters in the three towns of the valley said the harbour should stay open.", "Voters"),
        ("Fishermen waiting for the boats at noon said the harbour was closed.", "Fishermen"),
        ("Officials close to the talks in Oslo this week said the port was closed.", "Officials"),
    ],
)
def test_a_long_subject_is_called_by_its_head(body: str, source: str):
    found = last_source(body)
    assert found is not None
    assert found.startswith(source)


def test_the_subject_of_the_sentence_speaks_in_a_participle():
    body = "Ivo Berg left. Ivo Berg took the stage in the town hall on Tuesday, saying that trade had grown."
    speaker = last_statement(body).speaker
    assert speaker is not None
    assert speaker.name == "Ivo Berg"


def test_who_is_named_after_a_role_goes_before_others_in_that_role():
    body = "Spokesman Peter Lind said nothing. Her spokesman, Ivo Berg, said that the harbour was closed."
    speaker = last_statement(body).speaker
    assert speaker is not None
    assert speaker.name == "Ivo Berg"


def test_those_who_speak_together_are_named_from_the_first_on():
    body = "The Harbour Ministry and the Fisheries Ministry said that the port was closed."
    assert last_source(body) == "The Harbour Ministry and the Fisheries Ministry"


def test_no_weight_is_that_of_nothing():
    assert weights()
    assert all(isinstance(weight, float) for weight in weights().values())
