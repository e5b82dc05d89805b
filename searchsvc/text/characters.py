"""Classes of characters as regex character classes, made from Python's own Unicode table."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that are tokens one by one: scripts written without spaces (Thai, Lao, Burmese, Khmer,
# kana, Han) and Hangul, whose words carry their particles (북한의 must be found by 북한).
_SINGLE_RANGES: Final = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3005, 0x3007)),
    *((0x3040, 0x30FF), (0x3131, 0x318E), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA960, 0xA97C)),
    *((0xAC00, 0xD7A3), (0xD7B0, 0xD7FB), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0xFFA0, 0xFFDC)),
    *((0x20000, 0x3FFFF),),
)
_SINGLE_CODES: Final = frozenset(
    code for first, last in _SINGLE_RANGES for code in range(first, last + 1)
)
_JAMO_TAIL: Final = "\u1160-\u11ff\ud7b0-\ud7fb"  # vowels and finals that complete a syllable
# ʻ ʼ ʿ and their like, typed as ' or left out, and the two letters that hold one (ŉ, ẚ).
_HALF_RINGS: Final = frozenset((*range(0x02B9, 0x02C0), 0x0149, 0x0374, 0x1E9A))
_NO_SYMBOL: Final = frozenset(map(ord, "®™℠\ufffc\ufffd"))  # decoration and marks of broken text
_IGNORABLE_CODES: Final = (0x00AD, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF)
_VARIATIONS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def _codes() -> dict[str, list[int]]:
    """Code points by the class that they belong to, ascending."""
    classes: dict[str, list[int]] = {"letter": [], "single": [], "number": [], "symbol": []}
    marks = [*_IGNORABLE_CODES]
    for code in (*range(0x20000), *range(0xE0100, 0xE01F0)):
        category = unicodedata.category(chr(code))
        if category[0] == "M":
            marks.append(code)
        elif category[0] == "L" and code not in _HALF_RINGS:
            classes["single" if code in _SINGLE_CODES else "letter"].append(code)
        elif category in {"No", "Nl"}:
            classes["single" if code in _SINGLE_CODES else "number"].append(code)
        elif category in {"Sc", "So"} and code not in _NO_SYMBOL:
            classes["symbol"].append(code)
    classes["mark"] = sorted(marks)
    classes["symbol"] += map(ord, "%‰％")
    classes["single"] += range(0x20000, 0x40000)
    return classes


def _ranges(codes: Iterable[int]) -> str:
    """`codes` (ascending) as the inside of a regex character class."""
    runs = groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0])
    parts = []
    for _, run in runs:
        block = [code for _, code in run]
        ends = re.escape(chr(block[0])), re.escape(chr(block[-1]))
        parts.append(ends[0] if len(block) == 1 else "-".join(ends))
    return "".join(parts)


_CLASSES: Final = {name: _ranges(codes) for name, codes in _codes().items()}

MARK: Final = f"[{_CLASSES['mark']}]"
"""Marks on a letter and characters without a width; they belong to the letter before them."""
LETTER: Final = f"[{_CLASSES['letter']}]"
"""Letters that words are runs of."""
SINGLE: Final = f"[{_CLASSES['single']}][{_JAMO_TAIL}]{{0,30}}"
"""One letter, or one Hangul syllable spelled out, that is a token by itself."""
NUMBER: Final = f"[{_CLASSES['number']}]"
"""Numerals other than decimal digits: ², ½, Ⅷ."""
SYMBOL: Final = f"[{_CLASSES['symbol']}]"
"""Currency and percent signs, pictures, arrows, technical and other symbols."""
DIGIT: Final = r"\d"

IGNORABLE: Final = frozenset(
    chr(code)
    for first, last in (*((code, code) for code in _IGNORABLE_CODES), *_VARIATIONS)
    for code in range(first, last + 1)
)
"""Characters without a width of their own: soft hyphens, joiners, variation selectors."""
