"""What a stored document must have put into the index, by plain analysis of its texts."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.fingerprints import (
    MOST_MARKS,
    MOST_WEIGHT,
    PLACE_BITS,
    WEIGHT_BITS,
    bucket_of,
)
from searchsvc.columnar.layout import VALUE_GAP
from searchsvc.documents import facet_values
from searchsvc.engine.whoosh.schema import PRINTED, stem_space, value_fields, word_fields
from searchsvc.engine.whoosh.verifying.postings import COLUMN, MARKS
from searchsvc.engine.whoosh.verifying.sums import at_places, keys
from searchsvc.fields import BY_NAME, Words
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.engine.recounting import Analysed
    from searchsvc.engine.whoosh.verifying.sums import Balance

_BUFFERED: Final = 1 << 17
"""Occurrences that wait to be entered."""

_MOST_SUM: Final = (1 << PLACE_BITS) - 1
"""What weighs more counts no more than this where marks are put in order."""


class Held(NamedTuple):
    """What a document has in one space, one item an occurrence.

    Attributes:
        words: terms, or values.
        forms: the folded word that stands there; of values the value itself.
        places: from 0; of values in postings all 0.
    """

    words: list[str]
    forms: list[str]
    places: list[int]


def held_words(each: Analysed) -> Iterator[tuple[str, int, Held]]:
    """Of each field of words its space, the number of its tokens, and the occurrences."""
    for name in word_fields(each.collection):
        stems = BY_NAME[name].words is Words.STEMMED
        words: list[str] = []
        forms: list[str] = []
        places: list[int] = []
        start = tokens = 0
        for text in each.texts(name):
            words += [token.stem if stems else token.folded for token in text]
            forms += [token.folded for token in text]
            places += range(start, start + len(text))
            for place, token in enumerate(text, start):
                if token.cased is not None:
                    words.append(token.cased)
                    forms.append(token.cased)
                    places.append(place)
            tokens += len(text)
            start += len(text) + VALUE_GAP
        yield stem_space(name), tokens, Held(words, forms, places)


def held_values(each: Analysed) -> Iterator[tuple[str, Held]]:
    """Of each field of values what its postings have, then what its column has."""
    for name in value_fields(each.collection):
        values = list(facet_values(each.document, name))
        yield name, Held(values, values, [0] * len(values))
        yield name + COLUMN, Held(values, values, list(range(len(values))))


def held_marks(each: Analysed) -> list[int]:
    """The marks of its fingerprint, as `columnar.fingerprints` describes them."""
    weights: dict[str, int] = {}
    for printed in PRINTED[each.collection]:
        tokens = [token for text in each.texts(printed.name) for token in text]
        for token in tokens[: printed.most]:
            if token.folded not in STOP_WORDS:
                weights[token.stem] = weights.get(token.stem, 0) + printed.weight
    buckets: dict[int, int] = {}
    for stem, weight in weights.items():
        bucket = bucket_of(stem.encode())
        buckets[bucket] = buckets.get(bucket, 0) + weight
    # Sorting keeps the order of first sight where weights are level.
    order = sorted(buckets, key=lambda bucket: -min(buckets[bucket], _MOST_SUM))
    return [
        bucket << WEIGHT_BITS | min(buckets[bucket], MOST_WEIGHT) for bucket in order[:MOST_MARKS]
    ]


class Account:
    """Enters what documents must have put into the index, many at a time."""

    def __init__(self, balance: Balance, spaces: Iterable[str]) -> None:
        """Enter into `balance` what is in these spaces, and nothing else."""
        self._balance = balance
        self._spaces = {space: _Buffer() for space in spaces}
        self._marks = _Buffer()
        self._buffered = 0

    def enter(self, doc: int, space: str, held: Held) -> None:
        """Enter what document number `doc` has in a space."""
        buffer = self._spaces.get(space)
        if buffer is None or not held.places:
            return
        buffer.words.extend(map(hash, held.words))
        buffer.forms.extend(map(hash, held.forms))
        buffer.places.extend(held.places)
        buffer.docs.append(doc)
        buffer.counts.append(len(held.places))
        self._buffered += len(held.places)
        if self._buffered >= _BUFFERED:
            self.flush()

    def enter_marks(self, doc: int, marks: list[int]) -> None:
        """Enter the fingerprint of document number `doc`."""
        if MARKS in self._spaces:
            self._marks.places.extend(range(len(marks)))
            self._marks.words.extend(marks)
            self._marks.docs.append(doc)
            self._marks.counts.append(len(marks))

    def flush(self) -> None:
        """Enter what waits."""
        for space, buffer in self._spaces.items():
            if buffer.counts:
                key = keys(space, _unsigned(buffer.words), _unsigned(buffer.forms))
                self._take(space, buffer, key)
                self._spaces[space] = _Buffer()
        self._take(MARKS, self._marks, _unsigned(self._marks.words))
        self._marks = _Buffer()
        self._buffered = 0

    def _take(self, space: str, buffer: _Buffer, key: npt.NDArray[np.uint64]) -> None:
        counts = np.array(buffer.counts, np.intp)
        docs = np.repeat(np.array(buffer.docs, np.intp), counts)
        self._balance.stored(space, docs, at_places(key, np.array(buffer.places, np.intp)))


class _Buffer:
    """Occurrences of one space that wait: hashes and places of each, document by document."""

    def __init__(self) -> None:
        self.words, self.forms, self.places = array("q"), array("q"), array("q")
        self.docs, self.counts = array("q"), array("q")


def _unsigned(hashed: array[int]) -> npt.NDArray[np.uint64]:
    return np.array(hashed, np.int64).view(np.uint64)
