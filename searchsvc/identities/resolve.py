"""The persons of one block of names, brought together into identities, part by part."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.identities.bearers import AS_PRINTED, Bearers, Identity, Named
from searchsvc.identities.names import (
    Likeness,
    candidate_keys,
    family_keys,
    likeness,
    read_name,
)
from searchsvc.identities.persons import (
    Person,
    are_together,
    differ_in_sex,
    live_apart,
    namesakes,
    walk_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.identities.aliases import Aliases
    from searchsvc.identities.persons import Archive
    from searchsvc.identities.sightings import Seen

IDENTITIES_VERSION: Final = "2"
"""Changes whenever the same sightings could be given other names."""

_ALIASED: Final = "alias file"  # key of all whose family name stands in it
_CROWD: Final = 20  # full names of one family name in which a middle initial tells people apart


class _Beside(NamedTuple):
    """What is asked beside the names.

    Attributes:
        crowded: family names that so many persons have that a middle initial tells them apart.
    """

    archive: Archive
    aliases: Aliases
    crowded: frozenset[str]


class Part(NamedTuple):
    """Names of a block that have nothing to do with the others of it.

    Attributes:
        names: as printed.
        keys: see `family_keys`; no other part has any of them.
    """

    names: tuple[str, ...]
    keys: frozenset[str]


def parts_of(names: Sequence[str], aliases: Aliases) -> Iterator[Part]:
    """The printed names of one block, each in one part; a part can be resolved by itself."""
    aliased = aliases.families()
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for index, printed in enumerate(names):
        name = read_name(printed)
        for key in family_keys(name):
            by_key[key].append(index)
        if name.family in aliased:
            by_key[_ALIASED].append(index)
    links = [pair for indices in by_key.values() for pair in pairwise(indices)]
    for group in _components(range(len(names)), links):
        printed_so = tuple(names[index] for index in group)
        keys = frozenset().union(*(family_keys(read_name(name)) for name in printed_so))
        yield Part(printed_so, keys)


def resolve(seen: Sequence[Seen], archive: Archive, aliases: Aliases) -> dict[int, Named]:
    """The name of each sighting of one block, or of one part of it, by its number.

    The result depends on what was seen, never on the numbers or on the order.
    """
    full, bare = _persons(seen, archive, aliases)
    named: dict[int, Named] = {}
    identities = [_identity(group, aliases) for group in _groups(full, archive, aliases)]
    for identity in identities:
        for person in identity.persons:
            why = _reason(person, identity)
            named |= dict.fromkeys(person.numbers, Named(identity.shown, why))
    for person in bare:
        bearers = Bearers(person.name, identities, aliases)
        for one in person.seen:
            named[one.number] = bearers.name_of(one.sighting)
    return named | {
        one.number: Named(show, "the alias file tells this namesake apart")
        for one in seen
        if (show := aliases.namesake(one.sighting)) is not None
    }


def _persons(
    seen: Sequence[Seen], archive: Archive, aliases: Aliases
) -> tuple[list[Person], list[Person]]:
    """Those with a given name, and those without."""
    by_key: defaultdict[tuple[object, ...], list[Seen]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: one.sighting):
        if aliases.namesake(one.sighting) is None:
            by_key[read_name(one.sighting.name).key].append(one)
    full: list[Person] = []
    bare: list[Person] = []
    for prints in by_key.values():
        person = Person(read_name(_best_print(prints)), prints)
        if person.name.given:
            full += namesakes(person, archive)
        else:
            bare.append(person)
    return sorted(full, key=lambda person: person.order), bare


def _best_print(seen: Iterable[Seen]) -> str:
    counts = Counter[str]()
    for one in seen:
        counts[one.sighting.name] += one.articles
    return min(counts, key=lambda name: (name.isupper(), -counts[name], name))


def _groups(
    persons: Sequence[Person], archive: Archive, aliases: Aliases
) -> Iterator[tuple[Person, ...]]:
    """Persons that are one, by links that nothing speaks against."""
    bearers = Counter(person.name.family for person in persons)
    crowded = frozenset(family for family, count in bearers.items() if count >= _CROWD)
    beside = _Beside(archive, aliases, crowded)
    links = {
        pair: found
        for pair in _candidates(persons)
        if (found := _link(persons[pair[0]], persons[pair[1]], beside)) is not None
    }
    groups = list(_components(range(len(persons)), links))
    number = {index: at for at, group in enumerate(groups) for index in group}
    inside: list[dict[tuple[int, int], Likeness]] = [{} for _ in groups]
    for pair, kind in links.items():
        inside[number[pair[0]]][pair] = kind
    for group, own in zip(groups, inside, strict=True):
        yield from _settled(group, own, persons, beside)


def _settled(
    group: Sequence[int],
    links: dict[tuple[int, int], Likeness],
    persons: Sequence[Person],
    beside: _Beside,
) -> Iterator[tuple[Person, ...]]:
    """`group` as it is, or in parts where it holds two that cannot be one.

    Whoever could be either of two stays alone; where that is not enough, the weakest links go.
    """
    members = frozenset(group)
    inside = {pair: kind for pair, kind in links.items() if pair[0] in members}
    foes = {
        pair
        for pair in combinations(group, 2)
        if pair not in inside and _contradict(persons[pair[0]], persons[pair[1]], beside)
    }
    if not foes:
        yield tuple(persons[index] for index in group)
        return
    near: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in inside:
        near[one].add(other)
        near[other].add(one)
    torn = {
        index
        for index, others in near.items()
        if any(pair in foes for pair in combinations(sorted(others), 2))
    }
    weakest = max(inside.values())
    kept = {
        pair: kind
        for pair, kind in inside.items()
        if torn.isdisjoint(pair) and (torn or kind < weakest)
    }
    for part in _components(group, kept):
        yield from _settled(part, kept, persons, beside)


def _candidates(persons: Sequence[Person]) -> set[tuple[int, int]]:
    """Pairs whose names may be alike, without comparing all with all."""
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    by_letter: defaultdict[str, list[int]] = defaultdict(list)
    initials: list[int] = []
    for index, person in enumerate(persons):
        by_letter[person.name.joined[:1]].append(index)
        for key in candidate_keys(person.name):
            by_key[key].append(index)
        if not person.name.has_full_given:
            initials.append(index)
    pairs = {pair for indices in by_key.values() for pair in combinations(indices, 2)}
    for index in initials:
        others = by_letter[persons[index].name.joined[:1]]
        pairs |= {(min(index, other), max(index, other)) for other in others if other != index}
    return pairs


def _components(
    indices: Iterable[int], links: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, ...]]:
    """Indices connected by links, each group ascending, in the order of their first ones."""
    leader = {index: index for index in indices}

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    for one, other in links:
        a, b = sorted((find(one), find(other)))
        leader[b] = a
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index in sorted(leader):
        groups[find(index)].append(index)
    return (tuple(groups[first]) for first in sorted(groups))


def _link(one: Person, other: Person, beside: _Beside) -> Likeness | None:
    """How the two names are alike where the rest agrees well enough for that; else None.

    What one name only omits, or spells by rule, needs no witness unless many are called so; a
    transcription or a familiar name needs the same role; an initial, or one letter more or less, role and country.
    """
    found = likeness(one.name, other.name)
    if found is None or not _agree(one, other, found, beside.crowded):
        return None
    return None if _are_kept_apart(one, other, beside) else found


def _agree(one: Person, other: Person, found: Likeness, crowded: frozenset[str]) -> bool:
    same_kin = not one.kin.isdisjoint(other.kin)
    same_country = not one.countries.isdisjoint(other.countries)
    if found <= Likeness.SPELLING:
        return one.name.family not in crowded or same_kin or same_country
    if found is Likeness.POSSIBLE:
        return False
    if found >= Likeness.INITIAL:
        return same_kin and same_country
    if found is Likeness.SOUND:
        return same_kin
    return same_kin or (same_country and not walk_apart(one, other))


def _contradict(one: Person, other: Person, beside: _Beside) -> bool:
    """Whether the two cannot be one person."""
    unlike = likeness(one.name, other.name) is None
    return unlike or _are_kept_apart(one, other, beside)


def _are_kept_apart(one: Person, other: Person, beside: _Beside) -> bool:
    return (
        one.name.key == other.name.key  # namesakes
        or live_apart(one, other)
        or walk_apart(one, other)
        or differ_in_sex(one, other)
        or beside.aliases.are_different(one.name.printed, other.name.printed)
        or are_together(one, other, beside.archive)
    )


def _identity(persons: tuple[Person, ...], aliases: Aliases) -> Identity:
    shown = _canonical(persons)
    prints = [name for person in persons for name in sorted(person.spellings)]
    return Identity(persons, aliases.shown([shown, *prints]) or shown)


def _canonical(persons: Sequence[Person]) -> str:
    """The most frequent print with a full given name; of equal ones the longest, then by name."""
    counts = Counter[str]()
    for person in persons:
        counts += person.spellings
    full = {name for person in persons if person.name.has_full_given for name in person.spellings}
    best = min(
        full or counts,
        key=lambda name: (name.isupper(), -counts[name], -len(name.split()), name),
    )
    label = next((person.label for person in persons if person.label), "")
    return f"{best} ({label})" if label else best


def _reason(person: Person, identity: Identity) -> str:
    if identity.shown in person.spellings:
        return AS_PRINTED
    if person.label and identity.shown.endswith(f"({person.label})"):
        return "a namesake, told apart by role, country and company"
    chief = next((one for one in identity.persons if identity.shown in one.spellings), None)
    if chief is None:
        return "the alias file"
    found = likeness(person.name, chief.name)
    words = "one, by way of another name, with" if found is None else found.words
    return f"{words} {chief.name.printed}"
