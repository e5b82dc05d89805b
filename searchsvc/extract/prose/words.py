"""Words and marks of a paragraph, as the extractor looks at them.

Finer than the search terms of `searchsvc.text`: punctuation and possessives are words here, and
abbreviations keep their full stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ACRONYM = r"(?:[^\W\d_]\.){2,}"  # U.S. and J.P.; not "so."
_ABBREVIATION = (  # Mr. and Sen.; not "men."
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Sens|Rep|Reps|Gov|Govs|Gen|Col|Lt|Maj|Sgt|Capt|Adm|Rev|Hon|St|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|[A-Z])\."
)
_POSSESSIVE = r"['’][sS]\b"  # the 's of Putin's; not the 'd of he'd
# O'Keeffe, S-400, 1.5, P5+1 and example.com are one word each; Putin's and 3-, are not.
_JOINT = r"(?:[-&]|['’](?![sS]\b)|\.(?=[^\W\d_]\w)|(?<=\d)[.,+](?=\d))"
_WORD = rf"[^\W_]+(?:{_JOINT}[^\W_]+)*"
_MARK = r"``|''|--|\S"  # doubled quotation marks and hyphens are one mark; ... is three
_ARTICLE: Final = re.compile(r"(?:al|el|a[dnrstz]|ash|ul)-[^\W\d_a-z]")  # al-Sisi; not al-in
_PLAIN = r"[a-zA-Z]+(?=[ ,;:?!\n])"  # found first, because most words are
_PIECE: Final = re.compile(rf"({_PLAIN}|{_ACRONYM}|{_ABBREVIATION}|{_POSSESSIVE}|{_WORD}|{_MARK})")

OPENING: Final = frozenset("“„«") | {"``"}
CLOSING: Final = frozenset("”»") | {"''"}
QUOTATION_MARKS: Final = OPENING | CLOSING | {'"', "‟"}
DASHES: Final = frozenset(("--", "—", "–", "-"))


@dataclass(slots=True, eq=False)
class Word:
    """One word or mark; not changed once made.

    A class with slots, because its attributes are read three times as fast as those of a tuple,
    and everything else here is made of such reading.

    Attributes:
        start, end: characters of the body; end exclusive.
        text: as printed.
        lower: in small letters.
        is_mark: whether it is punctuation.
        is_name_like: whether it is a word with a capital first letter: Sisi, al-Sisi.
        quoted: whether it stands between quotation marks; the marks themselves do not.
    """

    start: int
    end: int
    text: str
    lower: str
    is_mark: bool
    is_name_like: bool
    quoted: bool


class _Looks(dict[str, tuple[str, bool, bool]]):
    """`lower`, `is_mark` and `is_name_like` of each word met so far; emptied when it has many."""

    def __missing__(self, word: str) -> tuple[str, bool, bool]:
        if len(self) > _KEPT_LOOKS:
            self.clear()
        lower = word.lower()
        is_mark = not word[0].isalnum() and lower not in ("'s", "’s")
        looks = lower, is_mark, word[0].isupper() or _ARTICLE.match(word) is not None
        self[word] = looks
        return looks


_KEPT_LOOKS: Final = 1 << 16
_looks: Final = _Looks()


def words(text: str, start: int, end: int, quoted: bytearray) -> tuple[Word, ...]:
    """Words and marks of `text[start:end]`; `quoted` tells for each character of `text`."""
    found: list[Word] = []
    add, make = found.append, object.__new__
    pieces = iter(_PIECE.split(text[start:end]))
    at = start
    for gap, word in zip(pieces, pieces, strict=False):  # white space and word in turn, a gap last
        at += len(gap)
        one = make(Word)  # filled in here, because a call for each word takes twice as long
        one.start = at
        one.text = word
        one.lower, one.is_mark, one.is_name_like = _looks[word]
        one.quoted = quoted[at] > 0
        at += len(word)
        one.end = at
        add(one)
    return tuple(found)
