"""The index folder: generations, which of them is published, and who may write.

CURRENT        one line, the name of the published generation and that name's CRC-32, because
               the names of two generations may differ in a single bit; replaced by rename
ROLLED_BACK    one line, the latest name that was rolled back; it is not used again
HELD           a line like that of CURRENT, of a complete generation that is not to be published
               unasked, and the reasons, one a line
LOCK           locked while a build is under way
HOLDER         one line, who holds the lock; left behind by the dead, who hold nothing
gen-000042/    a generation, immutable
build-000043/  a generation in the making, or what a killed build left
scratch/       what a build keeps for the next one, should it die or be held back; swept by a
               publication
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from searchsvc.engine.contract import Held
from searchsvc.engine.whoosh.manifest import MANIFEST, files_in, unfinished_name
from searchsvc.errors import (
    CurrentMissing,
    EngineUnavailable,
    IndexCorrupt,
    IndexMissing,
    advice,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from pathlib import Path

CURRENT: Final = "CURRENT"
ROLLED_BACK: Final = "ROLLED_BACK"
HELD: Final = "HELD"
LOCK: Final = "LOCK"
HOLDER: Final = "HOLDER"
SIDECARS: Final = "sidecars"
"""Folder, inside a generation, of the files that `IndexBuild.sidecar` hands out."""

SCRATCH: Final = "scratch"
"""Folder of the files that `IndexBuild.scratch` hands out."""

_GENERATION: Final = re.compile(r"gen-(\d{6,})")  # gen-000042; not build-000042, not gen-42
_UNFINISHED: Final = re.compile(r"build-(\d{6,})")  # build-000042; not gen-000042


def read_current(path: Path) -> str:
    """The name of the published generation.

    Raises:
        IndexMissing: nothing has been published.
        CurrentMissing: something has, and nothing tells what.
        IndexCorrupt: `CURRENT` does not name a generation.
    """
    try:
        return _current(path)
    except FileNotFoundError as error:
        there: tuple[str, ...] = ()
        with suppress(OSError):
            there = generations(path)
        raise (CurrentMissing if there else IndexMissing)(path) from error


def _current(path: Path) -> str:
    """As `read_current`; FileNotFoundError where there is no `CURRENT`."""
    try:
        line = (path / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path / CURRENT, error) from error
    except UnicodeDecodeError as error:
        raise IndexCorrupt(path / CURRENT, f"cannot be read ({error})") from error
    name = _name_in(line)
    if name is None:
        raise IndexCorrupt(path / CURRENT, f"says {line!r}, which names no generation")
    return name


def set_current(path: Path, name: str) -> None:
    """Publish generation `name`, whose files are durable already; what was held goes.

    What is held was built before, from less.
    """
    _write(path / CURRENT, _checked(name))
    with suppress(OSError):  # swept by the next build; the publication has happened
        _drop_outdated(path)


def read_held(path: Path) -> Held | None:
    """The generation that is held back, or None.

    One that is not above the published one is not: a kill came between its publication, or that of
    a later one, and the end of `HELD`.
    """
    held = _noted(path)
    return None if held is None or _is_outdated(path, held) else held


def _noted(path: Path) -> Held | None:
    """The generation that `HELD` names."""
    try:
        first, *reasons = (path / HELD).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):  # what cannot be read holds nothing back
        return None
    name = _name_in(first)
    if name is None or not (path / name / MANIFEST).is_file():
        return None
    return Held(name, tuple(reasons))


def set_held(path: Path, name: str, reasons: Sequence[str]) -> None:
    """Hold generation `name` back, whose files are durable already, and let go of any other."""
    before = _noted(path)
    _write(path / HELD, "\n".join((_checked(name), *(" ".join(text.split()) for text in reasons))))
    if before is not None and before.generation != name:
        remove(path / before.generation)


def generations(path: Path) -> tuple[str, ...]:
    """Names of the complete generations, latest first; one that was held back is not among them."""
    held = _noted(path)
    there = path.iterdir() if path.is_dir() else ()
    names = (child.name for child in there if (child / MANIFEST).is_file())
    complete = {*filter(_GENERATION.fullmatch, names)}
    if held is not None and held.generation != _current_name(path):
        complete.discard(held.generation)
    return tuple(sorted(complete, key=_number, reverse=True))


def previous_generations(path: Path, current: str) -> tuple[str, ...]:
    """Names of the generations that came before `current`, latest first."""
    return tuple(name for name in generations(path) if _number(name) < _number(current))


def next_name(path: Path) -> str:
    """A name above all that were ever published."""
    held = _noted(path)
    names = (*generations(path), *((held.generation,) if held else ()), *_rolled_back(path))
    return f"gen-{max(map(_number, names), default=0) + 1:06d}"


def unfinished(path: Path, name: str) -> Path:
    """The folder in which generation `name` is built before it is complete and has passed its gate."""
    return path / unfinished_name(name)


def sweep(path: Path) -> tuple[str, ...]:
    """Delete what killed builds left, and tell its names; the caller holds the lock.

    A complete generation above the published one was killed between its last two steps; one that
    lacks its manifest while it was being deleted.
    """
    gone = [child.name for child in path.iterdir() if _is_left_over(child)]
    with suppress(IndexMissing, IndexCorrupt):  # a full build needs no published generation
        current = read_current(path)
        gone += [name for name in generations(path) if _number(name) > _number(current)]
    gone += _drop_outdated(path)
    for name in gone:
        if (path / name).exists():
            shutil.rmtree(path / name)
    drafts = [_draft(path / name) for name in (CURRENT, ROLLED_BACK, HELD)]
    gone += [draft.name for draft in drafts if draft.exists()]
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return tuple(sorted(gone))


def drop_held(path: Path) -> tuple[str, ...]:
    """Delete the generation that is held back, if there is one, and tell its name."""
    held = read_held(path)
    if held is None:
        return ()
    _forget_held(path)
    remove(path / held.generation)
    return (held.generation,)


def drop_scratch(path: Path) -> tuple[str, ...]:
    """Delete what builds keep for the next one, and tell its name."""
    if not (path / SCRATCH).exists():
        return ()
    shutil.rmtree(path / SCRATCH)
    return (SCRATCH,)


def drop_old(path: Path, keep: int) -> tuple[str, ...]:
    """Delete all but the latest `keep` generations, and tell the names of those deleted.

    Readers that have one open keep its files.
    """
    old = generations(path)[keep:]
    for name in old:
        remove(path / name)
    return tuple(reversed(old))


def remove(folder: Path) -> None:
    """Delete a generation: its manifest first and durably, so that no part of it passes for one.

    Raises:
        ValueError: it is the published one; who asks for that is mistaken.
    """
    if folder.name == _current_name(folder.parent):
        raise ValueError(f"{folder} is published")
    (folder / MANIFEST).unlink(missing_ok=True)
    _flush(folder)
    shutil.rmtree(folder)


def roll_back(path: Path, *, drop: str | None, to: str) -> None:
    """Publish generation `to` again and delete generation `drop`, where it is known."""
    if drop is not None:
        _write(path / ROLLED_BACK, max((drop, *_rolled_back(path)), key=_number))
    _write(path / CURRENT, _checked(to))
    with suppress(OSError):  # swept by the next build; the rollback has happened
        if drop is not None:
            remove(path / drop)


def inherit(parent: Path, folder: Path) -> None:
    """Link the files of generation `parent` into `folder`, all but its sidecars and manifest."""
    for file in files_in(parent):
        relative = file.relative_to(parent)
        if relative.parts[0] != SIDECARS and relative.name != MANIFEST:
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            link(file, target)


def link(file: Path, target: Path) -> None:
    """Link `file`; copy it where the file system has no hard links."""
    try:
        target.hardlink_to(file)
    except OSError:
        shutil.copy2(file, target)


def make_durable(folder: Path, durable: Container[str]) -> None:
    """Flush the files and folders below `folder` to disk, but for files that are `durable`.

    Args:
        folder: of a generation.
        durable: paths, relative to it, of what an earlier generation has brought to disk.
    """
    for file in files_in(folder):
        if file.relative_to(folder).as_posix() not in durable:
            _flush(file)
    for child in folder.rglob("*"):
        if child.is_dir():
            _flush(child)
    _flush(folder)


def complete(unfinished_folder: Path, folder: Path) -> None:
    """Give a durable, complete generation its name, durably."""
    unfinished_folder.rename(folder)
    _flush(folder.parent)


def acquire_lock(path: Path) -> FileLock:
    """The lock on the index folder, held; the caller releases it.

    The kernel frees it when its holder dies.

    Raises:
        EngineUnavailable: somebody else holds it, or the folder cannot be written.
    """
    lock = FileLock(path / LOCK, thread_local=False)
    with reporting_writes(path):
        path.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise EngineUnavailable(
                f"{path}: another build is under way ({_holder(path)}); wait until it is done"
            ) from error
        now = dt.datetime.now(dt.UTC).isoformat(" ", "seconds")
        (path / HOLDER).write_text(f"process {os.getpid()}, since {now}\n", encoding="utf-8")
    return lock


@contextmanager
def reporting_writes(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside into EngineUnavailable."""
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(
            f"{path}: cannot be written ({error.strerror or error}){advice(error)}"
        ) from error


