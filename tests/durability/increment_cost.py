"""`python -m tests.durability.increment_cost`: seconds and new disk of increments on a large index.

The index is made once, in a folder that is kept (`--work`). Each increment is a whole `reindex` of
an archive to which one file of articles was added, or in which one was changed or deleted. New disk
is what the new generation holds in files that the one before does not have.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc import wiring
from searchsvc.corpus import Archive
from searchsvc.engine.whoosh.generations import CURRENT, SIDECARS
from searchsvc.reindex import Phase, reindex
from tests.durability.answers import settings_for
from tests.durability.large_archives import publish_unread, write_large_archive, write_rows
from tests.durability.tables import table

if TYPE_CHECKING:
    from searchsvc.reindex import Event
    from searchsvc.settings import Settings

OPENING: Final = "opening"
PHASES: Final = (OPENING, *(str(phase) for phase in Phase))
KINDS: Final = ("add", "add", "change", "add", "remove")
"""What the increments do, in turn; changed and removed is what one of them added."""


@dataclass(slots=True)
class Cost:
    """What one increment took.

    Attributes:
        seconds, cpu: by the clock and of the processor, by phase.
        segments, sidecars, others: new bytes.
    """

    kind: str
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    segments: int = 0
    sidecars: int = 0
    others: int = 0

    @property
    def new_bytes(self) -> int:
        """All of them."""
        return self.segments + self.sidecars + self.others


class Clock:
    """Adds up the time between the events of a run, by phase."""

    def __init__(self, cost: Cost) -> None:
        """Begin with the first phase, before any event."""
        self._cost = cost
        self._phase = OPENING
        self._at = time.perf_counter(), time.process_time()

    def __call__(self, event: Event) -> None:
        """What was spent until here goes to the phase before; `event` tells the next one."""
        self.stop()
        phase = getattr(event, "phase", None)
        self._phase = str(phase) if phase is not None else self._phase

    def stop(self) -> None:
        """What was spent until here goes to the phase at hand."""
        now = time.perf_counter(), time.process_time()
        self._cost.seconds[self._phase] += now[0] - self._at[0]
        self._cost.cpu[self._phase] += now[1] - self._at[1]
        self._at = now


def increment(archive: Path, settings: Settings, kind: str) -> Cost:
    """What it took to bring the index up to date with the archive."""
    cost = Cost(kind)
    clock = Clock(cost)
    report = reindex(
        Archive([str(archive)], settings),
        wiring.open_writer(settings),
        full=False,
        keep_others=False,
        progress=clock,
    )
    clock.stop()
    assert report.status is not None, "nothing was new"
    assert not report.full, report.reason
    generation = settings.index.path / report.status.generation
    for file in generation.rglob("*"):
        about = file.stat()
        if not file.is_file() or about.st_nlink > 1:
            continue
        if file.parent.name == SIDECARS:
            cost.sidecars += about.st_size
        elif file.suffix in (".arrays", ".stored"):
            cost.segments += about.st_size
        else:
            cost.others += about.st_size
    return cost


def costs(folder: Path, *, articles: int, size: int, increments: int) -> list[Cost]:
    """What `increments` increments of `size` articles take on an index of `articles`."""
    archive = folder / "archive"
    settings = settings_for(folder / "index")
    if not (folder / "index" / CURRENT).exists():
        write_large_archive(archive, articles)
        publish_unread(archive, settings, articles)
    used = len(list(archive.glob("new-*")))
    numbers = count(articles + 1_000_000 * used, size)
    added: list[tuple[str, int]] = []
    found = []
    for step in range(increments):
        kind = KINDS[step % len(KINDS)]
        if kind == "add":
            added.append((f"new-{used + step:05}.jsonl", next(numbers)))
            write_rows(archive, added[-1][1], added[-1][1] + size, name=added[-1][0])
        elif kind == "change":
            name, first = added[-1]
            write_rows(archive, first, first + size, name=name, version=1)
        else:
            (archive / added.pop()[0]).unlink()
        found.append(increment(archive, settings, kind))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print a row for each increment; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability.increment_cost")
    parser.add_argument("--articles", type=int, default=1_000_000, help="of the index")
    parser.add_argument("--size", type=int, default=100, help="articles of an increment")
    parser.add_argument("--increments", type=int, default=10)
    parser.add_argument("--work", type=Path, required=True, help="folder of the index; is kept")
    asked = parser.parse_args(arguments)
    found = costs(
        asked.work, articles=asked.articles, size=asked.size, increments=asked.increments
    )
    click.echo(
        f"Increments of {asked.size:,} articles on {asked.articles:,}: seconds of the processor"
    )
    click.echo(table([("", *PHASES, "all", "by the clock", "new bytes", "in sidecars")] + [
        (
            cost.kind,
            *(f"{cost.cpu[phase]:.2f}" for phase in PHASES),
            f"{sum(cost.cpu.values()):.2f}",
            f"{sum(cost.seconds.values()):.2f}",
            cost.new_bytes,
            cost.sidecars,
        )
        for cost in found
    ]))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
