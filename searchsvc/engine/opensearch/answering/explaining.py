"""Why the hits of a page have their scores: the formula, number by number.

The cluster is asked once how often each leaf of the query stands in each field of the hits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
from searchsvc.engine.opensearch.answering.reordering import named_scores
from searchsvc.engine.opensearch.compiling.leaves import (
    WORD_LEAVES,
    counted_at,
    leaves_of,
    places_of,
)
from searchsvc.engine.opensearch.compiling.matching import matched
from searchsvc.engine.opensearch.compiling.scoring import freshness
from searchsvc.engine.opensearch.documents import layout
from searchsvc.query.tree import And, Or, Synonyms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.contract import Hit, SearchRequest
    from searchsvc.engine.explanations import Explanation
    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.answering.ranking import Ranking
    from searchsvc.engine.opensearch.answering.statistics import Statistics
    from searchsvc.engine.opensearch.compiling.leaves import WordLeaf
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

Body = dict[str, Any]

MOST_REASONS: Final = 5000
"""Words times documents that are explained for one request."""


def explained_at_most(query: Node) -> int:
    """How many documents are explained: fewer, the more words their reasons are made of."""
    return MOST_REASONS // max(sum(1 for _ in leaves_of(query)), 1)


def explanations(
    request: SearchRequest,
    hits: Sequence[Hit],
    ranking: Ranking,
    counted: Statistics,
    asker: Asker,
    settings: SearchSettings,
) -> list[Explanation]:
    """Why hits that a request found have their scores."""
    ids = [hit.document.id for hit in hits]
    explainer = _Explainer(request.query, ids, ranking, counted, asker, settings)
    head = ranking.found_head()
    placed = (
        {}
        if head is None
        else dict(zip((each.id for each in head.best), head.placed, strict=True))
    )
    reasons = []
    for hit in hits:
        share = explainer.share(request.query, hit.document.id)
        parts: list[Explanation] = []
        if share is not None:
            parts += share.parts if isinstance(request.query, And | Or) else (share,)
        own = placed.get(hit.document.id)
        if own is not None:
            parts += of_second_stage(own.adjacent, own.likeness)
        if request.sort is Sort.FRESH and parts:
            parts = [_freshness(parts, hit, counted.sizes.newest, settings.fresh_half_life)]
        reasons.append(of_hit(hit.score, parts))
    return reasons


class _Explainer:
    """Explains what nodes of a query add to the scores of some documents."""

    def __init__(
        self,
        query: Node,
        ids: Sequence[str],
        ranking: Ranking,
        counted: Statistics,
        asker: Asker,
        settings: SearchSettings,
    ) -> None:
        self._ranking = ranking
        self._counted = counted
        self._settings = settings
        self._leaves = {leaf: str(at) for at, leaf in enumerate(dict.fromkeys(leaves_of(query)))}
        self._nodes = {node: f"and {at}" for at, node in enumerate(dict.fromkeys(_ands(query)))}
        collection = counted.collection
        queries: dict[str, Body | None] = {
            f"{name} {place.field}": counted_at(leaf, place, counted.forms(leaf, place))
            for leaf, name in self._leaves.items()
            for place in places_of(leaf, collection)
        }
        queries |= {name: matched(node, collection) for node, name in self._nodes.items()}
        self._found = named_scores(ids, queries, asker)
        self._lengths = self._lengths_of(ids, asker)

    def share(self, node: Node, document_id: str) -> Explanation | None:
        """What `node` adds to a document; None for nothing."""
        match node:
            case And() | Or():
                if isinstance(node, And) and self._nodes[node] not in self._of(document_id):
                    return None
                shares = (self.share(child, document_id) for child in node.children)
                parts = [share for share in shares if share is not None]
                label = "all of these" if isinstance(node, And) else "any of these"
                return summed(label, parts, span=node.span) if parts else None
            case Synonyms():
                others = [self.share(other, document_id) for other in node.others]
                rarity = self._ranking.scoring.rarity_shares(node)
                return of_names(self.share(node.typed, document_id), others, rarity)
        return self._leaf(node, document_id) if isinstance(node, WORD_LEAVES) else None

    def _leaf(self, leaf: WordLeaf, document_id: str) -> Explanation | None:
        found, lengths = self._of(document_id), self._lengths.get(document_id, {})
        name = self._leaves[leaf]
        collection = self._counted.collection
        occurrences = [
            Occurrences(
                place.field,
                place.weight,
                round(found[f"{name} {place.field}"]),
                lengths[place.field],
                self._counted.mean(place.field),
            )
            for place in places_of(leaf, collection)
            if f"{name} {place.field}" in found
        ]
        if not occurrences:
            return None
        return of_leaf(
            leaf,
            occurrences,
            documents=self._counted.documents,
            matching=self._counted.matching(leaf),
            settings=self._settings,
        )

    def _of(self, document_id: str) -> dict[str, float]:
        return self._found.get(document_id, {})

    def _lengths_of(self, ids: Sequence[str], asker: Asker) -> dict[str, dict[str, int]]:
        """Tokens of each field that has any, by document."""
        collection = self._counted.collection
        names = {
            layout.length(collection, name): name for name, _ in layout.word_fields(collection)
        }
        answer = asker.search(
            {
                "size": len(ids),
                "_source": False,
                "query": {"bool": {"filter": [{"terms": {layout.ID: list(ids)}}]}},
                "docvalue_fields": list(names),
            }
        )
        return {
            hit["_id"]: {names[name]: int(told[0]) for name, told in hit.get("fields", {}).items()}
            for hit in answer["hits"]["hits"]
        }


def _ands(node: Node) -> Iterator[And]:
    if isinstance(node, And):
        yield node
    children: Sequence[Node] = ()
    if isinstance(node, And | Or):
        children = node.children
    elif isinstance(node, Synonyms):
        children = (node.typed, *node.others)
    for child in children:
        yield from _ands(child)


def _freshness(
    parts: Sequence[Explanation], hit: Hit, newest: int, half_life_days: float
) -> Explanation:
    date = hit.document.date
    day = None if date is None else date.day.toordinal()
    share = freshness(day, newest, half_life_days)
    age = None if day is None else newest - day
    return of_freshness(parts, share, age_days=age, half_life_days=half_life_days)
