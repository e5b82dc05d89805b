"""Keeping freed memory at hand, which arrays that live for a millisecond need."""

from __future__ import annotations

import contextlib
import ctypes
from typing import Final

M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
KEPT_BYTES: Final = 64 << 20
"""Freed memory that the process keeps for its next arrays instead of giving it back."""
LARGE_BYTES: Final = 32 << 20
"""Arrays from this size on are mapped afresh each time, which is the most that glibc allows."""


def keep_freed_memory() -> bool:
    """Whether the C library could be told to keep freed memory; it is asked to, process-wide.

    By default glibc maps every array above 128 KB anew and each of its pages then costs a fault,
    which made sums over such arrays ten times slower. Source of the parameters: mallopt(3).
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # not glibc: nothing to tune
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, LARGE_BYTES) and mallopt(M_TRIM_THRESHOLD, KEPT_BYTES))


def give_back_freed_memory() -> None:
    """Give all freed memory back to the system, also what lies between arrays still in use.

    Takes milliseconds; to be called when much was freed and what comes next needs less.
    Source: malloc_trim(3).
    """
    with contextlib.suppress(OSError, AttributeError):  # not glibc: it has its own ways
        ctypes.CDLL(None).malloc_trim(0)
