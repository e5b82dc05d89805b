"""A reindex as it is watched: a live line on a terminal, plain lines in a log, JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.reindex import Kept, Phase, Progress, Reject, Started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.reindex import Event

    Listener = Callable[[Event], None]

_LINE_EVERY_S: Final = 5.0
_JSON_EVERY_S: Final = 1.0
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600


@contextmanager
def shown(*, as_json: bool) -> Iterator[Listener]:
    """What to tell events to, so that they are shown as suits where standard error leads."""
    if as_json:
        yield _json_lines(time.monotonic)
    elif sys.stderr.isatty():
        with _live() as listener:
            yield listener
    else:
        yield plain_lines(time.monotonic)


def plain_lines(clock: Callable[[], float]) -> Listener:
    """Writes a line when a phase begins and every few seconds."""
    due = _pacer(_LINE_EVERY_S, clock)

    def show(event: Event) -> None:
        if isinstance(event, Started):
            click.echo(started(event), err=True)
        elif isinstance(event, Kept):
            click.echo(kept(event), err=True)
        elif isinstance(event, Progress) and due(event):
            click.echo(f"{event.phase.value}: {counts(event)}", err=True)

    return show


def started(event: Started) -> str:
    """How the run goes about its work, in words."""
    what = "reading everything" if event.full else "reading what is new or has changed"
    if event.reason:
        what += f": {event.reason}"
    if event.resumed:
        what += f"; resumed: {_extracted(event.resumed)} extracted already"
    return what


def kept(event: Kept) -> str:
    """What an interrupted run leaves to the next, in words."""
    return f"{_extracted(event.articles)} extracted; run it again to go on from there"


def _extracted(articles: int) -> str:
    return f"{counted(articles, 'article')} {'was' if articles == 1 else 'were'}"


def counts(progress: Progress) -> str:
    """How far a run is, in words."""
    parts = []
    if progress.files_total is None:
        parts.append(counted(progress.files_done, "file"))
    else:
        files = f"{progress.files_done:,} of {counted(progress.files_total, 'file')}"
        parts.append(
            files if progress.share is None else f"{files} ({int(100 * progress.share)} %)"
        )
    if progress.phase is Phase.NAMING:
        names = f"{progress.names_done:,} of {counted(progress.names_total, 'name')}"
        return ", ".join([names, *_pace(progress, "names")])
    if progress.phase is not Phase.LISTING:
        parts.append(counted(progress.articles, "article"))
        parts.append(counted(progress.statements, "statement"))
    if progress.rejects:
        parts.append(counted(progress.rejects, "reject"))
    return ", ".join([*parts, *_pace(progress, "articles")])


def _pace(progress: Progress, what: str) -> Iterator[str]:
    """How fast the phase is, and when it will be done, as far as that can be told."""
    if progress.rate:
        yield f"{progress.rate:,.0f} {what}/s"
    if progress.left_s is not None:
        yield f"{duration(progress.left_s)} left"


def counted(count: int, noun: str) -> str:
    """`1 file`, `1,204 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def duration(seconds: float) -> str:
    """`42 s`, `3 min 05 s`, `2 h 07 min`."""
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S:02} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S:02} min"


def _pacer(interval_s: float, clock: Callable[[], float]) -> Callable[[Progress], bool]:
    """Whether to show a progress now: the first of each phase, then one per interval."""
    phase: Phase | None = None
    last = clock()

    def due(progress: Progress) -> bool:
        nonlocal phase, last
        now = clock()
        if progress.phase is phase and now - last < interval_s:
            return False
        phase, last = progress.phase, now
        return True

    return due


def _json_lines(clock: Callable[[], float]) -> Listener:
    due = _pacer(_JSON_EVERY_S, clock)

    def show(event: Event) -> None:
        if not isinstance(event, Progress) or due(event):
            click.echo(json.dumps(_event_body(event), ensure_ascii=False))

    return show


def _event_body(event: Event) -> dict[str, Any]:
    kind = {Started: "started", Progress: "progress", Reject: "reject", Kept: "kept"}[type(event)]
    return {"event": kind, **asdict(event)}


@contextmanager
def _live() -> Iterator[Listener]:
    from rich.console import Console  # noqa: PLC0415 - slow to import, needed on terminals only
    from rich.progress import BarColumn, SpinnerColumn, TextColumn  # noqa: PLC0415 - likewise
    from rich.progress import Progress as Display  # noqa: PLC0415 - likewise
    from rich.table import Column  # noqa: PLC0415 - likewise

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24))
    # Wraps where the terminal is narrow; rich would cut off the time left otherwise.
    detail = TextColumn("{task.fields[counts]}", table_column=Column(no_wrap=False))
    with Display(*columns, detail, console=console, transient=True) as display:
        task = display.add_task("starting", total=None, counts="")

        def show(event: Event) -> None:
            if isinstance(event, Started):
                display.console.print(started(event), highlight=False, markup=False)
            elif isinstance(event, Kept):
                display.console.print(kept(event), highlight=False, markup=False)
            elif isinstance(event, Progress):
                display.update(
                    task,
                    description=event.phase.value,
                    total=None if event.share is None else 1.0,
                    completed=event.share,
                    counts=counts(event),
                )

        yield show
