"""A text that nobody wrote as a query, such as a question or a paragraph, to a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.model import Span
from searchsvc.query.tree import Or, Term
from searchsvc.text import analyse

if TYPE_CHECKING:
    from searchsvc.query.tree import Node

MOST_WORDS: Final = 1024
"""Words from the start of a text that are searched for."""


def any_word(text: str) -> Node | None:
    """Any of the words of `text`, each as often as it stands there; None where it has none.

    No character is a sign of the query language: `what is the G-7?` is what, is, the, g and 7.
    """
    words = tuple(
        Term(
            token.cased or token.stem,
            token.cased or token.folded,
            None,
            exact=False,
            span=Span(token.start, token.end),
        )
        for token in analyse(text)[:MOST_WORDS]
    )
    if len(words) < 2:  # noqa: PLR2004 - an Or joins two or more
        return words[0] if words else None
    return Or(words, Span(words[0].span.start, words[-1].span.end))
