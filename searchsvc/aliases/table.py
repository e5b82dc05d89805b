"""All groups of names, ready to be looked up by the tokens of a query."""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from searchsvc.aliases.entries import Entries, Name, written_otherwise
from searchsvc.aliases.states import state_groups
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from searchsvc.aliases.entries import Group

Key = tuple[str, ...]
"""The folded tokens of a name, in order; those of `CASED` in capitals."""

RULES: Final = ("korean", "chinese", "slavic", "arabic", "spellings")
"""The rules by which names of persons are spelled otherwise; see `persons`."""

_LONG: Final = 3
"""Tokens from which on a name is not taken for itself within a longer name of something else."""
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Sought:
    """A name as it is looked for in documents.

    Attributes:
        stems, folded: its tokens.
        apart: longer names of other things that it stands in: People's Republic of China, for
            Republic of China. Where one of them stands, the name is not taken for found.
    """

    name: Name
    stems: tuple[str, ...]
    folded: Key
    apart: tuple[Sought, ...] = ()

    @property
    def always(self) -> bool:
        """Whether it means the thing wherever it stands."""
        return not self.apart and not self.name.ambiguous

    def within(self, other: Sought) -> bool:
        """Whether its tokens stand side by side in `other`."""
        return stands_in(self.folded, other.folded) and stands_in(self.stems, other.stems)


