"""Is there enough space on the disk for what is about to be read?"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_UNPACKED: Final = {".gz": 2.5, ".zip": 2.5, ".html": 0.2, ".htm": 0.2, ".xhtml": 0.2}
"""Bytes of text in a byte of an input, by the end of its name; else 1. Rather too few."""

_SPOOL: Final = 1.2
_INDEX: Final = 1.0
"""Bytes for a byte of text, rather too few: refusing is to be right. Of 3,400 characters an article the
spool takes 1.7."""

_AT_ONCE: Final = 2  # a build has its segments, and then one that they are merged into
_SPARE: Final = 1 << 20  # ledger, register and manifest of the smallest index
_UNITS: Final = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def needed(inputs: Iterable[tuple[str, int]]) -> int:
    """Bytes that a build takes at its largest, at least.

    Args:
        inputs: name and size in bytes of those that are to be read.
    """
    text = sum(size * _UNPACKED.get(_end_of(name), 1.0) for name, size in inputs)
    return int(text * (_SPOOL + _INDEX * _AT_ONCE)) + _SPARE


def check_space(folder: Path, inputs: Iterable[tuple[str, int]], *, already: int) -> None:
    """Fail before hours are spent on what cannot end well.

    Args:
        folder: where the index is built; there must be one.
        inputs: see `needed`.
        already: bytes of it that are written, by a run that died.

    Raises:
        EngineUnavailable: there is too little space.
    """
    wanted = needed(inputs) - already
    free = shutil.disk_usage(folder).free
    if wanted > free:
        raise EngineUnavailable(
            f"{folder}: at least {shown(wanted)} are needed for what is to be indexed, and"
            f" {shown(free)} are free; free some space, set index.path to a larger disk, or try it"
            " all the same with --no-space-check"
        )


def shown(size: int) -> str:
    """`12.3 GB`, `512 bytes`."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"


def _end_of(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot >= 0 else ""
