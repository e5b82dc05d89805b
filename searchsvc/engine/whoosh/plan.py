"""Request → plan: which Whoosh fields and terms each leaf of the query stands for.

A plan knows the collection but no segment; expansions of prefixes, wildcards and fuzzy words are
made against each segment's own vocabulary.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from searchsvc.documents import has_field
from searchsvc.engine.whoosh.schema import term_space
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.query.patterns import Pattern, common_start, term_test
from searchsvc.query.tree import And, Fuzzy, Not, Or, Phrase, Prefix, Term, Wildcard
from searchsvc.text.analysis import CASED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node

WordLeaf = Term | Phrase | Pattern


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


def expand(leaf: Pattern, vocabulary: Sequence[str]) -> list[str]:
    """The folded terms that `leaf` stands for, out of an ascending vocabulary."""
    fits = term_test(leaf)
    start = common_start(leaf)
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
