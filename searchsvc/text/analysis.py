"""Text to terms.

The rules, simple enough to be carried out on byte tables as well:

1. A token is a run of letters, a run of digits, or one currency sign, percent sign or other
   symbol (emoji among them). A letter next to a digit starts a new token. Han and kana letters
   are tokens one by one, for want of spaces between words.
2. Digits grouped in threes by commas are one token: `10,000` is `10000`.
3. Single letters with a full stop after each, two or more, are one token: `U.S.` is `us`.
4. A possessive `'s`, with either apostrophe, is left out: `Putin’s` is `putin`.
5. Everything else (hyphens, slashes, apostrophes, full stops) separates tokens and takes no
   position, so that `S-400`, `S400` and `"S 400"` are the same two tokens side by side.

A query word of several tokens is therefore a phrase. Each token has up to three terms:

- `folded`: lower case, without accents (`Türkiye` is `turkiye`);
- `stem`: the Snowball English stem of `folded`;
- `cased`: only for capitals that would otherwise drown in a common word (`US` in "us", `WHO` in
  "who"): the capitals themselves. The index holds it beside the other; a query typed in capitals
  asks for it alone, one typed in small letters finds both.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from nltk.stem.snowball import EnglishStemmer
from nltk.tokenize import RegexpTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator

ANALYZER_VERSION: Final = "1"
"""Changes whenever the same text could give other terms."""

CASED: Final = frozenset({"US", "WHO", "IT"})
"""Capitals kept apart from the common words they would otherwise be folded into."""

_ACRONYM = r"(?:(?<![^\W_])[^\W\d_]\.){2,}"  # U.S. and N.A.T.O.; not the end of a sentence: "so."
_GROUPED = r"\d{1,3}(?:,\d{3})+(?!\d)"  # 10,000 and 1,234,567; not 1,2 and not 10,0000
_IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_MARK = r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094d]"
_LETTERS = rf"(?:(?!{_IDEOGRAPH})[^\W\d_]{_MARK}*)+"  # Türkiye, 한국; not 北京, not S400 whole
_DIGITS = r"\d+"
_SYMBOL = r"[$%‰\u00a2-\u00a5\u20a0-\u20cf\u2100-\u214f\u2190-\u2bff\U0001f000-\U0001faff]"
_TOKEN: Final = RegexpTokenizer(
    "|".join((_ACRONYM, _GROUPED, _IDEOGRAPH, _LETTERS, _DIGITS, _SYMBOL)),
    flags=re.UNICODE,
)
_APOSTROPHES: Final = "'’ʼ＇"

# Letters that NFKD leaves whole although people type them plain.
_PLAIN: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ı": "i",
        "þ": "th",
        "ə": "a",
    }
)
_ALPHABETIC: Final = ("LATIN", "GREEK", "CYRILLIC")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a text; its position is its index among the tokens.

    Attributes:
        start, end: characters of the text; end exclusive.
        folded, stem, cased: its terms, see the module docstring; cased is None for most.
    """

    start: int
    end: int
    folded: str
    stem: str
    cased: str | None


def analyse(text: str) -> tuple[Token, ...]:
    """The tokens of `text`, in order."""
    shouting = text.isupper() and len(text) > len("WHO U.S.")
    return tuple(_token(text, start, end, shouting=shouting) for start, end in _spans(text))


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """`word` in lower case and without accents; `Türkiye` and `TURKIYE` give `turkiye`."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    kept = [char for index, char in enumerate(plain) if not _is_accent(plain, index)]
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN)


def _is_accent(text: str, index: int) -> bool:
    """Whether `text[index]` is a mark on a letter of an alphabet that is also typed without."""
    if not unicodedata.combining(text[index]):
        return False
    below = next((char for char in reversed(text[:index]) if not unicodedata.combining(char)), "")
    return not below or unicodedata.name(below, "").startswith(_ALPHABETIC)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for start, end in _TOKEN.span_tokenize(text):
        possessive = (
            end - start == 1
            and text[start] in "sS"
            and start > 1
            and text[start - 1] in _APOSTROPHES
            and text[start - 2].isalnum()
        )
        if not possessive:
            yield start, end


def _token(text: str, start: int, end: int, *, shouting: bool) -> Token:
    surface = text[start:end]
    plain = surface.replace(".", "").replace(",", "")
    folded = fold(plain)
    dotted = plain != surface
    cased = plain if plain in CASED and (dotted or not shouting) else None
    return Token(start, end, folded, _stem(folded), cased)


@lru_cache(maxsize=1 << 17)
def _stem(folded: str) -> str:
    return _STEMMER.stem(folded) if folded.isascii() and folded.isalpha() else folded


_STEMMER: Final = EnglishStemmer()
