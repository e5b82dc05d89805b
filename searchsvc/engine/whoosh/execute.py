"""Plan → per-segment partial → result.

Leaves are matched first, in every segment, because a leaf's weight depends on how many documents
match it in all of them. Then each segment is evaluated on its own into a `Partial`, and the
partials are merged. Sets of documents are masks, bool[n] over the n documents of a segment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Final, assert_never

import numpy as np

from searchsvc.engine.contract import FacetCounts, Hit, Sort
from searchsvc.engine.whoosh.columns import Doc
from searchsvc.engine.whoosh.facets import FacetPartial, count_facet, merge_facet
from searchsvc.engine.whoosh.leaves import match_leaf
from searchsvc.engine.whoosh.masks import (
    matches_dates,
    matches_value,
    passes_dates,
    passes_filter,
)
from searchsvc.model import Collection
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from searchsvc.engine.contract import FieldFilter, SearchRequest
    from searchsvc.engine.whoosh.columns import Columns, Docs, Mask
    from searchsvc.engine.whoosh.leaves import Numbers
    from searchsvc.engine.whoosh.plan import Plan, WordLeaf
    from searchsvc.engine.whoosh.snapshot import CollectionView, Segment
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings

MINUTES_A_DAY: Final = 24 * 60
LAST: Final = np.iinfo(np.int64).max
"""Sort key of undated documents."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A node of the query in one segment of n documents.

    Attributes:
        mask: bool[n], documents that match.
        scores: float64[n], 0 where the mask is False; None where every score is 0.
    """

    mask: Mask
    scores: Numbers | None = None


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A hit that may make the page: ascending order is the order of the hits."""

    key: float
    document_id: str
    segment: int
    doc: Doc


@dataclass(frozen=True, slots=True)
class Answer:
    """`SearchResult` but for the generation and the time."""

    total: int
    articles: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetCounts, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """What one segment contributes.

    Attributes:
        total: documents that match.
        articles: distinct articles they belong to; an article is never in two segments.
        candidates: the best `offset + limit` of them, in no order.
        facets: one for each facet asked for.
    """

    total: int
    articles: int
    candidates: tuple[Candidate, ...]
    facets: tuple[FacetPartial, ...]


def execute(plan: Plan, view: CollectionView, settings: SearchSettings) -> Answer:
    """The whole answer to a planned request."""
    weighed = _weigh_leaves(plan, view, settings)
    partials = [
        _search_segment(plan.request, segment, leaves, number)
        for number, (segment, leaves) in enumerate(zip(view.segments, weighed, strict=True))
    ]
    return _merge(plan.request, partials, view)


def _weigh_leaves(
    plan: Plan, view: CollectionView, settings: SearchSettings
) -> list[dict[WordLeaf, Evaluated]]:
    """For each segment, every leaf with its scores.

    With tf from `match_leaf`, N documents in the collection and df of them matching the leaf:

        score = ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (k1 + tf)

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009,
    section 3.6; the 1 inside the logarithm, which keeps it positive, as in Lucene's BM25Similarity.
    """
    weighed: list[dict[WordLeaf, Evaluated]] = [{} for _ in view.segments]
    for leaf in plan.leaves:
        matched = [
            match_leaf(leaf, segment, view.mean_lengths, settings.bm25_b)
            for segment in view.segments
        ]
        frequency = sum(each.count for each in matched)
        idf = math.log(1 + (view.count - frequency + 0.5) / (frequency + 0.5))
        for leaves, each in zip(weighed, matched, strict=True):
            scores = idf * each.tf / (settings.bm25_k1 + each.tf) if each.count else None
            leaves[leaf.leaf] = Evaluated(each.mask, scores)
    return weighed


def _search_segment(
    request: SearchRequest, segment: Segment, leaves: dict[WordLeaf, Evaluated], number: int
) -> Partial:
    found = _evaluate(request.query, segment, leaves)
    dates = passes_dates(segment, request.dates)
    filters = [(condition, passes_filter(segment, condition)) for condition in request.filters]
    mask = reduce(np.logical_and, [found.mask, dates, *(passing for _, passing in filters)])
    facets = []
    for facet in request.facets:
        others = [
            passing
            if condition.field != facet.field
            else passes_filter(segment, _unchosen(condition))
            for condition, passing in filters
        ]
        days = [] if facet.field == "date" else [dates]
        counted = reduce(np.logical_and, [found.mask, *days, *others])
        facets.append(count_facet(facet.field, segment.columns, counted))
    return Partial(
        total=int(np.count_nonzero(mask)),
        articles=_count_articles(segment, mask),
        candidates=_best(request, segment, Evaluated(mask, found.scores), number),
        facets=tuple(facets),
    )


