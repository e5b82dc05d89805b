"""The persons that one printed name means, and what articles tell of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from searchsvc.countries import label
from searchsvc.identities.knowledge import kin_of, sex_of_role, walks_of
from searchsvc.identities.names import sex_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.identities.names import PersonName
    from searchsvc.identities.sightings import Seen

_SHARE: Final = 4  # one in so many articles that tell a role or country must tell it to count
_CHIEF_SHARE: Final = (
    0.75  # of the articles of a name that make one of its namesakes the chief one
)
_TOGETHER: Final = 20  # of so many articles of the rarer one, more than one must hold both


class Archive(Protocol):
    """What can be asked about sightings beyond themselves."""

    def articles(self, numbers: Iterable[int]) -> frozenset[int]:
        """Numbers of the articles that hold any of the sightings."""
        ...

    def company(self, numbers: Iterable[int]) -> frozenset[str]:
        """Who else speaks in these articles, by name as printed."""
        ...


@dataclass(slots=True)
class Person:
    """All sightings of one printed name, or of one of its namesakes; constant once made.

    Attributes:
        name: taken apart.
        seen: never empty.
        spellings: articles by print.
        label: what tells a namesake apart, or empty.
    """

    name: PersonName
    seen: Sequence[Seen]
    label: str = ""
    spellings: Counter[str] = field(init=False)
    countries: frozenset[str] = field(init=False)
    kin: frozenset[str] = field(init=False)
    walks: frozenset[str] = field(init=False)
    sex: str = field(init=False)
    held: frozenset[int] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        """Count once what is asked often."""
        self.spellings = Counter()
        for number in self.seen:
            self.spellings[number.sighting.name] += number.articles
        self.countries = _common((one.sighting.country, one.articles) for one in self.seen)
        self.kin = _common((kin_of(one.sighting.role), one.articles) for one in self.seen)
        self.sex = _sex(self.name, (one.sighting.role for one in self.seen))
        self.walks = frozenset().union(*map(walks_of, self.kin))

    @property
    def articles(self) -> int:
        """How many articles hold the name."""
        return self.spellings.total()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the sightings."""
        return tuple(one.number for one in self.seen)

    @property
    def order(self) -> tuple[object, ...]:
        """What persons are sorted by: nothing that depends on the order of the archive."""
        return (*self.name.key, self.label, min(self.spellings))


def _common(told: Iterable[tuple[str, int]]) -> frozenset[str]:
    """What enough of the articles tell of those that tell anything: a stray reading is left out."""
    counts: Counter[str] = Counter()
    for value, articles in told:
        if value:
            counts[value] += articles
    total = counts.total()
    return frozenset(value for value, count in counts.items() if count * _SHARE >= total)


def _sex(name: PersonName, roles: Iterable[str]) -> str:
    """`m` or `f` by the given name or, where that does not tell, by all roles; else nothing."""
    known = sex_of(name.given[0]) if name.given and not name.eastern else ""
    told = {known} if known else {sex for role in roles if (sex := sex_of_role(role))}
    return told.pop() if len(told) == 1 else ""


def differ_in_sex(one: Person, other: Person) -> bool:
    """Whether names or roles show that one is a man and the other a woman."""
    return {one.sex, other.sex} == {"m", "f"}


def live_apart(one: Person, other: Person) -> bool:
    """Whether the countries told of both contradict each other."""
    return (
        bool(one.countries) and bool(other.countries) and one.countries.isdisjoint(other.countries)
    )


def walk_apart(one: Person, other: Person) -> bool:
    """Whether the roles told of both belong to walks of life that people do not change."""
    return bool(one.walks) and bool(other.walks) and one.walks.isdisjoint(other.walks)


def are_together(one: Person, other: Person, archive: Archive) -> bool:
    """Whether articles name both beside each other, and not by mistake only."""
    fewer, more = sorted((one, other), key=lambda person: (person.articles, person.order))
    common = _held(fewer, archive) & _held(more, archive)
    return len(common) * _TOGETHER > fewer.articles


