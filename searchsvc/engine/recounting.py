"""Answers by looking at every document: what an engine's answers are held against.

Slow and plain on purpose. It shares nothing with the engines but the analysis of texts: no
postings, no columns, no order. Documents are shown one by one, so any number of them will do.
"""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, assert_never

from searchsvc.documents import facet_values, field_texts, has_field
from searchsvc.engine.contract import Bucket, FacetCounts, bucket_of
from searchsvc.fields import BY_NAME, MISSING, Words, default_fields
from searchsvc.model import ArticleDocument, Collection
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
)
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import FacetRequest, FieldFilter, SearchRequest
    from searchsvc.model import Document
    from searchsvc.text import Token

Texts = tuple[tuple["Token", ...], ...]
Countable = And | Or | Not | Term | Phrase | Prefix | Value | DateRange | Everything
"""What a query may be made of here."""

PAGE: Final = 10
_SHORT: Final = 200  # characters of titles and names, which many documents share

_remembered = lru_cache(maxsize=1 << 12)(analyse)


class Analysed:
    """A document and the tokens of its fields, made when they are first asked for."""

    def __init__(self, document: Document) -> None:
        """Analyse nothing yet."""
        self.document = document
        is_article = isinstance(document, ArticleDocument)
        self.collection = Collection.ARTICLES if is_article else Collection.STATEMENTS
        self._texts: dict[str, Texts] = {}
        self._terms: dict[tuple[str, bool], frozenset[str | None]] = {}

    def texts(self, field: str) -> Texts:
        """The tokens of each text of a field."""
        found = self._texts.get(field)
        if found is None:
            found = self._texts[field] = tuple(
                _remembered(text) if len(text) <= _SHORT else analyse(text)
                for text in field_texts(self.document, field)
            )
        return found

    def terms(self, field: str, *, folded: bool) -> frozenset[str | None]:
        """The distinct terms of a field: folded words, or else stems; None may be among them."""
        found = self._terms.get((field, folded))
        if found is None:
            tokens = [token for text in self.texts(field) for token in text]
            words = [token.folded if folded else token.stem for token in tokens]
            cased = [token.cased for token in tokens]
            found = self._terms[field, folded] = frozenset((*words, *cased))
        return found


class Recount:
    """The answer to one request, as far as documents have been shown.

    Attributes:
        request: ordered by date, the newest first, without cursor and offset; of its tree only
            `Countable` nodes are understood, and a date facet names its interval and goes with no
            filter of dates.
        total: how many match.
    """

    def __init__(self, request: SearchRequest) -> None:
        """Begin with none."""
        self.request = request
        self.total = 0
        self._newest: list[tuple[bool, int, str]] = []
        self._counts: tuple[Counter[str], ...] = tuple(Counter() for _ in request.facets)
        self._missing = [0] * len(request.facets)

    def show(self, each: Analysed) -> None:
        """Count a document, if it matches."""
        request = self.request
        if not _matches(request.query, each) or not _in_dates(each.document, request):
            return
        failed = [one for one in request.filters if not _passes(each.document, one)]
        if not failed:
            self.total += 1
            insort(self._newest, _order(each.document))
            del self._newest[request.limit :]
        for index, facet in enumerate(request.facets):
            own = [one for one in request.filters if one.field == facet.field]
            if failed == [] or (failed == own and _passes(each.document, own[0], chosen=False)):
                values = _values(each.document, facet)
                self._counts[index].update(values)
                self._missing[index] += not values

    def ids(self) -> tuple[str, ...]:
        """The ids of the first documents."""
        return tuple(document_id for _, _, document_id in self._newest)

    def facets(self) -> tuple[FacetCounts, ...]:
        """The counts of all facets."""
        return tuple(
            self._facet(facet, counts, missing)
            for facet, counts, missing in zip(
                self.request.facets, self._counts, self._missing, strict=True
            )
        )

    def _facet(self, facet: FacetRequest, counts: Counter[str], missing: int) -> FacetCounts:
        order = sorted(counts, key=lambda value: (-counts[value], value))
        if facet.field == "date":
            listed = set(counts)
        else:
            listed = set(order[: facet.size])
            for one in self.request.filters:
                if one.field == facet.field:
                    listed.update((*one.any_of, *one.all_of, *one.none_of))
        listed.discard(MISSING)
        buckets = [Bucket(value, counts[value]) for value in listed]
        buckets.sort(key=lambda each: each if facet.field == "date" else (-each.count, each.value))
        return FacetCounts(
            facet.field, tuple(buckets), len(counts), missing, interval=facet.interval
        )


