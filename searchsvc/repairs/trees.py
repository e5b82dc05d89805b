"""Query tree to the tree that is meant by a change: leaves replaced or left away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.model import Span

Leaf = Term | Phrase | Prefix | Wildcard | Fuzzy | Value | DateRange
"""A leaf that was typed."""


class Standing(NamedTuple):
    """A leaf and where it stands.

    Attributes:
        wanted: whether documents with it are asked for rather than left out.
        choice: whether it is one of several alternatives, or part of one.
        alternative: whether it is one of them by itself.
    """

    leaf: Leaf
    wanted: bool = True
    choice: bool = False
    alternative: bool = False


def leaves_of(node: Node) -> Iterator[Standing]:
    """The leaves below `node`, in the order of the tree."""
    match node:
        case And(children=children):
            yield from (each for child in children for each in leaves_of(child))
        case Or(children=children):
            for child in children:
                alone = not isinstance(child, And)
                for each in leaves_of(child):
                    yield each._replace(choice=True, alternative=each.alternative or alone)
        case Not(child=child):
            yield from (each._replace(wanted=not each.wanted) for each in leaves_of(child))
        case Synonyms(typed=typed):
            yield from leaves_of(typed)
        case Everything():
            return
        case leaf:
            yield Standing(leaf)


def changed(tree: Node, leaf_for: Callable[[Leaf], Node | None]) -> Node:
    """`tree` with another node for each leaf, or with none of it for None."""
    node = _changed(tree, leaf_for)
    return Everything() if node is None else node


def _changed(node: Node, leaf_for: Callable[[Leaf], Node | None]) -> Node | None:
    match node:
        case And(children=children, span=span):
            return _joined(And, [_changed(child, leaf_for) for child in children], span)
        case Or(children=children, span=span):
            return _joined(Or, [_changed(child, leaf_for) for child in children], span)
        case Not(child=child, span=span):
            inner = _changed(child, leaf_for)
            if inner is None:
                return None
            return inner.child if isinstance(inner, Not) else Not(inner, span)
        case Synonyms(typed=typed):
            return _changed(typed, leaf_for)
        case Everything():
            return node
    return leaf_for(node)


def _joined(form: type[And | Or], nodes: list[Node | None], span: Span) -> Node | None:
    """As the parser joins: nodes of the same form taken apart, a single one for itself."""
    flat: list[Node] = []
    for node in nodes:
        if node is not None:
            flat += node.children if isinstance(node, form) else (node,)
    if len(flat) > 1:
        return form(tuple(flat), span)
    return flat[0] if flat else None


def words_of(text: str, field: str | None, span: Span, *, exact: bool) -> Term | Phrase | None:
    """The term or the phrase that `text` is; None where it holds no token."""
    tokens = analyse(text)
    if not tokens:
        return None
    stems = tuple(token.cased or token.stem for token in tokens)
    folded = tuple(token.cased or token.folded for token in tokens)
    if len(tokens) == 1:
        return Term(stems[0], folded[0], field, exact, span)
    return Phrase(stems, folded, field, exact, 0, span)
