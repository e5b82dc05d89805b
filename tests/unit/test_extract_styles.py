"""Quotations left open or never opened, and those whose speaker stands in another paragraph."""

import pytest

from searchsvc.extract import extract
from searchsvc.extract.quotes import quotations
from tests.extraction.articles import an_article


def _said(text: str) -> list[tuple[str, str | None]]:
    article = an_article(text, title="An article")
    return [
        (
            " | ".join(piece.of(text) for piece in statement.pieces),
            statement.speaker.name if statement.speaker else None,
        )
        for statement in extract(article).statements
    ]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('"It leaks, Ivo Berg said.', ["It leaks"]),
        ('"It leaks, Ivo Berg said. "It is old."', ["It leaks", "It is old."]),
        ('It leaks," Ivo Berg said.', ["It leaks,"]),
        ('Rain fell. It leaks," Ivo Berg said.', ["It leaks,"]),
        ('Ivo Berg said, It leaks."', ["It leaks."]),
        ('Ivo Berg said,"It leaks."', ["It leaks."]),
        ('Ivo Berg said: "It leaks.', ["It leaks."]),
        ("It is 12\" wide and 3' high.", []),
    ],
)
def test_a_quotation_whose_mark_is_lost_ends_at_its_sentence(text: str, inside: list[str]) -> None:
    assert [text[one.start : one.end] for one in quotations(text)] == inside


@pytest.mark.parametrize(
    "text",
    [
        '"The pump leaks all night."\n\nIvo Berg shrugs and closes the door.',
        '"The pump leaks all night."\n\nSo said Ivo Berg, who built it.',
        '"The pump leaks all night."\n\nIvo Berg says it with a shrug.',
        'For mayor Ivo Berg, the matter is simple.\n\n"The pump leaks all night."',
        'Down in the harbour, Ivo Berg keeps bees.\n\n"The pump leaks all night."',
        'The answer came from Ivo Berg.\n\n"The pump leaks all night."',
    ],
)
def test_a_quotation_alone_has_the_speaker_who_stands_beside_it(text: str) -> None:
    assert _said(text) == [("The pump leaks all night.", "Ivo Berg")]


def test_paragraphs_that_nobody_closes_belong_to_whoever_speaks_at_the_end() -> None:
    text = '"It is old.\n\n"It is rusty.\n\n"It leaks," Ivo Berg said, "all night."'
    assert _said(text) == [("It is old. | It is rusty. | It leaks | all night.", "Ivo Berg")]


def test_a_closed_quotation_before_another_speaker_stays_apart() -> None:
    text = 'Anna Haas said: "It is old."\n\n"It leaks all night," Ivo Berg said.'
    assert _said(text) == [("It is old.", "Anna Haas"), ("It leaks all night", "Ivo Berg")]


def test_brackets_around_a_quotation_are_not_part_of_it() -> None:
    assert _said('("The pump leaks," Ivo Berg said.)') == [("The pump leaks", "Ivo Berg")]
