"""The best hits put into a finer order, as `engine.whoosh.reordering` says: here for a cluster.

The cluster says where query words stand side by side and gives the fingerprints; the arithmetic of
both engines is one.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searchsvc.columnar.fingerprints import MOST_WEIGHT, WEIGHT_BITS
from searchsvc.columnar.searching.likeness import LEVEL, by_likeness
from searchsvc.engine.opensearch.compiling.matching import ALL, matched
from searchsvc.engine.opensearch.compiling.scoring import LEAST_K1
from searchsvc.engine.opensearch.documents import layout
from searchsvc.query.about import MOST_PAIRS, pairs_of, words_of
from searchsvc.query.tree import And, Not, Or, Term
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.columnar.searching.likeness import Doubles
    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.answering.statistics import Statistics
    from searchsvc.engine.opensearch.compiling.scoring import Scoring
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

Body = dict[str, Any]


class Best(NamedTuple):
    """One of the best hits.

    Attributes:
        id: of its document.
        score: of the first stage.
        marks: its fingerprint.
        day: ordinal; None where it is undated.
    """

    id: str
    score: float
    marks: tuple[int, ...]
    day: int | None


class Placed(NamedTuple):
    """What became of it.

    Attributes:
        score: final, of float32.
        adjacent: what it got for words side by side; None where nobody did.
        likeness: what it got for hits that it is like; None without a second stage.
    """

    score: float
    adjacent: float | None
    likeness: float | None


def has_finer_order(query: Node, settings: SearchSettings) -> bool:
    """Whether the finer order may differ from that of the scores."""
    words = len(set(words_of(query)))
    if not settings.reordered or not words:
        return False
    return words > settings.short_query or bool(_pairs(query, settings))


class FinerOrder:
    """Puts the best hits of one query into order."""

    def __init__(
        self,
        query: Node,
        scoring: Scoring,
        counted: Statistics,
        asker: Asker,
        settings: SearchSettings,
    ) -> None:
        """Take what the first stage knew."""
        self._query = query
        self._scoring = scoring
        self._counted = counted
        self._asker = asker
        self._settings = settings

    def placed(self, best: Sequence[Best]) -> list[Placed]:
        """The final score of each of `best`, two or more, which come in their first order."""
        settings = self._settings
        first = np.array([each.score for each in best], np.float64)
        adjacent = self._adjacent([each.id for each in best])
        final = first if adjacent is None else first + adjacent
        likeness = None
        if final.max() > 0 and len(set(words_of(self._query))) > settings.short_query:
            known = final >= final.max() * (1 - LEVEL)
            known[known] = self._holding([best[at].id for at in np.flatnonzero(known).tolist()])
            having = self._counted.buckets()
            cosines = cosines_of(best, having, self._counted.documents)
            final = np.maximum(by_likeness(final, cosines, known, settings), first.min())
            likeness = final - first if adjacent is None else final - first - adjacent
        return [
            Placed(
                float(np.float32(score)),
                None if adjacent is None else float(adjacent[at]),
                None if likeness is None else float(likeness[at]),
            )
            for at, score in enumerate(final)
        ]

    def _adjacent(self, ids: Sequence[str]) -> Doubles | None:
        """What each hit gets for pairs of words; None for nothing."""
        pairs = _pairs(self._query, self._settings)
        if not pairs:
            return None
        phrases = [self._scoring.adjacent(pair) for pair in pairs]
        queries = {
            str(at): self._scoring.occurrences(phrase) for at, (phrase, _) in enumerate(phrases)
        }
        found = named_scores(ids, queries, self._asker)
        k1 = max(self._settings.bm25_k1, LEAST_K1)
        total = np.zeros(len(ids))
        for at, document_id in enumerate(ids):
            for name, tf in found.get(document_id, {}).items():
                worth = self._settings.adjacent_weight * phrases[int(name)][1]
                total[at] += worth * tf / (k1 + tf)
        return total

    def _holding(self, ids: Sequence[str]) -> list[bool]:
        """Which hits hold every word of the query, stop words aside."""
        query = _holding(self._query, self._counted.collection)
        found = named_scores(ids, {"all": query}, self._asker)
        return [bool(found.get(document_id)) for document_id in ids]


def named_scores(
    ids: Sequence[str], queries: Mapping[str, Body | None], asker: Asker
) -> dict[str, dict[str, float]]:
    """By document the scores that it has by each of several queries that find it."""
    named = [
        {"bool": {"must": query, "_name": name}}
        for name, query in queries.items()
        if query is not None
    ]
    if not named:
        return {}
    answer = asker.named_scores(
        {
            "size": len(ids),
            "_source": False,
            "query": {
                "bool": {"filter": [{"terms": {layout.ID: list(ids)}}], "should": named},
            },
        }
    )
    return {hit["_id"]: hit.get("matched_queries", {}) for hit in answer["hits"]["hits"]}


def cosines_of(best: Sequence[Best], having: Mapping[int, int], documents: int) -> Doubles:
    """How like each other the fingerprints of hits are: float64[k, k]."""
    vectors = [_vector(each.marks, having, documents) for each in best]
    shared = Counter(bucket for vector in vectors for bucket in vector)
    columns = {bucket: at for at, (bucket, count) in enumerate(shared.items()) if count > 1}
    rows = np.zeros((len(best), len(shared)), np.float64)
    for row, vector in zip(rows, vectors, strict=True):
        for bucket, value in vector.items():
            if bucket in columns:
                row[columns[bucket]] = value
    lengths = np.array([sum(value**2 for value in vector.values()) for vector in vectors], float)
    products: Doubles = rows @ rows.T
    np.fill_diagonal(products, lengths)
    np.divide(products, np.sqrt(np.maximum(np.outer(lengths, lengths), 1)), out=products)
    return products


def _vector(marks: Sequence[int], having: Mapping[int, int], documents: int) -> dict[int, int]:
    """What each bucket of a fingerprint counts."""
    found = {}
    for mark in marks:
        bucket, weight = mark >> WEIGHT_BITS, mark & MOST_WEIGHT
        count = having.get(bucket, 1)
        idf = math.log(1 + (documents - count + 0.5) / (count + 0.5))
        found[bucket] = round(16 * math.log1p(weight) * idf)
    return found


def _pairs(query: Node, settings: SearchSettings) -> list[tuple[Term, Term]]:
    pairs = list(dict.fromkeys(pairs_of(query)))
    return pairs if settings.adjacent_weight and len(pairs) <= MOST_PAIRS else []


def _holding(node: Node, collection: Collection) -> Body:
    """Finds what holds every word of a query, stop words aside."""
    match node:
        case And() | Or():
            return {"bool": {"filter": [_holding(child, collection) for child in node.children]}}
        case Not():
            return ALL
        case Term() if node.folded in STOP_WORDS:
            return ALL
    return matched(node, collection)
