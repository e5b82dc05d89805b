"""Groups of names as TOML writes them, checked.

A group is a list of two names or more for one thing. A name is a text, or a table:

    { name = "Gold Coast", until = 1957, ambiguous = true, only = "found" }
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import process

from searchsvc.errors import ConfigError
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_TOKENS: Final = 12
"""Tokens of one name."""

MOST_GROUPS: Final = 10_000
"""Groups of one list: some seconds of reading."""

_KEYS: Final = ("name", "from", "until", "ambiguous", "only", "capitals")
_ONLY: Final = ("typed", "found")
_MOST_SHOWN: Final = 80  # characters of what is wrong that a message repeats
_NEAR: Final = 60  # likeness, 0 to 100, from which on a slip is taken for what was meant
_EXAMPLE: Final = 'such as ["Harbour Board", "HB"]'


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing.

    Attributes:
        text: as shown.
        first, last: years in which the thing bore it, both inclusive; None leaves that side open.
        ambiguous: whether it means something else outside of these years, so that it is looked
            for only in documents dated within them. Otherwise the years are shown, no more: who
            writes Zaire in 2005 means the same country.
        typed: whether typing it adds the other names.
        found: whether it is looked for where another name is typed.
        capitals: whether it must be typed with its capitals, for in small letters it is a word.
    """

    text: str
    first: int | None = None
    last: int | None = None
    ambiguous: bool = False
    typed: bool = True
    found: bool = True
    capitals: bool = False


Group = tuple[Name, ...]


class Entries:
    """Checks what one file says; the errors name the file, the entry and the remedy."""

    def __init__(self, where: str) -> None:
        """Read a file called `where` in messages."""
        self._where = where

    def groups(self, value: object, key: str) -> tuple[Group, ...]:
        """A list of groups."""
        if not isinstance(value, list):
            raise self.error(f"expected a list of groups, {_EXAMPLE}", key)
        if len(value) > MOST_GROUPS:
            message = f"{len(value):,} groups are more than the {MOST_GROUPS:,} that may be listed"
            raise self.error(f"{message}; keep those that readers search for", key)
        return tuple(
            self._group(item, f"{key}, entry {number}") for number, item in enumerate(value, 1)
        )

    def texts(self, value: object, key: str) -> tuple[str, ...]:
        """A list of names."""
        if not isinstance(value, list):
            raise self.error('expected a list of names, such as ["Harbour Board"]', key)
        return tuple(self._text(item, key) for item in value)

    def known(self, name: str, names: Iterable[str], what: str, key: str) -> str:
        """`name`, which must be among `names`."""
        choices = list(names)
        if name in choices:
            return name
        near = process.extractOne(name, choices, score_cutoff=_NEAR)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(choices[:12])}"
        raise self.error(f"unknown {what} {_shown(name)}{hint}", _shown(key))

    def error(self, message: str, key: str) -> ConfigError:
        """The error that says `message` about the entry `key`."""
        return ConfigError(message, where=self._where, key=key)

    def _group(self, value: object, key: str) -> Group:
        if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004 - a pair at least
            raise self.error(f"expected a list of two names or more, {_EXAMPLE}", key)
        names = tuple(self._name(item, key) for item in value)
        if not any(name.typed for name in names) or not any(name.found for name in names):
            raise self.error("no name of it leads to another; leave `only` out of one", key)
        return names

    def _name(self, value: object, key: str) -> Name:
        if isinstance(value, str):
            return Name(self._text(value, key))
        if not isinstance(value, dict):
            raise self.error(
                f'expected a name or {{ name = "…" }}, not {_shown(repr(value))}', key
            )
        for item in value:
            self.known(item, _KEYS, "key", key)
        text = self._text(value.get("name"), key)
        key = f"{key}, {_shown(text)}"
        first, last = self._year(value, "from", key), self._year(value, "until", key)
        if first is not None and last is not None and last < first:
            raise self.error(f"ends in {last}, before it begins in {first}; swap the two", key)
        ambiguous = self._flag(value, "ambiguous", key)
        if ambiguous and first is None and last is None:
            raise self.error("is ambiguous but has no years; add `from` or `until`", key)
        only = value.get("only")
        if only is not None and only not in _ONLY:
            raise self.error(f'`only` is "typed" or "found", not {_shown(repr(only))}', key)
        return Name(
            text,
            first,
            last,
            ambiguous=ambiguous,
            typed=only != "found",
            found=only != "typed",
            capitals=self._flag(value, "capitals", key),
        )

    def _text(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"expected a name, not {_shown(repr(value))}", key)
        text = " ".join(value.split())
        count = len(analyse(text))
        if not count or count > MOST_TOKENS or any(sign in text for sign in '"“”„‟«»＂'):
            raise self.error(
                f"“{_shown(text)}” must have 1 to {MOST_TOKENS} words and no quotation marks", key
            )
        return text

    def _year(self, table: dict[str, Any], name: str, key: str) -> int | None:
        year = table.get(name)
        if year is None:
            return None
        if isinstance(year, bool) or not isinstance(year, int) or not _is_year(year):
            raise self.error(
                f"`{name}` must be a year such as 1989, not {_shown(repr(year))}", key
            )
        return year

    def _flag(self, table: dict[str, Any], name: str, key: str) -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            raise self.error(f"`{name}` must be true or false, not {_shown(repr(value))}", key)
        return value


def _shown(text: str) -> str:
    """As much of `text` as a message has room for."""
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _is_year(year: int) -> bool:
    return dt.MINYEAR <= year <= dt.MAXYEAR


def written_otherwise(text: str, forms: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """`text` as others write its words: International Labor Organization, Labour Organisation.

    Args:
        text: a name.
        forms: rows of words that are one word in different orthographies.
    """
    texts = {text: None}
    for row in forms:
        for one, other in permutations(row, 2):
            holding = [known for known in texts if one in known]
            if holding:
                word = re.compile(rf"(?<!\w){re.escape(one)}(?!\w)")
                texts |= {word.sub(other, known): None for known in holding}
    texts.pop(text)
    yield from texts
