"""Do the arrays of a segment fit together, so that they can be decoded at all?

Everything here yields what is wrong in words. Where it yields nothing, no number of the arrays
leads outside of them; `postings` and `columns` then look at what they hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.columns import WIDTHS
from searchsvc.columnar.encoding import (
    GAP_WIDTHS,
    GUARD_BYTES,
    LARGE_COUNT,
    packed_bytes,
    starts_of,
    unpack_counts,
)
from searchsvc.columnar.fingerprints import MOST_MARKS
from searchsvc.columnar.strings import Strings
from searchsvc.engine.whoosh.verifying.stretches import POSTINGS_AT_ONCE, counts_of
from searchsvc.engine.whoosh.verifying.texts import faults_of_order, faults_of_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.columnar.arrayfile import ArrayFile
    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.layout import Layout

DOCUMENT_ARRAYS: Final = (
    *("id.text", "id.at", "id.order", "id.rank", "day", "minute", "mark.at", "mark"),
)
STORED_ARRAY: Final = "stored.at"
_POSTINGS: Final = (
    *("term.text", "term.at", "posting_at", "gap_width", "gap_at", "gap1", "gap2", "gap4"),
)
_WORDS: Final = (*("length", "count", "large_at", "large", "place_bits", "place_at", "place"),)
_FORMS: Final = (
    *("form.text", "form.at", "form_term", "form_code", "form_count", "code_at", "code"),
)
_COLUMN: Final = ("column", "rest_doc", "rest")
_MOST_BITS: Final = 32


def faults_of_names(arrays: ArrayFile, layout: Layout) -> Iterator[str]:
    """Arrays that are missing, or that no field has."""
    wanted = set(DOCUMENT_ARRAYS)
    allowed = {STORED_ARRAY}
    for name, stems in layout.words.items():
        wanted |= {f"{name}.{part}" for part in (*_POSTINGS, *_WORDS)}
        forms = {f"{name}.{part}" for part in _FORMS}
        allowed |= forms if stems else set()
        if stems and f"{name}.form_term" in arrays:
            wanted |= forms
    for name in layout.values:
        wanted |= {f"{name}.{part}" for part in (*_POSTINGS, *_COLUMN)}
    there = set(arrays.names())
    yield from (f"lacks array {name}" for name in sorted(wanted - there))
    yield from (f"has an array {name} of no field" for name in sorted(there - wanted - allowed))
    for name in sorted(there & (wanted | allowed)):
        kind, dimensions = arrays[name].dtype.kind, 2 if name.endswith(".column") else 1
        if kind != ("i" if name in ("day", "minute") else "u") or arrays[name].ndim != dimensions:
            yield f"has an array {name} of another shape or type than its own"


def faults_of_documents(arrays: ArrayFile, documents: int, stored_bytes: int) -> Iterator[str]:
    """What is wrong with how ids, dates, stored documents and fingerprints lie."""
    ids = Strings(arrays["id.text"], arrays["id.at"])
    yield from (f"array id {fault}" for fault in faults_of_strings(ids))
    sizes = [len(ids), *(len(arrays[name]) for name in ("id.order", "id.rank", "day", "minute"))]
    if set(sizes) != {documents}:
        yield f"has {sizes} ids, places in order, ranks, days and minutes of {documents} documents"
        return
    order, rank = arrays["id.order"], arrays["id.rank"]
    if not np.array_equal(np.sort(order), np.arange(documents)):
        yield "array id.order does not hold each document once"
    elif not np.array_equal(rank[order], np.arange(documents)):
        yield "array id.rank is not the inverse of id.order"
    if STORED_ARRAY in arrays:
        yield from _faults_of_starts(arrays, STORED_ARRAY, documents, stored_bytes)
    yield from _faults_of_starts(arrays, "mark.at", documents, len(arrays["mark"]), empty=True)
    if (np.diff(arrays["mark.at"].astype(np.intp)) > MOST_MARKS).any():
        yield "array mark.at gives a document more marks than one may have"


def faults_of_postings(arrays: ArrayFile, field: str) -> Iterator[str]:
    """What is wrong with the terms of a field and with where their postings lie."""
    terms = Strings(arrays[f"{field}.term.text"], arrays[f"{field}.term.at"])
    faults = list(faults_of_strings(terms)) or list(faults_of_order(terms))
    yield from (f"the table of terms {fault}" for fault in faults)
    count, posting_at = len(terms), arrays[f"{field}.posting_at"].astype(np.intp)
    if len(posting_at) != count + 1 or posting_at[0] or (np.diff(posting_at) < 1).any():
        yield "posting_at does not give each term a posting at least"
        return
    widths, gap_at = arrays[f"{field}.gap_width"], arrays[f"{field}.gap_at"].astype(np.intp)
    if len(widths) != count or len(gap_at) != count or not np.isin(widths, GAP_WIDTHS).all():
        yield "gap_width and gap_at do not give each term its gaps"
        return
    for width in GAP_WIDTHS:
        mine = widths == width
        starts = starts_of(np.diff(posting_at)[mine])
        total = len(arrays[f"{field}.gap{width}"])
        if total != starts[-1] or not np.array_equal(gap_at[mine], starts[:-1]):
            yield f"gap_at does not share out gap{width} among the terms"


def faults_of_words(arrays: ArrayFile, field: str, documents: int) -> Iterator[str]:
    """What is wrong with where counts, places and forms lie, `faults_of_postings` having none."""
    if len(arrays[f"{field}.length"]) != documents:
        yield f"length is given for {len(arrays[f'{field}.length'])} of {documents} documents"
    posting_at = arrays[f"{field}.posting_at"].astype(np.intp)
    faults = list(_faults_of_counts(arrays, field, int(posting_at[-1])))
    yield from faults
    if faults:
        return
    occurrences = _occurrences(arrays, field, posting_at)
    bits = arrays[f"{field}.place_bits"]
    if len(bits) != len(occurrences) or ((bits < 1) | (bits > _MOST_BITS)).any():
        yield "place_bits does not give each term from 1 to 32 bits"
        return
    place_at = starts_of(packed_bytes(occurrences, bits))
    if not np.array_equal(arrays[f"{field}.place_at"], place_at):
        yield "place_at does not follow from how often terms occur"
    elif len(arrays[f"{field}.place"]) != place_at[-1] + GUARD_BYTES:
        yield "place does not end with the places of the last term"
    if f"{field}.form_term" in arrays:
        yield from _faults_of_forms(arrays, field, occurrences)


def faults_of_column(arrays: ArrayFile, field: str, documents: int) -> Iterator[str]:
    """What is wrong with how a column lies."""
    first, rest_doc = arrays[f"{field}.column"], arrays[f"{field}.rest_doc"].astype(np.intp)
    rest, size = arrays[f"{field}.rest"], len(arrays[f"{field}.term.at"]) - 1
    if len(first) != documents or first.shape[1] not in WIDTHS:
        yield f"the column has {len(first)} rows of {first.shape[1]} for {documents} documents"
        return
    width = first.shape[1]
    value = first < size
    empty = first == size + np.arange(width)
    if not (value | empty).all():
        yield "the column holds numbers of no value"
    elif (value[:, 1:] & empty[:, :-1]).any():
        yield "the column has values behind an empty place"
    if len(rest) != len(rest_doc) or (rest >= size).any():
        yield "rest holds numbers of no value"
    elif (np.diff(rest_doc) < 0).any() or (rest_doc >= documents).any():
        yield "rest_doc does not hold documents in ascending order"
    elif not value[:, -1][rest_doc].all():
        yield "rest has further values of documents whose places are not all taken"


def _faults_of_starts(
    arrays: ArrayFile, name: str, documents: int, end: int, *, empty: bool = False
) -> Iterator[str]:
    """What is wrong with where something of each document begins, the last of it ending at `end`."""
    at = arrays[name].astype(np.intp)
    if len(at) != documents + 1 or at[0] or at[-1] != end or (np.diff(at) < (not empty)).any():
        yield f"array {name} does not lead from 0 to {end} in {documents} steps"


def _faults_of_counts(arrays: ArrayFile, field: str, postings: int) -> Iterator[str]:
    packed, large_at = arrays[f"{field}.count"], arrays[f"{field}.large_at"].astype(np.intp)
    large = arrays[f"{field}.large"]
    if len(packed) != (postings + 1) // 2 or len(large) != len(large_at):
        yield "count does not have half a byte for each posting"
        return
    if (large < LARGE_COUNT).any():
        yield "large lists a count that is not large"
    found: list[npt.NDArray[Any]] = [np.zeros(0, np.intp)]
    for start in range(0, postings, POSTINGS_AT_ONCE):
        counts = unpack_counts(packed, start, min(start + POSTINGS_AT_ONCE, postings))
        found.append(np.flatnonzero(counts == LARGE_COUNT) + start)
        if not counts.all():
            yield "count has postings of terms that do not occur"
    if not np.array_equal(np.concatenate(found), large_at):
        yield "large_at does not list the postings with a large count"


def _occurrences(arrays: ArrayFile, field: str, posting_at: Ints) -> Ints:
    """How often each term occurs."""
    found = np.zeros(len(posting_at) - 1, np.intp)
    for start in range(0, int(posting_at[-1]), POSTINGS_AT_ONCE):
        end = min(start + POSTINGS_AT_ONCE, int(posting_at[-1]))
        first = int(posting_at.searchsorted(start, "right")) - 1
        last = int(posting_at.searchsorted(end, "left"))
        sums = starts_of(counts_of(arrays, field, start, end))
        edges = posting_at[first : last + 1].clip(start, end) - start
        found[first:last] += np.diff(sums[edges])
    return found


def _faults_of_forms(arrays: ArrayFile, field: str, occurrences: Ints) -> Iterator[str]:
    forms = Strings(arrays[f"{field}.form.text"], arrays[f"{field}.form.at"])
    faults = list(faults_of_strings(forms)) or list(faults_of_order(forms))
    yield from (f"the table of forms {fault}" for fault in faults)
    term, code = arrays[f"{field}.form_term"].astype(np.intp), arrays[f"{field}.form_code"]
    sizes = {len(forms), len(term), len(code), len(arrays[f"{field}.form_count"])}
    if len(sizes) > 1 or (term >= len(occurrences)).any():
        yield "forms do not have a term, a code and a count each"
        return
    per_term = np.bincount(term, minlength=len(occurrences))
    # By term, then by form, which is how codes are given.
    order = term.argsort(kind="stable")
    expected = np.arange(len(order)) - np.repeat(starts_of(per_term)[:-1], per_term)
    if (per_term < 1).any() or not np.array_equal(code[order], expected):
        yield "form_code does not number the forms of each term"
    code_at = starts_of(np.where(per_term > 1, occurrences, 0))
    codes = arrays[f"{field}.code"]
    if not np.array_equal(arrays[f"{field}.code_at"], code_at) or len(codes) != code_at[-1]:
        yield "code_at does not follow from how often terms occur"
        return
    yield from _faults_of_codes(codes, code_at, per_term)


def _faults_of_codes(
    codes: npt.NDArray[Any], code_at: Ints, per_term: npt.NDArray[Any]
) -> Iterator[str]:
    for start in range(0, len(codes), POSTINGS_AT_ONCE):
        end = min(start + POSTINGS_AT_ONCE, len(codes))
        owner = code_at.searchsorted(np.arange(start, end), "right") - 1
        if (codes[start:end] >= per_term[owner]).any():
            yield "code holds codes of no form"
