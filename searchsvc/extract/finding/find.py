"""Statements of an article before their speakers are known.

The rules look at one unit each; here their drafts are put in order, and continuing quotations and
attributions that stand in a sentence of their own are joined to what they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.neighbours import with_neighbours
from searchsvc.extract.finding.drafting import drafts_of
from searchsvc.extract.finding.drafts import Draft, Reference, Rule
from searchsvc.extract.finding.loose import headline_label, is_title, label, named_by
from searchsvc.extract.finding.odds import SURE
from searchsvc.extract.finding.settle import settled
from searchsvc.extract.finding.weights import Weights, load_weights
from searchsvc.extract.lexicon import ACTS, AUXILIARIES, CueClass
from searchsvc.extract.prose.words import DASHES, QUOTATION_MARKS
from searchsvc.model import Act, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.finding.cues import CueAt
    from searchsvc.extract.prose.units import Unit
    from searchsvc.extract.prose.words import Word

_FEWEST_SPEECHES: Final = 3  # labelled units that make an article a transcript
_GUESSED: Final = 0.9  # of the confidence that is left where the source is inferred
_GO_ON: Final = (Rule.QUOTE_BY, Rule.SAYS_QUOTE, Rule.QUOTED_AS, Rule.FLOATING, Rule.LABEL)


@dataclass(frozen=True, slots=True)
class Found:
    """A statement before its speaker is known.

    Attributes:
        unit: number of the unit with its source.
        last_unit: number of the unit with its last piece.
        pieces: what was said, characters of the body; at least one, ascending.
        cue: characters of the cue, or None.
        source: words of the unit that name the source, or None.
        reference: how to read them.
        rule: the rule that found it.
        act: what the speaker does by it.
        verb: base form of the cue's verb, or None.
        odds: the chance that it is a statement as far as the model judged it, 0 to 1.
    """

    unit: int
    last_unit: int
    pieces: tuple[Span, ...]
    cue: Span | None
    source: Source | None
    reference: Reference
    rule: Rule
    act: Act
    verb: str | None
    odds: float

    @property
    def confidence(self) -> float:
        """0 to 1: the model's odds, or hand-set by rule; less where no words name the source."""
        sure = self.rule.confidence if self.rule in SURE else self.odds
        guessed = self.reference in (Reference.SUBJECT, Reference.CONTINUED)
        return round(sure * (_GUESSED if guessed else 1.0), 2)


def find(units: Sequence[Unit], weights: Weights | None = None) -> tuple[Found, ...]:
    """The statements of `units`, in the order of their units; `weights` default to the shipped."""
    weights = weights or load_weights()
    found: list[Found] = []
    speeches = transcript(units)
    for number, unit in enumerate(units):
        if number in speeches and found and found[-1].rule is Rule.LABEL:
            found[-1] = _with_unit(found[-1], number, units)
            continue
        for draft in _drafts(units, number, weights):
            added = _located(number, unit.words, draft)
            if added is not None:
                _append(found, added, units)
    return tuple(with_neighbours([one for one in found if one.pieces], units))


def _drafts(units: Sequence[Unit], number: int, weights: Weights) -> Iterable[Draft]:
    """The drafts of one unit; a line of its own may be a headline."""
    words = units[number].words
    alone = (
        words[-1].is_name_like
        and (number == 0 or units[number - 1].paragraph != units[number].paragraph)
        and (number + 1 == len(units) or units[number + 1].paragraph != units[number].paragraph)
    )
    headline = headline_label(words) if alone else None
    if headline is not None:
        return (headline,)
    return settled(words, drafts_of(words, weights, first=number == 0))


def transcript(units: Sequence[Unit]) -> frozenset[int]:
    """Numbers of units that go on with what a label of a transcript began: BERG: No. / Never.

    Speeches with labels in capitals go on up to the next one, others to the end of the paragraph.
    """
    labelled = [number for number, unit in enumerate(units) if label(unit.words) is not None]
    in_capitals = [number for number in labelled if _is_shouted(units[number].words)]
    is_record = len(in_capitals) >= _FEWEST_SHOUTED
    starts, shouted = frozenset(labelled), frozenset(in_capitals)
    going_on = set()
    for number in labelled:
        if len(labelled) < _FEWEST_SPEECHES and number not in shouted:
            continue
        here = number + 1
        further = is_record and number != in_capitals[-1] and number in shouted
        while (
            here < len(units)
            and (further or units[here].paragraph == units[number].paragraph)
            and here not in starts
            and units[here].words[0].text not in ("(", "[")
        ):
            going_on.add(here)
            here += 1
    return frozenset(going_on)


