"""Texts to tokens without Python per token: exactly those of `searchsvc.text.analyse`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import ranges, starts_of
from searchsvc.columnar.words.chunks import block_of
from searchsvc.columnar.words.lexicon import CAPITALS, CASED, DOUBTED_CASE, SEVERAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.columnar.words.lexicon import Lexicon

Places = npt.NDArray[np.intp]

BLOCK_CHARACTERS: Final = 1 << 20
"""Characters that are worked on at a time, so that the arrays of one step stay in the cache."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of several texts, end to end.

    Attributes:
        words: int32[t], the word of each, by its number in the lexicon.
        at: intp[texts + 1], the first token of each text.
        cased: intp[c], ascending indices of tokens that have their `cased` term as well.
    """

    words: npt.NDArray[np.int32]
    at: Places
    cased: Places


def tokenise(texts: Sequence[str], lexicon: Lexicon) -> Tokens:
    """The tokens of `texts`; words not met before are entered into `lexicon`."""
    words, ends, cased, total = [], [np.zeros(1, np.intp)], [np.zeros(0, np.intp)], 0
    for block in _blocks(texts):
        tokens = _tokenise_block(block, lexicon)
        words.append(tokens.words)
        ends.append(tokens.at[1:] + total)
        cased.append(tokens.cased + total)
        total += len(tokens.words)
    joined = np.concatenate(words) if words else np.zeros(0, np.int32)
    return Tokens(joined, np.concatenate(ends), np.concatenate(cased))


def _blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """`texts` in stretches of some `BLOCK_CHARACTERS`."""
    start = characters = 0
    for index, text in enumerate(texts):
        characters += len(text)
        if characters >= BLOCK_CHARACTERS:
            yield texts[start : index + 1]
            start, characters = index + 1, 0
    if start < len(texts):
        yield texts[start:]


def _tokenise_block(texts: Sequence[str], lexicon: Lexicon) -> Tokens:
    block = block_of(texts, lexicon.analysis)
    words, at = lexicon.words(block), block.chunk_at
    traits = lexicon.traits.take(words)
    several = np.flatnonzero(traits & SEVERAL)
    if len(several):
        words, at = _expanded(words, at, several, lexicon)
        traits = lexicon.traits.take(words)
    return Tokens(words, at, _cased(traits, at))


def _expanded(
    words: npt.NDArray[np.int32], at: Places, several: Places, lexicon: Lexicon
) -> tuple[npt.NDArray[np.int32], Places]:
    """`words` with its items at `several` replaced by their parts, and `at` adapted."""
    chosen = words[several]
    sizes = lexicon.part_count[chosen].astype(np.intp)
    counts = np.ones(len(words), np.intp)
    counts[several] = sizes
    grown = starts_of(sizes - 1)
    expanded = words.repeat(counts)
    expanded[ranges(several + grown[:-1], sizes)] = lexicon.parts[
        ranges(lexicon.part_at[chosen].astype(np.intp), sizes)
    ]
    return expanded, at + grown[several.searchsorted(at)]


def _cased(traits: npt.NDArray[np.uint8], at: Places) -> Places:
    """Tokens that carry their `cased` term, by the traits of all tokens and where texts begin."""
    found = np.flatnonzero(traits & CASED)
    doubted = np.flatnonzero(traits[found] & DOUBTED_CASE)
    if not len(doubted):
        return found
    tokens = found[doubted]
    text = at.searchsorted(tokens, "right") - 1
    first, last = tokens == at[text], tokens == at[text + 1] - 1
    capitals = (traits & CAPITALS) != 0
    before, behind = capitals[tokens - 1], capitals[np.minimum(tokens + 1, len(traits) - 1)]
    shouted = (first | before) & (last | behind) & ~(first & last)
    return np.delete(found, doubted[shouted])
