"""What a reindex has done, as the terminal and programs are told."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.generations import status_body

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from searchsvc.cli.reindex import Options
    from searchsvc.engine.contract import Held
    from searchsvc.reindex import ReindexReport
    from searchsvc.settings import Settings


def summary(report: ReindexReport) -> str:
    """What was done, in a line or two."""
    from searchsvc.cli.progress import counted, duration  # noqa: PLC0415 - slow to import

    if report.held is not None:
        return _held_back(report.held)
    if report.awaited:
        return (
            f"Shard {report.shard} is done: {counted(report.added, 'article')}. The last one"
            f" publishes; not done yet:\n  " + "\n  ".join(report.awaited)
        )
    if report.status is None:
        return f"Nothing has changed in {counted(report.files, 'file')}; the index stays as it is."
    parts = [f"{report.added:,} added"]
    if not report.full:
        parts += [f"{report.replaced:,} replaced", f"{report.removed:,} removed"]
    published = (
        f"Published {report.status.generation}: {counted(report.status.articles, 'article')}"
        f" with {counted(report.status.statements, 'statement')}"
        f" ({', '.join(parts)}) in {duration(report.elapsed_s)}."
    )
    if report.resumed:
        published += f"\nResumed: {counted(report.resumed, 'article')} had been extracted already."
    if not report.outdated_names:
        return published
    names = counted(report.outdated_names, "name")
    return f"{published}\nA run with --full would show {names} of speakers otherwise."


def _held_back(held: Held) -> str:
    reasons = "".join(f"\n  {reason}" for reason in held.reasons)
    return (
        f"Built {held.generation}, but did not publish it; the published index stays as it is:"
        f"{reasons}\nMend the cause and run this again, or publish it all the same: searchsvc publish"
    )


def show(
    report: ReindexReport, settings: Settings, options: Options, *, rejects: bool = True
) -> None:
    """Write what a run has done, and what it could not index unless `rejects` is false."""
    if options.as_json:
        click.echo(json.dumps(_report_body(report), ensure_ascii=False))
        return
    click.echo(summary(report))
    if rejects:
        _show_rejects(report, options.rejects_to or _published_rejects(report, settings))


def _report_body(report: ReindexReport) -> dict[str, Any]:
    return {
        "event": "report",
        **asdict(report),
        "status": report.status and status_body(report.status),
    }


def _published_rejects(report: ReindexReport, settings: Settings) -> Path | None:
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.reindex import REJECTS_FILE  # noqa: PLC0415 - likewise

    if report.status is None:
        return None
    with wiring.sidecar(settings, report.status.generation, REJECTS_FILE) as file:
        pass
    return file if file.exists() else None  # in a cluster it lies in no folder


def _show_rejects(report: ReindexReport, file: Path | None) -> None:
    if not report.rejects:
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import, needed for rejects only

    click.echo(f"\n{report.rejects:,} could not be indexed:")
    console = Console()
    if console.is_terminal:
        console.print(_reject_table(report))
    else:
        for reject in report.first_rejects:
            where = reject.path if reject.place is None else f"{reject.path}, {reject.place}"
            click.echo(f"  {where}: {reject.reason}")
    more = report.rejects - len(report.first_rejects)
    if more:
        where = f", see {file}" if file else "; --rejects FILE lists all"
        click.echo(f"  and {more:,} more{where}")


def _reject_table(report: ReindexReport) -> Table:
    from rich.table import Table  # noqa: PLC0415 - slow to import, needed on terminals only
    from rich.text import Text  # noqa: PLC0415 - likewise

    table = Table("file", "place", "reason")
    for reject in report.first_rejects:
        table.add_row(Text(reject.path), Text(reject.place or ""), Text(reject.reason))
    return table
