"""What is counted and scored, in plain loops: the half of the oracle that weighs."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from searchsvc.documents import facet_values, field_texts, has_field
from searchsvc.engine.contract import (
    Bucket,
    DateFilter,
    FacetCounts,
    FacetRequest,
    SearchRequest,
    Sort,
    bucket_of,
    interval_for,
)
from searchsvc.engine.explanations import (
    Explanation,
    Occurrences,
    of_freshness,
    of_hit,
    of_leaf,
    of_names,
    of_second_stage,
    summed,
)
from searchsvc.fields import MISSING
from searchsvc.query.tree import (
    SYNONYM_SHARE,
    And,
    DateRange,
    Everything,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text.stop_words import STOP_WORDS
from tests.reference_matching import (
    WordLeaf,
    analyse_once,
    matches,
    occurrences,
    passes,
    passes_dates,
    searched,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.model import Collection, Document
    from searchsvc.settings import SearchSettings


def count_facet(
    documents: Sequence[Document], request: SearchRequest, facet: FacetRequest
) -> FacetCounts:
    """The counts of one facet, by looking at each document once more."""
    own = without_choice(request, facet.field)
    found = [
        document
        for document in documents
        if matches(request.query, document)
        and passes_dates(document, own.dates)
        and all(passes(document, condition) for condition in own.filters)
    ]
    if not has_field(request.collection, facet.field):
        return FacetCounts(facet.field, (), 0, 0)
    if facet.field == "date":
        return _count_dates(found, request.dates, facet)
    counts: Counter[str] = Counter()
    for document in found:
        counts.update(facet_values(document, facet.field))
    order = sorted(counts, key=lambda value: (-counts[value], value))
    listed = set(order[: facet.size])
    for condition in request.filters:
        if condition.field == facet.field:
            listed.update(condition.any_of, condition.all_of, condition.none_of)
    listed.discard(MISSING)
    buckets = [Bucket(value, counts[value]) for value in listed]
    return FacetCounts(
        facet.field,
        tuple(sorted(buckets, key=lambda bucket: (-bucket.count, bucket.value))),
        distinct=len(counts),
        missing=sum(not facet_values(document, facet.field) for document in found),
    )


def without_choice(request: SearchRequest, field: str) -> SearchRequest:
    """`request` without what its own filter chooses in a field."""
    return replace(
        request,
        dates=DateFilter() if field == "date" else request.dates,
        filters=tuple(
            replace(each, any_of=()) if each.field == field else each for each in request.filters
        ),
    )


def _count_dates(
    found: Sequence[Document], bounds: DateFilter, facet: FacetRequest
) -> FacetCounts:
    days = [document.date.day for document in found if document.date is not None]
    first, last = bounds.first or dt.date.min, bounds.last or dt.date.max
    interval = facet.interval
    if interval is None:
        low = max([first, min(days, default=first)])
        high = min([last, max(days, default=first)])
        interval = interval_for(low, max(low, high))
    counts = Counter(bucket_of(day, interval) for day in days)
    buckets = [
        Bucket(value, count)
        for value, count in sorted(counts.items())
        if bucket_of(first, interval) <= value <= bucket_of(last, interval) and first <= last
    ]
    return FacetCounts(
        "date",
        tuple(buckets),
        distinct=len(counts),
        missing=len(found) - len(days),
        interval=interval,
    )


class Bm25f:
    """Scores of one collection.

    A leaf is one term whose occurrences are those of all it stands for (a phrase, all words of a
    prefix). Over the fields f with weight w, n occurrences in l tokens, a the mean length of f
    over the documents that have it:

        tf = sum of w * n / (1 - b + b * l / a)
        score = ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (k1 + tf)

    A leaf that is one stop word scores `stop_word_weight` times that. `And` and `Or` add the scores
    of the children that match; everything else scores 0.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009,
    section 3.6; the 1 inside the logarithm, which keeps it positive, as in Lucene's BM25Similarity.
    """

    def __init__(
        self, documents: Sequence[Document], collection: Collection, settings: SearchSettings
    ) -> None:
        self._documents = documents
        self.settings = settings
        self._means: dict[str, float] = {}
        self._collection = collection
        self._frequencies: dict[WordLeaf, int] = {}

    def score(self, node: Node, document: Document) -> float:
        match node:
            case And() | Or():
                return math.fsum(
                    self.score(child, document)
                    for child in node.children
                    if matches(node, document) and matches(child, document)
                )
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                tf = math.fsum(
                    weight * occurrences(node, document, name) / self.norm(document, name)
                    for name, weight in searched(node, document)
                    if occurrences(node, document, name)
                )
                score = self.inverse_frequency(node) * tf / (self.settings.bm25_k1 + tf)
                if isinstance(node, Term) and node.folded in STOP_WORDS:
                    return score * self.settings.stop_word_weight
                return score
            case Synonyms():
                others = (
                    self.score(other, document) * self._rarity_share(other, node.typed)
                    for other in node.others
                )
                return max(self.score(node.typed, document), SYNONYM_SHARE * max(others))
            case Not() | Everything() | Value() | DateRange():
                return 0.0
        assert_never(node)

    def explain(
        self,
        document: Document,
        score: float,
        request: SearchRequest,
        second_stage: tuple[float, float | None] | None,
    ) -> Explanation:
        """Why `document`, which a request found, has this score."""
        query = request.query
        share = self._share(query, document)
        parts: tuple[Explanation, ...] = () if share is None else (share,)
        if share is not None and isinstance(query, And | Or):
            parts = share.parts
        added = () if second_stage is None else of_second_stage(*second_stage)
        whole = [*parts, *added]
        if request.sort is Sort.FRESH and whole:
            whole = [
                of_freshness(
                    whole,
                    self.freshness(document),
                    age_days=self._age(document),
                    half_life_days=self.settings.fresh_half_life,
                )
            ]
        return of_hit(score, whole)

    def freshness(self, document: Document) -> float:
        """The share of its score that a document keeps by how new it is."""
        age = self._age(document)
        recent = 0.0 if age is None else 2 ** (-age / self.settings.fresh_half_life)
        return (1 + recent) / 2

    def _age(self, document: Document) -> int | None:
        """Days from its date to that of the newest document."""
        if document.date is None:
            return None
        newest = max(each.date.day for each in self._documents if each.date is not None)
        return (newest - document.date.day).days

    def _share(self, node: Node, document: Document) -> Explanation | None:
        match node:
            case And() | Or() if matches(node, document):
                shares = (self._share(child, document) for child in node.children)
                parts = [share for share in shares if share is not None]
                label = "all of these" if isinstance(node, And) else "any of these"
                return summed(label, parts, span=node.span) if parts else None
            case Synonyms():
                others = [self._share(other, document) for other in node.others]
                rarity = [self._rarity_share(other, node.typed) for other in node.others]
                return of_names(self._share(node.typed, document), others, rarity)
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy() if matches(node, document):
                return of_leaf(
                    node,
                    [
                        Occurrences(
                            name,
                            weight,
                            occurrences(node, document, name),
                            _length(document, name),
                            self._mean(name),
                        )
                        for name, weight in searched(node, document)
                        if occurrences(node, document, name)
                    ],
                    documents=len(self._documents),
                    matching=self._frequency(node),
                    settings=self.settings,
                )
        return None

    def _rarity_share(self, other: Node, typed: Node) -> float:
        worth, least = self._worth(other), self._worth(typed)
        return least / worth if worth > least else 1.0

    def _worth(self, node: Node) -> float:
        match node:
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                stop_word = isinstance(node, Term) and node.folded in STOP_WORDS
                return self.inverse_frequency(node) * (
                    self.settings.stop_word_weight if stop_word else 1
                )
            case And() | Or():
                return math.fsum(map(self._worth, node.children))
            case Synonyms():
                return self._worth(node.typed)
        return 0.0

    def inverse_frequency(self, leaf: WordLeaf) -> float:
        frequency = self._frequency(leaf)
        rest = len(self._documents) - frequency
        return math.log(1 + (rest + 0.5) / (frequency + 0.5))

    def _frequency(self, leaf: WordLeaf) -> int:
        if leaf not in self._frequencies:
            self._frequencies[leaf] = sum(matches(leaf, each) for each in self._documents)
        return self._frequencies[leaf]

    def norm(self, document: Document, name: str) -> float:
        b = self.settings.bm25_b
        return 1 - b + b * _length(document, name) / self._mean(name)

    def _mean(self, name: str) -> float:
        if name not in self._means:
            lengths = [_length(each, name) for each in self._documents]
            self._means[name] = sum(lengths) / sum(length > 0 for length in lengths)
        return self._means[name]


def _length(document: Document, name: str) -> int:
    return sum(len(analyse_once(text)) for text in field_texts(document, name))
