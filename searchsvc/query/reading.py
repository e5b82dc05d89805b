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
    EXPANDED = "expanded"  # used, and other names of the same as well: see `Reading.expansions`
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
        reason: None where used as typed and there is nothing to remark.
    """

    span: Span
    text: str
    use: Use
    read_as: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name of what was typed.

    Attributes:
        name: as shown.
        text: what to type, in the query language, to find documents by this name alone.
        first, last: years in which the thing bore the name, both inclusive; None where not known.
    """

    name: str
    text: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """A name in the query text, and what else it is called.

    Attributes:
        key: what to switch it off by; two places where the same is typed share it.
        span: of the name in the text as typed, without the field before it.
        typed: the name as typed.
        others: one or more.
        off: why `others` are not looked for; None where they are.
    """

    key: str
    span: Span
    typed: str
    others: tuple[OtherName, ...]
    off: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of a whole query.

    Attributes:
        typed: the text as typed.
        tokens: see `ReadToken.span`.
        canonical: the tree printed in the query language; parsing it (`Match.ALL`) gives the same
            tree but for positions. Empty for a query that asks for everything. Other names are
            not in it.
        expansions: names in it that have others, by span; they do not overlap. Empty where nobody
            looked for them.
    """

    typed: str
    tokens: tuple[ReadToken, ...]
    canonical: str
    expansions: tuple[Expansion, ...] = ()

    @property
    def ignored(self) -> tuple[ReadToken, ...]:
        """The tokens that were not used."""
        return tuple(token for token in self.tokens if token.use is Use.IGNORED)

    @property
    def repaired(self) -> tuple[ReadToken, ...]:
        """The tokens that were not used as typed."""
        return tuple(token for token in self.tokens if token.use is Use.REPAIRED)

    @property
    def remarked(self) -> tuple[ReadToken, ...]:
        """The tokens used as typed where somebody might have meant more: `reason` says what."""
        return tuple(token for token in self.tokens if token.use is Use.USED and token.reason)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query tree and how it came about."""

    tree: Node
    reading: Reading