def _unchosen(condition: FieldFilter) -> FieldFilter:
    """What of a filter holds for the counts of its own facet."""
    return replace(condition, any_of=())


def _merge(request: SearchRequest, partials: Sequence[Partial], view: CollectionView) -> Answer:
    candidates = sorted(candidate for partial in partials for candidate in partial.candidates)
    scored = request.sort is Sort.RELEVANCE
    return Answer(
        total=sum(partial.total for partial in partials),
        articles=sum(partial.articles for partial in partials),
        hits=tuple(
            Hit(
                0.0 - candidate.key if scored else 0.0,
                view.segments[candidate.segment].document(candidate.doc),
            )
            for candidate in candidates[request.offset : request.offset + request.limit]
        ),
        facets=tuple(
            merge_facet(facet, [partial.facets[at] for partial in partials], request, view)
            for at, facet in enumerate(request.facets)
        ),
    )


def _evaluate(node: Node, segment: Segment, leaves: dict[WordLeaf, Evaluated]) -> Evaluated:
    """The documents alive in `segment` that `node` matches, and what it scores them.

    `And` and `Or` add the scores of the children that match.
    """
    match node:
        case And() | Or():
            children = [_evaluate(child, segment, leaves) for child in node.children]
            combine = np.logical_and if isinstance(node, And) else np.logical_or
            mask = reduce(combine, [child.mask for child in children])
            return Evaluated(mask, _add_scores(children, mask))
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            return leaves[node]
    return Evaluated(_match_unscored(node, segment, leaves))


def _match_unscored(
    node: Not | DateRange | Value | Everything,
    segment: Segment,
    leaves: dict[WordLeaf, Evaluated],
) -> Mask:
    match node:
        case Not():
            return segment.alive & ~_evaluate(node.child, segment, leaves).mask
        case DateRange():
            return matches_dates(segment, node.first, node.last)
        case Value():
            return matches_value(segment, node.field, node.value)
        case Everything():
            return segment.alive
    assert_never(node)


def _add_scores(children: Iterable[Evaluated], mask: Mask) -> Numbers | None:
    scores = [child.scores for child in children if child.scores is not None]
    return np.where(mask, reduce(np.add, scores), 0.0) if scores else None


def _count_articles(segment: Segment, mask: Mask) -> int:
    if segment.collection is Collection.ARTICLES:
        return int(np.count_nonzero(mask))
    article = segment.columns.facets["article"]
    seen = np.zeros(len(article.values), np.bool_)
    seen[article.ordinals[mask[article.docs]]] = True
    return int(np.count_nonzero(seen))


def _best(
    request: SearchRequest, segment: Segment, found: Evaluated, number: int
) -> tuple[Candidate, ...]:
    """The documents of one segment that can be among the first `offset + limit`."""
    wanted = request.offset + request.limit if request.limit else 0
    columns = segment.columns
    docs = np.flatnonzero(found.mask).astype(np.int32)
    keys = _keys(request.sort, columns, found.scores, docs)
    best = _smallest(keys, columns.rank[docs], wanted)
    return tuple(
        Candidate(key, columns.ids[doc], number, Doc(doc))
        for key, doc in zip(keys[best].tolist(), docs[best].tolist(), strict=True)
    )


def _keys(
    sort: Sort, columns: Columns, scores: Numbers | None, docs: Docs
) -> Numbers | npt.NDArray[np.int64]:
    """What `docs` are sorted by, ascending."""
    if sort is Sort.RELEVANCE:
        return np.zeros(len(docs)) if scores is None else -scores[docs]
    day = columns.day[docs].astype(np.int64)
    moment = day * MINUTES_A_DAY + columns.minute[docs]
    return np.where(day == 0, LAST, -moment if sort is Sort.NEWEST else moment)


def _smallest(
    keys: Numbers | npt.NDArray[np.int64], ranks: Docs, wanted: int
) -> npt.NDArray[np.intp]:
    """Indices of the `wanted` smallest keys, in no order; of equal keys those of lowest rank."""
    if wanted >= len(keys):
        return np.arange(len(keys))
    if wanted == 0:
        return np.zeros(0, np.intp)
    threshold = np.partition(keys, wanted - 1)[wanted - 1]
    below = np.flatnonzero(keys < threshold)
    level = np.flatnonzero(keys == threshold)
    kept = np.argpartition(ranks[level], wanted - len(below) - 1)[: wanted - len(below)]
    return np.concatenate([below, level[kept]])
