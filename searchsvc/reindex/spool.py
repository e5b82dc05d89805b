"""Articles with their extractions, on disk until the whole run is known.

Who a name means is known when all names have been seen. Until then what was extracted waits here,
about as large as the texts themselves, so that memory stays as it is. A run that dies leaves its
spool behind, as does one that was held back, and the next one takes from it instead of extracting again: a record is found by the
digest of its article, so that it does not matter what else has changed.

The file: a line that says what wrote it, then records, each a header and its bytes, see `_HEADER`.
It only grows, and what it holds is made durable every few seconds. A run that was held back leaves
what it would have indexed, so that being held back again and again takes no more room.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import time
import zlib
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from searchsvc.errors import EngineUnavailable, advice
from searchsvc.model import Article, Extraction
from searchsvc.reindex.records import DamagedRecordError, decode, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SPOOL_FILE: Final = "spool"
"""Name of the file; the index of it is beside it, of no use to another run."""

_FORMAT: Final = "1"
_DURABLE_EVERY_S: Final = 3.0
_HEADER: Final = struct.Struct("<3s16sQI")  # `_KIND`, key, size and CRC-32 of what follows
_KIND: Final = b"art"  # what records are, all of them: an article and its extraction
_CRC_BYTES: Final = 4  # of the CRC-32 of the header, which stands behind it
_START_BYTES: Final = _HEADER.size + _CRC_BYTES

# found: what the run before has left; queue: what this run is to index.
_SCHEMA: Final = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;
CREATE TABLE found (key BLOB NOT NULL, start INTEGER NOT NULL);
CREATE TABLE queue (
    number INTEGER PRIMARY KEY, start INTEGER NOT NULL, input INTEGER NOT NULL,
    path BLOB NOT NULL, place TEXT, is_new INTEGER NOT NULL);
"""


class Waiting(NamedTuple):
    """Of an article that is to be indexed: what its record does not say.

    Attributes:
        input: number of its input in the ledger.
        path: that input, as it is read.
        place: inside the input.
        is_new: whether the published generation lacks the article.
    """

    input: int
    path: str
    place: str | None
    is_new: bool


class Spooled(NamedTuple):
    """An article that is to be indexed.

    Attributes:
        waiting: where it comes from.
        article: comes back without its map of offsets, which no document needs.
        extraction: with the names that the article itself gives.
    """

    waiting: Waiting
    article: Article
    extraction: Extraction


