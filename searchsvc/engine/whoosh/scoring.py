"""BM25F over the documents that match, and over no others.

With weight w and occurrences n of a leaf in each field, b and k1 from the settings, N documents in
the collection and df of them matching the leaf:

    tf    = sum over fields of w * n / (1 - b + b * length / mean length)
    score = ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (k1 + tf)

A leaf that is one stop word (`text.stop_words`) scores `stop_word_weight` times that.

Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009,
section 3.6; the 1 inside the logarithm, which keeps it positive, as in Lucene's BM25Similarity.
Numbers are float32: scores differ from exact ones by less than one part in 100,000.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from searchsvc.columnar import compiled
from searchsvc.columnar.searching.docsets import MUCH_LONGER, clear, contains, positions_in
from searchsvc.engine.whoosh.leaves import NO_MATCH
from searchsvc.engine.whoosh.plan import WORD_LEAVES
from searchsvc.query.tree import (
    SYNONYM_SHARE,
    And,
    Fuzzy,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Wildcard,
)
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.whoosh.leaves import FieldHits, LeafMatch
    from searchsvc.engine.whoosh.matching import Matcher
    from searchsvc.engine.whoosh.view import Floats
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

FEWER: Final = 16
"""Documents that are fewer by this than those a leaf matches are looked up among these."""

LEAST_K1: Final = 1e-30
"""Stands for a k1 of 0, by which documents without any occurrence would be divided."""


def inverse_frequency(documents: int, having: int) -> float:
    """How much a leaf tells that `having` of so many documents match; above 0."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


class Scorer:
    """Scores documents that a query matched."""

    def __init__(self, matcher: Matcher, settings: SearchSettings) -> None:
        """Score by what `matcher` found."""
        self._matcher = matcher
        self._view = matcher.view
        self._k1 = max(settings.bm25_k1, LEAST_K1)
        self._b = settings.bm25_b
        self._settings = settings
        self._stop_word_weight = settings.stop_word_weight

    def scores(self, node: Node, docs: Ints) -> Floats | None:
        """float32[len(docs)], 0 where `node` does not match; None where all of them are 0.

        `And` and `Or` add what their children score, `And` only where all of them match.
        """
        match node:
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self._leaf(self._matcher.leaf(node), docs, self._weight(node))
            case Or():
                return self.sum(node.children, docs)
            case And():
                scores = self.sum(node.children, docs)
                matched = self._matcher.conjunction(node)
                if scores is None or matched is None or matched is docs:
                    return scores
                scores *= contains(matched, docs, self._view.scratch)
                return scores
            case Synonyms():
                return self._best(node, docs)
        return None

    def _best(self, node: Synonyms, docs: Ints) -> Floats | None:
        """What each of `docs` gets by the name that scores best, as `Synonyms` says."""
        best = self.scores(node.typed, docs)
        shares = rarity_shares(node, self._matcher, self._settings)
        for other, share in zip(node.others, shares, strict=True):
            scores = self.scores(other, docs)
            if scores is None:
                continue
            scores *= np.float32(SYNONYM_SHARE * share)
            best = scores if best is None else np.maximum(best, scores, out=best)
        return best

    def sum(self, children: Iterable[Node], docs: Ints) -> Floats | None:
        """What nodes score, added up: float32[len(docs)]; None where all of them are 0."""
        total, others = self._sum_of_leaves(children, docs)
        for child, times in others:
            scores = self.scores(child, docs)
            if scores is not None and times > 1:
                scores *= np.float32(times)
            if total is None:
                total = scores
            elif scores is not None:
                total += scores
        return total

    def _sum_of_leaves(
        self, children: Iterable[Node], docs: Ints
    ) -> tuple[Floats | None, list[tuple[Node, int]]]:
        """What leaves score that match fewer than `docs`, added up, and how often each other child is there.

        Such a leaf is scored where it matches and nowhere else, and once however often it is there.
        """
        small, others = [], []
        for child, times in Counter(children).items():
            is_leaf = isinstance(child, WORD_LEAVES)
            match = self._matcher.leaf(child) if is_leaf else NO_MATCH
            if 0 < len(match.docs) < len(docs) < MUCH_LONGER * len(match.docs):
                small.append((match, self._weight(child) * times))
            else:
                others.append((child, times))
        if not small:
            return None, others
        totals = self._view.scratch.totals
        try:
            for place, (match, weight) in enumerate(small):
                scores = self._leaf(match, match.docs, weight)
                if scores is None:
                    continue
                if place and compiled.loops:
                    compiled.loops.add_at(totals, match.docs, scores)
                elif place:
                    np.add.at(totals, match.docs, scores)
                else:
                    totals[match.docs] = scores
            found = totals.take(docs)
        finally:  # where the budget is spent, too
            for match, _ in small:
                clear(totals, match.docs)
        return found, others

    def _weight(self, node: Node) -> float:
        """What a leaf counts beside others."""
        return self._stop_word_weight if _is_stop_word(node) else 1.0

    def _leaf(self, match: LeafMatch, docs: Ints, weight: float) -> Floats | None:
        if not match.fields:
            return None
        self._matcher.budget.check()
        tf = self._frequencies(match.fields[0], docs)
        for hits in match.fields[1:]:
            tf += self._frequencies(hits, docs)
        factor = _idf(match, self._view.count) * weight
        if compiled.loops:
            compiled.loops.saturate(tf, self._k1, factor)
            return tf
        scores = tf + self._k1
        np.divide(tf, scores, out=scores)
        scores *= factor
        return scores

    def _frequencies(self, hits: FieldHits, docs: Ints) -> Floats:
        """Weighted and length-normalised occurrences in each of `docs`: float32[len(docs)]."""
        norms = self._view.norms(hits.field.name, self._b)
        weight = hits.field.weight
        if docs is hits.docs:
            return _weighed(hits.counts_at(None), norms, docs, weight)
        if len(docs) * FEWER < len(hits.docs):
            index, found = positions_in(hits.docs, docs)
            if np.count_nonzero(found) == len(docs):
                return _weighed(hits.counts_at(index), norms, docs, weight)
            frequencies = np.zeros(len(docs), np.float32)
            index, mine = index[found], docs[found]
            frequencies[found] = _weighed(hits.counts_at(index), norms, mine, weight)
            return frequencies
        counts = hits.counts_at(None)
        if compiled.loops:
            own = _weighed(counts, norms, hits.docs, weight)
            return compiled.loops.spread(own, hits.docs, docs, self._view.scratch.sums)
        room = self._view.scratch.for_counts(counts)
        room[hits.docs] = counts.astype(room.dtype, copy=False)
        occurring = room.take(docs)
        clear(room, hits.docs)
        return _weighed(occurring, norms, docs, weight)


