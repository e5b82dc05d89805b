"""Words of the query that stand side by side, in the query and in a document.

For each pair of words next to each other in the query, neither a stop word, with n of their
occurrences next to each other in a field, all else as in `scoring`:

    score = adjacent_weight * min(idf of one, idf of other) * tf / (k1 + tf)

Source: the ordered pairs of Metzler and Croft, A Markov Random Field Model for Term Dependencies,
2005, scored as BM25 scores terms, with the lesser inverse document frequency for that of the pair,
as in Rasolofo and Savoy, Term Proximity Scoring for Keyword-Based Retrieval Systems, 2003.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.searching.docsets import positions_in
from searchsvc.engine.whoosh.plan import fields_of
from searchsvc.engine.whoosh.scoring import LEAST_K1, inverse_frequency
from searchsvc.query.about import MOST_PAIRS, pairs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.whoosh.matching import Matcher
    from searchsvc.engine.whoosh.view import CollectionView
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

    Doubles = npt.NDArray[np.float64]

DOC_SHIFT: Final = 33
"""Places are below 2**32; shifted by this, no place of a document is beside one of the next."""


def adjacent_scores(
    query: Node, docs: Ints, matcher: Matcher, settings: SearchSettings
) -> Doubles | None:
    """What each of `docs` (ascending) gets for pairs of words: float64[len(docs)]; None for nothing."""
    pairs = list(dict.fromkeys(pairs_of(query)))
    if not 0 < len(pairs) <= MOST_PAIRS or not settings.adjacent_weight:
        return None
    view = matcher.view
    places = _Places(view, docs)
    k1 = max(settings.bm25_k1, LEAST_K1)
    total = np.zeros(len(docs))
    for one, other in pairs:
        tf = np.zeros(len(docs))
        for field in fields_of(one, view.collection):
            terms = [leaf.folded if field.folded else leaf.stem for leaf in (one, other)]
            counts = places.side_by_side(field.name, *terms)
            if counts is not None:
                tf += field.weight * counts * view.norms(field.name, settings.bm25_b).take(docs)
        idf = min(
            inverse_frequency(view.count, len(matcher.leaf(leaf).docs)) for leaf in (one, other)
        )
        total += settings.adjacent_weight * idf * tf / (k1 + tf)
    return total


class _Places:
    """Where words stand in a few documents, looked up once for each word."""

    def __init__(self, view: CollectionView, docs: Ints) -> None:
        self._view = view
        self._docs = docs
        self._found: dict[tuple[str, str], Ints] = {}

    def side_by_side(self, field: str, one: str, other: str) -> Ints | None:
        """How often `other` follows `one` at once in a field of each document; None for nowhere."""
        ends, starts = self._of(field, one), self._of(field, other)
        if not len(ends) or not len(starts):
            return None
        both = np.concatenate([ends + 1, starts])
        both.sort(kind="stable")
        found = both[:-1][both[1:] == both[:-1]]
        return np.bincount(found >> DOC_SHIFT, minlength=len(self._docs)) if len(found) else None

    def _of(self, field: str, word: str) -> Ints:
        """The places of a term: which of the documents, shifted, plus the place; ascending."""
        found = self._found.get((field, word))
        if found is None:
            pieces = [np.zeros(0, np.intp)]
            for base, postings in self._view.words(field):
                term = postings.terms.find(word)
                if term < 0:
                    continue
                index, there = positions_in(postings.docs(term) + base, self._docs)
                mine = there.nonzero()[0]
                if len(mine):
                    counts, places = postings.places(term, index.take(mine))
                    pieces.append(np.repeat(mine << DOC_SHIFT, counts) + places)
            found = self._found[field, word] = np.concatenate(pieces)
        return found
