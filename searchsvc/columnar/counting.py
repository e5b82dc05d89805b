"""How many documents of a set carry each value: one gather and one bincount over a column.

Most places of a column hold no value. They hold numbers above those of the values, another in
each place, because increments of one and the same bin wait for one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges, smallest_unsigned, starts_of

if TYPE_CHECKING:
    from searchsvc.columnar.segment import ValueColumn

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


class Counted(NamedTuple):
    """Counts of one field over a set of documents.

    Attributes:
        counts: intp[values], documents that carry each.
        missing: documents that carry none.
    """

    counts: Ints
    missing: int


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


def count(column: Column, docs: Ints) -> Counted:
    """The counts over `docs`."""
    values = column.first.take(docs, 0).reshape(-1)
    if len(column.further) == 1:
        return _counted(column, values, column.further[1:])
    rows = column.row.take(docs)
    rows = rows.take(_not_zero(rows))
    following = column.following.take(rows)
    more = _not_zero(following)
    if len(more):
        others = ranges(rows.take(more) + 1, following.take(more))
        rows = np.concatenate([rows, others])
    return _counted(column, values, column.further.take(rows, 0))


def _not_zero(numbers: npt.NDArray[Any]) -> Ints:
    """Where they are not 0, four times as fast as `nonzero` finds it without the booleans."""
    return numbers.astype(np.bool_).nonzero()[0]


def _counted(column: Column, first: npt.NDArray[Any], further: npt.NDArray[Any]) -> Counted:
    values = np.concatenate([first, further.reshape(-1)]) if len(further) else first
    counts = np.bincount(values, minlength=column.size + 1)
    # The first place is the only one whose lack of a value is counted there: a row of further
    # values has one at least.
    return Counted(counts[: column.size], int(counts[column.size]))
