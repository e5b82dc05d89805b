"""Which fields a leaf of the query is looked for in, and under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from searchsvc.documents import has_field
from searchsvc.engine.whoosh.schema import stem_space
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.query.patterns import Pattern
from searchsvc.query.tree import Fuzzy, Phrase, Prefix, Term, Wildcard

if TYPE_CHECKING:
    from searchsvc.model import Collection

WordLeaf = Term | Phrase | Pattern
WORD_LEAVES = (Term, Phrase, Prefix, Wildcard, Fuzzy)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field that a leaf is looked for in.

    Attributes:
        name: of its words in a segment.
        weight: in BM25F.
        folded: whether the leaf is looked for in its folded form rather than by stem.
    """

    name: str
    weight: float
    folded: bool


def fields_of(leaf: WordLeaf, collection: Collection) -> tuple[FieldPlan, ...]:
    """The fields that `leaf` is looked for in; none where the collection lacks its field."""
    return _fields(leaf.field, collection, exact=is_exact(leaf))


def is_exact(leaf: WordLeaf) -> bool:
    """Whether `leaf` is looked for as it is spelled, wherever that is."""
    return leaf.exact if isinstance(leaf, Term | Phrase) else True


@lru_cache(maxsize=256)
def _fields(field: str | None, collection: Collection, *, exact: bool) -> tuple[FieldPlan, ...]:
    weights = dict(default_fields(collection))
    return tuple(
        FieldPlan(
            stem_space(name),
            weights.get(name, 1.0),
            folded=exact or BY_NAME[name].words is Words.EXACT,
        )
        for name in (weights if field is None else (field,))
        if has_field(collection, name) and BY_NAME[name].words is not Words.NONE
    )
