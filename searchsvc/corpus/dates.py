"""Dates of publication as newspapers print them and as files hold them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

# The first printed newspaper appeared in 1605; beyond the last year lie only misprints.
_FIRST_YEAR: Final = 1600
_LAST_YEAR: Final = 2100
_LONGEST_LINE: Final = 160

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY: Final = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_YEAR: Final = r"[0-9]{4}(?![0-9])"
_WEEKDAY: Final = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur|urs)?(?:day)?\b\.?"
_ZONE: Final = (
    r"\(?(?:(?:Z|UTC|GMT|[A-Z]{1,4}T)\b(?:\s?[+-][0-9]{1,2}(?::?[0-9]{2})?)?"
    r"|[+-][0-9]{2}(?::?[0-9]{2})?)\)?"
)
_PUBLISHED: Final = (
    r"(?:(?:first\s)?(?:published|posted|issued|released|registered|created|input|pub(?:lication)?"
    r"\sdate|date)\b)"
)
_UPDATED: Final = (
    r"(?:(?:last\s)?(?:updated?|modified|edited|revised|corrected)(?:\son|\sat|\sdate)?\b)"
)

_AGO: Final = (
    r"(?:an?|[0-9]{1,3})\s(?:sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day|week|month|year)s?\sago\b"
    r"|[0-9]{1,3}[\s-]min(?:ute)?s?\sread\b"
)

# One piece of a line that says when. Matches "Published", "May 12, 2017", "12 May 2017",
# "2017-05-12", "12/05/2017", "22:00", "9.59", "KST", "5 hours ago"; must not match "May" alone,
# "Friday's" or "17" alone.
_PIECE: Final = re.compile(
    rf"""
      (?P<published>{_PUBLISHED}) | (?P<updated>{_UPDATED})
    | (?P<mdy>(?P<mdy_month>{_MONTH})\s?(?P<mdy_day>{_DAY})(?:,\s?|\s)(?P<mdy_year>{_YEAR}|['’][0-9]{{2}}\b))
    | (?P<dmy>(?P<dmy_day>{_DAY})[\s-](?:of\s)?(?P<dmy_month>{_MONTH})[,\s-]\s?
        (?P<dmy_year>{_YEAR}|['’][0-9]{{2}}\b|(?<=-)[0-9]{{2}}(?![0-9:])))
    | (?P<ymd>(?P<ymd_year>[0-9]{{4}})(?P<mark>[-./])\s?(?P<ymd_month>[0-9]{{1,2}})(?P=mark)\s?
        (?P<ymd_day>[0-9]{{1,2}})(?![0-9])\.?)
    | (?P<slashed>[0-9]{{1,2}}(?P<slash>[/.])[0-9]{{1,2}}(?P=slash)(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9]))
    | (?P<ago>{_AGO})
    | (?P<time>T?(?P<hour>[0-9]{{1,2}})[:.h](?P<minute>[0-9]{{2}})(?::[0-9]{{2}}(?:[.,][0-9]+)?)?
        (?:\s?(?P<half>[ap])\.?m\b\.?)?)
    | (?P<whole>(?P<whole_hour>[0-9]{{1,2}})\s?(?P<whole_half>[ap])\.?m\b\.?)
    | (?P<weekday>{_WEEKDAY}(?!['’\w]))
    | (?-i:(?P<zone>{_ZONE}))(?!\w)
    | (?P<between>[\s,:;|/·•()\[\]–—-]+|\b(?:on|at)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Numbers only, which need no label in a column of dates. Matches "20170512"; must not match
# "1494594000", a count of seconds.
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
# Matches "25/12/2018"; must not match "2018/12/25" or "25/12/18", of which anything may be the year.
_SLASHED: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})\Z")
# Matches "2018년 11월 14일" and "2018年11月14日"; must not match "2018년".
_EAST_ASIAN: Final = re.compile(
    r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]"
)
# What programs print. Matches "May 12 22:00:00 KST 2017"; must not match "May 12 22:00".
_YEAR_LAST: Final = re.compile(
    rf"({_MONTH}\s{{1,2}}[0-9]{{1,2}})\s([0-9]{{1,2}}:[0-9:]{{2,5}}(?:\s(?:{_ZONE}))?)\s({_YEAR})",
    re.IGNORECASE,
)
# What may part a byline from the date behind it.
_GAP: Final = re.compile(r"[\s,|/·•–—-]*\s[\s|/·•–—-]*")
_HOURS_OF_HALF: Final = 12


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day, and a time of that day where one is printed beside it."""

    day: dt.date
    time: dt.time | None = None


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that says when the article was published.

    Attributes:
        stamp: the date of publication, else that of the update; None where what is printed is
            no date of the calendar.
        rest: what follows the date from "By" on; empty where nothing does.
        is_update: whether the line gives only the date of an update.
    """

    stamp: Stamp | None
    rest: str
    is_update: bool = False


def read_date(value: str) -> Stamp | None:
    """The date that `value` consists of, with its time if it has one; None where it has none.

    A day and a month that could change places are not guessed at.
    """
    value = value.strip()
    compact = _COMPACT.match(value)
    if compact:
        day = _day(*map(int, compact.groups()))
        return Stamp(day) if day else None
    line = read_date_line(value)
    return line.stamp if line and not line.rest else None


def read_time(value: str) -> dt.time | None:
    """The time of day at the beginning of `value`, to the minute; None where there is none."""
    found = _PIECE.match(value.strip())
    return _time(found) if found and (found["time"] or found["whole"]) else None


def read_date_line(line: str) -> DateLine | None:
    """What a line says that consists of dates, times, labels and perhaps a byline.

    None for every other line, so that a sentence with a date in it stays a sentence.
    """
    if len(line) > _LONGEST_LINE:
        return None
    line = _YEAR_LAST.sub(r"\1 \3 \2", _EAST_ASIAN.sub(r"\1-\2-\3", line))
    seen = _Seen()
    position = 0
    while position < len(line):
        if line[position : position + 3].casefold() == "by ":
            break
        piece = _PIECE.match(line, position)
        if piece is None or piece.end() == position:
            return None
        seen.take(piece)
        position = piece.end()
    if not seen.dates:
        return None
    return DateLine(seen.stamp(), line[position:], is_update=seen.is_update())


def split_date_line(line: str) -> tuple[str, DateLine] | None:
    """What stands before the date with which a line ends, and that date; None without one."""
    for found in _GAP.finditer(line[:_LONGEST_LINE]):
        date = read_date_line(line[found.end() :])
        if date and not date.rest:
            return line[: found.start()], date
    return None


class _Seen:
    """The dates met so far on one line."""

    def __init__(self) -> None:
        self.dates = 0
        self._label = "published"
        self._days: dict[str, dt.date] = {}
        self._times: dict[str, dt.time] = {}

    def take(self, piece: re.Match[str]) -> None:
        """Note one piece of the line; a date or time belongs to the label before it."""
        if piece["published"] or piece["updated"]:
            self._label = "published" if piece["published"] else "updated"
        elif piece["time"] or piece["whole"]:
            time = _time(piece)
            if time and self._label not in self._times:
                self._times[self._label] = time
        elif piece["ago"]:
            self.dates += 1  # of a day that nobody knows
        elif piece["mdy"] or piece["dmy"] or piece["ymd"] or piece["slashed"]:
            self.dates += 1
            day = _printed_day(piece)
            if day and self._label not in self._days:
                self._days[self._label] = day

    def is_update(self) -> bool:
        """Whether only an update is dated."""
        return "updated" in self._days and "published" not in self._days

    def stamp(self) -> Stamp | None:
        """The date of publication, else of the update."""
        for label in ("published", "updated"):
            if label in self._days:
                return Stamp(self._days[label], self._times.get(label))
        return None


def _printed_day(piece: re.Match[str]) -> dt.date | None:
    if piece["slashed"]:
        return _slashed_day(piece["slashed"])
    order = next(order for order in ("mdy", "dmy", "ymd") if piece[order])
    month = piece[f"{order}_month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    day = re.match("[0-9]+", piece[f"{order}_day"])
    return _day(_full_year(piece[f"{order}_year"]), number, int(day.group())) if day else None


def _full_year(year: str) -> int:
    """The year; of one of two digits that from 1969 to 2068, as programs agree to read it."""
    number = int(year.lstrip("'’"))
    if number >= 100:  # noqa: PLR2004 - as above
        return number
    return number + (1900 if number >= 69 else 2000)  # noqa: PLR2004 - as above


def _day(year: int, month: int, day: int) -> dt.date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _time(piece: re.Match[str]) -> dt.time | None:
    hour, minute = int(piece["hour"] or piece["whole_hour"]), int(piece["minute"] or 0)
    half = piece["half"] or piece["whole_half"]
    if half:
        if not 1 <= hour <= _HOURS_OF_HALF:
            return None
        hour = hour % _HOURS_OF_HALF + _HOURS_OF_HALF * (half.casefold() == "p")
    try:
        return dt.time(hour, minute)
    except ValueError:
        return None


def _slashed_day(value: str) -> dt.date | None:
    """The day of "25/12/2018", if only one of the two can be the month."""
    found = _SLASHED.match(value)
    if found is None:
        return None
    first, second, year = map(int, found.groups())
    months = range(1, 13)
    if first != second and first in months and second in months:
        return None
    return _day(year, first, second) if first in months else _day(year, second, first)
