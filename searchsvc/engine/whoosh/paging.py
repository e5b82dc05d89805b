"""The documents of one page, in order, out of all that match."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from searchsvc.columnar import compiled
from searchsvc.columnar.encoding import concatenate
from searchsvc.columnar.searching.ranking import HELD, largest
from searchsvc.engine.contract import Cursor, Sort
from searchsvc.engine.whoosh.budget import BOUNDLESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.segment import Segment
    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.view import CollectionView, Floats, Part

MINUTES_A_DAY: Final = 24 * 60
UNDATED: Final = -1.0
LAST: Final = float("inf")

TIES: Final = 2
"""Up to so many times the documents wanted are put in order, before those that tie are looked at."""

Candidate = tuple[float, str, int]
"""A document that may be on the page: what it is ordered by, its id, its number.

Ascending order is the order of the hits. Plain tuples: all that is done with them is to sort them.
"""


class Page(NamedTuple):
    """The documents of a page; `end` is None where there are none."""

    candidates: tuple[Candidate, ...]
    end: Cursor | None


def page_of(
    request: SearchRequest,
    docs: Ints | None,
    scores: Floats | None,
    view: CollectionView,
    budget: Budget = BOUNDLESS,
) -> Page:
    """The page that `request` asks for, out of `docs` (None for everything).

    `scores` is float32[len(docs)], or None where all are 0 or the order is by date.

    Raises:
        QueryTooCostly: so many stand before it that ordering them costs more than is left.
    """
    total = view.count if docs is None else len(docs)
    wanted = min(request.offset + request.limit, total)
    if not request.limit or request.offset >= total:  # nothing to be ordered
        return Page((), None)
    if not request.sort.scored:
        found = _by_date(request, view.everything if docs is None else docs, view, wanted)
    elif scores is None or docs is None:
        found = _unscored(request.after, docs, view, wanted)
    else:
        found = _by_score(request.after, docs, scores, view, wanted)
    budget.check()
    found.sort()
    budget.check()
    page = tuple(found[request.offset : wanted])
    return Page(page, place_of(page[-1], request.sort) if page else None)


def place_of(candidate: Candidate, sort: Sort) -> Cursor:
    """Where a page ends that ends with this one."""
    order, document_id, _ = candidate
    if order == LAST:
        return Cursor(UNDATED, document_id)
    return Cursor(order if sort is Sort.OLDEST else 0.0 - order, document_id)


def pieces_of(docs: Ints, view: CollectionView) -> Iterator[tuple[Part, Ints]]:
    """The documents of each segment, by their numbers in it."""
    if len(view.parts) == 1:
        yield view.parts[0], docs
        return
    bounds = docs.searchsorted(np.array([*view.bases, view.size], np.intp)).tolist()
    for part, low, high in zip(view.parts, bounds, bounds[1:], strict=False):
        if low < high:
            yield part, docs[low:high] - part.base


# By score.


def _by_score(
    after: Cursor | None, docs: Ints, scores: Floats, view: CollectionView, wanted: int
) -> list[Candidate]:
    if after is not None:
        kept = scores < np.float32(after.key)
        level = np.flatnonzero(scores == np.float32(after.key))
        kept[level[_later(docs[level], after.document_id, view)]] = True
        docs, scores = docs[kept], scores[kept]
    if compiled.loops and wanted <= HELD:
        found = compiled.loops.candidates(docs, scores, wanted, TIES * wanted, view.native_ids)
        if found is not None:
            return found
    top, top_scores = _top(docs, scores, view, wanted)
    return list(zip((-top_scores).tolist(), view.ids_of(top), top.tolist(), strict=True))


def _top(docs: Ints, scores: Floats, view: CollectionView, wanted: int) -> tuple[Ints, Floats]:
    """Documents among which are the `wanted` first, and few others, and their scores."""
    if len(docs) <= wanted:
        return docs, scores
    index = largest(scores, wanted)
    top, top_scores = docs.take(index), scores.take(index)
    if len(top) > TIES * wanted:
        last = top_scores.min()
        above = top_scores > last
        level = _lowest_ids(top[~above], view, wanted - int(np.count_nonzero(above)))
        top = np.concatenate([top[above], level])
        top_scores = np.concatenate([top_scores[above], np.full(len(level), last)])
    return top, top_scores


def best_of(docs: Ints, scores: Floats, view: CollectionView, wanted: int) -> Ints:
    """The first `wanted` of `docs`, by score and then by id, in any order."""
    top, top_scores = _top(docs, scores, view, wanted)
    if len(top) > wanted:
        found = sorted(zip((-top_scores).tolist(), view.ids_of(top), top.tolist(), strict=True))
        return np.array([doc for _, _, doc in found[:wanted]], np.intp)
    return top


def _unscored(
    after: Cursor | None, docs: Ints | None, view: CollectionView, wanted: int
) -> list[Candidate]:
    """Documents that all score 0, which leaves the order to their ids."""
    if docs is None and after is None:
        if wanted > HELD:
            return _level(_lowest_of_all(view, wanted), view)
        first: list[Candidate] = view.once(_first_of_all.__name__, _first_of_all)
        return first[:wanted]
    docs = view.everything if docs is None else docs
    if after is not None:
        docs = docs[_later(docs, after.document_id, view)]
    return _level(_lowest_ids(docs, view, wanted), view)


def _level(docs: Ints, view: CollectionView) -> list[Candidate]:
    """Documents that all score 0."""
    return [
        (0.0, document_id, doc)
        for document_id, doc in zip(view.ids_of(docs), docs.tolist(), strict=True)
    ]


def _first_of_all(view: CollectionView) -> list[Candidate]:
    """What a landing page begins with, in order."""
    return sorted(_level(_lowest_of_all(view, HELD), view))


def _later(docs: Ints, document_id: str, view: CollectionView) -> Ints:
    """Indices of those of `docs` with an id above `document_id`."""
    later = []
    for part, local in pieces_of(docs, view):
        first = first_later(document_id, part.segment)
        later.append(part.segment.rank.take(local) >= first)
    return np.flatnonzero(concatenate(later, np.bool_))


def first_later(document_id: str, segment: Segment) -> int:
    """The rank from which on documents of a segment have ids above `document_id`."""
    rank = segment.rank_of(document_id)
    there = rank < segment.count and segment.ids[int(segment.order[rank])] == document_id
    return rank + there


def _lowest_ids(docs: Ints, view: CollectionView, wanted: int) -> Ints:
    """Documents among which are the `wanted` of `docs` with the lowest ids, and few others."""
    lowest = []
    for part, local in pieces_of(docs, view):
        if len(local) > wanted:
            rank, order = part.segment.rank, part.segment.order
            if compiled.loops and 0 < wanted <= HELD:
                local = compiled.loops.lowest(local, rank, order, wanted)  # noqa: PLW2901 - the same, fewer
            else:
                local = local[np.argpartition(rank.take(local), wanted)[:wanted]]  # noqa: PLW2901 - as above
        lowest.append(local + part.base)
    return concatenate(lowest, np.intp)


def _lowest_of_all(view: CollectionView, wanted: int) -> Ints:
    """As `_lowest_ids`, of everything."""
    lowest = []
    for part in view.parts:
        order = part.segment.order
        found = order[:wanted]
        if view.alive is not None:
            alive, looked_at = view.alive[part.base : part.end], wanted
            while np.count_nonzero(alive.take(found)) < wanted and looked_at < len(order):
                looked_at *= 4
                found = order[:looked_at]
            found = found[alive.take(found)][:wanted]
        lowest.append(found.astype(np.intp) + part.base)
    return concatenate(lowest, np.intp)


# By date.


def _by_date(
    request: SearchRequest, docs: Ints, view: CollectionView, wanted: int
) -> list[Candidate]:
    """The documents that can be among the first; within a segment they are in order of moment."""
    newest = request.sort is Sort.NEWEST
    found: list[Candidate] = []
    for part, whole in pieces_of(docs, view):
        segment = part.segment
        local = whole
        if request.after is not None:
            local = _after(request.after, whole, segment, newest=newest)
        split = int(local.searchsorted(bisect_left(segment.day.data, 1)))
        undated, dated = local[:split], local[split:]
        best = _newest(dated, segment, wanted) if newest else dated[:wanted]
        moments = moments_of(best, segment)
        orders: list[float] = (-moments if newest else moments).tolist()
        best = np.concatenate([best, undated[:wanted]])
        orders += [LAST] * (len(best) - len(orders))
        found += zip(orders, segment.ids.picked(best), (best + part.base).tolist(), strict=True)
    return found


def _newest(dated: Ints, segment: Segment, wanted: int) -> Ints:
    """The last `wanted` by moment; of those at the earliest of these moments, the lowest ids."""
    if len(dated) <= wanted:
        return dated
    edge = int(dated[-wanted])
    first, last = _same_moment(edge, segment)
    low, high = dated.searchsorted((first, last)).tolist()
    later = dated[high:]
    return np.concatenate([dated[low : low + wanted - len(later)], later])


def _same_moment(doc: int, segment: Segment) -> tuple[int, int]:
    """The range of documents with the moment of `doc`; end exclusive."""
    day, minute = int(segment.day[doc]), int(segment.minute[doc])
    days, minutes = segment.day.data, segment.minute.data
    first, last = bisect_left(days, day), bisect_right(days, day)
    return bisect_left(minutes, minute, first, last), bisect_right(minutes, minute, first, last)


def moments_of(local: Ints, segment: Segment) -> npt.NDArray[np.int64]:
    """Day times 1440 plus minute of each document."""
    moments = segment.day.take(local).astype(np.int64) * MINUTES_A_DAY
    return moments + segment.minute.take(local)


def _after(cursor: Cursor, local: Ints, segment: Segment, *, newest: bool) -> Ints:
    """Those that follow a cursor in the order of their moments, undated ones last."""
    moments = moments_of(local, segment)
    undated = segment.day.take(local) == 0
    later_id = segment.rank.take(local) >= first_later(cursor.document_id, segment)
    if cursor.key == UNDATED:
        following = undated & later_id
    else:
        beyond = moments < cursor.key if newest else moments > cursor.key
        following = undated | beyond | ((moments == cursor.key) & later_id)
    return local.compress(following)
