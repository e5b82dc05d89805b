"""Other spellings of names of persons, by rule.

A rule proposes spellings whether or not an index holds them, a dozen at most: one that nothing is
spelled like costs a look into the vocabulary. Korean given names are spelled word by word, with a
hyphen or as one word, and by Revised Romanization, McCune-Reischauer or habit; Chinese ones come
as one word or two, and in Wade-Giles without its marks, as newspapers had it; Slavic and Arabic
names differ in their endings and articles. What counts as alike is `identities`' to say.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from importlib import resources
from itertools import product, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from searchsvc.aliases.entries import Name
from searchsvc.aliases.table import sought
from searchsvc.identities.knowledge import KOREAN, SPELLINGS
from searchsvc.identities.spelling import is_slavic, slavic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from searchsvc.aliases.table import Key, Sought

MOST: Final = 12
"""Spellings proposed for one name."""

MOST_TOKENS: Final = 3
"""Tokens of a name that a rule may know."""

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    (resources.files(__package__) / "persons.toml").read_text("utf-8")
)
_PAIR: Final = 2
_FULL: Final = MOST_TOKENS
_SYSTEMS: Final = (1, 0, 2, 3)  # McCune-Reischauer, Revised Romanization, the North's, private
_MOST_GIVEN: Final = 7
_MOST_JOINED: Final = 1
_MOST_FAMILIES: Final = 3
_SHORTEST_SLAVIC: Final = 6  # letters: Lanskoy, not sky
_SHORTEST_STEM: Final = 4  # letters after an Arabic article


def _row_of(rows: Iterable[str]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The rows that a word stands in, by word."""
    found: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        words = tuple(row.split())
        for word in dict.fromkeys(words):
            found[word].append(words)
    return MappingProxyType({word: tuple(rows) for word, rows in found.items()})


