"""Whom a family name means where it is printed alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.identities.knowledge import kin_of, sex_of_role
from searchsvc.identities.names import same_family

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.identities.aliases import Aliases
    from searchsvc.identities.names import PersonName
    from searchsvc.identities.persons import Person
    from searchsvc.identities.sightings import Sighting

AS_PRINTED: Final = "as printed"
_KNOWN_FROM: Final = 3  # articles that make somebody known by the family name alone
_TERM_YEARS: Final = 1  # years before and after those in which a role is told of somebody


class Named(NamedTuple):
    """The name that a sighting is shown under, and why."""

    shown: str
    reason: str


@dataclass(slots=True)
class Identity:
    """Persons that are one; constant once made.

    Attributes:
        persons: in their order.
        shown: the canonical name.
        sexes: what names and roles show: `m`, `f`, or, by mistake, both.
    """

    persons: tuple[Person, ...]
    shown: str
    sexes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Count once what is asked often."""
        self.sexes = frozenset(person.sex for person in self.persons if person.sex)


class Bearers:
    """The identities that a family name printed alone may mean.

    A family name of thousands is printed in thousands of roles and years: all that is asked for
    each of these is gathered once, and the search ends with the second who fits.
    """

    def __init__(self, name: PersonName, identities: Iterable[Identity], aliases: Aliases) -> None:
        """Gather those of `identities` who have the family name of `name`."""
        self._name = name
        self._aliases = aliases
        self._fits = [one for one in identities if _may_be(name, one, aliases)]
        told: defaultdict[str, dict[int, set[tuple[str, int]]]] = defaultdict(dict)
        for index, identity in enumerate(self._fits):
            for person in identity.persons:
                for one in person.seen:
                    facts = told[kin_of(one.sighting.role)].setdefault(index, set())
                    facts.add((one.sighting.country, one.sighting.year))
        self._told = told

    def name_of(self, sighting: Sighting) -> Named:
        """The name of the only one whom `sighting` can mean, or as it is printed."""
        alias = self._aliases.shown([sighting.name])
        if alias is not None:
            return Named(alias, "the alias file")
        kin = kin_of(sighting.role)
        if kin:
            held = self._told.get(kin, {})
            holders = _first_two(
                self._fits[index]
                for index, facts in held.items()
                if not _is_of_other_sex(sighting.role, self._fits[index])
                and any(_agrees(country, year, sighting) for country, year in facts)
            )
            if holders:
                return _only(
                    holders, sighting, f"the only {self._name.printed} who is {sighting.role}"
                )
        fits = _first_two(one for one in self._fits if not _is_of_other_sex(sighting.role, one))
        if len(fits) == 1 and _is_known(fits[0], sighting):
            return _only(fits, sighting, f"the only {self._name.printed} of the archive")
        return Named(sighting.name, AS_PRINTED)


def _may_be(name: PersonName, identity: Identity, aliases: Aliases) -> bool:
    return any(same_family(name, other.name) for other in identity.persons) and not any(
        aliases.are_different(name.printed, spelling)
        for other in identity.persons
        for spelling in other.spellings
    )


def _first_two(found: Iterable[Identity]) -> list[Identity]:
    return list(islice(found, 2))


def _is_of_other_sex(role: str, identity: Identity) -> bool:
    """Whether the role is a woman's and the identity a man, or the other way round."""
    return any({sex_of_role(role), sex} == {"m", "f"} for sex in identity.sexes)


def _only(fits: Sequence[Identity], sighting: Sighting, reason: str) -> Named:
    return Named(fits[0].shown, reason) if len(fits) == 1 else Named(sighting.name, AS_PRINTED)


def _agrees(country: str, year: int, sighting: Sighting) -> bool:
    """Whether what is told is of about that year and of no other country."""
    return _same_or_untold(country, sighting.country) and _near(year, sighting.year)


def _is_known(identity: Identity, sighting: Sighting) -> bool:
    """Whether several articles of about that year name the identity, and nothing contradicts."""
    near = sum(
        one.articles
        for person in identity.persons
        for one in person.seen
        if _agrees(one.sighting.country, one.sighting.year, sighting)
    )
    kin = kin_of(sighting.role)
    told = {found for person in identity.persons for found in person.kin}
    return near >= _KNOWN_FROM and (not kin or not told or kin in told)


def _same_or_untold(one: str, other: str) -> bool:
    return not one or not other or one == other


def _near(one: int, other: int) -> bool:
    return not one or not other or abs(one - other) <= _TERM_YEARS
