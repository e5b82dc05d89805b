"""Words and marks of a paragraph, as the extractor looks at them.

Finer than the search terms of `searchsvc.text`: punctuation and possessives are words here, and
abbreviations keep their full stop.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

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
_PIECE: Final = re.compile(rf"{_ACRONYM}|{_ABBREVIATION}|{_POSSESSIVE}|{_WORD}|{_MARK}")

OPENING: Final = frozenset("“„«") | {"``"}
CLOSING: Final = frozenset("”»") | {"''"}
QUOTATION_MARKS: Final = OPENING | CLOSING | {'"', "‟"}
DASHES: Final = frozenset(("--", "—", "–", "-"))


class Word(NamedTuple):
    """One word or mark.

    Attributes:
        start, end: characters of the body; end exclusive.
        text: as printed.
        lower: in small letters.
        quoted: whether it stands between quotation marks; the marks themselves do not.
    """

    start: int
    end: int
    text: str
    lower: str
    quoted: bool

    @property
    def is_name_like(self) -> bool:
        """Whether it is a word with a capital first letter: Sisi, al-Sisi."""
        return self.text[0].isupper() or _ARTICLE.match(self.text) is not None

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return not self.text[0].isalnum() and self.lower not in ("'s", "’s")


def words(text: str, start: int, end: int, quoted: bytearray) -> tuple[Word, ...]:
    """Words and marks of `text[start:end]`; `quoted` tells for each character of `text`."""
    return tuple(
        Word(at := piece.start(), piece.end(), word := piece.group(), word.lower(), quoted[at] > 0)
        for piece in _PIECE.finditer(text, start, end)
    )
