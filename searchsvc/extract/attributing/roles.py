"""What the words beside a name tell: the role of the person, and the country it is held for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.names import plain
from searchsvc.extract.lexicon import PREPOSITIONS, SPOKES_ROLES, TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.extract.attributing.names import Name
    from searchsvc.extract.prose.words import Word

_NOT_ROLES: Final = frozenset(
    "mr mrs ms miss mx dr sir hon messrs husband wife son daughter brother sister mother father "
    "friend rival democrat republican independent star lady whip".split()
)
_AT_HOME: Final = SPOKES_ROLES | frozenset("minister premier chancellor secretary".split())
"""Roles whose holders speak for the country of the town where they speak."""
_ABROAD: Final = frozenset("ambassador envoy consul diplomat correspondent".split())
"""Roles whose holders are not of the country that the role names with *in* or *to*."""
_OFFICE: Final = frozenset(
    "'s ’s and of for the chief deputy former then new acting outgoing special senior vice prime "
    "principal foreign trade finance defense defence interior government presidential cabinet".split()
)
"""Small words that may stand between the country and the role."""
_ROLE_WINDOW: Final = 8  # words after or before the comma in which an apposition names the role
_OFFICE_WINDOW: Final = 7  # words between the country and the role
_TITLE_WINDOW: Final = 4  # words of a run of titles
_TOWN_WINDOW: Final = 4  # words of `In New Delhi ,` at the start of a sentence


_IN_FULL: Final = MappingProxyType(
    {
        "sen": "senator",
        "rep": "representative",
        "gov": "governor",
        "gen": "general",
        "col": "colonel",
        "capt": "captain",
        "adm": "admiral",
        "prof": "professor",
        "rev": "reverend",
        "lt": "lieutenant",
        "sgt": "sergeant",
        "maj": "major",
    }
)


def full_role(word: str, before: str) -> str:
    """The role that `word` names, in full; `before` is the word before it, small letters."""
    role = plain(word)
    if role == "president" and before == "vice":
        return "vice-president"
    return _IN_FULL.get(role, role)


class Standing(NamedTuple):
    """What a person is called to be beside the name; None where nothing tells.

    Attributes:
        role: "minister".
        country: code of the country that it is held for.
        office: the two words before the role, small letters: prime, deputy, fisheries.
    """

    role: str | None
    country: str | None
    office: frozenset[str] = frozenset()


def standing(name: Name, words: Sequence[Word], countries: Mapping[int, str]) -> Standing:
    """Role and country beside `name`; `countries` gives a code by the end offset of its mention."""
    roles = [title for title in name.titles if title not in _NOT_ROLES]
    if roles:
        country = _country_before(words, name.title_at, countries)
        if country is None and roles[-1] in _AT_HOME:
            country = _country_of_town(words, countries)
        role = full_role(roles[-1], name.titles[-2] if name.titles[1:] else "")
        return Standing(role, country, _office(words, name.first - 1))
    at = _role_after(words, name.last + 1)
    if at is not None:
        inside = (countries.get(word.end) for word in words[name.last + 2 : at])
        country = next(filter(None, inside), None) or _country_after(words, at, countries)
        return Standing(_role_at(words, at), country, _office(words, at))
    at = _role_before(words, name.first - 1)
    if at is not None:
        country = _country_before(words, at, countries)
        return Standing(_role_at(words, at), country)
    return Standing(
        None, _country_before(words, name.title_at, countries) if name.titles else None
    )


def _office(words: Sequence[Word], at: int) -> frozenset[str]:
    """The two words before the role at word `at`, small letters."""
    return frozenset(word.lower for word in words[max(0, at - 2) : max(0, at)])


def _role_at(words: Sequence[Word], at: int) -> str:
    return full_role(words[at].text, words[at - 1].lower if at else "")


def _role_after(words: Sequence[Word], comma: int) -> int | None:
    """Number of the role in the apposition that begins with a comma: Berg / , the minister."""
    if comma + 1 >= len(words) or words[comma].text != ",":
        return None
    for index in range(comma + 1, min(comma + 1 + _ROLE_WINDOW, len(words))):
        role = plain(words[index].text)
        is_mark = words[index].is_mark and words[index].lower not in ("'s", "’s")
        if is_mark or role in ("who", "which", "whose", "and"):
            return None
        if role in TITLES and role not in _NOT_ROLES:
            return _last_title(words, index)
    return None


def _last_title(words: Sequence[Word], first: int) -> int:
    """Number of the last title of the run that begins at `first`: chief cabinet / secretary."""
    last = first
    for index in range(first + 1, min(first + _TITLE_WINDOW, len(words))):
        if (
            words[index].is_mark
            or words[index].lower in PREPOSITIONS
            or words[index].lower == "and"
        ):
            break
        if plain(words[index].text) in TITLES:
            last = index
    return last


def _role_before(words: Sequence[Word], comma: int) -> int | None:
    """Number of the role before a name between commas: Oman's envoy for Asia / , Salim al-Said."""
    if comma < 1 or words[comma].text != ",":
        return None
    for index in range(comma - 1, max(-1, comma - _ROLE_WINDOW), -1):
        role = plain(words[index].text)
        if words[index].is_mark:
            return None
        if role in TITLES and role not in _NOT_ROLES and not words[index].is_name_like:
            linked = index + 1 == comma or words[index + 1].lower in ("for", "of", "in", "to")
            return index if linked else None
    return None


def _country_before(words: Sequence[Word], at: int, countries: Mapping[int, str]) -> str | None:
    """Code of the country named before the role at `at`: Russian / Deputy Trade / Minister."""
    for index in range(at - 1, max(-1, at - 1 - _OFFICE_WINDOW), -1):
        word = words[index]
        if word.end in countries:
            return countries[word.end]
        if word.is_mark or not (word.is_name_like or word.lower in _OFFICE):
            return None
        if word.lower in PREPOSITIONS and word.lower not in _OFFICE:
            return None
    return None


def _country_after(words: Sequence[Word], at: int, countries: Mapping[int, str]) -> str | None:
    """Code of the country named after the role: spokeswoman of the Foreign Ministry in / Hanoi."""
    if plain(words[at].text) in _ABROAD:
        return None
    for index in range(at + 1, min(at + 1 + _OFFICE_WINDOW, len(words))):
        word = words[index]
        if word.is_mark or word.lower in ("who", "and", "said", "to"):
            return None
        if word.end in countries:
            return countries[word.end]
    return None


def _country_of_town(words: Sequence[Word], countries: Mapping[int, str]) -> str | None:
    """Code of the country of the town that opens the sentence: In Hanoi, ..."""
    if not words or words[0].lower != "in":
        return None
    for index in range(1, min(_TOWN_WINDOW, len(words) - 1)):
        if words[index].end in countries and words[index + 1].text == ",":
            return countries[words[index].end]
    return None
