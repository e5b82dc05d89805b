"""The persons of one article, and which of them a name or a role means."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.names import Name, names_in
from searchsvc.extract.attributing.roles import standing
from searchsvc.extract.lexicon import (
    ARABIC_ARTICLES,
    FEMALE_NAMES,
    FEMALE_WORDS,
    HEAD_ROLES,
    MALE_NAMES,
    MALE_WORDS,
    SPOKES_ROLES,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from searchsvc.extract.prose.words import Word

_UNTOLD_ROLE: Final = "counterpart"  # a role that only another person's role explains
_KIN: Final = (
    HEAD_ROLES,
    SPOKES_ROLES,
    frozenset("ambassador envoy diplomat".split()),
    frozenset(("pope", "pontiff")),
    frozenset("ayatollah imam cleric archbishop bishop cardinal rabbi".split()),
    frozenset("senator representative lawmaker congressman congresswoman".split()),
)
"""Roles that one person may be given in turn."""
_CHILDREN: Final = frozenset(("Jr.", "Jr"))
"""What tells a son from the father of the same name."""
_SHORTEST_SHOUTED: Final = 4  # letters of a family name; fewer may be an acronym
_HEADS: Final = frozenset("president premier chancellor".split())
_AMBIGUOUS_LENGTH: Final = 2  # Al is Al, neither Alan nor Albert; A. may be either


class Gender(Enum):
    """What he or she can be said of."""

    MALE = "he"
    FEMALE = "she"


@dataclass(slots=True)
class Person:
    """A person of the article; filled in while the article is read, constant afterwards.

    Attributes:
        family: what the person is called by later on.
        given: first given name, or None where the article has none.
        forms: every printed form of the name with the number of times it occurs.
        sure: whether anything but capitals says that it is a person.
        gender: None where nothing tells.
        role: as the article gives it first.
        country: code of the person's country, or None.
        suffix: "Jr." or "III", or "".
        office: the words before the role: prime, deputy, fisheries.
    """

    family: str
    given: str | None
    forms: Counter[tuple[str, ...]] = field(default_factory=Counter)
    sure: bool = False
    gender: Gender | None = None
    role: str | None = None
    country: str | None = None
    suffix: str = ""
    office: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The fullest form of the name that the article prints, without titles."""
        fullest, _ = max(self.forms.items(), key=lambda form: (len(form[0]), form[1]))
        fullest = _spoken(fullest)
        return " ".join((*fullest, self.suffix) if self.suffix else fullest)

    @property
    def weight(self) -> int:
        """How often the article names the person in full; with titles or alone counts less."""
        return sum(count * (3 if len(parts) > 1 else 1) for parts, count in self.forms.items())


