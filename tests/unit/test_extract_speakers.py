"""Who a speaker is: one name per person, with the role and country that the article gives."""

from __future__ import annotations

import pytest

from searchsvc.extract import extract
from searchsvc.model import Speaker, SpeakerKind
from tests.extraction.articles import an_article

PERSON, BODY, UNNAMED = SpeakerKind.PERSON, SpeakerKind.BODY, SpeakerKind.UNNAMED


def only_speaker(body: str, **kwargs) -> Speaker | None:
    """The speaker of the only statement of `body`."""
    (statement,) = extract(an_article(body, **kwargs)).statements
    return statement.speaker


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        (
            "Norwegian President Ivo Berg said trade had grown.",
            Speaker("Ivo Berg", PERSON, "president", "NO"),
        ),
        (
            "Cheong Wa Dae spokesperson Chun Dae-ho said trade had grown.",
            Speaker("Chun Dae-ho", PERSON, "spokesperson", "KR"),
        ),
        (
            "Maria Petrova, the Bulgarian trade minister, said trade had grown.",
            Speaker("Maria Petrova", PERSON, "minister", "BG"),
        ),
        (
            "Russia's ambassador Maria Petrova said trade had grown.",
            Speaker("Maria Petrova", PERSON, "ambassador", "RU"),
        ),
        (
            "South Korea's Foreign Minister Min Yun-ha said trade had grown.",
            Speaker("Min Yun-ha", PERSON, "minister", "KR"),
        ),
        (
            "Aiko Mori, Japan's trade minister, said trade had grown.",
            Speaker("Aiko Mori", PERSON, "minister", "JP"),
        ),
        (
            "Ivo Berg, the Norwegian deputy prime minister, said trade had grown.",
            Speaker("Ivo Berg", PERSON, "minister", "NO"),
        ),
        (
            "Mongolian envoy Bat Erdene said trade had grown.",
            Speaker("Bat Erdene", PERSON, "envoy", "MN"),
        ),
        (
            "Norway's under-secretary for trade, Ivo Berg, said trade had grown.",
            Speaker("Ivo Berg", PERSON, "under-secretary", "NO"),
        ),
        (
            "Ivo Berg, spokesman of the Foreign Ministry in Oslo, said trade had grown.",
            Speaker("Ivo Berg", PERSON, "spokesman", "NO"),
        ),
        (
            "In Oslo, Foreign Minister Ivo Berg said trade had grown.",
            Speaker("Ivo Berg", PERSON, "minister", "NO"),
        ),
        (
            "Ivo Berg, the ambassador in Oslo, said trade had grown.",
            Speaker("Ivo Berg", PERSON, "ambassador"),
        ),
        (
            "The Justice Ministry said trade had grown.",
            Speaker("Justice Ministry", BODY),
        ),
        ("The department said trade had grown.", Speaker("department", UNNAMED)),
        ("Norway and Sweden said trade had grown.", Speaker("Norway", BODY, country="NO")),
        ("Mr. Singer said trade had grown.", Speaker("Singer", PERSON)),
        ("Ivo Berg said trade had grown.", Speaker("Ivo Berg", PERSON)),
        ("The Kremlin said trade had grown.", Speaker("Kremlin", BODY, country="RU")),
        (
            "The Norwegian Foreign Ministry said trade had grown.",
            Speaker("Norwegian Foreign Ministry", BODY, country="NO"),
        ),
        (
            "Norwegian officials said trade had grown.",
            Speaker("Norwegian officials", UNNAMED, country="NO"),
        ),
        (
            "A ministry spokesman said trade had grown.",
            Speaker("ministry spokesman", UNNAMED, "spokesman"),
        ),
        ("Officials said trade had grown.", Speaker("officials", UNNAMED)),
        ("Some said trade had grown.", None),
        ("They said trade had grown.", None),
        ("He said trade had grown.", None),
        ("British Airways said trade had grown.", Speaker("British Airways", BODY, country="GB")),
    ],
)
def test_a_speaker_has_name_kind_role_and_country(body, speaker):
    assert only_speaker(body) == speaker


def test_the_fullest_name_of_the_article_counts_without_the_title():
    body = "President Berg said trade had grown. Later Ivo Haakon Berg and Ivo Berg left."
    assert only_speaker(body) == Speaker("Ivo Haakon Berg", PERSON, "president")


def test_a_caption_or_title_may_give_the_full_name():
    body = "Berg said trade had grown."
    expected = Speaker("Ivo Berg", PERSON, "president", "NO")
    caption = "Norwegian President Ivo Berg in Oslo"
    assert only_speaker(body, captions=(caption,)) == expected
    assert only_speaker(body, title=caption) == expected


def test_a_counterpart_takes_the_role_that_is_told_later():
    body = (
        "Berg met his Finnish counterpart Aino Lahti. The Finnish president said trade had grown."
    )
    assert only_speaker(body) == Speaker("Aino Lahti", PERSON, "president", "FI")


def test_it_is_the_body_that_spoke_before():
    body = "The Foreign Ministry said trade had grown. It added that tariffs would fall."
    speakers = [statement.speaker for statement in extract(an_article(body)).statements]
    assert speakers == [Speaker("Foreign Ministry", BODY)] * 2


def test_they_are_the_people_who_spoke_before():
    body = "Norwegian officials said trade had grown. They denied that tariffs would fall."
    speakers = [statement.speaker for statement in extract(an_article(body)).statements]
    assert speakers == [Speaker("Norwegian officials", UNNAMED, country="NO")] * 2


def test_his_country_is_the_country_of_the_speaker():
    body = "Norwegian President Ivo Berg said his country was ready to trade with Finland."
    (statement,) = extract(an_article(body)).statements
    assert statement.about == ("NO", "FI")


def test_his_country_stays_unknown_where_the_speaker_has_none():
    body = "Ivo Berg said his country was ready to trade with Finland."
    (statement,) = extract(an_article(body)).statements
    assert statement.about == ("FI",)


def test_a_guessed_source_lowers_the_confidence():
    body = "Ivo Berg said trade had grown.\n\n“It will grow further next year.”"
    named, inferred = extract(an_article(body)).statements
    assert named.confidence > inferred.confidence


def test_countries_of_title_body_and_captions_come_in_that_order():
    article = an_article("Finland waits.", title="Norway acts", captions=("Oslo and Paris",))
    assert extract(article).countries == ("NO", "FI", "FR")


def test_the_only_head_of_state_without_a_country_holds_the_only_house():
    body = "President Han met them. Cheong Wa Dae was silent. Han said trade had grown."
    assert only_speaker(body) == Speaker("Han", PERSON, "president", "KR")


def test_an_envoy_is_the_ambassador_named_before():
    body = "Ambassador Bat Erdene left. The envoy said trade had grown."
    assert only_speaker(body) == Speaker("Bat Erdene", PERSON, "ambassador")


def test_a_minister_is_called_by_country_and_role():
    body = "Aiko Mori, Japan's trade minister, left. Japan's minister said trade had grown."
    assert only_speaker(body) == Speaker("Aiko Mori", PERSON, "minister", "JP")
