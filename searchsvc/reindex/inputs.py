"""The inputs as somebody who follows them sees them: which are there, and where they may change."""

from __future__ import annotations

import glob
import os
import stat
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from searchsvc.corpus import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Footing = tuple[tuple[int, int] | None, ...]
"""Which folder each input stands on; None where there is nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which inputs can be read.

    Attributes:
        there: those that can.
        missing: those of which nothing is there. A folder without anything in it is one of them,
            since that is what is left where a disk is not mounted.
    """

    there: tuple[str, ...]
    missing: tuple[str, ...]


class Inputs:
    """Files, folders and globs, the folder of the index left out."""

    def __init__(self, patterns: Sequence[str], index: Path) -> None:
        """Look at `patterns`, of which none is in `index`."""
        self.patterns = tuple(patterns)
        self._index = _absolute(index)
        self._named = frozenset(map(_absolute, patterns))
        self._has_globs = any(map(glob.has_magic, patterns))

    def standing(self) -> Standing:
        """Which inputs are there now."""
        there = tuple(filter(self._is_there, self.patterns))
        return Standing(there, tuple(each for each in self.patterns if each not in there))

    def footing(self) -> Footing:
        """What the inputs stand on: differs once one comes, goes, or is mounted or unmounted."""
        return tuple(_identity(_fixed_part(pattern)) for pattern in self.patterns)

    def folders(self) -> list[str]:
        """Absolute paths of the folders in which something may come, change or go.

        Below an input these are all that are read. Of a file it is its folder, and of a glob
        also the folders on the way to what it matches.
        """
        found: dict[str, None] = {}
        for pattern in map(_absolute, self.patterns):
            for named in _on_the_way(pattern):
                if os.path.isdir(named):  # noqa: PTH112 - globs give texts
                    found[named] = None
            for named in _matches(pattern):
                found.update(dict.fromkeys(self._below(named)))
        return [folder for folder in found if os.access(folder, os.R_OK | os.X_OK)]

    def concern(self, path: str) -> bool:
        """Whether a change of `path`, seen in one of `folders`, could change what is read."""
        if path in self._named:
            return True
        if self._is_index(path) or walk.is_left_out(os.path.basename(path)):  # noqa: PTH119 - a text
            return False
        return walk.covers(self.patterns, Path(path))

    def lead_through(self, path: str) -> bool:
        """Whether `path`, seen in one of `folders`, may be a folder that belongs to them now."""
        return self._has_globs or self.concern(path)

    def state(self) -> bytes:
        """16 bytes that differ once any file of the inputs comes, goes or changes."""
        seen = blake2b(digest_size=16)
        for found in walk.walk(self.patterns):
            if isinstance(found, walk.Found):
                if self._is_index(_absolute(found.path)):
                    continue
                status = found.status
                facts: object = (found.path, status.st_ino, status.st_size, status.st_mtime_ns)
            else:
                facts = str(found)
            seen.update(repr(facts).encode("utf-8", "surrogateescape"))
        return seen.digest()

    def _is_there(self, pattern: str) -> bool:
        if glob.has_magic(pattern) and not os.path.lexists(pattern):
            return any(not self._is_index(match) for match in _matches(_absolute(pattern)))
        path = Path(pattern)
        if not path.is_dir():
            return os.path.lexists(path)
        try:
            names = (
                child.name for child in path.iterdir() if not self._is_index(_absolute(child))
            )
            return not all(map(walk.is_left_out, names))
        except OSError:
            return False

    def _below(self, path: str) -> Iterator[str]:
        """The folder `path` and those in it that are read; links are not followed."""
        for folder, names, _ in os.walk(path):
            if self._is_index(folder):
                names.clear()
                continue
            names[:] = [name for name in names if not walk.is_left_out(name)]
            yield folder

    def _is_index(self, path: str) -> bool:
        return path == self._index or path.startswith(self._index + os.sep)


def _absolute(path: str | Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - resolves no links, unlike pathlib


def _matches(pattern: str) -> Iterator[str]:
    """What an absolute pattern names, itself where it is the name of something."""
    if os.path.lexists(pattern):
        yield pattern
    elif glob.has_magic(pattern):
        yield from glob.iglob(pattern, recursive=True)  # noqa: PTH207 - as `walk` matches


def _on_the_way(pattern: str) -> Iterator[str]:
    """What lies above the things that an absolute pattern names, as far as it tells."""
    fixed = _fixed_part(pattern)
    above = os.path.dirname(pattern)  # noqa: PTH120 - a text
    if fixed == pattern:
        if not os.path.isdir(pattern):  # noqa: PTH112 - a text
            yield above
        return
    yield fixed
    while len(above) > len(fixed):
        yield from _matches(above)
        above = os.path.dirname(above)  # noqa: PTH120 - a text


def _fixed_part(pattern: str) -> str:
    """`pattern`, or where it is a glob everything before the first part with a wildcard."""
    pattern = _absolute(pattern)
    if os.path.lexists(pattern) or not glob.has_magic(pattern):
        return pattern
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    return str(Path(*parts[:fixed]))


def _identity(path: str) -> tuple[int, int] | None:
    """Device and inode of a folder; of a file, which may well be replaced, its device and 0."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a text
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return None
    return status.st_dev, status.st_ino if stat.S_ISDIR(status.st_mode) else 0
