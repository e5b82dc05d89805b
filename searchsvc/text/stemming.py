"""English words to their stems: the Snowball English algorithm, as NLTK has it.

It gives what `nltk.stem.snowball.EnglishStemmer` gives, which tests hold against it, in less than
half the time: rules are looked up by the last two letters, and regions are kept as lengths. The
algorithm: http://snowball.tartarus.org/algorithms/english/stemmer.html

R1 and R2 are the regions behind the first and the second place where a vowel is followed by
something else. Both end where the word ends, so that their lengths are all there is to know.
A `y` that is no vowel is written `Y` until the end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST: Final = 3
"""Letters of a word that any rule is for."""

_VOWELS: Final = "aeiouy"
_NOT_SHORT: Final = "wxY"
"""Behind a vowel they do not end a short syllable."""
_BEFORE_LI: Final = "cdeghkmnrt"
_PARTICIPLES: Final = ("eedly", "ingly", "edly", "eed", "ing", "ed")
_SHORT_IES: Final = 4
_LONGEST_WITHOUT_R2: Final = 5
_DOUBLE: Final = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")

_vowel = re.compile(f"[{_VOWELS}]").search
_consonant_y = re.compile(f"([{_VOWELS}])y").sub
_TO_REGION = f"[^{_VOWELS}]*+[{_VOWELS}]++[^{_VOWELS}]"
_regions = re.compile(f"({_TO_REGION})({_TO_REGION})?").match
_BEFORE_R1: Final = ("gener", "commun", "arsen")
"""Beginnings behind which R1 begins."""

_WHOLE: Final = {
    **{word: word for word in ("sky", "news", "howe", "atlas", "cosmos", "bias", "andes")},
    "skis": "ski",
    "skies": "sky",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    **{word: word[:-1] for word in ("idly", "gently", "singly")},
    **{word: f"{word[:-1]}i" for word in ("ugly", "early", "only")},
    **{
        stem + ending: stem
        for stem in ("inning", "outing", "canning", "herring", "earring")
        for ending in ("", "s")
    },
    **{
        stem + ending: stem
        for stem in ("proceed", "exceed", "succeed")
        for ending in ("", "s", "ed", "ing")
    },
}
"""Words whose stems follow no rule."""


class _Rule(NamedTuple):
    """What becomes of a suffix.

    Attributes:
        suffix: as written.
        size: letters of it.
        cut: how many letters are taken off.
        put: what comes in their place.
        rest: letters of R2 afterwards where it had fewer than were taken off.
    """

    suffix: str
    size: int
    cut: int
    put: str
    rest: int


_Rules = dict[str, tuple[_Rule, ...]]


def _rules(cuts: Mapping[str, tuple[int, str]], rests: tuple[str, ...] = ()) -> _Rules:
    """Rules by their last two letters; `rests` are suffixes that leave R2 a letter in any case."""
    found: dict[str, list[_Rule]] = {}
    for suffix, (cut, put) in cuts.items():
        rule = _Rule(suffix, len(suffix), cut, put, int(suffix in rests))
        found.setdefault(suffix[-2:], []).append(rule)
    return {ending: tuple(sorted(some, key=_longest_first)) for ending, some in found.items()}


def _longest_first(rule: _Rule) -> int:
    """Of the suffixes that a word has the longest counts."""
    return -rule.size


def _whole(put: str, *suffixes: str) -> dict[str, tuple[int, str]]:
    """All of these suffixes are taken off, and `put` comes in their place."""
    return {suffix: (len(suffix), put) for suffix in suffixes}


_STEP_2: Final = _rules(
    _whole("ate", "ational", "ation", "ator")
    | {"tional": (2, ""), "entli": (2, ""), "lessli": (2, ""), "fulli": (2, "")}
    | {"enci": (1, "e"), "anci": (1, "e"), "abli": (1, "e"), "fulness": (4, "")}
    | {"ization": (7, "ize"), "izer": (4, "ize")}
    | _whole("al", "alism", "aliti", "alli")
    | _whole("ous", "ousness", "ousli")
    | _whole("ive", "iveness", "iviti")
    | _whole("ble", "biliti", "bli")
    | {"ogi": (1, ""), "li": (2, "")},
    ("ational", "ation", "ator", "iveness", "iviti"),
)
_STEP_3: Final = _rules(
    {"ational": (7, "ate"), "tional": (2, ""), "alize": (3, "")}
    | _whole("ic", "icate", "iciti", "ical")
    | _whole("", "ative", "ness", "ful")
)
_STEP_4: Final = _rules(
    _whole(
        "",
        *("ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti"),
        *("ous", "ive", "ize", "ion", "al", "er", "ic"),
    )
)


def stemmed(word: str) -> str:
    """The stem of a word of the letters a to z."""
    if len(word) < SHORTEST:
        return word
    whole = _WHOLE.get(word)
    if whole is not None:
        return whole
    has_y = "y" in word
    if has_y:
        word = _consonant_y(r"\1Y", f"Y{word[1:]}" if word[0] == "y" else word)
    r1, r2 = _region_sizes(word)
    word, r1, r2 = _without_inflection(word, r1, r2)
    if r1:
        word = _without_derivation(word, r1, r2)
    return word.replace("Y", "y") if has_y else word


def _region_sizes(word: str) -> tuple[int, int]:
    """Letters of R1 and of R2."""
    size = len(word)
    if word.startswith(_BEFORE_R1):
        start = len(next(filter(word.startswith, _BEFORE_R1)))
        found = _regions(word, start)
        return size - start, 0 if found is None else size - found.end(1)
    found = _regions(word)
    if found is None:
        return 0, 0
    first, second = found.end(1), found.end(2)
    return size - first, size - second if second > 0 else 0


def _without_inflection(word: str, r1: int, r2: int) -> tuple[str, int, int]:
    """Step 1: plurals, past tenses, participles, and `i` for a last `y`.

    Returns:
        The word and how many letters R1 and R2 have.
    """
    last = word[-1]
    if last == "s" or word.endswith("ied"):
        cut = _plural(word)
        if cut:
            word, r1, r2 = word[:-cut], max(r1 - cut, 0), max(r2 - cut, 0)
            last = word[-1]
    if last in "dgy" and word.endswith(_PARTICIPLES):
        word, r1, r2 = _without_participle(word, r1, r2)
        last = word[-1]
    if last in "yY" and len(word) >= SHORTEST and word[-2] not in _VOWELS:
        word = f"{word[:-1]}i"
    return word, r1, r2


def _plural(word: str) -> int:
    """How many letters step 1a takes off a word in `s` or `ied`."""
    if word.endswith(("ies", "ied")):
        return 2 if len(word) > _SHORT_IES else 1
    if word.endswith(("us", "ss")):
        return 0
    if word.endswith("sses"):
        return 2
    return 1 if _vowel(word, 0, len(word) - 2) else 0


def _without_participle(word: str, r1: int, r2: int) -> tuple[str, int, int]:
    """Step 1b."""
    suffix = next(filter(word.endswith, _PARTICIPLES))
    size = len(suffix)
    if suffix.startswith("eed"):
        if r1 < size:
            return word, r1, r2
        cut = size - len("ee")
        return word[:-cut], r1 - cut, r2 - cut if r2 >= size else 0
    if not _vowel(word, 0, len(word) - size):
        return word, r1, r2
    word, r1, r2 = word[:-size], max(r1 - size, 0), max(r2 - size, 0)
    if word.endswith(("at", "bl", "iz")):
        word, r1 = f"{word}e", r1 + 1
        return word, r1, r2 + (len(word) > _LONGEST_WITHOUT_R2 or r1 >= SHORTEST)
    if word.endswith(_DOUBLE):
        return word[:-1], max(r1 - 1, 0), max(r2 - 1, 0)
    if r1 == 0 and _is_short(word):
        word = f"{word}e"
    return word, r1, r2


def _is_short(word: str) -> bool:
    """Whether a word without R1 ends in a short syllable."""
    if len(word) >= SHORTEST:
        return (
            word[-1] not in _VOWELS
            and word[-1] not in _NOT_SHORT
            and word[-2] in _VOWELS
            and word[-3] not in _VOWELS
        )
    return len(word) == SHORTEST - 1 and word[0] in _VOWELS and word[1] not in _VOWELS


def _without_derivation(word: str, r1: int, r2: int) -> str:
    """Steps 2 to 5, of which none does anything where R1 is empty."""
    for rules in (_STEP_2, _STEP_3):
        for suffix, size, cut, put, rest in rules.get(word[-2:], ()):
            if word.endswith(suffix):
                if r1 >= size and _is_taken(word, suffix, r2):
                    word, r1 = word[:-cut] + put, r1 - cut + len(put)
                    r2 = r2 - cut + len(put) if r2 >= cut else rest
                break
    for suffix, size, _, _, _ in _STEP_4.get(word[-2:], ()):
        if word.endswith(suffix):
            if r2 >= size and (suffix != "ion" or word[-4] in "st"):
                word, r1, r2 = word[:-size], r1 - size, r2 - size
            break
    return word[:-1] if _has_idle_letter(word, r1, r2) else word


def _is_taken(word: str, suffix: str, r2: int) -> bool:
    """Whether what stands around a suffix of R1 lets steps 2 and 3 take it off."""
    if suffix == "li":
        return word[-3] in _BEFORE_LI
    if suffix == "ogi":
        return word[-4] == "l"
    return suffix != "ative" or r2 >= len(suffix)


def _has_idle_letter(word: str, r1: int, r2: int) -> bool:
    """Whether step 5 takes off the last letter."""
    if word[-1] == "l":
        return r2 > 0 and word[-2] == "l"
    if word[-1] != "e":
        return False
    if r2 > 0 or r1 == 0 or len(word) <= SHORTEST:
        return r2 > 0
    return (
        word[-2] in _VOWELS
        or word[-2] in _NOT_SHORT
        or word[-3] not in _VOWELS
        or word[-4] in _VOWELS
    )
