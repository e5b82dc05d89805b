"""Quotations left open or never opened, and those whose speaker stands in another paragraph."""

import pytest

from searchsvc.extract import extract
from searchsvc.extract.prose.quotes import quotations
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


def test_a_label_in_capitals_holds_for_its_paragraph() -> None:
    text = "IVO BERG: The pump leaks. It is old.\n\nRain fell on the harbour."
    assert [said for said, _ in _said(text)] == ["The pump leaks. It is old."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("According to Ivo Berg, a plumber, the pump leaks.", "the pump leaks"),
        ("According to Ivo Berg, 64, the pump leaks.", "the pump leaks"),
        ("The pump, according to Ivo Berg, was old.", "The pump | was old"),
        ("The pump leaks (according to Ivo Berg).", "The pump leaks"),
        ("The pump leaks, per Ivo Berg.", "The pump leaks"),
        ("In the view of Ivo Berg, the pump leaks.", "the pump leaks"),
        ("By Ivo Berg's account, the pump leaks.", "the pump leaks"),
        ("He left because, according to Ivo Berg, the pump leaks.", "the pump leaks"),
    ],
)
def test_according_to_and_phrases_like_it_attribute_what_stands_around(
    text: str, said: str
) -> None:
    assert _said(text) == [(said, "Ivo Berg")]


@pytest.mark.parametrize(
    "text", ["Everything went according to plan.", "The boats raced according to the rules."]
)
def test_what_is_done_according_to_a_plan_or_a_rule_is_not_said(text: str) -> None:
    assert _said(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '"The pump leaks," Ivo Berg said, pointing at the wall. "It is old."',
            [("The pump leaks | It is old.", "Ivo Berg")],
        ),
        (
            '"The pump leaks," Ivo Berg said, adding, "It is old."',
            [("The pump leaks", "Ivo Berg"), ("It is old.", "Ivo Berg")],
        ),
        (
            "Anna Haas quoted Ivo Berg as saying that the pump leaks.",
            [("the pump leaks", "Ivo Berg")],
        ),
        (
            '"The pump," according to Ivo Berg, "leaks all night."',
            [("The pump | leaks all night.", "Ivo Berg")],
        ),
    ],
)
def test_gestures_and_added_quotations_and_those_who_quote_are_told_apart(
    text: str, said: list[tuple[str, str]]
) -> None:
    assert _said(text) == said
