"""Who wrote it: bylines as lines of a text and as values of a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from searchsvc.corpus.agencies import AGENCIES, AGENCY

_LONGEST_LINE: Final = 160

_EMAIL: Final = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_WORD: Final = (
    r"(?:[^\W\d_a-z][\w'’.-]*|de|da|del|der|den|di|du|van|von|la|le|el|al|bin|ibn|of|the)"
)
_NAME: Final = rf"(?!(?:[Tt]he|of|and)\s[a-z]){_WORD}(?:\s{_WORD}){{0,5}}"
_ROLE_END: Final = (
    r"(?:reporter|correspondent|writer|editor|columnist|contributor|journalist|staff|intern"
    r"|bureau|desk|chief)s?"
)
_ROLE: Final = rf"(?:[\w.'’&-]+\s){{0,5}}{_ROLE_END}"

# Matches "By Song Su-hyun", "By Jo Doe and Al Roe, Staff Reporters (a@b.org)", "by Jo Doe,
# Reuters"; must not match "By Friday the talks had failed" or "By land, sea and air".
_BY: Final = re.compile(
    rf"(?:By|BY|by)\s(?P<names>{_NAME}(?:(?:\s(?:and|&|with)\s|,\s(?:and\s)?){_NAME}){{0,5}}?)"
    rf"(?:[\s,|/]+(?i:(?P<role>{_ROLE})))?(?:[\s,/]+[(]?(?P<agency>{AGENCY})[)]?)?"
    rf"[\s,|/]*(?:[(<\[]?(?P<email>{_EMAIL})[)>\]]?)?[\s.]*\Z"
)
# Matches "Kim Min-ji, Staff reporter", "Jo Doe | correspondent"; must not match "The reporter".
_WITH_ROLE: Final = re.compile(
    rf"(?P<names>{_NAME})\s?[,|/]\s?(?i:{_ROLE})[\s,|/]*(?:[(<\[]?(?P<email>{_EMAIL})[)>\]]?)?[\s.]*\Z"
)
# Matches "Choi He-suk (cheesuk@example.org)" and an address alone; must not match "write to
# desk@example.org today".
_WITH_EMAIL: Final = re.compile(
    rf"(?:(?P<names>{_NAME})[\s,|/]*)?[(<\[]?(?P<email>{_EMAIL})[)>\]]?[\s.]*\Z"
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
        if found["names"] in AGENCIES:
            return Byline(None, found["email"], found["names"])
        return Byline(found["names"], found["email"], found["agency"])
    found = _WITH_ROLE.match(line) or _WITH_EMAIL.match(line)
    return Byline(found["names"], found["email"]) if found else None


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
