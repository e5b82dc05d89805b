"""What Whoosh calls a field: the terms of a field of a segment, by number."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.engine.whoosh.schema import term_space
from searchsvc.fields import FIELDS, Words

if TYPE_CHECKING:
    import numpy.typing as npt

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.postings import Counts, Postings, WordPostings
    from searchsvc.columnar.segment import Segment

ID: Final = "id"
DATE: Final = "date"


class TermSpace(ABC):
    """The terms of one Whoosh field in one segment, numbered from 0 in ascending order.

    Attributes:
        lengths: tokens of each document in the field, uint[n]; None in a field of values.
    """

    lengths: npt.NDArray[Any] | None = None

    @abstractmethod
    def __len__(self) -> int:
        """How many terms there are."""

    @abstractmethod
    def text(self, number: int) -> bytes:
        """The term, in UTF-8."""

    @abstractmethod
    def place(self, text: str) -> int:
        """The number of the first term that is not below `text`."""

    @abstractmethod
    def frequency(self, number: int) -> int:
        """How many documents hold the term."""

    @abstractmethod
    def hits(self, number: int) -> tuple[Ints, Counts | None]:
        """The documents that hold the term, ascending, and how often; None for once each."""

    def places(self, number: int) -> tuple[Counts, Ints]:
        """How often each of its documents holds the term, and where, end to end; words only."""
        raise NotImplementedError(number)

    def find(self, text: bytes) -> int:
        """The number of a term.

        Raises:
            KeyError: there is no such term.
        """
        try:
            number = self.place(text.decode())
        except UnicodeDecodeError as error:
            raise KeyError(text) from error
        if number == len(self) or self.text(number) != text:
            raise KeyError(text)
        return number

    def vocabulary(self) -> Vocabulary:
        """All terms."""
        packed = strings_of([self.text(number).decode() for number in range(len(self))])
        return Vocabulary(packed.text, packed.at)


class Listed(TermSpace):
    """A field whose terms the segment lists."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def __len__(self) -> int:
        return len(self._vocabulary)

    def text(self, number: int) -> bytes:
        return self._vocabulary.encoded(number)

    def place(self, text: str) -> int:
        return self._vocabulary.starting_with(text)[0]

    def vocabulary(self) -> Vocabulary:
        return self._vocabulary


class Stems(Listed):
    """The terms of a field of words."""

    def __init__(self, postings: WordPostings, lengths: npt.NDArray[Any]) -> None:
        super().__init__(postings.terms)
        self._postings = postings
        self.lengths = lengths

    def frequency(self, number: int) -> int:
        return self._postings.frequency(number)

    def hits(self, number: int) -> tuple[Ints, Counts | None]:
        return self._postings.docs(number), self._postings.counts(number)

    def places(self, number: int) -> tuple[Counts, Ints]:
        return self._postings.places(number)


class Forms(Listed):
    """The folded words behind the terms of a field of words."""

    def __init__(self, postings: WordPostings, lengths: npt.NDArray[Any]) -> None:
        super().__init__(postings.words)
        self._postings = postings
        self.lengths = lengths

    def frequency(self, number: int) -> int:
        return self._postings.form_frequency(number)

    def hits(self, number: int) -> tuple[Ints, Counts | None]:
        return self._postings.form_hits(number)

    def places(self, number: int) -> tuple[Counts, Ints]:
        return self._postings.form_places(number)[1:]


class Values(Listed):
    """The values of a field."""

    def __init__(self, postings: Postings) -> None:
        super().__init__(postings.terms)
        self._postings = postings

    def frequency(self, number: int) -> int:
        return self._postings.frequency(number)

    def hits(self, number: int) -> tuple[Ints, Counts | None]:
        return self._postings.docs(number), None


class Days(TermSpace):
    """The days that documents have, as 2017-05-12. Documents are in the order of their days."""

    def __init__(self, day: npt.NDArray[np.int32]) -> None:
        """Take the day of each document, ascending; 0 stands for none."""
        self._day = day

    def __len__(self) -> int:
        return len(self._starts) - 1

    def text(self, number: int) -> bytes:
        return iso(int(self._day[self._starts[number]])).encode()

    def place(self, text: str) -> int:
        return bisect_left(range(len(self)), text.encode(), key=self.text)

    def frequency(self, number: int) -> int:
        return self._starts[number + 1] - self._starts[number]

    def hits(self, number: int) -> tuple[Ints, Counts | None]:
        return np.arange(self._starts[number], self._starts[number + 1], dtype=np.intp), None

    @cached_property
    def _starts(self) -> list[int]:
        """The first document of each day, and how many documents there are."""
        changes = np.flatnonzero(np.diff(self._day, prepend=np.int32(0)))
        return [*changes.tolist(), len(self._day)]


class Ids(TermSpace):
    """The ids, one for each document."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def __len__(self) -> int:
        return self._segment.count

    def text(self, number: int) -> bytes:
        return self._segment.ids.encoded(int(self._segment.order[number]))

    def place(self, text: str) -> int:
        return self._segment.rank_of(text)

    def frequency(self, number: int) -> int:  # noqa: ARG002 - any of them
        return 1

    def hits(self, number: int) -> tuple[Ints, Counts | None]:
        return self._segment.order[number : number + 1].astype(np.intp), None


def iso(day: int) -> str:
    """An ordinal as 2017-05-12."""
    return dt.date.fromordinal(day).isoformat()


def word_fields(segment: Segment) -> dict[str, str]:
    """For each Whoosh field of words the field of the segment that is behind it."""
    behind: dict[str, str] = {}
    for field in FIELDS:
        if field.words is not Words.NONE:
            kept, _ = term_space(field.name, exact=False)
            twin, _ = term_space(field.name, exact=True)
            if kept in segment.layout.words:
                behind |= {kept: kept, twin: kept}
    return behind


def term_spaces(segment: Segment) -> dict[str, TermSpace]:
    """What each Whoosh field has of terms, ascending by name of the field."""
    spaces: dict[str, TermSpace] = {ID: Ids(segment), DATE: Days(segment.day)}
    for name in segment.layout.values:
        spaces[name] = Values(segment.values(name))
    for name, kept in word_fields(segment).items():
        kind = Stems if name == kept else Forms
        spaces[name] = kind(segment.words(kept), segment.lengths(kept))
    return {name: spaces[name] for name in sorted(spaces)}
