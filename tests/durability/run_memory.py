"""`python -m tests.durability.run_memory INPUTS`: memory of a reindex with its processes, all together.

The command runs on an empty index with each number of processes that extract; it and all that it starts
are looked at twenty times a second, and what belongs to no file (RssAnon) is added up. Pages that processes
share since they were forked count for each of them, so that the sums are above what the machine gives.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import click

from searchsvc import wiring
from searchsvc.settings import load_settings
from tests.bench.memory import Peak
from tests.durability.tables import table, verdict
from tests.endpoint.serving import environment

MOST_MB: Final = 1000.0


def measured(inputs: list[Path], processes: int, index: Path) -> tuple[int, float, float, float]:
    """Articles indexed, seconds, and the largest sums of anonymous and of resident memory in MB.

    Raises:
        RuntimeError: the command failed; with what it said.
    """
    chosen = {"index.path": str(index), "index.processes": str(processes)}
    options = [word for key, value in chosen.items() for word in ("--set", f"{key}={value}")]
    command = [sys.executable, "-m", "searchsvc", "reindex", *options, *map(str, inputs)]
    began = time.monotonic()
    told = index.parent / "told"
    with (
        told.open("wb") as out,
        subprocess.Popen(command, env=environment(), stdout=out, stderr=out) as process,
    ):
        peak = Peak(process.pid)
        peak.start()
        code = process.wait()
        most = peak.stop()
    if code:
        message = f"{' '.join(command)} ended with {code}: {told.read_text()[-2000:]}"
        raise RuntimeError(message)
    took = time.monotonic() - began
    engine = wiring.open_engine(load_settings(overrides={"index.path": str(index)}))
    articles = engine.status().articles
    engine.close()
    return articles, took, most.anonymous_mb, most.rss_mb


def main() -> int:
    """Measure each number of processes, and print a row of each; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path, help="what is indexed")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    inputs = [each.resolve() for each in options.inputs]
    rows: list[tuple[object, ...]] = [
        ("processes", "articles", "seconds", "anonymous", "resident")
    ]
    wrong = []
    for processes in options.processes:
        with tempfile.TemporaryDirectory(prefix="memory-") as folder:
            articles, took, anonymous, resident = measured(inputs, processes, Path(folder) / "ix")
        rows.append(
            (processes, articles, f"{took:.0f}", f"{anonymous:.0f} MB", f"{resident:.0f} MB")
        )
        if anonymous > MOST_MB:
            wrong.append(f"{processes} processes took {anonymous:.0f} MB")
    click.echo(table(rows) + "\n")
    return verdict([("allowed", f"{MOST_MB:.0f} MB")], wrong)


if __name__ == "__main__":
    sys.exit(main())
