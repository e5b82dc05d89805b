"""What a careful reader gets out of the two seed articles, cell by cell."""

from __future__ import annotations

import pytest

from searchsvc.corpus import Archive, InputFile
from searchsvc.extract import extract
from searchsvc.model import Article, SpeakerKind, StatementKind
from searchsvc.settings import Settings

pytestmark = pytest.mark.archive

KIM = "Kim Eui-kyeom"
MOON = "Moon Jae-in"
PUTIN = "Vladimir Putin"


@pytest.fixture(scope="module")
def seeds(corpora):
    """The two articles with what is extracted from them, by the number in their file names."""
    archive = Archive([str(corpora / "seeds" / "*.txt")], Settings())
    files = [file for file in archive.files() if isinstance(file, InputFile)]
    read = [article for file in files for article in archive.read(file)]
    articles = [article for article in read if isinstance(article, Article)]
    assert len(articles) == len(read) == 2
    return {
        article.path.rsplit("/", 1)[-1][:3]: (article, extract(article)) for article in articles
    }


def statement(seed, beginning):
    """The only statement of the article that begins so."""
    article, extraction = seed
    found = [s for s in extraction.statements if s.span.of(article.body).startswith(beginning)]
    assert len(found) == 1, f"{len(found)} statements begin with {beginning!r}"
    return found[0]


@pytest.mark.parametrize(
    ("number", "names"), [("000", {KIM, MOON, PUTIN}), ("001", {MOON, PUTIN})]
)
def test_the_speaking_persons_are_exactly_these(seeds, number, names):
    speakers = [s.speaker for s in seeds[number][1].statements if s.speaker is not None]
    assert {s.name for s in speakers if s.kind is SpeakerKind.PERSON} == names


def test_the_first_article_speaks_of_seven_countries_and_shows_an_eighth(seeds):
    _, extraction = seeds["000"]
    spoken_of = {"KR", "KP", "RU", "CN", "JP", "MN", "US"}
    assert {mention.code for mention in extraction.mentions} == spoken_of
    assert set(extraction.countries) == spoken_of | {"SG"}
    assert "SG" not in {code for s in extraction.statements for code in s.about}


def test_the_second_article_speaks_of_seven_countries(seeds):
    _, extraction = seeds["001"]
    assert set(extraction.countries) == {"KR", "KP", "RU", "US", "JP", "CN", "DE"}


def test_the_spokesperson_quotes_the_president_in_words_of_his_own(seeds):
    found = statement(seeds["000"], "President Putin said that if")
    assert found.kind is StatementKind.DIRECT
    assert found.speaker is not None
    assert (found.speaker.name, found.speaker.role, found.speaker.country) == (
        KIM,
        "spokesperson",
        "KR",
    )


@pytest.mark.parametrize(
    ("number", "beginning", "speaker", "kind"),
    [
        ("000", "President Moon urged Russia", KIM, StatementKind.DIRECT),
        ("000", "support for Moon", PUTIN, StatementKind.INDIRECT),
        ("000", "Moscow will cooperate", PUTIN, StatementKind.INDIRECT),
        ("000", "his role in North", MOON, StatementKind.INDIRECT),
        ("000", "hopes for further", MOON, StatementKind.INDIRECT),
        ("000", "Going forward", MOON, StatementKind.DIRECT),
        ("000", "South Korea-Russia trade", MOON, StatementKind.INDIRECT),
        ("000", "sending a message", MOON, StatementKind.INDIRECT),
        ("000", "the fast growing", PUTIN, StatementKind.INDIRECT),
        ("000", "the two countries have", PUTIN, StatementKind.INDIRECT),
        ("000", "Korea is one of", PUTIN, StatementKind.DIRECT),
        ("000", "Korea-Russia trade volume", PUTIN, StatementKind.INDIRECT),
        ("000", "Russia and Korea are also", PUTIN, StatementKind.DIRECT),
        ("001", "his country was ready to play", PUTIN, StatementKind.INDIRECT),
        ("001", "to enhance the country", PUTIN, StatementKind.INDIRECT),
        ("001", "I believe Russia", MOON, StatementKind.DIRECT),
        ("001", "the countries to enhance", MOON, StatementKind.INDIRECT),
        ("001", "I hope Russia will play", MOON, StatementKind.DIRECT),
        ("001", "Seoul and Moscow to boost", MOON, StatementKind.INDIRECT),
        ("001", "the need to boost", PUTIN, StatementKind.INDIRECT),
        ("001", 'his country was ready to "', PUTIN, StatementKind.MIXED),
        ("001", "Russia was ready to play", PUTIN, StatementKind.INDIRECT),
        ("001", "he planned to send", MOON, StatementKind.INDIRECT),
        ("001", "to personally meet", PUTIN, StatementKind.INDIRECT),
    ],
)
def test_a_statement_has_the_right_speaker_and_kind(seeds, number, beginning, speaker, kind):
    found = statement(seeds[number], beginning)
    assert found.speaker is not None
    assert found.speaker.name == speaker
    assert found.kind is kind


@pytest.mark.parametrize(
    ("number", "beginning", "named_as"),
    [
        ("000", "the fast growing", "The Russian leader"),
        ("001", "I believe Russia", "the new South Korean president"),
        ("001", "Russia was ready to play", "He"),
    ],
)
def test_a_role_or_pronoun_is_kept_as_the_article_words_it(seeds, number, beginning, named_as):
    found = statement(seeds[number], beginning)
    assert found.named_at is not None
    assert found.named_at.of(seeds[number][0].body) == named_as


@pytest.mark.parametrize(
    ("number", "beginning", "about"),
    [
        ("000", "Going forward", ("KP", "US", "KR")),  # Seoul, the Korean Peninsula
        ("000", "Moscow will cooperate", ("RU", "KR")),
        ("000", "Korea is one of", ("KR", "RU")),  # Korea alone is the South
        ("000", "Korea-Russia trade volume", ("KR", "RU")),
        ("001", "his country was ready to play", ("RU", "KP")),  # his country: Russia
        ("001", "I believe Russia", ("RU", "KR")),  # our country: South Korea
        ("001", "I hope Russia will play", ("RU", "KP", "KR")),  # South-North dialogue
    ],
)
def test_a_statement_is_about_these_countries(seeds, number, beginning, about):
    assert statement(seeds[number], beginning).about == about


@pytest.mark.parametrize("number", ["000", "001"])
def test_scare_quotes_and_captions_are_no_statements(seeds, number):
    article, extraction = seeds[number]
    said = [s.span.of(article.body) for s in extraction.statements]
    assert "productive" not in said
    assert not any("hold summit talks" in words for words in said)


def test_an_abbreviated_country_in_the_title_is_found(seeds):
    assert seeds["001"][1].countries[:2] == ("RU", "KP")


def test_nobody_congratulates_himself(seeds):
    article, extraction = seeds["001"]
    assert "to call Moon this week to congratulate him on his election" in article.body
    assert not any("on his election" in s.span.of(article.body) for s in extraction.statements)
