"""The words that the extractor knows, read from `cues.toml` and `sources.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from searchsvc.model import Act

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class CueClass(StrEnum):
    """What a cue does with what follows it."""

    SPEECH = "speech"  # takes a quotation or a clause: said, added, wrote
    ADDRESS = "address"  # the receiver comes first: told
    REQUEST = "request"  # asked, urged
    OBJECT = "object"  # speaks of something: praised, accused
    STANCE = "stance"  # thought, wish, decision: hoped, agreed
    DEED = "deed"  # a cue now and then: backed, pushed for
    NOUN = "noun"  # claim, criticism
    ADJECTIVE = "adjective"  # confident, wary
    ADVERB = "adverb"  # reportedly


class Form(StrEnum):
    """Grammatical form of a cue."""

    BASE = "base"
    PRESENT = "present"
    PAST = "past"  # and past participle, where they are the same
    PARTICIPLE = "participle"  # written, seen, shown
    ING = "ing"


@dataclass(frozen=True, slots=True)
class Cue:
    """A word form that attributes what was said.

    Attributes:
        lemma: base form.
        kind: what it does.
        form: grammatical form.
        nominal: whether the form is a noun more often than not.
        group: first letters of the class, as the names of features have them.
    """

    lemma: str
    kind: CueClass
    form: Form
    nominal: bool
    group: str = field(init=False)

    def __post_init__(self) -> None:
        """Takes over the letters of the class."""
        object.__setattr__(self, "group", self.kind.value[:3])


REPORTS: Final = (
    CueClass.SPEECH,
    CueClass.ADDRESS,
    CueClass.REQUEST,
    CueClass.OBJECT,
    CueClass.STANCE,
)
"""Classes of the verbs that are cues by themselves."""
_VOWELS: Final = frozenset("aeiou")


def _rows() -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for name in ("cues.toml", "sources.toml"):
        tables |= tomllib.loads((resources.files(__package__) / name).read_text("utf-8"))
    return tables


def _inflected(verb: str) -> tuple[str, str, str, str]:
    """Third person, past, past participle and -ing form of a regular verb."""
    before, last = verb[-2], verb[-1]
    if last == "y" and before not in _VOWELS:
        stem = verb[:-1]
        return stem + "ies", stem + "ied", stem + "ied", verb + "ing"
    third = verb + ("es" if last in "sxz" or verb.endswith(("sh", "ch")) else "s")
    if last == "e":
        ing = verb + "ing" if before in "eo" else verb[:-1] + "ing"
        return third, verb + "d", verb + "d", ing
    return third, verb + "ed", verb + "ed", verb + "ing"


def _forms(rows: dict[str, Any], verb: str) -> Iterator[tuple[str, Form]]:
    """The forms of a verb, those of British spelling last: apologised, signalled."""
    spellings = [rows["irregular"].get(verb) or _inflected(verb)]
    bases = [verb]
    if verb.endswith("ize"):
        bases.append(verb[:-3] + "ise")
        spellings.append(_inflected(bases[-1]))
    elif verb[-1] == "l" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS:
        spellings.append((verb + "s", verb + "led", verb + "led", verb + "ling"))
    for third, past, participle, ing in spellings:
        yield past, Form.PAST
        yield participle, Form.PARTICIPLE
        yield third, Form.PRESENT
        yield ing, Form.ING
    for base in bases:
        yield base, Form.BASE


def _cues(rows: dict[str, Any]) -> dict[str, Cue]:
    nominal = frozenset(rows["forms"]["nominal"].split())
    cues: dict[str, Cue] = {}
    for kind in REPORTS:
        for verb in rows[kind.value].split():
            for word, form in _forms(rows, verb):
                cues.setdefault(word, Cue(verb, kind, form, word in nominal or form is Form.BASE))
    return cues


def _wide(rows: dict[str, Any], known: Mapping[str, Cue]) -> dict[str, Cue]:
    """Cues by form that need more around them to count; verbs of `known` are left out."""
    table = rows["wide"]
    wide: dict[str, Cue] = {}
    for adjective in table["adjectives"].split():
        wide[adjective] = Cue(adjective, CueClass.ADJECTIVE, Form.BASE, nominal=False)
    for adverb in table["adverbs"].split():
        wide[adverb] = Cue(adverb, CueClass.ADVERB, Form.BASE, nominal=False)
    for verb in table["verbs"].split():
        for word, form in _forms(rows, verb):
            if word not in known:
                wide.setdefault(word, Cue(verb, CueClass.DEED, form, nominal=False))
    return wide


def _nouns(rows: dict[str, Any]) -> dict[str, Cue]:
    """Nouns by form, plurals included: claim, claims."""
    nouns: dict[str, Cue] = {}
    for noun in rows["wide"]["nouns"].split():
        for form in (noun, _inflected(noun)[0]):
            nouns[form] = Cue(noun, CueClass.NOUN, Form.BASE, nominal=True)
    return nouns


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ROWS: Final = _rows()
CUES: Final[Mapping[str, Cue]] = MappingProxyType(_cues(_ROWS["cues"]))
"""Cues by form, small letters."""
WIDE_CUES: Final[Mapping[str, Cue]] = MappingProxyType(_wide(_ROWS["cues"], CUES))
"""Verbs, adjectives and adverbs by form that are cues only now and then."""
NOUN_CUES: Final[Mapping[str, Cue]] = MappingProxyType(_nouns(_ROWS["cues"]))
"""Nouns by form that may attribute: her claim that."""

IN_RULES_ONLY: Final = _set(_ROWS["cues"]["wide"]["in_rules_only"])
AFTER_QUOTATION: Final = _set(_ROWS["cues"]["frames"]["after_quotation"])
WITH_RECEIVER: Final = _set(_ROWS["cues"]["frames"]["with_receiver"])
WITH_OCCASION: Final = _set(_ROWS["cues"]["frames"]["with_occasion"])
ADVERBS: Final = _set(_ROWS["after_cue"]["adverbs"])
DAYS: Final = _set(_ROWS["after_cue"]["days"])
AUXILIARIES: Final = _set(_ROWS["after_cue"]["auxiliaries"])
PREPOSITIONS: Final = _set(_ROWS["after_cue"]["prepositions"])
DETERMINERS: Final = _set(_ROWS["sources"]["determiners"])
BREAKS: Final = _set(_ROWS["sources"]["breaks"])
LINKS: Final = _set(_ROWS["sources"]["links"])
PLAIN_VERBS: Final = _set(_ROWS["sources"]["verbs_not_nouns"])
OTHER_PRONOUNS: Final = _set(_ROWS["sources"]["pronouns_other"])
TITLES: Final = _set(_ROWS["persons"]["titles"])
HEAD_ROLES: Final = _set(_ROWS["persons"]["head_roles"])
SPOKES_ROLES: Final = _set(_ROWS["persons"]["spokes_roles"])
MALE_WORDS: Final = _set(_ROWS["persons"]["male_words"])
FEMALE_WORDS: Final = _set(_ROWS["persons"]["female_words"])
ARABIC_ARTICLES: Final = _set(_ROWS["persons"]["arabic_articles"])
PARTICLES: Final = _set(_ROWS["persons"]["particles"])
SUFFIXES: Final = _set(_ROWS["persons"]["suffixes"])
FAMILY_FIRST: Final = _set(_ROWS["persons"]["family_first"])
BODY_WORDS: Final = _set(_ROWS["bodies"]["words"])
PLACE_WORDS: Final = _set(_ROWS["bodies"]["places"])
ONE_UNNAMED: Final = _set(_ROWS["bodies"]["singular_unnamed"])
UNNAMED: Final = _set(_ROWS["bodies"]["plural_unnamed"]) | ONE_UNNAMED
DOCUMENTS: Final = _set(_ROWS["bodies"]["documents"])
NOT_NAMES: Final = _set(_ROWS["not_names"]["words"])
MALE_NAMES: Final = _set(_ROWS["given_names"]["male"])
FEMALE_NAMES: Final = _set(_ROWS["given_names"]["female"])
GIVEN_NAMES: Final = frozenset(
    word.capitalize() for word in MALE_NAMES | FEMALE_NAMES if word not in ("will", "may", "hope")
)
"""Given names as they are printed; without those that begin sentences as other words."""
ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {lemma: Act(act) for act, lemmas in _ROWS["cues"]["acts"].items() for lemma in lemmas.split()}
)
"""What a speaker does, by base form of the cue; all others say."""
