"""Corpus → extract → identities → documents → engine: one run, from inputs to publication."""

from __future__ import annotations

import filecmp
import json
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from searchsvc.corpus import READER_VERSION
from searchsvc.documents import DOCUMENTS_VERSION
from searchsvc.engine.contract import Held
from searchsvc.errors import ConfigError, EngineUnavailable, HeldBack, IndexIncompatible
from searchsvc.extract import EXTRACTOR_VERSION
from searchsvc.identities import IDENTITIES_FILE, IDENTITIES_VERSION, NO_ALIASES, Register
from searchsvc.reindex.ledger import LEDGER_FILE, LEDGER_VERSION, Ledger, outdated
from searchsvc.reindex.report import Meter, Phase, ReindexReport
from searchsvc.reindex.spool import Spool
from searchsvc.reindex.steps import Books, Run
from searchsvc.text import ANALYZER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from searchsvc.corpus import Archive
    from searchsvc.engine.building import Gate, IndexBuild, IndexWriter
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

_REPORTED: Final = tuple(
    (part, VERSIONS[part]) for part in ("reader", "extractor", "identities", "documents")
)


def reindex(  # noqa: PLR0913 - one argument per choice
    archive: Archive,
    writer: IndexWriter,
    *,
    full: bool,
    keep_others: bool,
    progress: Callable[[Event], None],
    aliases: Aliases = NO_ALIASES,
    gate: Gate | None = None,
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

    Raises:
        ConfigError: a full run is necessary, and would lose the articles to be kept; or nothing
            would be left in the index, and that was not asked for by `full`.
        CorpusError: none of the inputs could be found.
        EngineError: see `IndexWriter.start_build`; or the disk is full.
    """
    meter = Meter(progress)
    versions = {**VERSIONS, "alias file": aliases.checksum}
    build, reason = _start(writer, versions, full=full, keep_others=keep_others)
    report = None
    try:
        with (
            closing(Ledger(build.sidecar(LEDGER_FILE), versions)) as ledger,
            closing(Register(build.sidecar(IDENTITIES_FILE))) as register,
            closing(Spool(build.sidecar(LEDGER_FILE).parent)) as spool,
        ):
            meter.start(full=build.fresh, reason=reason)
            run = Run(archive, build, Books(ledger, register, spool), meter)
            run.list_inputs(keep_others=keep_others)
            run.read_inputs()
            run.remove_orphans()
            run.index(aliases)
            found = run.report(reason)
            if _write_rejects(build.sidecar(REJECTS_FILE), ledger) or run.changed or build.fresh:
                if not (found.articles or full):
                    raise _nothing_left(found)
                meter.enter(Phase.PUBLISHING)
                ledger.finish()
                register.finish()
                found = report = _publish(build, found, gate)
        return replace(found, elapsed_s=meter.elapsed_s)
    finally:
        if report is None:
            build.abandon()


def _publish(build: IndexBuild, report: ReindexReport, gate: Gate | None) -> ReindexReport:
    """The report with what was published, or held back."""
    try:
        status = build.publish(rejects=report.rejects, versions=_REPORTED, gate=gate)
    except HeldBack as error:
        return replace(report, held=Held(error.generation, error.reasons))
    return replace(report, status=status)


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
            return build, None if full else "there is no index yet"
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
