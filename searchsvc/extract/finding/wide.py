"""Statements that the rules do not claim: for words that attribute now and then.

What is proposed here is wrong more often than right; `odds.py` decides which of it is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import (
    Source,
    after_verb,
    before_verb,
    is_passive,
    main_subject,
    verb_start,
)
from searchsvc.extract.finding.cues import CueAt
from searchsvc.extract.finding.drafts import Draft, Reference, Rule
from searchsvc.extract.finding.ends import choose
from searchsvc.extract.finding.frames import complement, content_end, is_no_content, over_adverbs
from searchsvc.extract.finding.starts import THANKS
from searchsvc.extract.lexicon import (
    AUXILIARIES,
    BREAKS,
    CUES,
    DETERMINERS,
    IN_RULES_ONLY,
    NOUN_CUES,
    PREPOSITIONS,
    REPORTS,
    WIDE_CUES,
    Cue,
    CueClass,
    Form,
)
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from searchsvc.extract.finding.weights import Learned
    from searchsvc.extract.prose.words import Word

_POSSESSIVES: Final = frozenset(("'s", "’s", "'", "’"))
_OWNERS: Final = frozenset("his her their its our my your whose".split())
_BE: Final = frozenset(
    "is was are were be been being 's ’s 're 'm feel feels felt seem seems seemed become became "
    "remain remains remained sound sounds sounded look looks looked am isn't wasn't aren't "
    "weren't get got".split()
)
_TIES: Final = frozenset(
    "of for about on against with in over toward towards from at into by behind as regarding among "
    "concerning".split()
)
_PARTICLES: Final = frozenset("out back up off down in away along forward".split())
_SUBJECT_PRONOUNS: Final = frozenset("i we you they he she it who that which".split())
_MODALS: Final = frozenset(
    "to will would can could may might must should did does do didn't doesn't don't won't "
    "wouldn't can't couldn't n't not".split()
)
_NOUN_NEIGHBOURS: Final = DETERMINERS | PREPOSITIONS | _POSSESSIVES | _OWNERS
_BEFORE_CONTENT: Final = _TIES | {"that", ":", "to"}
_BEFORE_CLAUSE: Final = _TIES | {"that", ":"}
_ENDS_PHRASE: Final = PREPOSITIONS | AUXILIARIES | BREAKS
_LONGEST_GROUP: Final = (
    4  # words between an owner and a noun: Petrova's / long and bitter / attacks
)
_FAR: Final = 40  # words before a cue among which its subject is looked for
_SHORT_OPENING: Final = 2  # words before an attribution that are no clause: But as Berg noted
_CLAUSES: Final = frozenset("that whether if to why how what when where who".split())


def wide(words: Sequence[Word], used: Collection[int]) -> Iterator[Draft]:
    """What words outside quotation marks may attribute, those at `used` left out.

    The last piece of each runs to the end of the unit where `ended` is to cut it.
    """
    for index, word in enumerate(words):
        readings = _READINGS.get(word.lower)
        if readings is None or word.quoted or index in used or _is_set_phrase(words, index):
            continue
        cue, noun = readings
        proposed: tuple[Draft, ...] = ()
        if noun is not None and (cue is None or _reads_as_noun(words, index)):
            proposed = tuple(_by_noun(words, index, noun))
        if not proposed and cue is not None:
            proposed = tuple(_PROPOSERS.get(cue.kind, _by_verb)(words, index, cue))
        yield from proposed


def _is_set_phrase(words: Sequence[Word], index: int) -> bool:
    """Whether the word attributes nothing: known / as, when / asked, that is to / say, a / stated."""
    lower = words[index].lower
    before = words[index - 1].lower if index else ""
    after = words[index + 1].lower if index + 1 < len(words) else ""
    if after == "as" and lower in ("known", "quoted", "cited"):
        return True
    if lower == "asked" and before in ("", "when", "if") and after != "by":
        return True
    if lower == "say" and before == "to" and words[index - 2].lower == "is":
        return True
    if lower == "written" or (lower == "said" and before == "having"):
        return True
    return lower.endswith("ed") and (before in DETERMINERS or before in _OWNERS)


def ended(words: Sequence[Word], draft: Draft, later: Sequence[CueAt], weights: Learned) -> Draft:
    """`draft` with its last piece, where it runs to the end of the unit, ended where it should."""
    start, end = draft.pieces[-1]
    if end < len(words) or draft.by is None:
        return draft
    following = [cue for cue in later if cue.verb > start]
    suggested = content_end(words, start, following, draft.by)
    chosen = choose(words, start, draft.by, suggested, weights)
    return draft._replace(pieces=(*draft.pieces[:-1], (start, chosen.at)), chance=chosen.chance)


def says_nothing(words: Sequence[Word], draft: Draft) -> bool:
    """Whether the content only tells when, where, of whom: asked / about it, not / to be named."""
    by = draft.by
    start, end = draft.pieces[-1]
    if by is None or by.cue.kind not in REPORTS or by.at >= start:
        return False
    if by.cue.kind is CueClass.ADDRESS and all(word.is_name_like for word in words[start:end]):
        return True
    return is_no_content(words, start, end, by)


def _reads_as_noun(words: Sequence[Word], index: int) -> bool:
    """Whether a form that is noun and verb is a noun here, by the word before it."""
    if not index:
        return True
    before = words[index - 1]
    lower = before.lower
    if lower in _SUBJECT_PRONOUNS or lower in _MODALS or lower in AUXILIARIES:
        return lower in _POSSESSIVES
    if lower in _NOUN_NEIGHBOURS:
        return True
    return not (before.is_name_like or lower.endswith(("s", "ly")))


def _by_verb(words: Sequence[Word], index: int, cue: Cue) -> Iterator[Draft]:
    """What a verb may attribute: what follows it, or the subject of a passive."""
    verb = verb_start(words, index)
    if cue.lemma in THANKS and _is_purpose_of_call(words, index):
        return
    passive = cue.form in (Form.PAST, Form.PARTICIPLE) and is_passive(words, verb, index)
    at = CueAt(index, verb, cue, passive)
    if cue.form in (Form.PAST, Form.PARTICIPLE):
        agent = _agent(words, index)
        if agent is not None:
            yield from _of_agent(words, at, agent)
            return
    if passive:
        yield from _of_nobody(words, at)
        return
    source = before_verb(words, verb)
    if source is not None and source.first and words[source.first - 1].lower == "as":
        yield from _as_noted(words, at, source)
        return
    start = complement(words, at) if cue.kind is not CueClass.DEED else _after(words, index)
    if start is None or start >= len(words):
        return
    reference = Reference.NAMED
    if source is None:
        source, reference = _subject(words, verb), Reference.SUBJECT
    yield Draft(
        ((start, len(words)),), (verb, index + 1), source, reference, Rule.WIDE, by=at, frame="v"
    )


def _is_purpose_of_call(words: Sequence[Word], index: int) -> bool:
    """Whether it tells why somebody was rung: was the last to call Moon this week to / congratulate.

    Who stands before it is not who does it.
    """
    to = index - 1
    if to < 1 or words[to].lower != "to":
        return False
    for here in range(to - 1, max(to - _FURTHEST_CALL, -1), -1):
        if words[here].is_mark or words[here].quoted:
            return False
        if words[here].lower in _CALLED:
            return here < to - 1
    return False


_FURTHEST_CALL: Final = 9  # words from a call to what it was for
_CALLED: Final = frozenset(
    "call called calls calling phone phoned phones telephoned rang ring".split()
)


def _subject(words: Sequence[Word], verb: int) -> Source | None:
    """The subject of the sentence, where it is not too far from word `verb`."""
    return main_subject(words, verb) if verb <= _FAR else None


def _as_noted(words: Sequence[Word], at: CueAt, source: Source) -> Iterator[Draft]:
    """The clauses beside an attribution with *as*: The border, / as Berg noted, / is open."""
    opens = source.first - 1
    after = over_adverbs(words, at.at + 1)
    goes_on = after + 1 < len(words) and words[after].text == ","
    pieces = []
    if opens > _SHORT_OPENING:
        pieces.append((0, opens))
    if goes_on:
        pieces.append((after + 1, len(words)))
    elif after < len(words) and not words[after].is_mark:
        return
    if pieces:
        span = (at.verb, at.at + 1)
        yield Draft(tuple(pieces), span, source, Reference.NAMED, Rule.WIDE, at, "as")


def _after(words: Sequence[Word], index: int) -> int | None:
    """Number of the word after a verb and its particle and preposition; None at a mark."""
    here = over_adverbs(words, index + 1)
    if here < len(words) and words[here].lower in _PARTICLES:
        here += 1
    if here + 1 < len(words) and words[here].lower in _BEFORE_CLAUSE:
        here += 1
    if here >= len(words) or (words[here].is_mark and words[here].text not in QUOTATION_MARKS):
        return None
    return here


def _agent(words: Sequence[Word], index: int) -> Source | None:
    """Whoever follows the *by* right after the participle: criticized by / Petrova."""
    for here in range(index + 1, min(index + 3, len(words) - 1)):
        if words[here].lower == "by":
            return after_verb(words, here + 1) or _plain_phrase(words, here + 1)
        if words[here].is_mark or words[here].lower in BREAKS:
            break
    return None


def _plain_phrase(words: Sequence[Word], start: int) -> Source:
    """The words from `start` up to a mark, preposition or verb."""
    end = start
    while (
        end + 1 < len(words)
        and not words[end + 1].is_mark
        and words[end + 1].lower not in _ENDS_PHRASE
    ):
        end += 1
    return Source(start, end, end)


def _of_agent(words: Sequence[Word], at: CueAt, agent: Source) -> Iterator[Draft]:
    """The subject of a passive whose agent is named, and what follows: As reported by Berg, ..."""
    span = (at.verb, at.at + 1)
    asked = agent.last + 1
    if asked + 1 < len(words) and words[asked].lower in _CLAUSES:
        start = asked + (words[asked].lower == "that")
        pieces = ((start, len(words)),)
        yield Draft(pieces, span, agent, Reference.NAMED, Rule.WIDE, at, "by that")
        return
    if not at.verb or words[at.verb - 1].lower == "as":
        after = agent.last + 1
        if after + 1 < len(words) and words[after].text == ",":
            yield Draft(
                ((after + 1, len(words)),), span, agent, Reference.NAMED, Rule.WIDE, at, "as"
            )
        return
    about = before_verb(words, at.verb)
    if about is not None:
        pieces = ((about.first, about.last + 1),)
        yield Draft(pieces, span, agent, Reference.NAMED, Rule.WIDE, at, "by")


def _of_nobody(words: Sequence[Word], at: CueAt) -> Iterator[Draft]:
    """Subject and complement of a passive without agent: Berg / was called / a liar."""
    about = before_verb(words, at.verb)
    start = over_adverbs(words, at.at + 1)
    if about is None:
        return
    piece = (about.first, about.last + 1)
    span = (at.verb, at.at + 1)
    if start + 1 < len(words) and not words[start].is_mark:
        pieces = (piece, (start, len(words)))
        yield Draft(pieces, span, None, Reference.NOBODY, Rule.WIDE, at, "passive")
    yield Draft((piece,), span, None, Reference.NOBODY, Rule.WIDE, at, "subject")


def _by_noun(words: Sequence[Word], index: int, cue: Cue) -> Iterator[Draft]:
    """What follows a noun: her claim / that, criticism of / Berg."""
    here = index + 1
    if here + 1 >= len(words):
        return
    lower = words[here].lower
    if lower in ("is", "was", "are", "were") and words[here + 1].lower in ("that", "to"):
        here += 1
        lower = words[here].lower
    if lower not in _BEFORE_CONTENT:
        return
    start = here if lower == "to" else here + 1
    if start >= len(words):
        return
    owner = _owner(words, index)
    source, reference = owner, Reference.NAMED
    if source is None:
        source, reference = _subject(words, index), Reference.SUBJECT
    at = CueAt(index, index, cue, passive=False)
    frame = "owned" if owner else "noun"
    span = (index, index + 1)
    yield Draft(((start, len(words)),), span, source, reference, Rule.NOMINAL, at, frame)


def _owner(words: Sequence[Word], index: int) -> Source | None:
    """Whose claim it is: Petrova's / his."""
    for here in range(index - 1, max(-1, index - 1 - _LONGEST_GROUP), -1):
        lower = words[here].lower
        if lower in _OWNERS:
            return Source(here, here, here)
        if lower in _POSSESSIVES and here:
            return before_verb(words, here)
        if words[here].is_mark or lower in PREPOSITIONS or lower in AUXILIARIES:
            return None
    return None


