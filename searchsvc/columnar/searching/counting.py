"""How many documents of a set carry each value: one gather and one bincount over a column.

Most places of a column hold no value. They hold numbers above those of the values, another in
each place, because increments of one and the same bin wait for one another.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges, smallest_unsigned, starts_of
from searchsvc.columnar.searching.ranking import largest_counts

if TYPE_CHECKING:
    from searchsvc.columnar.segment import ValueColumn

FEW_DOCS: Final = 40
"""Up to so many documents are counted by a dictionary, which costs less than counting zeros."""

FURTHER_WIDTH: Final = 4
"""How many further values of a document are gathered as one."""


@dataclass(frozen=True, slots=True)
class Column:
    """What n documents carry in one field of V values, by number, laid out to be gathered.

    Attributes:
        first: uint[n, w], the first w values; V + k where there is none in place k.
        row: uint32[n], where the document's further values begin in the next; 0 for none.
        further: uint[rows, FURTHER_WIDTH], further values; V + k where there is none in place k.
            Row 0 is nobody's.
        following: uint[rows], how many rows of the same document come after this one.
        size: V.
    """

    first: npt.NDArray[Any]
    row: npt.NDArray[np.uint32]
    further: npt.NDArray[Any]
    following: npt.NDArray[Any]
    size: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of one field over many documents.

    Attributes:
        counts: intp[values], documents that carry each.
        missing: documents that carry none.
    """

    counts: Ints
    missing: int

    @property
    def distinct(self) -> int:
        """How many values have a count above 0."""
        return int(np.count_nonzero(self.counts))

    def of(self, number: int) -> int:
        """The count of a value."""
        return int(self.counts[number])

    def largest(self, size: int) -> list[tuple[int, int]]:
        """The `size` largest counts above 0, as value and count, ties by value ascending."""
        top = largest_counts(self.counts, size)
        return list(zip(top.tolist(), self.counts[top].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Tally:
    """As `Counted`, of few documents; what is not in `counts` is 0."""

    counts: dict[int, int]
    missing: int

    @property
    def distinct(self) -> int:
        """How many values have a count above 0."""
        return len(self.counts)

    def of(self, number: int) -> int:
        """The count of a value."""
        return self.counts.get(number, 0)

    def largest(self, size: int) -> list[tuple[int, int]]:
        """The `size` largest counts above 0, as value and count, ties by value ascending."""
        ordered = sorted([(-count, number) for number, count in self.counts.items()])
        return [(number, -count) for count, number in ordered[:size]]


def to_count(column: ValueColumn, size: int) -> Column:
    """The column of `size` values, laid out to be counted."""
    leading = np.flatnonzero(np.diff(column.rest_doc, prepend=-1) != 0)
    lengths = np.diff(leading, append=len(column.rest))
    rows = -(-lengths // FURTHER_WIDTH)
    starts = starts_of(rows) + 1
    row = np.zeros(len(column.first), np.uint32)
    row[column.rest_doc[leading]] = starts[:-1]
    none = size + np.arange(FURTHER_WIDTH)
    kind = smallest_unsigned(size + FURTHER_WIDTH)
    further = np.tile(none.astype(kind), (int(starts[-1]), 1))
    further.reshape(-1)[ranges(starts[:-1] * FURTHER_WIDTH, lengths)] = column.rest
    following = np.zeros(len(further), np.intp)
    following[1:] = np.repeat(starts[1:], rows) - np.arange(2, len(further) + 1)
    narrow = smallest_unsigned(int(following.max()))
    return Column(column.first, row, further, following.astype(narrow), size)


def count_all(column: Column) -> Counted:
    """The counts over all documents of a column."""
    return _counted(column, column.first.reshape(-1), column.further[1:])


def count(column: Column, docs: Ints) -> Counted | Tally:
    """The counts over `docs`."""
    first, further = _values(column, docs)
    if len(docs) > FEW_DOCS:
        return _counted(column, first, further)
    # Without a pass over all values of the column.
    numbers = Counter(first.tolist())
    numbers.update(further.reshape(-1).tolist())
    carried = {number: count for number, count in numbers.items() if number < column.size}
    return Tally(carried, numbers[column.size])


def _values(column: Column, docs: Ints) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The numbers in the first places of `docs`, and rows of those further on."""
    values = column.first.take(docs, 0).reshape(-1)
    if len(column.further) == 1:
        return values, column.further[1:]
    rows = column.row.take(docs)
    rows = rows.take(_not_zero(rows))
    following = column.following.take(rows)
    more = _not_zero(following)
    if len(more):
        others = ranges(rows.take(more) + 1, following.take(more))
        rows = np.concatenate([rows, others])
    return values, column.further.take(rows, 0)


def _not_zero(numbers: npt.NDArray[Any]) -> Ints:
    """Where they are not 0, four times as fast as `nonzero` finds it without the booleans."""
    return numbers.astype(np.bool_).nonzero()[0]


def _counted(column: Column, first: npt.NDArray[Any], further: npt.NDArray[Any]) -> Counted:
    values = np.concatenate([first, further.reshape(-1)]) if len(further) else first
    counts = np.bincount(values, minlength=column.size + 1)
    # The first place is the only one whose lack of a value is counted there: a row of further
    # values has one at least.
    return Counted(counts[: column.size], int(counts[column.size]))
