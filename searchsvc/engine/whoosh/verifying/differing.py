"""What the index says of a few documents, picked out of all postings: for messages, not for speed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.columnar.encoding import starts_of
from searchsvc.engine.whoosh.schema import layout_of
from searchsvc.engine.whoosh.verifying.postings import COLUMN, vocabulary
from searchsvc.engine.whoosh.verifying.stretches import places_of, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from searchsvc.columnar.arrayfile import ArrayFile
    from searchsvc.engine.whoosh.verifying.segments import Opened

Occurrences = set[tuple[int, str, str]]
"""Place, word and form of each."""

_Found = dict[tuple[int, str], Occurrences]


def indexed_occurrences(
    opened: Opened, spaces: Iterable[str], docs: Sequence[int]
) -> Mapping[tuple[int, str], Occurrences]:
    """What each of `docs` has in each of `spaces`, which can be decoded, by both."""
    arrays, words = opened.segment.arrays, layout_of(opened.collection).words
    wanted = np.zeros(opened.segment.count, np.bool_)
    wanted[list(docs)] = True
    found: _Found = defaultdict(set)
    for space in spaces:
        if space in words:
            _find_words(arrays, space, wanted, found)
        elif space.endswith(COLUMN):
            _find_in_column(arrays, space, docs, found)
        else:
            _find_values(arrays, space, wanted, found)
    return found


def _find_words(arrays: ArrayFile, field: str, wanted: np.ndarray, found: _Found) -> None:
    terms = forms = vocabulary(arrays, f"{field}.term")
    form_at, order = np.arange(len(terms) + 1), np.arange(len(terms))
    if f"{field}.form_term" in arrays:
        forms = vocabulary(arrays, f"{field}.form")
        term = arrays[f"{field}.form_term"].astype(np.intp)
        form_at, order = (
            starts_of(np.bincount(term, minlength=len(terms))),
            term.argsort(kind="stable"),
        )
    for stretch in stretches(arrays, field):
        if not wanted[stretch.docs].any():
            continue
        places = places_of(arrays, field, stretch)
        for at in np.flatnonzero(wanted[stretch.docs][places.posting]).tolist():
            posting = int(places.posting[at])
            term_number = int(stretch.term[posting])
            form = int(order[form_at[term_number] + places.code[at]])
            occurrence = (int(places.place[at]), terms[term_number], forms[form])
            found[int(stretch.docs[posting]), field].add(occurrence)


def _find_values(arrays: ArrayFile, field: str, wanted: np.ndarray, found: _Found) -> None:
    terms = vocabulary(arrays, f"{field}.term")
    for stretch in stretches(arrays, field):
        for at in np.flatnonzero(wanted[stretch.docs]).tolist():
            value = terms[int(stretch.term[at])]
            found[int(stretch.docs[at]), field].add((0, value, value))


def _find_in_column(arrays: ArrayFile, space: str, docs: Sequence[int], found: _Found) -> None:
    field = space.removesuffix(COLUMN)
    terms = vocabulary(arrays, f"{field}.term")
    rest_doc, rest = arrays[f"{field}.rest_doc"].astype(np.intp), arrays[f"{field}.rest"]
    for doc in docs:
        low, high = rest_doc.searchsorted([doc, doc + 1]).tolist()
        numbers = [*arrays[f"{field}.column"][doc].tolist(), *rest[low:high].tolist()]
        for place, number in enumerate(numbers):
            if number < len(terms):
                found[doc, space].add((place, terms[number], terms[number]))
