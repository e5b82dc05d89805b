"""Text to terms.

The rules, simple enough to be carried out on byte tables as well:

1. A token is a run of letters, a run of decimal digits, or one symbol (`$`, `%`, other currency
   signs, emoji and their like). A letter next to a digit starts a new token. Other numerals (`²`)
   and letters of scripts without spaces, Hangul among them, are tokens one by one. Combining
   marks and soft hyphens belong to the letter before them. A run longer than 64 is cut every 64.
2. Digits grouped in threes by commas are one token: `10,000` is `10000`.
3. Single letters with full stops between are one token, with or without the last stop: `U.S.`
   and `U.S` are `us`. So are single capitals with a stop after each and one space between.
4. A possessive `'s`, with either apostrophe, right after a token is left out: `Putin’s` is
   `putin`.
5. Everything else (hyphens, slashes, apostrophes, full stops) separates tokens and takes no
   position, so that `S-400`, `S400` and `"S 400"` are the same two tokens side by side.

A query word of several tokens is therefore a phrase. Each token has up to three terms:

- `folded`: lower case, without accents (`Türkiye` is `turkiye`);
- `stem`: the Snowball English stem of `folded`;
- `cased`: only for capitals that would otherwise drown in a common word (`US` in "us", `WHO` in
  "who"): the capitals themselves. The index holds it beside the other; a query typed in capitals
  asks for it alone, one typed in small letters finds both.

Where everything around is in capitals too, capitals say nothing: other than `US` and the dotted
forms, such a token has no `cased` if the tokens next to it, one at least, are all in capitals.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from nltk.stem.snowball import EnglishStemmer

from searchsvc.text.characters import DIGIT, IGNORABLE, LETTER, MARK, NUMBER, SINGLE, SYMBOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")

ANALYZER_VERSION: Final = "3"
"""Changes whenever the same text could give other terms."""

LONGEST: Final = 64
"""Letters or digits of one token, and characters of one term, at most."""

_MOST_JUDGED: Final = 5_000
"""Ways of writing tokens that a sieve keeps in mind."""

COUNTRY_CAPITALS: Final = "US"
CASED: Final = frozenset({COUNTRY_CAPITALS, "AIDS", "ICE", "IS", "IT", "START", "UN", "WHO"})
"""Capitals kept apart from the common words (or, for UN, names: Jong-un) they would fold into."""
DOUBTED: Final = CASED - {COUNTRY_CAPITALS}
"""Tokens without a `cased` where the tokens beside them, one at least, are all in capitals."""

_MARKS = f"{MARK}{{0,30}}+"  # as many as Unicode's stream-safe format allows; never given back
_MARKED = f"{LETTER}{_MARKS}"
_START = rf"(?<!{LETTER})"
_TIGHT = rf"{_START}{_MARKED}(?:\.{_MARKED}){{1,31}}(?:\.|(?![^\W_]))"  # U.S. and U.S; not so.I
_SPACED = rf"{_START}[A-Z]\.(?: [A-Z]\.){{1,31}}"  # U. S.; not U. s. and not J. Smith
_GROUPED = rf"{DIGIT}{{1,3}}(?:,{DIGIT}{{3}}){{1,20}}(?!{DIGIT})"  # 10,000; not 1,2, not 10,0000
# The first form is the second one's fast path: plain letters and no more than fit.
_LETTERS = rf"{LETTER}{{1,{LONGEST}}}(?!{LETTER}|{MARK})|(?:{_MARKED}){{1,{LONGEST}}}"
_DIGITS = rf"{DIGIT}{{1,{LONGEST}}}"
_ALONE = rf"(?:{SINGLE}|{NUMBER}|{SYMBOL}){_MARKS}"  # 北, 한, ², 👍; not S
# Most places hold no token and most tokens are plain words: a quick no, and a quick yes.
_NOT_HERE = r"(?![\x00-#&-/:-@\[-`{-\x7f])"  # at " " and "-"; not at "$", "%", "a", "é"
_PLAIN_WORD = rf"[A-Za-z]{{2,{LONGEST}}}(?!{LETTER}|{MARK})"  # sanctions; not S, not Türkiye
_TOKEN: Final = re.compile(
    f"{_NOT_HERE}(?:{_PLAIN_WORD}|{_TIGHT}|{_SPACED}|{_LETTERS}|{_GROUPED}|{_DIGITS}|{_ALONE})"
)
_APOSTROPHES: Final = "'’ʼ＇"
_PUNCTUATION: Final = str.maketrans("", "", "., ")

# Letters that canonical decomposition leaves whole although people type them plain.
_PLAIN: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ə": "a"}
    | {"ħ": "h", "ŋ": "n", "ŧ": "t", "ſ": "s", "％": "%", "＄": "$"}
    | {chr(ord(char) + 0xFEE0): char for char in "abcdefghijklmnopqrstuvwxyz"}
)


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
    spans = _spans(text)
    tokens = []
    for index, (start, end) in enumerate(spans):
        surface = text[start:end]
        folded, stem, cased = _terms(surface)
        if cased is not None and surface in DOUBTED and _shouted(text, spans, index):
            cased = None
        tokens.append(Token(start, end, folded, stem, cased))
    return tuple(tokens)


def tokens_from(text: str, start: int) -> Iterator[Token]:
    """The tokens of `text` from the one that begins at `start` on, one by one.

    `cased` of the doubted ones (`DOUBTED`) is None, as it hangs on what stands before.
    """
    for first, end in _spans_from(text, start, len(text)):
        surface = text[first:end]
        folded, stem, cased = _terms(surface)
        yield Token(first, end, folded, stem, None if cased in DOUBTED else cased)


class Sieve(Generic[T]):
    """Finds tokens by their terms, in many texts; each way of writing one is judged once."""

    def __init__(
        self,
        judge: Callable[[str, str, str | None], T | None],
        *,
        terms: Iterable[str] | None = None,
    ) -> None:
        """Judge tokens, or those alone that may have one of some terms.

        Args:
            judge: is given `folded`, `stem` and `cased`; None for tokens that are not wanted.
            terms: `folded`, `stem` or `cased` of all that are wanted, or how one of these begins;
                None where these are not known.
        """
        self._judge = judge
        self._judged: dict[str, T | None] = {}
        self._maybe = None if terms is None else _beginning(frozenset(terms))

    def found(self, text: str) -> Iterator[tuple[int, int, T]]:
        """Start and end of each token of `text` that is wanted, and what was judged of it."""
        spans = _spans(text) if self._maybe is None else _spans_of_some(text, self._maybe)
        judged = self._judged
        if len(judged) > _MOST_JUDGED:
            judged.clear()
        for index, (start, end) in enumerate(spans):
            surface = text[start:end]
            try:
                judgement = judged[surface]
            except KeyError:
                folded, stem, cased = _terms(surface)
                if surface in DOUBTED:  # what it means hangs on the tokens beside it
                    doubt = cased is not None and _shouted(text, spans, index)
                    judgement = self._judge(folded, stem, None if doubt else cased)
                else:
                    judgement = judged[surface] = self._judge(folded, stem, cased)
            if judgement is not None:
                yield start, end, judgement


def _beginning(terms: frozenset[str]) -> re.Pattern[str] | None:
    """Matches wherever a token with one of `terms` may begin, and elsewhere; None for anywhere.

    Also where a token begins whose terms begin with one of `terms`.
    """
    if terms & DOUBTED or not all(term[:1].isascii() and term[:1].isalpha() for term in terms):
        return None  # what they mean hangs on what stands beside them; digits and symbols are rare
    lowered = {term.lower() for term in terms}
    firsts = {term[0] for term in lowered}
    others = "".join(char for char in map(chr, range(128)) if char.lower() not in firsts)
    starts = "|".join(sorted(map(_start_of, lowered)))
    # It begins with a set of characters: to look for one takes a tenth of the time of trying to match.
    # That is told by what is not in it, as a set of all of Unicode takes milliseconds to compile.
    return re.compile(
        rf"[^{re.escape(others)}](?:(?<=[^\x00-\x7f])|(?<![A-Za-z].)(?i:{starts}))", re.DOTALL
    )


def _start_of(term: str) -> str:
    """An expression of how a token with `term` goes on behind its first letter, which is an ASCII one.

    All terms of a token begin with that letter, and a word begins with its stem but for the last
    letter of that. Its second one may also be `y` for `i` (`dying` is `die`), or something else than
    a letter (`U.S.`).
    """
    start = _PLAIN_START.match(term, 0, max(len(term) - 1, 2))
    letters = start[0] if start else term[0]
    first, second, rest = letters[0], letters[1:2], letters[2:]
    if not second:
        return f"(?<={first})"
    return rf"(?<={first})(?:{'[iy]' if second == 'i' else second}{rest}|[^A-Za-z0-9])"


_PLAIN_START: Final = re.compile("[a-z]+")
_CHUNK: Final = re.compile(r"\S+")
_INITIALS: Final = re.compile(r"[A-Z]\. [A-Z]\.")


def _spans_of_some(text: str, maybe: re.Pattern[str]) -> list[tuple[int, int]]:
    """As `_spans`, but for tokens between white space where `maybe` finds nothing.

    No token holds white space but initials, `U. S.`, and what is a token does not hang on what
    stands beyond white space.
    """
    spans: list[tuple[int, int]] = []
    done = 0
    for match in maybe.finditer(text):
        at = match.start()
        if at < done:
            continue
        start = at
        while start > done and not text[start - 1].isspace():
            start -= 1
        chunk = _CHUNK.match(text, start)
        if chunk is None:  # white space that is not ASCII
            continue
        done = chunk.end()
        if _INITIALS.match(text, done - 2) or (start > 2 and _INITIALS.match(text, start - 3)):  # noqa: PLR2004 - `U. `
            return _spans(text)
        spans += _spans(text, start, done)
    return spans


def surfaces(text: str) -> list[str]:
    """The tokens of `text` as they are written, in order."""
    return [text[start:end] for start, end in _spans(text)]


def fold_token(surface: str) -> tuple[str, str | None]:
    """`folded` of a token written `surface`, and its `cased` where nothing beside it is shouted."""
    plain = surface if surface.isalnum() else surface.translate(_PUNCTUATION)
    folded = plain.lower() if plain.isascii() else fold(plain)
    return folded[:LONGEST], plain if plain in CASED else None


def stem_of(folded: str) -> str:
    """`stem` of a token whose `folded` is given."""
    if folded.endswith(_STEMMED) and folded.isascii() and folded.isalpha():
        stem: str = _STEMMER.stem(folded)
        return stem
    return folded


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """`word` in lower case and without accents; `Türkiye` and `TURKIYE` give `turkiye`."""
    if word.isascii():
        return word.lower()
    decompose = unicodedata.normalize
    kept: list[str] = []
    alphabet = False  # whether the last letter is one that is also typed without its marks
    for char in decompose("NFD", decompose("NFD", word).casefold()):
        mark = unicodedata.category(char)[0] == "M"
        if char in IGNORABLE or (mark and alphabet):
            continue
        kept.append(char if char.isascii() else str(unicodedata.digit(char, char)))
        alphabet = not mark and _is_alphabetic(char)
    return unicodedata.normalize("NFC", "".join(kept).translate(_PLAIN))


def _is_alphabetic(char: str) -> bool:
    """Whether `char` is Latin, Greek, Cyrillic, Hebrew or Arabic: read without marks as well."""
    return char < "\u0700" or "\u1d00" <= char < "\u2000"


def _spans(text: str, first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
    """Start and end of each token between two places."""
    return list(_spans_from(text, first, len(text) if last is None else last))


def _spans_from(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """As `_spans`, one by one."""
    last_end = -2
    for match in _TOKEN.finditer(text, first, last):
        start, end = span = match.span()
        possessive = (
            last_end == start - 1
            and end - start == 1
            and text[start] in "sS"
            and text[last_end] in _APOSTROPHES
        )
        if not possessive:
            yield span
        last_end = end


def _shouted(text: str, spans: Sequence[tuple[int, int]], index: int) -> bool:
    """Whether there are tokens beside the one at `index` and they are all in capitals."""
    beside = (*spans[max(index - 1, 0) : index], *spans[index + 1 : index + 2])
    return bool(beside) and all(text[first:last].isupper() for first, last in beside)


@lru_cache(maxsize=1 << 17)
def _terms(surface: str) -> tuple[str, str, str | None]:
    """`folded`, `stem` and `cased` of a token written `surface`."""
    folded, cased = fold_token(surface)
    return folded, stem_of(folded), cased


_STEMMER: Final = EnglishStemmer()
_STEMMED: Final = (
    *("s", "ed", "ing", "y", "li", "iti", "enci", "anci", "ogi", "al", "ful", "ll", "ism", "ion"),
    *("er", "ator", "ant", "ent", "ic", "e"),
)
"""Endings of which a word must have one for any rule of the stemmer to change it."""
