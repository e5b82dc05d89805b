"""Joint sources: who speaks together, and the words with which a text takes them up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.names import names_in, plain
from searchsvc.extract.attributing.sources import Source, phrase_before
from searchsvc.extract.lexicon import (
    ADVERBS,
    BODY_WORDS,
    BREAKS,
    DETERMINERS,
    DOCUMENTS,
    FEMALE_NAMES,
    LINKS,
    MALE_NAMES,
    PARTICLES,
    TITLES,
    UNNAMED,
)
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from searchsvc.extract.attributing.names import Name
    from searchsvc.extract.prose.words import Word

_JOINTS: Final = frozenset(("and", "or", "nor", "&"))
_PAIRING: Final = frozenset(("both", "neither", "either", "but", "and"))
_WITH: Final = (
    ("along", "with"),
    ("together", "with"),
    ("as", "well", "as"),
    ("joined", "by"),
    ("like",),
)
"""What begins an aside that names who else speaks."""
_POSSESSIVES: Final = frozenset(("'s", "’s", "'", "’"))
_KIN: Final = frozenset(
    "wife husband son daughter brother sister mother father parents partner colleague colleagues "
    "friend friends neighbour neighbours neighbor neighbors counterpart counterparts".split()
)
_HEADS: Final = UNNAMED | TITLES | (BODY_WORDS - DOCUMENTS) | _KIN
"""Nouns of those who can speak."""
_HOUSES: Final = frozenset(
    "ministry department agency authority board bank commission council committee union party court "
    "office university institute association federation police bureau company group lines shipping "
    "airlines airways motors corp inc ltd holdings industries partners".split()
)
"""Words that end the name of a body: where both parts end so, they are two bodies."""
_HARD: Final = frozenset(("(", ")", ";", ":", "--", "—", "–"))
"""Marks that an aside between commas does not hold."""
_LONGEST_ASIDE: Final = 14  # words between the commas after a name in a list
_LONGEST_COUNTRY: Final = 3  # words
_MOST: Final = 12  # who can speak together
_PLURAL_TITLES: Final = frozenset(
    "presidents ministers senators sens representatives reps governors govs generals professors "
    "ambassadors secretaries congressmen justices judges bishops doctors drs".split()
)


def members(
    words: Sequence[Word],
    source: Source,
    countries: Mapping[int, str],
    is_known: Callable[[Name], bool],
) -> tuple[Source, ...]:
    """The parts of a joint source, in order; `source` alone where it is one.

    `countries` gives a code by the end offset of its mention, `is_known` tells whether a name is
    that of a person.
    """
    inside = _split(words, source, countries, is_known)
    before = _before(words, inside[0].first, is_list=len(inside) > 1)
    found = (*before, *inside, *_with(words, source))
    first = found[0]
    if len(found) > 1 and words[first.first].lower in _PAIRING:
        return (first._replace(first=first.first + 1), *found[1:])
    return found


def is_shared_title(words: Sequence[Word], part: Source) -> bool:
    """Whether a title in the plural begins the part: Senators / Monroe."""
    return plain(words[part.first].text) in _PLURAL_TITLES


def _split(
    words: Sequence[Word],
    source: Source,
    countries: Mapping[int, str],
    is_known: Callable[[Name], bool],
) -> tuple[Source, ...]:
    """The parts of `source` between *and* and *or*."""
    parts: list[Source] = []
    first = source.first
    for at in range(source.first + 1, source.last):
        if words[at].lower not in _JOINTS:
            continue
        left, right = Source(first, at - 1, at - 1), source._replace(first=at + 1)
        if _are_two(words, left, right, countries, is_known):
            parts.append(left)
            first = at + 1
    return (*parts, source._replace(first=first))


def _are_two(
    words: Sequence[Word],
    left: Source,
    right: Source,
    countries: Mapping[int, str],
    is_known: Callable[[Name], bool],
) -> bool:
    """Whether both speak; not: Health / and / Human Services."""
    one, other = words[left.first : left.last + 1], words[right.first : right.last + 1]
    if all(plain(word.text) in TITLES for word in one):
        return False
    lowered = [word.lower for word in one]
    described = not one[0].is_name_like or lowered[0] in DETERMINERS
    if described and not LINKS.isdisjoint(lowered):
        return other[0].lower in DETERMINERS  # a spokesman for Berg / and / Petrova
    if other[0].lower in DETERMINERS:
        return one[-1].is_name_like or lowered[-1] in _HEADS
    named = [any(map(is_known, names_in(part))) for part in (one, other)]
    if all(named) or (is_shared_title(words, left) and other[0].is_name_like):
        return True
    if named[1] and len(one) == 1 and lowered[0] in MALE_NAMES | FEMALE_NAMES:
        return True  # Ilona / and / Bela Varga
    if all(_is_country(part, countries) for part in (one, other)):
        return True
    ends = [part[-1].lower.rstrip(".") in _HOUSES and len(part) > 1 for part in (one, other)]
    if described and (lowered[-1] in _HOUSES or lowered[-1] in UNNAMED):
        return named[1]  # the Harbour Authority / and / Ivo Berg
    return all(ends) and LINKS.isdisjoint(lowered)


def _is_country(part: Sequence[Word], countries: Mapping[int, str]) -> bool:
    return (
        len(part) <= _LONGEST_COUNTRY
        and part[-1].end in countries
        and not any(word.end in countries for word in part[:-1])
    )


def _before(words: Sequence[Word], first: int, *, is_list: bool) -> tuple[Source, ...]:
    """The members before word `first`, with which the last one begins: Berg, Haas and / Petrova.

    `is_list` tells whether two were joined already, so that a comma may join others.
    """
    found: list[Source] = []
    while len(found) < _MOST:
        end = _joint_before(words, first)
        if end is None and (is_list or found) and first > 1 and words[first - 1].text == ",":
            end, is_list = first - 2, True
        member = _member(words, end) if end is not None else None
        if member is None:
            break
        found.insert(0, member)
        first = member.first
    if not found:
        return ()
    return tuple(found) if _begins(words, first, is_list=is_list) else ()


def _joint_before(words: Sequence[Word], first: int) -> int | None:
    """Number of the last word before *and*, *as well as* or *and, separately,* before `first`."""
    at = first - 1
    if at > 2 and words[at].text == "," and words[at - 2].text == ",":  # noqa: PLR2004  # two commas
        at = at - 3 if words[at - 1].lower in ADVERBS or words[at - 1].lower[-2:] == "ly" else at
    if at < 1:
        return None
    if words[at].lower in _JOINTS:
        return at - 1
    phrase = tuple(word.lower for word in words[max(0, at - 2) : at + 1])
    return at - len(phrase) if phrase == ("as", "well", "as") and at > len(phrase) - 1 else None


def _member(words: Sequence[Word], end: int) -> Source | None:
    """Who is named up to word `end`, perhaps with an aside: Berg / , 41 ,."""
    if words[end].text not in (",", ")"):
        return _phrase(words, end)
    mark = "," if words[end].text == "," else "("
    for index in range(end - 1, max(0, end - _LONGEST_ASIDE), -1):
        if words[index].text == mark:
            described = mark == "(" or _describes(words, index + 1, end)
            return _phrase(words, index - 1) if described else _phrase(words, end - 1)
        if words[index].quoted or (mark == "," and words[index].text in _HARD):
            break
    return _phrase(words, end - 1)


def _describes(words: Sequence[Word], first: int, end: int) -> bool:
    """Whether `words[first:end]` tell age, party or office of the person before."""
    opening = words[first]
    if opening.text[0].isdigit() or opening.lower in DETERMINERS:
        return True
    party = len(opening.text) > 1 and opening.text[0] in "DRI" and opening.text[1] == "-"
    return party or not words[end - 1].is_name_like


def _phrase(words: Sequence[Word], end: int) -> Source | None:
    """The noun phrase that ends with word `end`, where it names somebody."""
    source = phrase_before(words, end) if end >= 0 else None
    if source is None:
        return None
    first = source.first
    while first < end and words[first].lower in _PAIRING:
        first += 1
    inside = words[first : end + 1]
    heads = [at for at, word in enumerate(inside) if word.lower in LINKS]
    head = inside[(heads[0] if heads and heads[0] else len(inside)) - 1]
    if not (head.is_name_like or head.lower in _HEADS):
        return None
    named = False
    for word in inside[inside[0].lower in DETERMINERS :]:
        named = named or word.is_name_like
        if named and not (word.is_name_like or _may_stand(word)):
            return None
    return Source(first, end, end)


def _may_stand(word: Word) -> bool:
    """Whether a small word may stand after a capital in a phrase that names somebody."""
    return word.lower in LINKS | DETERMINERS | PARTICLES | _HEADS | _POSSESSIVES


def _begins(words: Sequence[Word], first: int, *, is_list: bool) -> bool:
    """Whether the subject of a clause can begin at word `first`; a list must begin its sentence."""
    if first == 0 or words[first - 1].text in QUOTATION_MARKS:
        return True
    if words[first - 1].lower in _PAIRING:
        return first == 1 or words[first - 2].is_mark
    return not is_list and (words[first - 1].text == "," or words[first - 1].lower in BREAKS)


def _with(words: Sequence[Word], source: Source) -> tuple[Source, ...]:
    """Who is named in the aside: Berg / , along with Petrova ,."""
    first = source.last + 2
    if source.through <= first or words[first - 1].text != ",":
        return ()
    for phrase in _WITH:
        after = first + len(phrase)
        if tuple(word.lower for word in words[first:after]) == phrase and after < source.through:
            named = _phrase(words, source.through - 1)
            fits = named is not None and first <= named.first <= after
            return (named._replace(first=after),) if named is not None and fits else ()
    return ()
