"""Request → answer: match, filter, count facets, rank.

Everything is done once over the documents of all segments; see `view`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from searchsvc.documents import is_dump_of, load
from searchsvc.engine.contract import Hit, Sort
from searchsvc.engine.whoosh.explaining import explained_at_most, explanations
from searchsvc.engine.whoosh.facets import facet_counts
from searchsvc.engine.whoosh.freshness import freshness
from searchsvc.engine.whoosh.matching import Matcher, pass_dates, pass_filter
from searchsvc.engine.whoosh.paging import page_of
from searchsvc.engine.whoosh.reordering import reorder
from searchsvc.engine.whoosh.scoring import score
from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection
from searchsvc.query.tree import And, Or, Synonyms

if TYPE_CHECKING:
    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.contract import Cursor, FacetCounts, SearchRequest
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.paging import Page
    from searchsvc.engine.whoosh.reordering import Reordered
    from searchsvc.engine.whoosh.view import CollectionView, Floats
    from searchsvc.model import Document
    from searchsvc.settings import SearchSettings


class Answer(NamedTuple):
    """The first fields of a `SearchResult`, all but the generation and the time."""

    total: int
    articles: int
    ids: tuple[str, ...]
    hits: tuple[Hit, ...]
    end: Cursor | None
    facets: tuple[FacetCounts, ...]


class Found(NamedTuple):
    """What a request finds.

    Attributes:
        matched: what the query matches; None for everything, here and below.
        docs: what the dates and filters let through of it.
        ranked: `docs`, spelled out where they have scores.
        scores: float32[len(ranked)]; None where all are 0 or the order is by date.
        reordered: what the second stage did.
    """

    matcher: Matcher
    matched: Ints | None
    docs: Ints | None
    ranked: Ints | None
    scores: Floats | None
    reordered: Reordered | None


def find(
    request: SearchRequest, view: CollectionView, settings: SearchSettings, budget: Budget
) -> Found:
    """What a request finds, scored where hits are wanted by score."""
    matcher = Matcher(view, budget)
    matched = matcher.match(request.query)
    docs = filtered(request, matched, view)
    ranked, scores, reordered = docs, None, None
    if docs is None and isinstance(request.query, And | Or | Synonyms):
        ranked = view.everything  # all match, and some match more of the query than others
    if ranked is not None and request.limit and request.sort.scored:
        scores = score(request.query, ranked, matcher, settings)
        if scores is not None:
            reordered = reorder(request.query, ranked, scores, matcher, settings)
            if request.sort is Sort.FRESH:
                scores = scores * freshness(view, settings.fresh_half_life).take(ranked)
    return Found(matcher, matched, docs, ranked, scores, reordered)


def execute(
    request: SearchRequest, view: CollectionView, settings: SearchSettings, budget: Budget
) -> Answer:
    """The whole answer to a request."""
    found = find(request, view, settings, budget)
    docs = found.docs
    budget.check()
    facets: tuple[FacetCounts, ...] = ()
    if request.facets:
        sets = _counted(request, found.matched, docs, view)
        facets = facet_counts(request, sets, view, budget.check)
    page = page_of(request, found.ranked, found.scores, view, budget)
    return Answer(
        view.count if docs is None else len(docs),
        count_articles(docs, view),
        tuple([document_id for _, document_id, _ in page.candidates]),
        _hits(request, page, found, settings) if request.documents else (),
        page.end,
        facets,
    )


def _hits(
    request: SearchRequest, page: Page, found: Found, settings: SearchSettings
) -> tuple[Hit, ...]:
    scored = request.sort.scored
    docs = [doc for _, _, doc in page.candidates]
    scores = [0.0 - order if scored else 0.0 for order, _, _ in page.candidates]
    documents = [document(found.matcher.view, doc) for doc in docs]
    if not (request.explain and scored):
        return tuple(map(Hit, scores, documents))
    most = explained_at_most(request.query)
    reasons = explanations(
        request,
        list(zip(scores, docs, strict=True))[:most],
        found.matcher,
        settings,
        reordered=found.reordered,
    )
    found.matcher.budget.check()
    explained = chain(reasons, repeat(None))
    return tuple(map(Hit, scores, documents, explained))


def document(view: CollectionView, doc: int) -> Document:
    """The stored document with this number.

    Raises:
        IndexCorrupt: what is stored there has changed, or is another document.
    """
    segment, local = view.locate(doc)
    text = segment.stored(local).decode()
    document_id = segment.ids[local]
    if not is_dump_of(document_id, text):
        raise IndexCorrupt(segment.stored_path, f"has another document for {document_id}")
    return load(view.collection, text)


def filtered(request: SearchRequest, docs: Ints | None, view: CollectionView) -> Ints | None:
    """Those of `docs` that the dates and filters of a request let through."""
    docs = pass_dates(view, docs, request.dates)
    for condition in request.filters:
        docs = pass_filter(view, docs, condition)
    return docs


def _counted(
    request: SearchRequest, matched: Ints | None, docs: Ints | None, view: CollectionView
) -> list[Ints | None]:
    """The documents that each facet is counted over."""
    if not request.dates.active and not any([each.any_of for each in request.filters]):  # noqa: C419 - costs half of what a generator does
        return [docs] * len(request.facets)
    return [counted_over(facet.field, request, matched, docs, view) for facet in request.facets]


def counted_over(
    field: str,
    request: SearchRequest,
    matched: Ints | None,
    docs: Ints | None,
    view: CollectionView,
) -> Ints | None:
    """The documents that a facet is counted over: those found without the facet's own choice."""
    if field == "date":
        if not request.dates.active:
            return docs
        return filtered(replace(request, dates=type(request.dates)()), matched, view)
    own = [each for each in request.filters if each.field == field and each.any_of]
    if not own:
        return docs
    filters = tuple(
        replace(each, any_of=()) if each.field == field else each for each in request.filters
    )
    return filtered(replace(request, filters=filters), matched, view)


def count_articles(docs: Ints | None, view: CollectionView) -> int:
    """How many articles the documents belong to."""
    if view.collection is Collection.ARTICLES:
        return view.count if docs is None else len(docs)
    flags = view.scratch.flags
    numbers = view.article_numbers
    numbers = numbers.take(view.everything if docs is None else docs)
    flags[numbers] = True
    found = int(np.count_nonzero(flags))
    flags[numbers] = False
    return found
