"""A query as it may be changed: its pieces, its leaves, and the check that a change is single."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchsvc.model import Span
from searchsvc.query import parse
from searchsvc.query.lexer import Kind as Form
from searchsvc.query.tree import Phrase, Term
from searchsvc.repairs.changes import Kind, TextChange
from searchsvc.repairs.pieces import pieces_of
from searchsvc.repairs.trees import changed, leaves_of
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.model import Collection
    from searchsvc.query import Match
    from searchsvc.query.reading import ParsedQuery
    from searchsvc.query.tree import Node
    from searchsvc.repairs.pieces import Piece, Pieces
    from searchsvc.repairs.trees import Leaf, Standing


@dataclass(frozen=True, slots=True)
class Draft:
    """A query that was read without other names, taken to pieces.

    Attributes:
        standing: its leaves.
        pieces: words, phrases and brackets of its text.
    """

    tree: Node
    collection: Collection
    match: Match
    lexed: Pieces
    standing: tuple[Standing, ...]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """As typed."""
        return self.lexed.text

    def form(self, piece: Piece) -> Form:
        """What a piece is."""
        return self.lexed.lexemes[piece.core].kind

    def leaf(self, piece: Piece) -> Standing | None:
        """What a word or a phrase was read as; None where that is several leaves, or for a bracket."""
        if self.form(piece) is Form.OPEN:
            return None
        found = [each for each in self.standing if each.leaf.span.end == piece.span.end]
        return found[0] if len(found) == 1 else None

    def with_leaf(self, leaf: Leaf, node: Node | None) -> Node:
        """The tree with `node` for one of its leaves."""
        return changed(self.tree, lambda each: node if each is leaf else each)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the text, where it is made, and the tree that the text is read as."""

    change: TextChange
    span: Span
    tree: Node


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is asked for, alone or in a phrase.

    Attributes:
        leaf: what it is searched as, or part of.
        term: it alone.
        at: which word of the leaf it is, from 0.
        span: of its letters in the text.
        choice: whether it is one of several alternatives, or part of one.
        quoted: whether it stands between quotation marks.
    """

    piece: Piece
    leaf: Term | Phrase
    term: Term
    at: int
    span: Span
    choice: bool
    quoted: bool

    @property
    def single(self) -> bool:
        """Whether it is all of its leaf."""
        return isinstance(self.leaf, Term)


def draft_of(parsed: ParsedQuery, collection: Collection, match: Match) -> Draft:
    """The draft of a query that was read in `collection` with `match`."""
    lexed = pieces_of(parsed.reading)
    standing = tuple(leaves_of(parsed.tree))
    return Draft(parsed.tree, collection, match, lexed, standing, tuple(lexed.all()))


def edit(
    draft: Draft, kind: Kind, of: Span, to: str, *, texts: Sequence[str], tree: Node
) -> Edit | None:
    """The first of `texts` that is read as `tree`; None where none is.

    A text is taken only where it is read as exactly what is meant, so that no change brings
    another with it: a word that becomes an operator, or one that moves up where the longest query
    was cut off.
    """
    for text in texts:
        if parse(text, draft.collection, match=draft.match).tree == tree:
            return Edit(TextChange(kind, of.of(draft.text), to, text), of, tree)
    return None


def words_in(draft: Draft) -> Iterator[Word]:
    """Words that are asked for, in the order of the text; none of those that are left out."""
    for piece in draft.pieces:
        standing = draft.leaf(piece)
        if standing is None or not standing.wanted:
            continue
        leaf = standing.leaf
        if not isinstance(leaf, Term | Phrase):
            continue
        stems, folded = (
            (leaf.stems, leaf.folded)
            if isinstance(leaf, Phrase)
            else ((leaf.stem,), (leaf.folded,))
        )
        tokens = analyse(piece.inner.of(draft.text))
        for at, (stem, form, token) in enumerate(zip(stems, folded, tokens, strict=False)):
            if form != (token.cased or token.folded):
                break
            start = piece.inner.start
            yield Word(
                piece=piece,
                leaf=leaf,
                term=Term(stem, form, leaf.field, leaf.exact, leaf.span),
                at=at,
                span=Span(start + token.start, start + token.end),
                choice=standing.choice,
                quoted=draft.form(piece) is Form.PHRASE,
            )
