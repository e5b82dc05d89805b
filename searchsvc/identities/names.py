"""A printed name taken apart, and whether two of them may be names of one person."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from searchsvc.extract.attributing.names import Name
from searchsvc.extract.lexicon import (
    ARABIC_ARTICLES,
    FEMALE_NAMES,
    MALE_NAMES,
    PARTICLES,
    SUFFIXES,
)
from searchsvc.identities.knowledge import ARABIC, EITHER, KOREAN, NICKNAMES, SPELLINGS
from searchsvc.identities.spelling import (
    arabic_sound,
    eastern_sound,
    fold,
    is_slavic,
    skeleton,
    slavic,
    undoubled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)+")
_SYLLABLE: Final = re.compile(
    r"(?:ch|kk|tt|pp|ss|jj|[bcdghjklmnprst])?[wy]?[aeiou]{1,3}(?:ng|ck|[klmnprt])?h?"
)
_SYLLABLES: Final = 2  # of a Korean given name
_MISSPELT_FROM: Final = 5  # letters of a given name in which one may be wrong
_SHORTEST_STEM: Final = 3  # letters of a given name cut short: Alex of Alexander


class Likeness(IntEnum):
    """How two names may be one person's, from the surest to the least sure.

    POSSIBLE never joins two, but lets a third name join them: J. P. Berg, John P. Berg, John Berg.
    """

    SAME = 0
    FULLER = 1
    SPELLING = 2
    SOUND = 3
    NICKNAME = 4
    INITIAL = 5
    MISSPELT = 6
    POSSIBLE = 7

    @property
    def words(self) -> str:
        """What the first name is to the second."""
        return _WORDS[self]


_WORDS: Final = {
    Likeness.SAME: "the same name as",
    Likeness.FULLER: "a shorter or longer form of",
    Likeness.SPELLING: "another spelling of",
    Likeness.SOUND: "another transcription of",
    Likeness.NICKNAME: "a familiar form of",
    Likeness.INITIAL: "an initial form of",
    Likeness.MISSPELT: "nearly the same as",
    Likeness.POSSIBLE: "nothing against",
}


class PersonName(NamedTuple):
    """A printed name taken apart; all but `printed` and `family` folded (`spelling.fold`).

    Attributes:
        printed: as the article prints it.
        family: family name, folded, without an Arabic article.
        given: given names, first to last; none where only a family name is printed.
        links: particles before the family name: ("bin",).
        suffix: "jr", "iii", or empty.
        eastern: whether the family name stands first.
        syllables: letters that the syllables of an eastern given name begin with, where they are
            printed apart.
    """

    printed: str
    family: str
    given: tuple[str, ...]
    links: tuple[str, ...]
    suffix: str
    eastern: bool
    syllables: str

    @property
    def joined(self) -> str:
        """The given names in one word."""
        return "".join(self.given)

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """What all prints of one name share: Jae-in, Jae In and Jaein."""
        return self.family, self.joined, self.links, self.suffix

    @property
    def is_arabic(self) -> bool:
        """Whether a word of the name shows that it is transcribed from Arabic."""
        return not ARABIC.isdisjoint((*self.given, *self.links))

    @property
    def has_full_given(self) -> bool:
        """Whether the first given name is more than an initial."""
        return bool(self.given) and len(self.given[0]) > 1


@lru_cache(maxsize=1 << 14)
def read_name(printed: str) -> PersonName:
    """`printed` taken apart."""
    words = printed.split()
    suffix = ""
    while len(words) > 1 and words[-1].lower() in SUFFIXES:
        suffix = fold(words.pop())
    parts = tuple(words)
    last = len(parts) - 1
    if Name(0, last, 0, parts, (), sure=True).is_family_first or _is_korean(parts):
        syllables = re.split(r"[\s-]+", " ".join(parts[1:]))
        starts = "".join(fold(one)[:1] for one in syllables) if len(syllables) > 1 else ""
        given = fold("".join(parts[1:]))
        return PersonName(
            printed, fold(parts[0]), (given,), (), suffix, eastern=True, syllables=starts
        )
    head, family = _without_article(words[-1])
    rest = [*words[:-1], *([head] if head else [])]
    links = []
    while len(rest) > 1 and rest[-1].lower() in PARTICLES:
        links.append(fold(rest.pop()))
    given_words = [folded for word in rest for folded in _given(word)]
    return PersonName(
        printed=printed,
        family=fold(family),
        given=tuple(given_words),
        links=tuple("bin" if one == "ibn" else one for one in links if one not in ARABIC_ARTICLES),
        suffix=suffix,
        eastern=False,
        syllables="",
    )


def _is_korean(parts: Sequence[str]) -> bool:
    """Whether a Korean family name and two syllables are printed: Min Jae-rok, Min Jae Rok."""
    family, *rest = (part.lower() for part in parts)
    syllables = rest[0].split("-") if len(rest) == 1 else rest
    return (
        family in KOREAN
        and len(syllables) == _SYLLABLES
        and all(_SYLLABLE.fullmatch(one) for one in syllables)
        and syllables[0] not in MALE_NAMES
        and syllables[0] not in FEMALE_NAMES
    )


def _without_article(family: str) -> tuple[str, str]:
    """What stands before the last hyphen, but for an Arabic article, and what after it."""
    head, _, tail = family.rpartition("-")
    if not tail:
        return "", family
    return ("" if head.lower() in ARABIC_ARTICLES else head), tail


def _given(word: str) -> Sequence[str]:
    """The given names in one printed word: J.P. are two."""
    if _INITIALS.fullmatch(word):
        return [fold(letter) for letter in word.split(".") if letter]
    folded = fold(word)
    return [folded] if folded else []


def block_of(name: PersonName) -> str:
    """What the family names share of all names that may be one person's."""
    return skeleton(KOREAN.get(name.family, name.family))


