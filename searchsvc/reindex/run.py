"""Corpus → extract → identities → documents → engine: one run, from inputs to publication."""

from __future__ import annotations

import errno
import filecmp
import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.corpus import READER_VERSION
from searchsvc.documents import DOCUMENTS_VERSION
from searchsvc.engine.contract import Held
from searchsvc.errors import (
    ConfigError,
    EngineUnavailable,
    HeldBack,
    IndexIncompatible,
    ProcessLost,
    SearchsvcError,
    advice,
    out_of_memory,
)
from searchsvc.extract import EXTRACTOR_VERSION
from searchsvc.identities import IDENTITIES_FILE, IDENTITIES_VERSION, NO_ALIASES, Register
from searchsvc.reindex.extracting import extracted
from searchsvc.reindex.ledger import LEDGER_FILE, LEDGER_VERSION, Ledger, outdated
from searchsvc.reindex.report import Meter, Phase, ReindexReport
from searchsvc.reindex.shared_ledger import SharedLedger
from searchsvc.reindex.sharing import SharedRun
from searchsvc.reindex.spool import SPOOL_FILE, Spool
from searchsvc.reindex.steps import Books, Run
from searchsvc.text import ANALYZER_VERSION
from searchsvc.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from searchsvc.corpus import Archive
    from searchsvc.engine.building import (
        Gate,
        IndexBuild,
        IndexWriter,
        Shard,
        SharedBuild,
        SharedWriter,
    )
    from searchsvc.identities import Aliases
    from searchsvc.reindex.report import Event

REJECTS_FILE: Final = "rejects.jsonl"

VERSIONS: Final = {
    "ledger": LEDGER_VERSION,
    "reader": str(READER_VERSION),
    "analyzer": ANALYZER_VERSION,
    "extractor": EXTRACTOR_VERSION,
    "identities": IDENTITIES_VERSION,
    "documents": DOCUMENTS_VERSION,
}
"""Of everything that stands between an input and its documents; any change means a full run, as
does a change of the alias file."""

_EXTRACTED_BY: Final = {
    part: VERSIONS[part] for part in ("reader", "analyzer", "extractor", "documents")
}
"""Of what decides how an article is extracted, whoever is who."""

_FIRST: Final = "there is no index yet"
_LIMITS: Final = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)

_REPORTED: Final = tuple(
    (part, VERSIONS[part]) for part in ("reader", "extractor", "identities", "documents")
)


@dataclass(frozen=True, slots=True)
class Means:
    """How a run works, whatever it works on; the index is the same.

    Attributes:
        processes: how many extract, beside the one that reads; 1 for none.
        resume: take over what a run that died or was held back has extracted.
        space_check: refuse to begin where the disk is too small for what is to be read.
    """

    processes: int = 1
    resume: bool = True
    space_check: bool = True


ALONE: Final = Means()


