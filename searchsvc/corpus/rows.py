"""JSONL, JSON and CSV files to rows: what each article says of itself, by column."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from searchsvc.corpus.decoding import guess_encoding, marked_encoding
from searchsvc.corpus.elements import ENDLESS, split_list
from searchsvc.corpus.sources import Pulled, read_lines, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.corpus.sources import Line

_MB: Final = 1_000_000
_CHUNK: Final = 65536
_MOST_COLUMNS: Final = 10_000
_DELIMITERS: Final = ",\t;|"
# What some spreadsheets write first. Matches "sep=;"; must not match "sep,title".
_DELIMITER_HINT: Final = re.compile(r"sep=([,\t;|])\s*\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a file that holds several.

    Attributes:
        place: where in the file: `line 17`, `item 3`.
        values: by column; any JSON value.
    """

    place: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A place in such a file that holds no article.

    Attributes:
        place: where in the file; None where it is the whole of it.
        reason: what is wrong and, where known, how to fix it.
    """

    place: str | None
    reason: str


def read_json_lines(stream: IO[bytes], limit_mb: float) -> Iterator[Row | BadRow]:
    """The rows of a file that holds one JSON object a line; blank lines count for nothing."""
    decoder = _Decoder()
    for line in read_lines(_recoded(stream), limit_mb):
        if line.data is None:
            yield BadRow(_place(line), too_large(limit_mb))
        elif line.data.strip():
            yield _row(decoder.text(line.data), _place(line))


def read_json(stream: IO[bytes], limit_mb: float) -> Iterator[Row | BadRow]:
    """The rows of a file that holds a list of objects, one object, or one object after another."""
    decoder = _Decoder()
    found = False
    for number, data in enumerate(split_list(_recoded(stream), int(limit_mb * _MB)), start=1):
        found = True
        place = f"item {number}"
        if data is None:
            yield BadRow(place, too_large(limit_mb))
        elif data is ENDLESS:
            yield BadRow(place, f"{too_large(limit_mb)}; what follows it is not read")
        else:
            yield _row(decoder.text(data), place)
    if not found:
        yield BadRow(None, "holds no article; expected a JSON object or a list of them")


def read_table(stream: IO[bytes], limit_mb: float) -> Iterator[Row | BadRow]:
    """The rows of a CSV or TSV file, whose first line names the columns."""
    source = _TableLines(_recoded(stream), limit_mb)
    # The limit is the csv module's own and holds for the process; its default, 131,072
    # characters, is less than a long article.
    csv.field_size_limit(int(limit_mb * _MB))
    lines = iter(source)
    head = _read_head(lines)
    if isinstance(head, BadRow):
        yield head
        return
    reader = head.reader(lines)
    while True:
        source.begin_row()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fields = source.plain_row().split(head.delimiter) if head.is_tabbed else []
            if len(fields) != len(head.columns):
                yield BadRow(source.place(), f"not CSV: {error}; a quotation mark may be missing")
                continue
        if source.flaw:
            yield BadRow(source.place(), source.flaw)
        elif len(fields) == len(head.columns):
            yield Row(source.place(), dict(zip(head.columns, fields, strict=True)))
        elif fields:
            yield BadRow(
                source.place(),
                f"{len(fields)} fields where the first line names {len(head.columns)} columns; "
                "check delimiters and quotation marks",
            )


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first line of a table says of the others.

    Attributes:
        columns: their names.
        delimiter: what parts the fields.
        is_spaced: whether a space follows each delimiter.
    """

    columns: tuple[str, ...]
    delimiter: str
    is_spaced: bool

    @property
    def is_tabbed(self) -> bool:
        """Whether tabs part the fields: a quotation mark is then mostly what it is in prose."""
        return self.delimiter == "\t"

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Reads rows; between tabs none of which it would lose a quotation mark."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            skipinitialspace=self.is_spaced,
            strict=self.is_tabbed,
        )