def _is_shouted(words: Sequence[Word]) -> bool:
    """Whether the words begin with a label in capitals."""
    return words[0].text.isupper() and len(words[0].text) >= _SHORTEST_SHOUTED


_FEWEST_SHOUTED: Final = 2  # labels in capitals that make an article a record
_SHORTEST_SHOUTED: Final = 3  # letters


def _with_unit(last: Found, number: int, units: Sequence[Unit]) -> Found:
    """`last` with all of a unit that goes on with it; one piece for each paragraph."""
    words = units[number].words
    piece = _trimmed(words, 0, len(words))
    if piece is None:
        return replace(last, last_unit=number)
    pieces = (*last.pieces, piece)
    if units[last.last_unit].paragraph == units[number].paragraph:
        pieces = (*last.pieces[:-1], Span(last.pieces[-1].start, piece.end))
    return replace(last, pieces=pieces, last_unit=number)


def _append(found: list[Found], added: Found, units: Sequence[Unit]) -> None:
    """Adds a statement, or joins it to the one before that it belongs to."""
    last = found[-1] if found else None
    if last is None or last.last_unit != added.unit - 1:
        found.append(added)
    elif not added.pieces and last.rule is Rule.FLOATING:
        found[-1] = replace(added, pieces=last.pieces)
    elif added.rule is Rule.FLOATING and not last.pieces:
        found[-1] = replace(last, pieces=added.pieces, last_unit=added.unit)
    elif last.rule is Rule.FLOATING and last.source is None and _takes_up(last, added, units):
        kept = () if _says_it(added, units) else added.pieces
        found[-1] = replace(added, pieces=last.pieces + kept)
    elif added.rule is Rule.FLOATING and _continues(last, added, units):
        found[-1] = replace(last, pieces=last.pieces + added.pieces, last_unit=added.unit)
    else:
        found.append(added)


def _continues(last: Found, added: Found, units: Sequence[Unit]) -> bool:
    """Whether `added` is the rest of a quotation that is broken off: "A," she said. / "B."."""
    apart = units[added.unit].paragraph - units[last.last_unit].paragraph
    return last.rule in _GO_ON and apart <= 1 and last.pieces[-1].end <= added.pieces[0].start


def _takes_up(last: Found, added: Found, units: Sequence[Unit]) -> bool:
    """Whether `added` attributes `last`, a quotation before it that nobody closed, or *it* means."""
    if last.pieces[-1].end > added.pieces[0].start:
        return False
    if _says_it(added, units):
        return True
    unit = units[added.unit]
    is_open = units[last.last_unit].words[-1].text not in QUOTATION_MARKS
    opens = unit.words[0].text in QUOTATION_MARKS and len(unit.words) > 1 and unit.words[1].quoted
    begins = opens and added.pieces[0].start == unit.words[1].start
    return added.rule is Rule.QUOTE_BY and is_open and begins and _is_next(last, added, units)


def _is_next(last: Found, added: Found, units: Sequence[Unit]) -> bool:
    return units[added.unit].paragraph == units[last.last_unit].paragraph + 1


def _says_it(added: Found, units: Sequence[Unit]) -> bool:
    """Whether what is said is but *it*, a quotation before: "It leaks." / Berg says it twice."""
    if added.rule is Rule.FLOATING or added.verb != "say":
        return False
    start = added.pieces[0].start
    said = [word for word in units[added.unit].words if word.start >= start]
    return said[0].lower == "it" and len(said) <= _LONGEST_IT and not any(w.quoted for w in said)


_LONGEST_IT: Final = 10  # words and marks of: it as if it were a boast


def _located(number: int, words: Sequence[Word], draft: Draft) -> Found | None:
    """`draft` by characters, without quotation marks and commas at the ends of pieces."""
    draft = _after_colon(words, draft)
    pieces = [piece for bounds in draft.pieces if (piece := _trimmed(words, *bounds))]
    if draft.pieces and not pieces:
        return None
    cue = draft.cue and Span(words[draft.cue[0]].start, words[draft.cue[1] - 1].end)
    act, verb = _act(words, draft)
    return Found(
        unit=number,
        last_unit=number,
        pieces=tuple(pieces),
        cue=cue,
        source=draft.source,
        reference=draft.reference,
        rule=draft.rule,
        act=act,
        verb=verb,
        odds=draft.odds,
    )


