"""Plan → leaf matches in one segment: which documents, and how much each leaf weighs there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.engine.whoosh.analysis import VALUE_GAP
from searchsvc.engine.whoosh.plan import expand, terms_of
from searchsvc.query.tree import Phrase, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from searchsvc.engine.whoosh.columns import Docs, Mask
    from searchsvc.engine.whoosh.plan import FieldPlan, LeafPlan
    from searchsvc.engine.whoosh.snapshot import Segment

    Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeafMatch:
    """One leaf in one segment of n documents.

    Attributes:
        mask: bool[n], documents that match; none of them deleted.
        tf: float64[n], weighted and length-normalised occurrences, 0 where the mask is False.
    """

    mask: Mask
    tf: Numbers

    @property
    def count(self) -> int:
        """How many documents match."""
        return int(np.count_nonzero(self.mask))


def match_leaf(
    plan: LeafPlan, segment: Segment, mean_lengths: Mapping[str, float], b: float
) -> LeafMatch:
    """The documents of `segment` that one leaf matches, with tf as BM25F sums it over fields."""
    tf = np.zeros(len(segment.alive))
    for field in plan.fields:
        lengths = segment.columns.lengths[field.name]
        for docs, occurrences in _occurrences(plan, field, segment):
            norms = 1 - b + b * lengths[docs] / mean_lengths[field.name]
            tf[docs] += field.weight * occurrences / norms
    return LeafMatch(tf > 0, tf)


def _occurrences(
    plan: LeafPlan, field: FieldPlan, segment: Segment
) -> Iterator[tuple[Docs, Numbers]]:
    """Documents, each once, and how often the leaf occurs in them; to be summed up."""
    match plan.leaf:
        case Term():
            yield segment.postings(field.whoosh_field, *terms_of(plan.leaf, field))
        case Phrase() as phrase:
            yield _phrase_occurrences(terms_of(phrase, field), phrase.slop, field, segment)
        case leaf:
            for term in expand(leaf, segment.terms(field.whoosh_field)):
                yield segment.postings(field.whoosh_field, term)


def _phrase_occurrences(
    terms: Sequence[str], slop: int, field: FieldPlan, segment: Segment
) -> tuple[Docs, Numbers]:
    distinct = tuple(dict.fromkeys(terms))
    having = (segment.postings(field.whoosh_field, term)[0] for term in distinct)
    docs: Docs = reduce(_intersect, having)
    if not len(docs):
        return docs, np.zeros(0)
    places = {term: segment.positions(field.whoosh_field, term, docs) for term in distinct}
    counts = np.array(
        [_count_starts([places[term][at] for term in terms], slop) for at in range(len(docs))],
        np.float64,
    )
    return docs[counts > 0], counts[counts > 0]


def _intersect(one: Docs, other: Docs) -> Docs:
    return np.intersect1d(one, other, assume_unique=True)


def _count_starts(positions: Sequence[Sequence[int]], slop: int) -> int:
    """How many positions of the first term begin a match.

    Taking the nearest next position of each further term gives the shortest match from a start.
    Two values of a field are further apart than any match may be wide.
    """
    widest = min(len(positions) - 1 + slop, VALUE_GAP)
    starts = 0
    for start in positions[0]:
        place = start
        for places in positions[1:]:
            following = bisect_right(places, place)
            if following == len(places) or places[following] - start > widest:
                break
            place = places[following]
        else:
            starts += 1
    return starts
