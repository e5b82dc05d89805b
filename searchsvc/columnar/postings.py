"""Reading the postings of one field of one segment; `layout` documents the arrays."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.encoding import (
    GAP_WIDTHS,
    LARGE_COUNT,
    Ints,
    concatenate,
    counts_at,
    ranges,
    starts_of,
    unaligned,
    unpack_counts,
    unpack_places,
)
from searchsvc.columnar.strings import Vocabulary

if TYPE_CHECKING:
    from searchsvc.columnar.arrayfile import ArrayFile
    from searchsvc.columnar.searching.docsets import Scratch

Counts = npt.NDArray[Any]
"""Occurrences, in an unsigned integer type of any width."""

Hits = tuple[Ints, Counts]
"""Documents and how often something occurs in each."""

NO_DOCS: Ints = np.zeros(0, np.intp)

FEW_FORMS: Final = 12
"""Up to so many forms are looked up one by one; all at once costs as much as that."""


def vocabulary(arrays: ArrayFile, name: str) -> Vocabulary:
    """The strings called `name` in an array file."""
    return Vocabulary(arrays[f"{name}.text"], arrays[f"{name}.at"])


class Postings:
    """The terms of a field and the documents of each; safe to share between threads."""

    def __init__(self, arrays: ArrayFile, name: str, documents: int) -> None:
        """Look up the arrays of field `name` of so many documents; nothing is read yet."""
        self._documents = documents
        self.terms = vocabulary(arrays, f"{name}.term")
        self.posting_at = arrays[f"{name}.posting_at"]
        self._posting_at = self.posting_at.data
        self._gap_width = arrays[f"{name}.gap_width"]
        self._gap_at = arrays[f"{name}.gap_at"]
        self._gap_starts = self._gap_at.data
        self._gap_widths = self._gap_width.data
        self._gaps = {width: arrays[f"{name}.gap{width}"] for width in GAP_WIDTHS}

    def frequency(self, term: int) -> int:
        """How many documents hold `term`."""
        at = self._posting_at
        frequency: int = at[term + 1] - at[term]
        return frequency

    def find(self, term: str) -> int | None:
        """The number of `term`; None where it is not there."""
        found = self.terms.find(term)
        return found if found >= 0 else None

    def docs(self, term: int) -> Ints:
        """The documents of `term`, ascending."""
        if compiled.loops:
            return self.native.docs(term)
        start = self._gap_starts[term]
        gaps = self._gaps[self._gap_widths[term]][start : start + self.frequency(term)]
        return gaps.astype(np.intp).cumsum()  # a third less than to have it converted

    @cached_property
    def native(self) -> compiled.Postings:
        """What reads them in compiled loops, which there must be."""
        assert compiled.loops is not None  # noqa: S101 - who asks has looked
        return compiled.loops.Postings(self._documents, self._arrays())

    def _arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """What `native` reads."""
        return self.posting_at, self._gap_at, self._gap_width, *self._gaps.values()

    def docs_of(self, terms: npt.NDArray[Any]) -> tuple[Ints, Ints]:
        """The documents of several terms, and the number of each posting.

        Args:
            terms: [k], ascending, no term twice.

        Returns:
            intp[p] twice. All postings of a term stand together, ascending by document; the terms
            stand in no particular order.
        """
        if not len(terms):
            return NO_DOCS, NO_DOCS
        widths = self._gap_width[terms]
        order = widths.argsort(kind="stable")
        ordered, widths = terms[order], widths[order]
        first = self.posting_at[ordered].astype(np.intp)
        frequencies = self.posting_at[ordered + 1] - first
        ends = frequencies.cumsum()
        at = ranges(self._gap_at[ordered], frequencies)
        gaps = np.empty(len(at), np.intp)
        start = 0
        for width in GAP_WIDTHS:
            members = int(widths.searchsorted(width, "right"))
            end = int(ends[members - 1]) if members else 0
            gaps[start:end] = self._gaps[width][at[start:end]]
            start = end
        sums = gaps.cumsum(out=gaps)
        before = np.zeros(len(ends), np.intp)
        before[1:] = sums[ends[:-1] - 1]
        sums -= np.repeat(before, frequencies)
        if len(sums) and sums.max() >= self._documents:
            raise IndexError("a document is out of range")
        return sums, ranges(first, frequencies)


@dataclass(frozen=True, slots=True)
class Forms:
    """The folded words behind the stems of a field.

    Attributes:
        words: the forms, ascending.
        term: the term of each.
        code: its place among the forms of that term.
        count: documents that hold it.
        per_term: intp[terms], how many forms each term has.
    """

    words: Vocabulary
    term: npt.NDArray[Any]
    code: npt.NDArray[Any]
    count: npt.NDArray[Any]
    per_term: Ints


class WordPostings(Postings):
    """`Postings` that know how often and where a term occurs, and in which form.

    Where `forms` is None, each term has one form, itself, and a form's number is its term's.
    """

    def __init__(self, arrays: ArrayFile, name: str, documents: int) -> None:
        """As of `Postings`."""
        super().__init__(arrays, name, documents)
        self._count = arrays[f"{name}.count"]
        self._large_at = arrays[f"{name}.large_at"]
        self._large_places = self._large_at.data
        self._large = arrays[f"{name}.large"]
        self._place_starts = arrays[f"{name}.place_at"].data
        self._place_widths = arrays[f"{name}.place_bits"].data
        self._places = arrays[f"{name}.place"]
        self._windows = unaligned(self._places)
        self.forms: Forms | None = None
        if f"{name}.form_term" in arrays:
            term = arrays[f"{name}.form_term"]
            self.forms = Forms(
                vocabulary(arrays, f"{name}.form"),
                term,
                arrays[f"{name}.form_code"],
                arrays[f"{name}.form_count"],
                np.bincount(term, minlength=len(self.terms)),
            )
            self._code_at = arrays[f"{name}.code_at"]
            self._code = arrays[f"{name}.code"]

    def _arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """As of `Postings`."""
        return *super()._arrays(), self._count, self._large_at, self._large

    @cached_property
    def words(self) -> Vocabulary:
        """The forms, ascending: what a word as it is written is looked up in."""
        return self.terms if self.forms is None else self.forms.words

    def counts(self, term: int) -> Counts:
        """How often `term` occurs in each of its documents."""
        if compiled.loops:
            return self.native.counts(term)
        start, end = self._posting_at[term], self._posting_at[term + 1]
        counts: Counts = unpack_counts(self._count, start, end)
        if len(self._large):
            low = bisect_left(self._large_places, start)
            high = bisect_left(self._large_places, end, low)
            if low < high:
                counts = counts.astype(self._large.dtype)
                counts[self._large_at[low:high] - start] = self._large[low:high]
        return counts

    def counts_of(self, postings: Ints) -> Counts:
        """How often the term occurs, by number of the posting, for any of them."""
        counts: Counts
        if compiled.loops:
            counts = compiled.loops.halves_at(self._count, postings)
        else:
            counts = counts_at(self._count, postings)
        if len(self._large):
            large = (counts == LARGE_COUNT).nonzero()[0]
            if len(large):
                counts = counts.astype(self._large.dtype)
                wanted = postings[large].astype(self._large_at.dtype)
                counts[large] = self._large[self._large_at.searchsorted(wanted)]
        return counts

    def counts_at(self, term: int, index: Ints) -> Counts:
        """How often `term` occurs in its documents at `index` of `docs(term)`."""
        if compiled.loops:
            return self.native.counts_at(term, index)
        return self.counts_of(index + self._posting_at[term])

    def places(self, term: int, index: Ints | None = None) -> tuple[Counts, Ints]:
        """Where `term` occurs in its documents at `index` of `docs(term)`, or in all of them.

        Returns:
            How often in each, and the places, ascending within each document, end to end.
        """
        counts = self.counts(term)
        if index is None:
            wanted = np.arange(int(counts.sum(dtype=np.intp)), dtype=np.intp)
        else:
            ends = counts.cumsum(dtype=np.intp).take(index)
            counts = counts.take(index).astype(np.intp)
            wanted = ranges(ends - counts, counts)
        return counts, self.unpacked(term, wanted)

    def unpacked(self, term: int, index: Ints) -> Ints:
        """The places of `term` at `index`, ascending, of all its places end to end."""
        first_byte, bits = self._place_starts[term], self._place_widths[term]
        if compiled.loops:
            return compiled.loops.unpacked(self._places, first_byte, bits, index)
        return unpack_places(self._windows, first_byte, bits, index)

    # Forms.

    def form_frequency(self, form: int) -> int:
        """How many documents hold the form."""
        return self.frequency(form) if self.forms is None else int(self.forms.count[form])

    def form_sum(self, forms: Ints) -> int:
        """How many documents hold each of the forms, added up."""
        if len(forms) <= FEW_FORMS:
            return sum(map(self.form_frequency, forms.tolist()))
        return int(self.form_frequencies(forms).sum())

    def form_frequencies(self, forms: Ints) -> Ints:
        """How many documents hold each of the forms: intp[k]."""
        if self.forms is not None:
            return self.forms.count[forms].astype(np.intp)
        return self.posting_at[forms + 1].astype(np.intp) - self.posting_at[forms]

    def form_hits(self, form: int) -> Hits:
        """The documents that hold the form, ascending, and how often each does."""
        forms = self.forms
        if forms is None:
            return self.docs(form), self.counts(form)
        term = int(forms.term[form])
        docs, counts = self.docs(term), self.counts(term)
        if forms.per_term[term] == 1:
            return docs, counts
        mine = self._codes(term) == forms.code[form]
        counts = np.add.reduceat(mine, starts_of(counts)[:-1], dtype=np.intp)
        return docs[counts > 0], counts[counts > 0]

    def form_places(self, form: int) -> tuple[Ints, Counts, Ints]:
        """The documents that hold the form, and its counts and places there as from `places`."""
        forms = self.forms
        term = form if forms is None else int(forms.term[form])
        docs = self.docs(term)
        counts, places = self.places(term)
        if forms is None or forms.per_term[term] == 1:
            return docs, counts, places
        mine = self._codes(term) == forms.code[form]
        counts = np.add.reduceat(mine, starts_of(counts)[:-1], dtype=np.intp)
        return docs[counts > 0], counts[counts > 0], places[mine]

    def hits_of_forms(self, chosen: Ints) -> Hits:
        """Documents that hold any of the forms and how often; a document may be there several times.

        Each time it is in an ascending run.

        Args:
            chosen: [k], ascending numbers of forms, none twice.
        """
        forms = self.forms
        if len(chosen) <= FEW_FORMS:
            hits = [self.form_hits(form) for form in chosen.tolist()]
            if len(hits) == 1:
                return hits[0]
            return (
                concatenate([docs for docs, _ in hits], np.intp),
                concatenate([counts for _, counts in hits], np.uint8),
            )
        if forms is None:
            docs, postings = self.docs_of(chosen)
            return docs, self.counts_of(postings)
        terms, members = np.unique(forms.term[chosen], return_counts=True)
        whole = members == forms.per_term[terms]
        docs, postings = self.docs_of(terms[whole])
        counts = self.counts_of(postings)
        if whole.all():
            return docs, counts
        some_docs, some_counts = self._hits_of_some(terms[~whole], chosen, forms)
        return np.concatenate([docs, some_docs]), np.concatenate([counts, some_counts])

    def add_forms(self, chosen: Ints, scratch: Scratch, base: int = 0) -> None:
        """Put what `hits_of_forms` gives into the set of `scratch`, counts and all; compiled alone.

        `base` is the number of the first document there.
        """
        loops, forms = compiled.loops, self.forms
        assert loops is not None  # noqa: S101 - who asks has looked
        terms = chosen
        if forms is not None:
            terms, members = np.unique(forms.term[chosen].astype(np.intp), return_counts=True)
            whole = members == forms.per_term[terms]
            if not whole.all():
                docs, counts = self._hits_of_some(terms[~whole], chosen, forms)
                loops.add(docs + base, counts.astype(np.float32), scratch)
                terms = terms[whole]
        self.native.add(terms, scratch, base)

    def _hits_of_some(self, terms: Ints, chosen: Ints, forms: Forms) -> Hits:
        """As `hits_of_forms`, for terms of which only some forms are chosen."""
        docs, postings = self.docs_of(terms)
        counts = self.counts_of(postings)
        # Postings stand term by term, though not in the order of `terms`: so do their codes.
        owner = self.posting_at.searchsorted(postings, "right") - 1
        firsts = np.flatnonzero(np.diff(owner, prepend=-1))
        order = owner[firsts]
        code_at = self._code_at
        lengths = code_at[order + 1].astype(np.intp) - code_at[order]
        codes = self._code[ranges(code_at[order], lengths)]
        # One row of flags for each term, one flag for each of its forms.
        row_at = starts_of(forms.per_term[order])
        row_of = np.zeros(len(self.terms), np.intp)
        row_of[order] = row_at[:-1]
        wanted = np.zeros(int(row_at[-1]), np.bool_)
        mine = chosen[np.isin(forms.term[chosen], terms)]
        wanted[row_of[forms.term[mine]] + forms.code[mine]] = True
        found = wanted[np.repeat(row_at[:-1], lengths) + codes]
        counts = np.add.reduceat(found, starts_of(counts)[:-1], dtype=np.intp)
        return docs[counts > 0], counts[counts > 0]

    def _codes(self, term: int) -> npt.NDArray[Any]:
        """The form of `term` at each of its places."""
        return self._code[int(self._code_at[term]) : int(self._code_at[term + 1])]
