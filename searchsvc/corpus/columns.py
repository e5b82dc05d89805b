"""Rows to what they give: the settings say which column holds what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.agencies import dateline_place
from searchsvc.corpus.bylines import read_author
from searchsvc.corpus.cleaning import clean
from searchsvc.corpus.dates import read_date, read_time
from searchsvc.corpus.markup import without_inline_markup
from searchsvc.model import ArticleDate, DateOrigin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.settings import ColumnSettings

# Matches "james-baker" and "reagan"; must not match "Kim Jong-un" or "o'neill".
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
# Matches "https://example.org/a"; must not match "javascript:alert(1)" or "example.org".
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>]+\Z", re.IGNORECASE)
_LONGEST_NAME: Final = 500
_MOST_NAMES: Final = 1000
_LONGEST_LINE: Final = 1000
_LONGEST_RAW_LINE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Given:
    """What an input says of an article outside its text; None and empty where it does not.

    Attributes:
        text: the article's text as it came.
    """

    id: str | None = None
    title: str | None = None
    text: str = ""
    date: ArticleDate | None = None
    source: str | None = None
    url: str | None = None
    byline: str | None = None
    email: str | None = None
    agency: str | None = None
    dateline: str | None = None
    captions: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


def read_row(values: Mapping[str, object], columns: ColumnSettings) -> Given:
    """What a row gives, by the columns that the settings name; the first that is filled counts.

    A name that differs only in its capitals is the same column, unless both are there.
    """
    values = {name.casefold(): value for name, value in values.items()} | dict(values)
    author = read_author(_one_line(values, columns.byline) or "")
    return Given(
        id=_one_line(values, columns.id),
        title=_one_line(values, columns.title),
        text=_text(_first(values, columns.text)),
        date=_date(values, columns),
        source=_one_line(values, columns.source),
        url=web_address(_one_line(values, columns.url) or ""),
        byline=author.name if author else None,
        email=author.email if author else None,
        agency=_one_line(values, columns.agency) or (author.agency if author else None),
        dateline=dateline_place(_one_line(values, columns.dateline) or ""),
        speakers=tuple(map(_name, _list(_first(values, columns.speakers)))),
        countries=_list(_first(values, columns.countries)),
    )


def one_line(text: str) -> str | None:
    """`text` cleaned, without markup, on one line; None where nothing of it remains.

    What no title and no name is as long as is cut at a word.
    """
    text = text[:_LONGEST_RAW_LINE]
    line = " ".join(clean(without_inline_markup(text)).text.split())
    if len(line) <= _LONGEST_LINE:
        return line or None
    cut = line[:_LONGEST_LINE]
    return (cut.rpartition(" ")[0] or cut) + " …"


def web_address(value: str) -> str | None:
    """`value` where it is an address on the web that can be linked to, else None."""
    found = _WEB_ADDRESS.match(value.strip())
    return found.group() if found else None


def _first(values: Mapping[str, object], names: Sequence[str]) -> object:
    return next((values[name] for name in names if values.get(name) not in (None, "", [])), None)


def _one_line(values: Mapping[str, object], names: Sequence[str]) -> str | None:
    value = _first(values, names)
    if isinstance(value, (list, dict)):
        value = ", ".join(_list(value))
    return None if value is None else one_line(str(value))


def _text(value: object) -> str:
    """The text of a column; a list of paragraphs is joined by blank lines."""
    if isinstance(value, list):
        return "\n\n".join(str(part) for part in value if isinstance(part, (str, int, float)))
    return "" if value is None or isinstance(value, dict) else str(value)


def _list(value: object) -> tuple[str, ...]:
    """The values of a column that holds several, apart by semicolons or as a list, each once."""
    if isinstance(value, str):
        parts: Sequence[object] = value.split(";")
    elif isinstance(value, list):
        parts = value
    else:
        parts = [] if value is None else [value]
    named = (part.get("name") if isinstance(part, dict) else part for part in parts)
    lines = (one_line(str(part)[:_LONGEST_NAME]) for part in named if part is not None)
    return tuple(islice(dict.fromkeys(line for line in lines if line), _MOST_NAMES))


def _name(value: str) -> str:
    """A person's name; of a slug such as `james-baker` the name it was made from."""
    if not _SLUG.match(value):
        return value
    return " ".join(word.capitalize() for word in value.split("-"))


def _date(values: Mapping[str, object], columns: ColumnSettings) -> ArticleDate | None:
    stamp = read_date(_one_line(values, columns.date) or "")
    if stamp is None:
        return None
    time = stamp.time or read_time(_one_line(values, columns.time) or "")
    return ArticleDate(stamp.day, time, DateOrigin.INPUT)
