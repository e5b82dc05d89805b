"""What matches, by looking at every word of every text: the half of the oracle that finds."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from searchsvc.documents import facet_values, field_texts, has_field
from searchsvc.fields import BY_NAME, MISSING, Words, default_fields
from searchsvc.model import ArticleDocument, Collection, StatementDocument
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
    Synonyms,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text import Token, analyse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.engine.contract import DateFilter, FieldFilter
    from searchsvc.model import Document

WordLeaf = Term | Phrase | Prefix | Wildcard | Fuzzy


def matches(node: Node, document: Document) -> bool:
    """Whether `document` answers `node`."""
    match node:
        case And():
            return all(matches(child, document) for child in node.children)
        case Or():
            return any(matches(child, document) for child in node.children)
        case Synonyms():
            return any(matches(name, document) for name in (node.typed, *node.others))
        case Not():
            return not matches(node.child, document)
        case DateRange() | Value() | Everything():
            return _matches_value(node, document)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            return any(occurrences(node, document, name) for name, _ in searched(node, document))
    assert_never(node)


def _matches_value(node: DateRange | Value | Everything, document: Document) -> bool:
    match node:
        case DateRange():
            day = _day(document)
            return (
                day is not None
                and (node.first is None or node.first <= day)
                and (node.last is None or day <= node.last)
            )
        case Value():
            return carries(document, node.field, node.value)
        case Everything():
            return True
    assert_never(node)


def carries(document: Document, name: str, value: str) -> bool:
    """Whether `document` carries `value` in facet field `name`, or none if it is MISSING.

    A value of `date` is a year, a month or a day.
    """
    if not has_field(collection_of(document), name) or not BY_NAME[name].facet:
        return False
    if name == "date":
        day = _day(document)
        if day is None:
            return value == MISSING
        return value in (day.isoformat()[:4], day.isoformat()[:7], day.isoformat())
    values = facet_values(document, name)
    return value in values or (value == MISSING and not values)


def occurrences(leaf: WordLeaf, document: Document, name: str) -> int:
    """How often `leaf` occurs in the words of field `name`."""
    exact_only = BY_NAME[name].words is Words.EXACT
    return sum(
        _count(leaf, analyse_once(text), exact_only=exact_only)
        for text in field_texts(document, name)
    )


def _count(leaf: WordLeaf, tokens: tuple[Token, ...], *, exact_only: bool) -> int:
    match leaf:
        case Term():
            exact = leaf.exact or exact_only
            wanted = leaf.folded if exact else leaf.stem
            return sum(_is_term(token, wanted, exact=exact) for token in tokens)
        case Phrase():
            exact = leaf.exact or exact_only
            words = leaf.folded if exact else leaf.stems
            return sum(
                phrase_begins(tokens, start, words, leaf.slop, exact=exact)
                for start in range(len(tokens))
            )
        case Prefix():
            return sum(token.folded.startswith(leaf.text) for token in tokens)
        case Wildcard():
            return sum(wildcard_matches(leaf.pattern, token.folded) for token in tokens)
        case Fuzzy():
            return sum(edits(token.folded, leaf.text) <= leaf.distance for token in tokens)
    assert_never(leaf)


def _is_term(token: Token, wanted: str, *, exact: bool) -> bool:
    return wanted in (token.folded if exact else token.stem, token.cased)


def phrase_begins(
    tokens: tuple[Token, ...], start: int, words: tuple[str, ...], slop: int, *, exact: bool
) -> bool:
    """Whether a match begins at token `start`; each next word at its first place after the last."""
    place = start
    if not _is_term(tokens[start], words[0], exact=exact):
        return False
    for word in words[1:]:
        place += 1
        while place < len(tokens) and not _is_term(tokens[place], word, exact=exact):
            place += 1
        if place == len(tokens):
            return False
    return place - start - (len(words) - 1) <= slop


@lru_cache(maxsize=100_000)
def wildcard_matches(pattern: str, word: str) -> bool:
    """Whether `pattern` matches `word` whole: `*` any run, `?` one character."""
    if not pattern:
        return not word
    if pattern[0] == "*":
        return wildcard_matches(pattern[1:], word) or (
            bool(word) and wildcard_matches(pattern, word[1:])
        )
    return bool(word) and pattern[0] in ("?", word[0]) and wildcard_matches(pattern[1:], word[1:])


@lru_cache(maxsize=100_000)
def edits(one: str, other: str) -> int:
    """Edit distance, optimal string alignment.

    Source: Boytsov, Indexing methods for approximate dictionary searching, 2011, section 2.2.
    """
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


analyse_once = lru_cache(maxsize=100_000)(analyse)


def searched(leaf: WordLeaf, document: Document) -> Iterable[tuple[str, float]]:
    """Names and weights of the fields that `leaf` is looked for in."""
    weights = default_fields(collection_of(document))
    if leaf.field is None:
        return weights
    if not has_field(collection_of(document), leaf.field):
        return ()
    return ((leaf.field, dict(weights).get(leaf.field, 1.0)),)


def collection_of(document: Document) -> Collection:
    return Collection.ARTICLES if isinstance(document, ArticleDocument) else Collection.STATEMENTS


def article_id_of(document: Document) -> str:
    return document.article_id if isinstance(document, StatementDocument) else document.id


def passes(document: Document, condition: FieldFilter) -> bool:
    def has(value: str) -> bool:
        return carries(document, condition.field, value)

    return (
        (not condition.any_of or any(has(value) for value in condition.any_of))
        and all(has(value) for value in condition.all_of)
        and not any(has(value) for value in condition.none_of)
    )


def passes_dates(document: Document, dates: DateFilter) -> bool:
    if not dates.active:
        return True
    day = _day(document)
    if day is None:
        return dates.undated
    if dates.first is None and dates.last is None:
        return False
    return (dates.first is None or dates.first <= day) and (
        dates.last is None or day <= dates.last
    )


def _day(document: Document) -> dt.date | None:
    return None if document.date is None else document.date.day


def moment(document: Document) -> dt.datetime:
    assert document.date is not None
    return dt.datetime.combine(document.date.day, document.date.time or dt.time())
