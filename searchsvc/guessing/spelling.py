"""How likely somebody who typed one word meant another.

The model is a noisy channel: a word is likely if many documents hold it and if little had to go
wrong in typing. What went wrong is optimal string alignment with weights: slips of the fingers
and of the ear cost less than other edits, and the first letter is seldom wrong.

Source: Kernighan, Church and Gale, A Spelling Correction Program Based on a Noisy Channel Model,
1990; the weights are ours, chosen on misspellings made by rule and not on those of the tests.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORTEST: Final = 3
"""Letters of the shortest word that is guessed at."""

ONE_EDIT_UP_TO: Final = 4
TWO_EDITS_UP_TO: Final = 11

NEIGHBOUR: Final = 0.7
"""Substitution of a letter by one beside it on a keyboard."""
SOUND: Final = 0.65
"""Substitution of a letter by one that may sound the same."""
SWAP: Final = 0.65
"""Two neighbours in the other order."""
DOUBLED: Final = 0.5
"""A letter doubled, or a double letter written once."""
SILENT: Final = 0.75
"""A vowel or an `h` left out or put in."""
OTHER: Final = 1.0
FIRST: Final = 0.8
"""What an edit of the first letter costs more."""
SPACE: Final = 0.6
"""A space left out or put in."""

EDIT_WEIGHT: Final = 7.0
"""What one whole edit weighs against the logarithm of the number of documents."""

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS: Final = frozenset("aeiouy")
_SILENT: Final = _VOWELS | {"h"}
_SOUNDS: Final = (
    "aeiouy",
    "ckq",
    "sz",
    "sc",
    "vw",
    "fv",
    "bp",
    "dt",
    "gj",
    "ks",
    "gk",
    "mn",
    "xz",
)


def most_edits(word: str) -> int:
    """Edits that a word of this length may be away from what was meant."""
    if len(word) <= ONE_EDIT_UP_TO:
        return 1
    return 2 if len(word) <= TWO_EDITS_UP_TO else 3


def worth_guessing(word: str) -> bool:
    """Whether a folded word is one that can be misspelled: long enough, without digits or signs."""
    return len(word) >= SHORTEST and word.isalpha()


def broken(word: str) -> Iterator[tuple[str, str]]:
    """The two words that `word` may be run together from, wherever it is broken."""
    return ((word[:at], word[at:]) for at in range(1, len(word)))


def joined(words: Sequence[str]) -> str:
    """The word that `words` may have been torn from."""
    return "".join(words)


def likelihood(count: int, cost: float) -> float:
    """How likely a word that `count` documents hold was meant, on a scale without a zero.

    Args:
        count: of the documents, 1 or more.
        cost: what went wrong, see `cost_of`.
    """
    return math.log(count) - EDIT_WEIGHT * cost


@lru_cache(maxsize=1 << 14)
def cost_of(typed: str, meant: str) -> float:
    """What must have gone wrong for `typed` to be written where `meant` was: 0.0 for nothing.

    Optimal string alignment as `Vocabulary.within` counts it, each edit with its weight.
    """
    before_last: list[float] = []
    last = [0.0]
    for at in range(len(meant)):
        last.append(last[-1] + _missing(meant, at))
    for i, letter in enumerate(typed):
        row = [last[0] + _extra(typed, i)]
        for j, wanted in enumerate(meant):
            cheapest = min(
                last[j + 1] + _extra(typed, i),
                row[j] + _missing(meant, j),
                last[j] + _instead(letter, wanted, first=i == 0 or j == 0),
            )
            if i and j and letter == meant[j - 1] and typed[i - 1] == wanted:
                swapped = before_last[j - 1] + SWAP + (FIRST if 1 in (i, j) else 0.0)
                cheapest = min(cheapest, swapped)
            row.append(cheapest)
        before_last, last = last, row
    return last[-1]


def _missing(meant: str, at: int) -> float:
    """The cost of leaving out the letter of `meant` at `at`."""
    return _single(meant, at)


def _extra(typed: str, at: int) -> float:
    """The cost of the letter of `typed` at `at` being too many."""
    return _single(typed, at)


def _single(word: str, at: int) -> float:
    letter = word[at]
    if at and word[at - 1] == letter:
        return DOUBLED
    cost = SILENT if letter in _SILENT else OTHER
    return cost + FIRST if at == 0 else cost


def _instead(typed: str, meant: str, *, first: bool) -> float:
    """The cost of `typed` standing for the letter `meant`."""
    if typed == meant:
        return 0.0
    pair = typed + meant
    cost = SOUND if pair in _SOUND_PAIRS else NEIGHBOUR if pair in _NEIGHBOURS else OTHER
    return cost + FIRST if first else cost


def _neighbours() -> Iterator[str]:
    for row in _ROWS:
        yield from (one + other for one, other in pairwise(row))
    for upper, lower in pairwise(_ROWS):
        for at, letter in enumerate(lower):
            yield from (letter + above for above in upper[at : at + 2])


def _both_ways(pairs: Iterator[str]) -> frozenset[str]:
    return frozenset(each for pair in pairs for each in (pair, pair[::-1]))


_NEIGHBOURS: Final = _both_ways(_neighbours())
_SOUND_PAIRS: Final = _both_ways(
    one + other for group in _SOUNDS for one in group for other in group if one < other
)
