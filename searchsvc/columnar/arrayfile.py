"""A file of named arrays: written once, as a stream, then memory-mapped and checked.

    offset  size  what
    0       8     MAGIC
    8       4     format version, FORMAT_VERSION
    12      4     zero
    16      8     offset of the directory
    24      8     length of the directory in bytes
    32      4     CRC-32 of the directory
    36      4     CRC-32 of bytes 0 to 35
    40      24    zero

Numbers are little-endian. Arrays follow, each starting at a multiple of 64 bytes, then the
directory, which ends the file: JSON, `{"about": {...}, "arrays": {name: [dtype, shape, offset,
extent, crc]}, "file": "..."}`. `extent` is the array's size in bytes with the zeros that fill up to
the next multiple of 64, and `crc` the CRC-32 of all of them, so that every byte of the file is
vouched for. `file` is the name of the file itself: a sound one is refused in place of another.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import struct
import zlib
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from searchsvc.errors import IndexCorrupt, IndexIncompatible, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

Array = npt.NDArray[Any]

MAGIC: Final = b"SVCARRAY"
FORMAT_VERSION: Final = 2
"""Raise it whenever this layout, or what `layout` documents, changes."""

ALIGNMENT: Final = 64
_HEADER: Final = struct.Struct("<8sIIQQI")
_HEADER_BYTES: Final = 64
_COPIED_BYTES: Final = 1 << 20


class ArrayFile:
    """An opened file; its arrays are read-only views of the mapped memory."""

    def __init__(self, path: Path, *, check: bool = True) -> None:
        """Open the file at `path`; with `check`, compare every byte with its checksum.

        Raises:
            IndexCorrupt: it cannot be read, is cut short, was written under another name, or a
                byte has changed.
            IndexIncompatible: it has another format version.
        """
        self.path = path
        try:
            with path.open("rb") as file, contextlib.suppress(ValueError):  # empty: no mapping
                self.inode = inode_of(os.fstat(file.fileno()))
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise unreadable(path, error) from error
        self._bytes = np.frombuffer(getattr(self, "_map", b""), np.uint8)
        directory = self._directory()
        self.about: Mapping[str, Any] = directory["about"]
        self._entries: Mapping[str, list[Any]] = directory["arrays"]
        if check:
            self._check()

    def __contains__(self, name: str) -> bool:
        """Whether there is such an array."""
        return name in self._entries

    def __getitem__(self, name: str) -> Array:
        """The array of this name."""
        dtype, shape, offset, _, _ = self._entries[name]
        kind = np.dtype(dtype)
        size = prod(shape) * kind.itemsize
        array: Array = self._bytes[offset : offset + size].view(kind).reshape(shape)
        return array

    def names(self) -> tuple[str, ...]:
        """Names of all arrays."""
        return tuple(self._entries)

    def damaged(self) -> Iterator[str]:
        """Names of the arrays that do not have the content written."""
        for name, (_, _, offset, extent, crc) in self._entries.items():
            if zlib.crc32(self._bytes[offset : offset + extent].data) != crc:
                yield name

    def let_go(self) -> None:
        """Count what was read as read: it is no longer held in this process's memory.

        Arrays stay valid; reading one again takes a fault for each of its pages.
        """
        if hasattr(mmap, "MADV_DONTNEED"):  # where there is none, memory is taken by need
            self._map.madvise(mmap.MADV_DONTNEED)

    def _directory(self) -> dict[str, Any]:
        whole = self._bytes
        if len(whole) < _HEADER_BYTES:
            raise IndexCorrupt(self.path, f"is cut short: {len(whole)} bytes")
        header = whole[:_HEADER_BYTES].tobytes()
        magic, version, zero, offset, length, crc = _HEADER.unpack_from(header)
        if magic != MAGIC:
            raise IndexCorrupt(self.path, "is not an array file: it does not begin as one")
        own = struct.unpack_from("<I", header, _HEADER.size)[0]
        if zlib.crc32(header[: _HEADER.size]) != own:
            raise IndexCorrupt(self.path, "has a damaged header")
        if version != FORMAT_VERSION:
            raise IndexIncompatible(
                self.path,
                found={"array file": str(version)},
                expected={"array file": str(FORMAT_VERSION)},
            )
        if zero or any(header[_HEADER.size + 4 :]):
            raise IndexCorrupt(self.path, "has a damaged header")
        if offset + length != len(whole):
            raise IndexCorrupt(self.path, f"has {len(whole)} bytes, not {offset + length}")
        content = whole[offset:].tobytes()
        if zlib.crc32(content) != crc:
            raise IndexCorrupt(self.path, "has a damaged directory")
        loaded: dict[str, Any] = json.loads(content)
        if loaded["file"] != self.path.name:
            raise IndexCorrupt(self.path, f"is {loaded['file']}, under another name")
        return loaded

    def _check(self) -> None:
        for name in self.damaged():
            raise IndexCorrupt(self.path, f"array {name} does not have the content written")


@dataclass(slots=True)
class ArrayStream:
    """One array while it is being written piece by piece."""

    dtype: np.dtype[Any]
    width: int
    _file: BinaryIO
    count: int = 0

    def append(self, piece: Array) -> None:
        """Write more elements (or rows); `piece` is converted to the stream's dtype."""
        whole = np.ascontiguousarray(piece, self.dtype)
        self.count += len(whole)
        self._file.write(whole.reshape(-1).view(np.uint8).data)


