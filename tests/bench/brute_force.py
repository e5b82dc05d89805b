"""The answers by definition: every article looked at for every query, in plain Python."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from tests.bench.workload import FACETS, read_corpus, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.workload import Query, Record

Articles = list[tuple["Record", list[str], frozenset[str]]]
"""Each article with its terms in order, and the distinct ones."""


def load(path: Path) -> Articles:
    """The articles of a pre-analysed corpus."""
    texts = ((article, text_of(article).split()) for article in read_corpus(path))
    return [(article, terms, frozenset(terms)) for article, terms in texts]


def total_and_counts(articles: Articles, query: Query) -> tuple[int, dict[str, dict[str, int]]]:
    """How many articles match, and of each facet every value with its count."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    total = 0
    for article, terms, distinct in articles:
        if _passes(query, article) and _matches(query, terms, distinct):
            total += 1
            counts["speaker"].update(article["speakers"])
            counts["country"].update(article["countries"])
            counts["month"][article["date"][:7]] += 1
            counts["source"][article["source"]] += 1
    return total, {facet: dict(counted) for facet, counted in counts.items()}


def _matches(query: Query, terms: list[str], distinct: frozenset[str]) -> bool:
    asked = query["terms"]
    match query["op"]:
        case "all":
            return True
        case "phrase":
            return distinct.issuperset(asked) and (asked[0], asked[1]) in pairwise(terms)
        case "prefix":
            return any(term.startswith(asked[0]) for term in distinct)
        case "fuzzy":
            return any(
                abs(len(term) - len(asked[0])) <= 1
                and OSA.distance(term, asked[0], score_cutoff=1) <= 1
                for term in distinct
            )
        case "and":
            return distinct.issuperset(asked)
    return not distinct.isdisjoint(asked)


def _passes(query: Query, article: Record) -> bool:
    filters = query["filters"]
    return (
        filters.get("speaker") in {None, *article["speakers"]}
        and filters.get("country") in {None, *article["countries"]}
        and filters.get("source") in {None, article["source"]}
        and filters.get("date_from", "") <= article["date"] <= filters.get("date_to", "9999")
    )
