"""`searchsvc verify`: look for damage."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit, command, json_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.engine.verification import VerifyProgress, VerifyReport
    from searchsvc.settings import Settings

    Listener = Callable[[VerifyProgress], None]

_LINE_EVERY_S: Final = 5.0
_JSON_EVERY_S: Final = 1.0


@command("verify")
@click.argument("generation", required=False)
@click.option(
    "--full", is_flag=True, help="Read everything, and compare it with the stored documents."
)
@json_option
def verify(settings: Settings, *, generation: str | None, full: bool, as_json: bool) -> Exit:
    """Look for damage in GENERATION, or in the published one.

    Without --full names and sizes of all files, and the content of small ones, are compared with
    what was written, as searches do when they open it. With it all of them are read: checksums,
    then postings, facet columns and statements against the stored articles, the ledger, and sample
    queries against counting by hand. Nothing is changed, and searches go on meanwhile. Every
    problem is listed with what to do. Progress goes to standard error; with --json it is written as
    JSON lines, the last of which is the report.

    \b
    Examples:
      searchsvc verify
      searchsvc verify --full
      searchsvc verify gen-000041 --full --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.reindex import check_sidecars  # noqa: PLC0415 - likewise

    with _shown(as_json=as_json) as tell:
        report = wiring.open_verifier(settings).verify(
            generation=generation, full=full, tell=tell, sidecars=check_sidecars
        )
    if as_json:
        body = {"event": "report", "sound": report.sound, **asdict(report)}
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo("\n".join(lines(report)))
    return Exit.DONE if report.sound else Exit.BAD_INDEX


def lines(report: VerifyReport) -> Iterator[str]:
    """The report in words, line by line."""
    from searchsvc.cli.progress import counted, duration  # noqa: PLC0415 - slow to import

    role = "published" if report.published else "not published"
    if not report.sound:
        if report.published is None:
            yield f"Nothing tells which generation is published; looked at {report.generation}:"
        else:
            yield f"{report.generation} ({role}) is damaged:"
        for problem in report.problems:
            yield f"  {problem}"
        yield "What to do:"
        for remedy in dict.fromkeys(problem.remedy for problem in report.problems):
            yield f"  {remedy}"
        return
    size = f"{report.size_bytes / 1e6:,.1f} MB"
    compared = f"{counted(report.files, 'file')}, {size}"
    if not report.full:
        yield f"{report.generation} ({role}): {compared}: all there, in the size that was written."
        yield "Of large files the content was not read; --full does that."
        return
    yield (
        f"{report.generation} ({role}) is sound: {compared},"
        f" {counted(report.articles, 'article')} with"
        f" {counted(report.statements, 'statement')},"
        f" {report.questions:,} sample queries, in {duration(report.elapsed_s)}."
    )


@contextmanager
def _shown(*, as_json: bool) -> Iterator[Listener]:
    """What to tell of progress, so that it is shown as suits where standard error leads."""
    if as_json:
        yield _paced(_json_line, _JSON_EVERY_S)
    elif sys.stderr.isatty():
        with _live() as listener:
            yield listener
    else:
        yield _paced(lambda progress: click.echo(in_words(progress), err=True), _LINE_EVERY_S)


def in_words(progress: VerifyProgress) -> str:
    """How far a verification is."""
    from searchsvc.cli.progress import duration  # noqa: PLC0415 - slow to import

    share = f" ({100 * progress.done // progress.total} %)" if progress.total else ""
    left = "" if progress.left_s is None else f", {duration(progress.left_s)} left"
    return f"{progress.step.value}{share}{left}"


def _paced(show: Listener, interval_s: float) -> Listener:
    """Shows the first progress of each step, then one per interval."""
    step: str | None = None
    last = 0.0

    def tell(progress: VerifyProgress) -> None:
        nonlocal step, last
        now = time.monotonic()
        if progress.step != step or now - last >= interval_s:
            step, last = progress.step, now
            show(progress)

    return tell


def _json_line(progress: VerifyProgress) -> None:
    body: dict[str, Any] = {"event": "progress", **asdict(progress)}
    click.echo(json.dumps(body))


@contextmanager
def _live() -> Iterator[Listener]:
    from rich.console import Console  # noqa: PLC0415 - slow to import, needed on terminals only
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415 - likewise

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24))
    with Progress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("", total=None)

        def show(progress: VerifyProgress) -> None:
            display.update(
                task,
                description=in_words(progress),
                total=progress.total or None,
                completed=progress.done,
            )

        yield show
