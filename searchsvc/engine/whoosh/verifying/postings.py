"""Do postings hold together, and what do they say of each document?

Looked at in stretches of terms: documents in range and ascending, places ascending, lengths and
document frequencies of forms as they follow from them. On the way everything is entered into
the `Balance` that the stored documents are held against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import starts_of
from searchsvc.columnar.strings import Vocabulary
from searchsvc.engine.whoosh.verifying.stretches import places_of, stretches
from searchsvc.engine.whoosh.verifying.sums import Hashes, at_places, hashes, keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.columnar.arrayfile import ArrayFile
    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.strings import Strings
    from searchsvc.engine.whoosh.verifying.stretches import Places, Stretch
    from searchsvc.engine.whoosh.verifying.sums import Balance

HASHED_AT_ONCE: Final = 1 << 16
COLUMN: Final = " column"
"""What the name of a column's space ends with; that of the postings is the field's."""
MARKS: Final = "marks"


def vocabulary(arrays: ArrayFile, name: str) -> Vocabulary:
    """The strings called `name`."""
    return Vocabulary(arrays[f"{name}.text"], arrays[f"{name}.at"])


def faults_of_docs(arrays: ArrayFile, field: str, documents: int) -> Iterator[str]:
    """Terms whose postings leave the documents, or do not ascend."""
    terms = vocabulary(arrays, f"{field}.term")
    for stretch in stretches(arrays, field):
        for term in np.unique(stretch.term[stretch.docs >= documents]).tolist():
            yield f"the postings of {terms[term]!r} lead beyond the {documents:,} documents"
        begins = np.zeros(len(stretch.gaps), np.bool_)
        begins[stretch.posting_at[:-1]] = True
        still = stretch.term[(stretch.gaps == 0) & ~begins]
        for term in np.unique(still).tolist():
            yield f"the postings of {terms[term]!r} hold a document twice"


def enter_values(arrays: ArrayFile, field: str, balance: Balance) -> None:
    """Enter the postings of a field of values; `faults_of_docs` found nothing wrong with them."""
    key = _value_keys(field, vocabulary(arrays, f"{field}.term"))
    for stretch in stretches(arrays, field):
        balance.indexed(field, stretch.docs, at_places(key[stretch.term], _ZERO))


def enter_column(arrays: ArrayFile, field: str, balance: Balance) -> None:
    """Enter what a column says; `shapes.faults_of_column` found nothing wrong with it."""
    space = field + COLUMN
    terms = vocabulary(arrays, f"{field}.term")
    key = _value_keys(space, terms)
    first, rest_doc = arrays[f"{field}.column"], arrays[f"{field}.rest_doc"].astype(np.intp)
    width = first.shape[1]
    for place in range(width):
        having = np.flatnonzero(first[:, place] < len(terms))
        numbers = first[having, place]
        balance.indexed(space, having, at_places(key[numbers], np.full(len(having), place)))
    at = np.arange(len(rest_doc))
    leading = np.diff(rest_doc, prepend=-1) != 0
    places = width + at - np.maximum.accumulate(np.where(leading, at, 0))
    balance.indexed(space, rest_doc, at_places(key[arrays[f"{field}.rest"]], places))


def enter_marks(arrays: ArrayFile, balance: Balance) -> None:
    """Enter what the fingerprints say."""
    at = arrays["mark.at"].astype(np.intp)
    owner = np.repeat(np.arange(len(at) - 1), np.diff(at))
    places = np.arange(len(owner)) - at[owner]
    balance.indexed(MARKS, owner, at_places(arrays["mark"].astype(np.uint64), places))


def check_words(arrays: ArrayFile, field: str, documents: int, balance: Balance) -> Iterator[str]:
    """Enter the postings of a field of words, and tell what does not follow from them.

    `faults_of_docs` found nothing wrong with them.
    """
    terms = vocabulary(arrays, f"{field}.term")
    forms = _Forms(arrays, field, terms)
    tokens = np.zeros(documents, np.intp)
    low, high = terms.capitals
    for stretch in stretches(arrays, field):
        places = places_of(arrays, field, stretch)
        yield from _faults_of_places(stretch, places, terms)
        form = forms.count(stretch, places)
        found = at_places(forms.keys[form], places.place)
        balance.indexed(field, stretch.docs, np.add.reduceat(found, places.at[:-1]))
        # Capitals that are a term of their own stand beside another term of the same token.
        counted = (stretch.term < low) | (stretch.term >= high)
        np.add.at(tokens, stretch.docs[counted], np.diff(places.at)[counted])
    yield from forms.faults()
    given = arrays[f"{field}.length"]
    for doc in np.flatnonzero(tokens != given).tolist():
        yield (
            f"length gives document number {doc} {given[doc]:,} tokens, its postings {tokens[doc]:,}"
        )


def _faults_of_places(stretch: Stretch, places: Places, terms: Strings) -> Iterator[str]:
    rising = np.diff(places.place) > 0
    rising |= np.diff(places.posting) > 0
    for term in np.unique(stretch.term[places.posting[1:][~rising]]).tolist():
        yield f"the places of {terms[term]!r} do not ascend in a document"


class _Forms:
    """The forms of the terms of a field, by term and then by code.

    Attributes:
        keys: uint64[forms], what stands for each form with its term.
    """

    def __init__(self, arrays: ArrayFile, field: str, terms: Strings) -> None:
        own = _hashed(terms)
        self._words: Strings | None = None
        if f"{field}.form_term" not in arrays:
            self.keys = keys(field, own, own)
            self._at = np.arange(len(terms) + 1)
            return
        self._words = words = vocabulary(arrays, f"{field}.form")
        term = arrays[f"{field}.form_term"].astype(np.intp)
        self._order = term.argsort(kind="stable")
        self.keys = keys(field, own[term[self._order]], _hashed(words)[self._order])
        self._at = starts_of(np.bincount(term, minlength=len(terms)))
        self._given = arrays[f"{field}.form_count"][self._order].astype(np.intp)
        self._counted = np.zeros(len(words), np.intp)

    def count(self, stretch: Stretch, places: Places) -> Ints:
        """The form at each place; which documents hold it is counted on the way."""
        form: Ints = self._at[stretch.term[places.posting]] + places.code
        if self._words is not None:
            first, end = int(self._at[stretch.first]), int(self._at[stretch.end])
            width = np.intp(max(end - first, 1))
            held = np.unique(places.posting * width + (form - first))
            self._counted[first:end] += np.bincount(held % width, minlength=end - first)
        return form

    def faults(self) -> Iterator[str]:
        """Forms with another count of documents than their places give."""
        if self._words is None:
            return
        for form in np.flatnonzero(self._given != self._counted).tolist():
            yield (
                f"form_count gives {self._words[int(self._order[form])]!r}"
                f" {self._given[form]:,} documents, its places {self._counted[form]:,}"
            )


_ZERO: npt.NDArray[np.uint64] = np.zeros(1, np.uint64)


def _value_keys(space: str, terms: Strings) -> Hashes:
    own = _hashed(terms)
    return keys(space, own, own)


def _hashed(strings: Strings) -> Hashes:
    """A hash of each string."""
    found = np.empty(len(strings), np.uint64)
    for start in range(0, len(strings), HASHED_AT_ONCE):
        end = min(start + HASHED_AT_ONCE, len(strings))
        found[start:end] = hashes(strings.listed(start, end), end - start)
    return found