def _spoken(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A name in capitals as it is written elsewhere: IVO BERG, of a transcript."""
    if not parts[-1].isupper() or len(parts[-1]) < _SHORTEST_SHOUTED:
        return parts
    return tuple(part if "." in part else part[0] + part[1:].lower() for part in parts)


class Passage(NamedTuple):
    """A stretch of the article with the countries named in it.

    Attributes:
        words: words and marks.
        country_ends: code by the end offset of each mention of a country.
        names: the names in them.
        paragraph: number of their paragraph.
    """

    words: Sequence[Word]
    country_ends: Mapping[int, str]
    names: tuple[Name, ...]
    paragraph: int


def passage(words: Sequence[Word], country_ends: Mapping[int, str], paragraph: int = 0) -> Passage:
    """`words` with the names in them."""
    return Passage(words, country_ends, tuple(names_in(words)), paragraph)


class People:
    """The persons of an article, by family and given name, in the order of first mention."""

    def __init__(self) -> None:
        self._persons: list[Person] = []
        self._by_family: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_given: defaultdict[str, list[Person]] = defaultdict(list)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._persons)

    def add(self, name: Name) -> Person:
        """A new person called `name`."""
        person = Person(family=name.family, given=name.given, suffix=name.suffix)
        self._persons.append(person)
        self._by_family[_key(name.family)].append(person)
        if name.given is not None:
            self._by_given[name.given.lower()].append(person)
        return person

    def find(self, name: Name) -> Person | None:
        """The person whom `name` means, or None where nobody known fits."""
        namesakes = self._by_family.get(_key(name.family), ())
        if name.given is not None:
            fits = [person for person in namesakes if _is_compatible(person.given, name.given)]
            alike = [person for person in fits if person.suffix == name.suffix]
            return _best(alike if alike or name.suffix in _CHILDREN else fits)
        gender = gender_of_titles(name.titles)
        fits = [person for person in namesakes if _may_be(person, gender)]
        if fits:
            return _best(fits)
        called = self._by_given.get(name.parts[0].lower(), ())
        return _best([person for person in called if person.sure])

    def called(self, family: str) -> Person | None:
        """The person with that family name whom the article names in full, or None."""
        namesakes = self._by_family.get(_key(family), ())
        return _best([person for person in namesakes if person.given is not None])

    def only(self, gender: Gender, *, but: Collection[int]) -> Person | None:
        """The only person known to be of that gender whose id is not in `but`, or None."""
        fits = [one for one in self._persons if id(one) not in but and one.gender is gender]
        return fits[0] if len(fits) == 1 else None

    def with_role(
        self, country: str | None, role: str, *, last: Person | None = None, office: str = ""
    ) -> Person | None:
        """The only person of `country` (any, where None) in the role; None where there is none.

        Where there are several, the one in exactly that role and `office` (the word before it), else
        `last`, who spoke last.
        """
        if role == "premier" and not any(person.role in _HEADS for person in self._persons):
            role, office = "minister", "prime"
        kin = next((roles for roles in _KIN if role in roles), frozenset((role,)))
        gender = gender_of_titles((role,))
        fits = [
            person
            for person in self._persons
            if person.role in kin
            and (person.country == country or country is None)
            and _may_be(person, gender)
        ]
        exact = [person for person in fits if person.role == role]
        exact = [person for person in exact if office in person.office] or exact
        chosen = exact[0] if len(exact) == 1 else fits[0] if len(fits) == 1 else None
        if chosen is None and any(person is last for person in exact or fits):
            chosen = last
        if chosen is not None and chosen.role == _UNTOLD_ROLE:
            chosen.role = role
        return chosen


def read_people(passages: Sequence[Passage], houses: Iterable[str] = ()) -> People:
    """The persons named in `passages`: full names first, then those who have none.

    `houses` are the codes of the countries whose seats of government the article names.
    """
    people = People()
    found = [
        (name, within)
        for within in passages
        for name in within.names
        if not _is_country(name, within)
    ]
    full = _without_openers([pair for pair in found if len(pair[0].parts) > 1])
    for name, within in sorted(full, key=lambda pair: not pair[0].sure):
        _note(people.find(name) or people.add(name), name, within)
    for name, within in found:
        if len(name.parts) > 1:
            continue
        person = people.find(name)
        if person is None and name.sure:  # by a title: Senators / Berg
            person = people.add(name)
        if person is not None:
            _note(person, name, within)
    _settle_head(people, houses)
    return people


def _settle_head(people: People, houses: Iterable[str]) -> None:
    """Gives the only head of state without a country the only house without its head."""
    heads = [person for person in people if person.role in _HEADS]
    strays = [person for person in heads if person.country is None]
    free = set(houses) - {person.country for person in heads}
    if len(strays) == 1 and len(free) == 1:
        strays[0].country = free.pop()


def _without_openers(full: list[tuple[Name, Passage]]) -> list[tuple[Name, Passage]]:
    """The names without a verb that opens the sentence: Consider / Ivo Berg."""
    known = {name.parts for name, _ in full}
    return [
        (name.without_first(), within)
        if name.first == 0 and not name.titles and name.parts[1:] in known
        else (name, within)
        for name, within in full
    ]


def _is_country(name: Name, passage: Passage) -> bool:
    """Whether the name is that of a country or a house: Cheong Wa Dae."""
    return not name.titles and passage.words[name.last].end in passage.country_ends


def _note(person: Person, name: Name, passage: Passage) -> None:
    """Takes over what this mention of `person` tells."""
    person.forms[name.parts] += 1
    person.sure = person.sure or name.sure
    if person.gender is None:
        person.gender = (
            gender_of_titles(name.titles)
            or _gender_of_given(name.given)
            or _gender_beside(name, passage.words)
        )
    told = standing(name, passage.words, passage.country_ends)
    if told.role is not None and person.role in (None, _UNTOLD_ROLE):
        person.role, person.office = told.role, told.office
        person.gender = person.gender or gender_of_titles((told.role,))
    person.country = person.country or told.country


def gender_of_titles(titles: Iterable[str]) -> Gender | None:
    """The gender that titles or role words tell, or None."""
    for title in titles:
        if title in MALE_WORDS:
            return Gender.MALE
        if title in FEMALE_WORDS:
            return Gender.FEMALE
    return None


def _gender_beside(name: Name, words: Sequence[Word]) -> Gender | None:
    """The gender told by the aside after the name: Berg / , a father of four."""
    after = name.last + 1
    if after + 1 >= len(words) or words[after].text != ",":
        return None
    opening = words[after + 1 : after + 3]
    return gender_of_titles(word.lower for word in opening[opening[0].lower in ("a", "the") :][:1])


def _gender_of_given(given: str | None) -> Gender | None:
    lowered = (given or "").lower()
    if (lowered in MALE_NAMES) == (lowered in FEMALE_NAMES):
        return None
    return Gender.MALE if lowered in MALE_NAMES else Gender.FEMALE


def _key(family: str) -> str:
    """What equal family names have in common: al-Sisi and Sisi, Al Sisi and SISI."""
    lowered = family.lower()
    head, hyphen, tail = lowered.partition("-")
    return tail if hyphen and head in ARABIC_ARTICLES else lowered


def _may_be(person: Person, gender: Gender | None) -> bool:
    return gender is None or person.gender is None or person.gender is gender


def _is_compatible(known: str | None, given: str) -> bool:
    """Whether two given names may belong to one person: equal, initial, or one cut short."""
    if known is None:
        return True
    one, other = known.lower().rstrip("."), given.lower().rstrip(".")
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) != _AMBIGUOUS_LENGTH and longer.startswith(shorter)


def _best(persons: Sequence[Person]) -> Person | None:
    """The most prominent of `persons`, those known to be persons first."""
    if len(persons) == 1:
        return persons[0]
    return max(persons, key=lambda person: (person.sure, person.weight), default=None)
