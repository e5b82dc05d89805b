"""Where the words of the country table mean something else; kept as data, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reading:
    """What one word can mean.

    Attributes:
        default: code where the text gives no sign.
        signs: words that speak for each reading; the reading None is no country.
    """

    default: str
    signs: tuple[tuple[str | None, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Words right before or right after a name, beside which it is no country."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Elliptic:
    """Codes that a short form stands for, in texts that hold one of the signs."""

    codes: tuple[str, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Era:
    """The state that a word means in articles of some time.

    Attributes:
        code: the state.
        first: first day.
        end: day after the last.
    """

    code: str
    first: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Traps:
    """All rules against wrong country mentions; see the head of `traps.toml`.

    Attributes:
        groups: stretches that stand for several countries.
        names: names that hold the name of a country and mean none.
        money: units of money, which make no country of what comes between them and an amount.
        amounts: words that end an amount, besides digits.
        elliptic: short forms that need a sign.
        readings: words of several meanings.
        eras: words that meant another state once, by time.
        neighbours: names beside whose neighbours they are no country.
        surnames, forenames: countries and capitals that persons are called by as well.
        offices: capitalised words that may follow a country of a forename.
        languages: neighbours that make a demonym a language.
        states: what follows the comma after a town of the United States.
    """

    groups: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]
    money: frozenset[str]
    amounts: frozenset[str]
    elliptic: Mapping[str, Elliptic]
    readings: Mapping[str, Reading]
    eras: Mapping[str, tuple[Era, ...]]
    neighbours: Mapping[str, Neighbours]
    surnames: frozenset[str]
    forenames: frozenset[str]
    offices: frozenset[str]
    languages: Neighbours
    states: tuple[str, ...]


def _reading(row: dict[str, Any]) -> Reading:
    signs = ((None if key == "none" else key, row[key]) for key in row if key != "default")
    return Reading(row["default"], tuple((code, tuple(words)) for code, words in signs))


def _neighbours(row: dict[str, list[str]]) -> Neighbours:
    return Neighbours(frozenset(row["before"]), frozenset(row["after"]))


def _eras(rows: list[dict[str, Any]]) -> dict[str, tuple[Era, ...]]:
    eras: dict[str, tuple[Era, ...]] = {}
    for row in rows:
        for word in row["words"]:
            era = Era(row["code"], row["first"], row["end"])
            eras[word] = (*eras.get(word, ()), era)
    return eras


def _read() -> Traps:
    path = resources.files(__package__) / "traps.toml"
    rows = tomllib.loads(path.read_text("utf-8"))
    groups = {
        phrase: tuple(codes.split("-"))
        for codes, phrases in rows["groups"].items()
        for phrase in phrases
    }
    elliptic = {
        phrase: Elliptic(tuple(row["codes"]), tuple(row["signs"]))
        for phrase, row in rows["elliptic"].items()
    }
    persons = rows["persons"]
    return Traps(
        groups=MappingProxyType(groups),
        names=tuple(rows["names"]["none"]),
        money=frozenset(rows["money"]["units"]),
        amounts=frozenset(rows["money"]["amounts"]),
        elliptic=MappingProxyType(elliptic),
        readings=MappingProxyType({key: _reading(row) for key, row in rows["readings"].items()}),
        eras=MappingProxyType(_eras(rows["eras"])),
        neighbours=MappingProxyType({key: _neighbours(row) for key, row in rows["traps"].items()}),
        surnames=frozenset(persons["surnames"]),
        forenames=frozenset(persons["forenames"]),
        offices=frozenset(persons["offices"]),
        languages=_neighbours(rows["languages"]),
        states=tuple(rows["states"]["after_comma"]),
    )


TRAPS: Final = _read()
