"""A block of texts as bytes, cut into chunks that hold whole tokens.

A chunk is a stretch of bytes such that no token, and nothing that decides about a token, reaches
across its ends: analysed alone it gives the tokens that it gives in its text. Most chunks are one
token. Those that are not are left to the analysis itself, which sees each of them once; what this
module must get right is only where a cut does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters, ascii_uppercase, digits
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from searchsvc.text.analysis import fold_token, stem_of, surfaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]

KEY_BYTES: Final = 8
LONGEST_CHUNK: Final = 64
"""Bytes of a chunk that a lexicon remembers, at most."""
MARGIN: Final = 8
"""Bytes before the first text of a block; behind the last are more than `LONGEST_CHUNK`."""
BOUNDARY: Final = b"\xff"
"""Stands between texts, as no UTF-8 holds it."""

# Classes of bytes. A byte of class SOFT belongs to a chunk only between two of class HARD or more.
CUT: Final = 0
SOFT: Final = 1
HARD: Final = 2
WIDE: Final = 3  # part of a character that is not ASCII


@dataclass(frozen=True, slots=True)
class Analysis:
    """How texts become words.

    Attributes:
        classes: class of each of the 256 bytes.
        refine: called with the bytes of a block and their classes, may change the classes, and
            gives the places of bytes that belong to chunks although they are not HARD or WIDE.
        surfaces: the tokens of a text, as they are written.
        fold: `folded` and `cased` of a token.
        fold_plain: the same `folded`, of a token of ASCII letters that has no `cased`.
        stem: `stem` of a token whose `folded` is given.
    """

    classes: bytes
    refine: Callable[[Bytes, Bytes], Sequence[Places]]
    surfaces: Callable[[str], list[str]]
    fold: Callable[[str], tuple[str, str | None]]
    fold_plain: Callable[[str], str]
    stem: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Block:
    """Texts laid end to end, and their chunks.

    Attributes:
        data: UTF-8, with `MARGIN` bytes before the first text and more than enough behind the
            last to read any chunk in whole numbers.
        numbers: uint64[len(data) // 8], the same bytes as little-endian numbers.
        starts, ends: intp[chunks], in `data`; end exclusive.
        chunk_at: intp[texts + 1], the first chunk of each text.
    """

    data: bytearray
    numbers: npt.NDArray[np.uint64]
    starts: Places
    ends: Places
    chunk_at: Places


def block_of(texts: Iterable[str], analysis: Analysis) -> Block:
    """The chunks of `texts`. Lone surrogates, which UTF-8 has not, become question marks."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    data = bytearray(BOUNDARY).join(encoded)
    text_at = np.cumsum([MARGIN, *(len(each) + 1 for each in encoded)], dtype=np.intp)
    data = bytearray(BOUNDARY * MARGIN) + data
    data += BOUNDARY * (LONGEST_CHUNK + 2 * KEY_BYTES - len(data) % KEY_BYTES)
    block = np.frombuffer(data, np.uint8)
    classes = np.frombuffer(data.translate(analysis.classes), np.uint8)
    also = analysis.refine(block, classes)
    hard = classes >= HARD
    inside = classes == SOFT
    inside[1:-1] &= hard[:-2]
    inside[1:-1] &= hard[2:]
    inside |= hard
    for places in also:
        inside[places] = True
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    edges += 1
    starts = edges[::2]
    return Block(
        data, block.view(np.dtype("<u8")), starts, edges[1::2], starts.searchsorted(text_at)
    )


def _classes(hard: str, soft: str) -> bytes:
    """Classes by byte; `hard` and `soft` are ASCII."""
    table = bytearray([CUT]) * 128 + bytearray([WIDE]) * 128
    for kind, characters in ((HARD, hard), (SOFT, soft)):
        for character in characters:
            table[ord(character)] = kind
    table[BOUNDARY[0]] = CUT
    return bytes(table)


# English text. What reaches across a byte that is neither letter, digit, `$` nor `%`: the full
# stop of U.S. and 1.5, the comma of 10,000, the apostrophe of a possessive, and the space of U. S.
# They matter only between two HARD bytes, except in `U.S.'s` and `U. S.`, handled below.

_STOP, _SPACE, _APOSTROPHE, _SMALL_S = b". 's"
_CASE_BIT: Final = 0x20
_CAPITALS: Final = np.isin(np.arange(256), list(ascii_uppercase.encode()))
# Quotation marks, dashes and other punctuation from U+2000 to U+203F, in UTF-8 E2 80 xx.
_WIDE_LEAD, _WIDE_SECOND = 0xE2, 0x80
_WIDE_APOSTROPHE: Final = 0x99


# By third byte, whether the character is neither part of any token nor an apostrophe.
_BLANKS: Final = np.zeros(256, np.bool_)
_BLANKS[0x80:0xC0] = [surfaces(f"A{chr(code)}s") == ["A", "s"] for code in range(0x2000, 0x2040)]


def _refine_english(block: Bytes, classes: Bytes) -> list[Places]:
    """Cut at wide punctuation and possessives; join what belongs together across stops."""
    wide = np.flatnonzero(block == _WIDE_LEAD)
    wide = wide[block[wide + 1] == _WIDE_SECOND]
    third = block[wide + 2]
    blank = wide[_BLANKS[third]]
    for offset in range(3):
        classes[blank + offset] = CUT
    apostrophes = np.flatnonzero(block == _APOSTROPHE)
    _cut_possessives(block, classes, apostrophes, 1)
    _cut_possessives(block, classes, wide[third == _WIDE_APOSTROPHE], 3)
    # U.S.'s: the stop is part of the token that the possessive belongs to.
    dotted = apostrophes[block[apostrophes - 1] == _STOP]
    dotted = dotted[(classes[dotted - 2] >= HARD) & (block[dotted + 1] | _CASE_BIT == _SMALL_S)]
    spaces = np.flatnonzero((block[1:] == _SPACE) & (block[:-1] == _STOP)) + 1
    spaces = spaces[_CAPITALS[block[spaces - 2]]]
    spaces = spaces[_CAPITALS[block[spaces + 1]] & (block[spaces + 2] == _STOP)]
    return [dotted - 1, dotted, spaces - 1, spaces, spaces + 2]


def _cut_possessives(block: Bytes, classes: Bytes, apostrophes: Places, width: int) -> None:
    """Cut off each `'s` that follows ASCII and ends a word; others are left to the analysis.

    Args:
        block: the bytes.
        classes: their classes, changed here.
        apostrophes: places of apostrophes.
        width: bytes of each.
    """
    some = apostrophes[classes[apostrophes - 1] == HARD]
    some = some[block[some + width] == _SMALL_S]
    behind = classes[some + width + 1]
    ends = (behind == CUT) | ((behind == SOFT) & (classes[some + width + 2] == CUT))
    some = some[ends]
    for offset in range(width + 1):
        classes[some + offset] = CUT


def _as_it_is(token: str) -> tuple[str, None]:
    return token, None


def _no_refinement(block: Bytes, classes: Bytes) -> tuple[Places, ...]:
    """Nothing to change."""
    del block, classes
    return ()


ENGLISH: Final = Analysis(
    _classes(f"{ascii_letters}{digits}$%", ".,'"),
    _refine_english,
    surfaces,
    fold_token,
    str.lower,
    stem_of,
)
"""The rules of `searchsvc.text`."""

SPACES: Final = Analysis(
    _classes("".join(char for char in map(chr, range(1, 128)) if not char.isspace()), ""),
    _no_refinement,
    str.split,
    _as_it_is,
    str,
    str,
)
"""Tokens are what stands between white space, as it stands; for text that is analysed already.

The character U+0000 counts as white space: no chunk may hold it.
"""
