"""What is known of names and roles, read from `knowledge.toml`."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    (resources.files(__package__) / "knowledge.toml").read_text("utf-8")
)


def _rows_by_word(rows: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The first words of the rows that a word stands in, by word."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        words = row.split()
        for word in words:
            found[word].add(words[0])
    return MappingProxyType({word: frozenset(firsts) for word, firsts in found.items()})


def _first_of_row(rows: Iterable[str]) -> Mapping[str, str]:
    """The first word of the first row that a word stands in, by word."""
    found: dict[str, str] = {}
    for row in rows:
        words = row.split()
        for word in words:
            found.setdefault(word, words[0])
    return MappingProxyType(found)


def _walks() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for walk, kin in _TABLE["walks"].items():
        for name in kin.split():
            found[name].add(walk)
    return MappingProxyType({name: frozenset(walks) for name, walks in found.items()})


NICKNAMES: Final = _rows_by_word(_TABLE["nicknames"])
"""Rows of given names used for one another, by name."""

SPELLINGS: Final = _first_of_row(_TABLE["spellings"])
"""One spelling for all, by spelling."""

KOREAN: Final = _first_of_row(_TABLE["korean"])
"""One spelling for all of a Korean family name, by spelling."""

EITHER: Final = frozenset(_TABLE["either"].split())
"""Given names of men and women alike."""

ARABIC: Final = frozenset(_TABLE["arabic"].split())
"""Words that mark an Arabic name."""

KIN: Final[Mapping[str, str]] = MappingProxyType(
    {role: kin for kin, roles in _TABLE["kin"].items() for role in roles.split()}
)
"""Group of roles that words use for one another, by role; a role without one is its own."""

_MEN: Final = frozenset(_TABLE["men"].split())
_WOMEN: Final = frozenset(_TABLE["women"].split())

WALKS: Final = _walks()
"""Walks of life that a kin belongs to, by kin."""


@lru_cache(maxsize=1 << 14)
def kin_of(role: str) -> str:
    """The group of roles that `role`, as the extractor gives it, belongs to."""
    last = role.lower().split()[-1] if role.split() else ""
    return KIN.get(last, last)


@lru_cache(maxsize=1 << 14)
def sex_of_role(role: str) -> str:
    """`m` or `f` where a role is a man's or a woman's only, else nothing."""
    last = role.lower().split()[-1] if role.split() else ""
    if last in _WOMEN or last.endswith("woman"):
        return "f"
    return "m" if last in _MEN else ""


def walks_of(kin: str) -> frozenset[str]:
    """The walks of life that `kin` belongs to; one of its own where the table has none."""
    return WALKS.get(kin) or frozenset((f"as {kin}",))
