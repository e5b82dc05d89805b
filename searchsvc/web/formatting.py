"""Numbers, dates and values in words fit to show."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

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
from searchsvc.web.language import N_, _, both, ngettext, pgettext
from searchsvc.web.language.figures import day, month, number, place, short_day, year

if TYPE_CHECKING:
    from searchsvc.model import Speaker, StatementDocument

__all__ = [
    "EXPORT_LABELS",
    "SOME",
    "bucket",
    "counted",
    "date",
    "date_origin",
    "day",
    "field_label",
    "joint",
    "manner",
    "manner_of",
    "milliseconds",
    "missing_label",
    "moment",
    "moment_of_day",
    "name_years",
    "note_of",
    "number",
    "place",
    "quotation_marks",
    "said_on",
    "said_when",
    "share",
    "short_date",
    "since",
    "speaker_note",
    "title_origin",
    "until",
    "value_label",
]

_FIELD_LABELS: Final = {
    "speaker": N_("Speaker"),
    "country": N_("Country"),
    "speaker_country": N_("Speaker’s country"),
    "date": N_("Date"),
    "source": N_("Source"),
    "kind": N_("Kind"),
    "act": N_("What they do"),
    "article": N_("Article"),
    "story": N_("Story"),
}
# Each reads well under its heading, and after “not”.
_MISSING_LABELS: Final = {
    "speaker": N_("unnamed source"),
    "country": N_("unspecified"),
    "speaker_country": N_("unknown"),
    "date": N_("undated"),
    "source": N_("unspecified"),
    "kind": N_("without statements"),
    "act": N_("unknown"),
    "article": N_("unspecified"),
    "story": N_("too short to tell"),
}
_KIND_LABELS: Final = {
    StatementKind.DIRECT: N_("quoted"),
    StatementKind.MIXED: N_("partly quoted"),
    StatementKind.INDIRECT: N_("reported"),
}
_ACT_LABELS: Final = {
    Act.SAY: N_("say"),
    Act.ASK: N_("ask"),
    Act.DENY: N_("deny"),
    Act.AGREE: N_("agree"),
    Act.PROMISE: N_("promise"),
    Act.URGE: N_("urge"),
    Act.JUDGE: N_("praise or blame"),
    Act.THINK: N_("think"),
}
EXPORT_LABELS: Final = {
    "csv": "CSV",
    "ndjson": "NDJSON",
    "bib": "BibTeX",
    "ris": "RIS",
    "csl": "CSL-JSON",
}
_ACT_NOUNS: Final = {
    Act.ASK: N_("question"),
    Act.DENY: N_("denial"),
    Act.AGREE: N_("agreement"),
    Act.PROMISE: N_("promise"),
    Act.URGE: N_("demand"),
    Act.JUDGE: N_("judgement"),
    Act.THINK: N_("thought"),
}
_DATE_ORIGINS: Final = {
    DateOrigin.INPUT: N_("as the archive’s own data gives it"),
    DateOrigin.METADATA: N_("from the metadata of the saved page"),
    DateOrigin.DATE_LINE: N_("from a line of the text that gives the date"),
    DateOrigin.DATELINE: N_("from the dateline that opens the story"),
}
_TITLE_ORIGINS: Final = {
    TitleOrigin.GIVEN: "",
    TitleOrigin.FIRST_SENTENCE: N_("The text has no headline; its first sentence stands in."),
}
_NOUNS: Final = {
    "article": both("%(num)s article", "%(num)s articles"),
    "version": both("%(num)s version", "%(num)s versions"),
    "statement": both("%(num)s statement", "%(num)s statements"),
    "year": both("%(num)s year", "%(num)s years"),
    "month": both("%(num)s month", "%(num)s months"),
    "day": both("%(num)s day", "%(num)s days"),
    "place": both("%(num)s place", "%(num)s places"),
    "more change": both("%(num)s more change", "%(num)s more changes"),
    "page": both("%(num)s page", "%(num)s pages"),
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
        return _("About country")
    return _(_FIELD_LABELS[field])


def field_noun(field: str, collection: Collection) -> str:
    """The same inside a sentence: statements by speaker and country spoken about."""
    if field == "country" and collection is Collection.STATEMENTS:
        return _("country spoken about")
    return field_label(field, collection).lower()


def host(url: str | None) -> str:
    """The host of a web address, to be read: `example.org`; empty where it is none."""
    try:
        parts = urlsplit(url or "")
    except ValueError:  # such as a bracket that is not closed
        return ""
    named = (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    return named.removeprefix("www.")


def missing_label(field: str) -> str:
    """What is said of a document without a value of `field`; reads well after “not” as well."""
    return _(_MISSING_LABELS[field])


def counted(value: int, noun: str) -> str:
    """`1 article`, `1,204 articles`, of the nouns that are known."""
    one, many = _NOUNS[noun]
    return ngettext(one, many, value, num=number(value))


def date(value: ArticleDate | None) -> str:
    """`12 May 2017, 22:00`, `12 May 2017` or `undated`."""
    if value is None:
        return missing_label("date")
    return moment_of_day(value.day, value.time)


def moment_of_day(value: dt.date, time: dt.time | None) -> str:
    """`12 May 2017, 22:00`, `12 May 2017`."""
    return day(value) if time is None else _at(day(value), time)


def _at(words: str, time: dt.time) -> str:
    return _("%(day)s, %(time)s", day=words, time=time.isoformat("minutes"))


def short_date(value: ArticleDate) -> str:
    """`12 Sep 2017, 22:00` or `12 Sep 2017`: for lists."""
    words = short_day(value.day)
    return words if value.time is None else _at(words, value.time)


def date_origin(value: ArticleDate) -> str:
    """How exact a date is, where that is not plain to see, and where it was found."""
    origin = _(_DATE_ORIGINS[value.origin])
    return _("day only; %(origin)s", origin=origin) if value.time is None else origin


def title_origin(origin: TitleOrigin) -> str:
    """A remark on a title that was not given; empty for one that was."""
    remark = _TITLE_ORIGINS[origin]
    return remark and _(remark)


def bucket(value: str) -> str:
    """A value of the date facet, or a bound, in words: `2017`, `May 2017`, `12 May 2017`."""
    if len(value) == _YEAR_LENGTH:
        return year(dt.date(int(value), 1, 1))
    if len(value) == _MONTH_LENGTH:
        return month(dt.date(int(value[:_YEAR_LENGTH]), int(value[5:]), 1))
    return day(dt.date.fromisoformat(value))


def since(value: str) -> str:
    """A bound before which nothing is wanted: `from May 2017`."""
    return _("from %(day)s", day=bucket(value))


def until(value: str) -> str:
    """A bound after which nothing is wanted: `to May 2017`."""
    return _("to %(day)s", day=bucket(value))


def value_label(field: str, value: str) -> str:
    """A value of a facet field as shown to readers."""
    if value == MISSING:
        return missing_label(field)
    if field in _COUNTRY_FIELDS:
        return place(value)
    if field == "kind":
        return _(_KIND_LABELS[StatementKind(value)])
    if field == "act":
        return _(_ACT_LABELS[Act(value)])
    if field == "date":
        return bucket(value)
    return value


def chosen_label(field: str, value: str) -> str:
    """The same where it tells what is asked for, and does not stand among other values."""
    if field == "story" and value != MISSING:
        return _("versions of one article")
    return value_label(field, value)


def manner(document: StatementDocument) -> str:
    """How a statement was made: reported, quoted denial, partly quoted promise."""
    return manner_of(document.kind, document.act)


def manner_of(kind: StatementKind, act: Act) -> str:
    """The same of a kind and an act."""
    words, noun = _(_KIND_LABELS[kind]), _ACT_NOUNS.get(act)
    return _("%(kind)s %(act)s", kind=words, act=_(noun)) if noun else words


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
            return None if printed == value else _("on %(day)s", day=day(value))
        case DayPrecision.WEEK:
            return _("in the week of %(day)s", day=day(value))
        case DayPrecision.MONTH:
            return _("in %(month)s", month=month(value))
    return _("in %(month)s", month=year(value))


def quotation_marks(kind: StatementKind, text: str) -> tuple[str, str]:
    """The marks to put before and after a statement whose outer ones were cut off.

    A mark that stands inside alone gets its partner, and a direct statement without any gets both.
    One is enough at the end where a quotation is opened again for each of its paragraphs. They are
    straight where those inside are.
    """
    opening, closing = ('"', '"') if '"' in text else ("“", "”")
    if kind is StatementKind.DIRECT and not _MARK.search(text):
        return opening, closing
    depth = lowest = 0
    for mark in _MARK.finditer(text):
        depth += 1 if mark["opening"] else -1
        lowest = min(lowest, depth)
    return opening if lowest < 0 else "", closing if depth > lowest else ""


def speaker_note(speaker: Speaker) -> str:
    """Role and country of a speaker, as far as they are known: `president, South Korea`."""
    country = place(speaker.country) if speaker.country else None
    return note_of(speaker.name, speaker.role, country)


def note_of(name: str, role: str | None, country: str | None) -> str:
    """The same of a name, a role and the name of a country."""
    return ", ".join(part for part in (role, country) if part and part != name)


def moment(value: dt.datetime) -> str:
    """`22 November 2026, 08:15 UTC`."""
    utc = value.astimezone(dt.UTC)
    return _("%(moment)s UTC", moment=_at(day(utc.date()), utc.time()))


def milliseconds(seconds: float) -> str:
    """`3 ms`, `1,204 ms`; less than one is `under 1 ms`."""
    whole = round(seconds * 1000)
    return _("%(num)s ms", num=number(whole)) if whole else _("under 1 ms")


def name_years(first: int | None, last: int | None) -> str:
    """The years in which something bore a name; empty where they are not known."""
    if first is None and last is None:
        return ""
    if first is None:
        return _("until %(year)s", year=last)
    return _("since %(year)s", year=first) if last is None else f"{first}–{last}"


def share(value: float) -> str:
    """A number of a score to three digits that tell: `12.3`, `0.0471`, `3`."""
    return f"{value:.3g}"


def joint(rule: Rule) -> str:
    """What stands between the parts of a number: `+`, `×`, or `or` where the best counts."""
    return {Rule.SUM: "+", Rule.PRODUCT: "×"}.get(rule) or pgettext("of numbers", "or")
