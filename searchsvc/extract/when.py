"""When a statement was made, where the article says so: "said Friday", "on Nov. 14", "last week".

Only words beside the cue count, and never those of the statement itself. They are resolved against
the day of the article: a weekday is the last such day up to and including it, a month or a day
without a year the last one in the past. Days after that of the article are not believed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from searchsvc.model import DayPrecision, SaidDate, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        "a two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"an": 1, "one": 1}
_WEEKDAY: Final = (
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.(?=\s|,|$)"
)
_MONTH: Final = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_COUNT: Final = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PART: Final = r"(?:\s(?:morning|afternoon|evening|night))"
_TIME: Final = rf"""
    (?P<iso>(?:[Oo]n\s)?(?P<iy>\d{{4}})-(?P<im>\d{{2}})-(?P<id>\d{{2}})\b)
  | (?P<date>(?:(?:[Ll]ate\s|[Ee]arly\s)?[Oo]n\s)?(?:the\s)?
      (?:(?:{_WEEKDAY}){_PART}?,?\s(?:the\s)?)?
      (?:(?P<m1>{_MONTH})\s(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[-–]\d|:)
        |(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<m2>{_MONTH}))
      (?:,?\s(?P<y>(?:1[89]|20)\d\d)(?!\d|[-–]))?)
  | (?P<day>(?:(?:[Ll]ate\s|[Ee]arly\s)?[Oo]n\s|[Ll]ate\s|[Ee]arly\s|[Ee]arlier\son\s)?(?P<last>[Ll]ast\s|[Tt]his\s(?:past\s)?)?
      (?P<weekday>{_WEEKDAY}){_PART}?)(?!['’\w-])
  | (?P<month>(?:[Bb]ack\s)?(?:[Ii]n\s|(?P<past>[Ll]ast\s)|[Tt]his\spast\s|[Ee]arlier\sin\s)(?:early\s|late\s|mid-)?
      (?P<m3>{_MONTH})(?:,?\s(?:of\s)?(?P<y3>(?:1[89]|20)\d\d))?(?!['’\w-]))
  | (?P<year>(?:[Bb]ack\s)?[Ii]n\s(?:early\s|late\s|mid-)?(?P<y4>(?:1[89]|20)\d\d)(?!['’\w-]|,\d))
  | (?P<yesterday>(?:[Ll]ate\s|[Ee]arly\s)?[Yy]esterday{_PART}?|[Ll]ast\snight)(?!['’\w-])
  | (?P<today>(?:[Ee]arlier\s|[Ll]ate\s|[Ee]arly\s)?[Tt]oday|[Tt]onight|[Tt]his\s(?:morning|afternoon|evening)
      |[Ee]arlier\sin\sthe\sday)(?!['’\w-])
  | (?P<ago>(?P<count>{_COUNT}|An?|One|Two|Three|Four|Five)\s(?P<unit>day|week|month|year)s?\s(?:earlier|ago|before)
      |[Tt]he\s(?:previous\s|day\sbefore)(?:day)?)(?!['’\w-])
  | (?P<span>(?:[Ee]arlier\s|[Ll]ate\s|[Ee]arly\s)?(?P<which>[Tt]his|[Ll]ast)\s(?P<what>week|month|year)(?:end)?)
      (?!['’\w-])
  | (?P<weekend>(?:[Oo]ver|[Dd]uring|[Oo]n|[Aa]t)\sthe\sweekend|(?:[Ll]ast|[Tt]his)\sweekend)(?!['’\w-])
"""
_EXPRESSION: Final = re.compile(rf"(?<![\w-])(?:{_TIME})", re.VERBOSE)
_DIGIT: Final = re.compile(r"\d")
_SIGN: Final = re.compile(  # what every expression of a time holds that has no digit
    "day|night|morning|afternoon|evening|week|month|year|previous|"
    "Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)
# Words that make the day one of something else: who took office in March, after, since Monday.
_CLAUSE: Final = re.compile(
    r"\b(?:who|whom|whose|which|when|where|while|because|as|if|until|since|before|was|were|is|has|had|"
    r"that|following|ahead\sof|scheduled|planned|elected|appointed|took|won|met|arrived|held|"
    r"set|due)\b|, (?:and|but)\b|[;:]",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(  # since Monday, after Friday, next Friday
    r"\b(?:since|until|till|before|after|by|from|for|to|through|between|and|or|next|of|every|each|"
    r"coming|following|than|the|than|ahead of|starting|beginning|effective|dated)\s\Z",
    re.IGNORECASE,
)
_AFTERWARDS: Final = re.compile(
    r"\b(?:after|following|since|before|ahead|until|during)\b", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(  # left in March and said, fell in March after he said
    r"\s+(?:and|but)\b|.*\b(?:after|since|before|until)\b", re.DOTALL
)
_FAR: Final = 120  # characters from the cue; a date further off belongs to something else
_OTHERS_BEFORE: Final = 16
_WEEK: Final = 7
_MONTHS_OF_YEAR: Final = 12
_LEAP_CYCLE: Final = 9  # years back in which every day of the calendar occurs


def said_on(
    body: str, *, cue: Span | None, sentence: Span, taken: Sequence[Span], day: dt.date | None
) -> SaidDate | None:
    """When the statement was made; None where no words beside its cue tell.

    `sentence` is the stretch that holds the cue, `taken` are the statements in it, ascending, whose
    words say nothing of the kind; `day` is that of the article. Without it only days with their
    year are read.
    """
    if cue is None:
        return None
    left = max((piece.end for piece in taken if piece.end <= cue.start), default=0)
    right = min((piece.start for piece in taken if piece.start >= cue.end), default=len(body))
    begin = max(left, sentence.start, cue.start - _FAR)
    end = min(right, sentence.end, cue.end + _FAR)
    for match in _after_cue(body, cue.end, end):
        said = _resolved(match, day)
        if said is not None:
            return said
    for match in _before_cue(body, begin, cue.start):
        said = _resolved(match, day)
        if said is not None:
            return said
    return None


def _may_tell(body: str, start: int, end: int) -> bool:
    """Whether `body[start:end]` may tell a time at all; most stretches tell none."""
    return (
        _SIGN.search(body, start, end) is not None or _DIGIT.search(body, start, end) is not None
    )


def _after_cue(body: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Days between `start`, where the cue ends, and `end` that tell when it was said."""
    if start >= end or not _may_tell(body, start, end):
        return
    clause = _CLAUSE.search(body, start, end)
    limit = clause.start() if clause else end
    for match in _EXPRESSION.finditer(body, start, end):
        if match.start() > limit:
            return
        if not _OTHERS.search(body, max(start, match.start() - _OTHERS_BEFORE), match.start()):
            yield match


def _before_cue(body: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Days between `start` and `end`, where the cue begins, the nearest first."""
    if start >= end or not _may_tell(body, start, end):
        return
    for match in reversed(list(_EXPRESSION.finditer(body, start, end))):
        if _CLAUSE.search(body, match.end(), end) or _AFTERWARDS.search(
            body, start, match.start()
        ):
            return
        if _CLAUSE.search(body, start, match.start()) or _ELSEWHERE.match(body, match.end(), end):
            return
        if not _OTHERS.search(body, max(start, match.start() - _OTHERS_BEFORE), match.start()):
            yield match


def _resolved(match: re.Match[str], day: dt.date | None) -> SaidDate | None:
    """The day that the words of `match` mean in an article of `day`, or None."""
    name = next(key for key in _READERS if match[key] is not None)
    found = _READERS[name](match, day)
    if found is None or (day is not None and found[0] > day):
        return None
    return SaidDate(*found, Span(match.start(), match.end()))


_Found = tuple[dt.date, DayPrecision]


def _iso(match: re.Match[str], _: dt.date | None) -> _Found | None:
    return _given(int(match["iy"]), int(match["im"]), int(match["id"]))


def _date(match: re.Match[str], day: dt.date | None) -> _Found | None:
    month = _MONTHS.index((match["m1"] or match["m2"])[:3].lower()) + 1
    number = int(match["d1"] or match["d2"])
    if match["y"]:
        return _given(int(match["y"]), month, number)
    if day is None:
        return None
    for year in range(day.year, day.year - _LEAP_CYCLE, -1):
        found = _given(year, month, number)
        if found is not None and found[0] <= day:
            return found
    return None


def _given(year: int, month: int, number: int) -> _Found | None:
    try:
        return dt.date(year, month, number), DayPrecision.DAY
    except ValueError:
        return None


def _day(match: re.Match[str], day: dt.date | None) -> _Found | None:
    if day is None:
        return None
    back = (day.weekday() - _WEEKDAYS.index(match["weekday"][:3].lower())) % _WEEK
    if (match["last"] or "").lower() == "last " and back == 0:
        back = _WEEK
    return _back(day, back), DayPrecision.DAY


def _month(match: re.Match[str], day: dt.date | None) -> _Found | None:
    month = _MONTHS.index(match["m3"][:3].lower()) + 1
    if match["y3"]:
        return dt.date(int(match["y3"]), month, 1), DayPrecision.MONTH
    if day is None:
        return None
    is_over = month < day.month or (month == day.month and not match["past"])
    year = day.year if is_over else day.year - 1
    return (dt.date(year, month, 1), DayPrecision.MONTH) if year else None


def _year(match: re.Match[str], _: dt.date | None) -> _Found | None:
    return dt.date(int(match["y4"]), 1, 1), DayPrecision.YEAR


def _yesterday(_: re.Match[str], day: dt.date | None) -> _Found | None:
    return None if day is None else (_back(day, 1), DayPrecision.DAY)


def _today(_: re.Match[str], day: dt.date | None) -> _Found | None:
    return None if day is None else (day, DayPrecision.DAY)


def _ago(match: re.Match[str], day: dt.date | None) -> _Found | None:
    if day is None:
        return None
    if match["count"] is None:
        return _back(day, 1), DayPrecision.DAY
    word = match["count"].lower()
    count = _NUMBERS[word] if word in _NUMBERS else int(word)
    return _begun(day, match["unit"], count)


def _span(match: re.Match[str], day: dt.date | None) -> _Found | None:
    if day is None or match["span"].endswith("end"):
        return None if day is None else _weekend(match, day)
    return _begun(day, match["what"], 1 if match["which"].lower() == "last" else 0)


def _weekend(_: re.Match[str], day: dt.date | None) -> _Found | None:
    """The week of the last Saturday up to the article's day."""
    if day is None:
        return None
    return _begun(_back(day, (day.weekday() - 5) % _WEEK), "week", 0)


def _begun(day: dt.date, unit: str, count: int) -> _Found | None:
    """The day, week, month or year that lies `count` of them before the one of `day`."""
    match unit:
        case "day":
            return _back(day, count), DayPrecision.DAY
        case "week":
            return _back(day, day.weekday() + _WEEK * count), DayPrecision.WEEK
        case "month":
            number = day.year * _MONTHS_OF_YEAR + day.month - 1 - count
            year, month = divmod(number, _MONTHS_OF_YEAR)
            return (dt.date(year, month + 1, 1), DayPrecision.MONTH) if year >= 1 else None
    year = day.year - count
    return (dt.date(year, 1, 1), DayPrecision.YEAR) if year >= 1 else None


def _back(day: dt.date, days: int) -> dt.date:
    """`days` before `day`, but not before the calendar begins."""
    return dt.date.fromordinal(max(1, day.toordinal() - days))


_READERS: Final[dict[str, Callable[[re.Match[str], dt.date | None], _Found | None]]] = {
    "iso": _iso,
    "date": _date,
    "day": _day,
    "month": _month,
    "year": _year,
    "yesterday": _yesterday,
    "today": _today,
    "ago": _ago,
    "span": _span,
    "weekend": _weekend,
}
