"""The best hits put into a finer order: by words side by side, then by each other.

Only the first `reordered` hits take part. With h the score of a hit and cos the cosine of two
fingerprints, a mark counting round(16 * ln(1 + weight) * idf of its bucket), each step working on
what the one before gave:

1. Words side by side add to h (`neighbours`). This ends the first stage; 2 and 3 are the second,
   which a query of `short_query` words or fewer does not have (see `words_of`): whoever types few
   words, or knows what stands in the article, finds it where its own words put it.
2. Let m be the mean of the h of the NEAREST hits by cos (and of all level with the last of them),
   weighed by cos. A hit below m is lifted by `lift` of the difference, one above lowered by `lower`
   of it. The two are less than 1 in sum: else two hits like each other alone would draw level, and
   what was typed would not stand before other names of the same.
3. Let c be the sum of all fingerprints, each of length 1, weighed by (h / highest h) ** SHARPNESS.
   A hit gains `feedback` * highest h * cos of its fingerprint and c.
4. The best hit after 1, and all level with it, stay before the others by LEAD, in their order, if
   they hold every word: that is how an article looks that somebody asks for by words of its own.

No score falls below the least that took part, so all further hits stay behind. What matches, totals
and facets are as they were.

Sources: 2 is score regularisation, Diaz, Regularizing Ad Hoc Retrieval Scores, 2005, which lowers
as much as it lifts: then a hit that is like no other, which is what somebody looks for who knows the
article, sinks. 3 is feedback as in Rocchio, Relevance Feedback in Information Retrieval, 1971, on
what is found instead of on what is looked for. The figures are in docs/ranking.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import ranges
from searchsvc.columnar.fingerprints import BUCKETS, WEIGHT_BITS
from searchsvc.columnar.searching.docsets import contains
from searchsvc.columnar.searching.likeness import LEVEL, by_likeness
from searchsvc.engine.whoosh.neighbours import adjacent_scores
from searchsvc.engine.whoosh.paging import best_of
from searchsvc.query.about import words_of
from searchsvc.query.tree import And, Not, Or, Term
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.whoosh.matching import Matcher
    from searchsvc.engine.whoosh.view import CollectionView, Floats
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reordered:
    """What the second stage did.

    Attributes:
        docs: that took part, ascending.
        adjacent: what each got for words side by side; None where nobody did.
        likeness: what each got for hits that it is like; None without a second stage.
    """

    docs: Ints
    adjacent: Doubles | None
    likeness: Doubles | None

    def of(self, doc: int) -> tuple[float | None, float | None]:
        """What a document got for words side by side and for likeness; None where it took no part."""
        place = int(self.docs.searchsorted(doc))
        if place == len(self.docs) or self.docs[place] != doc:
            return None, None
        adjacent, likeness = (
            None if each is None else float(each[place]) for each in (self.adjacent, self.likeness)
        )
        return adjacent, likeness


def reorder(
    query: Node, docs: Ints, scores: Floats, matcher: Matcher, settings: SearchSettings
) -> Reordered | None:
    """Give the best of `docs` (ascending, all that match) their final scores, in place.

    Returns:
        What was done; None for nothing.
    """
    if not settings.reordered or len(docs) < 2:  # noqa: PLR2004 - one alone is in order
        return None
    words = len(set(words_of(query)))
    if not words:
        return None
    best = np.sort(best_of(docs, scores, matcher.view, settings.reordered))
    index = docs.searchsorted(best)
    first = scores.take(index).astype(np.float64)
    adjacent = adjacent_scores(query, best, matcher, settings)
    final = first.copy() if adjacent is None else first + adjacent
    if len(best) < 2 or final.max() <= 0:  # noqa: PLR2004 - as above
        return None
    if words <= settings.short_query:
        scores[index] = final
        return Reordered(best, adjacent, None)
    known = final >= final.max() * (1 - LEVEL)
    known[known] = _holding(query, best[known], matcher)
    final = by_likeness(final, cosines_of(best, matcher.view), known, settings)
    scores[index] = np.maximum(final, first.min())
    likeness = scores.take(index) - first
    if adjacent is not None:
        likeness -= adjacent
    return Reordered(best, adjacent, likeness)


def cosines_of(docs: Ints, view: CollectionView) -> Doubles:
    """How like each other the fingerprints of `docs` (ascending) are: float64[k, k].

    Products of whole numbers below 2**24, so that they are exact in whatever order they are added.
    """
    rows, marks = _marks(docs, view)
    values = view.mark_values.take(marks)
    lengths = np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(docs))
    buckets = marks >> WEIGHT_BITS
    # A bucket that one document alone has adds to no product.
    shared = np.bincount(buckets, minlength=BUCKETS) > 1
    columns = np.cumsum(shared) - 1
    kept = shared.take(buckets).nonzero()[0]
    vectors = np.zeros((len(docs), int(columns[-1]) + 1), np.float32)
    vectors[rows.take(kept), columns.take(buckets.take(kept))] = values.take(kept)
    products: Doubles = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(products, lengths)
    np.divide(products, np.sqrt(np.maximum(np.outer(lengths, lengths), 1)), out=products)
    return products


def _holding(node: Node, docs: Ints, matcher: Matcher) -> npt.NDArray[np.bool_]:
    """Which of `docs`, all found, hold every word of a query, stop words aside."""
    match node:
        case And() | Or():
            every = np.ones(len(docs), bool)
            for child in node.children:
                every &= _holding(child, docs, matcher)
            return every
        case Not():
            return np.ones(len(docs), bool)
        case Term() if node.folded in STOP_WORDS:
            return np.ones(len(docs), bool)
    matched = matcher.match(node)
    if matched is None:
        return np.ones(len(docs), bool)
    return contains(matched, docs, matcher.view.scratch)


def _marks(docs: Ints, view: CollectionView) -> tuple[Ints, npt.NDArray[np.uint16]]:
    """The marks of `docs`, end to end, and which of `docs` each belongs to."""
    counts, marks = [], []
    bounds = docs.searchsorted([part.base for part in view.parts] + [view.size]).tolist()
    for part, low, high in zip(view.parts, bounds, bounds[1:], strict=False):
        if low < high:
            local = docs[low:high] - part.base
            starts = part.segment.mark_at.take(local).astype(np.intp)
            counts.append(part.segment.mark_at.take(local + 1).astype(np.intp) - starts)
            marks.append(part.segment.marks.take(ranges(starts, counts[-1])))
    rows = np.repeat(np.arange(len(docs)), np.concatenate(counts))
    return rows, np.concatenate(marks)
