"""Query text to query tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from searchsvc.model import Span
from searchsvc.query.printer import to_text
from searchsvc.query.reading import ParsedQuery, Reading, ReadToken, Use
from searchsvc.query.tree import And, Everything, Node, Phrase, Term
from searchsvc.text import analyse

if TYPE_CHECKING:
    from searchsvc.model import Collection

_WORD = re.compile(r"\S+")


def parse(text: str, collection: Collection) -> ParsedQuery:  # noqa: ARG001 - fields come next
    """The tree and the reading of `text`; never raises."""
    leaves: list[Node] = []
    tokens: list[ReadToken] = []
    for match in _WORD.finditer(text):
        span, word = Span(*match.span()), match.group()
        leaf = _leaf(word, span)
        if leaf is None:
            tokens.append(ReadToken(span, word, Use.IGNORED, None, "holds nothing to search for"))
        else:
            leaves.append(leaf)
            tokens.append(ReadToken(span, word, Use.USED, word, None))
    tree = _all_of(tuple(leaves))
    return ParsedQuery(tree, Reading(text, tuple(tokens), to_text(tree)))


def _leaf(word: str, span: Span) -> Node | None:
    tokens = analyse(word)
    if not tokens:
        return None
    if len(tokens) == 1:
        token = tokens[0]
        if token.cased is not None:
            return Term(token.cased, token.cased, None, exact=False, span=span)
        return Term(token.stem, token.folded, None, exact=False, span=span)
    stems = tuple(token.stem for token in tokens)
    folded = tuple(token.folded for token in tokens)
    return Phrase(stems, folded, None, exact=False, slop=0, span=span)


def _all_of(leaves: tuple[Node, ...]) -> Node:
    if not leaves:
        return Everything()
    if len(leaves) == 1:
        return leaves[0]
    return And(leaves, Span(leaves[0].span.start, leaves[-1].span.end))
