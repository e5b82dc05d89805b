"""Words that take up several sources again: the two, both, the pair, the two countries."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.impersonal import noun_group
from searchsvc.extract.attributing.joint import members
from searchsvc.extract.attributing.sources import main_subject
from searchsvc.model import MentionKind, Speaker, SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.extract.attributing.people import Passage, People, Person
    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.prose.words import Word
    from searchsvc.model import CountryMention

_TWO: Final = frozenset("two both each pair couple duo".split())
_PAIRING: Final = frozenset(("two", "both"))
_HEADS: Final = frozenset(
    "leaders presidents ministers premiers chancellors senators governors candidates men women "
    "lawmakers officials rivals diplomats envoys officers judges lawyers sisters brothers".split()
)
_SIDES: Final = frozenset("countries nations sides governments states capitals".split())
_BACK: Final = 2  # units looked back at
_PAIR: Final = 2


KOREAS: Final = (
    Speaker("North Korea", SpeakerKind.BODY, country="KP"),
    Speaker("South Korea", SpeakerKind.BODY, country="KR"),
)


class Again(Enum):
    """Whom such words mean."""

    PERSONS = auto()
    COUNTRIES = auto()
    KOREAS = auto()


def takes_up(words: Sequence[Word], source: Source) -> Again | None:
    """Whom the words at `source` take up again, or None where they do not."""
    said = [word.lower for word in words[source.first : source.last + 1]]
    said = said[1:] if said[0] == "the" else said
    if len(said) == 1:
        return Again.PERSONS if said[0] in _TWO else None
    if len(said) != _PAIR or said[0] not in _PAIRING:
        return None
    if said[1] == "koreas":
        return Again.KOREAS
    if said[1] in _SIDES:
        return Again.COUNTRIES
    return Again.PERSONS if said[1] in _HEADS else None


def pair_before(passages: Sequence[Passage], people: People, unit: int) -> tuple[Person, ...]:
    """The two persons whom the sentence or two before `unit` name; () where they name others."""
    found: dict[int, Person] = {}
    for number in range(unit - 1, max(-1, unit - 1 - _BACK), -1):
        within = passages[number]
        named = [
            person
            for name in within.names
            if not within.words[name.first].quoted and (person := people.find(name)) is not None
        ]
        found = {id(person): person for person in named} | found
        if len(found) >= _PAIR:
            break
    return tuple(found.values()) if len(found) == _PAIR else ()


def subjects_before(passages: Sequence[Passage], people: People, unit: int) -> tuple[Person, ...]:
    """The persons who are together the subject of the sentence before `unit`, or ()."""
    if not unit:
        return ()
    within = passages[unit - 1]
    subject = main_subject(within.words, len(within.words))
    if subject is None:
        return ()
    group = noun_group(within.words, subject)
    parts = members(
        within.words, group, within.country_ends, lambda name: people.find(name) is not None
    )
    found = {}
    for part in parts if len(parts) > 1 else ():
        for name in within.names:
            if part.first <= name.first <= part.last and (person := people.find(name)) is not None:
                found[id(person)] = person
                break
    return tuple(found.values()) if len(found) == len(parts) else ()


def countries_before(
    passages: Sequence[Passage], mentions: Mapping[int, CountryMention], unit: int
) -> tuple[Speaker, ...]:
    """The two countries that the sentence or two before `unit` name; () where they name others."""
    for number in range(unit - 1, max(-1, unit - 1 - _BACK), -1):
        within = passages[number]
        found: dict[str, Speaker] = {}
        for last in within.words:
            mention = mentions.get(last.end)
            if mention is None or mention.kind is not MentionKind.NAME:
                continue
            text = " ".join(
                word.text
                for word in within.words
                if mention.span.start <= word.start < mention.span.end
            )
            speaker = Speaker(text, SpeakerKind.BODY, country=mention.code)
            found.setdefault(mention.code, speaker)
        if len(found) >= _PAIR:
            return tuple(found.values()) if len(found) == _PAIR else ()
    return ()
