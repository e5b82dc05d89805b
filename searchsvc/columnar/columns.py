"""Columns of values: what each document carries, in the shape that `layout` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges, smallest_unsigned, starts_of
from searchsvc.columnar.segment import ValueColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers = npt.NDArray[Any]

WIDTHS: Final = (1, 2, 4)
FURTHER_COST: Final = 7
"""Counting the further values of a document costs as much as counting so many places."""


def width_for(per_document: Numbers) -> int:
    """How wide to make the column of documents with so many values each: the cheapest to count."""
    costs = [
        width * len(per_document) + FURTHER_COST * int(np.count_nonzero(per_document > width))
        for width in WIDTHS
    ]
    return WIDTHS[costs.index(min(costs))]


def column_of(per_document: Numbers, values: Numbers, size: int) -> ValueColumn:
    """The column of documents that carry so many values each.

    Args:
        per_document: [n], how many values each document carries.
        values: [sum of these], numbers of the values of document 0, then of 1, and so on.
        size: how many distinct values there are.
    """
    width = width_for(per_document)
    starts = starts_of(per_document)[:-1]
    first = _empty(len(per_document), width, size)
    for place in range(width):
        having = np.flatnonzero(per_document > place)
        first[having, place] = values[starts[having] + place]
    having = np.flatnonzero(per_document > width)
    further = per_document[having] - width
    rest = values[ranges(starts[having] + width, further)]
    return ValueColumn(first, np.repeat(having.astype(np.uint32), further), rest)


def merge_columns(
    columns: Sequence[ValueColumn],
    numbers: Sequence[Numbers],
    new: Sequence[Ints],
    *,
    documents: int,
    size: int,
) -> ValueColumn:
    """One column of all documents that are kept.

    Args:
        columns: of each segment.
        numbers: of each segment, the new number of each value; any where no document kept has it.
        new: of each segment, the new number of each document, or -1 where it is not kept.
        documents: how many are kept.
        size: how many distinct values they carry.
    """
    owners, carried = [np.zeros(0, np.uint32)], [np.zeros(0, np.uint32)]
    for column, renumbered, own in zip(columns, numbers, new, strict=True):
        to = renumbered.astype(np.uint32)
        for docs, values in _pairs(column, len(to)):
            kept = own[docs] >= 0
            owners.append(own[docs[kept]].astype(np.uint32))
            carried.append(to[values[kept]])
    owner = np.concatenate(owners)
    order = owner.argsort(kind="stable")  # the values of a document stand in their order
    per_document = np.bincount(owner, minlength=documents)
    return column_of(per_document, np.concatenate(carried)[order], size)


def renumbered(column: ValueColumn, numbers: Numbers, size: int) -> ValueColumn:
    """The same column as one of `size` values, of which value i here is the one `numbers[i]`."""
    width = column.first.shape[1]
    to = np.append(numbers, size + np.arange(width)).astype(smallest_unsigned(size + width))
    return ValueColumn(to[column.first], column.rest_doc, to[column.rest])


def widened(column: ValueColumn, width: int, size: int) -> ValueColumn:
    """The same column of `size` values, `width` of them wide, which is no less than it is."""
    count, own = column.first.shape
    if own == width:
        return column
    first = _empty(count, width, size)
    first[:, :own] = column.first
    leading = np.diff(column.rest_doc, prepend=-1) != 0
    at = np.arange(len(leading))
    place = own + at - np.maximum.accumulate(np.where(leading, at, 0))
    fits = place < width
    first[column.rest_doc[fits], place[fits]] = column.rest[fits]
    return ValueColumn(first, column.rest_doc[~fits], column.rest[~fits])


def _empty(documents: int, width: int, size: int) -> Numbers:
    """The first values of documents that carry none: uint[documents, width]."""
    none = size + np.arange(width)
    return np.tile(none.astype(smallest_unsigned(size + width)), (documents, 1))


def _pairs(column: ValueColumn, size: int) -> list[tuple[Ints, Numbers]]:
    """Documents and values carried, the first of each, then the second, then the others."""
    pairs = []
    for place in range(column.first.shape[1]):
        docs = np.flatnonzero(column.first[:, place] < size)
        pairs.append((docs, column.first[docs, place]))
    pairs.append((column.rest_doc.astype(np.intp), column.rest))
    return pairs
