"""tantivy through its Python package.

What is done to make it fast: one indexing thread with a gigabyte of memory, so that there are few
segments; a text field with positions at white space (raw: tantivy's own English stemming); values
as untokenised text in fast fields, counted by terms aggregations in one call; dates as a number in
a fast field, which is faster to filter by than an inverted list; filters score nothing; a prefix
is a fuzzy term of distance 0, ten times faster than a regular expression and, unlike a phrase
prefix, not cut at 50 terms. A segment hands on as many values as there are, so counts are exact.

`TantivyOrdinals` keeps the values as numbers and a dictionary of its own in Python. That saves the
look-up of the largest values in tantivy's dictionaries, 0.4 ms a query, and asks of the
application what an engine is there for; it is measured where asked for by name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import tantivy

from tests.bench.workload import FACETS, HITS, TOP, Answer, Query, day_number, read_corpus, text_of

MEMORY = 1_000_000_000
ALL = 100_000
"""More values than any facet has."""

SIZES = {"speaker": TOP, "country": TOP, "month": ALL, "source": ALL}


class Tantivy:
    """Pre-analysed text."""

    name = "tantivy"
    unsupported: tuple[str, ...] = ()
    tokenizer = "whitespace"

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._schema = self._make_schema()
        self._searcher: Any = None
        self._aggregations = {
            facet: {"terms": {"field": facet, "size": size, "segment_size": ALL}}
            for facet, size in SIZES.items()
        }

    def build(self, corpus_path: str, index_dir: str) -> None:
        """See `Engine`."""
        Path(index_dir).mkdir(parents=True)
        index = tantivy.Index(self._schema, path=index_dir)
        writer = index.writer(MEMORY, 1)
        for article in read_corpus(corpus_path):
            document = tantivy.Document()
            document.add_text("text", text_of(article))
            document.add_text("id", article["id"])
            document.add_unsigned("day", day_number(article["date"]))
            for facet, value in _values(article):
                self._add_value(document, facet, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, index_dir: str) -> None:
        """See `Engine`."""
        self._searcher = tantivy.Index.open(index_dir).searcher()

    def search(self, query: Query, facets: bool = True) -> Answer:  # noqa: FBT001, FBT002 - the shape that was asked for
        """See `Engine`."""
        asked = self._query(query)
        found = self._searcher.search(asked, HITS, count=True)
        return {
            "total": found.count,
            "hits": [self._searcher.doc(place)["id"][0] for _, place in found.hits],
            "facets": self._count(asked) if facets else {},
        }

    def pids(self) -> list[int]:
        """None."""
        return []

    def close(self) -> None:
        """See `Engine`."""
        self._searcher = None

    def _make_schema(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name=self.tokenizer)
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field("day", fast=True)
        for facet in FACETS:
            self._add_field(builder, facet)
        return builder.build()

    def _add_field(self, builder: tantivy.SchemaBuilder, facet: str) -> None:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")

    def _add_value(self, document: tantivy.Document, facet: str, value: str) -> None:
        document.add_text(facet, value)

    def _count(self, query: tantivy.Query) -> dict[str, dict[str, int]]:
        counted = self._searcher.aggregate(query, self._aggregations)
        return {
            facet: {bucket["key"]: bucket["doc_count"] for bucket in counted[facet]["buckets"]}
            for facet in FACETS
        }

    def _query(self, query: Query) -> tantivy.Query:
        schema, filters = self._schema, query["filters"]
        conditions = [
            tantivy.Query.term_query(schema, facet, value, "basic")
            for facet in ("speaker", "country", "source")
            if isinstance(value := filters.get(facet), str)
        ]
        if "date_from" in filters or "date_to" in filters:
            first = filters.get("date_from", "0000-01-01")
            last = filters.get("date_to", "9999-12-31")
            bounds = day_number(first), day_number(last)
            kind = tantivy.FieldType.Unsigned
            conditions.append(tantivy.Query.range_query(schema, "day", kind, *bounds))
        asked = self._words(query["op"], query["terms"])
        if not conditions:
            return asked
        must = tantivy.Occur.Must
        unscored = [(must, tantivy.Query.const_score_query(each, 0.0)) for each in conditions]
        scored = [] if query["op"] == "all" else [(must, asked)]
        return tantivy.Query.boolean_query([*scored, *unscored])

    def _words(self, op: str, terms: list[str]) -> tantivy.Query:
        schema = self._schema
        match op:
            case "all":
                return tantivy.Query.all_query()
            case "phrase":
                return tantivy.Query.phrase_query(schema, "text", list(terms))
            case "prefix":
                return tantivy.Query.fuzzy_term_query(schema, "text", terms[0], 0, prefix=True)
            case "fuzzy":
                return tantivy.Query.fuzzy_term_query(schema, "text", terms[0], 1)
        words = [tantivy.Query.term_query(schema, "text", term) for term in terms]
        if op == "term":
            return words[0]
        occur = tantivy.Occur.Must if op == "and" else tantivy.Occur.Should
        return tantivy.Query.boolean_query([(occur, word) for word in words])


class TantivyRaw(Tantivy):
    """Raw text, English stemming; for the figures of a build."""

    tokenizer = "en_stem"


class TantivyOrdinals(Tantivy):
    """Pre-analysed text, values as numbers; see the module docstring."""

    name = "tantivy-ordinals"

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__()
        self._numbers: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        self._listed: dict[str, list[str]] = {}
        for facet, asked in self._aggregations.items():
            asked["terms"]["field"] = f"{facet}_number"

    def build(self, corpus_path: str, index_dir: str) -> None:
        """See `Engine`."""
        super().build(corpus_path, index_dir)
        Path(index_dir, "ordinals.json").write_text(json.dumps(self._numbers), encoding="utf-8")

    def open(self, index_dir: str) -> None:
        """See `Engine`."""
        super().open(index_dir)
        numbers = json.loads(Path(index_dir, "ordinals.json").read_text(encoding="utf-8"))
        self._listed = {facet: list(values) for facet, values in numbers.items()}

    def _add_field(self, builder: tantivy.SchemaBuilder, facet: str) -> None:
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field(f"{facet}_number", fast=True, indexed=False)

    def _add_value(self, document: tantivy.Document, facet: str, value: str) -> None:
        numbers = self._numbers[facet]
        document.add_text(facet, value)
        document.add_unsigned(f"{facet}_number", numbers.setdefault(value, len(numbers)))

    def _count(self, query: tantivy.Query) -> dict[str, dict[str, int]]:
        counted = self._searcher.aggregate(query, self._aggregations)
        return {
            facet: {
                self._listed[facet][int(bucket["key"])]: bucket["doc_count"]
                for bucket in counted[facet]["buckets"]
            }
            for facet in FACETS
        }


def _values(article: Any) -> list[tuple[str, str]]:
    """The values of an article with the facets they belong to."""
    return [
        *(("speaker", name) for name in article["speakers"]),
        *(("country", code) for code in article["countries"]),
        ("month", article["date"][:7]),
        ("source", article["source"]),
    ]
