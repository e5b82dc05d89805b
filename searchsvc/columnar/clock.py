"""Time of the processor that a question is answerable for: this thread's, but for what is shared.

What is made when it is first asked for, and kept for all who come after, is not the fault of the
question that happened to be the first. Nor is a round of the garbage collector, which goes through
everything that the process holds, that of the question during which one was due: where a process
holds a gigabyte of objects, one takes a second.
"""

from __future__ import annotations

import gc
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Free(threading.local):
    """Seconds of this thread that nobody is answerable for."""

    seconds = 0.0
    collecting_since = 0.0


_free = _Free()


def answerable() -> float:
    """Seconds of the processor that this thread took so far, without those inside `kept`."""
    return time.thread_time() - _free.seconds


@contextmanager
def kept() -> Iterator[None]:
    """Make something that is kept: nobody is answerable for the time. Also a decorator."""
    started = answerable()
    try:
        yield
    finally:
        _free.seconds += answerable() - started


def _collected(phase: str, _: dict[str, int]) -> None:
    """Nobody is answerable for the collector's round, which runs in the thread that met it."""
    if phase == "start":
        _free.collecting_since = answerable()
    else:
        _free.seconds += answerable() - _free.collecting_since


gc.callbacks.append(_collected)
