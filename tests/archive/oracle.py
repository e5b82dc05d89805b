"""The reference engine's answers over tens of thousands of documents, in reasonable time.

Sets of document numbers in plain dictionaries stand in for the reference's loop over all
documents; what a leaf, a filter or a facet value means is asked of the reference engine itself,
document by document, so both stay one definition.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

import pytest

from searchsvc.documents import facet_values, field_texts
from searchsvc.engine.contract import DateFilter, FieldFilter, Sort, bucket_of
from searchsvc.fields import BY_NAME, FIELDS, MISSING, Words
from searchsvc.query.tree import (
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
from searchsvc.text.analysis import CASED
from searchsvc.text.stop_words import STOP_WORDS
from tests import reference_matching as reference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from searchsvc.engine.contract import FacetCounts, SearchRequest, SearchResult
    from searchsvc.model import Collection, Document
    from searchsvc.settings import SearchSettings

Found = frozenset[int]

TOLERANCE = 1e-5
"""Scores agree to this share."""

RANKED_WHOLE = 300
"""Where no more match, the scores of all of them are worked out."""

REMEMBERED = 64


class Oracle:
    """What a right engine must answer over `documents`, all of one collection."""

    def __init__(self, collection: Collection, documents: Sequence[Document]) -> None:
        self.collection = collection
        self.documents = sorted(documents, key=lambda document: document.id)
        self.number = {document.id: number for number, document in enumerate(self.documents)}
        self.everything: Found = frozenset(range(len(self.documents)))
        self._folded: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._stems: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._values: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._lengths: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._means: dict[str, float] = {}
        self._found: dict[Node, Found] = {}
        self.days: list[dt.date | None] = []
        for number, document in enumerate(self.documents):
            self._take(number, document)

    def _take(self, number: int, document: Document) -> None:
        self.days.append(None if document.date is None else document.date.day)
        for field in FIELDS:
            for text in field_texts(document, field.name):
                tokens = reference.analyse_once(text)
                self._lengths[field.name][number] += len(tokens)
                for token in tokens:
                    for term in filter(None, (token.folded, token.cased)):
                        self._folded[field.name][term].add(number)
                    for term in filter(None, (token.stem, token.cased)):
                        self._stems[field.name][term].add(number)
            if field.facet and field.name != "date" and self.collection in field.collections:
                for value in facet_values(document, field.name) or (MISSING,):
                    self._values[field.name][value].add(number)

    @cached_property
    def words(self) -> list[str]:
        """Folded terms of the bodies that two documents or more hold, in order."""
        return sorted(word for word, found in self._folded["body"].items() if len(found) > 1)

    def values(self, field: str) -> list[str]:
        """Values of a facet field, most frequent first."""
        table = self._values[field]
        return sorted(table, key=lambda value: (-len(table[value]), value))

    # Matching.

    def matching(self, node: Node) -> Found:
        """Documents that `node` matches; the last questions are remembered."""
        found = self._found.get(node)
        if found is None:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            found = self._found[node] = self._matching(node)
        return found

    def _matching(self, node: Node) -> Found:
        match node:
            case And():
                return frozenset.intersection(*map(self.matching, node.children))
            case Or():
                return frozenset.union(*map(self.matching, node.children))
            case Synonyms():
                return frozenset.union(*map(self.matching, (node.typed, *node.others)))
            case Not():
                return self.everything - self.matching(node.child)
            case Everything():
                return self.everything
            case DateRange():
                return self._dated(node.first, node.last)
            case Value():
                return frozenset(
                    number
                    for number in self.everything
                    if reference.carries(self.documents[number], node.field, node.value)
                )
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self._of_leaf(node)
        assert_never(node)

    def _of_leaf(self, leaf: reference.WordLeaf) -> Found:
        found: set[int] = set()
        for name, _ in reference.searched(leaf, self.documents[0]):
            candidates = self._candidates(leaf, name)
            if isinstance(leaf, Phrase):
                found.update(number for number in candidates if self._holds(number, leaf, name))
            else:
                found.update(candidates)
        return frozenset(found)

    def _holds(self, number: int, phrase: Phrase, name: str) -> bool:
        """Whether a document has a phrase in a field."""
        exact = phrase.exact or BY_NAME[name].words is Words.EXACT
        words = phrase.folded if exact else phrase.stems
        return any(
            reference.phrase_begins(tokens, start, words, phrase.slop, exact=exact)
            for text in field_texts(self.documents[number], name)
            for tokens in (reference.analyse_once(text),)
            for start, token in enumerate(tokens)
            if words[0] in (token.folded if exact else token.stem, token.cased)
        )

    def _candidates(self, leaf: reference.WordLeaf, name: str) -> Iterable[int]:
        exact_only = BY_NAME[name].words is Words.EXACT
        folded, stems = self._folded[name], self._stems[name]
        match leaf:
            case Term():
                exact = leaf.exact or exact_only
                return folded.get(leaf.folded, ()) if exact else stems.get(leaf.stem, ())
            case Phrase():
                exact = leaf.exact or exact_only
                words, table = (leaf.folded, folded) if exact else (leaf.stems, stems)
                return set.intersection(*(set(table.get(word, ())) for word in words))
            case Prefix():
                return self._union(folded, lambda word: word.startswith(leaf.text))
            case Wildcard():
                start = re.split(r"[*?]", leaf.pattern)[0]
                return self._union(
                    folded,
                    lambda word: (
                        word.startswith(start) and reference.wildcard_matches(leaf.pattern, word)
                    ),
                )
            case Fuzzy():
                letters = set(leaf.text)
                return self._union(
                    folded,
                    lambda word: (
                        abs(len(word) - len(leaf.text)) <= leaf.distance
                        and len(letters.symmetric_difference(word)) <= 2 * leaf.distance
                        and reference.edits(word, leaf.text) <= leaf.distance
                    ),
                )
        assert_never(leaf)

    @staticmethod
    def _union(table: dict[str, set[int]], wanted: Callable[[str], bool]) -> set[int]:
        # Capitals stand in the index beside the folded form; only the folded one has spellings.
        return set().union(
            *(found for word, found in table.items() if word not in CASED and wanted(word))
        )

    def _dated(self, first: dt.date | None, last: dt.date | None) -> Found:
        return frozenset(
            number
            for number, day in enumerate(self.days)
            if day is not None
            and (first is None or first <= day)
            and (last is None or day <= last)
        )

    # Filters, counts and order.

    def passing(self, request: SearchRequest, *, but: str | None = None) -> Found:
        """Documents that match everything asked for except the choice in field `but`."""
        found = self.matching(request.query)
        for condition in request.filters:
            chosen = () if condition.field == but else condition.any_of
            found &= self._passing(replace(condition, any_of=chosen))
        return found if but == "date" else found & self._in_time(request.dates)

    def _passing(self, condition: FieldFilter) -> Found:
        table = self._values[condition.field]
        found = self.everything
        if condition.any_of:
            found = frozenset().union(*(table.get(value, ()) for value in condition.any_of))
        for value in condition.all_of:
            found &= table.get(value, set())
        for value in condition.none_of:
            found -= table.get(value, set())
        return found

    def _in_time(self, dates: DateFilter) -> Found:
        if not dates.active:
            return self.everything
        bounded = dates.first is not None or dates.last is not None
        found = self._dated(dates.first, dates.last) if bounded else frozenset()
        if dates.undated:
            found |= frozenset(n for n, day in enumerate(self.days) if day is None)
        return found

    def check(self, request: SearchRequest, result: SearchResult) -> None:
        """Assert that totals, facets and, for orders by date, hits are right."""
        found = self.passing(request)
        assert result.total == len(found)
        assert result.articles == len({reference.article_id_of(self.documents[n]) for n in found})
        page = max(0, min(request.limit, len(found) - request.offset))
        assert len(result.ids) == page
        assert len(result.hits) == (page if request.documents else 0)
        assert [hit.document.id for hit in result.hits] in ([], list(result.ids))
        assert all(
            hit.document == self.documents[self.number[hit.document.id]] for hit in result.hits
        )
        assert {self.number[name] for name in result.ids} <= found
        if not request.sort.scored:
            expected = self._by_date(found, request.sort)[request.offset :][: request.limit]
            assert list(result.ids) == expected
        assert [counts.field for counts in result.facets] == [f.field for f in request.facets]
        for counts in result.facets:
            self._check_facet(request, counts)

    # Scores.

    def check_scores(
        self, request: SearchRequest, result: SearchResult, settings: SearchSettings
    ) -> int:
        """Assert that the scores of the hits are right and the best come first.

        Returns:
            How many scores were compared.
        """
        assert request.sort is Sort.RELEVANCE
        scores = [hit.score for hit in result.hits]
        assert scores == sorted(scores, reverse=True)
        right = [self.score(request.query, self.number[name], settings) for name in result.ids]
        assert scores == pytest.approx(right, rel=TOLERANCE, abs=1e-9)
        found = self.passing(request)
        if request.offset == 0 and scores and len(found) <= RANKED_WHOLE:
            every = sorted((self.score(request.query, n, settings) for n in found), reverse=True)
            assert scores == pytest.approx(every[: len(scores)], rel=TOLERANCE, abs=1e-9)
        level = [hit.document.id for hit in result.hits if hit.score == scores[0]]
        assert level == sorted(level)
        return len(scores)

    def score(self, node: Node, number: int, settings: SearchSettings) -> float:
        """The score of one document, by the formula and source of `reference_counting.Bm25f`."""
        document = self.documents[number]
        match node:
            case And() | Or():
                return math.fsum(
                    self.score(child, number, settings)
                    for child in node.children
                    if number in self.matching(node) and number in self.matching(child)
                )
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                b = settings.bm25_b
                tf = 0.0
                for name, weight in reference.searched(node, document):
                    if count := reference.occurrences(node, document, name):
                        length = self._lengths[name][number] / self._mean(name)
                        tf += weight * count / (1 - b + b * length)
                having, total = len(self.matching(node)), len(self.documents)
                idf = math.log(1 + (total - having + 0.5) / (having + 0.5))
                stop_word = isinstance(node, Term) and node.folded in STOP_WORDS
                share = settings.stop_word_weight if stop_word else 1.0
                return share * idf * tf / (settings.bm25_k1 + tf)
        return 0.0

    def _mean(self, name: str) -> float:
        if name not in self._means:
            lengths = [length for length in self._lengths[name].values() if length]
            self._means[name] = sum(lengths) / len(lengths)
        return self._means[name]

    # Order and counts.

    def _by_date(self, found: Found, sort: Sort) -> list[str]:
        documents = [self.documents[number] for number in sorted(found)]
        dated = [document for document in documents if document.date is not None]
        dated.sort(key=reference.moment, reverse=sort is Sort.NEWEST)
        return [d.id for d in dated] + [d.id for d in documents if d.date is None]

    def _check_facet(self, request: SearchRequest, counts: FacetCounts) -> None:
        found = self.passing(request, but=counts.field)
        if counts.field == "date":
            self._check_dates(request, counts, found)
            return
        table = self._values[counts.field]
        right = Counter({v: len(found & ns) for v, ns in table.items() if v != MISSING})
        right += Counter()  # drops what nobody carries
        assert counts.distinct == len(right)
        assert counts.missing == len(found & table.get(MISSING, set()))
        size = next(facet.size for facet in request.facets if facet.field == counts.field)
        top = sorted(right, key=lambda value: (-right[value], value))[:size]
        selected = {
            value
            for condition in request.filters
            if condition.field == counts.field
            for value in (*condition.any_of, *condition.all_of, *condition.none_of)
        } - {MISSING}
        listed = [bucket.value for bucket in counts.buckets]
        assert listed == sorted({*top, *selected}, key=lambda value: (-right[value], value))
        assert [bucket.count for bucket in counts.buckets] == [right[value] for value in listed]

    def _check_dates(self, request: SearchRequest, counts: FacetCounts, found: Found) -> None:
        assert counts.interval is not None
        days = [day for number in found if (day := self.days[number]) is not None]
        right = Counter(bucket_of(day, counts.interval) for day in days)
        low, high = request.dates.first, request.dates.last
        expected = {
            value: count
            for value, count in sorted(right.items())
            if (low is None or bucket_of(low, counts.interval) <= value)
            and (high is None or value <= bucket_of(high, counts.interval))
            and not (low is not None and high is not None and low > high)
        }
        assert {bucket.value: bucket.count for bucket in counts.buckets} == expected
        assert list(expected) == [bucket.value for bucket in counts.buckets]
        assert counts.missing == len(found) - len(days)
        assert counts.distinct == len(right)
