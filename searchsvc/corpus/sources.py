"""Bytes from disk, never more of them at once than was allowed."""

from __future__ import annotations

import errno
import io
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from searchsvc.errors import CorpusError, is_exhausted

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
CHUNK: Final = 65536
"""How many bytes are taken from a stream at once."""
READ_AHEAD: Final = CHUNK
"""How many bytes the streams below may have taken from disk before anybody used them."""


_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


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
    """What went wrong while reading, in words for an operator.

    Raises:
        OSError: the error itself, where it is no fault of what is read: no file handle is left.
    """
    if isinstance(error, OSError) and is_exhausted(error):
        raise error
    if isinstance(error, FileNotFoundError):
        return "the file is no longer there"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its mode or run as another user"
    if isinstance(error, zlib.error):
        return f"the compressed data is damaged ({error}); copy the file again"
    if isinstance(error, EOFError):
        return "the compressed data ends too early; copy the file again"
    if isinstance(error, zipfile.BadZipFile):
        return f"not a readable zip archive ({error}); copy the file again"
    if isinstance(error, NotImplementedError):
        return f"compressed in a way that cannot be read ({error}); pack it again with deflate"
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "a symbolic link where a file or folder was, or one that leads back to itself"
    return f"cannot be read: {(isinstance(error, OSError) and error.strerror) or error}"


def open_regular(path: Path, root: Path | None = None) -> io.BufferedReader:
    """The file, open for reading up to its present size. Never waits: pipes and devices are refused.

    Args:
        path: of the file.
        root: a folder above it, below which no symbolic link is followed, not even one that took
            the place of a folder just now; None to follow links.

    Raises:
        CorpusError: it is no regular file.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, _READ) if root is None else _opened_below(path, root)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):
            return io.BufferedReader(_AsItStands(descriptor, status.st_size), CHUNK)
    except BaseException:  # raised again: whatever it was, the descriptor must not leak
        os.close(descriptor)
        raise
    os.close(descriptor)
    raise CorpusError(shown(path), "neither a file nor a folder; only regular files are read")


def _opened_below(path: Path, root: Path) -> int:
    """A descriptor of the file, reached folder by folder."""
    *folders, name = path.relative_to(root).parts
    folder = os.open(root, _FOLDER)
    try:
        for part in folders:
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, _READ | os.O_NOFOLLOW, dir_fd=folder)
    finally:
        os.close(folder)


class _AsItStands(io.FileIO):
    """A file up to the size that it had: one that somebody writes to all the time has no end."""

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(descriptor, "rb")
        self._size = size

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        left = max(self._size - self.tell(), 0)
        return super().readinto(memoryview(buffer).cast("B")[:left])


def read_whole(stream: IO[bytes], path: str, limit_mb: float, *, times: int = 1) -> bytes:
    """All bytes of a stream that holds one article.

    Args:
        stream: at its beginning.
        path: for the error.
        limit_mb: the longest article.
        times: how many times as much there may be, with what is no part of the article.

    Raises:
        CorpusError: there are more.
    """
    limit = int(limit_mb * times * _MB)
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
            while rest := stream.readline(CHUNK):
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
