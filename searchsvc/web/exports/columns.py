"""Rows to cells: which columns a table of statements or articles has, and what stands in them.

A table is a JSON row made flat, for spreadsheets and statistics programs; NDJSON keeps everything
as it is.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SEPARATOR: Final = "; "
"""Between the values of one cell; `reindex` reads such lists."""
BOM: Final = "\ufeff"
"""What makes Excel read UTF-8 as UTF-8, and most other programs trip over the first column."""

# What a spreadsheet may take for a formula: OWASP, CSV Injection, with the full-width and small forms.
_SIGN: Final = "=+\\-@＝＋－＠﹢﹣﹦﹫"
# What may stand before it unseen: controls, white space, and what Unicode says to ignore when shown.
_UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5"
    "\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0"
)
# At the start of a cell. Matches "=1+1", "-5", "\u00a0=1", "\tx"; must not match "a=b", "'=1" or "".
_FORMULA: Final = re.compile(f"[{_UNSEEN}]*[{_SIGN}\t\r\n]")
# Within a cell, where a program that sets columns apart by semicolons or tabs begins another, or a
# row. Matches the ";" of "x; =1" and of 'x;"=1'; must not match that of "x; y=1".
_WITHIN: Final = re.compile(f'[;\t\r\n]\n?(?=[{_UNSEEN}"]*[{_SIGN}])')


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: as the first line says.
        path: of the member of a row that it shows, members of members apart by dots.
        description: what it holds, for the documentation.
    """

    name: str
    path: str
    description: str

    @property
    def member(self) -> str:
        """The member of a row that it is taken from."""
        return self.path.partition(".")[0]


_DATED: Final = (
    Column("date", "date.value", "day, or day and time, of publication; empty where not known"),
    Column("date_precision", "date.precision", "day or minute"),
    Column("date_from", "date.from", "where the date was found"),
)
_PUBLISHED: Final = (
    Column("title", "title", "headline of the article"),
    Column("source", "source", "publisher or collection"),
    Column("byline", "byline", "author as printed"),
    Column("agency", "agency", "wire agency credited"),
    Column("url", "url", "address of the original"),
)
_FOUND: Final = (
    Column("score", "score", "by relevance, else 0"),
    Column("page", "links.html", "address of the article's page, relative to this host"),
    Column("data", "links.article", "address of the article as JSON"),
    Column("similar", "links.similar", "address of what is like it, as JSON"),
)
_COLUMNS: Final = {
    Collection.STATEMENTS: (
        Column("id", "id", "of the statement"),
        Column("article_id", "article_id", "of the article it stands in"),
        *_DATED,
        Column("speaker", "speaker.name", "who said it; empty where nobody is named"),
        Column("speaker_kind", "speaker.kind", "person, body or unnamed"),
        Column("speaker_role", "speaker.role", "as the article gives it"),
        Column("speaker_country", "speaker.country.value", "code of the speaker's own country"),
        Column("others", "others.name", "who else made it"),
        Column("named_as", "named_as", "the words that name the speaker"),
        Column("cue", "cue", "the words that attribute it"),
        Column("verb", "verb", "base form of the cue's verb"),
        Column("kind", "kind", "direct, mixed or indirect"),
        Column("act", "act", "say, ask, deny, agree, promise, urge, judge or think"),
        Column("said", "said.day", "first day on which it may have been said"),
        Column("said_precision", "said.precision", "day, week, month or year from that day on"),
        Column("text", "text", "what was said"),
        Column("about", "about.value", "codes of the countries spoken about"),
        *_PUBLISHED,
        Column("start", "start", "first character in the body of the article, from 0"),
        Column("end", "end", "the character after the last one"),
        Column("pieces_start", "pieces.start", "first characters of its parts"),
        Column("pieces_end", "pieces.end", "the characters after the last ones of its parts"),
        Column("confidence", "confidence", "0 to 1"),
        Column("rule", "rule", "what found it"),
        *_FOUND,
    ),
    Collection.ARTICLES: (
        Column("id", "id", "of the article"),
        *_DATED,
        *_PUBLISHED,
        Column("title_from", "title_from", "given, or first sentence where there is none"),
        Column("speakers", "speakers", "who is quoted"),
        Column("countries", "countries.value", "codes of the countries named"),
        Column("main_countries", "main_countries.value", "codes of those it is mainly about"),
        Column("kinds", "kinds", "kinds of its statements"),
        Column("statement_count", "statement_count", "how many statements it holds"),
        Column("story", "story", "what it shares with its copies; empty where it is too short"),
        *_FOUND,
    ),
}


def columns_of(collection: Collection) -> tuple[Column, ...]:
    """All columns of a table of `collection`, in order."""
    return _COLUMNS[collection]


def chosen(collection: Collection, names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names, in the order given; all of them where none is given."""
    by_name = {column.name: column for column in columns_of(collection)}
    return tuple(by_name[name] for name in names) or columns_of(collection)


def table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, raw: bool, bom: bool
) -> Iterator[str]:
    """A CSV file (RFC 4180) piece by piece, the line of names first.

    Args:
        rows: see `rows`.
        columns: those wanted.
        raw: leave cells as they are; else they are `defused`.
        bom: begin with a byte order mark.
    """
    buffer = io.StringIO()
    # Quotes around every cell: what is within is never taken for the end of one.
    written = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    guarded: Callable[[str], str] = str if raw else defused
    written.writerow([column.name for column in columns])
    yield (BOM if bom else "") + buffer.getvalue()
    paths = [column.path.split(".") for column in columns]
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        written.writerow([guarded(_cell(_at(row, path))) for path in paths])
        yield buffer.getvalue()


def defused(cell: str) -> str:
    """`cell`, with an apostrophe before everything that a spreadsheet may take for a formula.

    That is at its start, and behind semicolons, tabs and line breaks within it, which begin a cell
    for programs that were told, or take it for granted, that columns are set apart by those.
    """
    safe = _WITHIN.sub(r"\g<0>'", cell) if _WITHIN.search(cell) else cell
    return f"'{safe}" if _FORMULA.match(cell) else safe


def _at(value: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 - a JSON value
    for number, name in enumerate(path):
        if isinstance(value, (list, tuple)):
            return [_at(item, path[number:]) for item in value]
        if value is None:
            return None
        value = value[name]
    return value


def _cell(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return SEPARATOR.join(_cell(item) for item in value)
    return "" if value is None else str(value)
