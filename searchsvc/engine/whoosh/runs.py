"""Gathering documents for segments, which this process writes, or others while it reads on."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final, Protocol

from searchsvc.columnar.memory import keep_freed_memory
from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.writing.drafts import Draft
from searchsvc.columnar.writing.rows import write_segment
from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from searchsvc.columnar.layout import Layout
    from searchsvc.columnar.words.chunks import Analysis
    from searchsvc.columnar.writing.rows import Row

MOST_BYTES: Final = 260 << 20
"""Memory for words met and for documents that wait to be written by this process."""

WORD_BYTES: Final = 250
"""Memory for a word of the lexicon."""

HANDED_CHARACTERS: Final = 16_000_000
"""Text and stored text that another process is given at a time."""


class Run(Protocol):
    """Documents of one collection that wait to be written as one segment.

    Attributes:
        bytes: memory that they take, more or less.
    """

    bytes: int

    def __len__(self) -> int:
        """How many there are."""
        ...

    def add(self, rows: Iterable[Row]) -> None:
        """Take in more, in any order."""
        ...

    def write(self, folder: Path, name: str) -> None:
        """Write them into the folder, under the name, now or in a while; none are left."""
        ...


class SegmentWriters:
    """Writes segments in this process one by one, or several at a time in others.

    At most as many are under way as there are processes, so that what waits to be written never
    fills the memory. What goes wrong in a process is raised by the next call.
    """

    def __init__(self, analysis: Analysis, processes: int) -> None:
        """With one process, write in this one."""
        keep_freed_memory()
        self._analysis = analysis
        self._lexicon = Lexicon(analysis)
        self._runs: list[Run] = []
        self._pool: ProcessPoolExecutor | None = None
        self._under_way: deque[Future[None]] = deque()
        if processes > 1:
            self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        self._most = processes

    @property
    def full(self) -> bool:
        """Whether all runs should be written now, and `forget_if_large` be called then."""
        size = sum(run.bytes for run in self._runs)
        if self._pool is not None:
            return size >= HANDED_CHARACTERS
        return size + len(self._lexicon) * WORD_BYTES >= MOST_BYTES

    def start(self, layout: Layout) -> Run:
        """A run without documents; it may be written and filled again any number of times."""
        run = Draft(layout, self._lexicon) if self._pool is None else _Gathered(layout, self)
        self._runs.append(run)
        return run

    def forget_if_large(self) -> None:
        """Forget the words met, if there are many, all runs being empty."""
        self._lexicon.forget_if_large()

    def submit(self, rows: list[Row], layout: Layout, folder: Path, name: str) -> None:
        """Have a segment of `rows` written by another process."""
        if self._pool is None:
            raise ValueError("there are no other processes")
        with _reporting_kills():
            while len(self._under_way) >= self._most:
                self._under_way.popleft().result()
            try:
                self._under_way.append(
                    self._pool.submit(_write_elsewhere, rows, layout, self._analysis, folder, name)
                )
            except (OSError, ValueError):
                # A pool of which a process died closes its pipes, also beneath one that is being
                # started. Asked again, it says that it is broken, if it is.
                self._pool.submit(os.getpid)
                raise

    def close(self, *, give_up: bool = False) -> None:
        """Wait until everything is written, or only begun things are, and let the processes go.

        Safe to call twice.
        """
        try:
            with _reporting_kills():
                while self._under_way and not give_up:
                    self._under_way.popleft().result()
        finally:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None


class _Gathered:
    """A run that another process is given; `bytes` counts characters."""

    def __init__(self, layout: Layout, writers: SegmentWriters) -> None:
        self._layout = layout
        self._writers = writers
        self._rows: list[Row] = []
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows.append(row)
            self.bytes += sum(len(text) for texts in row.words.values() for text in texts)
            self.bytes += len(row.stored or b"")

    def write(self, folder: Path, name: str) -> None:
        self._writers.submit(self._rows, self._layout, folder, name)
        self._rows, self.bytes = [], 0


@contextmanager
def _reporting_kills() -> Iterator[None]:
    """Turn the end of a process that somebody killed inside into EngineUnavailable."""
    try:
        yield
    except BrokenProcessPool as error:
        raise EngineUnavailable(
            "a process that wrote a part of the index was killed, perhaps for want of memory;"
            " run it again, or set index.processes lower"
        ) from error


def _write_elsewhere(
    rows: list[Row], layout: Layout, analysis: Analysis, folder: Path, name: str
) -> None:
    write_segment(rows, layout, lexicon=_own_lexicon(analysis), folder=folder, name=name)


@cache
def _own_lexicon(analysis: Analysis) -> Lexicon:
    """The lexicon of this process, which lasts from segment to segment."""
    keep_freed_memory()
    return Lexicon(analysis)
