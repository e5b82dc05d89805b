"""Bodies by their full names: which one "the board", "TSB" and "the company" stand for."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.lexicon import BODY_WORDS, DETERMINERS
from searchsvc.model import Speaker, SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.extract.attributing.people import Passage
    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.prose.words import Word

_WITHIN: Final = frozenset("' ’ 's ’s of and & for".split())
"""What may stand between the words of a name."""
_LINKS: Final = frozenset("of for".split())
_POSSESSIVES: Final = ("'s", "’s", "'", "’")
_COMPANY: Final = frozenset("company firm group carrier airline bank maker manufacturer".split())
"""What companies are called."""
_COMPANIES: Final = frozenset(
    "inc corp co ltd plc llc lines shipping airlines airways motors industries holdings systems "
    "pharmaceuticals logistics telecom foods bancorp technologies energy oil steel mining group "
    "bank electric company stores products".split()
)
"""Words with which the names of companies end."""
_KOREAS: Final = MappingProxyType({"north": "KP", "south": "KR"})
_LONGEST_LETTERS: Final = 6
_SHORTEST_LETTERS: Final = 2


class _Body(NamedTuple):
    """A body named in full.

    Attributes:
        unit: number of the unit that names it.
        name: its name.
        head: the word that stands for it, small letters.
        letters: its capitals.
        country: code, or None.
    """

    unit: int
    name: str
    head: str
    letters: str
    country: str | None

    @property
    def is_company(self) -> bool:
        """Whether it is one by the last word of its name."""
        return self.head.rstrip(".") in _COMPANIES


class Bodies:
    """The bodies that an article names in full; looked for when first asked for."""

    def __init__(self, passages: Sequence[Passage], countries: Mapping[int, str]) -> None:
        self._passages = passages
        self._countries = countries
        self._found: tuple[_Body, ...] | None = None
        self._koreas: dict[str, int] | None = None

    def meant(self, unit: int, source: Source) -> Speaker | None:
        """The only body named in or before `unit` that the short words at `source` can mean."""
        words = self._passages[unit].words
        first, last = words[source.first], words[source.last]
        definite = source.last == source.first + 1 and first.lower == "the"
        if not definite and first is not last:
            return None
        if definite and last.text.islower():
            return self._only(unit, last.lower, is_letters=False)
        if definite and last.lower in _KOREAS:
            return self._korea(unit, last.text)
        length = len(last.text)
        if last.text.isupper() and _SHORTEST_LETTERS <= length <= _LONGEST_LETTERS:
            return self._only(unit, last.text, is_letters=True)
        return None

    def _korea(self, unit: int, half: str) -> Speaker | None:
        """North or South Korea, where a unit before names it: the North."""
        if self._koreas is None:
            self._koreas = {}
            for number, within in enumerate(self._passages):
                for word, after in pairwise(within.words):
                    if after.text == "Korea":
                        self._koreas.setdefault(word.text, number)
        if self._koreas.get(half, unit) >= unit:
            return None
        return Speaker(f"{half} Korea", SpeakerKind.BODY, country=_KOREAS[half.lower()])

    def _only(self, unit: int, short: str, *, is_letters: bool) -> Speaker | None:
        if not is_letters and short not in BODY_WORDS | _COMPANY:
            return None
        if self._found is None:
            self._found = tuple(_bodies(self._passages, self._countries))
        if is_letters:
            fits = [one for one in self._found if one.letters == short]
        else:
            fits = [one for one in self._found if one.unit <= unit and one.head == short]
            if not fits and short in _COMPANY:
                fits = [one for one in self._found if one.unit <= unit and one.is_company]
        names = {one.name for one in fits}
        if len(names) != 1:
            return None
        return Speaker(fits[0].name, SpeakerKind.BODY, country=fits[0].country)


def _bodies(passages: Sequence[Passage], countries: Mapping[int, str]) -> Iterator[_Body]:
    for unit, within in enumerate(passages):
        words = within.words
        for at, word in enumerate(words):
            if not word.is_name_like or word.lower.rstrip(".") not in BODY_WORDS | _COMPANIES:
                continue
            if at + 1 < len(words) and words[at + 1].is_name_like:
                continue
            first, last = _run(words, at)
            if last > first:
                inside = words[first : last + 1]
                named = {countries[one.end] for one in inside if one.end in countries}
                country = named.pop() if len(named) == 1 else None
                letters = "".join(one.text[0] for one in inside if one.is_name_like)
                yield _Body(unit, _text(inside), word.lower, letters, country)


def _run(words: Sequence[Word], head: int) -> tuple[int, int]:
    """Numbers of the first and last word of the name around `head`."""
    first, last = head, head
    while first and words[first - 1].lower not in DETERMINERS:
        before = words[first - 1]
        joins = before.lower in _WITHIN and first > 1 and words[first - 2].is_name_like
        if not (before.is_name_like or joins):
            break
        first -= 1
    while (
        last + 2 < len(words) and words[last + 1].lower in _LINKS and words[last + 2].is_name_like
    ):
        last += 2
        while last + 1 < len(words) and words[last + 1].is_name_like:
            last += 1
    return first, last


def _text(words: Sequence[Word]) -> str:
    text = " ".join(word.text for word in words)
    for mark in _POSSESSIVES:
        text = text.replace(" " + mark, mark)
    return text