def _read_head(lines: Iterator[str]) -> _Head | BadRow:
    first = next(lines, "")
    hint = _DELIMITER_HINT.match(first)
    if hint:
        first = next(lines, "")
    if not first.strip():
        return BadRow("line 1", "expected a line that names the columns; found none")
    delimiter = hint[1] if hint else max(_DELIMITERS, key=first.count)
    is_spaced = all(name.startswith(" ") for name in first.rstrip().split(delimiter)[1:])
    head = _Head((), delimiter, is_spaced)
    try:
        columns = tuple(name.strip() for name in next(head.reader(iter([first]))))
    except csv.Error as error:
        return BadRow("line 1", f"not CSV: {error}")
    if len(columns) > _MOST_COLUMNS:
        return BadRow("line 1", f"names {len(columns):,} columns, more than {_MOST_COLUMNS:,}")
    return _Head(columns, delimiter, is_spaced)


class _TableLines:
    """The lines of a table as text, with what is wrong with those of the row being read."""

    def __init__(self, stream: IO[bytes], limit_mb: float) -> None:
        self.flaw = ""
        self._lines = read_lines(stream, limit_mb)
        self._limit_mb = limit_mb
        self._decoder = _Decoder()
        self._number = 0
        self._first = 1
        self._last = ""
        self._length = 0

    def begin_row(self) -> None:
        """Forget the flaws of the row before."""
        self.flaw = ""
        self._length = 0
        self._first = self._number + 1

    def place(self) -> str:
        """The line on which the row begins."""
        return f"line {self._first}"

    def plain_row(self) -> str:
        """The row as it stands, without its line break; empty where it has several lines."""
        return self._last if self._number == self._first else ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line. Raises csv.Error where the row has become too long with it."""
        line = next(self._lines)
        self._number = line.number
        if line.data is None:
            self.flaw = too_large(self._limit_mb)
            return "\n"
        self._length += len(line.data) + 1
        if self._length > self._limit_mb * _MB:
            raise csv.Error(f"a row of more than {self._limit_mb:g} MB")
        if b"\x00" in line.data:
            self.flaw = "a NUL character in the row; the file is damaged or not text"
        self._last = self._decoder.text(line.data.replace(b"\x00", b""))
        return self._last + "\n"


class _Decoder:
    """Decodes the lines of one file: UTF-8, else an encoding guessed once from the first that is not."""

    def __init__(self) -> None:
        self._other: str | None = None

    def text(self, data: bytes) -> str:
        """`data` as text."""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self._other = self._other or guess_encoding(data)
            return data.decode(self._other, "replace")


def _recoded(stream: IO[bytes]) -> IO[bytes]:
    """The stream without byte order mark; in UTF-8 where it is seen to be in another Unicode form.

    Where lines end as on old Macs, in CR alone, they end in LF.
    """
    head = stream.read(len(codecs.BOM_UTF32_LE))
    encoding = marked_encoding(head)
    if encoding == "utf-8-sig":
        head = head[len(codecs.BOM_UTF8) :]
    whole = io.BufferedReader(Pulled(_Joined(head, stream).read), _CHUNK)
    if encoding not in (None, "utf-8-sig"):
        text = io.TextIOWrapper(whole, encoding, errors="replace", newline="")
        whole = io.BufferedReader(Pulled(_Encoded(text).read), _CHUNK)
    first = whole.peek(_CHUNK)
    if b"\r" not in first or b"\n" in first:
        return whole
    return io.BufferedReader(Pulled(lambda size: whole.read(size).replace(b"\r", b"\n")), _CHUNK)


class _Joined:
    """Reads some bytes, then the rest of a stream."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int) -> bytes:
        data, self._head = self._head[:size], self._head[size:]
        return data + self._stream.read(size - len(data))


class _Encoded:
    """Reads a text stream as bytes in UTF-8."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._rest = b""

    def read(self, size: int) -> bytes:
        self._rest = self._rest or self._text.read(_CHUNK).encode("utf-8", "replace")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def _row(text: str, place: str) -> Row | BadRow:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return BadRow(place, f"not JSON: {error.msg} at character {error.pos + 1}")
    except RecursionError:
        return BadRow(place, "JSON nested too deep to be an article")
    except ValueError as error:  # a number of more digits than Python reads
        return BadRow(place, f"not readable as JSON: {error}")
    if not isinstance(value, dict):
        return BadRow(place, f"expected a JSON object, found {_kind(value)}")
    return Row(place, value)


def _kind(value: object) -> str:
    names: Sequence[tuple[type, str]] = (
        (list, "a list"),
        (str, "a text"),
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "null")


def _place(line: Line) -> str:
    return f"line {line.number}"
