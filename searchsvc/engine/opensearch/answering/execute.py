"""Request → answer: hits, totals and facets, with as few searches as it takes, all asked at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from searchsvc.engine.contract import Cursor, Hit
from searchsvc.engine.opensearch.answering.explaining import explained_at_most, explanations
from searchsvc.engine.opensearch.answering.facets import FacetReader, aggregations, own_choice
from searchsvc.engine.opensearch.answering.ranking import Ranking
from searchsvc.engine.opensearch.compiling.matching import articles_of, found_by
from searchsvc.engine.opensearch.documents.sources import received
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.contract import FacetCounts, SearchRequest
    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.answering.ranking import Place
    from searchsvc.engine.opensearch.answering.statistics import Statistics
    from searchsvc.settings import SearchSettings

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The first fields of a `SearchResult`, all but the generation and the time."""

    total: int
    articles: int
    ids: tuple[str, ...]
    hits: tuple[Hit, ...]
    end: Cursor | None
    facets: tuple[FacetCounts, ...]


def execute(
    request: SearchRequest, counted: Statistics, asker: Asker, settings: SearchSettings
) -> Answer:
    """The whole answer to a request."""
    ranking = Ranking(request, counted, asker, settings) if request.limit else None
    asked = _Asked(request)
    first = ranking.first_body() if ranking else None
    answers = asker.searches([*asked.bodies, *([first] if first else [])])
    reader = FacetReader(request, asker)
    facets = tuple(
        reader.counts(facet, answers[at].get("aggregations", {}))
        for facet, at in zip(request.facets, asked.facets, strict=True)
    )
    places: Sequence[Place] = ()
    hits: tuple[Hit, ...] = ()
    if ranking is not None:
        places = ranking.read(answers[-1]) if first else ranking.page()
        if request.documents:
            hits = _hits(request, places, ranking, counted, asker, settings)
    total = int(answers[0]["hits"]["total"]["value"])
    return Answer(
        total=total,
        articles=int(answers[1]["hits"]["total"]["value"]) if asked.has_articles else total,
        ids=tuple(place.id for place in places),
        hits=hits,
        end=Cursor(places[-1].key, places[-1].id) if places else None,
        facets=facets,
    )


def totals(request: SearchRequest, asker: Asker) -> tuple[int, int]:
    """How many documents a request finds, and how many articles they belong to."""
    query = found_by(request)
    if request.collection is Collection.ARTICLES:
        (total,) = asker.counts([query])
        return total, total
    total, articles = asker.counts([query, articles_of(query)])
    return total, articles


class _Asked:
    """The searches that count.

    Attributes:
        bodies: the first is over the documents found, the second counts their articles.
        has_articles: whether there is that second one: an article is one article.
        facets: for each facet the place of the search that counts it.
    """

    def __init__(self, request: SearchRequest) -> None:
        self.has_articles = request.collection is Collection.STATEMENTS
        found = found_by(request)
        self.bodies: list[Body] = [_counting(found)]
        if self.has_articles:
            self.bodies.append(_counting(articles_of(found)))
        self.facets: list[int] = []
        places: dict[str | None, int] = {None: 0}
        for facet in request.facets:
            own = own_choice(request, facet.field)
            if own not in places:
                places[own] = len(self.bodies)
                self.bodies.append(_counting(found_by(request, without=own)))
            self.facets.append(places[own])
            body = self.bodies[places[own]]
            body.setdefault("aggs", {}).update(aggregations(request, facet))


def hit_of(place: Place, collection: Collection, index: str, *, scored: bool) -> Hit:
    """The hit at a place, with its document. Raises IndexCorrupt."""
    document = received(collection, place.id, place.source or {}, where=index)
    return Hit(place.key if scored else 0.0, document)


def walked(request: SearchRequest, ranking: Ranking, index: str) -> Iterator[Hit]:
    """All hits of a request, in order, at constant memory."""
    scored = request.sort.scored
    for place in ranking.places(documents=True):
        yield hit_of(place, request.collection, index, scored=scored)


def _hits(
    request: SearchRequest,
    places: Sequence[Place],
    ranking: Ranking,
    counted: Statistics,
    asker: Asker,
    settings: SearchSettings,
) -> tuple[Hit, ...]:
    scored = request.sort.scored
    hits = [hit_of(each, request.collection, asker.index, scored=scored) for each in places]
    if not (request.explain and scored and hits):
        return tuple(hits)
    some = hits[: explained_at_most(request.query)]
    reasons = explanations(request, some, ranking, counted, asker, settings)
    explained = chain(reasons, repeat(None))
    return tuple(
        Hit(hit.score, hit.document, why) for hit, why in zip(hits, explained, strict=False)
    )


def _counting(query: Body) -> Body:
    return {"size": 0, "track_total_hits": True, "query": query}