def reindex(  # noqa: PLR0913 - what to do is one thing, how another
    archive: Archive,
    writer: IndexWriter,
    *,
    full: bool,
    keep_others: bool,
    progress: Callable[[Event], None],
    aliases: Aliases = NO_ALIASES,
    gate: Gate | None = None,
    means: Means = ALONE,
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
        aliases: what the operator says about the names of speakers.
        gate: what must hold before the new generation is published; None lets everything pass.
            Where it finds reasons against, the report has them and the generation is held back.
        means: how to go about it.

    Raises:
        ConfigError: a full run is necessary, and would lose the articles to be kept; or nothing
            would be left in the index, and that was not asked for by `full`.
        CorpusError: none of the inputs could be found.
        EngineError: see `IndexWriter.start_build`; or the disk is full, the memory runs out, a
            process is killed.
    """
    meter = Meter(progress)
    versions = {**VERSIONS, "alias file": aliases.checksum}
    with _reporting():
        build, reason = _start(writer, versions, full=full, keep_others=keep_others)
        try:
            ledger = Ledger(build.sidecar(LEDGER_FILE), versions)
            with _books(build, ledger, meter, resume=means.resume) as books:
                meter.start(full=build.fresh, reason=reason, resumed=books.spool.found)
                run = Run(archive, build, books, meter)
                run.list_inputs(keep_others=keep_others, space_check=means.space_check)
                with closing(Workers(extracted, means.processes)) as team:
                    run.read_inputs(team)
                run.remove_orphans()
                run.index(aliases)
                report = run.report(reason)
                differ = _write_rejects(build.sidecar(REJECTS_FILE), books.ledger)
                if differ or run.changed or build.fresh:
                    if not (report.articles or full):
                        raise _nothing_left(report, first=reason == _FIRST)
                    meter.enter(Phase.PUBLISHING)
                    report = _publish(build, books, report, gate)
            return replace(report, elapsed_s=meter.elapsed_s)
        finally:
            build.abandon()


def reindex_shard(  # noqa: PLR0913 - as `reindex`
    archive: Archive,
    writer: SharedWriter,
    shard: Shard,
    *,
    progress: Callable[[Event], None],
    aliases: Aliases = NO_ALIASES,
    gate: Gate | None = None,
    means: Means = ALONE,
) -> ReindexReport:
    """What was done as one of several runs that make one generation, always from nothing.

    Each reads its share of the inputs, waits until all have read theirs, and indexes what it has
    read; the last one publishes. All must see the same inputs under the same paths, and have
    the same settings and the same alias file. The documents are those of a single run.

    Args:
        archive: the inputs, all of them.
        writer: of the index.
        shard: which of the runs this is.
        progress: is told each event.
        aliases: what the operator says about the names of speakers.
        gate: what must hold before the new generation is published; the last run asks it.
        means: how to go about it.

    Raises:
        ConfigError: nothing would be left in the index.
        CorpusError: none of the inputs could be found.
        EngineError: see `SharedWriter.join_build` and `reindex`; or the runs do not agree.
    """
    meter = Meter(progress)
    versions = {**VERSIONS, "alias file": aliases.checksum}
    with _reporting():
        build = writer.join_build(shard)
        try:
            ledger = SharedLedger(build.sidecar(LEDGER_FILE), versions, shard)
            with _books(build, ledger, meter, resume=means.resume) as books:
                meter.start(full=True, reason=None, resumed=books.spool.found)
                run = SharedRun(archive, build, books, ledger, meter)
                run.list_inputs(keep_others=False, space_check=means.space_check)
                run.agree(versions)
                with closing(Workers(extracted, means.processes)) as team:
                    run.read_inputs(team)
                run.exchange()
                run.index(aliases)
                report = replace(run.report(None), shard=str(shard))
                if not run.finish():
                    report = replace(report, awaited=run.awaited())
                else:
                    report = _publish_shared(run, build, books, report, gate)
            return replace(report, elapsed_s=meter.elapsed_s)
        finally:
            build.abandon()


def _publish_shared(
    run: SharedRun, build: SharedBuild, books: Books, report: ReindexReport, gate: Gate | None
) -> ReindexReport:
    """The report of the last of several runs, with what was published, or held back."""
    whole = run.report(None)
    report = replace(whole, shard=report.shard, added=whole.articles)
    _write_rejects(build.sidecar(REJECTS_FILE), books.ledger)
    if not report.articles:
        raise _nothing_left(report, first=False)
    return _publish(build, books, report, gate)


def _publish(
    build: IndexBuild, books: Books, report: ReindexReport, gate: Gate | None
) -> ReindexReport:
    """The report with what was published, or held back."""
    books.ledger.finish()
    books.register.finish()
    try:
        status = build.publish(rejects=report.rejects, versions=_REPORTED, gate=gate)
    except HeldBack as error:
        books.spool.is_wanted = True  # the next run finds the same articles, mostly
        return replace(report, held=Held(error.generation, error.reasons))
    return replace(report, status=status)


@contextmanager
def _reporting() -> Iterator[None]:
    """Tell of what the machine refuses, wherever that comes up."""
    try:
        yield
    except MemoryError as error:
        raise out_of_memory("reindex") from error
    except sqlite3.OperationalError as error:
        raise EngineUnavailable(
            f"a database of the build cannot be read or written: {error}; look for space, rights"
            " and the limit of open files where the index lies, and run it again"
        ) from error
    except OSError as error:
        if error.errno not in _LIMITS:
            raise
        raise EngineUnavailable(
            f"{error.filename or 'reindex'}: {error.strerror}{advice(error)}"
        ) from error


@contextmanager
def _books(build: IndexBuild, opened: Ledger, meter: Meter, *, resume: bool) -> Iterator[Books]:
    """What the run keeps on disk."""
    with (
        closing(opened) as ledger,
        closing(Register(build.sidecar(IDENTITIES_FILE))) as register,
        _spool(build, meter, resume=resume) as spool,
    ):
        yield Books(ledger, register, spool)


@contextmanager
def _spool(build: IndexBuild, meter: Meter, *, resume: bool) -> Iterator[Spool]:
    """The spool of a run; it goes with the run, unless that is held back or ended midway."""
    spool = Spool(build.scratch(SPOOL_FILE), _EXTRACTED_BY, resume=resume)
    keep = False
    try:
        yield spool
    except BaseException as error:  # raised again
        refused = isinstance(error, (SearchsvcError, sqlite3.Error, OSError, MemoryError))
        keep = isinstance(error, ProcessLost) or not refused
        raise
    finally:
        if spool.close(keep=keep or spool.is_wanted):
            meter.keep(spool.held)


def _start(
    writer: IndexWriter, versions: Mapping[str, str], *, full: bool, keep_others: bool
) -> tuple[IndexBuild, str | None]:
    """A build, and why it is a full one although nobody asked for that."""
    try:
        build = writer.start_build(fresh=full)
    except IndexIncompatible as error:
        reason: str | None = f"index format {error.found!r} is now {error.expected!r}"
    else:
        if build.fresh:
            return build, None if full else _FIRST
        try:
            reason = outdated(build.sidecar(LEDGER_FILE), versions)
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


def _nothing_left(report: ReindexReport, *, first: bool) -> ConfigError:
    """Why an index without any article is not published unless that was asked for.

    It is hardly ever meant: a folder is empty because a disk is not mounted, a column is mapped
    wrongly, or a bug fails on every article.
    """
    files = "1 file" if report.files == 1 else f"{report.files:,} files"
    message = "no article that could be indexed"
    message += f" in {files}" if report.files else ": there is no file to read"
    for reject in report.first_rejects[:1]:
        where = reject.path if reject.place is None else f"{reject.path}, {reject.place}"
        message += f"; {report.rejects:,} rejects, the first: {where}: {reject.reason}"
    stays = "nothing is published" if first else "the published index stays as it is"
    return ConfigError(
        f"{message}; {stays}, and --full would publish an empty one",
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
        raise EngineUnavailable(
            f"{path}: cannot be written: {error.strerror}{advice(error)}"
        ) from error
    return differ
