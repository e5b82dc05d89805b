"""The other end of `worker`: one engine in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.bench.memory import Memory, Peak
from tests.bench.results import Build

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from tests.bench.workload import Answer, Query

ROOT = Path(__file__).resolve().parents[2]


class EngineFailed(Exception):
    """The process of an engine ended without an answer; what it said stands above."""


class EngineProcess:
    """One engine that can be asked; a context manager, which ends the process."""

    def __init__(self, name: str, *, raw: bool = False) -> None:
        """Start the process of engine `name`."""
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", name, "raw" if raw else "terms"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._process.communicate()

    def build(self, corpus: Path, index: Path, docs: int, **more: int) -> Build:
        """Build `index` and say what it took; `more` are the numbers of a build in parts."""
        peak = Peak(self._process.pid)
        peak.start()
        try:
            took = self._ask(do="build", corpus=str(corpus), index=str(index), **more)
        finally:
            most = peak.stop()
        return Build(
            engine=self.name,
            docs=docs,
            seconds=took["seconds"],
            cpu_seconds=took["cpu_seconds"],
            size_bytes=sum(path.stat().st_size for path in index.rglob("*") if path.is_file()),
            peak_mb=most.rss_mb,
            peak_anonymous_mb=most.anonymous_mb,
        )

    def open(self, index: Path, query: Query) -> float:
        """Seconds to the answer to a first query."""
        return float(self._ask(do="open", index=str(index), query=query)["seconds"])

    def search(
        self, queries: Sequence[Query], *, facets: bool
    ) -> list[tuple[float, float | None, Answer]]:
        """For each query, asked one right after the other, how long it took and the answer.

        Returns:
            Seconds, and where the engine took that time itself, those until the answer was here.
            First of the last query, by which the process wakes up, and then of each.
        """
        said = self._ask(do="search", queries=list(queries), facets=facets)
        return [(each["seconds"], each["asked"], each["answer"]) for each in said["took"]]

    def memory(self) -> Memory:
        """What the engine uses now."""
        return Memory(**self._ask(do="memory"))

    def _ask(self, **command: Any) -> dict[str, Any]:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise TypeError("the process has no pipes")
        process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise EngineFailed(f"{self.name} ended with code {process.wait()} at {command['do']}")
        said: dict[str, Any] = json.loads(line)
        return said
