"""Query text to the pieces that can be left away or written otherwise, by where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchsvc.model import Span
from searchsvc.query.lexer import EXACT, Kind, Lexeme, lexemes
from searchsvc.query.reading import Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.query.reading import Reading

_BEFORE = frozenset({Kind.NOT, Kind.PLUS, Kind.FIELD})
_ENDS = (Kind.CLOSE, None)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a phrase or a bracket with the signs and field names before it.

    Attributes:
        first, last: of its lexemes, both inclusive.
        core: the lexeme that stands behind signs and names: the word, the phrase, the opening bracket.
        span: of the whole piece.
        inner: of the piece without what stands before it.
    """

    first: int
    core: int
    last: int
    span: Span
    inner: Span


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in its lexemes.

    Attributes:
        used: of each lexeme, whether it was used.
    """

    text: str
    lexemes: tuple[Lexeme, ...]
    used: tuple[bool, ...]

    def all(self) -> Iterator[Piece]:
        """Words, phrases and brackets that were used, in the order of the text."""
        for index, lexeme in enumerate(self.lexemes):
            if not self.used[index]:
                continue
            if lexeme.kind in (Kind.WORD, Kind.PHRASE):
                yield self._piece(index, index)
            elif lexeme.kind is Kind.OPEN:
                yield self._piece(index, self._closing(index))

    def names(self, piece: Piece) -> tuple[int, ...]:
        """Lexemes of the field names before `piece`, `exact:` among them."""
        before = range(piece.first, piece.core)
        return tuple(at for at in before if self.lexemes[at].kind is Kind.FIELD)

    def is_exact(self, name: int) -> bool:
        """Whether the field name at `name` is no field but `exact:`."""
        return self.lexemes[name].text.rstrip(":").lower() == EXACT

    def without(self, piece: Piece) -> str:
        """The text without `piece`, the operator that joined it, and brackets that held no more."""
        first, last = piece.first, piece.last
        before, after = self._neighbours(first, last)
        while before is not None and self.lexemes[before].kind is Kind.OPEN:
            if self._kind(after) not in _ENDS:
                break
            first, last = self._start(before), last if after is None else after
            before, after = self._neighbours(first, last)
        joined = self._joining(before, after)
        first, last = min((first, *joined)), max((last, *joined))
        return cut(self.text, Span(self.lexemes[first].span.start, self.lexemes[last].span.end))

    def _joining(self, before: int | None, after: int | None) -> tuple[int, ...]:
        """Which of the neighbours of a piece is an operator that stands for it alone, if any."""
        kinds = (self._kind(before), self._kind(after))
        if before is not None and kinds[0] is Kind.AND:
            return (before,)
        if after is not None and kinds[1] is Kind.AND:
            return (after,)
        if before is not None and kinds[0] is Kind.OR and kinds[1] in (Kind.OR, *_ENDS):
            return (before,)
        if after is not None and kinds[1] is Kind.OR and kinds[0] in (Kind.OPEN, None):
            return (after,)
        return ()

    def _piece(self, core: int, last: int) -> Piece:
        first = self._start(core)
        end = self.lexemes[last].span.end
        inner = Span(self.lexemes[core].span.start, end)
        return Piece(first, core, last, Span(self.lexemes[first].span.start, end), inner)

    def _start(self, core: int) -> int:
        while core and self.lexemes[core - 1].kind in _BEFORE:
            core -= 1
        return core

    def _closing(self, opened: int) -> int:
        """The bracket that closes the one at `opened`, or the last lexeme where none does."""
        depth = 0
        for index in range(opened, len(self.lexemes)):
            if self.used[index]:
                kind = self.lexemes[index].kind
                depth += (kind is Kind.OPEN) - (kind is Kind.CLOSE)
            if not depth:
                return index
        return len(self.lexemes) - 1

    def _neighbours(self, first: int, last: int) -> tuple[int | None, int | None]:
        """The used lexemes next to those from `first` to `last`; None at the ends of the text."""
        before = next((at for at in range(first - 1, -1, -1) if self.used[at]), None)
        after = next((at for at in range(last + 1, len(self.used)) if self.used[at]), None)
        return before, after

    def _kind(self, index: int | None) -> Kind | None:
        return None if index is None else self.lexemes[index].kind


def pieces_of(reading: Reading) -> Pieces:
    """The pieces of the text that was read."""
    ignored = [token.span for token in reading.tokens if token.use is Use.IGNORED]
    found = tuple(lexemes(reading.typed))
    used = []
    at = 0
    for lexeme in found:
        while at < len(ignored) and ignored[at].end <= lexeme.span.start:
            at += 1
        used.append(at == len(ignored) or lexeme.span.start < ignored[at].start)
    return Pieces(reading.typed, found, tuple(used))


def replaced(text: str, span: Span, by: str) -> str:
    """`text` with `by` where `span` was."""
    return text[: span.start] + by + text[span.end :]


def cut(text: str, span: Span) -> str:
    """`text` without what stands at `span`, the white space beside it made one stretch."""
    before, after = text[: span.start], text[span.end :]
    if not after.strip() or after[0] in ")|":
        return (before.rstrip() + after).strip()
    if not before.strip() or before[-1] in "(|" or before[-1].isspace():
        return (before + after.lstrip()).strip()
    return f"{before}{'' if after[0].isspace() else ' '}{after}"
