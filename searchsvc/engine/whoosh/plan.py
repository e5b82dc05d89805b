"""Request → plan: which Whoosh fields and terms each leaf of the query stands for.

A plan knows the collection but no segment; expansions of prefixes, wildcards and fuzzy words are
made against each segment's own vocabulary.
"""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, assert_never

from rapidfuzz.distance import OSA

from searchsvc.documents import has_field
from searchsvc.engine.whoosh.schema import term_space
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.query.tree import And, Fuzzy, Not, Or, Phrase, Prefix, Term, Wildcard
from searchsvc.text.analysis import CASED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node

WordLeaf = Term | Phrase | Prefix | Wildcard | Fuzzy


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field that a leaf is looked for in.

    Attributes:
        name: of the field.
        whoosh_field: where its words are.
        weight: in BM25F.
        folded: whether the terms there are folded rather than stems.
    """

    name: str
    whoosh_field: str
    weight: float
    folded: bool


@dataclass(frozen=True, slots=True)
class LeafPlan:
    """A leaf and the fields it is looked for in; none where the collection lacks its field."""

    leaf: WordLeaf
    fields: tuple[FieldPlan, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done for a request; `leaves` are distinct."""

    request: SearchRequest
    leaves: tuple[LeafPlan, ...]


def plan_request(request: SearchRequest) -> Plan:
    """The plan for `request`."""
    leaves = dict.fromkeys(_word_leaves(request.query))
    return Plan(
        request,
        tuple(LeafPlan(leaf, tuple(_fields(leaf, request.collection))) for leaf in leaves),
    )


def terms_of(leaf: WordLeaf, field: FieldPlan) -> tuple[str, ...]:
    """The terms of a `Term` or `Phrase` in the term space of `field`."""
    match leaf:
        case Term():
            return (leaf.folded if field.folded else leaf.stem,)
        case Phrase():
            return leaf.folded if field.folded else leaf.stems
    raise TypeError(leaf)


def expand(leaf: Prefix | Wildcard | Fuzzy, vocabulary: Sequence[str]) -> list[str]:
    """The folded terms that `leaf` stands for, out of an ascending vocabulary."""
    match leaf:
        case Prefix():
            fits: Callable[[str], object] = bool
            start = leaf.text
        case Wildcard():
            fits = _wildcard(leaf.pattern).match
            start = re.split(r"[*?]", leaf.pattern, maxsplit=1)[0]
        case Fuzzy():
            fits = _within(leaf.text, leaf.distance)
            start = leaf.text[:1]
        case _:
            assert_never(leaf)
    return [term for term in _starting(vocabulary, start) if term not in CASED and fits(term)]


def _word_leaves(node: Node) -> Iterator[WordLeaf]:
    match node:
        case And() | Or():
            for child in node.children:
                yield from _word_leaves(child)
        case Not():
            yield from _word_leaves(node.child)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            yield node


def _fields(leaf: WordLeaf, collection: Collection) -> Iterator[FieldPlan]:
    weights = dict(default_fields(collection))
    exact = leaf.exact if isinstance(leaf, Term | Phrase) else True
    for name in weights if leaf.field is None else (leaf.field,):
        if has_field(collection, name) and BY_NAME[name].words is not Words.NONE:
            whoosh_field, folded = term_space(name, exact=exact)
            yield FieldPlan(name, whoosh_field, weights.get(name, 1.0), folded)


def _starting(vocabulary: Sequence[str], start: str) -> Iterable[str]:
    first = bisect_left(vocabulary, start)
    following = (vocabulary[at] for at in range(first, len(vocabulary)))
    return takewhile(lambda term: term.startswith(start), following)


def _wildcard(pattern: str) -> re.Pattern[str]:
    """`pattern` with `[` taken literally; `fnmatch` makes it without backtracking."""
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))


def _within(text: str, distance: int) -> Callable[[str], bool]:
    def fits(term: str) -> bool:
        return OSA.distance(term, text, score_cutoff=distance) <= distance

    return fits
