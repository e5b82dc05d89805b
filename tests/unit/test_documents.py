"""What becomes searchable, and what is stored."""

from __future__ import annotations

import pytest

from searchsvc.documents import (
    article_document,
    dump,
    facet_values,
    field_texts,
    load,
    statement_documents,
)
from searchsvc.fields import FIELDS, MISSING
from searchsvc.model import (
    Collection,
    CountryMention,
    Document,
    MentionKind,
    Span,
    SpeakerKind,
    StatementKind,
)
from tests import builders
from tests.builders import article, date, extraction, speaker, statement


def said_by(name: str, kind: SpeakerKind = SpeakerKind.PERSON):
    return statement(speaker=speaker(name=name, kind=kind))


def test_the_builders_describe_one_article():
    assert article_document(article(), extraction()) == builders.article_document()
    assert statement_documents(article(), extraction()) == (builders.statement_document(),)


def test_speakers_given_by_the_input_win():
    document = article_document(article(speakers=("Ana Lima",)), extraction())
    assert document.speakers == ("Ana Lima",)


def test_speakers_are_those_of_the_statements_once_each_but_for_the_unnamed():
    found = extraction(
        statements=(
            said_by("Zoe"),
            said_by("officials", SpeakerKind.UNNAMED),
            statement(speaker=None),
            said_by("Ministry", SpeakerKind.BODY),
            said_by("Ana"),
            said_by("Zoe"),
        )
    )
    assert article_document(article(), found).speakers == ("Zoe", "Ministry", "Ana")


def test_countries_given_by_the_input_win_and_become_codes_where_they_can():
    given = ("Peru", "Ruritania", "PE", "", "south-korea")
    document = article_document(article(countries=given), extraction(countries=("BO",)))
    assert document.countries == ("PE", "Ruritania", "KR")


def test_countries_are_else_those_extracted():
    found = extraction(countries=("PE", "BO", "PE"))
    assert article_document(article(), found).countries == ("PE", "BO")


def test_no_document_carries_the_reserved_value():
    given = article(speakers=(MISSING, "", "Ana"), countries=(MISSING,))
    document = article_document(given, extraction())
    assert (document.speakers, document.countries) == (("Ana",), ())


def test_statements_are_numbered_and_carry_their_words():
    body = "He said that, she added this."
    found = extraction(
        statements=(
            statement(span=Span(8, 12), cue=Span(3, 7), named_at=None),
            statement(
                span=Span(24, 28), cue=None, named_at=Span(14, 17), kind=StatementKind.MIXED
            ),
        )
    )
    first, second = statement_documents(article(id="x", body=body), found)
    assert (first.id, first.body, first.cue_text, first.named_as) == ("x:1", "that", "said", None)
    assert (second.id, second.body, second.cue_text, second.named_as) == (
        "x:2",
        "this",
        None,
        "she",
    )
    assert {first.article_id, second.article_id} == {"x"}


def test_an_article_without_statements_has_no_kinds():
    document = article_document(article(), extraction(statements=()))
    assert (document.kinds, document.statement_count) == ((), 0)
    assert statement_documents(article(), extraction(statements=())) == ()


DOCUMENTS: tuple[Document, ...] = (
    builders.article_document(),
    builders.article_document(
        date=None,
        captions=("one", "two\u2028"),
        mentions=(CountryMention(Span(3, 7), "PE", MentionKind.DEMONYM),),
        kinds=tuple(StatementKind),
        title="“Quoted” \\ tab\t한국",
    ),
    builders.statement_document(date=date("2017-05-12T22:00")),
    builders.statement_document(
        speaker=None, cue=None, cue_text=None, named_at=None, named_as=None, date=None
    ),
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_dumped_is_loaded(document: Document):
    articles = document in DOCUMENTS[:2]
    collection = Collection.ARTICLES if articles else Collection.STATEMENTS
    text = dump(document)
    assert "\n" not in text
    assert load(collection, text) == document


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("collection", Collection)
def test_only_fields_of_the_collection_hold_anything(field, collection: Collection):
    document = (
        builders.article_document(captions=("c",), byline="b", agency="a", url="u")
        if collection is Collection.ARTICLES
        else builders.statement_document(byline="b", agency="a", url="u")
    )
    has_words = bool(field_texts(document, field.name))
    has_values = bool(facet_values(document, field.name))
    here = collection in field.collections
    assert has_words == (here and field.words.value != "none")
    assert has_values == (here and field.facet and field.name != "date")
