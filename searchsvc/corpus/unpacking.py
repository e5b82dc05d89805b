"""Bytes out of gzip and zip, never more of them than a file of that size may hold."""

from __future__ import annotations

import io
import itertools
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final

from searchsvc.corpus.sources import CHUNK, Pulled
from searchsvc.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Reader = Callable[[int], bytes]

_MB: Final = 1_000_000
# Prose shrinks three to ten times, tables of zeros a hundred times; deflate's own limit is 1032.
_HIGHEST_RATIO: Final = 200
_SURELY_NO_BOMB_BYTES: Final = 16 * _MB
_SURELY_NO_BOMB_TOTAL: Final = 256 * _MB
_ENCRYPTED: Final = 0x1
_MEMBER_HEAD_BYTES: Final = 30
# Python keeps some 600 bytes of each member, of which the table takes 47 at the least.
_LARGEST_DIRECTORY: Final = 32 * _MB
_WINDOW: Final = 31  # zlib: a gzip header, and as large a window as there is
_MOST_EMPTY_PIECES: Final = 10_000


class Allowance:
    """What a file and everything in it, however packed within each other, may unpack to."""

    def __init__(self, packed_bytes: int) -> None:
        """Allow what is allowed to a file of `packed_bytes`."""
        self._left = max(_SURELY_NO_BOMB_TOTAL, _HIGHEST_RATIO * packed_bytes)

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self._left < 0

    def take(self, count: int) -> None:
        """Note that `count` bytes were unpacked."""
        self._left -= count


def open_gzip(
    stream: IO[bytes], path: str, packed_bytes: int, allowance: Allowance | None = None
) -> io.BufferedReader:
    """What a gzip stream of `packed_bytes` unpacks to; refuses to go on with a bomb."""
    read = _Gunzipped(stream, path).read
    watched = _Watched(read, path, packed_bytes, allowance or Allowance(packed_bytes))
    return io.BufferedReader(Pulled(watched.read), CHUNK)


def open_zip(stream: IO[bytes], path: str) -> zipfile.ZipFile:
    """A zip archive, its table of contents read.

    Raises:
        CorpusError: the table is too large to be held in memory.
        zipfile.BadZipFile: it is none.
    """
    return zipfile.ZipFile(_Affordable(stream, path))


def overlapping(members: Sequence[zipfile.ZipInfo]) -> frozenset[int]:
    """Where members begin whose data runs into the next one's, as only in bombs and in damage."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    return frozenset(
        member.header_offset
        for member, following in itertools.pairwise(ordered)
        if member.header_offset + _MEMBER_HEAD_BYTES + member.compress_size
        > following.header_offset
    )


def open_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, allowance: Allowance
) -> io.BufferedReader:
    """One member of a zip archive; refuses an encrypted one, and to go on with a bomb.

    Raises:
        CorpusError: the member is encrypted.
    """
    if member.flag_bits & _ENCRYPTED:
        raise CorpusError(path, "encrypted; pack it again without a password")
    watched = _Watched(archive.open(member).read, path, member.compress_size, allowance)
    return io.BufferedReader(Pulled(watched.read), CHUNK)


class _Affordable:
    """A stream that `ZipFile` may read, but not in pieces that fill the memory."""

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream = stream
        self._path = path

    def read(self, size: int = -1, /) -> bytes:
        if size > _LARGEST_DIRECTORY:
            raise CorpusError(
                self._path,
                f"its table of contents takes {size // _MB} MB, more than "
                f"{_LARGEST_DIRECTORY // _MB}; pack fewer members into each archive",
            )
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


class _Gunzipped:
    """Reads what a gzip stream of one piece or several unpacks to.

    The module `gzip` looks at headers and at what is filled up with zeros byte by byte, which
    takes hours where somebody made them a gigabyte long.
    """

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream = stream
        self._path = path
        self._piece = zlib.decompressobj(_WINDOW)
        self._packed = b""
        self._began = False  # whether anything of the piece was read
        self._empty = 0

    def read(self, size: int) -> bytes:
        while True:
            if not self._packed:
                self._packed = self._stream.read(CHUNK)
            if not self._packed:
                if self._began:
                    raise EOFError
                return b""
            self._began = True
            data = self._piece.decompress(self._packed, size)
            self._packed = self._piece.unconsumed_tail
            if self._piece.eof:
                self._end_piece(is_empty=not data)
            if data:
                self._empty = 0
                return data

    def _end_piece(self, *, is_empty: bool) -> None:
        self._empty += is_empty
        if self._empty > _MOST_EMPTY_PIECES:
            raise CorpusError(self._path, "consists of thousands of empty pieces, as no text does")
        self._packed = self._piece.unused_data or self._stream.read(CHUNK)
        # Tapes fill up what they hold with zeros; behind those nothing follows.
        if self._packed.startswith(b"\x00"):
            if self._packed.strip(b"\x00"):
                raise zlib.error("no gzip behind the zeros that follow it")
            self._stream, self._packed = io.BytesIO(), b""
        self._piece = zlib.decompressobj(_WINDOW)
        self._began = False


class _Watched:
    """Reads what a packed stream holds, as long as it does not swell like a bomb."""

    def __init__(self, read: Reader, path: str, packed_bytes: int, allowance: Allowance) -> None:
        self._read = read
        self._path = path
        self._allowed = max(_SURELY_NO_BOMB_BYTES, _HIGHEST_RATIO * packed_bytes)
        self._allowance = allowance
        self._count = 0

    def read(self, size: int) -> bytes:
        data = self._read(size)
        self._count += len(data)
        self._allowance.take(len(data))
        if self._count > self._allowed or self._allowance.is_spent:
            raise CorpusError(
                self._path,
                f"unpacks to more than {_HIGHEST_RATIO} times its size, as no text does; "
                "if it really holds articles, unpack it first",
            )
        return data
