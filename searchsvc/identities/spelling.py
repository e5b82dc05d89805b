"""Letters as they are compared: folded, and by the rules that names are transcribed by.

The rules bring together what BGN/PCGN, ISO 9 and newspapers make of Cyrillic; McCune-Reischauer,
the Revised Romanization and private spellings of Korean; Wade-Giles and Pinyin; and the many ways
of Arabic. All take and give folded words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "œ": "oe",
        "æ": "ae",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ß": "ss",
        "ı": "i",
    }
)


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """`word` in small letters without accents, hyphens, apostrophes and full stops."""
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(_LETTERS)
    return "".join(char for char in plain if char.isalnum())


_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*rows: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), to) for pattern, to in rows)


_SLAVIC: Final = _rules(
    (r"sk(?:iy|yy|yi|ii|ij|yj|i|y)$", "sky"),
    (r"(?:off|ow)$", "ov"),
    (r"shch|sch", "shch"),
    (r"ch(?:yo|io|o)v", "chev"),
    (r"(?:ye|ie|je|yo|io)v", "ev"),
    (r"^(?:ye|je|ie)", "e"),
    (r"kh", "h"),
    (r"(?<=.)(?:iy|yi|ii|yy|ij|y|j)(?=$|[^aeiou])", "i"),
    (r"ski$", "sky"),
)
_SLAVIC_ENDING: Final = re.compile(r"(?:sky|ov|ev|ova|eva|skaia|skaya|enko|chuk|iuk|ich|tsin)$")
_EASTERN: Final = _rules(
    (r"hs", "s"),
    (r"x", "s"),
    (r"tz|ts|zh|j|q|z", "ch"),
    (r"ch", "c"),
    (r"yeo", "iu"),
    (r"eo|oe?u|oo", "u"),
    (r"y(?=[aeou])", "i"),
    (r"ee", "i"),
    (r"ui", "i"),
    (r"ung", "ong"),
    (r"(?<!n)g(?!$)|kh", "k"),
    (r"d", "t"),
    (r"b", "p"),
    (r"l(?=[aeiou])", "r"),
    (r"(.)\1", r"\1"),
)
_ARABIC: Final = _rules(
    (r"^(?:q|gh|kh|k)", "k"),
    (r"q", "k"),
    (r"dh", "d"),
    (r"gh", "g"),
    (r"ou|oo|o", "u"),
    (r"ee|iy|y$", "i"),
    (r"e", "a"),
    (r"y", "i"),
    (r"(.)\1+", r"\1"),
)
_SKELETON: Final = _rules(
    (r"^(?:hs|x)", "s"),
    (r"x", "ks"),
    (r"ph", "f"),
    (r"(?:off|ow)$", "ov"),
    (r"w", "v"),
    (r"^[aeiouyj]+", "0"),
    (r"[aeiouyjh]", ""),
    (r"[qgc]", "k"),
    (r"d", "t"),
    (r"b", "p"),
    (r"z", "s"),
    (r"l", "r"),
    (r"(.)\1+", r"\1"),
)


def _by(rules: _Rules, word: str) -> str:
    for pattern, to in rules:
        word = pattern.sub(to, word)
    return word


@lru_cache(maxsize=1 << 12)
def slavic(word: str) -> str:
    """`word` in one of its transcriptions from Cyrillic: Gorbachov, Zelenskyy."""
    return _by(_SLAVIC, word)


def is_slavic(family: str) -> bool:
    """Whether a family name, in that transcription, ends as those of Slavs do."""
    return _SLAVIC_ENDING.search(family) is not None


@lru_cache(maxsize=1 << 12)
def eastern_sound(word: str) -> str:
    """The sound of a Korean or Chinese given name, whose transcriptions differ in consonants."""
    return _by(_EASTERN, word)


@lru_cache(maxsize=1 << 12)
def arabic_sound(word: str) -> str:
    """The sound of an Arabic name: Gaddafi, Qadhafi."""
    return _by(_ARABIC, word)


def undoubled(word: str) -> str:
    """`word` without its doubled letters: Hillary, Hilary."""
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(maxsize=1 << 14)
def skeleton(word: str) -> str:
    """The consonants of `word` by class: coarser than all the rules above."""
    return _by(_SKELETON, word) or word
