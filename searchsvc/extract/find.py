"""Statements of an article before their speakers are known.

The rules look at one unit each; here their drafts are put in order, and continuing quotations and
attributions that stand in a sentence of their own are joined to what they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.extract.drafts import Draft, Reference, Rule
from searchsvc.extract.loose import announcement, label, quotations_left
from searchsvc.extract.rules import by_cues
from searchsvc.extract.words import DASHES, QUOTATION_MARKS
from searchsvc.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.sources import Source
    from searchsvc.extract.units import Unit
    from searchsvc.extract.words import Word

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
    """

    unit: int
    last_unit: int
    pieces: tuple[Span, ...]
    cue: Span | None
    source: Source | None
    reference: Reference
    rule: Rule

    @property
    def confidence(self) -> float:
        """0 to 1, hand-set by rule; less where the words do not name the source themselves."""
        guessed = self.reference in (Reference.SUBJECT, Reference.CONTINUED)
        return round(self.rule.confidence * (_GUESSED if guessed else 1.0), 2)


def find(units: Sequence[Unit]) -> tuple[Found, ...]:
    """The statements of `units`, in the order of their units."""
    found: list[Found] = []
    for number, unit in enumerate(units):
        for draft in _of_unit(unit.words):
            added = _located(number, unit.words, draft)
            if added is not None:
                _append(found, added, units)
    return tuple(one for one in found if one.pieces)


def _append(found: list[Found], added: Found, units: Sequence[Unit]) -> None:
    """Adds a statement, or joins it to the one before that it belongs to."""
    last = found[-1] if found else None
    if last is None or last.last_unit != added.unit - 1:
        found.append(added)
    elif not added.pieces and last.rule is Rule.FLOATING:
        found[-1] = replace(added, pieces=last.pieces)
    elif added.rule is Rule.FLOATING and not last.pieces:
        found[-1] = replace(last, pieces=added.pieces, last_unit=added.unit)
    elif added.rule is Rule.FLOATING and _continues(last, added, units):
        found[-1] = replace(last, pieces=last.pieces + added.pieces, last_unit=added.unit)
    else:
        found.append(added)


def _continues(last: Found, added: Found, units: Sequence[Unit]) -> bool:
    """Whether `added` is the rest of a quotation that is broken off: "A," she said. / "B."."""
    apart = units[added.unit].paragraph - units[last.last_unit].paragraph
    return last.rule in _GO_ON and apart <= 1 and last.pieces[-1].end <= added.pieces[0].start


def _located(number: int, words: Sequence[Word], draft: Draft) -> Found | None:
    """`draft` by characters, without quotation marks and commas at the ends of pieces."""
    pieces = [piece for bounds in draft.pieces if (piece := _trimmed(words, *bounds))]
    if draft.pieces and not pieces:
        return None
    cue = draft.cue and Span(words[draft.cue[0]].start, words[draft.cue[1] - 1].end)
    return Found(number, number, tuple(pieces), cue, draft.source, draft.reference, draft.rule)


def _trimmed(words: Sequence[Word], start: int, end: int) -> Span | None:
    """The characters of `words[start:end]` without marks at the ends; None where nothing is left.

    A mark at an end stays where its partner stands inside: ready to "go on at once".
    """
    while start < end and _is_edge(words[start]):
        start += 1
    while end > start and _is_edge(words[end - 1]):
        end -= 1
    if start == end:
        return None
    if sum(word.text in QUOTATION_MARKS for word in words[start:end]) % 2:
        close = end
        while close < len(words) and words[close].text in (".", ",") and words[close].quoted:
            close += 1
        if words[end - 1].quoted and close < len(words) and _is_quotation(words[close]):
            end = close + 1
        elif words[start].quoted and start > 0 and _is_quotation(words[start - 1]):
            start -= 1
    return Span(words[start].start, words[end - 1].end)


def _is_quotation(word: Word) -> bool:
    return word.text in QUOTATION_MARKS


def _is_edge(word: Word) -> bool:
    return word.text in QUOTATION_MARKS or word.text in DASHES or word.text in (",", ":")


def _of_unit(words: Sequence[Word]) -> Iterator[Draft]:
    """The statements of one unit, in order."""
    labelled = label(words)
    if labelled is not None:
        yield labelled
        return
    drafts = by_cues(words)
    covered = bytearray(len(words))
    for draft in drafts:
        for start, end in draft.pieces:
            covered[start:end] = b"\1" * (end - start)
    loose = quotations_left(words, covered, has_cue=any(draft.pieces for draft in drafts))
    told = [draft for draft in (*drafts, *loose) if draft.pieces]
    yield from sorted(told, key=lambda draft: draft.pieces)
    yield from (draft for draft in drafts if not draft.pieces)
    if words[-1].text == ":":
        yield announcement(words)