def _by_adjective(words: Sequence[Word], index: int, cue: Cue) -> Iterator[Draft]:
    """What follows an adjective after *be*: is confident / that."""
    before = index - 1
    while before > 0 and (words[before].lower.endswith("ly") or words[before].lower in _DEGREES):
        before -= 1
    start = index + 1
    if before < 0 or words[before].is_mark or words[before].lower in _NOUN_NEIGHBOURS:
        return
    if words[before].lower not in _BE:
        before = index - 1
        if start >= len(words) or words[start].lower not in _BEFORE_CONTENT:
            return
    if start + 1 >= len(words) or words[start].is_mark:
        return
    if words[start].lower in _BEFORE_CLAUSE:
        start += 1
    verb = before if words[before].lower in _BE else index
    verb = verb_start(words, verb)
    source = before_verb(words, verb)
    reference = Reference.NAMED
    if source is None:
        source, reference = _subject(words, verb), Reference.SUBJECT
    at = CueAt(index, verb, cue, passive=False)
    span = (verb, index + 1)
    yield Draft(((start, len(words)),), span, source, reference, Rule.WIDE, at, "adjective")


_DEGREES: Final = frozenset("not n't very so more most too also still even as less quite".split())


def _by_adverb(words: Sequence[Word], index: int, cue: Cue) -> Iterator[Draft]:
    """The clause around an adverb of hearsay: Berg / reportedly / left."""
    start = index
    while start and not (words[start - 1].is_mark or words[start - 1].lower in _CLAUSE_BREAKS):
        start -= 1
    pieces = [(start, index)] if start < index else []
    if index + 1 < len(words):
        pieces.append((index + 1, len(words)))
    if pieces:
        at = CueAt(index, index, cue, passive=False)
        span = (index, index + 1)
        yield Draft(tuple(pieces), span, None, Reference.NOBODY, Rule.WIDE, at, "hearsay")


_CLAUSE_BREAKS: Final = frozenset("and but that while because although".split())
_PROPOSERS: Final = {
    CueClass.NOUN: _by_noun,
    CueClass.ADJECTIVE: _by_adjective,
    CueClass.ADVERB: _by_adverb,
}
_READINGS: Final[Mapping[str, tuple[Cue | None, Cue | None]]] = {
    form: (CUES.get(form) or WIDE_CUES.get(form), NOUN_CUES.get(form))
    for form in {*CUES, *WIDE_CUES, *NOUN_CUES} - IN_RULES_ONLY
}
"""By form, small letters: the verb, adjective or adverb that it may be, and the noun."""
