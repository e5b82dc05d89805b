"""A model of a file system after a power cut: only what was flushed is sure.

What POSIX and file systems in their weakest usual modes promise, and no more:

- Bytes written are sure once the file was flushed. Until then each write may be there, or not, or in
  part, whatever became of those before it; where a later one is there and an earlier one is not, the
  gap holds zeros or what was there before.
- A name (made, linked, renamed or removed) is sure once its folder was flushed, and not by flushing
  the file. Until then each change may be there or not, whatever became of those before it. A rename
  within a folder is there as a whole or not at all.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tests.durability.recording import (
    Copied,
    Linked,
    Made,
    RecordingError,
    Removed,
    Renamed,
    Sized,
    Synced,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from random import Random

    from tests.durability.recording import Event

SECTOR: Final = 512


class Style(StrEnum):
    """What becomes of all that was not flushed; drawn anew for each cut."""

    NOTHING = "nothing of it is there"
    ALL = "all of it is there"
    NAMES = "all names and no bytes"
    BYTES = "all bytes and no names"
    FEW = "each piece with one chance in ten"
    HALF = "each piece with one chance in two"
    MOST = "each piece with nine chances in ten"

    @property
    def of_names(self) -> float:
        """The chance of a change of a name."""
        return {Style.NAMES: 1.0, Style.BYTES: 0.0}.get(self, self.of_pieces)

    @property
    def of_bytes(self) -> float:
        """The chance of a write."""
        return {Style.NAMES: 0.0, Style.BYTES: 1.0}.get(self, self.of_pieces)

    @property
    def of_pieces(self) -> float:
        return {
            Style.NOTHING: 0.0,
            Style.ALL: 1.0,
            Style.FEW: 0.1,
            Style.HALF: 0.5,
            Style.MOST: 0.9,
        }.get(self, 0.5)


@dataclass(slots=True, eq=False)
class File:
    """A file, whatever its names.

    Attributes:
        sure: its bytes as flushed last.
        now: its bytes.
        pending: writes since then, as offset and bytes; None for the bytes sets the size.
    """

    sure: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def change(self, offset: int, data: bytes | None) -> None:
        """Write `data`, or set the size."""
        _change(self.now, offset, data)
        self.pending.append((offset, data))

    def sync(self) -> None:
        """Make its bytes sure."""
        self.sure = bytes(self.now)
        self.pending.clear()

    def after_a_cut(self, style: Style, random: Random) -> bytes:
        """Its bytes as they may be found."""
        found = bytearray(self.sure)
        for offset, data in self.pending:
            if random.random() >= style.of_bytes:
                continue
            torn = data is not None and style.of_bytes < 1 and random.random() < 0.3
            _change(found, offset, _torn(data, random) if torn and data else data)
        return bytes(found)


@dataclass(slots=True, eq=False)
class Folder:
    """A folder; names lead to what they name, None stands for nothing."""

    sure: dict[str, Node] = field(default_factory=dict)
    now: dict[str, Node] = field(default_factory=dict)
    pending: list[Mapping[str, Node | None]] = field(default_factory=list)

    def change(self, names: Mapping[str, Node | None]) -> None:
        """Let all these names change at once."""
        _rename(self.now, names)
        self.pending.append(names)

    def sync(self) -> None:
        """Make its names sure."""
        self.sure = dict(self.now)
        self.pending.clear()

    def after_a_cut(self, style: Style, random: Random) -> dict[str, Node]:
        """Its names as they may be found."""
        found = dict(self.sure)
        for names in self.pending:
            if random.random() < style.of_names:
                _rename(found, names)
        return found


Node = File | Folder


class Disk:
    """Everything below one folder, whose own name is sure."""

    def __init__(self) -> None:
        """An empty folder."""
        self._root = Folder()

    def apply(self, event: Event) -> None:
        """Do what was done."""
        match event:
            case Made(path, folder):
                parent, name = self._parent(path)
                if name not in parent.now:
                    parent.change({name: Folder() if folder else File()})
            case Sized(path, size):
                self._file(path).change(size, None)
            case Written(path, offset, data):
                file = self._file(path)
                file.change(len(file.now) if offset is None else offset, data)
            case Copied(path, offset, source, start, size):
                data = bytes(self._file(source).now[start : start + size])
                self._file(path).change(offset, data)
            case Linked(path, target):
                parent, name = self._parent(target)
                parent.change({name: self._node(path)})
            case Renamed(path, target):
                self._rename(path, target)
            case Removed(path):
                parent, name = self._parent(path)
                parent.change({name: None})
            case Synced(path):
                self._node(path).sync()

    def differences(self, folder: Path) -> list[str]:
        """What the real folder holds otherwise than this one, were there no cut."""
        here = {
            path: bytes(node.now) for path, node in _walk(self._root) if isinstance(node, File)
        }
        real = {
            each.relative_to(folder).as_posix(): each.read_bytes()
            for each in folder.rglob("*")
            if each.is_file()
        }
        return sorted(
            path for path in {*here, *real} if here.get(path) != real.get(path, b"not there")
        )

    def cut(self, folder: Path, style: Style, random: Random) -> None:
        """Fill the empty `folder` with what may be found when the power is back."""
        _lay_out(self._root, folder, style, random, {})

    def unsure(self) -> int:
        """How many changes would be in doubt."""
        return len(self._root.pending) + sum(
            len(node.pending)
            for node in {id(node): node for _, node in _walk(self._root)}.values()
        )

    def _rename(self, path: str, target: str) -> None:
        node = self._node(path)
        old, name = self._parent(path)
        new, new_name = self._parent(target)
        if old is new:
            old.change({new_name: node, name: None})
        else:  # between folders nothing is promised to happen at once
            new.change({new_name: node})
            old.change({name: None})

    def _parent(self, path: str) -> tuple[Folder, str]:
        parts = PurePosixPath(path)
        return self._folder(parts.parent.as_posix()), parts.name

    def _node(self, path: str) -> Node:
        node: Node = self._root
        for part in PurePosixPath(path).parts:
            if not isinstance(node, Folder) or part not in node.now:
                raise RecordingError(f"{path} was never made")
            node = node.now[part]
        return node

    def _folder(self, path: str) -> Folder:
        node = self._node(path)
        if isinstance(node, Folder):
            return node
        raise RecordingError(f"{path} is no folder")

    def _file(self, path: str) -> File:
        node = self._node(path)
        if isinstance(node, File):
            return node
        raise RecordingError(f"{path} is no file")


def _walk(folder: Folder, prefix: str = "") -> Iterator[tuple[str, Node]]:
    for name, node in folder.now.items():
        yield prefix + name, node
        if isinstance(node, Folder):
            yield from _walk(node, f"{prefix}{name}/")


def _lay_out(
    source: Folder, folder: Path, style: Style, random: Random, written: dict[int, Path]
) -> None:
    """Write what is found of `source`; a file with several names is written once and linked."""
    for name, node in sorted(source.after_a_cut(style, random).items()):
        path = folder / name
        if isinstance(node, Folder):
            path.mkdir()
            _lay_out(node, path, style, random, written)
        elif id(node) in written:
            os.link(written[id(node)], path)
        else:
            path.write_bytes(node.after_a_cut(style, random))
            written[id(node)] = path


def _change(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset if data is None else offset + len(data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


def _torn(data: bytes, random: Random) -> bytes:
    """A part of the sectors from the start, the rest perhaps as zeros."""
    kept = random.randrange(-(-len(data) // SECTOR)) * SECTOR
    return data[:kept] + bytes(random.choice((0, len(data) - kept)))


def _rename(names: dict[str, Node], changes: Mapping[str, Node | None]) -> None:
    for name, node in changes.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node
