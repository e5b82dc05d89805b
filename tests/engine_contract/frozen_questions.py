"""What a frozen index is asked, and how the answers are written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from searchsvc.documents import dump
from searchsvc.engine.contract import FacetRequest, FieldFilter, SearchRequest, Sort
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Collection
from searchsvc.query import parse

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchEngine, SearchResult

TYPED: Final = (
    "",
    "border",
    "US",
    "us OR who",
    "turkiye talks",
    '"the border"',
    '"border trade"~3',
    "exact:talks",
    'exact:"said the"',
    "bord*",
    "*al?",
    "tradr~",
    "colour~2 -quiet",
    "NOT the",
    "title:border",
    "caption:talks",
    "speaker:lima",
    "source:courier",
    "byline:quispe",
    "agency:andean",
    "url:example",
    "country:PE",
    "kind:direct",
    "country:none",
    "date:2016-12",
    "date:<=2016-12-24 border",
    "北京",
    "S-400 10,000",
)

FILTERS: Final = (
    (),
    (FieldFilter("source", any_of=("Border Times",)),),
    (FieldFilter("country", none_of=("PE",)), FieldFilter("speaker", any_of=(MISSING,))),
)

SIGNIFICANT: Final = 4
"""Digits of a score that are compared: less than engines may differ in."""


def questions() -> dict[str, SearchRequest]:
    """Requests by what tells them apart."""
    asked: dict[str, SearchRequest] = {}
    for collection in Collection:
        facets = tuple(FacetRequest(name, size=4) for name in facet_fields(collection))
        for number, text in enumerate(TYPED):
            query = parse(text, collection).tree
            filters = FILTERS[number % len(FILTERS)]
            sort = tuple(Sort)[number // 2 % len(Sort)]
            request = SearchRequest(collection, query, filters, facets=facets, sort=sort)
            asked[f"{collection}, {sort}, {number}: {text}"] = request
    return asked


def answers(engine: SearchEngine) -> dict[str, Any]:
    """What `engine` answers, as JSON gives it back: by question, and each document by its id."""
    found = {
        "counts": _counts(engine),
        "documents": {
            name: dump(document)
            for collection in Collection
            for name in engine.search(SearchRequest(collection, limit=1_000)).ids
            if (document := engine.fetch(collection, name)) is not None
        },
        "questions": {name: _plain(engine.search(asked)) for name, asked in questions().items()},
    }
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def _counts(engine: SearchEngine) -> dict[str, int]:
    status = engine.status()
    return {
        "articles": status.articles,
        "statements": status.statements,
        "rejects": status.rejects,
    }


def _plain(result: SearchResult) -> dict[str, Any]:
    return {
        "total": result.total,
        "articles": result.articles,
        "hits": [[hit.document.id, float(f"{hit.score:.{SIGNIFICANT}g}")] for hit in result.hits],
        "facets": [
            [facet.field, facet.distinct, facet.missing, facet.buckets] for facet in result.facets
        ],
    }
