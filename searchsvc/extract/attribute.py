"""Found statements to statements: whom their sources mean."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.drafts import Reference, Rule
from searchsvc.extract.impersonal import (
    can_speak,
    common_words,
    impersonal,
    is_it,
    noun_group,
)
from searchsvc.extract.lexicon import (
    LINKS,
    OTHER_PRONOUNS,
    TITLES,
)
from searchsvc.extract.names import Name, names_in, plain
from searchsvc.extract.people import Gender, Passage, People, Person
from searchsvc.extract.sources import Source, antecedent
from searchsvc.model import Span, Speaker, SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.extract.find import Found
    from searchsvc.extract.words import Word
    from searchsvc.model import CountryMention

_GENDERS: Final = {"he": Gender.MALE, "she": Gender.FEMALE}
_PRONOUNS: Final = frozenset("he she it they who which i we you this that these those".split())
_DEFINITE: Final = frozenset("the his her its their our my".split())
_FAR: Final = 40  # persons looked back at for a pronoun
_BEFORE_SUBJECT: Final = frozenset(
    ', that and but while when as if because although though where after before ; : “ " ``'.split()
)


class Attributed(NamedTuple):
    """A found statement and its source; persons may still learn more from later statements."""

    found: Found
    source: Person | Speaker | None
    named_at: Span | None

    @property
    def is_mere_label(self) -> bool:
        """Whether words before a colon name nobody: "Exclusive: ..."."""
        return self.found.rule is Rule.LABEL and not (
            isinstance(self.source, Person)
            or (self.source is not None and self.source.kind is SpeakerKind.PERSON)
        )

    @property
    def speaker(self) -> Speaker | None:
        """The source as the model has it."""
        if isinstance(self.source, Person):
            person = self.source
            return Speaker(person.name, SpeakerKind.PERSON, person.role, person.country)
        if self.source is not None and not can_speak(self.source):
            return None  # a thing: the decline showed
        return self.source


class _Seen(NamedTuple):
    """A person at a place of the body."""

    at: int
    person: Person
    leads: bool  # whether the person is the subject of a clause, or speaks, there


class Attribution:
    """Gives the statements of one article their speakers, in the order of the article."""

    def __init__(
        self, passages: Sequence[Passage], people: People, mentions: Sequence[CountryMention]
    ) -> None:
        self._passages = passages
        self._people = people
        self._mentions: Mapping[int, CountryMention] = {m.span.end: m for m in mentions}
        self._countries = {end: mention.code for end, mention in self._mentions.items()}
        self._common = common_words(within.words for within in passages)
        self._seen = [seen for within in passages for seen in self._persons_of(within)]
        self._speaking: list[_Seen] = []
        self._last: Person | Speaker | None = None
        self._last_body: Speaker | None = None
        self._last_impersonal: Speaker | None = None

    def attribute(self, found: Found) -> Attributed:
        """`found` with its speaker; statements must be given in order."""
        if found.reference is Reference.CONTINUED:
            return Attributed(found, self._last, None)
        if found.source is None:
            return Attributed(found, None, None)
        words = self._passages[found.unit].words
        group = noun_group(words, found.source)
        named_at = _stretch(words, group)
        source: Person | Speaker | None = self._person(words, group)
        if isinstance(source, Person):
            self._speaking.append(_Seen(named_at.start, source, leads=True))
        else:
            source = _of_transcript(words, found) or self._impersonal(words, group)
            self._last_body = self._next_body(source)
            self._last_impersonal = source or self._last_impersonal
        self._last = source
        return Attributed(found, source, named_at)

    def _persons_of(self, within: Passage) -> list[_Seen]:
        seen = []
        for name in within.names:
            person = None if within.words[name.first].quoted else self._people.find(name)
            if person is not None:
                at = within.words[name.first].start
                seen.append(_Seen(at, person, _leads(within.words, name)))
        return seen

    def _person(self, words: Sequence[Word], source: Source) -> Person | None:
        """The person whom the words at `source` mean, or None."""
        first = words[source.first]
        if source.first == source.last:
            if first.lower in _GENDERS:
                return self._by_pronoun(_GENDERS[first.lower], first.start)
            if first.lower in ("who", "which"):
                before = antecedent(words, source.first)
                return self._person(words, before) if before is not None else None
            if first.lower in OTHER_PRONOUNS:
                return None
        name = _name_at(words, source)
        person = self._people.find(name) if name is not None else None
        return person or self._by_role(words, source) or self._in_apposition(words, source)

    def _by_pronoun(self, gender: Gender, at: int) -> Person | None:
        """The nearest earlier subject or speaker whom the pronoun fits, else anybody earlier."""
        speaking = self._speaking[-1] if self._speaking else None
        end = bisect_left(self._seen, at, key=lambda seen: seen.at)
        recent = self._seen[max(0, end - _FAR) : end]
        fits = [seen for seen in recent if seen.person.gender in (gender, None)]
        leading = [seen for seen in fits if seen.leads]
        best = leading[-1] if leading else None
        if speaking is not None and speaking.person.gender in (gender, None):
            best = max((seen for seen in (best, speaking) if seen), key=lambda seen: seen.at)
        if best is None:
            best = fits[-1] if fits else None
        return None if best is None else best.person

    def _by_role(self, words: Sequence[Word], source: Source) -> Person | None:
        """The person in the role that the words name: the new South Korean president."""
        head = _head(words, source)
        role = plain(words[head].text)
        owned = any(words[at].lower in ("'s", "’s") for at in range(source.first, head))
        if role not in TITLES or not (owned or words[source.first].lower in _DEFINITE):
            return None
        countries = [
            self._mentions[words[index].end].code
            for index in range(source.first, head)
            if words[index].end in self._mentions
        ]
        if not countries and head + 1 <= source.last:
            return None
        return self._people.with_role(countries[-1] if countries else None, role)

    def _in_apposition(self, words: Sequence[Word], source: Source) -> Person | None:
        """The person named in the aside after a role: his spokesman, Ivo Berg, said."""
        if source.through <= source.last + 1 or words[source.last + 1].text != ",":
            return None
        aside = Source(source.last + 2, source.through - 1, source.through - 1)
        name = next(names_in(words[aside.first : aside.last + 1]), None)
        if name is None or name.title_at > 1 or name.given is None:
            return None
        return self._people.find(name)

    def _next_body(self, source: Speaker | None) -> Speaker | None:
        """What `it` will mean from here on."""
        return source if source is not None and is_it(source) else self._last_body

    def _by_impersonal_pronoun(self, words: Sequence[Word], at: int) -> Speaker | None:
        """The body or the unnamed people whom the pronoun means, or None."""
        pronoun = words[at].lower
        if pronoun == "it":
            return self._last_body
        if pronoun == "they":
            return self._last_impersonal
        before = antecedent(words, at) if pronoun in ("who", "which") else None
        return None if before is None else self._impersonal(words, before)

    def _impersonal(self, words: Sequence[Word], source: Source) -> Speaker | None:
        """A body or somebody unnamed; None for a pronoun that nothing explains."""
        first = source.first
        if first == source.last and words[first].lower in _PRONOUNS:
            return self._by_impersonal_pronoun(words, first)
        return impersonal(words, source, self._countries, self._common)


def _of_transcript(words: Sequence[Word], found: Found) -> Speaker | None:
    """Whoever speaks in a transcript, where the article does not name them otherwise."""
    if found.rule is not Rule.LABEL or found.source is None:
        return None
    name = _name_at(words, found.source)
    if name is None or not all(part.isupper() for part in name.parts):
        return None
    return Speaker(" ".join(name.parts).title(), SpeakerKind.PERSON)


def _stretch(words: Sequence[Word], source: Source) -> Span:
    return Span(words[source.first].start, words[source.last].end)


def _leads(words: Sequence[Word], name: Name) -> bool:
    """Whether the name is the subject of a clause rather than an object or a possessor."""
    after = name.last + 1
    if after < len(words) and words[after].lower in ("'s", "’s", "'", "’"):
        return False
    return name.title_at == 0 or words[name.title_at - 1].lower in _BEFORE_SUBJECT


def _name_at(words: Sequence[Word], source: Source) -> Name | None:
    """The name that the source ends with, unless it only says whose spokesman it is."""
    inside = words[source.first : source.last + 1]
    for name in names_in(inside):
        before = inside[: name.title_at]
        linked = bool(before) and before[-1].lower in LINKS - {"and", "&"}
        ends = name.last == len(inside) - 1 or inside[name.last + 1].lower in ("and", "&", "of")
        if ends and not linked:
            return name
    return None


def _head(words: Sequence[Word], source: Source) -> int:
    """Number of the head word: the last before a linking preposition."""
    for index in range(source.first + 1, source.last + 1):
        if words[index].lower in LINKS:
            return index - 1
    return source.last
