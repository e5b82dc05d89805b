"""Our engine as the benchmark sees it: queries go through the seam, as those of a web request do.

`Product` takes pre-analysed text and splits it at white space; `ProductRaw` takes raw text and
analyses it as `reindex` does. Both index articles alone, as one text, and store no documents.
Filters on values are conditions that all counts obey, a facet's own counts among them, because
that is how the peers count: `all_of` for values, a `DateRange` in the query for dates.
"""

from __future__ import annotations

import datetime as dt
import gc
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from searchsvc.columnar.words.chunks import ENGLISH, SPACES
from searchsvc.engine.contract import FacetRequest, FieldFilter, Interval, SearchRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter, collection_build
from searchsvc.model import ArticleDate, ArticleDocument, Collection, DateOrigin, Span, TitleOrigin
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Or,
    Phrase,
    Prefix,
    Term,
)
from searchsvc.settings import SearchSettings
from tests.bench.workload import HITS, TOP, read_corpus, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.engine.building import IndexWriter
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.query.tree import Node
    from tests.bench.workload import Answer, Filters, Query, Record

SPAN = Span(0, 0)
EVERY_SOURCE = 1_000
FACETS = (
    FacetRequest("speaker", TOP),
    FacetRequest("country", TOP),
    FacetRequest("date", interval=Interval.MONTH),
    FacetRequest("source", EVERY_SOURCE),
)
NAMES = {"speaker": "speaker", "country": "country", "date": "month", "source": "source"}


class Product:
    """Pre-analysed text, white-space analysis."""

    name = "searchsvc"
    index_name: str | None = None
    facets_supported = True
    unsupported: tuple[str, ...] = ()
    analysis = SPACES
    settings = SearchSettings(reordered=0)
    """The work that the peers do: the best by BM25, in no finer order."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._engine: SearchEngine | None = None

    def build(self, corpus_path: str, index_dir: str) -> None:
        """Index every article of the JSONL file."""
        self._write(index_dir, read_corpus(corpus_path), fresh=True)

    def build_in_parts(
        self, corpus_path: str, index_dir: str, *, parts: int, deleted_percent: int
    ) -> None:
        """The same articles as `parts` segments, some spread over all of them deleted again.

        Increments leave fewer segments, of which each is far larger than the next; these are alike.
        """
        count = sum(1 for _ in read_corpus(corpus_path))
        articles = read_corpus(corpus_path)
        with patch.object(collection_build, "choose", return_value=()):  # none is merged
            for part in range(parts):
                size = (part + 1) * count // parts - part * count // parts
                self._write(index_dir, islice(articles, size), fresh=part == 0)
            doomed = [
                article["id"]
                for number, article in enumerate(read_corpus(corpus_path))
                if number * deleted_percent % 100 < deleted_percent
            ]
            self._write(index_dir, (), fresh=False, doomed=doomed)

    def open(self, index_dir: str) -> None:
        """Open for searching, and leave what lives on out of collecting garbage, as `serve` does."""
        self._engine = WhooshEngine(Path(index_dir), self.settings)
        self._engine.generation()
        gc.collect()
        gc.freeze()

    def search(self, query: Query, facets: bool = True) -> Answer:  # noqa: FBT001, FBT002 - the shape that was asked for
        """The answer of the engine."""
        if self._engine is None:
            raise ValueError("open() comes before search()")
        result = self._engine.search(request_of(query, facets=facets))
        return {
            "total": result.total,
            "hits": list(result.ids),
            "facets": {
                NAMES[counts.field]: {value: count for value, count in counts.buckets if count}
                for counts in result.facets
            },
        }

    def pids(self) -> list[int]:
        """None: everything runs in this process."""
        return []

    def close(self) -> None:
        """Close the engine."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _writer(self, index_dir: str) -> IndexWriter:
        return WhooshIndexWriter(Path(index_dir), keep=1, analysis=self.analysis, stored=False)

    def _write(
        self,
        index_dir: str,
        articles: Iterable[Record],
        *,
        fresh: bool,
        doomed: list[str] | None = None,
    ) -> None:
        """Publish one more generation."""
        build = self._writer(index_dir).start_build(fresh=fresh)
        try:
            if doomed:
                build.remove(doomed)
            for article in articles:
                build.add(document_of(article), ())
            build.publish(rejects=0)
        finally:
            build.abandon()


class ProductRanked(Product):
    """The same, with the best hits in the finer order that searches have."""

    name = "searchsvc-ranked"
    settings = SearchSettings()


class ProductRaw(Product):
    """Raw text, the product's own English analysis; for the figures of a build."""

    analysis = ENGLISH


def document_of(article: Record) -> ArticleDocument:
    """The document of an article: one text, and the values as given."""
    return ArticleDocument(
        id=article["id"],
        path="",
        source=article["source"],
        title="",
        title_origin=TitleOrigin.GIVEN,
        body=text_of(article),
        captions=(),
        date=ArticleDate(dt.date.fromisoformat(article["date"]), None, DateOrigin.INPUT),
        byline=None,
        byline_email=None,
        agency=None,
        url=None,
        speakers=tuple(article["speakers"]),
        countries=tuple(article["countries"]),
        main_countries=(),
        kinds=(),
        mentions=(),
        statement_count=0,
    )


def request_of(query: Query, *, facets: bool) -> SearchRequest:
    """The request that a page would make of `query`."""
    filters = query["filters"]
    return SearchRequest(
        collection=Collection.ARTICLES,
        query=_dated(_node(query["op"], query["terms"]), filters),
        filters=tuple(
            FieldFilter(field, all_of=(value,))
            for field in ("speaker", "country", "source")
            if isinstance(value := filters.get(field), str)
        ),
        facets=FACETS if facets else (),
        limit=HITS,
        documents=False,
    )


def _dated(node: Node, filters: Filters) -> Node:
    """`node` under the dates of `filters`."""
    if "date_from" not in filters and "date_to" not in filters:
        return node
    first, last = (
        dt.date.fromisoformat(day) if day else None
        for day in (filters.get("date_from"), filters.get("date_to"))
    )
    dates = DateRange(first, last, SPAN)
    return dates if isinstance(node, Everything) else And((node, dates), SPAN)


def _node(op: str, terms: list[str]) -> Node:
    match op:
        case "all":
            return Everything()
        case "phrase":
            return Phrase(tuple(terms), tuple(terms), None, exact=False, slop=0, span=SPAN)
        case "prefix":
            return Prefix(terms[0], None, SPAN)
        case "fuzzy":
            return Fuzzy(terms[0], 1, None, SPAN)
    nodes = tuple(map(_term, terms))
    if op == "term":
        return nodes[0]
    return And(nodes, SPAN) if op == "and" else Or(nodes, SPAN)


def _term(term: str) -> Term:
    return Term(term, term, None, exact=False, span=SPAN)
