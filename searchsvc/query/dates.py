"""Dates as a query writes them: `2017`, `2017-05..2018-02`, `>=2018`, `<2017-05`, `*`."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

_DAY = dt.timedelta(days=1)
_DATE = r"\d{4}(?:[-/.]\d{1,2}){0,2}"  # 2017, 2017-05, 2017/5/12; not 17-05
_ONE: Final = re.compile(rf"(<=|>=|<|>|=)?({_DATE})")  # 2017-05 and >=2017; not 2017..
_TWO: Final = re.compile(
    rf"({_DATE})?(?:\.{{2,3}}|…)({_DATE})?"
)  # 2017..2018, ..2018; not 2017-2018
_PARTS: Final = re.compile(r"[-/.]")


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both inclusive; None leaves that side open.

    Attributes:
        reversed: whether the text names the later end first.
    """

    first: dt.date | None
    last: dt.date | None
    reversed: bool = False


def read_days(text: str) -> Days | None:
    """The days that `text` names, or None where it is not a date as written above."""
    if text == "*":
        return Days(None, None)
    if match := _ONE.fullmatch(text):
        return _compared(match[1] or "=", match[2])
    if (match := _TWO.fullmatch(text)) and (match[1] or match[2]):
        return _between(match[1], match[2])
    return None


def not_in_calendar(text: str) -> str | None:
    """The first date of `text` that is written as one and is no day, month or year: 2016-02-30."""
    if not (_ONE.fullmatch(text) or _TWO.fullmatch(text)):
        return None
    return next((date for date in re.findall(_DATE, text) if _bounds(date) is None), None)


def days_text(first: dt.date | None, last: dt.date | None) -> str:
    """The shortest text that `read_days` reads as `first` to `last`."""
    if first is None or last is None:
        bound, sign = (last, "<=") if first is None else (first, ">=")
        return "*" if bound is None else f"{sign}{bound.isoformat()}"
    for width in (4, 7, 10):
        text = first.isoformat()[:width]
        if read_days(text) == Days(first, last):
            return text
    return f"{first.isoformat()}..{last.isoformat()}"


def _compared(sign: str, text: str) -> Days | None:
    bounds = _bounds(text)
    if bounds is None:
        return None
    first, last = bounds
    try:
        match sign:
            case "<":
                return Days(None, first - _DAY)
            case ">":
                return Days(last + _DAY, None)
    except OverflowError:  # beyond the first or the last day of the calendar
        return None
    return Days(None if sign == "<=" else first, None if sign == ">=" else last)


def _between(start: str | None, end: str | None) -> Days | None:
    first = _bounds(start) if start else None
    last = _bounds(end) if end else None
    if (start and first is None) or (end and last is None):
        return None
    if first and last and first[0] > last[1]:
        return Days(last[0], first[1], reversed=True)
    return Days(first[0] if first else None, last[1] if last else None)


def _bounds(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of a year, a month or a day; None where there is no such day."""
    year, *rest = map(int, _PARTS.split(text))
    try:
        match rest:
            case [month, day]:
                return dt.date(year, month, day), dt.date(year, month, day)
            case [month]:
                first = dt.date(year, month, 1)
                return first, first.replace(day=calendar.monthrange(year, month)[1])
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    except ValueError:
        return None
