"""Words that may be misspelled, and the texts in which they are written otherwise."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from searchsvc import countries
from searchsvc.fields import MISSING
from searchsvc.model import Span
from searchsvc.query.tree import Phrase, Term, Value
from searchsvc.repairs.changes import Kind
from searchsvc.repairs.draft import edit
from searchsvc.repairs.pieces import replaced
from searchsvc.repairs.trees import changed
from searchsvc.text.analysis import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.query.tree import Node
    from searchsvc.repairs.draft import Draft, Edit, Word
    from searchsvc.repairs.pieces import Piece
    from searchsvc.repairs.trees import Leaf


def respelled(draft: Draft, word: Word, spelling: str) -> Edit | None:
    """With `spelling`, a folded word or two, for `word`."""
    written = _in_case_of(spelling, word.span.of(draft.text))
    span, by = word.span, written
    if " " in spelling and not word.quoted:
        if not word.single:
            return None
        span, by = word.piece.inner, f'"{written}"'
    return edit(
        draft,
        Kind.SPELLING,
        word.span,
        written,
        texts=(replaced(draft.text, span, by),),
        tree=draft.with_leaf(word.leaf, _spelled(word, spelling)),
    )


def _spelled(word: Word, spelling: str) -> Node:
    """The leaf of `word` with `spelling` for it."""
    folded = tuple(spelling.split())
    stems = tuple(map(stem_of, folded))
    leaf, at = word.leaf, word.at
    if isinstance(leaf, Phrase):
        return Phrase(
            (*leaf.stems[:at], *stems, *leaf.stems[at + 1 :]),
            (*leaf.folded[:at], *folded, *leaf.folded[at + 1 :]),
            leaf.field,
            leaf.exact,
            leaf.slop,
            leaf.span,
        )
    if len(folded) > 1:
        return Phrase(stems, folded, leaf.field, leaf.exact, 0, leaf.span)
    return Term(stems[0], folded[0], leaf.field, leaf.exact, leaf.span)


def torn(draft: Draft, words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Words of the same field, with nothing but white space between, that may be one."""
    for word, following in pairwise(words):
        between = draft.text[word.span.end : following.span.start]
        alone = following.piece.first == following.piece.core
        same = word.leaf.field == following.leaf.field and word.leaf.exact == following.leaf.exact
        if word.single and following.single and alone and same and between.isspace():
            yield word, following


def mended(draft: Draft, word: Word, following: Word, spelling: str) -> Edit | None:
    """With the one word `spelling` for two that are `torn`."""
    span = Span(word.span.start, following.span.end)
    written = _in_case_of(spelling, word.span.of(draft.text))
    one = Term(stem_of(spelling), spelling, word.leaf.field, word.leaf.exact, word.leaf.span)

    def joined(leaf: Leaf) -> Node | None:
        if leaf is following.leaf:
            return None
        return one if leaf is word.leaf else leaf

    return edit(
        draft,
        Kind.SPELLING,
        span,
        written,
        texts=(replaced(draft.text, span, written),),
        tree=changed(draft.tree, joined),
    )


def misnamed(draft: Draft) -> Iterator[tuple[Piece, Value]]:
    """Countries asked for by names that none has."""
    for piece in draft.pieces:
        standing = draft.leaf(piece)
        if standing is None or not standing.wanted or not isinstance(standing.leaf, Value):
            continue
        value = standing.leaf
        named = value.field in ("country", "speaker_country") and value.value != MISSING
        if named and countries.resolve(value.value) is None:
            yield piece, value


def renamed(draft: Draft, piece: Piece, value: Value, spelling: str) -> Edit | None:
    """With `spelling` for the name of a country; None where that names none either."""
    code = countries.resolve(spelling)
    if code is None:
        return None
    written = spelling.title()
    by = f'"{written}"' if " " in written else written
    return edit(
        draft,
        Kind.SPELLING,
        piece.inner,
        written,
        texts=(replaced(draft.text, piece.inner, by),),
        tree=draft.with_leaf(value, Value(value.field, code, value.span)),
    )


def _in_case_of(spelling: str, typed: str) -> str:
    """`spelling` with capitals where `typed` starts with one and goes on without."""
    return spelling.title() if typed[0].isupper() and not typed.isupper() else spelling
