"""Dumps of an index back to articles. `docs/dump.md` describes the format; `dumping` writes it.

Nothing is read once more out of the texts: an article comes back with the id, the body and the
dates that it had. What was extracted is extracted again, by whatever version reads the dump.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from searchsvc.corpus.assembly import NoArticle
from searchsvc.corpus.columns import web_address
from searchsvc.corpus.forms import DUMP_HEAD
from searchsvc.corpus.ids import given_id
from searchsvc.corpus.sources import CHUNK, read_lines, too_large
from searchsvc.errors import CorpusError
from searchsvc.model import Article, ArticleDate, DateOrigin, OffsetMap, TitleOrigin

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping

T = TypeVar("T")

DUMP_FORMAT: Final = 1
"""Raise it whenever a reader of the number before would misread what is written."""
DIGEST_BYTES: Final = 32
END: Final = b'{"end":'
"""What the last line begins with."""

_TIMES: Final = 12
"""How many times as long as its article a line may be: its statements repeat it, and escapes."""
_COPY: Final = "make or copy the dump again"


def is_dump(head: bytes) -> bool:
    """Whether a file that begins with `head` is a dump."""
    return head.startswith(DUMP_HEAD)


def check_dump(stream: IO[bytes], path: str) -> None:
    """Look through a whole dump, without reading its articles.

    Args:
        stream: at its beginning; it is read to its end.
        path: for the error.

    Raises:
        CorpusError: it was written by a later version, cut, or changed since it was written.
    """
    first = stream.readline(CHUNK)
    header = _object(first)
    written_as = header.get("searchsvc_dump") if header else None
    if written_as != DUMP_FORMAT:
        reason = (
            f"a dump of format {written_as}, which this version does not read; it reads"
            f" {DUMP_FORMAT}"
            if isinstance(written_as, int)
            else f"the first line of the dump is damaged; {_COPY}"
        )
        raise CorpusError(path, reason, place="line 1")
    digest, end, lines = hashlib.blake2b(first, digest_size=DIGEST_BYTES), b"", 1
    is_start = True
    while piece := stream.readline(CHUNK):
        digest.update(end)
        end = piece if is_start and piece.startswith(END) else b""
        if not end:
            digest.update(piece)
        is_start = piece.endswith(b"\n")
        lines += is_start
    last = (_object(end) or {}).get("end")
    if not isinstance(last, dict) or not is_start:
        raise CorpusError(path, f"the dump is cut: its last line is missing; {_COPY}")
    if last.get("articles") != lines - 2 or last.get("blake2b") != digest.hexdigest():
        raise CorpusError(path, f"the dump is not what was written: its digest differs; {_COPY}")


def read_dump(
    stream: io.BufferedReader, limit_mb: float
) -> Iterator[tuple[str, Article | NoArticle]]:
    """The articles of a dump that was checked, each with its place in the file."""
    for line in read_lines(stream, limit_mb * _TIMES):
        place = f"line {line.number}"
        if line.data is None:
            yield place, NoArticle(too_large(limit_mb))
        elif line.number > 1 and not line.data.startswith(END):
            yield place, _article(line.data, place)


def _article(line: bytes, place: str) -> Article | NoArticle:
    content = _object(line)
    given = content.get("article") if content else None
    if not isinstance(given, dict):
        return NoArticle("expected an object with the member article")
    try:
        return Article(
            id=_id(given),
            path=_text(given, "path"),
            place=place,
            source=_text(given, "source"),
            title=_text(given, "title"),
            title_origin=TitleOrigin(given["title_origin"]),
            body=_text(given, "body"),
            body_offsets=OffsetMap((0,), (0,)),
            captions=_texts(given, "captions"),
            date=_date(given["date"]),
            byline=_text_or_none(given, "byline"),
            byline_email=_text_or_none(given, "byline_email"),
            agency=_text_or_none(given, "agency"),
            url=_url(given),
            speakers=_texts(given, "given_speakers"),
            countries=_texts(given, "given_countries"),
            dateline=_text_or_none(given, "dateline"),
        )
    except KeyError as error:
        return NoArticle(f"the article lacks the member {error.args[0]}")
    except (ValueError, TypeError) as error:
        return NoArticle(f"the article is not as a dump has it: {error}")


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _id(given: Mapping[str, Any]) -> str:
    value = _text(given, "id")
    if given_id(value) != value:
        raise ValueError(f"{value[:40]!r} cannot be an id")
    return value


def _url(given: Mapping[str, Any]) -> str | None:
    value = _text_or_none(given, "url")
    if value is not None and web_address(value) != value:
        raise ValueError(f"{value[:40]!r} is no address on the web")
    return value


def _text(given: Mapping[str, Any], name: str) -> str:
    value = _checked(given[name], str, name)
    if not value:
        raise ValueError(f"{name} is empty")
    return _whole(value, name)


def _text_or_none(given: Mapping[str, Any], name: str) -> str | None:
    return None if given[name] is None else _whole(_checked(given[name], str, name), name)


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = _checked(given[name], list, name)
    return tuple(_whole(_checked(value, str, name), name) for value in values)


def _checked(value: object, wanted: type[T], name: str) -> T:
    if not isinstance(value, wanted):
        raise TypeError(f"{name} holds {type(value).__name__}, expected {wanted.__name__}")
    return value


def _whole(value: str, name: str) -> str:
    """`value`; half a character, as only an escape can smuggle in, could not be stored."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} holds half of a character") from error
    return value


def _date(value: Mapping[str, Any] | None) -> ArticleDate | None:
    if value is None:
        return None
    time = None if value["time"] is None else dt.time.fromisoformat(value["time"])
    return ArticleDate(dt.date.fromisoformat(value["day"]), time, DateOrigin(value["origin"]))
