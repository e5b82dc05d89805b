"""Facet counts: which searches they take, and the buckets made of what these answer.

Counts are exact over any number of shards and of segments, which are counted side by side: either
each has told all values that it has, or they are asked for in parts so small that each has. The
articles of statements are too many for that; they are found, as documents, and scored by how many of
their statements match. Of a field's own filter only `any_of` is left out; facets that leave out nothing
are counted along with the hits.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from searchsvc.documents import facet_values, has_field
from searchsvc.engine.contract import Bucket, FacetCounts, Interval, bucket_of, interval_for
from searchsvc.engine.opensearch.compiling.matching import articles_of, found_by
from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.sources import received
from searchsvc.fields import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from searchsvc.engine.contract import DateFilter, FacetRequest, SearchRequest
    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.model import Collection

Body = dict[str, Any]

AT_ONCE: Final = 5_000
"""Values of a facet that one search tells; more are asked for in parts."""
DATES_AT_ONCE: Final = 10_000
_ORDER: Final = [{"_count": "desc"}, {"_key": "asc"}]
_DATE_FIELDS: Final = {
    Interval.YEAR: layout.YEAR,
    Interval.MONTH: layout.MONTH,
    Interval.DAY: layout.DAY,
}


def own_choice(request: SearchRequest, field: str) -> str | None:
    """`field` where its counts leave something of the request out, else None."""
    if field == "date":
        return field if request.dates.active else None
    chosen = any(each.field == field and each.any_of for each in request.filters)
    return field if chosen else None


def aggregations(request: SearchRequest, facet: FacetRequest, *, at_once: int = AT_ONCE) -> Body:
    """What is counted of a facet in one search."""
    if facet.field == "date":
        found: Body = {
            "date.first": {"min": {"field": layout.DAY}},
            "date.last": {"max": {"field": layout.DAY}},
            "date.missing": {"missing": {"field": layout.DAY}},
        }
        if facet.interval is not Interval.DAY:
            found["date.year"] = _all_values(layout.YEAR, DATES_AT_ONCE)
            found["date.month"] = _all_values(layout.MONTH, DATES_AT_ONCE)
        return found
    if not has_field(request.collection, facet.field):
        return {}
    name = layout.values(request.collection, facet.field)
    found = {f"{facet.field}.missing": {"missing": {"field": name}}}
    if facet.field != "article":
        found[f"{facet.field}.values"] = _all_values(name, at_once)
    return found


class FacetReader:
    """Makes counts of answers, and asks for what these did not tell."""

    def __init__(self, request: SearchRequest, asker: Asker, *, at_once: int = AT_ONCE) -> None:
        """Read the facets of a request."""
        self._request = request
        self._asker = asker
        self._at_once = at_once

    def counts(self, facet: FacetRequest, answer: Mapping[str, Any]) -> FacetCounts:
        """The counts of a facet.

        Args:
            facet: which.
            answer: to its `aggregations`, over the documents that it is counted over.
        """
        if not has_field(self._request.collection, facet.field):
            return FacetCounts(facet.field, (), 0, 0)
        if facet.field == "date":
            return self._dates(facet, answer)
        missing = int(answer[f"{facet.field}.missing"]["doc_count"])
        if facet.field == "article":
            return self._articles(facet, missing)
        told = answer[f"{facet.field}.values"]
        if told["sum_other_doc_count"] or told["doc_count_error_upper_bound"]:
            keys = self._in_parts(facet)
        else:
            keys = dict(_buckets(told["buckets"]))
        found = {self._whole(facet.field, key): count for key, count in keys.items()}
        given = {value: found.get(value, 0) for value in self._selected(facet.field)}
        return _listed(facet, found, given, distinct=len(found), missing=missing)

    def _articles(self, facet: FacetRequest, missing: int) -> FacetCounts:
        """The articles with most statements that are found, and those selected."""
        query = found_by(self._request, without=own_choice(self._request, facet.field))
        selected = self._selected(facet.field)
        first: Body = {
            "query": articles_of(query, counted=True),
            "size": facet.size,
            "sort": [{"_score": "desc"}, {layout.ID: "asc"}],
            "_source": False,
            "track_total_hits": True,
        }
        others = [
            {
                "query": {"bool": {"filter": [query, _is(value)]}},
                "size": 0,
                "track_total_hits": True,
            }
            for value in selected
        ]
        told, *counts = (each["hits"] for each in self._asker.searches([first, *others]))
        found = {str(hit["sort"][1]): round(hit["sort"][0]) for hit in told["hits"]}
        given = {
            value: int(each["total"]["value"])
            for value, each in zip(selected, counts, strict=True)
        }
        return _listed(facet, found, given, distinct=int(told["total"]["value"]), missing=missing)

    def _whole(self, field: str, key: str) -> str:
        """The value that a key of the index stands for; a document is asked where it was cut."""
        if not layout.is_cut(key):
            return key
        return whole_value(self._request.collection, field, key, self._asker)

    def _selected(self, field: str) -> list[str]:
        """Values that the field's own filter names; MISSING has no bucket but a count of its own."""
        named = {
            value
            for condition in self._request.filters
            if condition.field == field
            for value in (*condition.any_of, *condition.all_of, *condition.none_of)
        }
        return sorted(named - {MISSING})

    def _in_parts(self, facet: FacetRequest) -> dict[str, int]:
        """Every value of a facet with its count, asked for in so many parts as it takes."""
        name = layout.values(self._request.collection, facet.field)
        query = found_by(self._request, without=own_choice(self._request, facet.field))
        parts = 4
        while True:
            found = self._parts(name, query, parts)
            if found is not None:
                return found
            parts *= 4

    def _parts(self, name: str, query: Body, parts: int) -> dict[str, int] | None:
        """The same in so many parts; None where one of them is too large."""
        found: dict[str, int] = {}
        for part in range(parts):
            terms = _all_values(name, self._at_once)
            terms["terms"]["include"] = {"partition": part, "num_partitions": parts}
            answer = self._asker.search({"size": 0, "query": query, "aggs": {"values": terms}})
            told = answer["aggregations"]["values"]
            if told["sum_other_doc_count"] or told["doc_count_error_upper_bound"]:
                return None
            found.update(_buckets(told["buckets"]))
        return found

    def _dates(self, facet: FacetRequest, answer: Mapping[str, Any]) -> FacetCounts:
        bounds = self._request.dates
        first, last = bounds.first or dt.date.min, bounds.last or dt.date.max
        interval = facet.interval
        if interval is None:
            days = answer["date.first"]["value"], answer["date.last"]["value"]
            earliest, latest = (first if day is None else _day(day) for day in days)
            low = max(first, earliest)
            interval = interval_for(low, max(low, min(last, latest)))
        told = answer.get(f"date.{interval}")
        if told is None or told["sum_other_doc_count"] or told["doc_count_error_upper_bound"]:
            counts = self._all_dates(interval)
        else:
            counts = {int(each["key"]): int(each["doc_count"]) for each in told["buckets"]}
        return FacetCounts(
            "date",
            _date_buckets(counts, interval, bounds, first, last),
            distinct=len(counts),
            missing=int(answer["date.missing"]["doc_count"]),
            interval=interval,
        )

    def _all_dates(self, interval: Interval) -> dict[int, int]:
        """Every year, month or day with its count, page by page."""
        own = own_choice(self._request, "date")
        query = found_by(self._request, without=own)
        source = {"at": {"terms": {"field": _DATE_FIELDS[interval]}}}
        paged: Body = {"size": DATES_AT_ONCE, "sources": [source]}
        found: dict[int, int] = {}
        while True:
            asked = {"size": 0, "query": query, "aggs": {"dates": {"composite": paged}}}
            told = self._asker.search(asked)["aggregations"]["dates"]
            found |= {int(each["key"]["at"]): int(each["doc_count"]) for each in told["buckets"]}
            if len(told["buckets"]) < DATES_AT_ONCE:
                return found
            paged["after"] = told["after_key"]


