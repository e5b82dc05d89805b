"""What the rules hand over: statements of one unit, by numbers of words."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.finding.cues import CueAt


Pieces = tuple[tuple[int, int], ...]
"""Stretches of words, ends exclusive, ascending."""


class Rule(Enum):
    """How a statement was found, and how far it can be trusted."""

    QUOTE_BY = ("quote, X said", 0.95)
    SAID_BY = ("clause, X said", 0.85)
    SAYS_QUOTE = ("X said quote", 0.95)
    SAYS = ("X said clause", 0.85)
    DOES = ("X praised, hoped", 0.6)
    PARTICIPLE = ("adding", 0.75)
    QUOTED_AS = ("was quoted as saying", 0.9)
    PASSIVE = ("is expected to", 0.5)
    ACCORDING = ("according to", 0.85)
    LABEL = ("NAME: speech", 0.9)
    FLOATING = ("quotation alone", 0.6)
    LOOSE = ("quotation in a sentence", 0.4)
    WIDE = ("X backed, wary of", 0.5)
    NOMINAL = ("her claim that", 0.5)

    __hash__ = object.__hash__  # each is there once; Enum's own is slow, and asked for often

    def __init__(self, label: str, confidence: float) -> None:
        self.label = label
        self.confidence = confidence


class Reference(Enum):
    """What the words say of the source."""

    NAMED = "named"  # the words at `source` name it
    SUBJECT = "subject"  # it is the subject of the sentence; `source` is the best guess
    CONTINUED = "continued"  # whoever spoke before
    NOBODY = "nobody"


class Draft(NamedTuple):
    """A statement of one unit, by numbers of words, ends exclusive.

    Attributes:
        pieces: what was said; empty where the draft but attributes a quotation of a neighbour.
        cue: the words that attribute it, or None.
        source: the words that name the source, or None.
        reference: how to read `source`.
        rule: the rule that found it.
        by: the cue, or None where no word of the lists attributes.
        frame: how the words stand around the cue, finer than `rule`.
        odds: that it is a statement, 0 to 1.
        chance: that the content ends where it should, 0 to 1.
    """

    pieces: Pieces
    cue: tuple[int, int] | None
    source: Source | None
    reference: Reference
    rule: Rule
    by: CueAt | None = None
    frame: str = ""
    chance: float = 1.0
    odds: float = 1.0
