"""All hits of a request one after the other: ordered once, then read a few at a time."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from searchsvc.columnar.encoding import concatenate
from searchsvc.engine.contract import Hit, Sort, Walk
from searchsvc.engine.whoosh.execute import count_articles, document, find
from searchsvc.engine.whoosh.paging import (
    LAST,
    UNDATED,
    first_later,
    moments_of,
    pieces_of,
    place_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.segment import Segment
    from searchsvc.engine.contract import Cursor, SearchRequest
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.paging import Candidate
    from searchsvc.engine.whoosh.snapshot import Snapshot
    from searchsvc.engine.whoosh.view import CollectionView, Floats, Part
    from searchsvc.settings import SearchSettings

AT_ONCE: Final = 1024
"""Hits of a segment whose ids are made at once."""

Ordered = tuple["Part", "npt.NDArray[np.uint32]", "Floats | None"]
"""A segment, its documents in the order of the hits, and what they are ordered by (None: by id)."""

Dated = tuple["Part", "npt.NDArray[np.uint32]"]
"""A segment and some of its documents, ascending by number."""


def walk(
    request: SearchRequest, snapshot: Snapshot, settings: SearchSettings, budget: Budget
) -> Walk:
    """All hits of a request; see `engine.contract.Reader.walk`."""
    view = snapshot.views[request.collection]
    with budget.running():
        found = find(replace(request, limit=1), view, settings, budget)
        docs = view.everything if found.docs is None else found.docs
        articles = count_articles(found.docs, view)
        budget.check()
    # Everything is wanted, so everything is put in order, however much that is: no question that
    # is put in other words would cost less, and what a budget is for is to have others put so.
    # Nothing of the search itself is kept while the hits are read, but their numbers and scores.
    begin = _begun(request, docs, found.scores, view)
    return Walk(
        total=len(docs),
        articles=articles,
        generation=snapshot.name,
        hits=_hits(begin(), view, scored=request.sort.scored),
        places=(place_of(each, request.sort) for each in begin()),
    )


def _begun(
    request: SearchRequest, docs: Ints, scores: Floats | None, view: CollectionView
) -> Callable[[], Iterator[Candidate]]:
    """What gives the hits in their order, from `after` and `offset` on, whenever it is called."""
    if request.sort.scored:
        ordered = _ordered(request, docs, scores, view)
        return lambda: islice(merge(*map(_candidates, ordered)), request.offset, None)
    parts = [(part, local.astype(np.uint32)) for part, local in pieces_of(docs, view)]
    skipped = request.offset
    if skipped and request.after is None:
        parts, skipped = _from(parts, skipped, newest=request.sort is Sort.NEWEST)

    def begin() -> Iterator[Candidate]:
        found = (_by_date(part, local, request) for part, local in parts)
        return islice(merge(*found), skipped, None)

    return begin


# By score.


def _ordered(
    request: SearchRequest, docs: Ints, scores: Floats | None, view: CollectionView
) -> list[Ordered]:
    """The documents of each segment that follow `after`, in the order of the hits."""
    ordered: list[Ordered] = []
    start = 0
    for part, local in pieces_of(docs, view):
        orders = None if scores is None else -scores[start : start + len(local)]
        start += len(local)
        ranks = part.segment.rank.take(local)
        if request.after is not None:
            kept = _following(request.after, request.sort, orders, ranks, part)
            local, ranks = local[kept], ranks[kept]  # noqa: PLW2901 - the same, fewer
            orders = None if orders is None else orders[kept]
        index = np.argsort(ranks) if orders is None else np.lexsort((ranks, orders))
        sorted_orders = None if orders is None else orders.take(index)
        ordered.append((part, local.take(index).astype(np.uint32), sorted_orders))
    return ordered


def _candidates(ordered: Ordered) -> Iterator[Candidate]:
    part, docs, orders = ordered
    for start in range(0, len(docs), AT_ONCE):
        some = docs[start : start + AT_ONCE].astype(np.intp)
        by = [0.0] * len(some) if orders is None else orders[start : start + AT_ONCE].tolist()
        numbers = (some + part.base).tolist()
        yield from zip(by, part.segment.ids.picked(some), numbers, strict=True)


# By date. The documents of a segment stand by their moments, undated ones first, and by their ids
# within each, so that little has to be ordered.


def _from(parts: Sequence[Dated], offset: int, *, newest: bool) -> tuple[list[Dated], int]:
    """The documents from the moment on at which the hit behind `offset` others stands.

    With how many hits of that moment stand before it. So those that are skipped, which may be a
    million, are no more than numbers in an array.
    """
    orders = [_date_orders(local.astype(np.intp), part, newest=newest) for part, local in parts]
    everything = concatenate(orders, np.float64)
    if offset >= len(everything):
        return [], 0
    edge = np.partition(everything, offset)[offset]
    kept = [
        (part, local[order >= edge]) for (part, local), order in zip(parts, orders, strict=True)
    ]
    return kept, offset - int(np.count_nonzero(everything < edge))


def _by_date(
    part: Part, docs: npt.NDArray[np.uint32], request: SearchRequest
) -> Iterator[Candidate]:
    """Those of `docs` (ascending) that follow `after`, in the order of the hits."""
    newest = request.sort is Sort.NEWEST
    for block in _blocks(docs, part.segment, newest=newest):
        orders = _date_orders(block, part, newest=newest)
        if request.after is not None:
            ranks = part.segment.rank.take(block)
            kept = _following(request.after, request.sort, orders, ranks, part)
            block, orders = block[kept], orders[kept]  # noqa: PLW2901 - the same, fewer
        if newest:
            index = orders.argsort(kind="stable")
            block, orders = block.take(index), orders.take(index)  # noqa: PLW2901 - the same
        numbers = (block + part.base).tolist()
        yield from zip(orders.tolist(), part.segment.ids.picked(block), numbers, strict=True)


def _blocks(docs: npt.NDArray[np.uint32], segment: Segment, *, newest: bool) -> Iterator[Ints]:
    """Ascending `docs` in pieces that follow each other in the order of the hits, undated ones last.

    For the newest first a piece begins where a day does, as it will be turned round.
    """
    days = segment.day.data
    undated = int(docs.searchsorted(bisect_left(days, 1)))
    if newest:
        end = len(docs)
        while end > undated:
            at = int(docs[max(undated, end - AT_ONCE)])
            start = max(undated, int(docs.searchsorted(bisect_left(days, int(days[at])))))
            yield docs[start:end].astype(np.intp)
            end = start
    else:
        for start in range(undated, len(docs), AT_ONCE):
            yield docs[start : start + AT_ONCE].astype(np.intp)
    for start in range(0, undated, AT_ONCE):
        yield docs[start : min(start + AT_ONCE, undated)].astype(np.intp)


def _date_orders(local: Ints, part: Part, *, newest: bool) -> npt.NDArray[np.float64]:
    """What documents are ordered by, ascending: their moments, undated ones last."""
    orders = moments_of(local, part.segment).astype(np.float64)
    if newest:
        np.negative(orders, out=orders)
    orders[part.segment.day.take(local) == 0] = LAST
    return orders


def _following(
    cursor: Cursor,
    sort: Sort,
    orders: npt.NDArray[Any] | None,
    ranks: npt.NDArray[Any],
    part: Part,
) -> npt.NDArray[np.bool_]:
    """Which documents come after a cursor."""
    later: npt.NDArray[np.bool_] = ranks >= first_later(cursor.document_id, part.segment)
    if orders is None:
        return later
    order = orders.dtype.type(cursor.key if sort is Sort.OLDEST else 0.0 - cursor.key)
    if not sort.scored and cursor.key == UNDATED:
        order = orders.dtype.type(LAST)
    following: npt.NDArray[np.bool_] = (orders > order) | ((orders == order) & later)
    return following


def _hits(candidates: Iterable[Candidate], view: CollectionView, *, scored: bool) -> Iterator[Hit]:
    """The hits with their documents."""
    for order, _, doc in candidates:
        yield Hit(0.0 - order if scored else 0.0, document(view, doc))
