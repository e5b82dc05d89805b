"""Whoosh 2.7.4 as it comes: its own codec, its own matchers, its own facets.

What is done to make it fast: one writer with half a gigabyte of memory in one process; no stored
text; facets from sortable columns, or from the postings where a document has several values, which
is what Whoosh offers; counts alone, no lists of documents. Its own scorer, BM25F. The search for
the best is not cut short (`optimize=False`), because the total is wanted and because cutting short
never ends for some queries. It is slow enough to be asked few queries, and about small corpora only
unless named on the command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.analysis import SpaceSeparatedTokenizer, StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.query import And, Every, FuzzyTerm, NumericRange, Or, Phrase, Prefix, Query, Term
from whoosh.sorting import Count, FieldFacet

from tests.bench import workload
from tests.bench.workload import HITS, Answer, day_number, read_corpus, text_of

MEMORY_MB = 512
LATEST = 99_999_999


class Whoosh:
    """Pre-analysed text."""

    name = "whoosh"
    unsupported: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._searcher: Any = None

    def analyzer(self) -> Any:
        """How text becomes terms."""
        return SpaceSeparatedTokenizer()

    def build(self, corpus_path: str, index_dir: str) -> None:
        """See `Engine`."""
        Path(index_dir).mkdir(parents=True)
        schema = Schema(
            id=ID(stored=True),
            text=TEXT(analyzer=self.analyzer(), phrase=True),
            speaker=KEYWORD(commas=True),
            country=KEYWORD(commas=True),
            month=ID(sortable=True),
            source=ID(sortable=True),
            day=NUMERIC(int),
        )
        writer = index.create_in(index_dir, schema).writer(limitmb=MEMORY_MB)
        for article in read_corpus(corpus_path):
            writer.add_document(
                id=article["id"],
                text=text_of(article),
                speaker=",".join(article["speakers"]),
                country=",".join(article["countries"]),
                month=article["date"][:7],
                source=article["source"],
                day=day_number(article["date"]),
            )
        writer.commit()

    def open(self, index_dir: str) -> None:
        """See `Engine`."""
        self._searcher = index.open_dir(index_dir).searcher()

    def search(self, query: workload.Query, facets: bool = True) -> Answer:  # noqa: FBT001, FBT002 - the shape that was asked for
        """See `Engine`."""
        grouped = {
            facet: FieldFacet(facet, allow_overlap=facet in {"speaker", "country"}, maptype=Count)
            for facet in workload.FACETS
        }
        asked, conditions = _words(query), _conditions(query)
        results = self._searcher.search(
            asked,
            limit=HITS,
            filter=And(conditions) if conditions else None,
            groupedby=grouped if facets else None,
            optimize=False,
        )
        return {
            "total": len(results),
            "hits": [hit["id"] for hit in results[:HITS]],
            "facets": {facet: _largest(facet, results.groups(facet)) for facet in grouped}
            if facets
            else {},
        }

    def pids(self) -> list[int]:
        """None."""
        return []

    def close(self) -> None:
        """See `Engine`."""
        if self._searcher is not None:
            self._searcher.close()
            self._searcher = None


class WhooshRaw(Whoosh):
    """Raw text, Whoosh's stemming analyzer without stop words; for the figures of a build."""

    def analyzer(self) -> Any:
        """See `Whoosh`."""
        return StemmingAnalyzer(stoplist=None, minsize=1)


def _largest(facet: str, counts: dict[str | None, int]) -> dict[str, int]:
    named = [(value, count) for value, count in counts.items() if value]
    named.sort(key=lambda each: (-each[1], each[0]))
    return dict(named[: workload.TOP] if facet in {"speaker", "country"} else named)


def _words(query: workload.Query) -> Query:
    terms = query["terms"]
    match query["op"]:
        case "all":
            return Every()
        case "phrase":
            return Phrase("text", terms)
        case "prefix":
            return Prefix("text", terms[0])
        case "fuzzy":
            return FuzzyTerm("text", terms[0], maxdist=1, prefixlength=0)
    words = [Term("text", term) for term in terms]
    return And(words) if query["op"] == "and" else Or(words)


def _conditions(query: workload.Query) -> list[Query]:
    filters = query["filters"]
    found = [
        Term(facet, value)
        for facet in ("speaker", "country", "source")
        if isinstance(value := filters.get(facet), str)
    ]
    if "date_from" in filters or "date_to" in filters:
        first = day_number(filters.get("date_from", "0000-01-01"))
        last = day_number(filters["date_to"]) if "date_to" in filters else LATEST
        found.append(NumericRange("day", first, last))
    return found
