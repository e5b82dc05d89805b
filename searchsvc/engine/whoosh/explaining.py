"""Why the hits of a page have their scores: the formula of `scoring`, number by number.

All documents of the page are looked up at once; the numbers are exact where scores are float32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.searching.docsets import contains, positions_in
from searchsvc.engine.contract import Sort
from searchsvc.engine.explanations import (
    Occurrences,
    of_freshness,
    of_hit,
    of_leaf,
    of_names,
    of_second_stage,
    summed,
)
from searchsvc.engine.whoosh.freshness import newest_day
from searchsvc.engine.whoosh.plan import WORD_LEAVES
from searchsvc.engine.whoosh.schema import stem_space
from searchsvc.engine.whoosh.scoring import rarity_shares
from searchsvc.fields import BY_NAME
from searchsvc.query.tree import And, Or, Synonyms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.explanations import Explanation
    from searchsvc.engine.whoosh.leaves import FieldHits
    from searchsvc.engine.whoosh.matching import Matcher
    from searchsvc.engine.whoosh.plan import WordLeaf
    from searchsvc.engine.whoosh.reordering import Reordered
    from searchsvc.engine.whoosh.view import CollectionView
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

    Shares = list["Explanation | None"]
    """Of each document; None where a node adds nothing to it."""

MOST_REASONS: Final = 5000
"""Words times documents that are explained for one request."""

_FIELDS: Final = {stem_space(name): name for name in BY_NAME}


def explanations(
    request: SearchRequest,
    hits: Sequence[tuple[float, int]],
    matcher: Matcher,
    settings: SearchSettings,
    *,
    reordered: Reordered | None = None,
) -> list[Explanation]:
    """Why documents that a request found have their scores: see `explained_at_most`.

    Args:
        request: whose query `matcher` has matched.
        hits: score and number of each document.
        matcher: what it matched with.
        settings: of the formula.
        reordered: what the second stage did.
    """
    docs = np.array([doc for _, doc in hits], np.intp)
    query = request.query
    found = _Explainer(matcher, settings, docs).shares(query)
    reasons = []
    for (score, doc), share in zip(hits, found, strict=True):
        parts = [*_parts(query, share), *_second_stage(doc, reordered)]
        if request.sort is Sort.FRESH and parts:
            parts = [_freshness(parts, doc, matcher.view, settings.fresh_half_life)]
        reasons.append(of_hit(score, parts))
    return reasons


def explained_at_most(query: Node) -> int:
    """How many documents are explained: fewer, the more words their reasons are made of."""
    return MOST_REASONS // max(_words_in(query), 1)


def _words_in(node: Node) -> int:
    match node:
        case And() | Or():
            return sum(map(_words_in, node.children))
        case Synonyms():
            return sum(map(_words_in, (node.typed, *node.others)))
    return int(isinstance(node, WORD_LEAVES))


def _freshness(
    parts: Sequence[Explanation], doc: int, view: CollectionView, half_life_days: float
) -> Explanation:
    segment, local = view.locate(doc)
    day = int(segment.day[local])
    age = newest_day(view) - day if day else None
    share = 0.5 if age is None else (1 + 2 ** (-age / half_life_days)) / 2
    return of_freshness(parts, share, age_days=age, half_life_days=half_life_days)


def _second_stage(doc: int, reordered: Reordered | None) -> list[Explanation]:
    return [] if reordered is None else of_second_stage(*reordered.of(doc))


def _parts(query: Node, share: Explanation | None) -> Sequence[Explanation]:
    if share is None:
        return ()
    return share.parts if isinstance(query, And | Or) else (share,)


class _Explainer:
    """Explains what nodes add to the scores of some documents."""

    def __init__(self, matcher: Matcher, settings: SearchSettings, docs: Ints) -> None:
        self._matcher = matcher
        self._view = matcher.view
        self._settings = settings
        self._docs = docs
        self._nothing: Shares = [None] * len(docs)
        self._found_lengths: dict[str, list[int]] = {}

    def shares(self, node: Node) -> Shares:
        """What `node` adds to each document."""
        match node:
            case Or():
                return self._sums(node, map(self.shares, node.children))
            case And():
                found = self._sums(node, map(self.shares, node.children))
                matched = self._matcher.conjunction(node)
                if matched is None:
                    return found
                there = contains(matched, self._docs, self._view.scratch).tolist()
                return [share if own else None for share, own in zip(found, there, strict=True)]
            case Synonyms():
                names = zip(*map(self.shares, (node.typed, *node.others)), strict=True)
                rarity = rarity_shares(node, self._matcher, self._settings)
                return [of_names(typed, others, rarity) for typed, *others in names]
        return self._leaf(node) if isinstance(node, WORD_LEAVES) else self._nothing

    def _sums(self, node: And | Or, children: Iterable[Shares]) -> Shares:
        label = "all of these" if isinstance(node, And) else "any of these"
        by_document = zip(*children, strict=True)
        some = ([each for each in shares if each] for shares in by_document)
        return [summed(label, parts, span=node.span) if parts else None for parts in some]

    def _leaf(self, leaf: WordLeaf) -> Shares:
        match = self._matcher.leaf(leaf)
        found: list[list[Occurrences]] = [[] for _ in self._docs]
        for hits in match.fields:
            for at, occurrences in self._occurrences(hits):
                found[at].append(occurrences)
        return [
            of_leaf(
                leaf,
                each,
                documents=self._view.count,
                matching=len(match.docs),
                settings=self._settings,
            )
            if each
            else None
            for each in found
        ]

    def _occurrences(self, hits: FieldHits) -> list[tuple[int, Occurrences]]:
        """Of the documents that have any, their place among all and what they have in one field."""
        index, there = positions_in(hits.docs, self._docs)
        places = np.flatnonzero(there)
        if not len(places):
            return []
        field = hits.field
        mean = self._view.mean_lengths[field.name]
        lengths = self._lengths(field.name)
        counts = hits.counts_at(index[places]).tolist()
        return [
            (at, Occurrences(_FIELDS[field.name], field.weight, count, lengths[at], mean))
            for at, count in zip(places.tolist(), map(int, counts), strict=True)
        ]

    def _lengths(self, field: str) -> list[int]:
        """Tokens of each document in a field."""
        found = self._found_lengths.get(field)
        if found is None:
            located = map(self._view.locate, self._docs.tolist())
            found = [int(segment.lengths(field)[local]) for segment, local in located]
            self._found_lengths[field] = found
        return found
