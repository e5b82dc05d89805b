"""Whom sources mean: pronouns, quotations without a cue, joint sources, roles and odd names."""

from __future__ import annotations

import pytest

from searchsvc.extract import extract
from searchsvc.extract.attributing.pronouns import weights
from searchsvc.model import SpeakerKind, Statement
from tests.extraction.articles import an_article


def statements(body: str) -> tuple[Statement, ...]:
    return extract(an_article(body)).statements


def last_speaker(body: str) -> str | None:
    """The name of the speaker of the last statement of `body`."""
    speaker = statements(body)[-1].speaker
    return speaker.name if speaker else None


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("Dean Holloway met Anna Haas in Oslo. She said trade had grown.", "Anna Haas"),
        ("Anna Haas met Ivo Berg in Oslo. She said trade had grown.", "Anna Haas"),
        (
            'Ivo Berg spoke in Oslo. "Trade with Peter Lind\'s firm has grown," he said.',
            "Ivo Berg",
        ),
        ("Ivo Berg criticised the plan of Peter Lind. He said trade had fallen.", "Ivo Berg"),
        ('Ivo Berg said trade had grown.\n\n"We are glad of it," he added.', "Ivo Berg"),
    ],
)
def test_he_and_she_mean_who_fits_best(body: str, speaker: str):
    assert last_speaker(body) == speaker


def test_she_of_one_sentence_is_not_he_of_the_next():
    body = "Sefa Orun spoke. She said trade had grown. Sefa Orun met Dean Holloway. He said it had not."
    assert last_speaker(body) == "Dean Holloway"


def test_an_unnamed_official_who_just_spoke_goes_on_as_he():
    body = 'Ivo Berg left. A senior official said trade had grown. "We are glad," he said.'
    assert last_speaker(body) == "senior official"


def test_no_weight_is_that_of_nothing():
    assert weights()
    assert all(isinstance(weight, float) for weight in weights().values())


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ('"Trade has grown a lot," said one former official who asked for silence.', "one former"),
        ('"Trade has grown a lot," Berg thundered.', "Berg"),
        ('"Trade has grown a lot."\n\n- Berg, Oslo.', "Berg"),
        ('Berg issued a statement saying "trade has grown a lot" this year.', "Berg"),
        ('"Trade has grown," said an official. "It will grow more."', "an official"),
    ],
)
def test_a_quotation_is_given_to_who_stands_beside_it(body: str, source: str):
    named_at = statements("Ivo Berg came to Oslo.\n\n" + body)[-1].named_at
    assert named_at is not None
    assert named_at.of("Ivo Berg came to Oslo.\n\n" + body).startswith(source)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Ivo Berg and Anna Haas", ["Ivo Berg", "Anna Haas"]),
        ("Ivo Berg, Peter Lind and Anna Haas", ["Ivo Berg", "Peter Lind", "Anna Haas"]),
        ("Ivo Berg, Peter Lind, and Anna Haas", ["Ivo Berg", "Peter Lind", "Anna Haas"]),
    ],
)
def test_all_who_made_a_joint_statement_are_named_in_order(source: str, names: list[str]):
    (one,) = statements(f"{source} said trade had grown.")
    assert one.speaker is not None
    assert [one.speaker.name, *(other.name for other in one.others)] == names


def test_who_possesses_the_source_is_no_joint_speaker():
    (one,) = statements("Anna Haas and Ivo Berg's lawyer said trade had grown.")
    assert "Ivo Berg" not in [other.name for other in one.others]


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("Sen. Ivo Berg sat down. The senator said trade had grown.", "Ivo Berg"),
        ("Gov. Ivo Berg sat down. The governor said trade had grown.", "Ivo Berg"),
        ("President Ivo Berg met Vice President Anna Haas. The vice president spoke.", None),
        (
            "President Ivo Berg met Vice President Anna Haas. The president said trade had grown.",
            "Ivo Berg",
        ),
        (
            "The bill came from Anna Haas, a lawyer in Oslo, who said it would help trade.",
            "Anna Haas",
        ),
    ],
)
def test_a_role_or_a_relative_means_the_person_it_was_given_to(body: str, speaker: str | None):
    assert (last_speaker(body) if speaker else None) == speaker


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Gov. Nathan Deal", "Nathan Deal"),
        ("J.J. MacNall", "J.J. MacNall"),
        ("Rev. Christian Osterholt", "Christian Osterholt"),
        ("Jorge Antonio Villaplana Llorens", "Jorge Antonio Villaplana Llorens"),
        ("Robert P. Casement Jr.", "Robert P. Casement Jr."),
        ("Megan Connelly", "Megan Connelly"),
        ("Presidents Ivo Berg", "Ivo Berg"),
        ("Berthe", None),
        ("Sophie", "Sophie"),
    ],
)
def test_an_odd_name_is_read_whole(source: str, name: str | None):
    speaker = statements(f'"Trade has grown a lot," said {source}.')[-1].speaker
    person = speaker.name if speaker and speaker.kind is SpeakerKind.PERSON else None
    assert person == name


def test_a_verb_that_opens_a_sentence_is_no_part_of_a_name():
    assert last_speaker('Ivo Berg came. Added Berg: "Trade has grown a lot."') == "Ivo Berg"


def test_a_son_is_not_his_father():
    body = "Ivo Berg came to Oslo. Ivo Berg Jr. said trade had grown."
    assert last_speaker(body) == "Ivo Berg Jr."


def test_a_family_name_that_is_a_country_means_the_person_named_in_full():
    assert last_speaker("Rep. Steve Israel came. Israel said trade had grown.") == "Steve Israel"


@pytest.mark.parametrize("noun", ["Partnership", "Technologies", "Capital"])
def test_a_firm_is_nobody(noun: str):
    (one,) = statements(f"Calder {noun} said trade had grown.")
    assert one.speaker is not None
    assert one.speaker.kind is SpeakerKind.BODY


def test_it_means_the_body_that_the_sentence_before_is_about():
    assert (
        last_speaker("The Harbour Authority met. It said trade had grown.") == "Harbour Authority"
    )


def test_a_quotation_after_a_gesture_is_that_of_who_made_it():
    body = 'Anna Haas said trade had grown.\n\nPeter Lind nodded. "It will grow more, I am sure."'
    assert last_speaker(body) == "Peter Lind"
