"""What each node of the query tree matches."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from searchsvc.fields import MISSING
from searchsvc.model import Collection, SpeakerKind, StatementKind
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text import analyse
from tests.builders import (
    NOWHERE,
    article_document,
    date,
    request,
    speaker,
    statement_document,
)

if TYPE_CHECKING:
    from tests.engine_contract.conftest import Engine


def term(word: str, field: str | None = None, *, exact: bool = False) -> Term:
    token = analyse(word)[0]
    cased = token.cased
    return Term(cased or token.stem, cased or token.folded, field, exact, NOWHERE)


def phrase(words: str, field: str | None = None, *, slop: int = 0, exact: bool = False) -> Phrase:
    tokens = analyse(words)
    return Phrase(
        tuple(token.stem for token in tokens),
        tuple(token.folded for token in tokens),
        field,
        exact,
        slop,
        NOWHERE,
    )


def both(*children: Node) -> And:
    return And(children, NOWHERE)


def either(*children: Node) -> Or:
    return Or(children, NOWHERE)


def negated(child: Node) -> Not:
    return Not(child, NOWHERE)


def _article(number: int, title: str, body: str, **changes: object):
    return article_document(
        id=f"a{number}",
        title=title,
        body=body,
        **{"speakers": (), "countries": (), "kinds": (), "date": None, **changes},
    )


ARTICLES = (
    _article(
        1,
        "Talks on the border",
        "The US delegation talked. The border talks ended; a border patrol left.",
        speakers=("Rosa Quispe", "Ana Lima"),
        countries=("PE", "US"),
        date=date("2017-05-12T22:00"),
    ),
    _article(
        2,
        "Bordering on peace",
        "They told us that a café in Türkiye pays $10,000. The S-400 stays.",
        countries=("TR",),
        date=date("2017-05-13"),
        captions=("A quiet street", "market day"),
    ),
    _article(
        3,
        "A. B. C.",
        "one two three two one, said the WHO. Who said it?",
        speakers=("Lima Ana",),
        date=date("2016-01-01"),
        source="Pacific Gazette",
        byline="José Núñez",
    ),
    _article(4, "Colour", "color colt cold corodl colord [coll]"),
)
STATEMENTS = (
    statement_document(id="a1:1", article_id="a1", body="We talk", countries=("US",)),
    statement_document(
        id="a1:2",
        article_id="a1",
        body="They talk about borders",
        kind=StatementKind.INDIRECT,
        speaker=speaker(name="officials", kind=SpeakerKind.UNNAMED, country=None),
        countries=(),
    ),
    statement_document(
        id="a1:3",
        article_id="a1",
        body="No comment",
        speaker=None,
        date=None,
        countries=("US", "PE"),
    ),
)

ARTICLE_QUERIES: tuple[tuple[str, Node, str], ...] = (
    ("everything", Everything(), "1234"),
    ("a stem in title or body", term("borders"), "12"),
    ("a stem in the body alone", term("border", "body"), "1"),
    ("a folded word", term("border", exact=True), "1"),
    ("a folded word is not its stem", term("borders", exact=True), ""),
    ("accents are folded away", term("TURKIYE"), "2"),
    ("accents may be typed", term("Café", "body", exact=True), "2"),
    ("grouped digits", term("10000"), "2"),
    ("a currency sign", term("$"), "2"),
    ("capitals are kept apart", term("US"), "1"),
    ("capitals are kept apart, exactly", term("US", exact=True), "1"),
    ("small letters find the capitals too", term("us"), "12"),
    ("small letters find the capitals too, exactly", term("who", "body", exact=True), "3"),
    ("acronyms with full stops", term("abc"), "3"),
    ("names are not stemmed", term("Quispe", "speaker"), "1"),
    (
        "stems of names match nothing",
        Term("quisp", "quisp", "speaker", exact=False, span=NOWHERE),
        "",
    ),
    ("words of the source", term("gazette", "source"), "3"),
    ("words of the byline", term("nunez", "byline"), "3"),
    ("fields that are not searched by default", term("gazette"), ""),
    ("fields without words", term("PE", "country"), ""),
    ("fields of the other collection", term("a1", "article"), ""),
    ("fields that nobody has", term("border", "nonsense"), ""),
    ("a caption, by default", term("street"), "2"),
    ("a phrase", phrase("border talks"), "1"),
    ("a phrase in order", phrase("talks border"), ""),
    ("a phrase does not cross from field to field", phrase("border the"), ""),
    ("a phrase does not cross from value to value", phrase("street market", slop=1000), ""),
    ("a phrase does not cross from name to name", phrase("quispe ana", "speaker"), ""),
    ("a phrase in one of many values", phrase("ana lima", "speaker"), "1"),
    ("a word of several tokens", phrase("S400"), "2"),
    ("a phrase with a word twice", phrase("two three two"), "3"),
    ("a phrase with too many of a word", phrase("two two", slop=0), ""),
    ("a phrase with room", phrase("two two", slop=1), "3"),
    ("slop is exact", phrase("one three", slop=0), ""),
    ("slop is the sum of the gaps", phrase("one three one", slop=2), "3"),
    ("slop is no more than the sum of the gaps", phrase("one three one", slop=1), ""),
    ("an exact phrase", phrase("border talks", exact=True), "1"),
    ("an exact phrase is not stemmed", phrase("border talk", exact=True), ""),
    ("a phrase with an unknown word", phrase("border zzz"), ""),
    (
        "capitals in a phrase",
        Phrase(("the", "US"), ("the", "US"), None, exact=False, slop=0, span=NOWHERE),
        "1",
    ),
    ("a prefix", Prefix("bord", None, NOWHERE), "12"),
    ("a prefix of folded words", Prefix("talks", "body", NOWHERE), "1"),
    ("a prefix of a name", Prefix("quis", "speaker", NOWHERE), "1"),
    ("a prefix of nothing", Prefix("zz", None, NOWHERE), ""),
    ("a wildcard", Wildcard("b*ing", None, NOWHERE), "2"),
    ("a wildcard for one character", Wildcard("col?", None, NOWHERE), "4"),
    ("a wildcard for one character is not for none", Wildcard("border?", None, NOWHERE), ""),
    ("a wildcard in front", Wildcard("*rkiye", None, NOWHERE), "2"),
    ("a wildcard for all", Wildcard("*", "caption", NOWHERE), "2"),
    ("brackets are no wildcard", Wildcard("[cx]olor", None, NOWHERE), ""),
    ("fuzzy by an insertion", Fuzzy("colr", 1, "title", NOWHERE), ""),
    ("fuzzy by a swap", Fuzzy("corodl", 2, "body", NOWHERE), "4"),
    ("fuzzy in the first character", Fuzzy("xorder", 1, None, NOWHERE), "1"),
    ("fuzzy with one edit", Fuzzy("borders", 1, None, NOWHERE), "1"),
    ("fuzzy with two edits", Fuzzy("qiuspes", 2, "speaker", NOWHERE), "1"),
    ("a value", Value("speaker", "Ana Lima", NOWHERE), "1"),
    ("a value is whole", Value("speaker", "Ana", NOWHERE), ""),
    ("no value", Value("speaker", MISSING, NOWHERE), "24"),
    ("no value of a field it lacks", Value("article", MISSING, NOWHERE), ""),
    ("a value of a field without facet", Value("title", "Colour", NOWHERE), ""),
    ("the stem of a word is no value", Value("title", "colour", NOWHERE), ""),
    ("no value of a field without facet", Value("title", MISSING, NOWHERE), ""),
    ("a year", Value("date", "2017", NOWHERE), "12"),
    ("a month", Value("date", "2016-01", NOWHERE), "3"),
    ("a day", Value("date", "2017-05-13", NOWHERE), "2"),
    ("no date", Value("date", MISSING, NOWHERE), "4"),
    ("a range of days", DateRange(dt.date(2017, 5, 12), dt.date(2017, 5, 12), NOWHERE), "1"),
    ("a range with one end", DateRange(None, dt.date(2017, 5, 12), NOWHERE), "13"),
    ("a range without ends leaves out the undated", DateRange(None, None, NOWHERE), "123"),
    ("a reversed range", DateRange(dt.date(2018, 1, 1), dt.date(2016, 1, 1), NOWHERE), ""),
    ("not", negated(term("border")), "34"),
    ("not of nothing", negated(term("zzz")), "1234"),
    ("and", both(term("border"), term("talks")), "1"),
    ("and not", both(term("border"), negated(term("talks"))), "2"),
    ("or", either(term("talks"), term("cold"), term("zzz")), "14"),
    ("or not", either(term("talks"), negated(term("border"))), "134"),
    (
        "nested",
        both(either(term("talks"), term("said")), negated(both(term("us"), Everything()))),
        "3",
    ),
)

STATEMENT_QUERIES: tuple[tuple[str, Node, str], ...] = (
    ("everything", Everything(), "123"),
    ("a stem", term("talking"), "12"),
    ("a speaker's words by default", term("Quispe"), "1"),
    ("unnamed speakers are searched", term("officials"), "2"),
    ("titles are not searched by default", term("open"), ""),
    ("titles are searched by name", term("open", "title"), "123"),
    ("captions are not there", term("street", "caption"), ""),
    ("unnamed speakers are no value", Value("speaker", "officials", NOWHERE), ""),
    ("unnamed speakers count as missing", Value("speaker", MISSING, NOWHERE), "23"),
    ("the speaker's country", Value("speaker_country", "PE", NOWHERE), "1"),
    ("the country spoken about", Value("country", "US", NOWHERE), "13"),
    ("the kind", Value("kind", "indirect", NOWHERE), "2"),
    ("the article", Value("article", "a1", NOWHERE), "123"),
)


@pytest.fixture(scope="module")
def filled(shared_engine: Engine) -> Engine:
    """The articles and statements above."""
    first, *others = ARTICLES
    shared_engine.publish((first, STATEMENTS), *((article, ()) for article in others))
    return shared_engine


@pytest.mark.parametrize(
    ("node", "expected"),
    [case[1:] for case in ARTICLE_QUERIES],
    ids=[c[0] for c in ARTICLE_QUERIES],
)
def test_articles_are_found_by(filled: Engine, node: Node, expected: str):
    assert sorted(filled.ids(request(query=node))) == [f"a{number}" for number in expected]


@pytest.mark.parametrize(
    ("node", "expected"),
    [case[1:] for case in STATEMENT_QUERIES],
    ids=[c[0] for c in STATEMENT_QUERIES],
)
def test_statements_are_found_by(filled: Engine, node: Node, expected: str):
    found = filled.ids(request(collection=Collection.STATEMENTS, query=node))
    assert sorted(found) == [f"a1:{number}" for number in expected]


def test_nothing_is_found_in_an_empty_index(engine: Engine):
    engine.publish()
    for collection in Collection:
        for node in (Everything(), term("border"), negated(term("border")), phrase("a border")):
            result = engine.search(request(collection=collection, query=node))
            assert (result.total, result.articles, result.hits) == (0, 0, ())


def test_a_document_without_any_words_is_found_by_everything(engine: Engine):
    engine.publish((article_document(title="…", body="—"), ()))
    assert engine.ids(request()) == ["a1"]
    assert engine.ids(request(query=term("border"))) == []
