"""Where content begins that a preposition or a receiver ties to its cue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.finding.frames import CLAUSE_WORDS, LONGEST_PHRASE, TIED
from searchsvc.extract.lexicon import AUXILIARIES, PREPOSITIONS
from searchsvc.extract.prose.words import DASHES, QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.finding.cues import CueAt
    from searchsvc.extract.prose.words import Word

THANKS: Final = frozenset(("thank", "congratulate"))
_TIED_BY_TO: Final = frozenset(("admit", "refer", "allude", "point", "confess"))
_RECEIVERS: Final = frozenset("ask warn promise agree caution remind urge press".split())
_LONGEST_RECEIVER: Final = 7  # words between such a verb and what was said
_NO_RECEIVERS: Final = PREPOSITIONS | AUXILIARIES | QUOTATION_MARKS | DASHES | frozenset(",:")


def content_start(words: Sequence[Word], start: int, found: CueAt) -> int:
    """Where content begins that a preposition or a receiver ties to the cue.

    Agreed with / the need; thanked her hosts for / their patience.
    """
    if start + 1 >= len(words) or words[start].quoted:
        return start
    if found.cue.lemma in THANKS:
        return _after_thanked(words, start)
    if found.cue.lemma in _RECEIVERS:
        told = _after_receiver(words, start, found)
        if told is not None:
            return told
    first, second = words[start].lower, words[start + 1]
    if found.cue.lemma == "describe" and first == "as":
        return start + 1 if second.text in QUOTATION_MARKS else start
    tied = first in TIED or (first == "to" and found.cue.lemma in _TIED_BY_TO)
    if not tied or second.lower in CLAUSE_WORDS:
        return start
    return start if second.is_mark and second.text not in QUOTATION_MARKS else start + 1


def _after_receiver(words: Sequence[Word], start: int, found: CueAt) -> int | None:
    """Where the clause begins after whoever was told it: asked the clerk / whether; or None."""
    for here in range(start, min(start + _LONGEST_RECEIVER, len(words) - 1)):
        lower = words[here].lower
        if here > start and lower == "that":
            return here + 1 if words[here + 1].lower not in AUXILIARIES else None
        if here > start and lower in ("whether", "if", "why", "how"):
            return here
        if here > start and lower == "to" and found.cue.lemma == "promise":
            return here
        if lower in _NO_RECEIVERS and not (here == start and lower == "with"):
            return None
    return None


def _after_thanked(words: Sequence[Word], start: int) -> int:
    """Number of the word after the *for* that follows the receiver of thanks; else `start`."""
    for index in range(start, min(start + LONGEST_PHRASE, len(words) - 1)):
        if words[index].is_mark or words[index].quoted:
            break
        if words[index].lower == "for":
            return index + 1
    return start
