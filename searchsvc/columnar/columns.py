"""Columns of values: what each document carries, in the shape that `layout` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges, starts_of
from searchsvc.columnar.segment import ValueColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers = npt.NDArray[Any]

WIDTHS: Final = (1, 2, 4)
FURTHER_SHARE: Final = 0.08
"""A column is as wide as it takes for no more than this share of the documents to have further
values: those are counted apart, which costs more than counting a zero."""

LARGEST_IN_WIDE: Final = np.iinfo(np.uint16).max
"""Four values are gathered as one number of 64 bits, so none may have more than 16."""


def width_for(per_document: Numbers, largest: int) -> int:
    """How wide to make the column of documents with so many values each, none above `largest`."""
    widths = WIDTHS if largest <= LARGEST_IN_WIDE else WIDTHS[:-1]
    for width in widths:
        if np.count_nonzero(per_document > width) <= FURTHER_SHARE * len(per_document):
            return width
    return widths[-1]


def column_of(per_document: Numbers, values: Numbers) -> ValueColumn:
    """The column of documents that carry so many values each.

    Args:
        per_document: [n], how many values each document carries.
        values: [sum of these], numbers plus 1 of the values of document 0, then of 1, and so on.
    """
    documents = len(per_document)
    width = width_for(per_document, int(values.max(initial=0)))
    starts = starts_of(per_document)[:-1]
    first = np.zeros((documents, width), values.dtype)
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
    documents: int,
) -> ValueColumn:
    """One column of all documents that are kept.

    Args:
        columns: of each segment.
        numbers: of each segment, the new number of each value that any document kept carries.
        new: of each segment, the new number of each document, or -1 where it is not kept.
        documents: how many are kept.
    """
    owners, carried = [np.zeros(0, np.uint32)], [np.zeros(0, np.uint32)]
    for column, renumbered, own in zip(columns, numbers, new, strict=True):
        plus_one = np.append(0, renumbered + 1).astype(np.uint32)
        for docs, values in _pairs(column):
            kept = own[docs] >= 0
            owners.append(own[docs[kept]].astype(np.uint32))
            carried.append(plus_one[values[kept]])
    owner = np.concatenate(owners)
    order = owner.argsort(kind="stable")  # the values of a document stand in their order
    per_document = np.bincount(owner, minlength=documents)
    return column_of(per_document, np.concatenate(carried)[order])


def widened(column: ValueColumn, width: int) -> ValueColumn:
    """The same column, `width` values wide, which is no less than it is."""
    count, own = column.first.shape
    if own == width:
        return column
    first = np.zeros((count, width), column.first.dtype)
    first[:, :own] = column.first
    leading = np.diff(column.rest_doc, prepend=-1) != 0
    at = np.arange(len(leading))
    place = own + at - np.maximum.accumulate(np.where(leading, at, 0))
    fits = place < width
    first[column.rest_doc[fits], place[fits]] = column.rest[fits]
    return ValueColumn(first, column.rest_doc[~fits], column.rest[~fits])


def _pairs(column: ValueColumn) -> list[tuple[Ints, Numbers]]:
    """Documents and values carried, the first of each, then the second, then the others."""
    pairs = []
    for place in range(column.first.shape[1]):
        docs = np.flatnonzero(column.first[:, place])
        pairs.append((docs, column.first[docs, place]))
    pairs.append((column.rest_doc.astype(np.intp), column.rest))
    return pairs
