"""The table of countries and the names that it resolves."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Country:
    """A country, or a body or region that is spoken about like one, and what it is called.

    Attributes:
        code: ISO 3166-1 alpha-2, XK for Kosovo, ISO 3166-3 (four letters) for former states; of
            bodies and regions small letters, which no code of ISO 3166 has.
        name: as shown.
        names: other names.
        demonyms: adjectives and people, singular; one with a final hyphen is a prefix ("Sino-").
        capitals: cities that stand for the government.
        houses: seats and bodies that stand for the government.
        unsearched: names that `resolve` knows but that are too ambiguous to look for in prose.
        events: words that make a name before them a meeting rather than the body.
    """

    code: str
    name: str
    names: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    unsearched: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 14)
def resolve(name: str) -> str | None:
    """The code of the country, body or region called `name`, or None.

    Takes codes, names, also with the comma of "Korea, South", demonyms in singular or plural, and
    slugs such as `el-salvador`; capital letters and accents do not matter. Capitals and houses are
    not resolved: a city is no country.
    """
    head, _, tail = name.partition(",")
    key = compared(f"{tail} {head}")
    index = _index()
    return index.get(key) or index.get(key.removesuffix("s"))


def label(code: str) -> str:
    """The display name of what has the `code`; `code` itself where nothing has."""
    country = COUNTRIES.get(code) or BODIES.get(code)
    return code if country is None else country.name


def compared(name: str) -> str:
    """`name` as names are compared: small letters and single spaces, no accents, dots or `the`."""
    if name.isascii():
        return " ".join(name.lower().translate(_ASCII).split()).removeprefix("the ")
    plain = unicodedata.normalize("NFKD", name.casefold().replace(".", "").replace("ı", "i"))
    kept = "".join(char if char.isalnum() else " " for char in plain if not _is_mark(char))
    return " ".join(kept.split()).removeprefix("the ")


_ASCII: Final = str.maketrans(
    {char: None if char in ".'" else " " for char in map(chr, range(128)) if not char.isalnum()}
)


def _is_mark(char: str) -> bool:
    return unicodedata.combining(char) > 0 or char in "'’"


def _read(file: str) -> Iterator[Country]:
    path = resources.files(__package__) / file
    for code, row in tomllib.loads(path.read_text("utf-8")).items():
        lists = {field: tuple(value) for field, value in row.items() if field != "name"}
        yield Country(code, row["name"], **lists)


COUNTRIES: Final[Mapping[str, Country]] = MappingProxyType(
    {country.code: country for country in _read("countries.toml")}
)
"""By code, in the order of the table: today's countries by code, then former ones."""

BODIES: Final[Mapping[str, Country]] = MappingProxyType(
    {body.code: body for body in _read("bodies.toml")}
)
"""Bodies of states and regions, by code. They never stand for their members."""


@lru_cache(maxsize=1)
def _index() -> dict[str, str]:
    """Every key that `resolve` knows; codes win over names, names over demonyms.

    Countries win over bodies: AU is Australia.
    """
    index: dict[str, str] = {}
    tiers = (
        lambda country: (country.code,),
        lambda country: (country.name, *country.names, *country.unsearched),
        lambda country: country.demonyms,
    )
    for tier in tiers:
        for country in (*COUNTRIES.values(), *BODIES.values()):
            for name in tier(country):
                index.setdefault(compared(name), country.code)
    return index