def _held(person: Person, archive: Archive) -> frozenset[int]:
    if not person.held:
        person.held = archive.articles(person.numbers)
    return person.held


def namesakes(person: Person, archive: Archive) -> list[Person]:
    """The persons whom one printed name means: one but for namesakes of whom all is different.

    Different are country, walk of life and company; sightings that tell too little go with the
    namesake whose company or walk they share, else with the one whom nearly all articles mean, or
    stay by themselves.
    """
    told = [one for one in person.seen if one.sighting.country and one.sighting.role]
    by_country: dict[str, list[Seen]] = {}
    for one in told:
        by_country.setdefault(one.sighting.country, []).append(one)
    if len(by_country) == 1 or not told:
        return [person]
    camps = [Person(person.name, seen, label=code) for code, seen in sorted(by_country.items())]
    groups = _joined(camps, archive)
    if len(groups) == 1:
        return [person]
    return _labelled(person, *_with_the_rest(person, groups, archive))


def _labelled(person: Person, found: list[list[Seen]], left: list[Seen]) -> list[Person]:
    """The namesakes with what tells them apart; whoever most articles mean needs no label."""
    sizes = [sum(one.articles for one in seen) for seen in found]
    chief = sizes.index(max(sizes)) if max(sizes) >= _CHIEF_SHARE * sum(sizes) else None
    if chief is not None:
        found[chief] += left
    persons = [
        Person(person.name, seen, label="" if index == chief else _label(seen))
        for index, seen in enumerate(found)
    ]
    return persons if chief is not None or not left else [*persons, Person(person.name, left)]


def _joined(camps: Sequence[Person], archive: Archive) -> list[list[Person]]:
    """The camps by person: those that share a walk or company are one."""
    numbers = {camp.label: camp.numbers for camp in camps}

    @cache
    def company(label: str) -> frozenset[str]:
        return archive.company(numbers[label])

    def is_near(camp: Person, group: Sequence[Person]) -> bool:
        # Company, which has to be looked up, is asked for where walks do not tell.
        return any(not camp.walks.isdisjoint(one.walks) for one in group) or any(
            not company(camp.label).isdisjoint(company(one.label)) for one in group
        )

    groups: list[list[Person]] = []
    for camp in camps:
        near = [group for group in groups if is_near(camp, group)]
        groups = [group for group in groups if group not in near]
        groups.append([camp, *(one for group in near for one in group)])
    return groups


def _with_the_rest(
    person: Person, groups: Sequence[Sequence[Person]], archive: Archive
) -> tuple[list[list[Seen]], list[Seen]]:
    """The sightings of each group, with those of the rest that belong to it; and the others."""
    found = [[one for camp in group for one in camp.seen] for group in groups]
    numbers = [tuple(one.number for one in seen) for seen in found]
    walks = [frozenset().union(*(camp.walks for camp in group)) for group in groups]
    countries = [{one.sighting.country for one in seen} for seen in found]
    placed = {one.number for seen in found for one in seen}

    @cache
    def company(index: int) -> frozenset[str]:
        return archive.company(numbers[index])

    left: list[Seen] = []
    for one in person.seen:
        if one.number in placed:
            continue
        if one.sighting.country:
            fits = [index for index, of in enumerate(countries) if one.sighting.country in of]
        else:
            own = archive.company((one.number,))
            lives = walks_of(kin) if (kin := kin_of(one.sighting.role)) else frozenset()
            fits = [
                index
                for index in range(len(groups))
                if not lives.isdisjoint(walks[index]) or not own.isdisjoint(company(index))
            ]
        if len(fits) == 1:
            found[fits[0]].append(one)
        else:
            left.append(one)
    return found, left


def _label(seen: Sequence[Seen]) -> str:
    """The role and country that tell a namesake apart; empty where none is told."""
    countries = Counter[str]()
    roles = Counter[str]()
    for one in seen:
        countries[one.sighting.country] += one.articles
        roles[one.sighting.role] += one.articles
    del countries[""], roles[""]
    told = [_most(roles)] if roles else []
    return ", ".join([*told, *([label(_most(countries))] if countries else [])])


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda value: (-counts[value], value))
