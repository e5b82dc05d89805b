"""The steps of one run: list, read and extract, take out, index."""

from __future__ import annotations

import logging
from functools import partial
from itertools import islice
from traceback import format_exc
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from searchsvc.documents import article_document, statement_documents
from searchsvc.errors import CorpusError, is_exhausted, out_of_memory
from searchsvc.identities import renamed
from searchsvc.model import Article
from searchsvc.reindex.extracting import Extracted, described, extracted, sightings
from searchsvc.reindex.ledger import NO_INPUT, State, digest
from searchsvc.reindex.report import FIRST_REJECTS, Phase, ReindexReport, Reject
from searchsvc.reindex.space import check_space
from searchsvc.reindex.spool import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from searchsvc.corpus import Archive
    from searchsvc.engine.building import IndexBuild
    from searchsvc.identities import Aliases, Register, Sighting
    from searchsvc.model import ArticleDocument, StatementDocument
    from searchsvc.reindex.extracting import Failed
    from searchsvc.reindex.ledger import Ledger, Listed, Owner
    from searchsvc.reindex.report import Meter
    from searchsvc.reindex.spool import Spool, Spooled
    from searchsvc.workers import Workers

    Team = Workers[Article, Extracted | Failed]

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Books(NamedTuple):
    """What a run keeps on disk."""

    ledger: Ledger
    register: Register
    spool: Spool


class Place(NamedTuple):
    """Where an article or a reject comes from: number and path of the input, place inside it."""

    input: int
    path: Path | str
    inside: str | None = None


class _Read(NamedTuple):
    """What was read of an input.

    Attributes:
        listed: the input.
        item: an article, or why there is none; None at the end of the input.
        digest: of the article.
        bytes_done: how much of all inputs lies behind.
    """

    listed: Listed
    item: Article | CorpusError | Reject | None
    digest: bytes
    bytes_done: int


class _Ready(NamedTuple):
    """An article that the spool has: where, and what `Extracted` tells of it."""

    start: int
    sightings: frozenset[Sighting]
    statements: int


