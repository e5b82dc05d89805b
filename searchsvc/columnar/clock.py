"""Time of the processor that a question is answerable for: this thread's, but for what is kept.

What is made when it is first asked for, and kept for all who come after, is not the fault of the
question that happened to be the first.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Free(threading.local):
    """Seconds of this thread that nobody is answerable for."""

    seconds = 0.0


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
