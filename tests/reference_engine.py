"""The seam by brute force over a list: obviously right, slow, used as oracle and as fake.

Knows neither Whoosh nor NumPy. Every document is looked at for every question, its texts are
analysed by `searchsvc.text`, and facets are counted in loops.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import time
import weakref
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from searchsvc.engine.building import Candidate, peaks_of
from searchsvc.engine.contract import (
    Cursor,
    Held,
    Hit,
    IndexStatus,
    SearchRequest,
    SearchResult,
    Sort,
    Walk,
)
from searchsvc.engine.suggestions import TERMS, SuggestResult
from searchsvc.errors import (
    EngineUnavailable,
    GenerationGone,
    GenerationMissing,
    HeldBack,
    IndexMissing,
)
from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.settings import SearchSettings
from searchsvc.text import ANALYZER_VERSION
from tests.reference_counting import Bm25f, count_facet, without_choice
from tests.reference_guessing import best, spellings_among, suggested_values, suggested_words
from tests.reference_matching import (
    article_id_of,
    collection_of,
    matches,
    moment,
    passes,
    passes_dates,
)
from tests.reference_ordering import reordered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searchsvc.engine.building import Gate, Peaks
    from searchsvc.engine.contract import Reader
    from searchsvc.engine.suggestions import Spelling, SuggestRequest
    from searchsvc.model import Document
    from searchsvc.query.tree import Term

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Generation:
    name: str
    documents: dict[Collection, list[Document]]
    built_at: dt.datetime
    rejects: int
    versions: tuple[tuple[str, str], ...]
    sidecars: Path
    peaks: Peaks | None = None


class ReferenceEngine:
    """`SearchEngine` and `IndexWriter` in memory; only sidecars are files."""

    def __init__(
        self, settings: SearchSettings | None = None, *, keep: int = 2, folder: Path | None = None
    ) -> None:
        """Start without a published generation.

        Args:
            settings: for k1 and b.
            keep: generations kept, the published one included.
            folder: of the sidecars; None for a temporary one that goes with the engine: when it is
                closed or no longer used, at the latest when the process ends.
        """
        self._settings = settings or SearchSettings()
        self._keep = keep
        self._temporary = folder is None
        self._folder = folder
        self._generations: list[_Generation] = []
        self._built = 0
        self._building = False
        self._held: tuple[_Generation, tuple[str, ...]] | None = None
        self._asked: dict[str, _Generation] = {}

    def read(
        self, question: Callable[[Reader], T], *, generation: str | None = None, searches: int = 1
    ) -> T:
        assert searches > 0
        published = self._published()
        self._asked[published.name] = published
        if generation is None:
            return question(ReferenceReader(self, published))
        known = self._asked | {each.name: each for each in self._generations}
        if generation not in known:
            raise GenerationGone("memory", generation)
        return question(ReferenceReader(self, known[generation]))

    def generation(self) -> str:
        return self.read(lambda reader: reader.generation)

    def search(self, request: SearchRequest) -> SearchResult:
        return self.read(lambda reader: reader.search(request))

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        return self.read(lambda reader: reader.suggest(request))

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        return self.read(lambda reader: reader.spellings(collection, word, field=field, size=size))

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        return self.read(lambda reader: reader.frequencies(collection, terms))

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        return self.read(lambda reader: reader.fetch(collection, document_id))

    def _search(self, request: SearchRequest, generation: _Generation) -> SearchResult:
        started = time.perf_counter()
        documents = generation.documents[request.collection]
        found = [document for document in documents if _found(document, request)]
        ranked = self._rank(found, documents, request)
        if request.after is not None:
            ranked = [hit for hit in ranked if _follows(hit, request.after, request.sort)]
        page = tuple(ranked[request.offset : request.offset + request.limit])
        return SearchResult(
            total=len(found),
            articles=len({article_id_of(document) for document in found}),
            ids=tuple(hit.document.id for hit in page),
            hits=page if request.documents else (),
            end=_cursor_of(page[-1], request.sort) if page else None,
            facets=tuple(count_facet(documents, request, facet) for facet in request.facets),
            generation=generation.name,
            elapsed_s=time.perf_counter() - started,
        )

    def status(self, *, wait: bool = True) -> IndexStatus:  # noqa: ARG002 - nothing is opened here
        return self._status(self._published())

    def close(self) -> None:
        if self._temporary and self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def start_build(self, *, fresh: bool) -> ReferenceBuild:
        self._refuse_while_building()
        self._building = True
        self._built += 1
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="reference-engine-"))
            weakref.finalize(self, _remove, self._folder, os.getpid())
        return ReferenceBuild(
            self,
            f"gen-{self._built:06d}",
            parent=None if fresh or not self._generations else self._generations[-1],
            sidecars=self._folder / f"sidecars-{self._built}",
        )

    def rollback(self) -> IndexStatus:
        self._refuse_while_building()
        self._published()
        if len(self._generations) < 2:
            raise GenerationMissing("memory", "nothing to roll back to")
        self._generations.pop()
        return self.status()

    def release(self) -> IndexStatus:
        self._refuse_while_building()
        if self._held is None:
            self._published()
            raise GenerationMissing("memory", "no generation is held back")
        generation, _ = self._held
        self._publish(generation)
        self._drop_scratch()
        return self.status()

    def prune(self, *, keep: int) -> tuple[str, ...]:
        self._refuse_while_building()
        self._drop_scratch()
        if not self._generations:
            return ()
        gone = [] if self._held is None else [self._held[0].name]
        self._held = None
        gone += [generation.name for generation in self._generations[:-keep]]
        self._generations = self._generations[-keep:]
        return tuple(gone)

    def _refuse_while_building(self) -> None:
        if self._building:
            raise EngineUnavailable("another build holds the lock")

    def _published(self) -> _Generation:
        if not self._generations:
            raise IndexMissing("memory")
        return self._generations[-1]

    def _status(self, generation: _Generation) -> IndexStatus:
        previous = [older for older in self._generations if older.name < generation.name]
        return IndexStatus(
            engine="reference",
            generation=generation.name,
            previous=tuple(older.name for older in reversed(previous)),
            built_at=generation.built_at,
            articles=len(generation.documents[Collection.ARTICLES]),
            statements=len(generation.documents[Collection.STATEMENTS]),
            rejects=generation.rejects,
            held=None if self._held is None else Held(self._held[0].name, self._held[1]),
            versions=(("format", "memory"), ("analyzer", ANALYZER_VERSION), *generation.versions),
            size_bytes=sum(
                len(document.body.encode())
                for documents in generation.documents.values()
                for document in documents
            ),
        )

    def _peaks(self, *, now: dt.datetime) -> Peaks | None:
        if not self._generations:
            return None
        before = self._generations[-1]
        status = self._status(before)
        return (before.peaks or peaks_of(status)).with_own(status, now=now)

    def _drop_scratch(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder / "scratch", ignore_errors=True)

    def _publish(self, generation: _Generation) -> None:
        self._held = None
        self._generations = [*self._generations, generation][-self._keep :]

    def _rank(
        self, found: list[Document], documents: Sequence[Document], request: SearchRequest
    ) -> list[Hit]:
        by_id = sorted(found, key=lambda document: document.id)
        if request.sort.scored:
            scorer = Bm25f(documents, request.collection, self._settings)
            first = {document.id: scorer.score(request.query, document) for document in by_id}
            scores, parts = reordered(request.query, first, documents, scorer)
            fresh = request.sort is Sort.FRESH
            hits = [
                Hit(scores[document.id] * (scorer.freshness(document) if fresh else 1), document)
                for document in by_id
            ]
            if request.explain:
                hits = [
                    hit._replace(
                        explanation=scorer.explain(
                            hit.document, hit.score, request, parts.get(hit.document.id)
                        ),
                    )
                    for hit in hits
                ]
            return sorted(hits, key=lambda hit: -hit.score)
        dated = [document for document in by_id if document.date is not None]
        undated = [document for document in by_id if document.date is None]
        dated.sort(key=moment, reverse=request.sort is Sort.NEWEST)
        return [Hit(0.0, document) for document in dated + undated]


@dataclass(frozen=True, slots=True)
class ReferenceReader:
    """`Reader` of one generation."""

    engine: ReferenceEngine
    of: _Generation

    @property
    def generation(self) -> str:
        return self.of.name

    @property
    def built_at(self) -> dt.datetime:
        return self.of.built_at

    def search(self, request: SearchRequest) -> SearchResult:
        return self.engine._search(request, self.of)

    def walk(self, request: SearchRequest) -> Walk:
        everything = len(self.of.documents[request.collection])
        whole = replace(request, limit=everything, documents=True, explain=False)
        found = self.engine._search(whole, self.of)
        places = (_cursor_of(hit, request.sort) for hit in found.hits)
        return Walk(found.total, found.articles, iter(found.hits), found.generation, places)

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        started = time.perf_counter()
        documents = self.of.documents[request.search.collection]
        answered = []
        for field_asked in request.fields:
            if field_asked == TERMS:
                found = [each for each in documents if _found(each, request.search)]
                suggestions = suggested_words(request.text, documents, found)
            else:
                own = without_choice(request.search, field_asked)
                found = [each for each in documents if _found(each, own)]
                suggestions = suggested_values(request.text, field_asked, documents, found)
            answered.append((field_asked, best(suggestions, request.size)))
        return SuggestResult(tuple(answered), self.generation, time.perf_counter() - started)

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        return spellings_among(self.of.documents[collection], collection, word, field)[:size]

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        documents = self.of.documents[collection]
        return tuple(sum(matches(term, each) for each in documents) for term in terms)

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        for document in self.of.documents[collection]:
            if document.id == document_id:
                return document
        return None


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

    def scratch(self, name: str) -> Path:
        folder = self.sidecars.parent / "scratch"
        folder.mkdir(exist_ok=True)
        return folder / name

    def add(self, article: ArticleDocument, statements: Sequence[StatementDocument]) -> None:
        self._added.extend((article, *statements))

    def remove(self, article_ids: Sequence[str]) -> None:
        self._removed.update(article_ids)

    def publish(
        self,
        *,
        rejects: int,
        versions: tuple[tuple[str, str], ...] = (),
        gate: Gate | None = None,
    ) -> IndexStatus:
        kept: list[Document] = []
        if self.parent is not None:
            everything = [doc for docs in self.parent.documents.values() for doc in docs]
            kept = [doc for doc in everything if article_id_of(doc) not in self._removed]
        documents: dict[Collection, list[Document]] = {
            Collection.ARTICLES: [],
            Collection.STATEMENTS: [],
        }
        for document in [*kept, *self._added]:
            documents[collection_of(document)].append(document)
        generation = _Generation(
            self.name, documents, dt.datetime.now(dt.UTC), rejects, versions, self.sidecars
        )
        self._finish()
        engine = self.engine
        status = engine._status(generation)
        peaks = engine._peaks(now=status.built_at)
        candidate = Candidate(
            before=engine.status() if engine._generations else None,
            peaks=peaks,
            status=status,
            search=lambda request: engine._search(request, generation),
        )
        if gate is not None and (reasons := tuple(gate(candidate))):
            engine._held = (generation, reasons)
            raise HeldBack(self.name, reasons)
        if gate is not None and peaks is not None:
            peaks = peaks.with_own(status, now=status.built_at)
            generation = replace(generation, peaks=peaks)
        engine._publish(generation)
        engine._drop_scratch()
        return engine.status()

    def abandon(self) -> None:
        if not self._over:
            shutil.rmtree(self.sidecars)
            self._finish()

    def _finish(self) -> None:
        self._over = True
        self.engine._building = False


def _remove(folder: Path, process: int) -> None:
    """Delete a temporary folder, if this is the process that made it and no fork of it."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _found(document: Document, request: SearchRequest) -> bool:
    return (
        matches(request.query, document)
        and passes_dates(document, request.dates)
        and all(passes(document, condition) for condition in request.filters)
    )


def _cursor_of(hit: Hit, sort: Sort) -> Cursor:
    """The cursor of a page that ends with `hit`."""
    if sort.scored:
        return Cursor(hit.score, hit.document.id)
    if hit.document.date is None:
        return Cursor(-1, hit.document.id)
    day, time = hit.document.date.day, hit.document.date.time or dt.time()
    return Cursor(day.toordinal() * 24 * 60 + time.hour * 60 + time.minute, hit.document.id)


def _follows(hit: Hit, cursor: Cursor, sort: Sort) -> bool:
    """Whether `hit` comes after `cursor`."""
    own = _cursor_of(hit, sort)
    if own.key == cursor.key:
        return own.document_id > cursor.document_id
    if sort is Sort.OLDEST:
        return cursor.key >= 0 and (own.key > cursor.key or own.key < 0)
    return own.key < cursor.key


def filled(*pairs: tuple[ArticleDocument, Sequence[StatementDocument]]) -> ReferenceEngine:
    """A reference engine that has published these articles with their statements."""
    engine = ReferenceEngine()
    build = engine.start_build(fresh=True)
    for article, statements in pairs:
        build.add(article, statements)
    build.publish(rejects=0)
    return engine
