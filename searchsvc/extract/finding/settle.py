"""Drafts of one unit, after they are judged, settled with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import Source
from searchsvc.extract.finding.drafts import Draft, Reference, Rule
from searchsvc.extract.lexicon import CUES, Form
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.extract.prose.words import Word

_QUOTING: Final = frozenset(("quote", "cite"))
_GESTURES: Final = frozenset("citing quoting referring pointing".split())
"""What somebody does while speaking, and says nothing by."""
_LONGEST_QUOTED: Final = 10  # words of the source between *quoted* and *as saying*
_SPLIT: Final = 2  # pieces of a quotation with its attribution between them


def settled(words: Sequence[Word], drafts: Iterable[Draft]) -> Iterator[Draft]:
    """`drafts` without those that only lead to another, each word said once."""
    told = list(drafts)
    if len(told) > 1 or any(draft.rule is Rule.WIDE for draft in told):
        told = _with_quoted(words, told)
        told = _each_once(told)
    for draft in told:
        if _is_gesture(words, draft) or _is_led_to(words, draft):
            continue
        yield _without_gesture(words, draft)


def _with_quoted(words: Sequence[Word], drafts: list[Draft]) -> list[Draft]:
    """`drafts`, where Berg quoted Petrova as saying so, with what Petrova said."""
    for number, draft in enumerate(drafts):
        if draft.by is None or draft.by.cue.lemma not in _QUOTING or not draft.pieces:
            continue
        start = draft.pieces[-1][0]
        at = _as_saying(words, start)
        if at is None:
            continue
        source = Source(start, at - 1, at - 1)
        rest = [other for index, other in enumerate(drafts) if index != number]
        said = next((o for o in rest if o.by is not None and o.by.at == at + 1), None)
        if said is not None:
            rest.remove(said)
            pieces = said.pieces
        else:
            pieces = _quotation_before(words, draft.by.verb)
        if not pieces:
            return drafts
        quoted = draft._replace(
            pieces=pieces, source=source, reference=Reference.NAMED, rule=Rule.QUOTED_AS
        )
        return [*rest, quoted]
    return drafts


def _as_saying(words: Sequence[Word], start: int) -> int | None:
    """Number of *as* before *saying* in the words from `start`, or None."""
    for at in range(start + 1, min(start + _LONGEST_QUOTED, len(words) - 1)):
        if words[at].lower == "as":
            cue = CUES.get(words[at + 1].lower)
            return at if cue is not None and cue.form is Form.ING else None
    return None


def _quotation_before(words: Sequence[Word], verb: int) -> tuple[tuple[int, int], ...]:
    """The quotation with which the unit begins, before word `verb`, as pieces; () without one."""
    end = 0
    while end < verb and (words[end].quoted or words[end].text in QUOTATION_MARKS):
        end += 1
    return ((0, end),) if end > 1 else ()


def _each_once(drafts: list[Draft]) -> list[Draft]:
    """`drafts` where what was added is no part of the quotation before: she said, adding "..."."""
    for number, draft in enumerate(drafts):
        if draft.rule is not Rule.QUOTE_BY or len(draft.pieces) != _SPLIT:
            continue
        start, end = draft.pieces[-1]
        for index, other in enumerate(drafts):
            added = other.by is not None and other.cue is not None and index != number
            if added and len(other.pieces) == 1 and _covers(other.pieces[0], (start, end)):
                first = draft._replace(pieces=draft.pieces[:1])
                second = other._replace(
                    source=draft.source, reference=draft.reference, rule=Rule.SAYS_QUOTE
                )
                rest = [d for d in drafts if d is not draft and d is not other]
                return [first, second, *rest]
    return drafts


def _covers(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches are the same but for a mark at either end."""
    return abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1


def _is_gesture(words: Sequence[Word], draft: Draft) -> bool:
    """Whether the draft only tells what the speaker looked at: he said, pointing / at the clock."""
    if draft.by is None or draft.rule is not Rule.PARTICIPLE or not draft.pieces:
        return False
    start = draft.pieces[0][0]
    return words[draft.by.at].lower in _GESTURES and words[start].lower in ("at", "to")


def _is_led_to(words: Sequence[Word], draft: Draft) -> bool:
    """Whether the draft holds but another attribution: Berg is reported / to have said that ..."""
    if draft.rule not in (Rule.PASSIVE, Rule.WIDE) or not draft.pieces:
        return False
    if draft.by is None or not draft.by.passive:
        return False
    start, end = draft.pieces[-1]
    said = [word.lower for word in words[start : min(end, start + 3)]]
    return said[:2] == ["as", "saying"] or said[:2] == ["as", "telling"] or said == _HAVE_SAID


_HAVE_SAID: Final = ["to", "have", "said"]


def _without_gesture(words: Sequence[Word], draft: Draft) -> Draft:
    """`draft` without a second piece that says nothing: it leaks, Berg said, / citing Petrova."""
    if len(draft.pieces) != _SPLIT or draft.rule is not Rule.SAID_BY:
        return draft
    start = draft.pieces[-1][0]
    return draft._replace(pieces=draft.pieces[:1]) if words[start].lower in _GESTURES else draft
