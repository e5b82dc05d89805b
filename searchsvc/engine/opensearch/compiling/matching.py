"""Query tree, dates and filters → a query of OpenSearch that finds the same documents, unscored."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, assert_never

from searchsvc.documents import has_field
from searchsvc.engine.opensearch.compiling.leaves import NOTHING, any_of, matched_leaf
from searchsvc.engine.opensearch.documents import layout
from searchsvc.fields import BY_NAME, MISSING
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Value,
    Wildcard,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.engine.contract import DateFilter, FieldFilter, SearchRequest
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node

Body = dict[str, Any]

ALL: Final[Body] = {"match_all": {}}
_DATE_LENGTHS: Final = {4: layout.YEAR, 7: layout.MONTH, 10: layout.DAY}


def matched(node: Node, collection: Collection) -> Body:
    """Finds the documents that `node` matches, scores aside."""
    match node:
        case And():
            return {"bool": {"filter": [matched(child, collection) for child in node.children]}}
        case Or():
            return any_of([matched(child, collection) for child in node.children])
        case Synonyms():
            return any_of([matched(name, collection) for name in (node.typed, *node.others)])
        case Not():
            return {"bool": {"filter": ALL, "must_not": matched(node.child, collection)}}
        case Value():
            return carried(collection, node.field, node.value)
        case DateRange():
            return _dated(node.first, node.last)
        case Everything():
            return ALL
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            return matched_leaf(node, collection)
    assert_never(node)


def conditions(request: SearchRequest, *, without: str | None = None) -> list[Body]:
    """What dates and filters demand, and the collection itself.

    Args:
        request: whose.
        without: a field of which what is chosen is left out (see `FacetCounts`).
    """
    found: list[Body] = [{"term": {layout.COLLECTION: str(request.collection)}}]
    if without != "date":
        found += _passing_dates(request.dates)
    for condition in request.filters:
        found += _passing(condition, request.collection, choice=condition.field != without)
    return found


def found_by(request: SearchRequest, *, without: str | None = None) -> Body:
    """Finds the documents of a request, scores aside."""
    return {
        "bool": {
            "filter": [
                matched(request.query, request.collection),
                *conditions(request, without=without),
            ]
        }
    }


def articles_of(query: Body, *, counted: bool = False) -> Body:
    """Finds the articles of the statements that `query` finds; `counted`: scored by how many these are."""
    mode = "sum" if counted else "none"
    each = {"constant_score": {"filter": query}} if counted else query
    return {"has_child": {"type": "statement", "query": each, "score_mode": mode}}


def carried(collection: Collection, field: str, value: str) -> Body:
    """Finds the documents with a whole value of a facet field, or, by MISSING, with none."""
    if not has_field(collection, field) or not BY_NAME[field].facet:
        return NOTHING
    if value == MISSING:
        name = layout.DAY if field == "date" else layout.values(collection, field)
        return {"bool": {"filter": ALL, "must_not": {"exists": {"field": name}}}}
    if field == "date":
        return _in_bucket(value)
    return {"term": {layout.values(collection, field): layout.key_of(value)}}


def _in_bucket(value: str) -> Body:
    name = _DATE_LENGTHS.get(len(value))
    if name is None:
        return NOTHING
    try:
        day = dt.date.fromisoformat(value + "0001-01-01"[len(value) :])
    except ValueError:
        return NOTHING
    if day.isoformat()[: len(value)] != value:
        return NOTHING
    numbers = {
        layout.YEAR: day.year,
        layout.MONTH: 100 * day.year + day.month,
        layout.DAY: day.toordinal(),
    }
    return {"term": {name: numbers[name]}}


def _dated(first: dt.date | None, last: dt.date | None) -> Body:
    bounds = {
        sign: day.toordinal() for sign, day in (("gte", first), ("lte", last)) if day is not None
    }
    return {"range": {layout.DAY: bounds}} if bounds else {"exists": {"field": layout.DAY}}


def _passing_dates(dates: DateFilter) -> Iterable[Body]:
    if not dates.active:
        return
    bounded = dates.first is not None or dates.last is not None
    if bounded and dates.first and dates.last and dates.first > dates.last:
        choices = [NOTHING]
    else:
        choices = [_dated(dates.first, dates.last)] if bounded else []
    if dates.undated:
        choices.append({"bool": {"filter": ALL, "must_not": {"exists": {"field": layout.DAY}}}})
    yield any_of(choices)


def _passing(condition: FieldFilter, collection: Collection, *, choice: bool) -> Iterable[Body]:
    def has(value: str) -> Body:
        return carried(collection, condition.field, value)

    if condition.any_of and choice:
        yield _any_value(condition, collection)
    yield from map(has, condition.all_of)
    if condition.none_of:
        yield {"bool": {"filter": ALL, "must_not": [*map(has, condition.none_of)]}}


def _any_value(condition: FieldFilter, collection: Collection) -> Body:
    field = condition.field
    if field == "date" or not has_field(collection, field) or not BY_NAME[field].facet:
        return any_of([carried(collection, field, value) for value in condition.any_of])
    whole = [layout.key_of(value) for value in condition.any_of if value != MISSING]
    choices = [{"terms": {layout.values(collection, field): whole}}] if whole else []
    if MISSING in condition.any_of:
        choices.append(carried(collection, field, MISSING))
    return any_of(choices)
