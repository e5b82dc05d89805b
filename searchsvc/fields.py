"""The one table of searchable fields: parser, engines, documents and pages all read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from searchsvc.model import Collection

MISSING: Final = "(none)"
"""The facet value of a document that has none; no document may carry it as a real value."""


class Words(Enum):
    """How the words of a field are indexed."""

    STEMMED = "stemmed"  # Snowball stems, and an unstemmed twin for exact search
    EXACT = "exact"  # unstemmed only: names, addresses
    NONE = "none"  # not searchable word by word


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the documents.

    Attributes:
        name: as typed in a query (`speaker:`), in settings and in JSON.
        collections: which collections have it.
        words: how its words are indexed.
        facet: whether its whole values can be filtered on and counted.
        weights: BM25F weight per collection in which a query without a field name searches it;
            empty where it is searched only by name.
    """

    name: str
    collections: frozenset[Collection]
    words: Words
    facet: bool
    weights: tuple[tuple[Collection, float], ...] = ()


_ARTICLES = Collection.ARTICLES
_STATEMENTS = Collection.STATEMENTS
_BOTH = frozenset(Collection)

FIELDS: Final[tuple[Field, ...]] = (
    Field("title", _BOTH, Words.STEMMED, facet=False, weights=((_ARTICLES, 2.5),)),
    Field(
        "body", _BOTH, Words.STEMMED, facet=False, weights=((_ARTICLES, 1.0), (_STATEMENTS, 1.0))
    ),
    Field(
        "caption", frozenset({_ARTICLES}), Words.STEMMED, facet=False, weights=((_ARTICLES, 0.5),)
    ),
    Field("speaker", _BOTH, Words.EXACT, facet=True, weights=((_STATEMENTS, 1.5),)),
    Field("country", _BOTH, Words.NONE, facet=True),
    Field("speaker_country", frozenset({_STATEMENTS}), Words.NONE, facet=True),
    Field("date", _BOTH, Words.NONE, facet=True),
    Field("source", _BOTH, Words.EXACT, facet=True),
    Field("kind", _BOTH, Words.NONE, facet=True),
    Field("act", frozenset({_STATEMENTS}), Words.NONE, facet=True),
    Field("byline", _BOTH, Words.EXACT, facet=False),
    Field("agency", _BOTH, Words.EXACT, facet=False),
    Field("url", _BOTH, Words.EXACT, facet=False),
    Field("article", frozenset({_STATEMENTS}), Words.NONE, facet=True),
    Field("story", frozenset({_ARTICLES}), Words.NONE, facet=True),
)
"""`date` is filtered and counted by day, month or year; `article` is the article's id; `story` is
shared by copies of an article, see `stories`."""

IDENTIFYING: Final = frozenset({"article", "story"})
"""Facets of about a value per article: to filter on, and counted only for who asks for them."""

BY_NAME: Final = {field.name: field for field in FIELDS}

ALIASES: Final = {"text": "body", "about": "country", "by": "byline", "says": "speaker"}
"""Other names that a query may use for a field."""


def default_fields(collection: Collection) -> tuple[tuple[str, float], ...]:
    """Names and weights of the fields that a word without a field name is searched in."""
    return tuple(
        (field.name, weight)
        for field in FIELDS
        for owner, weight in field.weights
        if owner is collection
    )


def facet_fields(collection: Collection) -> tuple[str, ...]:
    """Names of the fields of `collection` whose values can be filtered on and counted."""
    return tuple(field.name for field in FIELDS if field.facet and collection in field.collections)
