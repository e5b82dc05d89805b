"""A name as somebody asks for it: in part, in any order, or in another spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from searchsvc.extract.lexicon import TITLES
from searchsvc.identities.names import Likeness, likeness, read_name
from searchsvc.identities.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.identities.names import PersonName

_NEAR: Final = 0.65  # similarity of two words, and of whole names on average, that are near
_MOST_NEAR: Final = 5
# What namesakes are told apart by. Matches " (coach, Bulgaria)" at the end.
_LABEL: Final = re.compile(r"\s\([^()]*\)\Z")


class Asked:
    """A name asked for. Capitals, accents, hyphens, commas, titles and order do not matter."""

    def __init__(self, name: str) -> None:
        """Take `name` apart."""
        printed = [word for word in name.replace(",", " ").split() if fold(word)]
        while len(printed) > 1 and printed[0].lower().rstrip(".") in TITLES:
            printed = printed[1:]
        self._words = tuple(fold(part) for word in printed for part in _split(word))
        turned = (printed, [*printed[1:], *printed[:1]], [*printed[-1:], *printed[:-1]])
        orders = dict.fromkeys(" ".join(words) for words in turned if words)
        self._readings = tuple(map(read_name, orders))

    def is_named(self, printed: str) -> bool:
        """Whether `printed`, without what tells namesakes apart, is all that is asked for."""
        key = read_name(_LABEL.sub("", printed)).key
        return any(reading.key == key for reading in self._readings)

    def may_mean(self, printed: str) -> bool:
        """Whether somebody printed or shown so may be meant."""
        plain = _LABEL.sub("", printed)
        if self._words and _parts(plain).issuperset(self._words):
            return True
        name = read_name(plain)
        if any(name.key == reading.key for reading in self._readings):
            return True
        if len(self._words) == 1:
            return _is_word_of(self._words[0], name)
        return bool(name.given) and any(
            reading.given and likeness(reading, name) is not None for reading in self._readings
        )

    def may_be(self, family: str, given: str) -> bool:
        """Whether somebody of these folded names may be meant."""
        return bool(self._words) and (
            {family, given}.issuperset(self._words)
            or any((one.family, one.joined) == (family, given) for one in self._readings)
        )

    def near(self, names: Iterable[str]) -> tuple[str, ...]:
        """The few of `names` that are spelled most like what is asked for, most alike first."""
        parts = {name: _parts(_LABEL.sub("", name)) for name in names}
        known = sorted(frozenset().union(*parts.values()))
        alike = [_alike(word, known) for word in self._words]
        scores = {
            name: sum(max((one.get(part, 0.0) for part in own), default=0.0) for one in alike)
            for name, own in parts.items()
        }
        enough = _NEAR * len(self._words)
        found = (name for name, score in scores.items() if score and score >= enough)
        return tuple(sorted(found, key=lambda name: (-scores[name], name))[:_MOST_NEAR])


def _alike(word: str, known: Sequence[str]) -> dict[str, float]:
    """The similarity to `word`, from 0 to 1, of those of `known` that are near to it."""
    found = process.extract(
        word,
        known,
        scorer=OSA.normalized_similarity,
        processor=None,
        score_cutoff=_NEAR,
        limit=None,
    )
    return {other: score for other, score, _ in found}


def _split(word: str) -> list[str]:
    return [part for part in re.split(r"[-‐‑–]", word) if fold(part)]


def _parts(printed: str) -> frozenset[str]:
    """The folded words of a name, those with a hyphen whole and in parts."""
    words = printed.split()
    return frozenset(map(fold, words)) | {fold(part) for word in words for part in _split(word)}


def _is_word_of(word: str, name: PersonName) -> bool:
    """Whether one folded word is another spelling of the family name, or a form of the given one."""
    readings = [name._replace(family=word)]
    if name.given:
        readings.append(name._replace(given=(word,), syllables=""))
    found = (likeness(reading, name) for reading in readings)
    return any(one is not None and one <= Likeness.NICKNAME for one in found)