def family_keys(name: PersonName) -> frozenset[str]:
    """Keys, of which two names whose family names are alike share at least one; all of one block."""
    keys = {f"f{name.family}"}
    spelled = slavic(name.family)
    if is_slavic(spelled):
        keys.add(f"s{spelled}")
    if name.eastern and name.family in KOREAN:
        keys.add(f"k{KOREAN[name.family]}")
    if name.is_arabic:
        keys.add(f"a{arabic_sound(name.family)}")
    return frozenset(keys)


def likeness(one: PersonName, other: PersonName) -> Likeness | None:
    """How the two full names may be one person's, or None; symmetric."""
    if one.links != other.links or one.suffix != other.suffix:
        return None
    family = _family_likeness(one, other)
    if family is None:
        return None
    given = _given_likeness(one, other)
    return None if given is None else max(family, given)


def same_family(one: PersonName, other: PersonName) -> bool:
    """Whether the family names are one, but for a rule of spelling."""
    found = _family_likeness(one, other)
    return found is not None and found <= Likeness.SPELLING


def _family_likeness(one: PersonName, other: PersonName) -> Likeness | None:
    if one.family == other.family:
        return Likeness.SAME
    a, b = slavic(one.family), slavic(other.family)
    if a == b and is_slavic(a):
        return Likeness.SPELLING
    if one.eastern and other.eastern:
        known = KOREAN.get(one.family)
        return Likeness.SOUND if known is not None and known == KOREAN.get(other.family) else None
    arabic = one.is_arabic and other.is_arabic
    if arabic and arabic_sound(one.family) == arabic_sound(other.family):
        return Likeness.SOUND
    return None


def _given_likeness(one: PersonName, other: PersonName) -> Likeness | None:
    if one.joined == other.joined:
        return Likeness.SAME
    first = _first_likeness(one, other)
    if first is None:
        return _misspelt(one, other)
    if not _middles_agree(one.given[1:], other.given[1:]):
        return None
    full = one.has_full_given and other.has_full_given
    if full or (one.given[1:] and other.given[1:]):
        return max(first, Likeness.FULLER) if full else Likeness.FULLER  # J. P., John P. Berg
    initials = one if len(one.given[0]) == 1 else other
    unmatched = initials.given[1:] and first is Likeness.INITIAL
    return Likeness.POSSIBLE if unmatched else Likeness.INITIAL


