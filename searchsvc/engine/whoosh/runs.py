"""Writing segments in this process, or in others while this one goes on reading."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from searchsvc.columnar.lexicon import Lexicon
from searchsvc.columnar.rows import write_segment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from searchsvc.columnar.chunks import Analysis
    from searchsvc.columnar.layout import Layout
    from searchsvc.columnar.rows import Row


class SegmentWriters:
    """Writes segments one by one, or several at a time.

    At most as many are under way as there are processes, so that what waits to be written never
    fills the memory. What goes wrong in a process is raised by the next call.
    """

    def __init__(self, folder: Path, analysis: Analysis, processes: int) -> None:
        """Write into `folder`; with one process, in this one."""
        self._folder = folder
        self._analysis = analysis
        self._lexicon = Lexicon(analysis)
        self._pool: ProcessPoolExecutor | None = None
        self._under_way: deque[Future[None]] = deque()
        if processes > 1:
            self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        self._most = processes

    def write(self, rows: Sequence[Row], layout: Layout, name: str) -> None:
        """Write a segment of `rows`, now or in a while."""
        if self._pool is None:
            _write(rows, layout, self._lexicon, self._folder, name)
            return
        while len(self._under_way) >= self._most:
            self._under_way.popleft().result()
        self._under_way.append(
            self._pool.submit(_write_elsewhere, rows, layout, self._analysis, self._folder, name)
        )

    def close(self, *, give_up: bool = False) -> None:
        """Wait until everything is written, or only begun things are, and let the processes go.

        Safe to call twice.
        """
        try:
            while self._under_way and not give_up:
                self._under_way.popleft().result()
        finally:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None


def _write(rows: Sequence[Row], layout: Layout, lexicon: Lexicon, folder: Path, name: str) -> None:
    write_segment(rows, layout, lexicon=lexicon, folder=folder, name=name)
    lexicon.forget_if_large()


def _write_elsewhere(
    rows: Sequence[Row], layout: Layout, analysis: Analysis, folder: Path, name: str
) -> None:
    _write(rows, layout, _own_lexicon(analysis), folder, name)


@cache
def _own_lexicon(analysis: Analysis) -> Lexicon:
    """The lexicon of this process, which lasts from segment to segment."""
    return Lexicon(analysis)
