"""The steps of one run: list, read and extract, take out, index."""

from __future__ import annotations

import logging
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from searchsvc.documents import article_document, statement_documents
from searchsvc.errors import CorpusError
from searchsvc.extract import extract
from searchsvc.identities import check, renamed, sightings_of
from searchsvc.reindex.ledger import NO_INPUT, State, digest
from searchsvc.reindex.report import FIRST_REJECTS, Phase, ReindexReport, Reject
from searchsvc.reindex.spool import Spooled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from searchsvc.corpus import Archive
    from searchsvc.engine.building import IndexBuild
    from searchsvc.identities import Aliases, Register, Sighting
    from searchsvc.model import Article, ArticleDocument, Extraction, StatementDocument
    from searchsvc.reindex.ledger import Ledger, Listed, Owner
    from searchsvc.reindex.report import Meter
    from searchsvc.reindex.spool import Spool

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
        self._files_read = 0

    @property
    def changed(self) -> bool:
        """Whether the articles differ from those of the published generation."""
        return bool(self._added or self._replaced or self._removed)

    def list_inputs(self, *, keep_others: bool) -> None:
        """Tell the ledger what there is; rejects of inputs that need no reading are told here."""
        self._meter.enter(Phase.LISTING)
        problem = None
        for item in self._archive.files():
            if isinstance(item, CorpusError):
                problem = item
                self._ledger.add_reject(Reject.of(item), owner=NO_INPUT)
            else:
                self._ledger.list_input(item, size_bytes=_size_bytes(item.path))
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
        self._meter.files_total = found.inputs
        self._meter.files_done = found.inputs - pending.inputs
        self._meter.bytes_total = pending.size_bytes
        self._files_read = pending.inputs

    def read_inputs(self) -> None:
        """Read what is new or has changed, and index what differs."""
        self._meter.enter(Phase.READING)
        for file in self._archive.files() if self._files_read else ():
            listed = None if isinstance(file, CorpusError) else self._ledger.next_pending(file)
            if listed is not None:
                self._read_input(listed)

    def _read_input(self, listed: Listed) -> None:
        before = self._meter.bytes_done
        for item in self._items(listed):
            self._meter.bytes_done = before + min(self._archive.bytes_read, listed.size_bytes)
            if isinstance(item, CorpusError):
                self._reject(listed.id, Reject.of(item), article_id=item.article_id)
            else:
                self._meter.articles += 1
                self._take(listed, item)
            self._meter.tick()
        self._meter.files_done += 1
        self._meter.bytes_done = before + listed.size_bytes

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
            place = Place(item.input, item.path, item.article.place)
            documents = self._survive(partial(_documents, item, self._register), place)
            if documents is None:
                self._give_up(item)
            else:
                self._build.add(*documents)
            self._meter.indexed += 1
            self._meter.tick()

    def _named(self, names: int) -> None:
        self._meter.names_done += names
        self._meter.tick()

    def _give_up(self, item: Spooled) -> None:
        """Forget an article that no documents could be made of."""
        self._ledger.disown(item.article.id)
        self._register.forget((item.article.id,))
        self._meter.statements -= len(item.extraction.statements)
        if item.is_new:
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
            outdated_names=self._register.outdated(),
            rejects=self._meter.rejects,
            first_rejects=tuple(islice(self._ledger.rejects(), FIRST_REJECTS)),
            elapsed_s=self._meter.elapsed_s,
        )

    def _items(self, listed: Listed) -> Iterator[Article | CorpusError]:
        """What an input holds; a bug in the reader costs the rest of the input, not the run."""
        items = self._archive.read(listed.file)
        following = partial(next, items, None)
        place = Place(listed.id, listed.file.path)
        while (item := self._survive(following, place)) is not None:
            yield item

    def _take(self, listed: Listed, article: Article) -> None:
        """Index an article, unless it is in the index as it is or belongs to another input."""
        owner = self._ledger.owner(article.id)
        if owner is not None and owner.outranks(listed.position):
            reject = _duplicate(article.id, listed.file.path, article.place, owner.path)
            self._reject(listed.id, reject, article_id=article.id)
            return
        known_as = digest(article)
        is_changed = owner is None or owner.digest != known_as
        if is_changed and not self._extract(listed, article, owner):
            return
        if owner is not None and owner.state in (State.SAME, State.KEPT):
            reject = _duplicate(article.id, owner.path, owner.place, listed.file.path)
            self._ledger.add_reject(reject, owner=owner.input, article_id=article.id)
            self._meter.reject(reject)
        self._ledger.claim(article, known_as, owner=listed.id)

    def _extract(self, listed: Listed, article: Article, owner: Owner | None) -> bool:
        """Whether the article could be extracted and waits to be indexed."""
        place = Place(listed.id, listed.file.path, article.place)
        extraction = self._survive(partial(extract, article), place)
        if extraction is None:
            return False
        sightings = self._survive(partial(_sightings, article, extraction), place)
        if sightings is None:
            return False
        if owner is None:
            self._added += 1
        else:
            self._build.remove((article.id,))
            self._register.forget((article.id,))
            self._replaced += 1
        self._register.note(article.id, sightings)
        path = str(listed.file.path)
        self._spool.add(Spooled(listed.id, path, article, extraction, is_new=owner is None))
        self._meter.statements += len(extraction.statements)
        return True

    def _reject(self, owner: int, reject: Reject, *, article_id: str | None = None) -> None:
        self._ledger.add_reject(reject, owner=owner, article_id=article_id)
        self._meter.reject(reject)

    def _survive(self, step: Callable[[], T], place: Place) -> T | None:
        """What `step` gives, or None and a reject: one odd article must not cost the index."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - whatever the bug is, it is logged and counted
            _log.exception("%s, %s: a bug", place.path, place.inside or "whole file")
            reason = f"failed on by a bug ({type(error).__name__}: {error}); please report it"
            self._reject(place.input, Reject.at(place.path, place.inside, reason))
            return None


def _sightings(article: Article, extraction: Extraction) -> frozenset[Sighting]:
    """What the register is to note; fails here on a name that it could not."""
    sightings = sightings_of(article, extraction)
    check(sightings)
    return sightings


def _documents(
    item: Spooled, register: Register
) -> tuple[ArticleDocument, tuple[StatementDocument, ...]]:
    article = item.article
    extraction = renamed(article, item.extraction, register.shown)
    return article_document(article, extraction), statement_documents(article, extraction)


def _duplicate(article_id: str, path: Path, place: str | None, owner: Path) -> Reject:
    where = "this file" if owner == path.absolute() else owner
    return Reject.at(
        path,
        place,
        f"its id {article_id} is that of another article in {where}, which is indexed instead;"
        " give each article an id of its own",
    )


def _size_bytes(path: Path) -> int:
    """For the estimate of the time left; a file that has just vanished weighs nothing."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
