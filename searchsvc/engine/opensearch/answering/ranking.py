"""Hits in their order: a page of them, or all, from the top or from a cursor on.

A generation never changes, and all that its scores hang on is in the query: any copy of a shard
gives the same, so that a place in the order (a key and an id) is enough to go on from, without a
point in time, which would be lost with the node that holds it.

Where there is a finer order, the best hits (the head) have scores of their own, and the others
stand among or behind them by the scores of the cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from searchsvc.engine.contract import Sort
from searchsvc.engine.opensearch.answering.reordering import (
    Best,
    FinerOrder,
    Placed,
    has_finer_order,
)
from searchsvc.engine.opensearch.compiling.matching import conditions, found_by
from searchsvc.engine.opensearch.compiling.scoring import (
    Scoring,
    fresher,
    freshness,
    with_conditions,
)
from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.mapping import MAX_RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.answering.statistics import Statistics
    from searchsvc.settings import SearchSettings

Body = dict[str, Any]

UNDATED: Final = -1
"""Key of what has no date, see `Cursor`."""
_LAST: Final = 1 << 53
"""Stands after every moment."""
PIECE: Final = 1_000
"""Hits that one search gives where there are many to walk over."""
SKIPPED_AT_ONCE: Final = 10_000
"""Hits that one search passes over."""


class Place(NamedTuple):
    """A hit in its order.

    Attributes:
        key: as of a `Cursor`.
        id: of the document.
        source: its fields as they are stored; None where they were not asked for.
    """

    key: float
    id: str
    source: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Head:
    """The best hits.

    Attributes:
        best: as the first stage had them.
        placed: what became of each.
        keys: by what each is ordered in the end, largest first.
    """

    best: tuple[Best, ...]
    placed: tuple[Placed, ...]
    keys: tuple[float, ...]


class Ranking:
    """The hits of one request."""

    def __init__(
        self,
        request: SearchRequest,
        counted: Statistics,
        asker: Asker,
        settings: SearchSettings,
    ) -> None:
        """Write the query; nothing is asked yet but what scores hang on."""
        self._request = request
        self._asker = asker
        self._settings = settings
        self._counted = counted
        self.scoring = Scoring(counted, settings)
        self._scored: Body | None = None
        if request.sort.scored:
            counted.learn(request.query)
            scored = self.scoring.scored(request.query)
            if scored is not None:
                self._scored = with_conditions(scored, conditions(request))
        self._head: Head | None = None

    @property
    def has_scores(self) -> bool:
        """Whether hits are ordered by scores that are not all 0."""
        return self._scored is not None

    @property
    def has_head(self) -> bool:
        """Whether the best hits have an order of their own."""
        return self.has_scores and has_finer_order(self._request.query, self._settings)

    def first_body(self) -> Body | None:
        """What to ask along with the counts; None where hits cannot be had by it."""
        request = self._request
        if not request.limit or self.has_head:
            return None
        if request.after is not None or request.offset + request.limit > MAX_RESULTS:
            return None
        return {
            **self._body(documents=request.documents),
            "from": request.offset,
            "size": request.limit,
        }

    def read(self, answer: Any) -> list[Place]:  # noqa: ANN401 - JSON
        """The hits of an answer to a body of ours."""
        return [self._place(hit) for hit in answer["hits"]["hits"]]

    def page(self) -> list[Place]:
        """The hits of the page."""
        request = self._request
        wanted = self.places(documents=request.documents, most=request.offset + request.limit)
        return list(islice(wanted, request.offset, request.offset + request.limit))

    def places(self, *, documents: bool, most: int | None = None) -> Iterator[Place]:
        """All hits after the cursor of the request, in order, at constant memory.

        Args:
            documents: whether they are wanted with what is stored of them.
            most: how many will be taken; None for all.
        """
        if not self.has_head:
            yield from self._others(documents=documents, most=most, without=())
            return
        head = self.head()
        ids = [best.id for best in head.best]
        sources = self._sources(ids) if documents else {}
        first = sorted(
            (
                Place(key, name, sources.get(name))
                for key, name in zip(head.keys, ids, strict=True)
            ),
            key=_order,
        )
        after = self._request.after
        if after is not None:
            first = [each for each in first if _order(each) > (-after.key, after.document_id)]
        if most is not None and self._request.sort is not Sort.FRESH and len(first) >= most:
            least = first[most - 1]
            if _order(least) < (-min(best.score for best in head.best), ""):
                yield from first
                return
        others = self._others(documents=documents, most=most, without=ids)
        pending = next(others, None)
        for each in first:
            while pending is not None and _order(pending) < _order(each):
                yield pending
                pending = next(others, None)
            yield each
        if pending is not None:
            yield pending
            yield from others

    def head(self) -> Head:
        """The best hits, put into their order once."""
        if self._head is None:
            self._head = self._placed()
        return self._head

    def found_head(self) -> Head | None:
        """The same where there is one."""
        return self.head() if self.has_head else None

    def _placed(self) -> Head:
        answer = self._asker.search(
            {
                "query": self._scored,
                "size": self._settings.reordered,
                "sort": [{"_score": "desc"}, {layout.ID: "asc"}],
                "_source": False,
                "docvalue_fields": [layout.MARK, layout.DAY],
            }
        )
        best = tuple(_best(hit) for hit in answer["hits"]["hits"])
        if len(best) > 1:
            finer = FinerOrder(
                self._request.query, self.scoring, self._counted, self._asker, self._settings
            )
            placed = tuple(finer.placed(best))
        else:
            placed = tuple(_unplaced(each) for each in best)
        keys = [each.score for each in placed]
        if self._request.sort is Sort.FRESH:
            half, newest = self._settings.fresh_half_life, self._counted.sizes.newest
            keys = [
                _single(key * freshness(each.day, newest, half))
                for key, each in zip(keys, best, strict=True)
            ]
        return Head(best, placed, tuple(keys))

    def _others(
        self, *, documents: bool, most: int | None, without: Sequence[str]
    ) -> Iterator[Place]:
        """The hits after the cursor that are not in the head."""
        after = self._request.after
        last = None if after is None else self._sort_values(after.key, after.document_id)
        left = most
        skipped = 0 if most is None else self._request.offset
        while left is None or left > 0:
            passing = skipped >= SKIPPED_AT_ONCE
            size = SKIPPED_AT_ONCE if passing else PIECE
            size = size if left is None else min(size, left)
            body = self._body(documents=documents and not passing, without=without)
            body["size"] = size
            if last is not None:
                body["search_after"] = last
            hits = self._asker.search(body)["hits"]["hits"]
            yield from map(self._place, hits)
            if len(hits) < size:
                return
            last = hits[-1]["sort"]
            left = None if left is None else left - size
            skipped -= size

    def _body(self, *, documents: bool, without: Sequence[str] = ()) -> Body:
        request = self._request
        query = self._scored or found_by(request)
        if request.sort is Sort.FRESH and self._scored is not None:
            query = fresher(query, self._counted.sizes.newest, self._settings.fresh_half_life)
        if without:
            left_out = {"terms": {layout.ID: list(without)}}
            query = {"bool": {"must": query, "must_not": left_out}}
        return {
            "query": query,
            "sort": [*self._sort(), {layout.ID: "asc"}],
            "_source": [layout.STORED] if documents else False,
        }

    def _sort(self) -> list[Body]:
        if self._request.sort.scored:
            return [{"_score": "desc"}] if self.has_scores else []
        newest = self._request.sort is Sort.NEWEST
        order = {"order": "desc", "missing": UNDATED} if newest else {"missing": _LAST}
        return [{layout.MOMENT: order}]

    def _sort_values(self, key: float, document_id: str) -> list[Any]:
        if self._request.sort.scored:
            return [key, document_id] if self.has_scores else [document_id]
        moment = int(key)
        if self._request.sort is Sort.OLDEST and moment == UNDATED:
            moment = _LAST
        return [moment, document_id]

    def _place(self, hit: Any) -> Place:  # noqa: ANN401 - JSON
        *keys, document_id = hit["sort"]
        if not keys:
            key = 0.0
        elif self._request.sort.scored:
            key = _single(keys[0])
        else:
            key = float(UNDATED if keys[0] == _LAST else keys[0])
        return Place(key, document_id, hit.get("_source"))

    def _sources(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is stored of some documents."""
        answer = self._asker.search(
            {
                "size": len(ids),
                "query": {"bool": {"filter": [{"terms": {layout.ID: list(ids)}}]}},
                "_source": [layout.STORED],
            }
        )
        return {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}


def _order(place: Place) -> tuple[float, str]:
    return -place.key, place.id


def _single(number: float) -> float:
    """`number` as scores are: of single precision."""
    return float(np.float32(number))


def _best(hit: Any) -> Best:  # noqa: ANN401 - JSON
    score, document_id = hit["sort"]
    fields = hit.get("fields", {})
    day = fields.get(layout.DAY, [None])[0]
    return Best(document_id, _single(score), tuple(fields.get(layout.MARK, ())), day)


def _unplaced(best: Best) -> Placed:
    return Placed(best.score, None, None)
