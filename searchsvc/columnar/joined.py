"""The postings of a field in several segments, read as those of one.

Documents are numbered through all segments: a document's number in its segment plus the segment's
base. A term has a number in each segment, -1 where it is not there.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.columnar import compiled
from searchsvc.columnar.encoding import Ints, concatenate, ranges, utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.postings import Counts, Postings, WordPostings

Terms = list[int]
"""The number of one term in each segment, -1 where it is not there."""


class JoinedPostings:
    """The terms of a field and the documents of each; safe to share between threads."""

    def __init__(self, parts: Sequence[tuple[int, Postings]]) -> None:
        """Join `parts`: the base of each segment, ascending, and its postings."""
        self._parts = parts

    def find(self, term: str) -> Terms | None:
        """The numbers of `term`; None where it is nowhere."""
        if compiled.loops:
            return self._native.find(utf8(term))
        found = [postings.terms.find(term) for _, postings in self._parts]
        return found if max(found, default=-1) >= 0 else None

    def docs(self, terms: Terms) -> Ints:
        """The documents of a term, ascending."""
        if compiled.loops:
            return self._native.docs(terms)
        found = [
            postings.docs(term) + base
            for (base, postings), term in zip(self._parts, terms, strict=True)
            if term >= 0
        ]
        return concatenate(found, np.intp)

    @cached_property
    def _native(self) -> compiled.Joined:
        """What reads them in compiled loops, which there must be."""
        assert compiled.loops is not None  # noqa: S101 - who asks has looked
        return compiled.loops.Joined(
            tuple((base, each.native, each.terms.native) for base, each in self._parts)
        )


class JoinedWords(JoinedPostings):
    """`JoinedPostings` that know how often and where a term occurs."""

    def __init__(self, parts: Sequence[tuple[int, WordPostings]]) -> None:
        """As of `JoinedPostings`."""
        super().__init__(parts)
        self._words = [postings for _, postings in parts]

    def counts(self, terms: Terms) -> Counts:
        """How often a term occurs in each of its documents."""
        if compiled.loops:
            return self._native.counts(terms)
        found = [
            words.counts(term) for words, term in zip(self._words, terms, strict=True) if term >= 0
        ]
        return concatenate(found, np.uint8)

    def counts_at(self, terms: Terms, index: Ints) -> Counts:
        """How often a term occurs in its documents at `index` of `docs(terms)`.

        All are read for it: to tell which segment each is in would take as long.
        """
        return self.counts(terms).take(index)

    def places(self, terms: Terms, index: Ints) -> tuple[Counts, Ints]:
        """As `WordPostings.places`, in the documents at `index`, ascending, of `docs(terms)`."""
        counts = self.counts(terms)
        ends = counts.cumsum(dtype=np.intp)
        wanted_ends = ends.take(index)
        counts = counts.take(index).astype(np.intp)
        wanted = ranges(wanted_ends - counts, counts)
        found = np.empty(len(wanted), np.intp)
        first = place = start = 0
        for words, term in zip(self._words, terms, strict=True):
            if term < 0:
                continue
            last = first + words.frequency(term)
            end = int(wanted.searchsorted(ends[last - 1])) if last > first else start
            found[start:end] = words.unpacked(term, wanted[start:end] - place)
            first, start, place = last, end, int(ends[last - 1])
        return counts, found
