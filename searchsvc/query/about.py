"""What a query is about: its words, and which of them stand side by side."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from searchsvc.query.tree import And, Fuzzy, Or, Phrase, Prefix, Synonyms, Term, Wildcard
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.query.tree import Node

Pair = tuple[Term, Term]

MOST_PAIRS: Final = 6
"""Pairs that are looked for; in a longer query they tell little, and each costs."""


def words_of(node: Node) -> Iterator[Node | str | tuple[str, ...]]:
    """The words of a query that say what it is about, those of what is left out not among them.

    A phrase counts as one, and so does a word that is a phrase (`S-400`); of several names only the
    one that was typed counts. Stop words and phrases of nothing else do not count.
    """
    match node:
        case Term() if node.folded not in STOP_WORDS:
            yield node.stem
        case Phrase() if not STOP_WORDS.issuperset(node.folded):
            yield node.stems
        case Prefix() | Wildcard() | Fuzzy():
            yield node
        case Synonyms():
            yield from words_of(node.typed)
        case And() | Or():
            for child in node.children:
                yield from words_of(child)


def pairs_of(node: Node) -> Iterator[Pair]:
    """Words side by side anywhere in a query that are looked for in the same fields."""
    if not isinstance(node, And | Or):
        return
    for child in node.children:
        yield from pairs_of(child)
    for one, other in pairwise(map(_word, node.children)):
        if one is not None and other is not None and one.field == other.field:
            yield one, other


def _word(node: Node) -> Term | None:
    """The word that may be one of a pair."""
    if isinstance(node, Synonyms):
        node = node.typed
    if isinstance(node, Term) and not node.exact and node.folded not in STOP_WORDS:
        return node
    return None
