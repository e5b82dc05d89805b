"""Found statements to statements: whom their sources mean."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.again import (
    KOREAS,
    Again,
    countries_before,
    pair_before,
    subjects_before,
    takes_up,
)
from searchsvc.extract.attributing.beside import beside, signature
from searchsvc.extract.attributing.bodies import Bodies
from searchsvc.extract.attributing.called import (
    by_given_name,
    head_of,
    name_at,
    of_transcript,
    stretch,
    without_self,
)
from searchsvc.extract.attributing.choosing import chosen
from searchsvc.extract.attributing.choosing import weights as choice_weights
from searchsvc.extract.attributing.impersonal import (
    are_many,
    can_speak,
    common_words,
    impersonal,
    is_it,
    is_one,
    noun_group,
)
from searchsvc.extract.attributing.joint import members
from searchsvc.extract.attributing.names import Name, names_in, plain
from searchsvc.extract.attributing.people import Passage, People, Person
from searchsvc.extract.attributing.pronouns import GENDERS, Scene
from searchsvc.extract.attributing.roles import full_role
from searchsvc.extract.attributing.sources import Source, antecedent, issuer, main_subject
from searchsvc.extract.finding.drafts import Reference, Rule
from searchsvc.extract.finding.loose import is_speaking
from searchsvc.extract.lexicon import (
    OTHER_PRONOUNS,
    PARTICLES,
    TITLES,
)
from searchsvc.model import Span, Speaker, SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from searchsvc.extract.finding.find import Found
    from searchsvc.extract.prose.words import Word
    from searchsvc.model import CountryMention

_PRONOUNS: Final = frozenset("he she it they who which i we you this that these those".split())
_DEFINITE: Final = frozenset("the his her its their our my".split())
_QUOTING: Final = (Rule.QUOTE_BY, Rule.SAYS_QUOTE, Rule.QUOTED_AS, Rule.LABEL)
_ALONE: Final = (Rule.FLOATING, Rule.LOOSE)
_OPENING: Final = frozenset("now yet still but and so then meanwhile nevertheless".split())
_LONGEST_NAMED: Final = 8  # words of an aside with a name and titles
_WRITTEN: Final = frozenset(
    "editorial letter statement email article column report post tweet".split()
)
_UNTOLD: Final = frozenset(("others", "another", "one"))


class Attributed(NamedTuple):
    """A found statement and its source; persons may still learn more from later statements."""

    found: Found
    source: Person | Speaker | None
    named_at: Span | None
    company: tuple[Person | Speaker, ...] = ()

    @property
    def is_mere_label(self) -> bool:
        """Whether words before a colon name nobody: "Exclusive: ..."."""
        if self.found.rule is not Rule.LABEL or self.found.source is None:
            return False
        if self.source is None or isinstance(self.source, Person):
            return self.source is None
        known = self.source.kind is SpeakerKind.PERSON or self.source.country is not None
        return not (known or is_speaking(self.source.name))

    @property
    def others(self) -> tuple[Speaker, ...]:
        """Who else made the statement, as the model has it."""
        return tuple(one for source in self.company if (one := _as_speaker(source)) is not None)

    @property
    def speaker(self) -> Speaker | None:
        """The source as the model has it."""
        return _as_speaker(self.source)


def _as_speaker(source: Person | Speaker | None) -> Speaker | None:
    if isinstance(source, Person):
        return Speaker(source.name, SpeakerKind.PERSON, source.role, source.country)
    if source is not None and not can_speak(source):
        return None  # a thing: the decline showed
    return source


class Attribution:
    """Gives the statements of one article their speakers, in the order of the article."""

    def __init__(
        self,
        passages: Sequence[Passage],
        people: People,
        mentions: Sequence[CountryMention],
        *,
        scene: Scene | None = None,
        choices: Mapping[str, float] | None = None,
    ) -> None:
        self._passages = passages
        self._people = people
        self._mentions: Mapping[int, CountryMention] = {m.span.end: m for m in mentions}
        self._countries = {end: mention.code for end, mention in self._mentions.items()}
        self._common = common_words(within.words for within in passages)
        self._scene = scene or Scene(passages, people)
        self._choices = choice_weights() if choices is None else choices
        self._bodies = Bodies(passages, self._countries)
        self._last: Attributed | None = None
        self._last_quoted: Attributed | None = None
        self._last_body: Speaker | None = None
        self._last_impersonal: Speaker | None = None

    def attribute(self, found: Found) -> Attributed:
        """`found` with its speaker; statements must be given in order."""
        attributed = self._attributed(found)
        for piece in found.pieces:
            self._scene.reports(piece.start, piece.end)
        return attributed

    def _attributed(self, found: Found) -> Attributed:
        if found.rule in _ALONE:
            found = self._with_source(found)
        if found.reference is Reference.CONTINUED:
            return self._continued(found)
        found = self._chosen(found)
        if found.source is None:
            return Attributed(found, None, None)
        words = self._passages[found.unit].words
        group = without_self(words, issuer(words, noun_group(words, found.source)))
        named_at = stretch(words, group)
        first, last = words[group.first], words[group.last]
        if first is last and first.lower in ("who", "which"):
            group = antecedent(words, group.first) or group
        parts = self._members(words, group)
        named = list(self._taken_up(found.unit, group)) or [
            one for part in parts if (one := self._one(found, part)) is not None
        ]
        source = named[0] if named else None
        if len(parts) > 1 and parts[0].first < group.first:
            named_at = Span(words[parts[0].first].start, named_at.end)
        self._last = Attributed(found, source, named_at, tuple(named[1:]))
        if found.rule in _QUOTING:
            self._last_quoted = self._last
        return self._last

    def _chosen(self, found: Found) -> Found:
        """`found` with the words that name its source best; joint sources stay whole."""
        within = self._passages[found.unit]
        better = chosen(within, found, self._choices)
        ruled = found.source
        if ruled is None or better.source is None or better.source == ruled:
            return better
        at, last = better.source.first, better.source.last
        parts = self._members(within.words, noun_group(within.words, ruled))
        is_joint = len(parts) > 1 and parts[0].first - 1 <= at <= parts[-1].last
        by = ruled.first - 1
        wrote = (
            by > 0
            and within.words[by].lower in ("from", "by", "in")
            and within.words[by - 1].lower in _WRITTEN
            and (last == by - 1 or within.words[by].lower != "in")
        )  # a letter by / Berg
        return found if is_joint or wrote or at == ruled.first else better

    def _with_source(self, found: Found) -> Found:
        """`found`, a quotation without a cue, with the source that stands beside it."""
        words = self._passages[found.last_unit].words
        start = bisect_left(words, found.pieces[-1].start, key=lambda word: word.start)
        end = bisect_left(words, found.pieces[-1].end, key=lambda word: word.start)
        unit, source = found.last_unit, beside(words, start, end)
        if source is None and unit + 1 < len(self._passages):
            unit += 1
            source = signature(self._passages[unit].words)
        if source is None:
            return found
        return replace(found, unit=unit, source=source, reference=Reference.SUBJECT)

    def _continued(self, found: Found) -> Attributed:
        """`found` with the speaker of the quotation that it goes on from, else the last speaker."""
        before, quoted = self._last, self._last_quoted
        if quoted is not None and (
            before is None
            or self._passages[quoted.found.unit].paragraph == self._passages[found.unit].paragraph
        ):
            before = quoted
        shown = None if found.rule not in _ALONE else self._shown_before(found, before)
        if shown is not None:
            return shown
        if before is None:
            return Attributed(found, None, None)
        return before._replace(found=found)

    def _shown_before(self, found: Found, before: Attributed | None) -> Attributed | None:
        """`found` with the person who begins a sentence right before it that says nothing else.

        Berg nodded. / "Trade has grown."
        """
        unit = found.unit - 1
        if unit < 0 or (before is not None and before.found.last_unit >= unit):
            return None
        mention = self._scene.opener(unit)
        if mention is None:
            return None
        words = self._passages[unit].words
        named_at = Span(mention.at, words[mention.word].end)
        return Attributed(found, mention.person, named_at)

    def _person(self, unit: int, source: Source) -> Person | None:
        """The person whom the words at `source` mean, or None."""
        words = self._passages[unit].words
        first = words[source.first]
        if source.first == source.last:
            if first.lower in GENDERS:
                if self._unnamed_goes_on(first.start):
                    return None
                meant = self._scene.resolve(unit, source.first)
                return meant or self._people.only(GENDERS[first.lower], but=self._scene.persons)
            if first.lower in ("who", "which"):
                before = antecedent(words, source.first)
                return self._person(unit, before) if before is not None else None
            if first.lower in OTHER_PRONOUNS:
                return None
        name = name_at(words, source)
        person = self._people.find(name) if name is not None else None
        if person is None and name is None:
            person = self._by_family(words, source)
        return person or self._in_apposition(words, source) or self._by_role(words, source)

    def _members(self, words: Sequence[Word], group: Source) -> tuple[Source, ...]:
        """The parts of the source at `group`, where it is a joint one."""
        return members(words, group, self._countries, self._is_known)

    def _is_known(self, name: Name) -> bool:
        return self._people.find(name) is not None

    def _one(self, found: Found, group: Source) -> Person | Speaker | None:
        """Whom the words at `group`, which are no joint source, mean."""
        words = self._passages[found.unit].words
        if group.first == group.last and words[group.first].lower in _UNTOLD:
            return Speaker(words[group.first].lower, SpeakerKind.UNNAMED)
        person = self._person(found.unit, group)
        if person is not None:
            self._scene.speaks(person, found.unit, words[group.first].start)
            return person
        source = (
            of_transcript(words, found)
            or by_given_name(words, group)
            or self._impersonal(found.unit, group)
        )
        self._last_body = self._next_body(source)
        self._last_impersonal = source or self._last_impersonal
        return source

    def _taken_up(self, unit: int, group: Source) -> tuple[Person | Speaker, ...]:
        """Whom *the two*, *both sides* or *they* take up again; () where they do not."""
        words = self._passages[unit].words
        again = takes_up(words, group)
        if again is Again.KOREAS:
            return KOREAS
        if again is Again.COUNTRIES:
            return countries_before(self._passages, self._mentions, unit)
        they = group.first == group.last and words[group.first].lower == "they"
        last = self._last
        if (again or they) and last is not None and last.company and unit - last.found.unit <= 1:
            return (*((last.source,) if last.source else ()), *last.company)
        if they:
            return subjects_before(self._passages, self._people, unit)
        return pair_before(self._passages, self._people, unit) if again else ()

    def _by_family(self, words: Sequence[Word], source: Source) -> Person | None:
        """The person whose family name is also a country, a firm or a word: Israel, De Haas."""
        first = source.first
        while first < source.last and words[first].lower in _OPENING:
            first += 1
        called = [word.text for word in words[first : source.last + 1]]
        if len(called) > 1 and called[0].lower() in PARTICLES:
            called = called[1:]
        if len(called) != 1 or not words[source.last].is_name_like:
            return None
        return self._people.called(called[0])

    def _by_role(self, words: Sequence[Word], source: Source) -> Person | None:
        """The person in the role that the words name: the new South Korean president."""
        head = head_of(words, source)
        owned = any(words[at].lower in ("'s", "’s") for at in range(source.first, head))
        if plain(words[head].text) not in TITLES:
            return None
        if not (owned or words[source.first].lower in _DEFINITE):
            return None
        countries = [
            self._mentions[words[index].end].code
            for index in range(source.first, head)
            if words[index].end in self._mentions
        ]
        if not countries and head + 1 <= source.last:
            return None
        before = words[head - 1].lower if head > source.first else ""
        last = self._last.source if self._last is not None else None
        return self._people.with_role(
            countries[-1] if countries else None,
            full_role(words[head].text, before),
            last=last if isinstance(last, Person) else None,
            office=before,
        )

    def _in_apposition(self, words: Sequence[Word], source: Source) -> Person | None:
        """The person named in the aside after a role: his spokesman, Ivo Berg, said."""
        comma = source.last + 1
        if comma + 1 >= len(words) or words[comma].text != ",":
            return None
        if words[source.last].is_name_like or words[comma + 1].quoted:
            return None
        end = source.through if source.through > comma else comma + 1 + _LONGEST_NAMED
        aside = words[comma + 1 : min(end, len(words))]
        name = next(names_in(aside), None)
        if name is None or name.title_at > 1 or name.given is None:
            return None
        after = comma + 2 + name.last
        if source.through <= comma and after < len(words) and not words[after].is_mark:
            return None  # as / his spokesman, Ivo Berg left
        return self._people.find(name)

    def _unnamed_goes_on(self, at: int) -> bool:
        """Whether *he* or *she* at character `at` is somebody unnamed who just spoke."""
        last = self._last
        if last is None or last.named_at is None or not isinstance(last.source, Speaker):
            return False
        unnamed = last.source.kind is SpeakerKind.UNNAMED and is_one(last.source)
        return unnamed and not self._scene.names_anybody(last.named_at.start, at)

    def _next_body(self, source: Speaker | None) -> Speaker | None:
        """What `it` will mean from here on."""
        return source if source is not None and is_it(source) else self._last_body

    def _by_impersonal_pronoun(self, unit: int, at: int) -> Speaker | None:
        """The body or the unnamed people whom the pronoun means, or None."""
        words = self._passages[unit].words
        pronoun = words[at].lower
        if pronoun == "it":
            return self._subject_before(unit, is_it) or self._last_body
        if pronoun == "they":
            return self._subject_before(unit, are_many) or self._last_impersonal
        if pronoun in GENDERS:
            goes_on = self._unnamed_goes_on(words[at].start) and self._last is not None
            return self._last_impersonal if goes_on else self._subject_before(unit, is_one)
        before = antecedent(words, at) if pronoun in ("who", "which") else None
        return None if before is None else self._impersonal(unit, before)

    def _subject_before(self, unit: int, fits: Callable[[Speaker], bool]) -> Speaker | None:
        """The subject of the sentence before, where it is a body or people that the pronoun fits."""
        if not unit:
            return None
        words = self._passages[unit - 1].words
        subject = main_subject(words, len(words))
        if subject is None or self._begins_with_person(unit - 1, subject):
            return None
        speaker = impersonal(words, noun_group(words, subject), self._countries, self._common)
        return speaker if speaker is not None and can_speak(speaker) and fits(speaker) else None

    def _begins_with_person(self, unit: int, subject: Source) -> bool:
        name = name_at(self._passages[unit].words, subject)
        return name is not None and self._people.find(name) is not None

    def _impersonal(self, unit: int, source: Source) -> Speaker | None:
        """A body or somebody unnamed; None for a pronoun that nothing explains."""
        words = self._passages[unit].words
        first = source.first
        if first == source.last and words[first].lower in _PRONOUNS:
            return self._by_impersonal_pronoun(unit, first)
        return self._bodies.meant(unit, source) or impersonal(
            words, source, self._countries, self._common
        )
