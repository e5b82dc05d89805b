"""Who wrote it: bylines as lines of a text and as values of a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from searchsvc.corpus.agencies import AGENCIES, AGENCY

_LONGEST_LINE: Final = 160

_EMAIL: Final = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_EMAILS: Final = (
    rf"[(<\[]?(?P<email>{_EMAIL})[)>\]]?(?:[\s,;/&]{{0,3}}[(<\[]?{_EMAIL}[)>\]]?){{0,3}}"
)
_JOINED: Final = (
    r"(?!(?:IN|AND|OF|FOR|For|FROM|AT|WITH)(?![\w-]))"  # a line in capitals joins names with these
)
_CAPITAL: Final = rf"{_JOINED}(?:[dl]['’]|[ae][ldnrstz]-)?[^\W\d_a-z][\w'’.-]*"
_WORD: Final = (
    rf"(?:{_CAPITAL}|de|da|del|der|den|di|do|dos|du|van|von|zu|af|la|le|el|al-?|bin|ibn|abu|y)"
)
_NAME: Final = rf"(?![Tt]he\s[a-z]){_WORD}(?:\s{_WORD}){{0,5}}"
_ROLE_END: Final = (
    r"(?:reporter|correspondent|writer|editor|columnist|contributor|journalist|staff|intern"
    r"|bureau|desk|chief)s?"
)
_ROLE: Final = rf"(?:[\w.'’&-]+\s){{0,5}}{_ROLE_END}"
_PLACE: Final = (
    rf"{_CAPITAL}(?:\s(?:de\s|la\s)?{_CAPITAL}){{0,3}}(?:,\s{_CAPITAL}(?:\s{_CAPITAL}){{0,2}})?"
)
_WHERE: Final = rf",?\s(?:in|IN|from|FROM|at)\s{_PLACE}"
# A single word with a place behind it is rather a means: "By Train in Norland".
_PERSON: Final = rf"(?:{_WORD}(?:\s{_WORD}){{1,5}}{_WHERE}|{_NAME})"
_AND: Final = r"(?:\s(?:and|AND|&|with|WITH)\s|,\s(?:and\s)?)"
_ORGANISATION: Final = (
    rf"(?:\s(?:of|OF|for|FOR|For)\s(?:the\s)?|,\s(?=The\s)|\s?[|/•·]\s?){_CAPITAL}"
    rf"(?:\s(?:of\s)?{_CAPITAL}){{0,3}}"
)
# Where somebody writes for or from, without a preposition. Matches ", Seoul" and " – New York".
_BASE: Final = rf"(?P<base>,\s{_CAPITAL}|\s[–—-]\s{_CAPITAL}(?:\s{_CAPITAL}){{0,2}})"
_OTHERS: Final = r"(?:\sand|,)\s(?i:agencies|(?:news\s)?wires|wire\s(?:reports|services)|staff)"

# Matches "By Song Su-hyun", "By Jo Doe and Al Roe, Staff Reporters (a@b.org)", "By Jo Doe in
# Seoul", "by Jo Doe, Reuters"; must not match "By Friday the talks had failed", "By land, sea and
# air" or "By Train in Norland".
_BY: Final = re.compile(
    rf"(?:[–—-]\s?)?(?:(?:(?i:written|reported|story|words)\s)?(?:By|BY|by)(?:\s|\s?:\s?)|(?i:author|byline|reporter)\s?:\s?)"
    rf"(?P<names>{_PERSON}(?:{_AND}{_PERSON}){{0,5}}?)"
    rf"(?:[\s,|/]+(?i:(?P<role>{_ROLE}))(?:{_WHERE})?)?"
    rf"(?:(?:[\s,/]+|\sand\s)[(]?(?P<agency>{AGENCY})[)]?|{_ORGANISATION}|{_BASE})?(?:{_OTHERS})?"
    rf"[\s,|/]*(?:{_EMAILS})?[\s.]*\Z"
)
_WHERE_FROM: Final = re.compile(_WHERE)
# A role that follows the name without a comma. Matches " AP Writer" and " Staff Reporter"; must
# not match "Staff Reporter", behind which no name is left.
_ROLE_BEHIND: Final = re.compile(
    rf"(?<=\w)\s(?i:(?:{AGENCY}|staff|senior|chief|special|foreign|contributing|political)\s)?"
    rf"(?i:{_ROLE_END})\Z"
)
# Matches "Kim Min-ji, Staff reporter", "Jo Doe | correspondent"; must not match "The reporter".
_WITH_ROLE: Final = re.compile(
    rf"(?P<names>{_NAME})\s?[,|/]\s?(?i:{_ROLE})[\s,|/]*(?:{_EMAILS})?[\s.]*\Z"
)
# Matches "Choi He-suk (cheesuk@example.org)" and an address alone; must not match "write to
# desk@example.org today".
_WITH_EMAIL: Final = re.compile(rf"(?:(?P<names>{_NAME})[\s,|/]*)?{_EMAILS}[\s.]*\Z")
# The line below a byline. Matches "Staff Writer" and "Associated Press Writer"; must not match "The
# reporter left" or "Foreign desk".
_ONLY_ROLE: Final = re.compile(
    rf"(?:{_CAPITAL}\s){{0,4}}(?i:reporter|correspondent|(?<=\s)writer|(?<=\s)editor)s?\Z"
)
_TIMES: Final = re.compile(
    r"(?i:mon|tues|wednes|thurs|fri|satur|sun)day|January|February|March|April|June|July|August"
    r"|September|October|November|December|Now|Then|Today|Tomorrow|Contrast|Comparison"
)
# Matches the address in "Jo Doe <jo@example.org>"; must not match "@jo".
_ADDRESS: Final = re.compile(rf"[\s(<\[,|/]*(?P<email>{_EMAIL})[)>\]]*")
_PREFIX: Final = re.compile(r"(?:by|written by|author)\b[\s:]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Byline:
    """An author as printed; what was not printed is None."""

    name: str | None
    email: str | None = None
    agency: str | None = None


def read_byline(line: str) -> Byline | None:
    """The author that a line names which does nothing else; None for every other line."""
    line = line.strip()
    if not line or len(line) > _LONGEST_LINE:
        return None
    found = _BY.match(line)
    if found and not _TIMES.match(found["names"]):
        names = _only_names(found["names"], found["base"] or "")
        if names in AGENCIES:
            return Byline(None, found["email"], names)
        return Byline(names, found["email"], found["agency"])
    found = _WITH_ROLE.match(line) or _WITH_EMAIL.match(line)
    return Byline(found["names"], found["email"]) if found else None


def is_role(line: str) -> bool:
    """Whether a line says only what somebody is at a newspaper."""
    return len(line) <= _LONGEST_LINE and bool(_ONLY_ROLE.match(line))


def _only_names(names: str, base: str) -> str:
    """The names without the places where they write from, and without a role behind them."""
    if " " not in names and base.startswith(","):
        return names + base  # "Doe, Ana", of which neither is a place
    names = _WHERE_FROM.sub("", names)
    without_role = _ROLE_BEHIND.sub("", names)
    return without_role if " " in without_role else names


def read_author(value: str) -> Byline | None:
    """The author in a column or meta tag that holds nothing else; None where it is empty."""
    value = " ".join(value.split())
    if not value:
        return None
    byline = read_byline(value if _PREFIX.match(value) else f"By {value}")
    if byline:
        return byline
    address = _ADDRESS.search(value)
    email = address["email"] if address else None
    name = _ADDRESS.sub(" ", _PREFIX.sub("", value, count=1)).strip(" ,|/")
    return Byline(name or None, email)