def _is_left_over(child: Path) -> bool:
    if _UNFINISHED.fullmatch(child.name):
        return True
    return bool(_GENERATION.fullmatch(child.name)) and not (child / MANIFEST).is_file()


def _rolled_back(path: Path) -> tuple[str, ...]:
    """The latest name that was rolled back, if there is one."""
    with suppress(OSError, UnicodeDecodeError):
        name = (path / ROLLED_BACK).read_text(encoding="utf-8").strip()
        if _GENERATION.fullmatch(name):
            return (name,)
    return ()


def _current_name(path: Path) -> str | None:
    """The published generation, where `CURRENT` names one."""
    with suppress(FileNotFoundError, IndexCorrupt, EngineUnavailable):
        return _current(path)
    return None


def _is_outdated(path: Path, held: Held) -> bool:
    current = _current_name(path)
    return current is not None and _number(held.generation) <= _number(current)


def _drop_outdated(path: Path) -> tuple[str, ...]:
    """Forget a generation that is noted as held back and no longer is; delete it if unpublished."""
    held = _noted(path)
    if held is None or not _is_outdated(path, held):
        return ()
    _forget_held(path)
    if held.generation == _current_name(path):
        return ()
    remove(path / held.generation)
    return (held.generation,)


def _forget_held(path: Path) -> None:
    (path / HELD).unlink(missing_ok=True)
    _flush(path)


def _name_in(line: str) -> str | None:
    """The generation that a line names, if that is what was written."""
    name = line.partition(" ")[0]
    return name if _GENERATION.fullmatch(name) and line == _checked(name) else None


def _checked(name: str) -> str:
    """What `CURRENT` says where it names generation `name`."""
    return f"{name} {zlib.crc32(name.encode()):08x}"


def _holder(path: Path) -> str:
    try:
        return (path / HOLDER).read_text(
            encoding="utf-8", errors="replace"
        ).strip() or "holder unknown"
    except OSError:
        return "holder unknown"


def _number(name: str) -> int:
    return int(name.removeprefix("gen-"))


def _draft(file: Path) -> Path:
    """What takes the place of `file` once it is written."""
    return file.with_name(file.name + ".new")


def _write(file: Path, text: str) -> None:
    """Replace `file` at once and durably."""
    draft = _draft(file)
    draft.write_text(text + "\n", encoding="utf-8")
    _flush(draft)
    draft.replace(file)
    _flush(file.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
