"""Tokens of documents to their fingerprints, without Python per token."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges, starts_of
from searchsvc.columnar.fingerprints import (
    BUCKET_BITS,
    MOST_MARKS,
    MOST_WEIGHT,
    PLACE_BITS,
    WEIGHT_BITS,
    bucket_of,
)
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from searchsvc.columnar.fingerprints import PrintedField
    from searchsvc.columnar.words.lexicon import Lexicon
    from searchsvc.columnar.writing.inversion import FieldTokens

Marks = npt.NDArray[np.uint16]
Numbers = npt.NDArray[Any]

DOCUMENTS_AT_ONCE: Final = 256
"""Their keys, eight bytes a token, stay in the cache."""

_PLACES: Final = 1 << PLACE_BITS
_BUCKET_MASK: Final = (1 << BUCKET_BITS) - 1
_DOC_SHIFT: Final = BUCKET_BITS + PLACE_BITS
_RANK_SHIFT: Final = _DOC_SHIFT + PLACE_BITS
_NO_BUCKET: Final = -1
_STOP_WORDS: Final = frozenset(word.encode() for word in STOP_WORDS)


class Printer:
    """Makes the fingerprints of documents, in the order in which they were added."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look up the buckets of all words that `lexicon` knows."""
        self._bucket_of_word = _buckets_of_words(lexicon)
        self._fields: list[_Placed] = []
        self._weights = np.zeros(_PLACES, np.intp)
        self._places = 0

    def take(self, field: FieldTokens, printed: PrintedField) -> None:
        """Take in a field. Its tokens must stay as they are until `marks`."""
        end = self._places + printed.most
        assert end <= _PLACES  # noqa: S101 - the layout says how many places fields have
        self._weights[self._places : end] = printed.weight
        self._fields.append(_Placed(field, self._places, printed.most))
        self._places = end

    def marks(self, documents: int) -> tuple[Ints, Marks]:
        """How many marks each of so many documents has, and the marks end to end."""
        counts, marks = [np.zeros(0, np.intp)], [np.zeros(0, np.uint16)]
        for first in range(0, documents, DOCUMENTS_AT_ONCE):
            some = self._marks(first, min(first + DOCUMENTS_AT_ONCE, documents))
            counts.append(some[0])
            marks.append(some[1])
        return np.concatenate(counts), np.concatenate(marks)

    def _marks(self, first: int, end: int) -> tuple[Ints, Marks]:
        """As `marks`, of a range of documents."""
        fields = [field.keys(first, end, self._bucket_of_word) for field in self._fields]
        keys = np.concatenate([np.zeros(0, np.int64), *fields])
        keys.sort()
        # Occurrences of a bucket in a document stand together, the first of them first.
        group = keys >> PLACE_BITS
        at = np.flatnonzero(np.diff(group, prepend=-1))
        places = keys & (_PLACES - 1)
        weights = np.zeros(0, np.intp)
        if len(at):
            weights = np.minimum(np.add.reduceat(self._weights[places], at), _PLACES - 1)
        ordered = group[at] >> BUCKET_BITS << _RANK_SHIFT
        ordered |= (_PLACES - 1 - weights) << _DOC_SHIFT
        ordered |= places[at] << BUCKET_BITS
        ordered |= group[at] & _BUCKET_MASK
        ordered.sort()
        docs = ordered >> _RANK_SHIFT
        counts = np.bincount(docs, minlength=end - first)
        kept = np.arange(len(docs)) - np.repeat(starts_of(counts)[:-1], counts) < MOST_MARKS
        ordered = ordered[kept]
        weights = _PLACES - 1 - (ordered >> _DOC_SHIFT & (_PLACES - 1))
        marks = (ordered & _BUCKET_MASK) << WEIGHT_BITS
        marks |= np.minimum(weights, MOST_WEIGHT)
        return np.minimum(counts, MOST_MARKS), marks.astype(np.uint16)


class _Placed:
    """A field whose tokens have places from a first one on."""

    def __init__(self, field: FieldTokens, first_place: int, most: int) -> None:
        ends = [np.diff(block.at) for block in field.blocks]
        text_at = starts_of(np.concatenate(ends) if ends else np.zeros(0, np.intp))
        self._token_at = text_at[starts_of(field.texts)]
        self._blocks = field.blocks
        self._block_at = starts_of(np.array([len(each.words) for each in field.blocks], np.intp))
        self._first_place = first_place
        self._most = most

    def keys(self, first: int, end: int, bucket_of_word: Numbers) -> npt.NDArray[np.int64]:
        """Document (from 0), bucket and place of each token of a range of documents, in one number."""
        at = self._token_at[first : end + 1]
        counts = np.minimum(np.diff(at), self._most)
        words = self._words(int(at[0]), int(at[-1]))[ranges(at[:-1] - at[0], counts)]
        buckets = bucket_of_word[words]
        places = np.arange(len(words)) - np.repeat(
            starts_of(counts)[:-1] - self._first_place, counts
        )
        keys = np.repeat(np.arange(end - first) << _DOC_SHIFT, counts)
        keys |= buckets << PLACE_BITS
        keys |= places
        found: npt.NDArray[np.int64] = keys[buckets != _NO_BUCKET]
        return found

    def _words(self, start: int, end: int) -> npt.NDArray[np.int32]:
        """The words of all tokens from `start` to `end`, exclusive."""
        first, last = self._block_at.searchsorted([start, end], "right").tolist()
        pieces = [
            self._blocks[block].words[max(start - base, 0) : end - base]
            for block in range(max(first - 1, 0), min(last, len(self._blocks)))
            for base in (int(self._block_at[block]),)
        ]
        return np.concatenate([np.zeros(0, np.int32), *pieces])


def in_order(counts: Ints, marks: Marks, order: Ints) -> tuple[Ints, Marks]:
    """How many marks each document has, and the marks, of documents put into another order."""
    starts, counts = starts_of(counts)[:-1][order], counts[order]
    return counts, marks[ranges(starts, counts)]


def _buckets_of_words(lexicon: Lexicon) -> npt.NDArray[np.intp]:
    """The bucket of each word, _NO_BUCKET for stop words and for no word."""
    terms = lexicon.terms
    text, at = terms.text.tobytes(), terms.at.tolist()
    strings = [text[start : end - 1] for start, end in pairwise(at)]
    buckets = np.array([bucket_of(string) for string in strings], np.intp)
    is_stop_word = np.array([string in _STOP_WORDS for string in strings], np.bool_)
    found = np.full(len(lexicon), _NO_BUCKET, np.intp)
    stem, folded = lexicon.stem_of, lexicon.folded_of
    is_word = (stem >= 0) & (folded >= 0)
    is_word[is_word] = ~is_stop_word[folded[is_word]]
    found[is_word] = buckets[stem[is_word]]
    return found
