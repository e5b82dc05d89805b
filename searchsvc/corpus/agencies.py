"""News agencies: their names as credits print them, and where a text gives such a credit."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from searchsvc.countries import resolve

AGENCIES: Final = frozenset(
    form
    for name in """
    Agence France-Presse, AFP, Agencia EFE, EFE, Agerpres, Anadolu, Anadolu Agency, ANI, ANSA, ANTARA,
    APTN, AAP, Associated Press, The Associated Press, AP, Azertac, Belga, BelTA, Bernama, Bloomberg,
    Bloomberg News, BNS, BTA, Canadian Press, The Canadian Press, CNA, CNS, CTK, dpa, EPA, Europa
    Press, GNA, HINA, IANS, Interfax, IRNA, ISNA, Itar-Tass, Jiji, Jiji Press, KCNA, KUNA,
    Kyodo, Kyodo News, Lusa, MENA, MTI, NAN, Newsis, News1, NTB, PA, PA Media, PAP, Petra, PNA, Press
    Association, Press Trust of India, PTI, Reuter, Reuters, RIA Novosti, Ritzau, SANA, SPA, Sputnik,
    STT, Tanjug, Tass, TT, UNI, UPI, Ukrinform, United Press International, VNA, WAM, Xinhua,
    Xinhua News Agency, Yonhap, Yonhap News, Yonhap News Agency
    """.replace("\n", " ").split(",")
    for form in (name.strip(), name.strip().upper())
)

_ONE: Final = "|".join(
    sorted((re.escape(name).replace(r"\ ", r"\s") for name in AGENCIES), key=len, reverse=True)
)
AGENCY: Final = rf"(?:{_ONE})(?:\s?[-/,&]\s?(?:{_ONE})|\sand\s(?:{_ONE})){{0,3}}"
"""One agency, or several credited together: "Yonhap", "AFP-Yonhap"."""

# Matches "(Yonhap)" and "[AP]" at the end of a paragraph; must not match "(D-NY)" or a lone
# "Yonhap".
_CLOSING: Final = re.compile(rf"\s*[(\[](?P<agency>{AGENCY})[)\]]\.?\s*\Z")
# A name in small letters with capitals, or two. Matches "Farwire", "Farwire-Newsline"; must not
# match "UN", "R-Texas" or "2018".
_MIXED: Final = r"[A-Z][\w.’']*[a-z][\w.’']*"
_ONE_WORD: Final = rf"{_MIXED}(?:[-/]{_MIXED}){{0,2}}"
_NEWS: Final = (
    r"(?:News|Press|Presse|Agency|Wire|Service|Media|Radio|TV|Television|Times|Post|Herald|Daily"
    r"|Mail|Journal|Courier|Tribune|Telegraph|Gazette)"
)
_SEVERAL_WORDS: Final = (
    rf"(?:The\s)?(?=[^()]{{0,60}}\b{_NEWS}\b)[A-Z][\w.’'-]*(?:\s(?:of\s)?[A-Z][\w.’'-]*){{1,3}}"
)
# Matches "(Farwire)" and "(The Suland News Agency)"; must not match "(UN)" or "(Ana Doe)".
_UNKNOWN: Final = re.compile(rf"[(](?P<agency>{_ONE_WORD}|{_SEVERAL_WORDS})[)]\s*\Z")
# Matches ". " and ".” "; must not match "the United Nations ".
_AFTER_SENTENCE: Final = re.compile(r"[.!?…][\"'”’)]*\s+\Z")
_STAGE_DIRECTIONS: Final = frozenset(
    """
    applause boos cheers chorus chuckles continued ends inaudible interruption laughs laughter more
    music pause refrain repeat silence sic translated translation update updated
    """.split()
)
# Matches "Yonhap", "- Reuters -" and "By The Associated Press"; must not match "Reuters said".
_ALONE: Final = re.compile(
    rf"[-–—/(\[\s]*(?:(?:By|BY|by|Source\s?:)\s)?(?P<agency>{AGENCY})[-–—/)\]\s.]*\Z"
)
# Matches ". Yonhap" and ". (AP Photo)"; must not match "he told Yonhap" or "Michael R. Bloomberg".
_CAPTION_CREDIT: Final = re.compile(
    rf"(?<!\b[A-Z])[.!?][\"”’']?\s*[-–—/(\[]?\s*(?:{AGENCY}|Getty\sImages|AP\sPhoto)"
    rf"(?:\s?[-/]\s?(?:Getty\sImages|{AGENCY}))?(?:\s[Pp]hoto)?[)\]]?\Z"
)
_REGION: Final = r"(?:,\s(?:[A-Z][\w.'’-]*\s?){1,3})?"
_SHORT_MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY: Final = (
    rf"(?P<date>(?:{_SHORT_MONTH}\s[0-9]{{1,2}}|[0-9]{{1,2}}\s{_SHORT_MONTH})(?:,?\s[0-9]{{4}})?)"
)
_PLACE: Final = (
    r"[A-Z][A-Z.'’-]+(?:[\s/][A-Z][A-Z.'’-]*){0,4}(?:/[A-Z][A-Z.'’-]*(?:\s[A-Z.'’-]+){0,3})?"
)
_MIXED_PLACE: Final = r"[A-Z][\w.'’-]+(?:[\s/][A-Z][\w.'’-]*){0,3}"
# The opening of a wire story, if it credits somebody or gives a day. Matches "SEOUL, Nov. 14
# (Yonhap) --", "WASHINGTON (AP) —", "Dec 29 (Reuters) -"; must not match "NATO - the alliance".
_DATELINE: Final = re.compile(
    rf"(?:(?P<place>{_PLACE}{_REGION})(?:,\s|\s|(?=[(])))?{_DAY}?,?\s?"
    rf"(?:[(](?P<agency>[A-Z][\w.'’/&-]*(?:\s[A-Z][\w.'’-]*){{0,3}})[)]\s?)?(?:--|[-–—])\s?"
)
# The same with the place in small letters, which only a well-known agency makes certain. Matches
# "Seoul, Nov. 14 (Yonhap) --"; must not match "Kim Jong-un (North Korea) - ".
_MIXED_DATELINE: Final = re.compile(
    rf"(?P<place>{_MIXED_PLACE}{_REGION})(?:,\s|\s){_DAY}?,?\s?"
    rf"[(](?P<agency>{AGENCY})[)]\s?(?:--|[-–—])\s?"
)
# A dateline that stands by itself; its month may be misspelt. Matches "TROY, Mich., Mach 10 -",
# "Oslo (NTB)", "Seoul".
_WHOLE_DATELINE: Final = re.compile(
    rf"\W*(?P<place>[^\W\d].*?)(?:,?\s{_DAY}|,\s?[A-Z]{{3,9}}\.?\s[0-9]{{1,2}})?,?"
    r"(?:\s?[(][^()]*[)])?\s?(?:--|[-–—])?",
    re.IGNORECASE,
)
_BARE_DAY: Final = re.compile(_DAY, re.IGNORECASE)
_LONGEST_DATELINE: Final = 120


def closing_credit(paragraph: str) -> tuple[int, str] | None:
    """Where the credit in parentheses that ends a story begins, and the agency; None without.

    A known agency may stand behind anything. Any other name counts only behind the end of a
    sentence, since what a parenthesis explains stands within one, and only if it is one word, or
    several of which one says that they are news ("Press", "Agency"). An abbreviation, a figure, a
    country, the name of a person and a stage direction ("Laughter") are no credit.
    """
    known = _known_credit(paragraph)
    start = paragraph.rfind("(")
    if known or start < 0 or not _AFTER_SENTENCE.search(paragraph, max(0, start - 10), start):
        return known
    agency = lone_credit(paragraph[start:])
    return (len(paragraph[:start].rstrip()), agency) if agency else None


def lone_credit(line: str) -> str | None:
    """The agency of a line that is nothing but a credit in parentheses, by the same rule."""
    found = _UNKNOWN.match(line)
    if (
        found is None
        or found["agency"].casefold() in _STAGE_DIRECTIONS
        or resolve(found["agency"])
    ):
        return None
    return found["agency"]


def _known_credit(paragraph: str) -> tuple[int, str] | None:
    found = _CLOSING.search(paragraph, max(0, len(paragraph) - 100))
    return (found.start(), found["agency"]) if found else None


def agency_line(line: str) -> str | None:
    """The agency that a line credits which says nothing else, or None."""
    found = _ALONE.match(line) if len(line) <= 100 else None  # noqa: PLR2004 - longer than any credit
    return found["agency"] if found else None


def credits_picture(line: str) -> bool:
    """Whether `line` ends as captions do: a sentence, then the agency whose picture it was."""
    return bool(_CAPTION_CREDIT.search(line, max(0, len(line) - 60))) or bool(_known_credit(line))


class Dateline(NamedTuple):
    """The dateline of a story.

    Attributes:
        end: where the story begins after it.
        agency, date, place: as printed there, or None.
    """

    end: int
    agency: str | None
    date: str | None
    place: str | None


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline that `paragraph` opens with.

    None where `paragraph` opens without a dateline, or with a bare place name, which credits
    nobody and might as well be the subject of the sentence.
    """
    found = _DATELINE.match(paragraph, 0, _LONGEST_DATELINE)
    if found is None or not (found["agency"] or (found["place"] and found["date"])):
        found = _MIXED_DATELINE.match(paragraph, 0, _LONGEST_DATELINE)
    if found is None:
        return None
    place = found["place"]
    return Dateline(found.end(), found["agency"], found["date"], place and place.strip())


def dateline_place(dateline: str) -> str | None:
    """The place of a dateline that stands by itself; None where it names none, or is too long."""
    found = _WHOLE_DATELINE.fullmatch(dateline.strip()[: _LONGEST_DATELINE + 1])
    if found is None or found.end() > _LONGEST_DATELINE:
        return None
    place = found["place"].strip(" ,-–—")
    return None if _BARE_DAY.fullmatch(place) else place or None
