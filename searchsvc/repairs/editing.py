"""Query text to the texts after single changes that ask for less, each read as what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.fields import MISSING
from searchsvc.query import Match
from searchsvc.query.lexer import QUOTES
from searchsvc.query.lexer import Kind as Form
from searchsvc.query.tree import (
    And,
    DateRange,
    Fuzzy,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)
from searchsvc.repairs.changes import Kind
from searchsvc.repairs.draft import edit
from searchsvc.repairs.pieces import replaced
from searchsvc.repairs.trees import changed, words_of
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.query.tree import Node
    from searchsvc.repairs.draft import Draft, Edit, Word
    from searchsvc.repairs.pieces import Piece
    from searchsvc.repairs.trees import Leaf

SHORTEST_PREFIX: Final = 3
"""Letters that a word must have for what starts like it to be worth a look."""

_NAMED: Final = frozenset({"speaker", "country", "speaker_country", "source"})
"""Fields whose whole values are names that may stand elsewhere in a document as well."""


def dropped(draft: Draft, piece: Piece) -> Edit | None:
    """Without a word, a phrase or a bracket."""
    tree = changed(draft.tree, lambda leaf: None if _within(leaf, piece) else leaf)
    text = draft.lexed.without(piece)
    return edit(draft, Kind.WORD, piece.span, "", texts=(text,), tree=tree)


def inexact(draft: Draft) -> Iterator[Edit]:
    """With other forms of a word, where `exact:` stands before it."""

    def loosened(leaf: Leaf) -> Node:
        match leaf:
            case Term(stem=stem, folded=folded, field=field, span=span):
                return Term(stem, folded, field, exact=False, span=span)
            case Phrase(stems=stems, folded=folded, field=field, slop=slop, span=span):
                return Phrase(stems, folded, field, exact=False, slop=slop, span=span)
        return leaf

    for piece in draft.pieces:
        for name in draft.lexed.names(piece):
            if draft.lexed.is_exact(name):
                yield from _without_name(draft, Kind.EXACT, piece, name, loosened)


def unscoped(draft: Draft) -> Iterator[Edit]:
    """With a word looked for in any field, where the name of one stands before it."""
    for piece in draft.pieces:
        for name in draft.lexed.names(piece):
            if not draft.lexed.is_exact(name):
                yield from _without_name(
                    draft, Kind.FIELD, piece, name, lambda leaf: _freed(leaf, draft)
                )


def unquoted(draft: Draft) -> Iterator[Edit]:
    """With the words of a phrase anywhere in a document, not side by side."""
    for piece in draft.pieces:
        standing = draft.leaf(piece)
        phrase = None if standing is None or not standing.wanted else standing.leaf
        if draft.form(piece) is not Form.PHRASE or not isinstance(phrase, Phrase):
            continue
        quoted = piece.inner.of(draft.text)
        inside = quoted.rstrip("~0123456789") if quoted[-1] not in QUOTES else quoted
        inside = inside.strip(QUOTES).strip()
        words = tuple(
            word
            for each in inside.split()
            if (word := words_of(each, phrase.field, phrase.span, exact=phrase.exact))
        )
        if len(words) < 2:  # noqa: PLR2004 - an And or Or joins two or more
            continue
        joint = (And if draft.match is Match.ALL else Or)(words, phrase.span)
        found = edit(
            draft,
            Kind.PHRASE,
            piece.span,
            inside,
            texts=[replaced(draft.text, piece.inner, by) for by in (inside, f"({inside})")],
            tree=draft.with_leaf(phrase, joint),
        )
        yield from () if found is None else (found,)


def begun(draft: Draft, word: Word) -> Edit | None:
    """With all words that start like `word`; None where it is too short for that."""
    written = word.span.of(draft.text)
    folded = analyse(written)[0].folded
    if not word.single or word.quoted or len(folded) < SHORTEST_PREFIX:
        return None
    return edit(
        draft,
        Kind.PREFIX,
        word.piece.span,
        f"{written}*",
        texts=(replaced(draft.text, word.span, f"{written}*"),),
        tree=draft.with_leaf(word.leaf, Prefix(folded, word.leaf.field, word.leaf.span)),
    )


def _without_name(
    draft: Draft, kind: Kind, piece: Piece, name: int, leaf_for: Callable[[Leaf], Node | None]
) -> Iterator[Edit]:
    """Without the field name that is the lexeme `name`, so that leaves of `piece` are others."""
    tree = changed(draft.tree, lambda leaf: leaf_for(leaf) if _within(leaf, piece) else leaf)
    span = draft.lexed.lexemes[name].span
    text = draft.text[: span.start] + draft.text[span.end :].lstrip()
    found = edit(
        draft, kind, piece.span, piece.inner.of(draft.text), texts=(text.strip(),), tree=tree
    )
    yield from () if found is None else (found,)


def _freed(leaf: Leaf, draft: Draft) -> Node | None:
    """`leaf` in any field; a name that was looked for whole becomes words."""
    match leaf:
        case Term(stem=stem, folded=folded, exact=exact, span=span):
            return Term(stem, folded, None, exact, span)
        case Phrase(stems=stems, folded=folded, exact=exact, slop=slop, span=span):
            return Phrase(stems, folded, None, exact, slop, span)
        case Prefix(text=text, span=span):
            return Prefix(text, None, span)
        case Wildcard(pattern=pattern, span=span):
            return Wildcard(pattern, None, span)
        case Fuzzy(text=text, distance=distance, span=span):
            return Fuzzy(text, distance, None, span)
        case Value(field=field, value=value, span=span) if field in _NAMED and value != MISSING:
            end = next(each for each in draft.lexed.lexemes if each.span.end == span.end)
            return words_of(end.text.strip(QUOTES), None, span, exact=False)
        case Value() | DateRange():
            return leaf


def _within(leaf: Leaf, piece: Piece) -> bool:
    return piece.span.start <= leaf.span.start and leaf.span.end <= piece.span.end
