"""What documents hold, summed up so that two accounts of it can be compared in any order.

An occurrence is a word, its form and its place in a document, or a value and its place. Each is
hashed to 64 bits together with the name of what holds it, and hashes are added up by document:
once as the stored documents have them, once as the index has them. Sums that are equal stand for
the same occurrences, but for one chance in 2**64. That takes eight bytes a document, however many
words there are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.columnar.encoding import Ints

Hashes = npt.NDArray[np.uint64]

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)  # odd and without pattern: 2**64 by the golden ratio
_SHIFTS: Final = (np.uint64(30), np.uint64(27), np.uint64(31))
_FACTORS: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_WHOLE: Final = 1 << 64


class Balance:
    """Two accounts of the documents of a segment, as the difference of their sums.

    Attributes:
        by_document: uint64[documents], 0 where both agree.
    """

    def __init__(self, documents: int) -> None:
        """Begin with two empty accounts."""
        self.by_document = np.zeros(documents, np.uint64)
        self._by_space: Counter[str] = Counter()

    def stored(self, space: str, docs: Ints, occurrences: Hashes) -> None:
        """Enter what stored documents have in a space: a hash, or a sum of some, and a document."""
        np.add.at(self.by_document, docs, occurrences)
        self._by_space[space] += _total(docs, occurrences)

    def indexed(self, space: str, docs: Ints, occurrences: Hashes) -> None:
        """Enter what the index has of the documents."""
        np.subtract.at(self.by_document, docs, occurrences)
        self._by_space[space] -= _total(docs, occurrences)

    def unequal(self) -> frozenset[str]:
        """Names of the spaces in which the accounts differ."""
        return frozenset(space for space, total in self._by_space.items() if total % _WHOLE)


def hashes(texts: Iterable[str], count: int) -> Hashes:
    """A hash of each text; the same for the same within one process."""
    return np.fromiter(map(hash, texts), np.int64, count).view(np.uint64)


def keys(space: str, words: Hashes, forms: Hashes) -> Hashes:
    """What stands for words, with their forms, in a space; of values both are the same."""
    return _mixed(_mixed(words + np.uint64(hash(space) % _WHOLE)) + forms)


def at_places(given: Hashes, places: npt.NDArray[Any]) -> Hashes:
    """What stands for the occurrences of keys at places, one each."""
    return _mixed(given + places.astype(np.uint64) * _STEP)


def _total(docs: Ints, occurrences: Hashes) -> int:
    """One number for all, in which each document weighs otherwise, lest two change places."""
    weights = _mixed(docs.astype(np.uint64)) | np.uint64(1)
    return int((weights * occurrences).sum())


def _mixed(numbers: Hashes) -> Hashes:
    """`numbers`, each bit of each depending on all of its bits.

    Source: the finaliser of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number
    generators, 2014, in Stafford's variant 13).
    """
    mixed = numbers ^ (numbers >> _SHIFTS[0])
    mixed *= _FACTORS[0]
    mixed ^= mixed >> _SHIFTS[1]
    mixed *= _FACTORS[1]
    mixed ^= mixed >> _SHIFTS[2]
    return mixed
