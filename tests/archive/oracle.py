"""The reference engine's answers over tens of thousands of documents, in reasonable time.

Sets of document numbers in plain dictionaries stand in for the reference's loop over all
documents; what a leaf, a filter or a facet value means is asked of the reference engine itself,
document by document, so both stay one definition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

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
    Term,
    Value,
    Wildcard,
)
from searchsvc.text import analyse
from searchsvc.text.analysis import CASED
from tests import reference_matching as reference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from searchsvc.engine.contract import FacetCounts, SearchRequest, SearchResult
    from searchsvc.model import Collection, Document

Found = frozenset[int]


class Oracle:
    """What a right engine must answer over `documents`, all of one collection."""

    def __init__(self, collection: Collection, documents: Sequence[Document]) -> None:
        self.collection = collection
        self.documents = sorted(documents, key=lambda document: document.id)
        self.everything: Found = frozenset(range(len(self.documents)))
        self._folded: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._stems: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._values: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._last: tuple[Node, Found] | None = None
        self.days: list[dt.date | None] = []
        for number, document in enumerate(self.documents):
            self._take(number, document)

    def _take(self, number: int, document: Document) -> None:
        self.days.append(None if document.date is None else document.date.day)
        for field in FIELDS:
            for text in field_texts(document, field.name):
                for token in analyse(text):
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

    def _matching_once(self, query: Node) -> Found:
        """As `matching`; the facets of one request ask for the same query again."""
        if self._last is None or self._last[0] != query:
            self._last = query, self.matching(query)
        return self._last[1]

    def matching(self, node: Node) -> Found:
        match node:
            case And():
                return frozenset.intersection(*map(self.matching, node.children))
            case Or():
                return frozenset.union(*map(self.matching, node.children))
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
                documents = ((number, self.documents[number]) for number in candidates)
                found.update(n for n, doc in documents if reference.occurrences(leaf, doc, name))
            else:
                found.update(candidates)
        return frozenset(found)

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
                return self._union(
                    folded, lambda word: reference.wildcard_matches(leaf.pattern, word)
                )
            case Fuzzy():
                return self._union(
                    folded,
                    lambda word: (
                        abs(len(word) - len(leaf.text)) <= leaf.distance
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
        found = self._matching_once(request.query)
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
        assert len(result.hits) == page
        assert {hit.document.id for hit in result.hits} <= {self.documents[n].id for n in found}
        if request.sort is not Sort.RELEVANCE:
            expected = self._by_date(found, request.sort)[request.offset :][: request.limit]
            assert [hit.document.id for hit in result.hits] == expected
        assert [counts.field for counts in result.facets] == [f.field for f in request.facets]
        for counts in result.facets:
            self._check_facet(request, counts)

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