def rarity_shares(node: Synonyms, matcher: Matcher, settings: SearchSettings) -> list[float]:
    """By how much each of the other names is scaled down for being rarer, as `Synonyms` says."""
    least = _worth(node.typed, matcher, settings)
    worths = (_worth(other, matcher, settings) for other in node.others)
    return [least / worth if worth > least else 1.0 for worth in worths]


def _worth(node: Node, matcher: Matcher, settings: SearchSettings) -> float:
    match node:
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            weight = settings.stop_word_weight if _is_stop_word(node) else 1.0
            return _idf(matcher.leaf(node), matcher.view.count) * weight
        case And() | Or():
            return sum(_worth(child, matcher, settings) for child in node.children)
        case Synonyms():
            return _worth(node.typed, matcher, settings)
    return 0.0


def _is_stop_word(node: Node) -> bool:
    return isinstance(node, Term) and node.folded in STOP_WORDS


def _idf(match: LeafMatch, documents: int) -> float:
    """How much a leaf tells that has matched."""
    return inverse_frequency(documents, len(match.docs))


def _weighed(counts: npt.NDArray[Any], norms: Floats, docs: Ints, weight: float) -> Floats:
    if compiled.loops:
        return compiled.loops.weighed(counts, norms, docs, weight)
    found = norms.take(docs)
    found *= counts
    if weight != 1:
        found *= weight
    return found


def score(query: Node, docs: Ints, matcher: Matcher, settings: SearchSettings) -> Floats | None:
    """The scores of `docs`, all of which `query` matches; None where all of them are 0."""
    scorer = Scorer(matcher, settings)
    # Of a conjunction that all match nothing has to be looked up.
    return (
        scorer.sum(query.children, docs) if isinstance(query, And) else scorer.scores(query, docs)
    )
