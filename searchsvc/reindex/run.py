"""Corpus → extract → documents → engine: one run, from the list of inputs to the publication."""

from __future__ import annotations

import filecmp
import json
import logging
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from searchsvc.corpus import READER_VERSION
from searchsvc.documents import DOCUMENTS_VERSION, article_document, statement_documents
from searchsvc.errors import ConfigError, CorpusError, EngineUnavailable, IndexIncompatible
from searchsvc.extract import EXTRACTOR_VERSION, extract
from searchsvc.reindex.ledger import (
    LEDGER_FILE,
    LEDGER_VERSION,
    NO_INPUT,
    Ledger,
    State,
    digest,
    outdated,
)
from searchsvc.reindex.report import FIRST_REJECTS, Meter, Phase, ReindexReport, Reject
from searchsvc.text import ANALYZER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from searchsvc.corpus import Archive
    from searchsvc.engine.contract import IndexBuild, IndexWriter
    from searchsvc.model import Article, ArticleDocument, StatementDocument
    from searchsvc.reindex.ledger import Listed, Owner
    from searchsvc.reindex.report import Event

REJECTS_FILE: Final = "rejects.jsonl"

VERSIONS: Final = {
    "ledger": LEDGER_VERSION,
    "reader": str(READER_VERSION),
    "analyzer": ANALYZER_VERSION,
    "extractor": EXTRACTOR_VERSION,
    "documents": DOCUMENTS_VERSION,
}
"""Of everything that stands between an input and its documents; any change means a full run."""

_REPORTED: Final = tuple((part, VERSIONS[part]) for part in ("reader", "extractor", "documents"))

T = TypeVar("T")

_log = logging.getLogger(__name__)


def reindex(
    archive: Archive,
    writer: IndexWriter,
    *,
    full: bool,
    keep_others: bool,
    progress: Callable[[Event], None],
) -> ReindexReport:
    """What was done to bring the index up to date with the archive.

    The published generation stays as it is until the new one takes its place, and for good where
    anything fails or nothing has changed. Inputs that were touched but hold what they held count
    as unchanged; they are read again by the next run.

    Args:
        archive: the inputs.
        writer: of the index.
        full: read everything again instead of what is new or has changed.
        keep_others: leave the articles of inputs that `archive` does not cover in the index.
        progress: is told each event.

    Raises:
        ConfigError: a full run is necessary, and would lose the articles to be kept; or nothing
            would be left in the index, and that was not asked for by `full`.
        CorpusError: none of the inputs could be found.
        EngineError: see `IndexWriter.start_build`; or the disk is full.
    """
    meter = Meter(progress)
    build, reason = _start(writer, full=full, keep_others=keep_others)
    status = None
    try:
        with closing(Ledger(build.sidecar(LEDGER_FILE), VERSIONS)) as ledger:
            meter.start(full=build.fresh, reason=reason)
            run = _Run(archive, build, ledger, meter)
            run.list_inputs(keep_others=keep_others)
            run.read_inputs()
            run.remove_orphans()
            report = run.report(reason)
            if _write_rejects(build.sidecar(REJECTS_FILE), ledger) or run.changed or build.fresh:
                if not (report.articles or full):
                    raise _nothing_left(report)
                meter.enter(Phase.PUBLISHING)
                ledger.finish()
                status = build.publish(rejects=report.rejects, versions=_REPORTED)
        return replace(report, status=status, elapsed_s=meter.elapsed_s)
    finally:
        if status is None:
            build.abandon()


def _start(writer: IndexWriter, *, full: bool, keep_others: bool) -> tuple[IndexBuild, str | None]:
    """A build, and why it is a full one although nobody asked for that."""
    try:
        build = writer.start_build(fresh=full)
    except IndexIncompatible as error:
        reason: str | None = f"index format {error.found!r} is now {error.expected!r}"
    else:
        if build.fresh:
            return build, None if full else "there is no index yet"
        try:
            reason = outdated(build.sidecar(LEDGER_FILE), VERSIONS)
        except BaseException:  # raised again: an interrupt must not leave the build behind
            build.abandon()
            raise
        if reason is None:
            return build, None
        build.abandon()
    if keep_others:
        raise ConfigError(
            f"everything has to be indexed again ({reason}), and the other inputs are not named;"
            " name all of them",
            where="keep others",
        )
    return writer.start_build(fresh=True), reason


