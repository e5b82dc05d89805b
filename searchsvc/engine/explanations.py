"""Why a hit has its score: a small tree of numbers that add up, and how leaves of a query make it.

Engines bring what they counted; the words and the shape of the tree are the same for all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from searchsvc.query.printer import in_words
from searchsvc.query.tree import SYNONYM_SHARE, Term
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.model import Span
    from searchsvc.query.patterns import Pattern
    from searchsvc.query.tree import Phrase
    from searchsvc.settings import SearchSettings


class Rule(StrEnum):
    """What makes a number out of its parts."""

    SUM = "sum"
    PRODUCT = "product"
    BEST = "best"  # the largest
    GIVEN = "given"  # it has none


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number of a score.

    Attributes:
        label: what it is, in words fit to show.
        value: the number; to one part in a million what `rule` makes of the parts.
        rule: how.
        parts: none where it is given.
        span: of the query text that it is the share of; None where it is of no single part.
    """

    label: str
    value: float
    rule: Rule = Rule.GIVEN
    parts: tuple[Explanation, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Occurrences:
    """What a leaf of the query has in one field of one document.

    Attributes:
        field: its name.
        weight: of the field.
        count: how often it occurs.
        length: of the field, in tokens.
        mean: length of the field over all documents that have it.
    """

    field: str
    weight: float
    count: int
    length: int
    mean: float


def summed(label: str, parts: Iterable[Explanation], *, span: Span | None = None) -> Explanation:
    """The sum of `parts`."""
    kept = tuple(parts)
    return Explanation(label, math.fsum(part.value for part in kept), Rule.SUM, kept, span)


def multiplied(
    label: str, parts: Iterable[Explanation], *, span: Span | None = None
) -> Explanation:
    """The product of `parts`."""
    kept = tuple(parts)
    return Explanation(label, math.prod(part.value for part in kept), Rule.PRODUCT, kept, span)


def best_of(label: str, parts: Iterable[Explanation], *, span: Span | None = None) -> Explanation:
    """The largest of one or more `parts`."""
    kept = tuple(parts)
    return Explanation(label, max(part.value for part in kept), Rule.BEST, kept, span)


def of_leaf(
    leaf: Term | Phrase | Pattern,
    occurrences: Sequence[Occurrences],
    *,
    documents: int,
    matching: int,
    settings: SearchSettings,
) -> Explanation:
    """What a leaf adds to the score of one document, by BM25F.

    Args:
        leaf: that matches the document.
        occurrences: by field; one or more.
        documents: in the collection.
        matching: of those, how many the leaf matches.
        settings: of the formula.
    """
    rarity = math.log(1 + (documents - matching + 0.5) / (matching + 0.5))
    counted = summed("occurrences", (_of_field(each, settings.bm25_b) for each in occurrences))
    saturation = 1 / (max(settings.bm25_k1, _LEAST_K1) + counted.value)
    parts = [
        Explanation(f"rarity: {matching:,} of {documents:,} documents match", rarity),
        counted,
        Explanation(f"saturation: 1 / ({settings.bm25_k1:g} + occurrences)", saturation),
    ]
    if isinstance(leaf, Term) and leaf.folded in STOP_WORDS:
        parts.append(Explanation("so common a word counts less", settings.stop_word_weight))
    return multiplied(in_words(leaf), parts, span=leaf.span)


def of_names(
    typed: Explanation | None, others: Iterable[Explanation | None], shares: Iterable[float]
) -> Explanation | None:
    """What the best of several names adds; each is None where it adds nothing.

    Args:
        typed: of the name typed.
        others: of the other names.
        shares: by how much each of `others` is scaled down for being rarer; 1 where it is not.
    """
    shared = [
        multiplied(f"another name: {other.label}", (other, *_of_name(share)))
        for other, share in zip(others, shares, strict=True)
        if other
    ]
    names = [typed, *shared] if typed else shared
    return best_of("the best of several names", names) if names else None


def _of_name(share: float) -> Iterator[Explanation]:
    yield Explanation("another name counts less", SYNONYM_SHARE)
    if share != 1:
        yield Explanation("and no more for being rarer than what was typed", share)


def of_hit(score: float, parts: Sequence[Explanation]) -> Explanation:
    """The whole score of a hit.

    Args:
        score: as the engine gave it.
        parts: what makes it up, by exact numbers. Where the engine adds in shorter ones, the
            difference is told as rounding.
    """
    rounding = score - math.fsum(part.value for part in parts)
    if rounding:
        parts = (*parts, Explanation("rounding", rounding))
    return Explanation("score", score, Rule.SUM, tuple(parts))


def of_freshness(
    parts: Sequence[Explanation], share: float, *, age_days: int | None, half_life_days: float
) -> Explanation:
    """What is left of a relevance, made up of `parts`, by how new the document is.

    Args:
        parts: of the relevance.
        share: that is left.
        age_days: before the newest document; None where it is undated.
        half_life_days: of the formula.
    """
    age = "undated" if age_days is None else f"{age_days:,} days before the newest"
    label = f"freshness: {age}, half-life {half_life_days:g} days"
    return multiplied(
        "relevance, by how new it is", (summed("relevance", parts), Explanation(label, share))
    )


def of_second_stage(adjacent: float | None, likeness: float | None) -> list[Explanation]:
    """What the finer order adds to the score of one of the best hits.

    Args:
        adjacent: for query words side by side; 0 or None where none are.
        likeness: for other hits that it is like, below 0 where these are worse; None where the
            query is too short for that, or the hit is not among the best.
    """
    parts = [Explanation("query words side by side", adjacent)] if adjacent else []
    if likeness is not None:
        parts.append(Explanation("being like other hits, good or less so", likeness))
    return parts


def _of_field(found: Occurrences, b: float) -> Explanation:
    norm = 1 - b + b * found.length / found.mean
    return multiplied(
        found.field,
        (
            Explanation("times it occurs", found.count),
            Explanation("weight of the field", found.weight),
            Explanation(f"length: {found.length:,} words, mean {found.mean:,.0f}", 1 / norm),
        ),
    )


_LEAST_K1: Final = 1e-30
"""Stands for a k1 of 0, as documents without any occurrence would be divided by it."""