def whole_value(collection: Collection, field: str, key: str, asker: Asker) -> str:
    """The value whose key in the index was cut, as a document has it."""
    found = asker.search(
        {
            "query": {"term": {layout.values(collection, field): key}},
            "size": 1,
            "_source": [layout.STORED],
        }
    )
    for hit in found["hits"]["hits"]:
        document = received(collection, hit["_id"], hit["_source"], where=asker.index)
        for value in facet_values(document, field):
            if layout.key_of(value) == key:
                return value
    return key


def _all_values(name: str, size: int) -> Body:
    return {"terms": {"field": name, "size": size, "order": _ORDER}}


def _is(value: str) -> Body:
    return {"term": {layout.ARTICLE: value}}


def _buckets(told: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    return [(str(each["key"]), int(each["doc_count"])) for each in told]


def _listed(
    facet: FacetRequest,
    found: Mapping[str, int],
    given: Mapping[str, int],
    *,
    distinct: int,
    missing: int,
) -> FacetCounts:
    """The largest of `found`, and all of `given`."""
    order = sorted(found.items(), key=lambda item: (-item[1], item[0]))[: facet.size]
    buckets = sorted({**dict(order), **given}.items(), key=lambda item: (-item[1], item[0]))
    return FacetCounts(facet.field, tuple(map(Bucket._make, buckets)), distinct, missing)


def _day(ordinal: float) -> dt.date:
    return dt.date.fromordinal(int(ordinal))


def _date_buckets(
    counts: Mapping[int, int],
    interval: Interval,
    bounds: DateFilter,
    first: dt.date,
    last: dt.date,
) -> tuple[Bucket, ...]:
    named = sorted((_written(number, interval), count) for number, count in counts.items())
    if bounds.active:
        low, high = bucket_of(first, interval), bucket_of(last, interval)
        named = [each for each in named if first <= last and low <= each[0] <= high]
    return tuple(map(Bucket._make, named))


def _written(number: int, interval: Interval) -> str:
    """A bucket's value by its number in the index."""
    if interval is Interval.YEAR:
        return f"{number:04}"
    if interval is Interval.MONTH:
        return f"{number // 100:04}-{number % 100:02}"
    return dt.date.fromordinal(number).isoformat()
