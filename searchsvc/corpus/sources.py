"""Bytes from disk, from gzip and from zip, never more of them at once than was allowed."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from searchsvc.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

READ_ERRORS: Final = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,  # zipfile: a compression it does not know
)
"""What reading a file may raise for the file's own fault."""

_MB: Final = 1_000_000
_CHUNK: Final = 65536
READ_AHEAD: Final = _CHUNK
"""How many bytes the streams below may have taken from disk before anybody used them."""

# Prose shrinks three to ten times, tables of zeros a hundred times; deflate's own limit is 1032.
_HIGHEST_RATIO: Final = 200
_SURELY_NO_BOMB_BYTES: Final = 16 * _MB
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file.

    Attributes:
        number: counted from 1.
        data: its bytes without the line break; None where it is longer than was allowed.
    """

    number: int
    data: bytes | None


def shown(path: Path | str) -> str:
    """`path` as it can be printed, stored and compared: no line break, no undecodable byte."""
    name = os.fsencode(path)
    try:
        plain = name.decode()
    except UnicodeDecodeError:
        plain = "\n"
    if plain.isprintable():
        return plain
    escaped = name.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in escaped)


def explain(error: BaseException) -> str:
    """What went wrong while reading, in words for an operator."""
    if isinstance(error, FileNotFoundError):
        return "the file is no longer there"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its mode or run as another user"
    if isinstance(error, (gzip.BadGzipFile, zlib.error)):
        return f"the compressed data is damaged ({error}); copy the file again"
    if isinstance(error, EOFError):
        return "the compressed data ends too early; copy the file again"
    if isinstance(error, zipfile.BadZipFile):
        return f"not a readable zip archive ({error}); copy the file again"
    if isinstance(error, NotImplementedError):
        return f"compressed in a way that cannot be read ({error}); pack it again with deflate"
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "a symbolic link that leads back to itself"
    return f"cannot be read: {(isinstance(error, OSError) and error.strerror) or error}"


def open_regular(path: Path) -> io.BufferedReader:
    """The file, open for reading. Never waits: pipes and devices are refused.

    Raises:
        CorpusError: it is no regular file.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        if regular:
            return io.BufferedReader(io.FileIO(descriptor, "rb"), _CHUNK)
    except BaseException:  # raised again: whatever it was, the descriptor must not leak
        os.close(descriptor)
        raise
    os.close(descriptor)
    raise CorpusError(shown(path), "neither a file nor a folder; only regular files are read")


def open_gzip(stream: IO[bytes], path: str, packed_bytes: int) -> io.BufferedReader:
    """What a gzip stream of `packed_bytes` unpacks to; refuses to go on with a bomb."""
    unpacked = gzip.GzipFile(fileobj=stream, mode="rb")
    return io.BufferedReader(Pulled(_Watched(unpacked, path, packed_bytes).read), _CHUNK)


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> io.BufferedReader:
    """One member of a zip archive; refuses an encrypted one, and to go on with a bomb.

    Raises:
        CorpusError: the member is encrypted.
    """
    if member.flag_bits & _ENCRYPTED:
        raise CorpusError(path, "encrypted; pack it again without a password")
    watched = _Watched(archive.open(member), path, member.compress_size)
    return io.BufferedReader(Pulled(watched.read), _CHUNK)


def read_whole(stream: IO[bytes], path: str, limit_mb: float) -> bytes:
    """All bytes of a stream that holds one article.

    Raises:
        CorpusError: there are more than `limit_mb`.
    """
    limit = int(limit_mb * _MB)
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise CorpusError(path, too_large(limit_mb))
    return data


def too_large(limit_mb: float) -> str:
    """The words for an article that is longer than the setting allows."""
    return f"larger than {limit_mb:g} MB; raise corpus.max_article_mb if it really is one article"


def read_lines(stream: IO[bytes], limit_mb: float) -> Iterator[Line]:
    """The lines of a stream; one that is too long is skipped to its end and says so."""
    limit = int(limit_mb * _MB)
    number = 0
    while True:
        number += 1
        data = stream.readline(limit + 1)
        if not data:
            return
        if len(data) > limit and not data.endswith(b"\n"):
            del data
            while rest := stream.readline(_CHUNK):
                if rest.endswith(b"\n"):
                    break
            yield Line(number, None)
        else:
            yield Line(number, data.rstrip(b"\r\n"))


class Pulled(io.RawIOBase):
    """A stream of what a function returns that takes a size and gives at most so many bytes."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        """Read through `read`; no bytes mean the end."""
        self._read = read

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` from its beginning; return how far."""
        view = memoryview(buffer)
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)


class _Watched:
    """Reads what a packed stream holds, as long as it does not swell like a bomb."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, path: str, packed_bytes: int) -> None:
        self._stream = stream
        self._path = path
        self._allowed = max(_SURELY_NO_BOMB_BYTES, _HIGHEST_RATIO * packed_bytes)
        self._count = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._count += len(data)
        if self._count > self._allowed:
            raise CorpusError(
                self._path,
                f"unpacks to more than {_HIGHEST_RATIO} times its size, as no text does; "
                "if it really holds articles, unpack it first",
            )
        return data