@dataclass(frozen=True, slots=True)
class Aliases:
    """The names that are known.

    Attributes:
        groups: of each thing, the names that are looked for.
        typed: what a key stands for: the number of its group, and the name.
        longest_from: tokens of the longest key, by the first of them.
        rules: those of `RULES` that are in force.
        version: the same for the same names of the same program, and for those alone.
    """

    groups: tuple[tuple[Sought, ...], ...]
    typed: Mapping[Key, tuple[int, Name]]
    longest_from: Mapping[str, int]
    rules: frozenset[str] = frozenset(RULES)
    version: str = ""

    def others(self, key: Key, surface: str) -> tuple[Sought, ...]:
        """What else is looked for where the tokens `key`, written `surface`, are typed."""
        found = self.typed.get(key)
        if found is None:
            return ()
        group, name = found
        if name.capitals and surface.replace(".", "") != name.text.replace(".", ""):
            return ()
        return tuple(one for one in self.groups[group] if one.folded != key)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an operator adds to the names or takes from them.

    Attributes:
        same: groups, joined with those that share a name with them.
        drop_groups, drop_names: names whose whole group is dropped, or that are dropped alone.
        drop_rules: those of `RULES` that are not in force.
    """

    same: tuple[Group, ...] = ()
    drop_groups: tuple[str, ...] = ()
    drop_names: tuple[str, ...] = ()
    drop_rules: tuple[str, ...] = ()


def sought(name: Name) -> Sought:
    """`name` with its tokens."""
    tokens = analyse(name.text)
    stems = tuple(token.cased or token.stem for token in tokens)
    return Sought(name, stems, tuple(token.cased or token.folded for token in tokens))


def key_of_name(text: str) -> Key:
    """The tokens under which a name is known."""
    return sought(Name(text)).folded


@lru_cache(maxsize=1)
def built_in() -> Aliases:
    """The names that come with the program."""
    return changed(Changes())


def listed_groups() -> tuple[Group, ...]:
    """The groups of `names.toml`."""
    entries = Entries("names.toml")
    return tuple(
        group
        for subject, groups in _table()["same"].items()
        for group in entries.groups(groups, f"same.{subject}")
    )


def changed(changes: Changes) -> Aliases:
    """The names that come with the program, with `changes`."""
    forms = tuple(map(tuple, _table()["forms"]))
    merged = _merged((*changes.same, *_base_groups()))
    dropped = {key_of_name(text) for text in changes.drop_groups}
    kept = [group for group in merged if dropped.isdisjoint(group)]
    for text in changes.drop_names:
        for group in kept:
            group.pop(key_of_name(text), None)
    groups = [_with_forms(group, forms) for group in kept if len(group) >= _TWO]
    typed = {
        key: (number, one.name)
        for number, group in enumerate(groups)
        for one in group
        if one.name.typed
        for key in _keys(one)
    }
    return Aliases(
        groups=tuple(_minimal(group) for group in _told_apart(groups)),
        typed=MappingProxyType(typed),
        longest_from=MappingProxyType(
            {key[0]: len(key) for key in sorted(typed, key=len)}  # the longest comes last
        ),
        rules=frozenset(RULES) - frozenset(changes.drop_rules),
        version=hashlib.sha256(repr(changes).encode()).hexdigest(),
    )


@lru_cache(maxsize=1)
def _base_groups() -> tuple[Group, ...]:
    return (*listed_groups(), *state_groups(_table()["states"]))


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[object]]]:
    path = resources.files(__package__) / "names.toml"
    return tomllib.loads(path.read_text("utf-8"))


def _merged(groups: Iterable[Group]) -> list[dict[Key, Sought]]:
    """The groups, those that share a name put together; of a name said twice the first counts."""
    merged: list[dict[Key, Sought]] = []
    owner: dict[Key, int] = {}
    for group in groups:
        mine = [sought(name) for name in group]
        numbers = sorted({owner[one.folded] for one in mine if one.folded in owner})
        number = numbers[0] if numbers else len(merged)
        if not numbers:
            merged.append({})
        for other in numbers[1:]:
            merged[number] |= merged[other]
            owner |= dict.fromkeys(merged[other], number)
            merged[other] = {}
        for one in mine:
            merged[number].setdefault(one.folded, one)
            owner[one.folded] = number
    return [group for group in merged if group]


def _with_forms(group: dict[Key, Sought], forms: Sequence[tuple[str, ...]]) -> list[Sought]:
    """The names of a group, and as others write them."""
    found = dict(group)
    for one in group.values():
        name = one.name
        for text in written_otherwise(name.text, forms):
            other = sought(
                Name(
                    text,
                    name.first,
                    name.last,
                    ambiguous=name.ambiguous,
                    typed=name.typed,
                    found=name.found,
                    capitals=name.capitals,
                )
            )
            found.setdefault(other.folded, other)
    return list(found.values())


def _keys(one: Sought) -> Iterator[Key]:
    """The tokens that are typed for a name: of several also in small letters."""
    yield one.folded
    if len(one.folded) > 1 and not one.name.capitals:
        yield tuple(map(str.lower, one.folded))


def _told_apart(groups: Sequence[Sequence[Sought]]) -> Iterator[list[Sought]]:
    """The names that are looked for, group by group, with what each is told apart from.

    A name is told apart from longer ones of other groups that it stands in and means nothing
    there. They end with it (Democratic People's Republic of Korea), or it is hardly a word: P5 in
    P5+1.
    """
    owner = {one.folded: number for number, group in enumerate(groups) for one in group}
    longer: defaultdict[Key, list[Sought]] = defaultdict(list)
    for number, group in enumerate(groups):
        for other in group:
            for key in _inner_keys(other.folded):
                last = other.folded[-len(key) :] == key
                if owner.get(key, number) != number and (last or any(map(str.isdigit, key))):
                    longer[key].append(other)
    for group in groups:
        yield [
            Sought(one.name, one.stems, one.folded, tuple(filter(one.within, longer[one.folded])))
            if one.folded in longer and _hardly_alone(one)
            else one
            for one in group
            if one.name.found
        ]


def _hardly_alone(one: Sought) -> bool:
    """Whether a name means nothing within a longer one: it is long itself, or hardly a word."""
    short = any(map(str.isdigit, one.folded))
    return short or (len(one.folded) >= _LONG and not one.name.text[0].islower())


def _minimal(group: Sequence[Sought]) -> tuple[Sought, ...]:
    """Without names that hold another of them, which finds what they would find."""
    always = {one.folded: one for one in group if one.always}
    return tuple(
        one
        for one in group
        if not any(key in always and always[key].within(one) for key in _inner_keys(one.folded))
    )


def _inner_keys(key: Key) -> set[Key]:
    """The tokens that stand side by side in `key`, all of them left out."""
    return {
        key[start:end]
        for start in range(len(key))
        for end in range(start + 1, len(key) + 1)
        if end - start < len(key)
    }


def stands_in(part: Key, whole: Key) -> bool:
    """Whether the tokens of `part` stand side by side in `whole`."""
    width = len(part)
    return any(whole[at : at + width] == part for at in range(len(whole) - width + 1))
