"""Names that values of facets go by, and whether typed text begins one.

A name is the folded words of it, so that accents, capitals and hyphens do not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc import countries
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED_FIELDS: Final = ("speaker", "country", "speaker_country", "source")
"""The facet fields whose values are names of somebody or something."""

_OF_COUNTRIES: Final = frozenset(("country", "speaker_country"))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a name, or of what was typed."""
    return tuple(token.folded for token in analyse(text))


def label_of(field: str, value: str) -> str:
    """What a value of a facet field is shown as."""
    return countries.label(value) if field in _OF_COUNTRIES else value


def names_of(field: str, value: str) -> tuple[str, ...]:
    """All names of a value of a facet field, the one that it is shown as first.

    A country goes by its names, its code and the words for its people.
    """
    if field not in _OF_COUNTRIES:
        return (value,)
    country = countries.COUNTRIES.get(value) or countries.BODIES.get(value)
    if country is None:
        return (value,)
    people = tuple(each for each in country.demonyms if not each.endswith("-"))
    names = (country.name, *country.names, *country.unsearched, value, *people)
    return tuple(dict.fromkeys(names))


def begins(typed: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a name of these `words` is begun by what was `typed`; both are folded.

    Each typed word must begin at another word of the name, in any order, and may run on over those
    that follow: `jongun` and `un kim` both begin Kim Jong-un.
    """
    return bool(typed) and _placed(typed, words, frozenset(range(len(words))))


def name_begun(field: str, value: str, typed: Sequence[str]) -> str | None:
    """The first name of a value of a facet field that what was typed begins, or None."""
    for name in names_of(field, value):
        if begins(typed, words_of(name)):
            return name
    return None


def _placed(typed: Sequence[str], words: Sequence[str], free: frozenset[int]) -> bool:
    """Whether each of `typed` begins at one of the words that are `free`, none on another's."""
    if not typed:
        return True
    for start in sorted(free):
        end, run = start + 1, words[start]
        while len(run) < len(typed[0]) and end in free:
            end, run = end + 1, run + words[end]
        if run.startswith(typed[0]) and _placed(typed[1:], words, free - set(range(start, end))):
            return True
    return False
