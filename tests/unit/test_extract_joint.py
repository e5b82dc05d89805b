"""Joint sources: every one who speaks, in order, and what only looks like two."""

from __future__ import annotations

import pytest

from searchsvc.extract import extract
from tests.extraction.articles import an_article

TOGETHER = (
    (
        "Ivo Berg, 41, and Maria Petrova, 38, said the canal was cold.",
        ["Ivo Berg", "Maria Petrova"],
    ),
    (
        "Ivo Berg (D-Vt.) and Maria Petrova (R-Idaho) said the canal was cold.",
        ["Ivo Berg", "Maria Petrova"],
    ),
    (
        "Ivo Berg, the harbour master, and Maria Petrova, his deputy, said the canal was cold.",
        ["Ivo Berg", "Maria Petrova"],
    ),
    (
        "Ivo Berg, along with Maria Petrova, said the canal was cold.",
        ["Ivo Berg", "Maria Petrova"],
    ),
    ("Neither Ivo Berg nor Maria Petrova said it was cold.", ["Ivo Berg", "Maria Petrova"]),
    ("Norway and Sweden said the canal was cold.", ["Norway", "Sweden"]),
    (
        "Ivo Berg met Maria Petrova in Varna. The two said the canal was cold.",
        ["Ivo Berg", "Maria Petrova"],
    ),
    (
        "Norway and Sweden met on Monday. Both sides said the canal was cold.",
        ["Norway", "Sweden"],
    ),
    ("Ivo Berg met the mayor and Maria Petrova said the canal was cold.", ["Maria Petrova"]),
    (
        "The Department of Fish and Birds said the canal was cold.",
        ["Department of Fish and Birds"],
    ),
)


@pytest.mark.parametrize(("text", "names"), TOGETHER, ids=[text for text, _ in TOGETHER])
def test_all_who_speak_together_are_named_in_their_order(text: str, names: list[str]) -> None:
    assert _names(text) == names


def test_a_pair_is_not_taken_up_where_three_were_named() -> None:
    assert _names("Ivo Berg, Astrid Holm and Maria Petrova met. The two said it was cold.") == []


def _names(text: str) -> list[str]:
    """The names of all who made the one statement of `text`."""
    (found,) = extract(an_article(text)).statements
    first = (found.speaker,) if found.speaker else ()
    return [one.name for one in (*first, *found.others)]