def _rows_by_first(first_of: Mapping[str, str]) -> Iterator[str]:
    """The rows of a table that gives the first word of each."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for word, first in first_of.items():
        rows[first].append(word)
    return map(" ".join, rows.values())


_SYLLABLES: Final = _row_of(_TABLE["syllables"])
_FAMILIES: Final = _row_of(_rows_by_first(KOREAN))
_WORDS: Final = frozenset(_TABLE["words"].split())
_CHINESE: Final = frozenset(_TABLE["chinese"].split())
_ORDINARY: Final = frozenset(_TABLE["ordinary"].split())
_WORDS_TOO: Final = frozenset(_TABLE["words_too"].split())
_KNOWN_FAMILIES: Final = frozenset(map(slavic, _TABLE["families"].split()))
_ROWS: Final = _row_of(
    " ".join(word for word in row.split() if word not in _ORDINARY)
    for row in (*_rows_by_first(SPELLINGS), *_TABLE["spellings"])
)


@lru_cache(maxsize=1 << 14)
def other_spellings(
    words: tuple[Key, ...], rules: frozenset[str], *, named: bool = False
) -> tuple[Sought, ...]:
    """Other spellings of the name that `words` make, or none where they make none.

    Args:
        words: the folded tokens of each word as typed: (("kim",), ("jong", "un")).
        rules: those in force, of `table.RULES`.
        named: whether they are written as a name; otherwise what may be a word is one.
    """
    found: dict[str, None] = {}
    if sum(map(len, words)) > MOST_TOKENS:
        return ()
    if len(words) <= _PAIR and words[0][-1] in _WORDS_TOO and len(words[0]) == 1 and not named:
        return ()
    if len(words) == 1:
        found |= dict.fromkeys(_single(words[0], rules, named))
    tokens = tuple(token for word in words for token in word)
    if "korean" in rules and len(tokens) <= _FULL:
        found |= dict.fromkeys(_korean(words, tokens))
    if "chinese" in rules and _PAIR <= len(tokens) <= _FULL:
        found |= dict.fromkeys(_chinese(words, tokens))
    return tuple(sought(Name(_capitalised(text))) for text in found if text.split() != [*tokens])[
        :MOST
    ]


def _capitalised(text: str) -> str:
    return " ".join(word.capitalize() for word in text.split())


def is_listed(token: str, *, capital: bool = False) -> bool:
    """Whether a folded token is a name with other spellings; without a capital, no word either."""
    return token in _ROWS and (capital or token not in _WORDS_TOO)


def _single(tokens: Key, rules: frozenset[str], named: bool) -> Iterator[str]:  # noqa: FBT001 - private
    """Spellings of one word, which may hold a hyphen."""
    word = tokens[-1]
    if len(tokens) == 1 and "spellings" in rules:
        yield from (other for row in _ROWS.get(word, ()) for other in row)
    family = len(word) >= _SHORTEST_SLAVIC and (named or slavic(word) in _KNOWN_FAMILIES)
    if len(tokens) == 1 and "slavic" in rules and family:
        yield from _slavic(word)
    if "arabic" in rules and len(tokens) == _PAIR and tokens[0] in {"al", "el"}:
        if len(word) < _SHORTEST_STEM:
            return
        rest = [other for row in _ROWS.get(word, ()) for other in row if other != word]
        article = "el" if tokens[0] == "al" else "al"
        yield from (word, *rest, f"{article} {word}", f"{tokens[0]}{word}")


_ENDINGS: Final = ("sky", "skiy", "skyy", "skyi", "skii", "ski")
_SKY: Final = re.compile(r"sk(?:iy|yy|yi|ii|y|i)$")
_OFF: Final = re.compile(r"(?<=[^aeiouf])(?:off|ov)$")  # Lavroff, Lavrov; not Asoff
_YEV: Final = re.compile(r"(?<=[aeiou])(?:yev|iev|ev)$")  # Nazarbayev, Nazarbaev
_YE: Final = re.compile(r"^(?:ye|e)(?=[bcdfghklmnprstvz])")  # Yeltsin, Eltsin


def _slavic(word: str) -> Iterator[str]:
    """Spellings of a Slavic family name that `identities` takes for one."""
    if not is_slavic(slavic(word)):
        return
    others = [_SKY.sub(ending, word) for ending in _ENDINGS if _SKY.search(word)]
    others += [_YEV.sub(ending, word) for ending in ("yev", "ev", "iev") if _YEV.search(word)]
    if word.endswith(("off", "ov")):
        others += [_OFF.sub("ov", word), _OFF.sub("off", word)]
    others += [_YE.sub(start, other) for other in (word, *others[:2]) for start in ("ye", "e")]
    yield from (other for other in others if other != word and slavic(other) == slavic(word))


def _korean(words: tuple[Key, ...], tokens: Key) -> Iterator[str]:
    """Spellings of a Korean name of a family name and two syllables, or of the syllables alone."""
    family, given = _korean_parts(words, tokens)
    if not given:
        return
    given_forms = list(_given_forms(given))
    yield f"{family} {''.join(given)}".strip()
    yield f"{family} {' '.join(given)}".strip()
    for first, second in given_forms[:_MOST_GIVEN]:
        yield f"{family} {first} {second}".strip()
    for first, second in given_forms[:_MOST_JOINED]:
        yield f"{family} {first}{second}".strip()
    others = _variants(_FAMILIES, family)
    for (first, second), surname in product((given, *_by_system(given)), others[:_MOST_FAMILIES]):
        yield f"{surname} {first} {second}"


def _korean_parts(words: tuple[Key, ...], tokens: Key) -> tuple[str, tuple[str, str] | None]:
    """Family name (or nothing) and the two syllables of the given name; None for no such name."""
    hyphen = any(len(word) == _PAIR for word in words)
    given: tuple[str, str] | None
    if len(tokens) == _FULL and tokens[0] in _FAMILIES and len(words[0]) == 1:
        family, given = tokens[0], (tokens[1], tokens[2])
    elif len(tokens) == _PAIR and len(words) == _PAIR and tokens[0] in _FAMILIES:
        family, given = tokens[0], _halves(tokens[1])
        hyphen = True
    elif len(tokens) == _PAIR and len(words) == 1:
        family, given = "", (tokens[0], tokens[1])
    else:
        return "", None
    if given is None or any(syllable not in _SYLLABLES for syllable in given):
        return "", None
    if not hyphen and _WORDS.issuperset(given):
        return "", None
    return family, given


def _halves(word: str) -> tuple[str, str] | None:
    """The two syllables of a given name written as one word."""
    cuts = ((word[:at], word[at:]) for at in range(len(word) - 1, 0, -1))
    return next((cut for cut in cuts if cut[0] in _SYLLABLES and cut[1] in _SYLLABLES), None)


def _given_forms(given: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Spellings of two syllables: one of them changed, or both by one system; the likeliest first."""
    changed = [(given[0], other) for other in _variants(_SYLLABLES, given[1])]
    changed += [(other, given[1]) for other in _variants(_SYLLABLES, given[0])]
    both = (pair for pair in zip_longest(changed, _by_system(given)))
    found = dict.fromkeys(form for pair in both for form in pair if form is not None)
    found.pop(given, None)
    yield from found


