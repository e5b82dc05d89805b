"""What is suggested for text that is being typed, and for words that are spelled otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import FieldFilter
from searchsvc.engine.suggestions import TERMS, SuggestRequest
from searchsvc.model import Collection
from tests.builders import article_document, request, speaker, statement_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.suggestions import Suggestion
    from tests.engine_contract.conftest import Engine

SPEAKERS = (
    ("Han Sol-gi", "Ana María Núñez"),
    ("Han Sol-gi",),
    ("Han Gi-tae", "Solveig Hanssen"),
    ("Han Gi-tae",),
    ("Han Gi-tae",),
)


@pytest.fixture(scope="module")
def named(shared_engine: Engine) -> Engine:
    """Articles a1 to a5 with the speakers above; of North Korea the even ones, South the odd."""
    bodies = (
        "Denuclearization of North Korea, they agree.",
        "Sanctions on North Korea.",
        "A sanction on northern timber; talks on denuclearization.",
        "Sanctions, sanctions and denuclearization.",
        "Korea stands in the north.",
    )
    articles = [
        article_document(
            id=f"a{number}",
            title="Border",
            body=body,
            speakers=speakers,
            countries=(("KR",), ("KP",))[number % 2 == 0],
            source="Andean Courier" if number < 5 else "Pacific Gazette",
        )
        for number, (speakers, body) in enumerate(zip(SPEAKERS, bodies, strict=True), start=1)
    ]
    said = statement_document(speaker=speaker(name="Han Sol-gi", country="KP"))
    shared_engine.publish(*((each, [said] if each.id == "a1" else []) for each in articles))
    return shared_engine


def suggested(
    engine: Engine, text: str, field: str, search: SearchRequest | None = None, size: int = 5
) -> tuple[Suggestion, ...]:
    """What one field suggests."""
    asked = SuggestRequest(text, (field,), search or request(), size)
    ((name, found),) = engine.reader.suggest(asked).fields
    assert name == field
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("han", ["Han Gi-tae", "Han Sol-gi", "Solveig Hanssen"]),
        ("HAN", ["Han Gi-tae", "Han Sol-gi", "Solveig Hanssen"]),
        ("sol", ["Han Sol-gi", "Solveig Hanssen"]),
        ("gi", ["Han Gi-tae", "Han Sol-gi"]),
        ("Sol-gi", ["Han Sol-gi"]),
        ("solgi", ["Han Sol-gi"]),
        ("hansol", ["Han Sol-gi"]),
        ("han so", ["Han Sol-gi", "Solveig Hanssen"]),
        ("so han", ["Han Sol-gi", "Solveig Hanssen"]),
        ("gi t h", ["Han Gi-tae"]),
        ("han han", []),
        ("han solgi", ["Han Sol-gi"]),
        ("marian ana", ["Ana María Núñez"]),
        ("gihan", []),
        ("nunez", ["Ana María Núñez"]),
        ("MARÍA a", ["Ana María Núñez"]),
        ("olveig", []),
        ("", []),
        (" -- ", []),
    ],
)
def test_speakers_are_found_by_any_part_of_their_names(
    named: Engine, text: str, expected: list[str]
):
    assert [each.value for each in suggested(named, text, "speaker")] == expected


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("north", None),
        ("n k", None),
        ("kor n", None),
        ("DPRK", "DPRK"),
        ("d.p.r.k.", "DPRK"),
        ("kp", "KP"),
        ("North Korean", "North Korean"),
    ],
)
def test_a_country_is_found_by_all_its_names_and_says_by_which(
    named: Engine, text: str, via: str | None
):
    (found,) = suggested(named, text, "country")
    assert (found.value, found.label, found.count, found.via) == ("KP", "North Korea", 2, via)


def test_values_with_hits_come_alone_unless_there_are_none(named: Engine):
    only = request(filters=(FieldFilter("source", any_of=("Pacific Gazette",)),))
    found = suggested(named, "han", "speaker", only)
    assert [(each.value, each.count) for each in found] == [("Han Gi-tae", 1)]
    found = suggested(named, "sol", "speaker", only)
    assert [(each.value, each.count) for each in found] == [
        ("Han Sol-gi", 0),
        ("Solveig Hanssen", 0),
    ]


def test_no_more_are_suggested_than_asked_for(named: Engine):
    assert len(suggested(named, "han", "speaker", size=2)) == 2
    assert suggested(named, "han", "speaker", size=0) == ()


def test_a_field_that_the_collection_lacks_suggests_nothing(named: Engine):
    assert suggested(named, "north", "speaker_country") == ()
    statements = request(collection=Collection.STATEMENTS)
    (found,) = suggested(named, "north", "speaker_country", statements)
    assert (found.value, found.count) == ("KP", 1)


def test_fields_are_answered_in_the_order_asked_for(named: Engine):
    asked = SuggestRequest("a", (TERMS, "source", "speaker"), request())
    answer = named.reader.suggest(asked)
    assert [name for name, _ in answer.fields] == [TERMS, "source", "speaker"]
    assert answer.generation == named.reader.status().generation


def test_words_are_suggested_as_they_are_written_most_often(named: Engine):
    assert [(each.value, each.count) for each in suggested(named, "san", TERMS)] == [
        ("sanctions", 3)
    ]
    assert [(each.value, each.count) for each in suggested(named, "Nor", TERMS)] == [
        ("north", 3),
        ("northern", 1),
    ]
    assert suggested(named, "north k", TERMS) == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sanctoins", "sanctions"),
        ("denuclearizaton", "denuclearization"),
        ("denuklearization", "denuclearization"),
        ("de nuclearization", "denuclearization"),
        ("de-nuclearisation", "denuclearization"),
        ("northkorea", "north korea"),
        ("nroth", "north"),
        ("NORHT", "north"),
        ("solviegg", "solveig"),
        ("andaen", "andean"),
        ("nuñes", "nunez"),
    ],
)
def test_what_was_meant_comes_first(named: Engine, word: str, expected: str):
    assert named.reader.spellings(Collection.ARTICLES, word)[0].text == expected


def test_the_documents_of_a_spelling_are_counted(named: Engine):
    (found,) = named.reader.spellings(Collection.ARTICLES, "sanctoins", size=1)
    assert (found.text, found.count) == ("sanctions", 3)
    (found,) = named.reader.spellings(Collection.ARTICLES, "northkorea", size=1)
    # In two it is said, and two are about it.
    assert (found.text, found.count) == ("north korea", 3)


def test_spellings_are_looked_for_in_the_field_asked_for(named: Engine):
    def texts(word: str, field: str) -> Sequence[str]:
        found = named.reader.spellings(Collection.ARTICLES, word, field=field)
        return [each.text for each in found]

    assert texts("solvieg", "speaker") == ["solveig"]
    assert texts("solvieg", "body") == texts("solvieg", "source") == []
    assert texts("gazete", "source") == ["gazette"]
    assert texts("norht", "country") == ["north"]
    assert texts("norht", "speaker") == []
    assert texts("borders", "title") == []  # finds by its stem what "border" finds
    assert texts("norht", "speaker_country") == texts("norht", "kind") == texts("no", "x") == []


@pytest.mark.parametrize(
    "word", ["", "a", "no", "12345", "S-400", "$", "北京", "😀😀😀", "\ud800"]
)
def test_of_what_is_no_word_nothing_is_guessed(named: Engine, word: str):
    assert named.reader.spellings(Collection.ARTICLES, word) == ()
