"""Terms and postings of a segment of arrays, as Whoosh reads them: one at a time.

Only whoever opens the index with Whoosh alone goes this way; the engine works on the arrays.
Nothing here changes once it is made, cursors and matchers excepted, which belong to one search;
so threads may share a Searcher.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import dropwhile
from typing import TYPE_CHECKING, Final

import numpy as np
from whoosh.codec.base import Automata, FieldCursor, TermsReader
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from searchsvc.columnar.encoding import starts_of
from searchsvc.engine.whoosh.codec_terms import Days, term_spaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.segment import Segment
    from searchsvc.engine.whoosh.codec_terms import TermSpace

NO_TERMS: Final = Days(np.zeros(0, np.int32))


class ArrayTermsReader(TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """The terms of all fields; in the order of the fields' names, then ascending."""

    def __init__(self, segment: Segment) -> None:
        """Read from `segment`."""
        self._spaces = term_spaces(segment)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        """Whether there is such a term in such a field."""
        try:
            self._find(*term)
        except KeyError:
            return False
        return True

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every field and term."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Every field and term that is not below this one."""
        return (
            (name, space.text(number)) for name, space, number in self._from(fieldname, prefix)
        )

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """As `terms`, with what is known of each."""
        return self.items_from("", b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """As `terms_from`, with what is known of each."""
        for name, space, number in self._from(fieldname, prefix):
            yield (name, space.text(number)), _term_info(space, number)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What is known of a term.

        Raises:
            KeyError: there is none; likewise the next two.
        """
        return _term_info(*self._find(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often the term occurs in all documents, deleted ones included."""
        weight: float = self.term_info(fieldname, text).weight()
        return weight

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents hold the term, deleted ones included."""
        space, number = self._find(fieldname, text)
        return space.frequency(number)

    def cursor(self, fieldname: str, _: object) -> ArrayCursor:
        """A cursor over the terms of a field."""
        return ArrayCursor(self._spaces.get(fieldname, NO_TERMS))

    def matcher(
        self, fieldname: str, text: bytes, format_: object, scorer: object = None
    ) -> ArrayMatcher:
        """The postings of a term.

        Raises:
            TermNotFound: there is none.
        """
        try:
            space, number = self._find(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"No term {fieldname}:{text!r}") from error
        return ArrayMatcher(_Walked(space, number), (fieldname, text), format_, scorer)

    def indexed_field_names(self) -> list[str]:
        """Names of the fields that have a term."""
        return [name for name, space in self._spaces.items() if len(space)]

    def _find(self, fieldname: str, text: bytes) -> tuple[TermSpace, int]:
        space = self._spaces[fieldname]
        return space, space.find(text)

    def _from(self, fieldname: str, text: bytes) -> Iterator[tuple[str, TermSpace, int]]:
        for name, space in dropwhile(lambda item: item[0] < fieldname, self._spaces.items()):
            first = space.place(text.decode()) if name == fieldname else 0
            for number in range(first, len(space)):
                yield name, space, number


def _term_info(space: TermSpace, number: int) -> TermInfo:
    docs, counts = space.hits(number)
    first, last = int(docs[0]), int(docs[-1])
    if counts is None or space.lengths is None:
        return TermInfo(float(len(docs)), len(docs), 0, 0, 1.0, first, last)
    lengths = space.lengths[docs]
    return TermInfo(
        float(counts.sum(dtype=np.int64)),
        len(docs),
        int(lengths.min()),
        int(lengths.max()),
        float(counts.max()),
        first,
        last,
    )


class ArrayCursor(FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """A place among the terms of a field, the first one to begin with."""

    def __init__(self, space: TermSpace) -> None:
        """Stand at the first term."""
        self._space = space
        self._number = 0

    def first(self) -> str | None:
        """Go to the first term and return it."""
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """Go to the first term that is not below `term` and return it, or None after the last."""
        self._number = self._space.place(term.decode() if isinstance(term, bytes) else term)
        return self.text()

    def next(self) -> str | None:
        """Go to the next term and return it, or None after the last."""
        self._number += 1
        return self.text()

    def text(self) -> str | None:
        """The term here, or None after the last."""
        return self._space.text(self._number).decode() if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo | None:
        """What is known of the term here, or None after the last."""
        return _term_info(self._space, self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._number < len(self._space)

    def within(self, word: str, distance: int) -> list[str]:
        """The terms of the field at most `distance` edits from `word`."""
        vocabulary = self._space.vocabulary()
        return vocabulary.picked(vocabulary.within(word, distance))


class ArrayAutomata(Automata):  # type: ignore[misc]  # Whoosh has no types
    """Finds similar terms by comparing all that may be, not with Whoosh's automaton.

    A swap of neighbours counts as one edit, as Whoosh documents it and does over several segments;
    over one segment its automaton would count two.
    """

    def terms_within(
        self, fieldcur: ArrayCursor, uterm: str, maxdist: int, prefix: int = 0
    ) -> Iterator[str]:
        """The terms at most `maxdist` edits from `uterm` that begin with its `prefix` letters."""
        near = fieldcur.within(uterm, maxdist)
        return (term for term in near if term.startswith(uterm[:prefix]))


class _Walked:
    """The postings of one term, decoded; shared by a matcher and its copies."""

    def __init__(self, space: TermSpace, number: int) -> None:
        self._space = space
        self._number = number
        docs, counts = space.hits(number)
        self.docs = docs.data
        self.counts = None if counts is None else counts.data

    def places(self, at: int) -> list[int]:
        """Where the term occurs in the document of posting `at`."""
        starts, places = self._places
        found: list[int] = places[starts[at] : starts[at + 1]].tolist()
        return found

    @cached_property
    def _places(self) -> tuple[memoryview, Ints]:
        counts, places = self._space.places(self._number)
        return starts_of(counts).data, places


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """The postings of one term, in the order of their documents, as one block."""

    def __init__(
        self,
        walked: _Walked,
        term: tuple[str, bytes],
        format_: object,
        scorer: object,
        at: int = 0,
    ) -> None:
        """Stand at posting `at`."""
        self._walked = walked
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._docs = walked.docs
        self._at = at

    def is_active(self) -> bool:
        """Whether there is a posting here."""
        return self._at < len(self._docs)

    def reset(self) -> None:
        """Go back to the first posting."""
        self._at = 0

    def copy(self) -> ArrayMatcher:
        """Another matcher that stands where this one does."""
        return ArrayMatcher(self._walked, self._term, self.format, self.scorer, self._at)

    def id(self) -> int:
        """The document, or the last one after the last posting.

        There Whoosh's own matcher may raise or not, and its AndNotMatcher asks all the same.
        """
        doc: int = self._docs[self._at if self._at < len(self._docs) else -1]
        return doc

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._docs[self._at :].tolist())

    def next(self) -> None:
        """Go to the next posting.

        Raises:
            ReadTooFar: there was none here; likewise `skip_to`.
        """
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name for it
        """Go on to the first posting of a document that is not below `id`."""
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._docs, id, self._at)

    def weight(self) -> float:
        """How often the term occurs in the document."""
        counts = self._walked.counts
        return 1.0 if counts is None else float(counts[self._at])

    def value(self) -> bytes:
        """What the field's format keeps of the posting, encoded as it does."""
        if not self.supports("positions"):
            return b""
        places = self._walked.places(self._at)
        encoded: bytes = self.format.encode(places)  # type: ignore[attr-defined]  # Whoosh's
        return encoded

    def value_as(self, astype: str) -> object:
        """What the field's format keeps of the posting, as `positions`, `frequency` and so on."""
        if astype == "positions" and self.supports(astype):
            return self._walked.places(self._at)
        return super().value_as(astype)

    def supports_block_quality(self) -> bool:
        """False: there is nothing to be gained from one block."""
        return False

    def block_quality(self) -> float:
        """As `max_quality`, because all is one block."""
        quality: float = self.max_quality()
        return quality
