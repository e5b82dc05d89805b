"""How a query was read: every character typed is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchsvc.model import Span
    from searchsvc.query.tree import Node


class Use(StrEnum):
    """What became of a stretch of the query text."""

    USED = "used"
    REPAIRED = "repaired"  # used, but not as typed: `reason` says how it was read
    IGNORED = "ignored"  # not used: `reason` says why and what to type instead


@dataclass(frozen=True, slots=True)
class ReadToken:
    """One stretch of the query text and what became of it.

    Attributes:
        span: into the text as typed. The tokens of a reading ascend, do not overlap, and between
            them cover every character that is not white space.
        text: the stretch itself.
        use: what became of it.
        read_as: how it was understood, in words fit to show ("phrase “one china”", "not",
            "country South Korea"); None where ignored.
        reason: None where used as typed.
    """

    span: Span
    text: str
    use: Use
    read_as: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of a whole query.

    Attributes:
        typed: the text as typed.
        tokens: see `ReadToken.span`.
        canonical: the tree printed in the query language; parsing it (`Match.ALL`) gives the same
            tree but for positions. Empty for a query that asks for everything.
    """

    typed: str
    tokens: tuple[ReadToken, ...]
    canonical: str

    @property
    def ignored(self) -> tuple[ReadToken, ...]:
        """The tokens that were not used."""
        return tuple(token for token in self.tokens if token.use is Use.IGNORED)

    @property
    def repaired(self) -> tuple[ReadToken, ...]:
        """The tokens that were not used as typed."""
        return tuple(token for token in self.tokens if token.use is Use.REPAIRED)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query tree and how it came about."""

    tree: Node
    reading: Reading
