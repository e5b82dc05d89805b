"""The forms of stems while segments are merged.

A form has a slot: its place when forms are ordered by term and, within a term, by word. Slots of
the terms of a stretch are therefore next to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import (
    Ints,
    blocks,
    cuts,
    ranges,
    repeated,
    smallest_unsigned,
    starts_of,
)
from searchsvc.columnar.merging.gathering import united
from searchsvc.columnar.vocabularies import taken
from searchsvc.columnar.writing.segments import FormChunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.merging.gathering import Inputs, Part, Stretch
    from searchsvc.columnar.merging.slices import FieldReader
    from searchsvc.columnar.postings import WordPostings
    from searchsvc.columnar.strings import Strings

Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class UnitedForms:
    """The forms of a field in all segments.

    Attributes:
        words: by slot.
        slot_at: intp[terms + 1], the first slot of each merged term.
        slots: of each segment, the slot of each of its forms, in the order of its own slots.
        own_at: of each segment, the first of its own slots of each of its terms.
        readers: of each segment.
        most: forms of any term, at most.
        documents: uint32 by slot, in how many documents it stands; None where some are not kept,
            so that it must be counted.
    """

    words: Strings
    slot_at: Ints
    slots: tuple[Numbers, ...]
    own_at: tuple[Numbers, ...]
    readers: tuple[FieldReader, ...]
    most: int
    documents: Numbers | None


def united_forms(postings: Sequence[WordPostings], inputs: Inputs) -> UnitedForms:
    """The forms of all segments, whose postings of one field are given."""
    forms = united([each.words for each in postings])
    term = np.zeros(len(forms.words), np.uint32)
    for each, numbers, terms in zip(postings, forms.numbers, inputs.terms.numbers, strict=True):
        term[numbers] = terms if each.forms is None else terms[each.forms.term]
    by_slot = term.argsort(kind="stable")
    slot = np.empty(len(by_slot), np.uint32)
    slot[by_slot] = np.arange(len(by_slot), dtype=np.uint32)
    per_term = np.bincount(term, minlength=len(inputs.terms.words))
    slots, own_at = [], []
    documents = np.zeros(len(by_slot), np.uint32)
    for each, numbers in zip(postings, forms.numbers, strict=True):
        # No document is in two segments, so their numbers add up.
        documents[slot[numbers]] += (
            np.diff(each.posting_at) if each.forms is None else each.forms.count
        )
        if each.forms is None:
            slots.append(slot[numbers])
            own_at.append(np.arange(len(numbers), dtype=np.uint32))
        else:
            slots.append(slot[numbers[each.forms.term.argsort(kind="stable")]])
            own_at.append(starts_of(each.forms.per_term)[:-1].astype(np.uint32))
    return UnitedForms(
        taken(forms.words, by_slot),
        starts_of(per_term),
        tuple(slots),
        tuple(own_at),
        inputs.readers,
        int(per_term.max()) if len(per_term) else 1,
        documents if all(new.min(initial=0) >= 0 for new in inputs.new) else None,
    )


def slots_of(forms: UnitedForms, stretch: Stretch, part: Part) -> npt.NDArray[Any]:
    """The slot of the form at each place of a part, less the first slot of the stretch."""
    base, end = (int(forms.slot_at[term]) for term in (stretch.start, stretch.end))
    codes = forms.readers[part.source].codes(part.start, part.end, part.slice.occurrences)
    slots = np.empty(len(codes), smallest_unsigned(end - base))
    own_at = forms.own_at[part.source][part.start : part.end].astype(np.intp)
    at = starts_of(part.slice.occurrences)
    for first, last in blocks(len(codes)):
        own = repeated(own_at, at, first, last)
        own += codes[first:last]
        slots[first:last] = forms.slots[part.source].take(own) - np.uint32(base)
    return slots


def form_chunk(
    forms: UnitedForms, stretch: Stretch, counts: npt.NDArray[Any], slots: npt.NDArray[Any]
) -> FormChunk:
    """The forms that stand at the places of a stretch.

    Args:
        forms: of all segments.
        stretch: the postings.
        counts: how many places each of its postings has.
        slots: at each of these places, as `slots_of` gives them.
    """
    slot_at = forms.slot_at[stretch.start : stretch.end + 1]
    base, size = int(slot_at[0]), int(slot_at[-1] - slot_at[0])
    if forms.documents is None:
        documents = _documents_of(slots, size, counts)
    else:
        documents = forms.documents[base : base + size].astype(np.intp)
    present = np.flatnonzero(documents)
    of_slot = np.repeat(np.arange(stretch.start, stretch.end), slot_at[1:] - slot_at[:-1])
    term = stretch.terms.searchsorted(of_slot[present])
    per_term = np.bincount(term, minlength=len(stretch.terms))
    code = np.arange(len(present)) - np.repeat(starts_of(per_term)[:-1], per_term)
    codes = np.zeros(size, smallest_unsigned(int(code.max())))
    codes[present] = code
    words = taken(forms.words, present + base)
    return FormChunk(words, term, code, documents[present], codes[slots])


def _documents_of(slots: npt.NDArray[Any], size: int, counts: npt.NDArray[Any]) -> Ints:
    """In how many documents each slot below `size` stands: intp[size]."""
    # Most postings have one place. Of the others, each slot counts once.
    at = starts_of(counts)
    documents = np.bincount(slots[at[:-1][counts == 1]], minlength=size)
    bits = np.uint64(size.bit_length())
    low = (np.uint64(1) << bits) - np.uint64(1)
    for first, end in pairwise(cuts(at)):
        several = np.flatnonzero(counts[first:end] > 1) + first
        if not len(several):
            continue
        pairs = np.repeat(several.astype(np.uint64) << bits, counts[several])
        pairs |= slots[ranges(at[several], counts[several])]
        pairs.sort(kind="stable")
        firsts = np.flatnonzero(np.diff(pairs, prepend=~np.uint64(0)))
        documents += np.bincount((pairs[firsts] & low).astype(np.intp), minlength=size)
    return documents
