"""`python -m tests.durability.memory`: what an article or a file costs the process that reads them.

What a run keeps of each is kept for so many, and for three times as many, in processes of their own;
the difference of their anonymous memories, an item, is what grows with the archive.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

import click

from searchsvc.corpus.met import MetFiles, MetIds
from tests.bench.memory import memory_of
from tests.durability.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable

LARGER: Final = 3


def _ids(count: int) -> MetIds:
    met = MetIds()
    reading = met.begin("/srv/news/rows.jsonl")
    for number in range(count):
        met.first(f"n{number:07}", reading)
    return met


def _files(count: int) -> MetIds:
    met = MetIds()
    for number in range(count):
        met.begin(f"/srv/news/{number // 1000:05}/story-{number:08}.txt")
    return met


def _overlapping(count: int) -> MetFiles:
    met = MetFiles()
    for number in range(count):
        status = SimpleNamespace(st_dev=65_024, st_ino=10_000_000 + number)
        met.is_first(cast("os.stat_result", status))
    return met


SUBJECTS: Final[dict[str, Callable[[int], object]]] = {
    "ids of articles": _ids,
    "files that were read": _files,
    "files of inputs that may overlap": _overlapping,
}


def taken(subject: str, count: int) -> float:
    """What this process takes for that many, in megabytes (10**6 bytes) of anonymous memory."""
    before = memory_of(os.getpid()).anonymous_mb
    kept = SUBJECTS[subject](count)
    after = memory_of(os.getpid()).anonymous_mb
    del kept  # until here it was needed
    return after - before


def _measured(subject: str, count: int) -> float:
    """The same, of a process of its own."""
    command = [sys.executable, "-m", "tests.durability.memory", "--measure", subject]
    command += ["--count", str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print a row for each subject; the exit code: 1 where one grows too much."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability.memory")
    parser.add_argument("--count", type=int, default=100_000, help="of the smaller measurement")
    parser.add_argument("--most", type=int, default=20, help="bytes that each may cost")
    parser.add_argument("--measure", choices=SUBJECTS, help="only this, here")
    asked = parser.parse_args(arguments)
    if asked.measure:
        click.echo(taken(asked.measure, asked.count))
        return 0
    sizes = (asked.count, LARGER * asked.count)
    rows: list[tuple[object, ...]] = []
    grown = []
    for subject in SUBJECTS:
        small, large = (_measured(subject, size) for size in sizes)
        grown.append(round((large - small) * 1e6 / (sizes[1] - sizes[0])))
        rows.append((subject, f"{small:.1f} MB", f"{large:.1f} MB", grown[-1]))
    click.echo(table([("kept of", *(f"{size:,}" for size in sizes), "bytes each"), *rows]))
    return int(max(grown) > asked.most)


if __name__ == "__main__":
    sys.exit(main())
