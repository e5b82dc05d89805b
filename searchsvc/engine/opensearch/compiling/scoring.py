"""Query tree → a query of OpenSearch whose scores are those of our formula.

BM25F over the fields of a collection, see `engine.whoosh.scoring`: fields score by occurrences
(`documents.mapping`), a script turns these into weighted and normalised ones by the length of the field, which
is kept as a number; a script over their sum gives the score of the leaf. All that hangs on the
index as a whole is counted before, so that shards and copies of them cannot differ.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Protocol

from searchsvc.engine.opensearch.compiling.leaves import (
    any_of,
    counted_at,
    places_of,
    scripted,
)
from searchsvc.engine.opensearch.compiling.matching import matched
from searchsvc.engine.opensearch.documents import layout
from searchsvc.query.tree import (
    SYNONYM_SHARE,
    And,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Wildcard,
)
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.opensearch.compiling.leaves import Place, WordLeaf
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

Body = dict[str, Any]

LEAST_K1: Final = 1e-30
"""Stands for a k1 of 0, by which documents without any occurrence would be divided."""

_LEAF: Final = "params.i * _score / (params.k + _score)"
_FRESH: Final = (
    f"_score * (doc['{layout.DAY}'].size() == 0 ? 0.5"
    f" : (1 + Math.pow(2, (doc['{layout.DAY}'].value - params.newest) / params.half)) / 2)"
)


class Counted(Protocol):
    """What is known of a collection of a generation, as far as scores hang on it."""

    @property
    def collection(self) -> Collection:
        """Which."""
        ...

    @property
    def documents(self) -> int:
        """How many there are."""
        ...

    def matching(self, leaf: WordLeaf) -> int:
        """How many documents a leaf matches."""
        ...

    def mean(self, field: str) -> float:
        """Length of a field over the documents that have it; 1 where none has."""
        ...

    def forms(self, leaf: WordLeaf, place: Place) -> Sequence[str]:
        """The words that a pattern stands for in a field; none for what is no pattern."""
        ...


class Scoring:
    """Writes queries that score."""

    def __init__(self, counted: Counted, settings: SearchSettings) -> None:
        """Score by what was counted."""
        self._counted = counted
        self._settings = settings
        self._collection = counted.collection

    def scored(self, node: Node) -> Body | None:
        """Finds what `node` matches, with its scores; None where all of them are 0."""
        match node:
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self._leaf(node)
            case Or():
                scored = [self.scored(child) for child in node.children]
                if not any(scored):
                    return None
                return any_of(
                    [
                        body or _worthless(matched(child, self._collection))
                        for body, child in zip(scored, node.children, strict=True)
                    ]
                )
            case And():
                return self._and(node)
            case Synonyms():
                return self._best(node)
        return None

    def adjacent(self, pair: tuple[Term, Term]) -> tuple[Phrase, float]:
        """Two words side by side as a phrase, and what it counts at most (see `answering.reordering`)."""
        one, other = pair
        stems, folded = (one.stem, other.stem), (one.folded, other.folded)
        phrase = Phrase(stems, folded, one.field, exact=False, slop=0, span=one.span)
        return phrase, min(map(self.inverse_frequency, pair))

    def occurrences(self, leaf: WordLeaf) -> Body | None:
        """Finds what a leaf matches, scored by weighted, normalised occurrences; None for nothing."""
        fields = [self._at(leaf, place) for place in places_of(leaf, self._collection)]
        found = [field for field in fields if field is not None]
        return any_of(found) if found else None

    def inverse_frequency(self, leaf: WordLeaf) -> float:
        """How much a leaf tells that has matched; above 0."""
        having = self._counted.matching(leaf)
        return math.log(1 + (self._counted.documents - having + 0.5) / (having + 0.5))

    def rarity_shares(self, node: Synonyms) -> list[float]:
        """By how much each of the other names is scaled down for being rarer, as `Synonyms` says."""
        least = self._worth(node.typed)
        worths = map(self._worth, node.others)
        return [least / worth if worth > least else 1.0 for worth in worths]

    def weight(self, leaf: Node) -> float:
        """What a leaf counts beside others."""
        is_stop_word = isinstance(leaf, Term) and leaf.folded in STOP_WORDS
        return self._settings.stop_word_weight if is_stop_word else 1.0

    def _leaf(self, leaf: WordLeaf) -> Body:
        occurrences = self.occurrences(leaf)
        if occurrences is None:
            return matched(leaf, self._collection)
        worth = self.inverse_frequency(leaf) * self.weight(leaf)
        return scripted(occurrences, _LEAF, i=worth, k=max(self._settings.bm25_k1, LEAST_K1))

    def _at(self, leaf: WordLeaf, place: Place) -> Body | None:
        counted = counted_at(leaf, place, self._counted.forms(leaf, place))
        if counted is None:
            return None
        b = self._settings.bm25_b
        source = f"_score * params.w / (params.c + params.m * doc['{place.length}'].value)"
        mean = self._counted.mean(place.field)
        return scripted(counted, source, w=place.weight, c=1 - b, m=b / mean)

    def _and(self, node: And) -> Body | None:
        must, others, without = [], [], []
        for child in node.children:
            body = self.scored(child)
            if body is not None:
                must.append(body)
            elif isinstance(child, Not):
                without.append(matched(child.child, self._collection))
            else:
                others.append(matched(child, self._collection))
        if not must:
            return None
        return {"bool": {"must": must, "filter": others, "must_not": without}}

    def _best(self, node: Synonyms) -> Body | None:
        typed = self.scored(node.typed)
        queries = [typed or _worthless(matched(node.typed, self._collection))]
        some = typed is not None
        for other, share in zip(node.others, self.rarity_shares(node), strict=True):
            body = self.scored(other)
            if body is None:
                queries.append(_worthless(matched(other, self._collection)))
            else:
                some = True
                queries.append(scripted(body, "_score * params.s", s=SYNONYM_SHARE * share))
        return {"dis_max": {"queries": queries}} if some else None

    def _worth(self, node: Node) -> float:
        match node:
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self.inverse_frequency(node) * self.weight(node)
            case And() | Or():
                return sum(map(self._worth, node.children))
            case Synonyms():
                return self._worth(node.typed)
        return 0.0


def fresher(query: Body, newest: int, half_life_days: float) -> Body:
    """What `query` finds, scores scaled by how new documents are, as `Sort.FRESH` says.

    Args:
        query: with scores.
        newest: ordinal of the day of the newest document of the collection.
        half_life_days: of the formula.
    """
    return scripted(query, _FRESH, newest=newest, half=half_life_days)


def freshness(day: int | None, newest: int, half_life_days: float) -> float:
    """The share of its score that a document of a day (its ordinal) keeps."""
    return 0.5 if day is None else (1 + 2 ** ((day - newest) / half_life_days)) / 2


def with_conditions(query: Body, found: Sequence[Body]) -> Body:
    """What `query` finds among what all of `found` do, scored by `query`."""
    return {"bool": {"must": query, "filter": list(found)}}


def _worthless(query: Body) -> Body:
    return {"constant_score": {"filter": query, "boost": 0}}