def _after_colon(words: Sequence[Word], draft: Draft) -> Draft:
    """`draft` without what only announces its quotation: she read / the ruling: / "..."."""
    if len(draft.pieces) != 1:
        return draft
    start, end = draft.pieces[0]
    if words[start].quoted or words[start].text in QUOTATION_MARKS:
        return draft
    for index in range(start, min(start + _LONGEST_OBJECT, end - 2)):
        if words[index].lower in AUXILIARIES or words[index].lower in ("that", "to"):
            return draft  # a clause of its own: it was old: "..."
        if words[index].text != ":":
            continue
        rest = words[index + 1 : end]
        is_whole = rest[0].text in QUOTATION_MARKS and all(w.quoted or w.is_mark for w in rest)
        if is_whole and not is_title(rest):
            source = named_by(words, index) or draft.source
            return draft._replace(pieces=((index + 1, end),), rule=Rule.SAYS_QUOTE, source=source)
    return draft


_LONGEST_OBJECT: Final = 10  # words before the colon


def _act(words: Sequence[Word], draft: Draft) -> tuple[Act, str | None]:
    """What the speaker does, and the base form of the cue's verb, or None where it has none."""
    if draft.by is None:
        return Act.SAY, None
    cue = draft.by.cue
    act = ACTS.get(cue.lemma) or _ACTS_BY_CLASS.get(cue.kind, Act.SAY)
    if _urges(words, draft.by):
        act = Act.URGE
    return act, cue.lemma if cue.kind not in _NO_VERBS else None


def _urges(words: Sequence[Word], by: CueAt) -> bool:
    """Whether a verb urges by the words after it: called / for, told / them to."""
    after = [word.lower for word in words[by.at + 1 : by.at + _LONGEST_TOLD]]
    if by.cue.lemma == "call":
        return bool(after) and after[0] in ("for", "on", "upon")
    if by.cue.lemma != "tell" or "to" not in after:
        return False
    return not _NOT_TOLD.intersection(after[: after.index("to")])


_LONGEST_TOLD: Final = 6  # words of a receiver, and one: the clerk of the court to
_NOT_TOLD: Final = frozenset(("that", ",", ":", *AUXILIARIES, *QUOTATION_MARKS))
_ACTS_BY_CLASS: Final = {
    CueClass.STANCE: Act.THINK,
    CueClass.ADJECTIVE: Act.THINK,
}
_NO_VERBS: Final = (CueClass.NOUN, CueClass.ADJECTIVE, CueClass.ADVERB)


def _trimmed(words: Sequence[Word], start: int, end: int) -> Span | None:
    """The characters of `words[start:end]` without marks at the ends; None where nothing is left.

    A mark at an end stays where its partner stands inside: ready to "go on at once".
    """
    while start < end and (_is_edge(words[start]) or _is_stray(words, start, end, "([")):
        start += 1
    while end > start and (_is_edge(words[end - 1]) or _is_stray(words, end - 1, start, ")]")):
        end -= 1
    if start == end:
        return None
    if words[start].quoted and words[end - 1].quoted:
        while end < len(words) and words[end].quoted and words[end].text in _STOPS:
            end += 1  # the full stop of a quotation is part of it
    if sum(word.text in QUOTATION_MARKS for word in words[start:end]) % 2:
        close = end
        while close < len(words) and words[close].text in (".", ",") and words[close].quoted:
            close += 1
        if words[end - 1].quoted and close < len(words) and _is_quotation(words[close]):
            end = close + 1
        elif words[start].quoted and start > 0 and _is_quotation(words[start - 1]):
            start -= 1
    return Span(words[start].start, words[end - 1].end)


def _is_stray(words: Sequence[Word], at: int, end: int, brackets: str) -> bool:
    """Whether the bracket at `at`, one of `brackets`, has no partner between it and `end`."""
    if words[at].text not in brackets:
        return False
    partner = _PARTNERS[words[at].text]
    inside = words[at:end] if at < end else words[end:at]
    return all(word.text != partner for word in inside)


_PARTNERS: Final = {"(": ")", ")": "(", "[": "]", "]": "["}
_STOPS: Final = frozenset((".", "!", "?"))


def _is_quotation(word: Word) -> bool:
    return word.text in QUOTATION_MARKS


def _is_edge(word: Word) -> bool:
    return word.text in QUOTATION_MARKS or word.text in DASHES or word.text in (",", ":")