def _by_system(given: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Both syllables by one system, for each vowel that they may have."""
    rows = [_SYLLABLES[syllable] for syllable in given]
    for system in _SYSTEMS:
        for first, second in product(*rows):
            yield first[min(system, len(first) - 1)], second[min(system, len(second) - 1)]


def _variants(table: Mapping[str, tuple[tuple[str, ...], ...]], word: str) -> tuple[str, ...]:
    """The other words of the rows that `word` stands in."""
    found = (other for row in table.get(word, ()) for other in row if other != word)
    return tuple(dict.fromkeys(found))


# A syllable of Pinyin: zhang, e, yuan; the finals longest first.
_INITIAL = r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
_FINAL = (
    r"(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|van|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue"
    r"|ui|un|uo|a|e|i|o|u|v)"
)
_PINYIN: Final = re.compile(rf"({_INITIAL}?)({_FINAL})")
_WADE_INITIAL: Final = MappingProxyType(
    {"zh": "ch", "q": "ch", "x": "hs", "j": "ch", "z": "ts", "c": "ts", "r": "j"}
    | {"b": "p", "p": "p", "d": "t", "t": "t", "g": "k", "k": "k"}
)
_WADE_FINAL: Final = MappingProxyType(
    {"ong": "ung", "ian": "ien", "ie": "ieh", "iong": "iung", "ue": "ueh", "er": "erh"}
)
_WADE_WHOLE: Final = MappingProxyType(
    {"zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu"}
    | {"si": "ssu", "ge": "ko", "ke": "ko", "he": "ho", "you": "yu", "yan": "yen", "ye": "yeh"}
    | {"yi": "i", "yong": "yung", "gui": "kuei", "kui": "kuei", "guo": "kuo", "kuo": "kuo"}
    | {"huo": "huo", "shuo": "shuo", "yue": "yueh", "e": "o"}
)


def _chinese(words: tuple[Key, ...], tokens: Key) -> Iterator[str]:
    """Spellings of a Chinese name of a family name and a given name of two syllables."""
    family, *rest = tokens
    if family not in _CHINESE or len(words[0]) != 1:
        return
    given = _pinyin_halves(rest[0]) if len(rest) == 1 else (rest[0], rest[1])
    if given is None or not all(_PINYIN.fullmatch(syllable) for syllable in given):
        return
    if len(words) == _FULL and _WORDS.issuperset(given):
        return
    first, second = given
    yield f"{family} {first}{second}"
    yield f"{family} {first} {second}"
    yield f"{_wade_giles(family)} {_wade_giles(first)} {_wade_giles(second)}"


def _pinyin_halves(word: str) -> tuple[str, str] | None:
    """The two syllables of a given name written as one word, the first as long as it may be."""
    cuts = [
        (word[:at], word[at:])
        for at in range(len(word) - 1, 0, -1)
        if _PINYIN.fullmatch(word[:at]) and _PINYIN.fullmatch(word[at:])
    ]
    consonant = [cut for cut in cuts if cut[1][0] not in "aeiou"]
    return next(iter((*consonant, *cuts)), None)


def _wade_giles(syllable: str) -> str:
    """A syllable of Pinyin in Wade-Giles without its marks.

    Source: the table of Wade-Giles and Pinyin of the Library of Congress, 1997.
    """
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    match = _PINYIN.fullmatch(syllable)
    if match is None:
        return syllable
    initial, final = match[1], match[2]
    if final == "uo":
        final = "o"
    return _WADE_INITIAL.get(initial, initial) + _WADE_FINAL.get(final, final)
