"""Questions drawn from documents, for an engine and `recounting` to answer both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from searchsvc.documents import facet_values
from searchsvc.engine.contract import (
    DateFilter,
    FacetRequest,
    FieldFilter,
    Interval,
    SearchRequest,
    Sort,
)
from searchsvc.engine.recounting import PAGE, Analysed
from searchsvc.fields import FIELDS, IDENTIFYING, MISSING, Words, default_fields, facet_fields
from searchsvc.model import Span
from searchsvc.query.tree import And, DateRange, Everything, Not, Or, Phrase, Prefix, Term, Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from searchsvc.engine.recounting import Countable
    from searchsvc.model import Collection, Document
    from searchsvc.text import Token

QUESTIONS: Final = 16
"""How many are asked about each collection."""

_NOWHERE: Final = Span(0, 0)
_PREFIX_LETTERS: Final = 4
_LONGEST_PHRASE: Final = 3


def questions(
    collection: Collection, documents: Sequence[Document], random: Random
) -> tuple[SearchRequest, ...]:
    """Requests, each of which one of the documents mostly answers; none where there are none."""
    if not documents:
        return ()
    facets = [name for name in facet_fields(collection) if name not in IDENTIFYING]
    asked = []
    for number in range(QUESTIONS):
        document = documents[number % len(documents)]
        request = SearchRequest(collection, sort=Sort.NEWEST, limit=PAGE, documents=False)
        if number % 3 == 0:
            request = replace(request, filters=(_filter(document, collection, random),))
        elif number % 5 == 0:
            request = replace(request, dates=_dates(document))
        chosen = random.sample(facets, 2)
        if request.dates.active:
            chosen = [name for name in chosen if name != "date"]
        counted = tuple(
            FacetRequest(name, interval=random.choice(tuple(Interval)) if name == "date" else None)
            for name in chosen
        )
        query = _node(number % 8, Analysed(document), random)
        asked.append(replace(request, query=query, facets=counted))
    return tuple(asked)


def _node(form: int, each: Analysed, random: Random) -> Countable:
    """A query of one of eight forms."""
    match form:
        case 0:
            return Everything()
        case 1:
            return _phrase(each, random)
        case 2:
            return And((_term(each, random), _term(each, random)), _NOWHERE)
        case 3:
            return Or((_phrase(each, random), _term(each, random)), _NOWHERE)
        case 4:
            children = (_term(each, random), Not(_term(each, random), _NOWHERE))
            return And(children, _NOWHERE)
        case 5:
            return _named(each, random)
        case 6:
            return _prefix(each, random)
    return _term(each, random)


def _tokens(each: Analysed, random: Random) -> tuple[str | None, Sequence[Token]]:
    """Neighbouring tokens of a text of the document, and a field that a query finds them in."""
    by_default = dict(default_fields(each.collection))
    texts = [
        (field.name, text)
        for field in FIELDS
        if field.words is not Words.NONE and each.collection in field.collections
        for text in each.texts(field.name)
        if text
    ]
    if not texts:
        return None, ()
    name, text = random.choice(texts)
    start = random.randrange(len(text))
    own = random.random() < 1 / 2 or name not in by_default
    return (name if own else None), text[start : start + _LONGEST_PHRASE]


def _term(each: Analysed, random: Random) -> Countable:
    field, tokens = _tokens(each, random)
    if not tokens:
        return Everything()
    stem, folded = _words(tokens[0])
    return Term(stem, folded, field, exact=random.random() < 1 / 3, span=_NOWHERE)


def _phrase(each: Analysed, random: Random) -> Countable:
    field, tokens = _tokens(each, random)
    if len(tokens) < 2:  # noqa: PLR2004 - a phrase has two words at least
        return _term(each, random)
    stems, folded = zip(*map(_words, tokens), strict=True)
    exact = random.random() < 1 / 3
    return Phrase(stems, folded, field, exact=exact, slop=0, span=_NOWHERE)


def _prefix(each: Analysed, random: Random) -> Countable:
    field, tokens = _tokens(each, random)
    if not tokens:
        return Everything()
    return Prefix(tokens[0].folded[:_PREFIX_LETTERS], field, _NOWHERE)


def _words(token: Token) -> tuple[str, str]:
    """Stem and folded word that find a token; its capitals, where it has such."""
    return token.cased or token.stem, token.cased or token.folded


def _named(each: Analysed, random: Random) -> Countable:
    """Documents of the same days that carry one of the values."""
    name, value = _value(each.document, each.collection, random)
    date = each.document.date
    day = None if date is None else date.day
    asked = (Value(name, value, _NOWHERE), DateRange(day, None, _NOWHERE))
    return asked[0] if day is None else And(asked, _NOWHERE)


def _filter(document: Document, collection: Collection, random: Random) -> FieldFilter:
    name, value = _value(document, collection, random)
    match random.randrange(3):
        case 0:
            return FieldFilter(name, any_of=(value, MISSING))
        case 1:
            return FieldFilter(name, all_of=(value,))
    return FieldFilter(name, none_of=(value,))


def _value(document: Document, collection: Collection, random: Random) -> tuple[str, str]:
    name = random.choice([name for name in facet_fields(collection) if name != "date"])
    return name, random.choice(facet_values(document, name) or (MISSING,))


def _dates(document: Document) -> DateFilter:
    date = document.date
    if date is None:
        return DateFilter(undated=True)
    return DateFilter(first=date.day.replace(day=1), last=date.day)
