"""Files, folders and globs to the files below them, in an order that never changes by itself."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.met import MetFiles
from searchsvc.corpus.sources import explain, shown
from searchsvc.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LARGE_BYTES: Final = 1 << 30
_BLOCK: Final = 512  # bytes, whatever the file system
_HERE: Final = Path()
_MOST_HOLES: Final = 1000  # no file system packs text as much


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file below an input.

    Attributes:
        path: where it is.
        folder: that it lies in; one and the same object for one file after another.
        root: the input folder, or the folder of an input file.
        name: the path below `root`, `/` separated, fit to be shown.
        status: as the file system gives it.
        is_named: whether the operator named it itself, so that it may be a link.
    """

    path: Path
    folder: Path
    root: Path
    name: str
    status: os.stat_result
    is_named: bool = False

    @property
    def closed_root(self) -> Path | None:
        """The folder below which no link leads to the file; None where one may."""
        return None if self.is_named else self.root


def walk(patterns: Sequence[str]) -> Iterator[Found | CorpusError]:
    """Every file of the inputs, once each, and what cannot be followed.

    Folders are walked by name. Left out by rule are names that begin with a dot, and what zip
    programs on the Mac add. Symbolic links below an input are reported and not followed, since
    they may lead out of it or round in a circle; an input itself may be one, unless it is a
    pattern that found it.
    """
    met = MetFiles() if len(patterns) > 1 or any(map(glob.has_magic, patterns)) else None
    for pattern in patterns:
        for found in _walk_input(pattern):
            if met is None or isinstance(found, CorpusError) or met.is_first(found.status):
                yield found


def covers(patterns: Sequence[str], path: Path) -> bool:
    """Whether `path` would be a file of these inputs, were it there."""
    parts = Path(os.path.abspath(path)).parts  # noqa: PTH100 - resolves no links, unlike pathlib
    return any(_covers(Path(os.path.abspath(pattern)).parts, parts) for pattern in patterns)  # noqa: PTH100 - likewise


def _covers(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the pattern matches the path or a folder that it lies in, part by part."""
    if not pattern:
        return True
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        return any(_covers(rest, parts[start:]) for start in range(len(parts) + 1))
    if not parts or not (first == parts[0] or fnmatch.fnmatchcase(parts[0], first)):
        return False
    return _covers(rest, parts[1:])


def is_left_out(name: str) -> bool:
    """Whether a file or folder of this name is passed over by rule."""
    return name.startswith(".") or name == "__MACOSX"


def _walk_input(pattern: str) -> Iterator[Found | CorpusError]:
    path = Path(pattern)
    try:
        if os.path.lexists(path):
            yield from _walk_named(path, path if path.is_dir() else path.parent)
            return
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        yield CorpusError(shown(pattern), explain(error))
        return
    if not glob.has_magic(pattern):
        yield CorpusError(shown(pattern), "no such file or folder")
        return
    root = _fixed_part(pattern)
    some = False
    for item in _matches(root, path.relative_to(root).parts):
        some = True
        yield from _walk_found(item, root) if isinstance(item, Path) else (item,)
    if not some:
        yield CorpusError(shown(pattern), "no file or folder matches this pattern")


def _matches(folder: Path, parts: Sequence[str]) -> Iterator[Path | CorpusError]:
    """What below `folder` a pattern of these parts matches, in order; through no symbolic link.

    The module `glob` follows links, and a few that lead round in a circle keep it going for ever.
    """
    first, rest = parts[0], parts[1:]
    try:
        names = _names(folder)
    except OSError as error:
        yield CorpusError(shown(folder), explain(error))
        return
    if first == "**" and rest:
        yield from _matches(folder, rest)
    for name in names:
        path = folder / name
        is_folder = path.is_dir() and not path.is_symlink()
        if first == "**":
            if is_folder and rest:
                yield from _matches(path, parts)
            elif not rest:
                yield path
        elif fnmatch.fnmatchcase(name, first):
            if not rest:
                yield path
            elif is_folder:
                yield from _matches(path, rest)


def _fixed_part(pattern: str) -> Path:
    """The folder that a glob starts from: everything before its first wildcard."""
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:fixed])


def _walk_named(path: Path, root: Path) -> Iterator[Found | CorpusError]:
    """What the operator named, itself followed where it is a link."""
    try:
        status = path.stat()
    except OSError as error:
        yield CorpusError(shown(path), explain(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk_folder(path, root)
    else:
        yield _regular(path, path.parent, root, status, is_named=True)


def _walk_found(path: Path, root: Path) -> Iterator[Found | CorpusError]:
    """What a pattern or a folder holds, not followed where it is a link."""
    try:
        status = path.lstat()
    except OSError as error:
        yield CorpusError(shown(path), explain(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk_folder(path, root)
    elif stat.S_ISLNK(status.st_mode):
        yield _link(path, root)
    else:
        yield _regular(path, path.parent, root, status)


def _walk_folder(folder: Path, root: Path) -> Iterator[Found | CorpusError]:
    """What lies below `folder`: of each folder first its files, then the folders in it."""
    # A stack, since folders may lie deeper within each other than Python can call itself. Each
    # entry: a folder, and the names of those in it that are still to come, the next one last.
    ahead: list[tuple[Path, list[str]]] = []
    while True:
        within = []
        try:
            names = _names(folder)
        except OSError as error:
            yield CorpusError(shown(folder), explain(error))
            names = []
        for name in names:
            path = folder / name
            try:
                status = path.lstat()
            except OSError as error:
                yield CorpusError(shown(path), explain(error))
                continue
            if stat.S_ISDIR(status.st_mode):
                within.append(name)
            else:
                is_link = stat.S_ISLNK(status.st_mode)
                yield _link(path, root) if is_link else _regular(path, folder, root, status)
        if within:
            ahead.append((folder, within[::-1]))
        if not ahead:
            return
        parent, left = ahead[-1]
        folder = parent / left.pop()
        if not left:
            ahead.pop()


def _names(folder: Path) -> list[str]:
    """Sorted names of what is in a folder; of a million files they are all that is kept."""
    return sorted(name for name in os.listdir(folder) if not is_left_out(name))  # noqa: PTH208 - paths take ten times as much


def _regular(
    path: Path, folder: Path, root: Path, status: os.stat_result, *, is_named: bool = False
) -> Found | CorpusError:
    if not stat.S_ISREG(status.st_mode):
        return CorpusError(shown(path), "neither a file nor a folder; only regular files are read")
    if status.st_size > _LARGE_BYTES and status.st_size > _MOST_HOLES * _BLOCK * status.st_blocks:
        return CorpusError(shown(path), "consists of holes that take no disk; no archive does")
    # The name by what is cut off, ten times as fast as pathlib, for a million files.
    name = str(path) if root == _HERE else str(path)[len(str(root)) :].lstrip("/")
    return Found(path, folder, root, shown(name), status, is_named)


def _link(path: Path, root: Path) -> CorpusError:
    try:
        target = path.resolve(strict=True)
        inside = target.is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return CorpusError(shown(path), "a symbolic link that leads nowhere or back to itself")
    if inside:
        return CorpusError(
            shown(path), "a symbolic link, not followed; its target is read in its own place"
        )
    return CorpusError(
        shown(path),
        f"a symbolic link out of the folder, not followed; to read it, name {shown(target)} as "
        "an input of its own",
    )
