"""Query tree to query text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.query.tree import And, Phrase, Term

if TYPE_CHECKING:
    from searchsvc.query.tree import Node


def to_text(tree: Node) -> str:
    """`tree` in the query language; empty for everything."""
    match tree:
        case Term(folded=folded):
            return folded
        case Phrase(folded=folded):
            return f'"{" ".join(folded)}"'
        case And(children=children):
            return " ".join(to_text(child) for child in children)
    return ""