def _nothing_left(report: ReindexReport) -> ConfigError:
    """Why an index without any article is not published unless that was asked for.

    It is hardly ever meant: a folder is empty because a disk is not mounted, a column is mapped
    wrongly, or a bug fails on every article.
    """
    files = "1 file" if report.files == 1 else f"{report.files:,} files"
    message = f"no article that could be indexed in {files}"
    for reject in report.first_rejects[:1]:
        where = reject.path if reject.place is None else f"{reject.path}, {reject.place}"
        message += f"; {report.rejects:,} rejects, the first: {where}: {reject.reason}"
    return ConfigError(
        f"{message}; the published index stays as it is, and --full would publish an empty one",
        where="inputs",
    )


def _write_rejects(path: Path, ledger: Ledger) -> bool:
    """Whether the rejects written to `path` differ from those of the published generation."""
    fresh = path.with_name(path.name + ".fresh")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            for reject in ledger.rejects():
                file.write(json.dumps(asdict(reject), ensure_ascii=False) + "\n")
        differ = not path.exists() or not filecmp.cmp(path, fresh, shallow=False)
        fresh.replace(path)
    except OSError as error:
        raise EngineUnavailable(f"{path}: cannot be written: {error.strerror}") from error
    return differ


class _Run:
    """The steps of one run and what they have counted."""

    def __init__(self, archive: Archive, build: IndexBuild, ledger: Ledger, meter: Meter) -> None:
        self._archive = archive
        self._build = build
        self._ledger = ledger
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
                self._reject(listed, Reject.of(item), article_id=item.article_id)
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
            self._removed += len(article_ids)
            self._meter.tick()

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
            rejects=self._meter.rejects,
            first_rejects=tuple(islice(self._ledger.rejects(), FIRST_REJECTS)),
            elapsed_s=self._meter.elapsed_s,
        )

    def _items(self, listed: Listed) -> Iterator[Article | CorpusError]:
        """What an input holds; a bug in the reader costs the rest of the input, not the run."""
        items = self._archive.read(listed.file)
        following = partial(next, items, None)
        while (item := self._survive(following, listed, place=None)) is not None:
            yield item

    def _take(self, listed: Listed, article: Article) -> None:
        """Index an article, unless it is in the index as it is or belongs to another input."""
        owner = self._ledger.owner(article.id)
        if owner is not None and owner.outranks(listed.position):
            reject = _duplicate(article.id, listed.file.path, article.place, owner.path)
            self._reject(listed, reject, article_id=article.id)
            return
        known_as = digest(article)
        if (owner is None or owner.digest != known_as) and not self._index(listed, article, owner):
            return
        if owner is not None and owner.state in (State.SAME, State.KEPT):
            reject = _duplicate(article.id, owner.path, owner.place, listed.file.path)
            self._ledger.add_reject(reject, owner=owner.input, article_id=article.id)
            self._meter.reject(reject)
        self._ledger.claim(article, known_as, owner=listed.id)

    def _index(self, listed: Listed, article: Article, owner: Owner | None) -> bool:
        """Whether the article could be extracted and went into the build."""
        documents = self._survive(partial(_documents, article), listed, place=article.place)
        if documents is None:
            return False
        if owner is None:
            self._added += 1
        else:
            self._build.remove((article.id,))
            self._replaced += 1
        self._build.add(*documents)
        self._meter.statements += len(documents[1])
        return True

    def _reject(self, listed: Listed, reject: Reject, *, article_id: str | None = None) -> None:
        self._ledger.add_reject(reject, owner=listed.id, article_id=article_id)
        self._meter.reject(reject)

    def _survive(self, step: Callable[[], T], listed: Listed, *, place: str | None) -> T | None:
        """What `step` gives, or None and a reject: one odd article must not cost the index."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - whatever the bug is, it is logged and counted
            _log.exception("%s, %s: a bug", listed.file.path, place or "whole file")
            reason = f"failed on by a bug ({type(error).__name__}: {error}); please report it"
            self._reject(listed, Reject.at(listed.file.path, place, reason))
            return None


def _documents(article: Article) -> tuple[ArticleDocument, tuple[StatementDocument, ...]]:
    extraction = extract(article)
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
