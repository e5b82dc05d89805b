"""The query tree: what was asked, in a form that every engine can compile.

Leaves carry terms made by `searchsvc.text`, so engines analyse nothing. A leaf's `field` is a
name of the `fields` table, or None for the default fields of the collection: it then matches a
document in which any of those fields matches. A leaf on a field that the collection does not have
matches nothing. Every node carries the `Span` of the query text that it was made from; nodes are
equal whatever their spans.

Terms of a field indexed as `Words.STEMMED` live in two term spaces: stems (`exact=False`) and
folded surface forms (`exact=True`). A field indexed as `Words.EXACT` has only the second, so
engines read `exact=True` there whatever the leaf says; each leaf therefore carries both forms.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from searchsvc.model import Span


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with this term. Both forms of one token; see `exact` above."""

    stem: str
    folded: str
    field: str | None
    exact: bool
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents with these terms in this order.

    Attributes:
        stems, folded: two or more terms each, one per token, in order.
        slop: how many positions the terms may be moved apart in sum; 0 for adjacent. Terms match
            at positions p0 < p1 < ... with (p_last - p_first) - (number of terms - 1) <= slop.
            At most 127; the parser allows 100.
    """

    stems: tuple[str, ...]
    folded: tuple[str, ...]
    field: str | None
    exact: bool
    slop: int
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Documents with a folded term that starts with `text` (folded, at least one character)."""

    text: str
    field: str | None
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Documents with a folded term that matches `pattern` whole: `*` any run, `?` one character."""

    pattern: str
    field: str | None
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Documents with a folded term within `distance` edits of `text`.

    Optimal string alignment: insertion, deletion, substitution and swap of neighbours cost 1.
    `distance` is 1 or 2.
    """

    text: str
    distance: int
    field: str | None
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Value:
    """Documents that carry this whole facet value, or none (`fields.MISSING`)."""

    field: str
    value: str
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Documents dated from `first` to `last`, both inclusive; None leaves that side open.

    Undated documents never match, even where both sides are open.
    """

    first: dt.date | None
    last: dt.date | None
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Documents that `child` does not match."""

    child: Node
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Documents that all `children` (two or more) match."""

    children: tuple[Node, ...]
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Documents that any of the `children` (two or more) matches."""

    children: tuple[Node, ...]
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Documents that `typed` matches, or any of `others` (one or more): other names of the same.

    A document scores what the name that scores best gives it, where what `others` give counts
    `SYNONYM_SHARE` of its own. It counts less where a name is rarer than `typed`: scaled down to
    what its words would be worth if theirs, summed over leaves, were no more than those of `typed`
    (the worth of a leaf is its inverse document frequency). So what was typed stands first.
    """

    typed: Node
    others: tuple[Node, ...]
    span: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents."""


Leaf = Term | Phrase | Prefix | Wildcard | Fuzzy | Value | DateRange | Everything
Node = Leaf | Not | And | Or | Synonyms

SYNONYM_SHARE: Final = 0.8
"""How much of its score another name for what was typed keeps."""