class Run:
    """The steps of one run and what they have counted."""

    def __init__(self, archive: Archive, build: IndexBuild, books: Books, meter: Meter) -> None:
        self._archive = archive
        self._build = build
        self._ledger = books.ledger
        self._register = books.register
        self._spool = books.spool
        self._meter = meter
        self._added = 0
        self._replaced = 0
        self._removed = 0
        self._resumed = 0
        self._files_read = 0

    @property
    def changed(self) -> bool:
        """Whether the articles differ from those of the published generation."""
        return bool(self._added or self._replaced or self._removed)

    def list_inputs(self, *, keep_others: bool, space_check: bool = True) -> None:
        """Tell the ledger what there is; rejects of inputs that need no reading are told here.

        Raises:
            CorpusError: there is nothing.
            EngineUnavailable: reading it would fill the disk.
        """
        self._meter.enter(Phase.LISTING)
        problem = None
        for item in self._archive.files():
            if isinstance(item, CorpusError):
                problem = item
                self._ledger.add_reject(Reject.of(item), owner=NO_INPUT)
            else:
                self._ledger.list_input(item, size_bytes=item.size_bytes)
                self._meter.files_done += 1
            self._meter.tick()
        found = self._ledger.listed()
        if problem is not None and not found.inputs:
            raise problem
        if keep_others:
            self._ledger.keep_others(self._archive.covers)
        self._ledger.settle()
        for reject in self._ledger.rejects():
            self._meter.reject(reject)
        pending = self._ledger.pending()
        if space_check and pending.inputs:
            sizes = self._ledger.pending_sizes()
            check_space(self._spool.folder, sizes, already=self._spool.size_bytes)
        self._meter.files_total = found.inputs
        self._meter.files_done = found.inputs - pending.inputs
        self._meter.bytes_total = pending.size_bytes
        self._files_read = pending.inputs

    def read_inputs(self, team: Team) -> None:
        """Read what is new or has changed, and have it extracted; both in the order of inputs."""
        self._meter.enter(Phase.READING)
        for read, came in team.over(self._reading(), size=_size):
            self._meter.bytes_done = read.bytes_done
            if read.item is None:
                self._meter.files_done += 1
            elif isinstance(read.item, Article):
                self._meter.articles += 1
                self._take(read, read.item, came)
            elif isinstance(read.item, CorpusError):
                reject = Reject.of(read.item)
                self._reject(read.listed.id, reject, article_id=read.item.article_id)
            else:
                self._reject(read.listed.id, read.item)
            self._meter.tick()

    def _reading(self) -> Iterator[tuple[_Read, Article | None]]:
        """All that the inputs hold, and of it the articles that are to be extracted."""
        before = 0
        for file in self._archive.files() if self._files_read else ():
            listed = None if isinstance(file, CorpusError) else self._ledger.next_pending(file)
            if listed is None:
                continue
            for item in self._items(listed):
                bytes_done = before + min(self._archive.bytes_read, listed.size_bytes)
                if isinstance(item, Article):
                    known_as = digest(item)
                    task = item if self._is_due(listed, item, known_as) else None
                    yield _Read(listed, item, known_as, bytes_done), task
                else:
                    yield _Read(listed, item, b"", bytes_done), None
            before += listed.size_bytes
            yield _Read(listed, None, b"", before), None

    def _is_due(self, listed: Listed, article: Article, known_as: bytes) -> bool:
        """Whether the article will be extracted, as far as can be told now; `_take` decides."""
        owner = self._ledger.owner(article.id)
        if owner is not None and (owner.digest == known_as or owner.outranks(listed.position)):
            return False
        return self._spool.find(known_as) is None

    def remove_orphans(self) -> None:
        """Take out the articles that no input has any more."""
        for article_ids in self._ledger.orphans():
            self._build.remove(article_ids)
            self._register.forget(article_ids)
            self._removed += len(article_ids)
            self._meter.tick()

    def index(self, aliases: Aliases) -> None:
        """Find out who everybody is, and index what was read under those names."""
        self._meter.names_total = self._register.unsettled()
        if self._meter.names_total:
            self._meter.enter(Phase.NAMING)
        self._register.settle(aliases, self._named)
        self._meter.to_index = self._spool.articles
        self._meter.enter(Phase.INDEXING)
        for item in self._spool:
            if not self._counts(item):
                continue
            documents = self._documents(item)
            if documents is None:
                self._give_up(item)
            else:
                self._build.add(*documents)
            self._meter.indexed += 1
            self._meter.tick()

    def _named(self, names: int) -> None:
        self._meter.names_done += names
        self._meter.tick()

    def _counts(self, item: Spooled) -> bool:
        """Whether the article is to be indexed still."""
        del item
        return True

    def _give_up(self, item: Spooled) -> None:
        """Forget an article that no documents could be made of."""
        self._ledger.disown(item.article.id)
        self._register.forget((item.article.id,))
        self._meter.statements -= len(item.extraction.statements)
        if item.waiting.is_new:
            self._added -= 1
        else:
            self._replaced -= 1
            self._removed += 1

    def report(self, reason: str | None) -> ReindexReport:
        """What the run has done, but for the publication."""
        return ReindexReport(
            status=None,
            full=self._build.fresh,
            reason=reason,
            files=self._ledger.listed().inputs,
            files_read=self._files_read,
            articles=self._ledger.article_count(),
            added=self._added,
            replaced=self._replaced,
            removed=self._removed,
            statements=self._meter.statements,
            resumed=self._resumed,
            outdated_names=self._register.outdated(),
            rejects=self._meter.rejects,
            first_rejects=tuple(islice(self._ledger.rejects(), FIRST_REJECTS)),
            elapsed_s=self._meter.elapsed_s,
        )

    def _items(self, listed: Listed) -> Iterator[Article | CorpusError | Reject]:
        """What an input holds; a bug in the reader costs the rest of the input, not the run."""
        items = self._archive.read(listed.file)
        while True:
            try:
                item = next(items, None)
            except Exception as error:
                if is_exhausted(error):
                    raise
                yield _bug(Place(listed.id, listed.file.path), described(error), format_exc())
                return
            if item is None:
                return
            yield item

    def _take(self, read: _Read, article: Article, came: Extracted | Failed | None) -> None:
        """Index an article, unless it is in the index as it is or belongs to another input."""
        listed = read.listed
        owner = self._ledger.owner(article.id)
        if owner is not None and owner.outranks(listed.position):
            reject = duplicate(article.id, listed.file.path, article.place, owner.path)
            self._reject(listed.id, reject, article_id=article.id)
            return
        is_changed = owner is None or owner.digest != read.digest
        if is_changed and not self._extract(read, article, came, owner):
            return
        if owner is not None and owner.state in (State.SAME, State.KEPT):
            reject = duplicate(article.id, owner.path, owner.place, listed.file.path)
            self._ledger.add_reject(reject, owner=owner.input, article_id=article.id)
            self._meter.reject(reject)
        self._ledger.claim(article, read.digest, owner=listed.id)

    def _extract(
        self, read: _Read, article: Article, came: Extracted | Failed | None, owner: Owner | None
    ) -> bool:
        """Whether the article could be extracted and waits to be indexed."""
        listed = read.listed
        ready = self._spooled(read, article, came)
        if ready is None:
            return False
        if owner is None:
            self._added += 1
        else:
            self._build.remove((article.id,))
            self._register.forget((article.id,))
            self._replaced += 1
        self._register.note(article.id, ready.sightings)
        path = str(listed.file.path)
        self._spool.queue(ready.start, Waiting(listed.id, path, article.place, owner is None))
        self._meter.statements += ready.statements
        return True

    def _spooled(
        self, read: _Read, article: Article, came: Extracted | Failed | None
    ) -> _Ready | None:
        """What the spool has of the article, from a run that died or from now on; None: a reject."""
        place = Place(read.listed.id, read.listed.file.path, article.place)
        start = self._spool.find(read.digest)
        kept = None if start is None else self._spool.extraction(start, article)
        if start is not None and kept is not None:
            found = self._survive(partial(sightings, article, kept), place)
            if found is None:
                return None
            self._resumed += 1
            return _Ready(start, found, len(kept.statements))
        came = came or extracted(article)
        if isinstance(came, Extracted):
            start = self._spool.write(read.digest, came.record)
            return _Ready(start, came.sightings, came.statements)
        if came.error is None:
            raise out_of_memory(f"{place.path}, {place.inside or 'whole file'}")
        self._reject(place.input, _bug(place, came.error, came.trace))
        return None

    def _documents(
        self, item: Spooled
    ) -> tuple[ArticleDocument, tuple[StatementDocument, ...]] | None:
        """What is indexed of an article; None: a reject."""
        waiting = item.waiting
        place = Place(waiting.input, waiting.path, waiting.place)
        return self._survive(partial(_documents, item, self._register), place)

    def _reject(self, owner: int, reject: Reject, *, article_id: str | None = None) -> None:
        self._ledger.add_reject(reject, owner=owner, article_id=article_id)
        self._meter.reject(reject)

    def _survive(self, step: Callable[[], T], place: Place) -> T | None:
        """What `step` gives, or None and a reject: one odd article must not cost the index."""
        try:
            return step()
        except Exception as error:
            if is_exhausted(error):
                raise
            self._reject(place.input, _bug(place, described(error), format_exc()))
            return None


def _size(read: _Read) -> int:
    """What extracting it costs, about, in characters."""
    return len(read.item.body or "") if isinstance(read.item, Article) else 0


def _documents(
    item: Spooled, register: Register
) -> tuple[ArticleDocument, tuple[StatementDocument, ...]]:
    article = item.article
    extraction = renamed(article, item.extraction, register.shown)
    return article_document(article, extraction), statement_documents(article, extraction)


def _bug(place: Place, error: str, trace: str) -> Reject:
    """The reject of what a bug has cost, which is logged as well."""
    _log.error("%s, %s: a bug\n%s", place.path, place.inside or "whole file", trace)
    reason = f"failed on by a bug ({error}); please report it"
    return Reject.at(place.path, place.inside, reason)


def duplicate(article_id: str, path: Path, place: str | None, owner: Path) -> Reject:
    """The reject of an article whose id is that of one in the input `owner`, which counts."""
    where = "this file" if owner == path.absolute() else owner
    return Reject.at(
        path,
        place,
        f"its id {article_id} is that of another article in {where}, which is indexed instead;"
        " give each article an id of its own",
    )