def _first_likeness(one: PersonName, other: PersonName) -> Likeness | None:
    a, b = SPELLINGS.get(one.given[0], one.given[0]), SPELLINGS.get(other.given[0], other.given[0])
    if a == b:
        return Likeness.SAME if one.given[0] == other.given[0] else Likeness.SPELLING
    if min(len(a), len(b)) == 1:
        return Likeness.INITIAL if a[0] == b[0] else None
    if one.eastern and other.eastern:
        return Likeness.SOUND if eastern_sound(a) == eastern_sound(b) else None
    if not NICKNAMES.get(a, _NONE).isdisjoint(NICKNAMES.get(b, _NONE)):
        return Likeness.NICKNAME
    arabic = one.is_arabic and other.is_arabic and arabic_sound(a) == arabic_sound(b)
    if arabic or undoubled(a) == undoubled(b):
        return Likeness.SOUND
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= _SHORTEST_STEM and longer.startswith(shorter) and not _sexes_differ(a, b):
        # Two names of their own, Maria and Marian, need as much as a slip does.
        known = {a, b} <= _KNOWN_GIVEN and EITHER.isdisjoint((a, b))
        return Likeness.MISSPELT if known else Likeness.NICKNAME
    return None


def sex_of(given: str) -> str:
    """`m` or `f` where only men or only women have the folded given name, else nothing."""
    if given in EITHER or (given in MALE_NAMES) == (given in FEMALE_NAMES):
        return ""
    return "m" if given in MALE_NAMES else "f"


def _sexes_differ(one: str, other: str) -> bool:
    """Whether one given name is a man's and the other a woman's, by a list or by their endings."""
    shorter, longer = sorted((one, other), key=len)
    if not EITHER.isdisjoint((one, other)):
        return False
    if one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"}:
        return True
    if longer == f"{shorter}a":
        return sex_of(shorter) != "f"
    return {sex_of(one), sex_of(other)} == {"m", "f"}


_KNOWN_GIVEN: Final = MALE_NAMES | FEMALE_NAMES
_NONE: Final[frozenset[str]] = frozenset()


def _middles_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the shorter row of middle names can be what is left of the longer one.

    Nothing is left out before an initial: Ivo H. P. Berg is not Ivo P. Berg.
    """
    shorter, longer = sorted((one, other), key=len)
    at = 0
    for middle in shorter:
        while at < len(longer) and len(middle) > 1 and not _is_short_for(middle, longer[at]):
            at += 1
        if at == len(longer) or not _is_short_for(middle, longer[at]):
            return False
        at += 1
    return True


def _is_short_for(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[:1] == other[:1])


def _misspelt(one: PersonName, other: PersonName) -> Likeness | None:
    """MISSPELT where one letter of a given name is wrong, with the syllables left in place."""
    a, b = one.joined, other.joined
    if min(len(a), len(b)) < _MISSPELT_FROM or a[:1] != b[:1]:
        return None
    if one.eastern != other.eastern or len(one.given) != len(other.given):
        return None
    if one.syllables and other.syllables and one.syllables != other.syllables:
        return None
    if not one.eastern and _sexes_differ(one.given[0], other.given[0]):
        return None
    return Likeness.MISSPELT if OSA.distance(a, b, score_cutoff=1) <= 1 else None


def candidate_keys(name: PersonName) -> set[str]:
    """Keys, of which two names that are alike share at least one; initials match by letter."""
    first = name.given[0]
    spelled = SPELLINGS.get(first, first)
    keys = {f"g{skeleton(spelled)}", f"j{skeleton(name.joined)}", f"p{spelled[:_SHORTEST_STEM]}"}
    keys |= {f"n{row}" for row in NICKNAMES.get(spelled, _NONE)}
    joined = name.joined
    keys.add(f"d{joined}")
    keys |= {f"d{joined[:at]}{joined[at + 1 :]}" for at in range(len(joined))}
    return keys
