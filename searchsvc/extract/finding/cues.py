"""Cues in a unit: the verbs that attribute, told apart from nouns and adjectives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.sources import is_passive, verb_start
from searchsvc.extract.lexicon import (
    AFTER_QUOTATION,
    AUXILIARIES,
    CUES,
    DETERMINERS,
    DOCUMENTS,
    PREPOSITIONS,
    Cue,
    CueClass,
    Form,
)
from searchsvc.extract.prose.words import DASHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.prose.words import Word

_FORMS: Final = frozenset(CUES)
_HEADLINE_SHARE: Final = 0.6  # capitalised words that make a unit a headline
_SUBJECT_PRONOUNS: Final = frozenset("i we you they he she it who others some many most".split())
_PLURAL_PRONOUNS: Final = frozenset("i we you they who others some many most people".split())
_POSSESSIVES: Final = frozenset(("'s", "’s"))
_AFTER_ASKED: Final = frozenset("about if whether how why what who when on by to for whom".split())
_MODALS: Final = frozenset(
    "will would can could may might must should did does do didn't doesn't don't won't wouldn't "
    "can't couldn't n't not".split()
)
_HAVE: Final = frozenset("has have had 've having hasn't haven't hadn't".split())
_BEFORE_NOUNS: Final = (
    _POSSESSIVES | (DETERMINERS - _SUBJECT_PRONOUNS) | PREPOSITIONS | frozenset(("to",))
)
_SUBJECTS: Final = _SUBJECT_PRONOUNS | DOCUMENTS
_BEFORE_ING: Final = frozenset("while by after before in and also then when".split()) | DASHES


class CueAt(NamedTuple):
    """A cue in a unit.

    Attributes:
        at: number of the cue word.
        verb: number of the first word of its verb: `has` of "has also said".
        cue: what it is.
        passive: whether the verb is passive: "was asked".
    """

    at: int
    verb: int
    cue: Cue
    passive: bool


def cues(words: Sequence[Word]) -> tuple[CueAt, ...]:
    """The cues in `words` outside quotation marks, in order."""
    candidates = [
        index for index, word in enumerate(words) if word.lower in _FORMS and not word.quoted
    ]
    if not candidates:
        return ()
    if any(words[index].is_name_like for index in candidates) and not _is_headline(words):
        candidates = [index for index in candidates if not (index and words[index].is_name_like)]
    found = [_cue_at(words, index, CUES[words[index].lower]) for index in candidates]
    return tuple([cue for cue in found if cue is not None])


def _is_headline(words: Sequence[Word]) -> bool:
    plain = [word for word in words if not word.is_mark]
    return sum([word.is_name_like for word in plain]) >= _HEADLINE_SHARE * len(plain)


def _cue_at(words: Sequence[Word], index: int, cue: Cue) -> CueAt | None:
    verb = verb_start(words, index)
    passive = is_passive(words, verb, index)
    if cue.form is Form.ING:
        fits = passive or _is_participle(words, index)
        return CueAt(index, verb if passive else index, cue, passive=False) if fits else None
    if not _is_verb(words, index, verb, cue):
        return None
    asked = verb == 0 or words[verb - 1].lower == "when"
    return CueAt(index, verb, cue, passive or asked or _is_bare_passive(words, index, verb, cue))


def _is_bare_passive(words: Sequence[Word], index: int, verb: int, cue: Cue) -> bool:
    """Whether a headline leaves out *was*: Berg / urged to resign, Berg expected to win."""
    if cue.form is not Form.PAST or verb != index or index + 1 >= len(words):
        return False
    if words[index + 1].lower != "to":
        return False
    headline = words[-1].text not in _STOPS
    return cue.lemma in _URGES or (headline and cue.lemma in _HEARSAY)


_STOPS: Final = frozenset((".", "!", "?", '"', "”"))
_URGES: Final = frozenset(("urge", "tell", "order", "instruct", "encourage", "persuade"))
"""Verbs that need an object before *to*, or are passive."""
_HEARSAY: Final = frozenset(("say", "expect"))


def _is_participle(words: Sequence[Word], index: int) -> bool:
    """Whether an -ing form goes on from the clause before: ", also promising"."""
    before = index - 1
    while before > 0 and words[before].lower in ("also", "then", "repeatedly", "again", "even"):
        before -= 1
    if words[before].lower == "as":
        return before > 1 and words[before - 1].lower in ("quoted", "cited")
    return before > 0 and (words[before].text == "," or words[before].lower in _BEFORE_ING)


def _is_verb(words: Sequence[Word], index: int, verb: int, cue: Cue) -> bool:
    before = words[verb - 1] if verb else None
    if before is None or before.lower == "when":
        return _is_question(words, index, cue)
    if before.lower == "united" and words[index].lower == "states":
        return False
    if before.lower in _BEFORE_NOUNS:
        return False
    if cue.form is Form.PARTICIPLE and words[index].lower != cue.lemma:
        return _has(words[verb:index], AUXILIARIES)
    if cue.form is Form.BASE:
        plural = cue.lemma == "say" or _is_plural_subject(before)
        return plural or _has(words[verb:index], _MODALS)
    if cue.nominal:
        names_subject = before.is_name_like or before.lower in _SUBJECTS
        return names_subject or _has(words[verb:index], _HAVE)
    return True


def _has(words: Sequence[Word], forms: frozenset[str]) -> bool:
    """Whether one of `words` is among `forms`."""
    return not forms.isdisjoint([word.lower for word in words])


def _is_question(words: Sequence[Word], index: int, cue: Cue) -> bool:
    """Whether the unit or clause begins with `Asked about`."""
    asked = cue.lemma in ("ask", "press") and cue.form is Form.PAST
    return asked and index + 1 < len(words) and words[index + 1].lower in _AFTER_ASKED


def _is_plural_subject(before: Word) -> bool:
    return before.lower in _PLURAL_PRONOUNS or (
        before.lower.endswith("s") and not before.lower.endswith(("ss", "us", "is"))
    )


def takes_quotation(found: CueAt) -> bool:
    """Whether the cue can stand after a quotation."""
    reports = found.cue.kind in (CueClass.SPEECH, CueClass.ADDRESS)
    return reports or found.cue.lemma in AFTER_QUOTATION