def _matches(node: object, each: Analysed) -> bool:
    match node:
        case And():
            return all(_matches(child, each) for child in node.children)
        case Or():
            return any(_matches(child, each) for child in node.children)
        case Not():
            return not _matches(node.child, each)
        case Everything():
            return True
        case Value():
            values = facet_values(each.document, node.field)
            return node.value in values or (node.value == MISSING and not values)
        case DateRange():
            day = _day(each.document)
            return (
                day is not None
                and (node.first is None or node.first <= day)
                and (node.last is None or day <= node.last)
            )
        case Term() | Phrase() | Prefix():
            return any(
                _occurs(node, each, name) for name in _searched(node.field, each.collection)
            )
    raise TypeError(f"{type(node).__name__} is not counted")


def _searched(field: str | None, collection: Collection) -> Sequence[str]:
    """The fields that a leaf is looked for in."""
    if field is None:
        return [name for name, _ in default_fields(collection)]
    return [field] if has_field(collection, field) else []


def _occurs(leaf: Term | Phrase | Prefix, each: Analysed, field: str) -> bool:
    """Whether a leaf stands anywhere in a field."""
    unstemmed = BY_NAME[field].words is Words.EXACT
    match leaf:
        case Prefix():
            return any(
                token.folded.startswith(leaf.text) for text in each.texts(field) for token in text
            )
        case Term():
            folded = unstemmed or leaf.exact
            return (leaf.folded if folded else leaf.stem) in each.terms(field, folded=folded)
        case Phrase():
            folded = unstemmed or leaf.exact
            words = leaf.folded if folded else leaf.stems
            return each.terms(field, folded=folded).issuperset(words) and any(
                _stands(words, text[start : start + len(words)], folded=folded)
                for text in each.texts(field)
                for start in range(len(text) - len(words) + 1)
            )
    assert_never(leaf)


def _stands(words: Sequence[str], tokens: Sequence[Token], *, folded: bool) -> bool:
    """Whether the first of the tokens are these words."""
    return all(
        word in (token.folded if folded else token.stem, token.cased)
        for token, word in zip(tokens, words, strict=False)
    )


def _passes(document: Document, condition: FieldFilter, *, chosen: bool = True) -> bool:
    """Whether a filter lets a document through; without `chosen` what it chooses is left out."""
    values = facet_values(document, condition.field) or (MISSING,)
    return (
        (not chosen or not condition.any_of or not set(condition.any_of).isdisjoint(values))
        and set(condition.all_of).issubset(values)
        and set(condition.none_of).isdisjoint(values)
    )


def _in_dates(document: Document, request: SearchRequest) -> bool:
    dates, day = request.dates, _day(document)
    if not dates.active:
        return True
    if day is None:
        return dates.undated
    bounded = dates.first is not None or dates.last is not None
    return (
        bounded
        and (dates.first is None or dates.first <= day)
        and (dates.last is None or day <= dates.last)
    )


def _values(document: Document, facet: FacetRequest) -> tuple[str, ...]:
    if facet.field != "date":
        return facet_values(document, facet.field)
    day = _day(document)
    return () if day is None or facet.interval is None else (bucket_of(day, facet.interval),)


def _day(document: Document) -> dt.date | None:
    return None if document.date is None else document.date.day


def _order(document: Document) -> tuple[bool, int, str]:
    """What documents are ordered by: the newest first, the undated ones last."""
    date = document.date
    if date is None:
        return True, 0, document.id
    time = date.time or dt.time()
    return False, -(date.day.toordinal() * 1440 + time.hour * 60 + time.minute), document.id
