"""A reindex as it is watched: a live line on a terminal, plain lines in a log, JSON for programs."""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.reindex import Awaited, Kept, Phase, Progress, Reject, Started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.reindex import Event

    Listener = Callable[[Event], None]

_LINE_EVERY_S: Final = 5.0
_LATER_EVERY_S: Final = 30.0  # a night's run shall not fill the log
_LATER_S: Final = 60.0
_JSON_EVERY_S: Final = 1.0
_SILENCE_S: Final = 10.0  # after it what was told last is told once more
_PHASES: Final = tuple(Phase)
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600


@contextmanager
def shown(*, as_json: bool, terse: bool = False) -> Iterator[Listener]:
    """What to tell events to, so that they are shown as suits where standard error leads.

    Where lines are written, one comes every few seconds, even if nothing can be told but how long
    it has been. With `terse` a run of a few seconds writes none.
    """
    if not as_json and sys.stderr.isatty():
        with _live() as listener:
            yield listener
        return
    lines = _json_lines(time.monotonic) if as_json else plain_lines(time.monotonic, terse=terse)
    over = threading.Event()

    def beat() -> None:
        with suppress(OSError):  # nobody reads any more; the run itself will meet it
            while not over.wait(1):
                lines.again()

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield lines
    finally:
        over.set()
        heart.join()


class Lines:
    """Writes events as lines: of each phase the first, then one now and then."""

    def __init__(
        self,
        write: Callable[[Event], None],
        clock: Callable[[], float],
        *,
        every_s: Callable[[float], float],
        from_s: float = 0.0,
    ) -> None:
        """Nothing is told yet.

        Args:
            write: writes one event.
            clock: seconds, as they pass.
            every_s: from how long it has been to how long until the next line of a phase.
            from_s: how long it has been until the first line.
        """
        self._write = write
        self._clock = clock
        self._every_s = every_s
        self._from_s = from_s
        self._began = self._told = self._came = clock()
        self._last: Progress | None = None
        self._phase: Phase | None = None
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write `event`, unless enough of its kind was written just now."""
        with self._lock:
            if not isinstance(event, Progress):
                self._write(event)
                return
            self._last, self._came = event, self._clock()
            spent = self._came - self._began
            is_due = self._came - self._told >= self._every_s(spent)
            if spent >= self._from_s and (event.phase is not self._phase or is_due):
                self._say(event)

    def again(self) -> None:
        """Write the last progress with the time that has passed, if that is long."""
        with self._lock:
            now = self._clock()
            silence = max(_SILENCE_S, self._every_s(now - self._began))
            if self._last is not None and now - self._told >= silence:
                elapsed_s = self._last.elapsed_s + now - self._came
                self._say(replace(self._last, elapsed_s=elapsed_s, rate=0.0, left_s=None))

    def _say(self, progress: Progress) -> None:
        self._told, self._phase = self._clock(), progress.phase
        self._write(progress)


def plain_lines(clock: Callable[[], float], *, terse: bool = False) -> Lines:
    """Writes a line when a phase begins and every few seconds, later every half minute."""

    def write(event: Event) -> None:
        if isinstance(event, Started):
            if event.reason or event.resumed or not terse:
                click.echo(started(event), err=True)
        elif isinstance(event, Kept):
            click.echo(kept(event), err=True)
        elif isinstance(event, Awaited):
            click.echo(awaited(event), err=True)
        elif isinstance(event, Progress):
            passed = duration(event.elapsed_s)
            click.echo(f"{passed}, {standing(event)}: {counts(event)}", err=True)

    return Lines(
        write,
        clock,
        every_s=lambda spent_s: _LINE_EVERY_S if spent_s < _LATER_S else _LATER_EVERY_S,
        from_s=_LINE_EVERY_S if terse else 0.0,
    )


def standing(progress: Progress) -> str:
    """Which phase it is, and of how many."""
    number = _PHASES.index(progress.phase) + 1
    return f"{progress.phase.value} ({number} of {len(_PHASES)})"


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


def awaited(event: Awaited) -> str:
    """For whom a run waits."""
    return "Waits for the others: " + "; ".join(event.shards)


def _extracted(articles: int) -> str:
    return f"{counted(articles, 'article')} {'was' if articles == 1 else 'were'}"


def counts(progress: Progress) -> str:
    """How far a run is, in words."""
    share = "" if progress.share is None else f" ({int(100 * progress.share)} %)"
    if progress.phase is Phase.NAMING:
        names = f"{progress.names_done:,} of {counted(progress.names_total, 'name')}{share}"
        return ", ".join([names, *_pace(progress, "names")])
    parts = []
    if progress.articles_total is not None:
        done = f"{progress.articles:,} of {counted(progress.articles_total, 'article')}"
        parts.append(f"{done}{share}")
    elif progress.files_total is None:
        parts.append(counted(progress.files_done, "file"))
    else:
        done = f"{progress.files_done:,} of {counted(progress.files_total, 'file')}"
        parts += [f"{done}{share}", counted(progress.articles, "article")]
    if progress.phase is not Phase.LISTING:
        parts.append(counted(progress.statements, "statement"))
    if progress.rejects:
        parts.append(counted(progress.rejects, "reject"))
    return ", ".join([*parts, *_pace(progress, "articles")])


def _pace(progress: Progress, what: str) -> Iterator[str]:
    """How fast the phase is, and when it will be done, as far as that can be told."""
    if progress.rate:
        yield f"{progress.rate:,.0f} {what}/s"
    if progress.left_s is not None:
        yield f"{duration(progress.left_s)} left in this phase"


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


def _json_lines(clock: Callable[[], float]) -> Lines:
    def write(event: Event) -> None:
        click.echo(json.dumps(_event_body(event), ensure_ascii=False))

    return Lines(write, clock, every_s=lambda _: _JSON_EVERY_S)


def _event_body(event: Event) -> dict[str, Any]:
    kinds = {
        Started: "started",
        Progress: "progress",
        Reject: "reject",
        Kept: "kept",
        Awaited: "awaited",
    }
    kind = kinds[type(event)]
    return {"event": kind, **asdict(event)}


@contextmanager
def _live() -> Iterator[Listener]:
    from rich.console import Console  # noqa: PLC0415 - slow to import, needed on terminals only
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - likewise
    from rich.progress import Progress as Display  # noqa: PLC0415 - likewise
    from rich.table import Column  # noqa: PLC0415 - likewise

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
    )
    # Wraps where the terminal is narrow; rich would cut off the time left otherwise.
    detail = TextColumn("{task.fields[counts]}", table_column=Column(no_wrap=False))
    with Display(*columns, detail, console=console, transient=True) as display:
        task = display.add_task("starting", total=None, counts="")

        def show(event: Event) -> None:
            if isinstance(event, Started):
                display.console.print(started(event), highlight=False, markup=False)
            elif isinstance(event, Awaited):
                display.console.print(awaited(event), highlight=False, markup=False)
            elif isinstance(event, Kept):
                display.console.print(kept(event), highlight=False, markup=False)
            elif isinstance(event, Progress):
                display.update(
                    task,
                    description=standing(event),
                    total=None if event.share is None else 1.0,
                    completed=event.share,
                    counts=counts(event),
                )

        yield show
