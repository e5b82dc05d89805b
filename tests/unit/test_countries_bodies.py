"""Bodies and regions are asked for, kept and shown as countries are, and never as their members."""

from __future__ import annotations

import pytest

from searchsvc.countries import BODIES, COUNTRIES, label
from searchsvc.documents import article_document, facet_values, statement_documents
from searchsvc.extract import extract
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.query.tree import Value
from tests.extraction.articles import an_article


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("country:EU", "eu"),
        ("country:asean", "asean"),
        ("country:NATO", "nato"),
        ("country:G7", "g7"),
        ('country:"African Union"', "african-union"),
        ('country:"the Gulf states"', "gulf-states"),
        ("country:nordic-countries", "nordic-countries"),
        ("country:AU", "AU"),
        ("country:EC", "EC"),
    ],
)
@pytest.mark.parametrize("collection", Collection)
def test_a_query_names_a_body_by_code_or_name_and_countries_win(text, code, collection):
    tree = parse(text, collection).tree
    assert isinstance(tree, Value)
    assert tree.value == code
    assert code in BODIES or code in COUNTRIES


def test_a_body_is_a_value_of_the_country_facet_and_brings_no_member_along():
    article = an_article("Berg said the EU would wait for ASEAN.", title="NATO waits")
    extraction = extract(article)
    whole = article_document(article, extraction)
    (statement,) = statement_documents(article, extraction)
    assert facet_values(whole, "country") == ("nato", "eu", "asean")
    assert facet_values(statement, "country") == ("eu", "asean")
    assert [label(code) for code in statement.countries] == ["European Union", "ASEAN"]


def test_a_body_is_never_the_country_of_a_speaker():
    article = an_article('NATO spokeswoman Ana Berg said: "Norway waits." The EU said it waits.')
    speakers = [s.speaker for s in extract(article).statements if s.speaker is not None]
    assert speakers
    assert not {speaker.country for speaker in speakers} & set(BODIES)


def test_our_union_is_nobodys_country():
    article = an_article('EU spokeswoman Ana Berg said: "Our country waits, and we do."')
    (statement,) = extract(article).statements
    assert statement.about == ()
