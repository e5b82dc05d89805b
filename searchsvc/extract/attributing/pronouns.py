"""Whom *he* and *she* mean: the earlier persons, scored by evidence with learned weights."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.people import Gender
from searchsvc.extract.lexicon import AUXILIARIES, CUES, PLAIN_VERBS, PREPOSITIONS
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.extract.attributing.names import Name
    from searchsvc.extract.attributing.people import Passage, People, Person
    from searchsvc.extract.prose.words import Word

WEIGHTS_FILE: Final = "pronouns.json"
GENDERS: Final = MappingProxyType(
    {"he": Gender.MALE, "she": Gender.FEMALE, "him": Gender.MALE, "her": Gender.FEMALE}
)
_FAR: Final = 40  # mentions looked back at
_MOST: Final = 8  # candidates
_OPENING: Final = 3  # words with which a sentence begins
_DISTANCES: Final = "0123445667777888888899"  # a digit by the number of units between
_COUNTS: Final = "0123344555666677777777788"  # a digit by the number of mentions
_LAST_RANK: Final = 3
_RECENT: Final = 6  # speakers, and persons meant, that are remembered
_BEFORE_SUBJECT: Final = frozenset(
    ', that and but while when as if because although though where after before ; : “ " ``'.split()
)
_POSSESSIVES: Final = frozenset(("'s", "’s", "'", "’"))


class Mention(NamedTuple):
    """A person at a place of the body.

    Attributes:
        at: first character of the name.
        unit: number of its unit.
        paragraph: number of its paragraph.
        word: number of its first word in the unit.
        person: who.
        place: what the name is in its sentence: "s" subject, "v" perhaps, "p" possessor,
            "o" object, "x" unknown.
        quoted: whether somebody else says it.
    """

    at: int
    unit: int
    paragraph: int
    word: int
    person: Person
    place: str
    quoted: bool

    @property
    def leads(self) -> bool:
        """Whether the person is the subject of a clause there."""
        return self.place in "sv"


@dataclass(slots=True)
class Candidate:
    """What speaks for and against a person.

    Attributes:
        person: who.
        last: the nearest earlier mention.
        led: the nearest earlier mention as a subject, or None.
        count: earlier mentions that were looked at.
        evidence: names of the features that are true.
    """

    person: Person
    last: Mention
    led: Mention | None
    count: int
    evidence: list[str] = field(default_factory=list)


@cache
def weights() -> Mapping[str, float]:
    """Weight by feature, as learned by `python -m tests.training.pronouns`."""
    file = resources.files(__package__) / WEIGHTS_FILE
    return MappingProxyType(json.loads(file.read_text("utf-8")))


def mentions_of(passages: Sequence[Passage], people: People) -> Iterator[Mention]:
    """The mentions of known persons by name, in order."""
    for unit, within in enumerate(passages):
        for name in within.names:
            person = people.find(name)
            if person is not None:
                first = within.words[name.first]
                yield Mention(
                    first.start,
                    unit,
                    within.paragraph,
                    name.first,
                    person,
                    _place(within.words, name),
                    first.quoted,
                )


def _place(words: Sequence[Word], name: Name) -> str:
    """What the name is in its sentence, as in `Mention.place`."""
    after = name.last + 1
    follows = words[after].lower if after < len(words) else ""
    if follows in _POSSESSIVES:
        return "p"
    before = words[name.title_at - 1].lower if name.title_at else ","
    if before in _BEFORE_SUBJECT:
        return "s"
    if follows in AUXILIARIES or follows in PLAIN_VERBS or follows in CUES:
        return "v"
    return "o" if before in PREPOSITIONS or before in CUES else "x"


class _Event(NamedTuple):
    """A person spoke, or was meant by a pronoun."""

    at: int
    unit: int
    person: Person
    gender: Gender | None


class _Around(NamedTuple):
    """Where a pronoun stands.

    Attributes:
        unit, paragraph: its unit and paragraph.
        kind: where it stands in its sentence, as `_kind` tells.
        spoke: the last speakers before it.
        meant: whom the last pronouns of its gender before it meant.
        opener: the first person named before it in its unit.
        before: the first person named in the unit before.
    """

    unit: int
    paragraph: int
    kind: str
    spoke: Sequence[_Event]
    meant: Sequence[_Event]
    opener: Person | None
    before: Person | None


class Scene:
    """The mentions of one article, with those that pronouns make, in order."""

    def __init__(
        self,
        passages: Sequence[Passage],
        people: People,
        learned: Mapping[str, float] | None = None,
    ) -> None:
        self._passages = passages
        self._weights = weights() if learned is None else learned
        mentions = tuple(mentions_of(passages, people))
        self._headed = {id(one.person) for one in mentions if one.paragraph == 0}
        self._plain = [mention for mention in mentions if not mention.quoted]
        self._starts = [mention.at for mention in self._plain]
        self.persons = frozenset(id(mention.person) for mention in self._plain)
        """The ids of all persons whom the body names outside quotations."""
        self._quoted: defaultdict[int, set[int]] = defaultdict(set)
        for mention in mentions:
            if mention.quoted:
                self._quoted[mention.unit].add(id(mention.person))
        self._spoke: list[_Event] = []
        self._meant: list[_Event] = []
        self._genders: dict[int, Gender] = {}
        self._told: list[tuple[int, int]] = []

    def speaks(self, person: Person, unit: int, at: int) -> None:
        """Notes that `person` is a speaker, named at character `at`."""
        self._spoke.append(_Event(at, unit, person, person.gender))

    def reports(self, start: int, end: int) -> None:
        """Notes that characters `start` to `end` are what somebody said; must be told in order."""
        self._told.append((start, end))

    def opener(self, unit: int) -> Mention | None:
        """The mention of a person as the subject with which the unit begins, or None."""
        number = bisect_left(self._starts, self._passages[unit].words[0].start)
        if number == len(self._plain):
            return None
        mention = self._plain[number]
        return (
            mention
            if mention.unit == unit and mention.leads and mention.word <= _OPENING
            else None
        )

    def names_anybody(self, start: int, end: int) -> bool:
        """Whether a person is named, outside quotations, between two characters."""
        return bisect_left(self._starts, start) < bisect_left(self._starts, end)

    def _is_told(self, at: int) -> bool:
        """Whether a statement before holds character `at`."""
        number = bisect_left(self._told, (at + 1, 0)) - 1
        return number >= 0 and self._told[number][0] <= at < self._told[number][1]

    def resolve(self, unit: int, index: int) -> Person | None:
        """The person whom the pronoun at word `index` of the unit means, or None."""
        candidates = self.candidates(unit, index)
        if not candidates:
            return None
        known = self._weights
        best = max(candidates, key=lambda one: sum(known.get(name, 0.0) for name in one.evidence))
        word = self._passages[unit].words[index]
        self._genders[id(best.person)] = GENDERS[word.lower]
        self._meant.append(_Event(word.start, unit, best.person, GENDERS[word.lower]))
        return best.person

    def candidates(self, unit: int, index: int) -> list[Candidate]:
        """The persons whom the pronoun may mean, with the evidence for each."""
        words = self._passages[unit].words
        gender = GENDERS[words[index].lower]
        end = bisect_left(self._starts, words[index].start)
        found: dict[int, Candidate] = {}
        for number in range(end - 1, max(-1, end - 1 - _FAR), -1):
            mention = self._plain[number]
            known = mention.person.gender or self._genders.get(id(mention.person))
            if known not in (gender, None):
                continue
            candidate = found.get(id(mention.person))
            if candidate is None:
                if len(found) == _MOST:
                    continue
                led = mention if mention.leads else None
                found[id(mention.person)] = Candidate(mention.person, mention, led, 1)
            else:
                candidate.count += 1
                if candidate.led is None and mention.leads:
                    candidate.led = mention
        fits = list(found.values())
        self._weigh(fits, unit, index)
        return fits

    def _weigh(self, fits: Sequence[Candidate], unit: int, index: int) -> None:
        """Fills in the evidence of `fits`, which are ordered by their last mention, latest first."""
        words = self._passages[unit].words
        at = words[index].start
        kind = _kind(words, index)
        gender = GENDERS[words[index].lower]
        known = {one.last.unit for one in fits if one.person.gender}
        led = sorted(fits, key=lambda one: -one.led.at if one.led else 0)
        around = _Around(
            unit=unit,
            paragraph=self._passages[unit].paragraph,
            kind=kind,
            spoke=[event for event in self._spoke[-_RECENT:] if event.at < at],
            meant=[e for e in self._meant[-_RECENT:] if e.at < at and e.gender is gender],
            opener=self._first_of(unit, at),
            before=self._first_of(unit - 1, at) if unit else None,
        )
        later = self._later(unit, at)
        quoted = self._quoted.get(unit, set())
        for rank, one in enumerate(fits):
            key = id(one.person)
            facts = (
                ("title", key in self._headed),
                ("quoted" + kind, key in quoted),
                ("later", key in later),
                ("alone", len(fits) == 1),
                ("rival", one.person.gender is None and one.last.unit in known),
                ("inside" + kind, self._is_told(one.last.at)),
                ("led inside" + kind, one.led is not None and self._is_told(one.led.at)),
            )
            one.evidence.extend(name for name, holds in facts if holds)
            one.evidence.extend(_nearness(one, rank, led.index(one), around))
            one.evidence.extend(_history(one.person, around))

    def _later(self, unit: int, at: int) -> set[int]:
        """Persons named in the unit after character `at`."""
        number = bisect_left(self._starts, at)
        persons = set()
        while number < len(self._plain) and self._plain[number].unit == unit:
            persons.add(id(self._plain[number].person))
            number += 1
        return persons

    def _first_of(self, unit: int, at: int) -> Person | None:
        """The first person named in the unit, before character `at`."""
        number = bisect_left(self._starts, self._passages[unit].words[0].start)
        if number < len(self._plain):
            mention = self._plain[number]
            if mention.unit == unit and mention.at < at:
                return mention.person
        return None


def _nearness(one: Candidate, rank: int, led_rank: int, around: _Around) -> Iterator[str]:
    """How near the person is, and as what: by mentions, and by mentions as a subject."""
    kind, last = around.kind, one.last
    near = min(rank, _LAST_RANK)
    yield f"rank{near}"
    yield f"rank{near}{kind}"
    yield f"away{_bucket(_DISTANCES, around.unit - last.unit)}{last.place}"
    yield f"apart{min(_LAST_RANK, around.paragraph - last.paragraph)}{kind}"
    yield f"at{kind}{last.place}{min(rank, 2)}"
    yield "gender" if one.person.gender else "gender unknown"
    yield f"count{_bucket(_COUNTS, one.count)}"
    if one.led is None:
        yield "led no"
    else:
        place = min(_LAST_RANK, led_rank)
        yield f"led{place}{_bucket(_DISTANCES, around.unit - one.led.unit)}"
        yield f"led{place}{kind}"


def _history(person: Person, around: _Around) -> Iterator[str]:
    """Whether the person spoke before, was meant before, and begins the sentences here."""
    kind, unit = around.kind, around.unit
    said = next((event for event in reversed(around.spoke) if event.person is person), None)
    is_last = said is not None and said is around.spoke[-1]
    if said is None:
        yield "silent"
    else:
        yield f"spoke{'last' if is_last else ''}{_bucket(_DISTANCES, unit - said.unit)}{kind}"
    for nth, event in enumerate(reversed(around.meant)):
        if event.person is person:
            yield f"meant{nth}{_bucket(_DISTANCES, unit - event.unit)}"
            break
    else:
        if around.meant:
            yield f"meant other{_bucket(_DISTANCES, unit - around.meant[-1].unit)}"
    opens, opened = person is around.opener, person is around.before
    yield f"told{int(is_last)}{int(opened)}{int(opens)}{kind}"


def _bucket(names: str, number: int) -> str:
    return names[min(number, len(names) - 1)]


def _kind(words: Sequence[Word], index: int) -> str:
    """Where the pronoun stands: "b" begins the sentence, "q" after a quotation, "c" in a clause."""
    if index == 0:
        return "b"
    before = words[index - 1]
    if before.text in QUOTATION_MARKS or (before.text == "," and words[index - 2].quoted):
        return "q"
    if before.lower in ("and", "but", ",") and index < _OPENING:
        return "b"
    return "i" if before.text == "," else "c"
