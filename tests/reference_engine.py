"""The seam by brute force over a list: obviously right, slow, used as oracle and as fake.

Knows neither Whoosh nor NumPy. Every document is looked at for every question, its texts are
analysed by `searchsvc.text`, and facets are counted in loops.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from searchsvc.documents import facet_values, field_texts, has_field
from searchsvc.engine.contract import (
    Bucket,
    DateFilter,
    FacetCounts,
    FacetRequest,
    FieldFilter,
    Hit,
    IndexStatus,
    SearchRequest,
    SearchResult,
    Sort,
    bucket_of,
    interval_for,
)
from searchsvc.errors import EngineUnavailable, IndexMissing
from searchsvc.fields import BY_NAME, MISSING, Words, default_fields
from searchsvc.model import ArticleDocument, Collection, StatementDocument
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
from searchsvc.settings import SearchSettings
from searchsvc.text import ANALYZER_VERSION, Token, analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.model import Document

WordLeaf = Term | Phrase | Prefix | Wildcard | Fuzzy


@dataclass(frozen=True, slots=True)
class _Generation:
    name: str
    documents: dict[Collection, list[Document]]
    built_at: dt.datetime
    rejects: int
    versions: tuple[tuple[str, str], ...]
    sidecars: Path


class ReferenceEngine:
    """`SearchEngine` and `IndexWriter` in memory; only sidecars are files."""

    def __init__(
        self, settings: SearchSettings | None = None, *, keep: int = 2, folder: Path | None = None
    ) -> None:
        """Start without a published generation.

        Args:
            settings: for k1 and b.
            keep: generations kept, the published one included.
            folder: of the sidecars; None for a temporary one that `close` deletes.
        """
        self._settings = settings or SearchSettings()
        self._keep = keep
        self._temporary = folder is None
        self._folder = folder
        self._generations: list[_Generation] = []
        self._built = 0
        self._building = False

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        generation = self._published()
        documents = generation.documents[request.collection]
        found = [
            document
            for document in documents
            if matches(request.query, document)
            and _passes_dates(document, request.dates)
            and all(_passes(document, condition) for condition in request.filters)
        ]
        ranked = self._rank(found, documents, request)
        return SearchResult(
            total=len(found),
            articles=len({_article_id(document) for document in found}),
            hits=tuple(ranked[request.offset : request.offset + request.limit]),
            facets=tuple(count_facet(documents, request, facet) for facet in request.facets),
            generation=generation.name,
            elapsed_s=time.perf_counter() - started,
        )

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        for document in self._published().documents[collection]:
            if document.id == document_id:
                return document
        return None

    def status(self) -> IndexStatus:
        generation = self._published()
        previous = self._generations[: self._generations.index(generation)]
        return IndexStatus(
            engine="reference",
            generation=generation.name,
            previous=tuple(older.name for older in reversed(previous)),
            built_at=generation.built_at,
            articles=len(generation.documents[Collection.ARTICLES]),
            statements=len(generation.documents[Collection.STATEMENTS]),
            rejects=generation.rejects,
            versions=(("format", "memory"), ("analyzer", ANALYZER_VERSION), *generation.versions),
            size_bytes=sum(
                len(document.body.encode())
                for documents in generation.documents.values()
                for document in documents
            ),
        )

    def close(self) -> None:
        if self._temporary and self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def start_build(self, *, fresh: bool) -> ReferenceBuild:
        if self._building:
            raise EngineUnavailable("another build holds the lock")
        self._building = True
        self._built += 1
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="reference-engine-"))
        return ReferenceBuild(
            self,
            f"gen-{self._built:06d}",
            parent=None if fresh or not self._generations else self._generations[-1],
            sidecars=self._folder / f"sidecars-{self._built}",
        )

    def rollback(self) -> IndexStatus:
        if self._building:
            raise EngineUnavailable("another build holds the lock")
        if len(self._generations) < 2:
            raise IndexMissing("memory")
        self._generations.pop()
        return self.status()

    def _published(self) -> _Generation:
        if not self._generations:
            raise IndexMissing("memory")
        return self._generations[-1]

    def _publish(self, generation: _Generation) -> None:
        self._generations = [*self._generations, generation][-self._keep :]

    def _rank(
        self, found: list[Document], documents: Sequence[Document], request: SearchRequest
    ) -> list[Hit]:
        by_id = sorted(found, key=lambda document: document.id)
        if request.sort is Sort.RELEVANCE:
            scorer = Bm25f(documents, request.collection, self._settings)
            hits = [Hit(scorer.score(request.query, document), document) for document in by_id]
            return sorted(hits, key=lambda hit: -hit.score)
        dated = [document for document in by_id if document.date is not None]
        undated = [document for document in by_id if document.date is None]
        dated.sort(key=_moment, reverse=request.sort is Sort.NEWEST)
        return [Hit(0.0, document) for document in dated + undated]


@dataclass
class ReferenceBuild:
    """`IndexBuild` in memory."""

    engine: ReferenceEngine
    name: str
    parent: _Generation | None
    sidecars: Path
    _added: list[Document] = field(default_factory=list)
    _removed: set[str] = field(default_factory=set)
    _over: bool = False

    def __post_init__(self) -> None:
        if self.parent is not None:
            shutil.copytree(self.parent.sidecars, self.sidecars)
        else:
            self.sidecars.mkdir(parents=True)

    @property
    def fresh(self) -> bool:
        return self.parent is None

    def sidecar(self, name: str) -> Path:
        return self.sidecars / name

    def add(self, article: ArticleDocument, statements: Sequence[StatementDocument]) -> None:
        self._added.extend((article, *statements))

    def remove(self, article_ids: Sequence[str]) -> None:
        self._removed.update(article_ids)

    def publish(self, *, rejects: int, versions: tuple[tuple[str, str], ...] = ()) -> IndexStatus:
        kept: list[Document] = []
        if self.parent is not None:
            everything = [doc for docs in self.parent.documents.values() for doc in docs]
            kept = [doc for doc in everything if _article_id(doc) not in self._removed]
        documents: dict[Collection, list[Document]] = {
            Collection.ARTICLES: [],
            Collection.STATEMENTS: [],
        }
        for document in [*kept, *self._added]:
            documents[_collection(document)].append(document)
        self.engine._publish(
            _Generation(
                self.name, documents, dt.datetime.now(dt.UTC), rejects, versions, self.sidecars
            )
        )
        self._finish()
        return self.engine.status()

    def abandon(self) -> None:
        if not self._over:
            shutil.rmtree(self.sidecars)
            self._finish()

    def _finish(self) -> None:
        self._over = True
        self.engine._building = False


def filled(*pairs: tuple[ArticleDocument, Sequence[StatementDocument]]) -> ReferenceEngine:
    """A reference engine that has published these articles with their statements."""
    engine = ReferenceEngine()
    build = engine.start_build(fresh=True)
    for article, statements in pairs:
        build.add(article, statements)
    build.publish(rejects=0)
    return engine


# --- matching -----------------------------------------------------------------------------------


def matches(node: Node, document: Document) -> bool:
    """Whether `document` answers `node`."""
    match node:
        case And():
            return all(matches(child, document) for child in node.children)
        case Or():
            return any(matches(child, document) for child in node.children)
        case Not():
            return not matches(node.child, document)
        case DateRange() | Value() | Everything():
            return _matches_value(node, document)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            return any(occurrences(node, document, name) for name, _ in _searched(node, document))
    assert_never(node)


def _matches_value(node: DateRange | Value | Everything, document: Document) -> bool:
    match node:
        case DateRange():
            day = _day(document)
            return (
                day is not None
                and (node.first is None or node.first <= day)
                and (node.last is None or day <= node.last)
            )
        case Value():
            return carries(document, node.field, node.value)
        case Everything():
            return True
    assert_never(node)


def carries(document: Document, name: str, value: str) -> bool:
    """Whether `document` carries `value` in facet field `name`, or none if it is MISSING.

    A value of `date` is a year, a month or a day.
    """
    if not has_field(_collection(document), name) or not BY_NAME[name].facet:
        return False
    if name == "date":
        day = _day(document)
        if day is None:
            return value == MISSING
        return value in (day.isoformat()[:4], day.isoformat()[:7], day.isoformat())
    values = facet_values(document, name)
    return value in values or (value == MISSING and not values)


def occurrences(leaf: WordLeaf, document: Document, name: str) -> int:
    """How often `leaf` occurs in the words of field `name`."""
    exact_only = BY_NAME[name].words is Words.EXACT
    return sum(
        _count(leaf, _analyse(text), exact_only=exact_only) for text in field_texts(document, name)
    )


def _count(leaf: WordLeaf, tokens: tuple[Token, ...], *, exact_only: bool) -> int:
    match leaf:
        case Term():
            exact = leaf.exact or exact_only
            wanted = leaf.folded if exact else leaf.stem
            return sum(_is_term(token, wanted, exact=exact) for token in tokens)
        case Phrase():
            exact = leaf.exact or exact_only
            words = leaf.folded if exact else leaf.stems
            return sum(
                _phrase_begins(tokens, start, words, leaf.slop, exact=exact)
                for start in range(len(tokens))
            )
        case Prefix():
            return sum(token.folded.startswith(leaf.text) for token in tokens)
        case Wildcard():
            return sum(wildcard_matches(leaf.pattern, token.folded) for token in tokens)
        case Fuzzy():
            return sum(
                token.folded[:1] == leaf.text[:1]
                and edits(token.folded, leaf.text) <= leaf.distance
                for token in tokens
            )
    assert_never(leaf)


def _is_term(token: Token, wanted: str, *, exact: bool) -> bool:
    return wanted in (token.folded if exact else token.stem, token.cased)


def _phrase_begins(
    tokens: tuple[Token, ...], start: int, words: tuple[str, ...], slop: int, *, exact: bool
) -> bool:
    """Whether a match begins at token `start`; each next word at its first place after the last."""
    place = start
    if not _is_term(tokens[start], words[0], exact=exact):
        return False
    for word in words[1:]:
        place += 1
        while place < len(tokens) and not _is_term(tokens[place], word, exact=exact):
            place += 1
        if place == len(tokens):
            return False
    return place - start - (len(words) - 1) <= slop


@lru_cache(maxsize=100_000)
def wildcard_matches(pattern: str, word: str) -> bool:
    """Whether `pattern` matches `word` whole: `*` any run, `?` one character."""
    if not pattern:
        return not word
    if pattern[0] == "*":
        return wildcard_matches(pattern[1:], word) or (
            bool(word) and wildcard_matches(pattern, word[1:])
        )
    return bool(word) and pattern[0] in ("?", word[0]) and wildcard_matches(pattern[1:], word[1:])


@lru_cache(maxsize=100_000)
def edits(one: str, other: str) -> int:
    """Edit distance, optimal string alignment.

    Source: Boytsov, Indexing methods for approximate dictionary searching, 2011, section 2.2.
    """
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


_analyse = lru_cache(maxsize=100_000)(analyse)


def _searched(leaf: WordLeaf, document: Document) -> Iterable[tuple[str, float]]:
    """Names and weights of the fields that `leaf` is looked for in."""
    weights = default_fields(_collection(document))
    if leaf.field is None:
        return weights
    if not has_field(_collection(document), leaf.field):
        return ()
    return ((leaf.field, dict(weights).get(leaf.field, 1.0)),)


def _collection(document: Document) -> Collection:
    return Collection.ARTICLES if isinstance(document, ArticleDocument) else Collection.STATEMENTS


def _article_id(document: Document) -> str:
    return document.article_id if isinstance(document, StatementDocument) else document.id


# --- filters and order --------------------------------------------------------------------------


def _passes(document: Document, condition: FieldFilter) -> bool:
    def has(value: str) -> bool:
        return carries(document, condition.field, value)

    return (
        (not condition.any_of or any(has(value) for value in condition.any_of))
        and all(has(value) for value in condition.all_of)
        and not any(has(value) for value in condition.none_of)
    )


def _passes_dates(document: Document, dates: DateFilter) -> bool:
    if not dates.active:
        return True
    day = _day(document)
    if day is None:
        return dates.undated
    if dates.first is None and dates.last is None:
        return False
    return (dates.first is None or dates.first <= day) and (
        dates.last is None or day <= dates.last
    )


def _day(document: Document) -> dt.date | None:
    return None if document.date is None else document.date.day


def _moment(document: Document) -> dt.datetime:
    assert document.date is not None
    return dt.datetime.combine(document.date.day, document.date.time or dt.time())


# --- facets -------------------------------------------------------------------------------------


def count_facet(
    documents: Sequence[Document], request: SearchRequest, facet: FacetRequest
) -> FacetCounts:
    """The counts of one facet, by looking at each document once more."""
    dates = DateFilter() if facet.field == "date" else request.dates
    found = [
        document
        for document in documents
        if matches(request.query, document)
        and _passes_dates(document, dates)
        and all(
            _passes(document, condition)
            for condition in request.filters
            if condition.field != facet.field
        )
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


# --- scores -------------------------------------------------------------------------------------


class Bm25f:
    """Scores of one collection.

    A leaf is one term whose occurrences are those of all it stands for (a phrase, all words of a
    prefix). Over the fields f with weight w, n occurrences in l tokens, a the mean length of f
    over the documents that have it:

        tf = sum of w * n / (1 - b + b * l / a)
        score = ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (k1 + tf)

    `And` and `Or` add the scores of the children that match; everything else scores 0.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009,
    section 3.6; the 1 inside the logarithm, which keeps it positive, as in Lucene's BM25Similarity.
    """

    def __init__(
        self, documents: Sequence[Document], collection: Collection, settings: SearchSettings
    ) -> None:
        self._documents = documents
        self._settings = settings
        self._means: dict[str, float] = {}
        self._collection = collection
        self._idf: dict[WordLeaf, float] = {}

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
                    weight * occurrences(node, document, name) / self._norm(document, name)
                    for name, weight in _searched(node, document)
                    if occurrences(node, document, name)
                )
                return self._inverse_frequency(node) * tf / (self._settings.bm25_k1 + tf)
            case Not() | Everything() | Value() | DateRange():
                return 0.0
        assert_never(node)

    def _inverse_frequency(self, leaf: WordLeaf) -> float:
        if leaf not in self._idf:
            frequency = sum(matches(leaf, document) for document in self._documents)
            rest = len(self._documents) - frequency
            self._idf[leaf] = math.log(1 + (rest + 0.5) / (frequency + 0.5))
        return self._idf[leaf]

    def _norm(self, document: Document, name: str) -> float:
        if name not in self._means:
            lengths = [_length(each, name) for each in self._documents]
            self._means[name] = sum(lengths) / sum(length > 0 for length in lengths)
        b = self._settings.bm25_b
        return 1 - b + b * _length(document, name) / self._means[name]


def _length(document: Document, name: str) -> int:
    return sum(len(_analyse(text)) for text in field_texts(document, name))
