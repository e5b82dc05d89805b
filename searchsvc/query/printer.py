"""Query tree to query text, and to words fit to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc import countries
from searchsvc.fields import MISSING
from searchsvc.query.dates import days_text
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text.analysis import CASED

if TYPE_CHECKING:
    from searchsvc.query.tree import Node

_BARE_VALUES = frozenset({"country", "speaker_country", "kind", "act"})
"""Fields whose values are single words that need no quotation marks."""
_COUNTRY_FIELDS = frozenset({"country", "speaker_country"})


def to_text(tree: Node) -> str:
    """`tree` in the query language; empty for everything.

    Parsing the text gives a tree that is equal but for spans.
    """
    match tree:
        case Everything():
            return ""
        case Wildcard():
            return _operand(tree, within=And)
    return _text(tree)


def _text(node: Node) -> str:
    match node:
        case And(children=children):
            return " ".join(_operand(child, within=And) for child in children)
        case Or(children=children):
            return " OR ".join(_operand(child, within=Or) for child in children)
        case Not(child=child):
            return f"-{_operand(child, within=Not)}"
        case Synonyms(typed=typed):
            return _text(typed)
    return leaf_text(node)


def _operand(node: Node, *, within: type[Node]) -> str:
    """`node` as part of an And, Or or Not, in brackets where they are needed."""
    match node:
        case Synonyms(typed=typed):
            return _operand(typed, within=within)
        case And(children=children) if within is Or:
            return " AND ".join(_operand(child, within=And) for child in children)
        case And() | Or():
            return f"({_text(node)})"
        case Not() if within is Not:
            return f"({_text(node)})"
        case Wildcard(pattern=pattern) if pattern.endswith("?"):
            return f"({_text(node)})"  # at the very end of a query `kim?` is a question
    return _text(node)


def leaf_text(node: Node) -> str:
    """A single leaf in the query language."""
    match node:
        case Term(folded=folded, field=field, exact=exact):
            quoted = field is not None and folded == "none"
            return _scoped(field, f'"{folded}"' if quoted else folded, exact=exact)
        case Phrase(folded=folded, field=field, exact=exact, slop=slop):
            near = f"~{slop}" if slop else ""
            words = " ".join(map(_in_phrase, folded))
            return _scoped(field, f'"{words}"{near}', exact=exact)
        case Prefix(text=text, field=field):
            return _scoped(field, f"{text}*")
        case Wildcard(pattern=pattern, field=field):
            return _scoped(field, pattern)
        case Fuzzy(text=text, distance=distance, field=field):
            return _scoped(field, f"{text}~" if distance == 1 else f"{text}~{distance}")
        case Value(field=field, value=value):
            return f"{field}:{_value_text(field, value)}"
        case DateRange(first=first, last=last):
            return f"date:{days_text(first, last)}"
    return "*"


def _scoped(field: str | None, text: str, *, exact: bool = False) -> str:
    text = f"exact:{text}" if exact else text
    return text if field is None else f"{field}:{text}"


def _in_phrase(folded: str) -> str:
    """Capitals with full stops: beside other capitals they would otherwise count as shouted."""
    return ".".join((*folded, "")) if folded in CASED else folded


def _value_text(field: str, value: str) -> str:
    if value == MISSING:
        return "none"
    bare = field in _BARE_VALUES and value.isascii() and value.isalpha() and value != "none"
    return value if bare else f'"{value}"'


def in_words(node: Node) -> str:
    """A leaf in words fit to show: `phrase “one china”`, `country South Korea`."""
    match node:
        case Term(folded=folded, field=field, exact=exact):
            return _about(field, f"exactly “{folded}”" if exact else folded)
        case Phrase(folded=folded, field=field, exact=exact, slop=slop):
            words = f"“{' '.join(folded)}”"
            form = "exact phrase" if exact else "phrase"
            near = f", with up to {slop} {_plural('word', slop)} between" if slop else ""
            return _about(field, f"{form} {words}{near}")
        case Prefix(text=text, field=field):
            return _about(field, f"words that start with “{text}”")
        case Wildcard(pattern=pattern, field=field):
            return _about(field, f"words that look like “{pattern}”")
        case Fuzzy(text=text, distance=distance, field=field):
            return _about(
                field, f"words within {distance} {_plural('edit', distance)} of “{text}”"
            )
        case Not(child=child):
            return f"not {in_words(child)}"
        case And(children=children):
            return " and ".join(map(in_words, children))
    return _other_in_words(node)


def _other_in_words(node: Node) -> str:
    match node:
        case Synonyms(typed=typed):
            return in_words(typed)
        case Value(field=field, value=value):
            name = field.replace("speaker_country", "speaker’s country")
            if value == MISSING:
                return f"no {name}"
            return f"{name} {countries.label(value) if field in _COUNTRY_FIELDS else value}"
        case DateRange(first=first, last=last):
            if first is not None and last is not None:
                return f"date {days_text(first, last).replace('..', ' to ')}"
            side = f"from {first}" if first else f"up to {last}"
            return "any date" if first is last is None else f"date {side}"
    return "everything"


def _about(field: str | None, words: str) -> str:
    return words if field is None else f"{field}: {words}"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
