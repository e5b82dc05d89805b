"""Numbers, dates and values in words fit to show."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from searchsvc import countries
from searchsvc.engine.explanations import Rule
from searchsvc.fields import MISSING
from searchsvc.model import (
    Act,
    ArticleDate,
    Collection,
    DateOrigin,
    DayPrecision,
    StatementKind,
    TitleOrigin,
)

if TYPE_CHECKING:
    from searchsvc.model import Speaker, StatementDocument

_FIELD_LABELS: Final = {
    "speaker": "Speaker",
    "country": "Country",
    "speaker_country": "Speaker’s country",
    "date": "Date",
    "source": "Source",
    "kind": "Kind",
    "act": "What they do",
    "article": "Article",
}
# Each reads well under its heading, and after “not”.
MISSING_LABELS: Final = {
    "speaker": "unnamed source",
    "country": "unspecified",
    "speaker_country": "unknown",
    "date": "undated",
    "source": "unspecified",
    "kind": "without statements",
    "act": "unknown",
    "article": "unspecified",
}
KIND_LABELS: Final = {
    StatementKind.DIRECT: "quoted",
    StatementKind.MIXED: "partly quoted",
    StatementKind.INDIRECT: "reported",
}
ACT_LABELS: Final = {
    Act.SAY: "say",
    Act.ASK: "ask",
    Act.DENY: "deny",
    Act.AGREE: "agree",
    Act.PROMISE: "promise",
    Act.URGE: "urge",
    Act.JUDGE: "praise or blame",
    Act.THINK: "think",
}
EXPORT_LABELS: Final = {
    "csv": "CSV",
    "ndjson": "NDJSON",
    "bib": "BibTeX",
    "ris": "RIS",
    "csl": "CSL-JSON",
}
_ACT_NOUNS: Final = {
    Act.ASK: "question",
    Act.DENY: "denial",
    Act.AGREE: "agreement",
    Act.PROMISE: "promise",
    Act.URGE: "demand",
    Act.JUDGE: "judgement",
    Act.THINK: "thought",
}
_DATE_ORIGINS: Final = {
    DateOrigin.INPUT: "as the archive’s own data gives it",
    DateOrigin.METADATA: "from the metadata of the saved page",
    DateOrigin.DATE_LINE: "from a line of the text that gives the date",
    DateOrigin.DATELINE: "from the dateline that opens the story",
}
_TITLE_ORIGINS: Final = {
    TitleOrigin.GIVEN: "",
    TitleOrigin.FIRST_SENTENCE: "The text has no headline; its first sentence stands in.",
}
_COUNTRY_FIELDS: Final = frozenset({"country", "speaker_country"})
# An opening “, or " before a word: `said "no`. A closing ”, or " after one: `no," said`.
_MARK: Final = re.compile(r'(?P<opening>“|"(?=\w))|”|"')
SOME: Final = 6
"""How many speakers or countries of an article are listed among the hits."""

_YEAR_LENGTH: Final = len("2017")
_MONTH_LENGTH: Final = len("2017-05")


def field_label(field: str, collection: Collection) -> str:
    """A facet field as shown; the countries of a statement are those it is about."""
    if field == "country" and collection is Collection.STATEMENTS:
        return "About country"
    return _FIELD_LABELS[field]


def number(value: int) -> str:
    """`1,204`."""
    return f"{value:,}"


def counted(value: int, noun: str) -> str:
    """`1 article`, `1,204 articles`."""
    return f"{number(value)} {noun}" if value == 1 else f"{number(value)} {noun}s"


def day(value: dt.date) -> str:
    """`12 May 2017`."""
    return f"{value.day} {calendar.month_name[value.month]} {value.year}"


def date(value: ArticleDate | None) -> str:
    """`12 May 2017, 22:00`, `12 May 2017` or `undated`."""
    if value is None:
        return MISSING_LABELS["date"]
    return moment_of_day(value.day, value.time)


def moment_of_day(value: dt.date, time: dt.time | None) -> str:
    """`12 May 2017, 22:00`, `12 May 2017`."""
    return day(value) if time is None else f"{day(value)}, {time.isoformat('minutes')}"


def short_date(value: ArticleDate) -> str:
    """`12 Sep 2017, 22:00` or `12 Sep 2017`: for lists."""
    words = f"{value.day.day} {calendar.month_abbr[value.day.month]} {value.day.year}"
    return words if value.time is None else f"{words}, {value.time.isoformat('minutes')}"


def date_origin(value: ArticleDate) -> str:
    """How exact a date is, where that is not plain to see, and where it was found."""
    origin = _DATE_ORIGINS[value.origin]
    return f"day only; {origin}" if value.time is None else origin


def title_origin(origin: TitleOrigin) -> str:
    """A remark on a title that was not given; empty for one that was."""
    return _TITLE_ORIGINS[origin]


@lru_cache(maxsize=4096)
def bucket(value: str) -> str:
    """A value of the date facet, or a bound, in words: `2017`, `May 2017`, `12 May 2017`.

    Kept, since every answer names the same months.
    """
    if len(value) == _YEAR_LENGTH:
        return value
    if len(value) == _MONTH_LENGTH:
        return f"{calendar.month_name[int(value[5:])]} {value[:4]}"
    return day(dt.date.fromisoformat(value))


def value_label(field: str, value: str) -> str:
    """A value of a facet field as shown to readers."""
    if value == MISSING:
        return MISSING_LABELS[field]
    if field in _COUNTRY_FIELDS:
        return countries.label(value)
    if field == "kind":
        return KIND_LABELS[StatementKind(value)]
    if field == "act":
        return ACT_LABELS[Act(value)]
    if field == "date":
        return bucket(value)
    return value


def manner(document: StatementDocument) -> str:
    """How a statement was made: reported, quoted denial, partly quoted promise."""
    return manner_of(document.kind, document.act)


def manner_of(kind: StatementKind, act: Act) -> str:
    """The same of a kind and an act."""
    noun = _ACT_NOUNS.get(act)
    return f"{KIND_LABELS[kind]} {noun}" if noun else KIND_LABELS[kind]


def said_on(document: StatementDocument) -> str | None:
    """When it was said, where that was not on the day of the article: on 10 May 2017, in 2015."""
    said = document.said
    if said is None:
        return None
    printed = None if document.date is None else document.date.day
    return said_when(said.day, said.precision, printed)


def said_when(value: dt.date, precision: DayPrecision, printed: dt.date | None) -> str | None:
    """The same of a day, how much time from it on is meant, and the day of the article."""
    match precision:
        case DayPrecision.DAY:
            return None if printed == value else f"on {day(value)}"
        case DayPrecision.WEEK:
            return f"in the week of {day(value)}"
        case DayPrecision.MONTH:
            return f"in {bucket(value.isoformat()[:_MONTH_LENGTH])}"
    return f"in {value.year}"


def quotation_marks(kind: StatementKind, text: str) -> tuple[str, str]:
    """The marks to put before and after a statement whose outer ones were cut off.

    A mark that stands inside alone gets its partner; a direct statement without any such gets
    both. They are straight where those inside are.
    """
    opening, closing = ('"', '"') if '"' in text else ("“", "”")
    depth = lowest = 0
    for mark in _MARK.finditer(text):
        depth += 1 if mark["opening"] else -1
        lowest = min(lowest, depth)
    if depth == lowest == 0 and kind is StatementKind.DIRECT:
        return opening, closing
    return opening * -lowest, closing * (depth - lowest)


def speaker_note(speaker: Speaker) -> str:
    """Role and country of a speaker, as far as they are known: `president, South Korea`."""
    country = countries.label(speaker.country) if speaker.country else None
    return note_of(speaker.name, speaker.role, country)


def note_of(name: str, role: str | None, country: str | None) -> str:
    """The same of a name, a role and the name of a country."""
    return ", ".join(part for part in (role, country) if part and part != name)


def moment(value: dt.datetime) -> str:
    """`22 November 2026, 08:15 UTC`."""
    utc = value.astimezone(dt.UTC)
    return f"{day(utc.date())}, {utc.time().isoformat('minutes')} UTC"


def milliseconds(seconds: float) -> str:
    """`3 ms`, `1,204 ms`; less than one is `under 1 ms`."""
    whole = round(seconds * 1000)
    return f"{number(whole)} ms" if whole else "under 1 ms"


def name_years(first: int | None, last: int | None) -> str:
    """The years in which something bore a name; empty where they are not known."""
    if first is None and last is None:
        return ""
    if first is None:
        return f"until {last}"
    return f"since {first}" if last is None else f"{first}–{last}"


def share(value: float) -> str:
    """A number of a score to three digits that tell: `12.3`, `0.0471`, `3`."""
    return f"{value:.3g}"


def joint(rule: Rule) -> str:
    """What stands between the parts of a number: `+`, `×`, or `or` where the best counts."""
    return {Rule.SUM: "+", Rule.PRODUCT: "×"}.get(rule, "or")