class Spool:
    """What was extracted, by this run and by one before it, and what of it is to be indexed.

    Attributes:
        folder: where it lies.
        is_wanted: whether another run will want it although this one ends well.
        articles: how many are to be indexed.
        found: how many the run before has left.
        held: how many records there are.
    """

    def __init__(
        self,
        file: Path,
        versions: Mapping[str, str],
        *,
        resume: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the spool at `file`.

        Args:
            file: need not be there; its folder must.
            versions: of all that decides what an extraction is. What other versions left, or
                what is no spool, is thrown away.
            resume: take over what a run that died or was held back has left; else it is thrown away.
            clock: seconds.
        """
        self.folder = file.parent
        self._file = file
        self._index = file.with_name(file.name + ".sqlite")
        self._draft = file.with_name(file.name + ".new")
        self._clock = clock
        self._keep = True
        self._is_ours = False  # until the run has begun it is what the run before has left
        self._durable_at = clock()
        self.is_wanted = False
        self.articles = 0
        self.found = 0
        self.held = 0
        with self._reporting(), ExitStack() as opened:
            opened.callback(self._tidy)
            self._index.unlink(missing_ok=True)
            self._db = opened.enter_context(
                closing(sqlite3.connect(self._index, isolation_level=None))
            )
            self._db.executescript(_SCHEMA)
            self._db.execute("BEGIN")
            head = _first_line(versions)
            end = self._scan(head) if resume else 0
            self.held = self.found
            self._out = opened.enter_context(file.open("r+b" if end else "wb"))
            self._is_ours = not end
            self._end = end or self._begin(head)
            self._out.truncate(self._end)
            self._out.seek(self._end)
            self._in = opened.enter_context(file.open("rb"))
            self._opened = opened.pop_all()
            self._is_ours = True

    @property
    def size_bytes(self) -> int:
        """What the file takes on disk."""
        return self._end

    def find(self, key: bytes) -> int | None:
        """Where the latest record that the run before has left under `key` starts, or None."""
        row = self._db.execute("SELECT max(start) FROM found WHERE key = ?", (key,)).fetchone()
        return None if row[0] is None else int(row[0])

    def content(self, start: int) -> Any:  # noqa: ANN401 - whatever was encoded
        """What the record that starts there holds. Raises DamagedRecordError."""
        with self._reporting():
            self._in.seek(start)
            header = _header(self._in.read(_START_BYTES), start)
            record = b"" if header is None else self._in.read(header.end - start - _START_BYTES)
        if header is None or zlib.crc32(record) != header.crc:
            raise DamagedRecordError("a checksum does not fit")
        return decode(record)

    def extraction(self, start: int, article: Article) -> Extraction | None:
        """What the record that starts there says was extracted from just this article, or None.

        Args:
            start: as `find` gave it.
            article: as read; its place and its map of offsets do not count.
        """
        try:
            kept, extraction = self.content(start)
        except (DamagedRecordError, TypeError, ValueError):
            return None
        same = isinstance(kept, Article) and _alike(kept, article)
        return extraction if same and isinstance(extraction, Extraction) else None

    def write(self, key: bytes, record: bytes) -> int:
        """Put a record at the end; returns where it starts."""
        header = _HEADER.pack(_KIND, key, len(record), zlib.crc32(record))
        start = self._end
        with self._reporting():
            self._out.write(header + _crc(header) + record)
            self._out.flush()  # what the kernel has outlives this process
            self._end += _START_BYTES + len(record)
            self.held += 1
            if self._clock() - self._durable_at >= _DURABLE_EVERY_S:
                os.fsync(self._out.fileno())
                self._durable_at = self._clock()
        return start

    def queue(self, start: int, waiting: Waiting) -> None:
        """Have the article whose record starts there indexed, after all that were queued before."""
        number, path, place, is_new = waiting
        with self._reporting():
            self._db.execute(
                "INSERT INTO queue (start, input, path, place, is_new) VALUES (?, ?, ?, ?, ?)",
                (start, number, os.fsencode(path), place, is_new),
            )
        self.articles += 1

    def __iter__(self) -> Iterator[Spooled]:
        """All that was queued, in that order; nothing may be added meanwhile."""
        rows = self._db.execute(
            "SELECT start, input, path, place, is_new FROM queue ORDER BY number"
        )
        for start, number, path, place, is_new in rows:
            try:
                article, extraction = self.content(start)
            except (DamagedRecordError, TypeError, ValueError) as error:
                raise EngineUnavailable(
                    f"{self._file}: what was extracted does not come back as it was written"
                    f" ({error}); check the disk and run it again"
                ) from error
            waiting = Waiting(number, os.fsdecode(path), place, bool(is_new))
            yield Spooled(waiting, article, extraction)

    def close(self, *, keep: bool) -> bool:
        """Free the disk, or keep what there is for the next run; returns whether there is any."""
        self._keep = keep
        if keep and self.is_wanted:
            with suppress(OSError, sqlite3.Error):  # no room for the shorter one beside the longer
                self._drop_unqueued()
        # What a full disk did not take is written once more; nobody needs it any longer.
        with suppress(OSError):
            self._opened.close()
        return keep and bool(self.held)

    def _tidy(self) -> None:
        with suppress(OSError):
            self._index.unlink(missing_ok=True)
            self._draft.unlink(missing_ok=True)
            if self._is_ours and not (self._keep and self.held):
                self._file.unlink(missing_ok=True)

    def _drop_unqueued(self) -> None:
        """Where most of the file was not queued by this run, leave only what was.

        The next run begins where this one began, at the published generation, and wants that.
        """
        self._out.flush()
        wanted = "SELECT DISTINCT start FROM queue ORDER BY start"
        sizes = [(start, self._size(start)) for (start,) in self._db.execute(wanted)]
        if 2 * sum(size for _, size in sizes) > self._end:
            return
        with self._draft.open("wb") as draft:
            self._in.seek(0)
            draft.write(self._in.readline())
            for start, size in sizes:
                self._in.seek(start)
                draft.write(self._in.read(size))
            draft.flush()
            os.fsync(draft.fileno())
        self._draft.replace(self._file)
        self.held = len(sizes)

    def _size(self, start: int) -> int:
        """Bytes of the record that starts there, its header among them; 0 if that is damaged."""
        self._in.seek(start)
        header = _header(self._in.read(_START_BYTES), start)
        return 0 if header is None else header.end - start

    def _begin(self, head: bytes) -> int:
        self._out.write(head)
        self._out.flush()
        return len(head)

    def _scan(self, head: bytes) -> int:
        """Find the records of the file; returns where they end, 0 if it is no spool of ours."""
        try:
            file = self._file.open("rb")
        except FileNotFoundError:
            return 0
        with file:
            if file.read(len(head)) != head:
                return 0
            end = len(head)
            for found in _headers(file, end, os.fstat(file.fileno()).st_size):
                self._db.execute("INSERT INTO found VALUES (?, ?)", (found.key, found.start))
                end = found.end
        self._db.execute("CREATE INDEX found_by_key ON found (key, start)")
        (self.found,) = self._db.execute("SELECT count(DISTINCT key) FROM found").fetchone()
        return end

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Tell a full or read-only disk from a bug."""
        try:
            yield
        except OSError as error:
            raise EngineUnavailable(
                f"{self._file}: what was extracted cannot be kept: {error.strerror}{advice(error)}"
            ) from error
        except sqlite3.OperationalError as error:
            raise EngineUnavailable(
                f"{self._index}: what was extracted cannot be kept: {error}; look for space and"
                " rights there, and run it again"
            ) from error


class _Header(NamedTuple):
    key: bytes
    start: int
    end: int
    crc: int


def _headers(file: IO[bytes], start: int, size: int) -> Iterator[_Header]:
    """The headers from `start` on, up to the first that is torn or damaged.

    What comes after that is not looked for: it is extracted again.
    """
    while True:
        file.seek(start)
        header = _header(file.read(_START_BYTES), start)
        if header is None or header.end > size:
            return
        yield header
        start = header.end


def _header(data: bytes, start: int) -> _Header | None:
    """The header at the beginning of `data`, which stands at `start`; None if it is damaged."""
    if len(data) != _START_BYTES or data[_HEADER.size :] != _crc(data[: _HEADER.size]):
        return None
    _, key, size, crc = _HEADER.unpack_from(data)
    return _Header(key, start, start + _START_BYTES + size, crc)


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CRC_BYTES, "little")


def _first_line(versions: Mapping[str, str]) -> bytes:
    """What a spool begins with: equal only where the same article gives the same record."""
    facts = {"spool": _FORMAT, "shape": shape(), **versions}
    return json.dumps(facts, sort_keys=True).encode() + b"\n"


def _alike(kept: Article, article: Article) -> bool:
    """Whether these are one article, wherever it stands in its input."""
    return replace(kept, place=article.place, body_offsets=article.body_offsets) == article