class ArrayFileWriter:
    """Writes an array file; nothing is readable before `close`."""

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        """Create the file; `about` is any JSON object that the reader gets back."""
        self._path = path
        self._about = dict(about)
        self._entries: dict[str, list[Any]] = {}
        self._streams: dict[str, tuple[ArrayStream, Path]] = {}
        self._file = path.open("wb")
        self._file.write(bytes(_HEADER_BYTES))

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Close the file, or delete it where writing failed."""
        with contextlib.ExitStack() as undo:
            undo.callback(self.cancel)
            if failed is None:
                self.close()
                undo.pop_all()

    def add(self, name: str, array: Array) -> None:
        """Write a whole array, of any number of dimensions."""
        whole = np.ascontiguousarray(array)
        self._put(name, whole.dtype, whole.shape, iter((whole.reshape(-1).view(np.uint8).data,)))

    def stream(self, name: str, dtype: npt.DTypeLike, *, width: int = 0) -> ArrayStream:
        """A new array to be written in pieces, `width` elements a row where that is not 0.

        It waits in a file of its own beside this one until `seal` or `close`.
        """
        part = self._path.with_name(f"{self._path.name}.{name}.part")
        stream = ArrayStream(np.dtype(dtype), width, part.open("wb"))
        self._streams[name] = (stream, part)
        return stream

    def seal(self) -> None:
        """Take in the streams opened so far, which are complete."""
        for name, (stream, part) in self._streams.items():
            stream._file.close()  # noqa: SLF001 - the two classes are one mechanism
            shape = (stream.count, stream.width) if stream.width else (stream.count,)
            with part.open("rb") as file:
                self._put(name, stream.dtype, shape, _pieces(file))
            part.unlink()
        self._streams = {}

    def close(self) -> None:
        """Take in the streams, write the directory and complete the header."""
        self.seal()
        offset = self._file.tell()
        directory = {"about": self._about, "arrays": self._entries, "file": self._path.name}
        content = json.dumps(directory).encode()
        self._file.write(content)
        start = _HEADER.pack(MAGIC, FORMAT_VERSION, 0, offset, len(content), zlib.crc32(content))
        self._file.seek(0)
        self._file.write(start + struct.pack("<I", zlib.crc32(start)))
        self._file.close()

    def cancel(self) -> None:
        """Delete everything written."""
        for stream, part in self._streams.values():
            stream._file.close()  # noqa: SLF001 - the two classes are one mechanism
            part.unlink(missing_ok=True)
        self._streams = {}
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _put(
        self,
        name: str,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        pieces: Iterator[bytes | memoryview],
    ) -> None:
        offset, crc = self._file.tell(), 0
        for piece in pieces:
            self._file.write(piece)
            crc = zlib.crc32(piece, crc)
        fill = bytes(-self._file.tell() % ALIGNMENT)
        self._file.write(fill)
        extent = self._file.tell() - offset
        self._entries[name] = [dtype.str, list(shape), offset, extent, zlib.crc32(fill, crc)]


def inode_of(status: os.stat_result) -> tuple[int, int]:
    """What tells a file from all others: its device and its number there."""
    return status.st_dev, status.st_ino


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_COPIED_BYTES):
        yield piece
