"""Columns of values: what each document carries, in the shape that `layout` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, starts_of
from searchsvc.columnar.layout import WIDE_COLUMN_SHARE
from searchsvc.columnar.segment import ValueColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers = npt.NDArray[Any]


def column_of(per_document: Numbers, values: Numbers) -> ValueColumn:
    """The column of documents that carry so many values each.

    Args:
        per_document: [n], how many values each document carries.
        values: [sum of these], numbers plus 1 of the values of document 0, then of 1, and so on.
    """
    documents = len(per_document)
    seconds = int(np.count_nonzero(per_document > 1))
    width = 2 if seconds > WIDE_COLUMN_SHARE * documents else 1
    starts = starts_of(per_document)[:-1]
    first = np.zeros((documents, width), values.dtype)
    for place in range(width):
        having = np.flatnonzero(per_document > place)
        first[having, place] = values[starts[having] + place]
    docs = np.repeat(np.arange(documents), per_document)
    further = np.arange(len(values)) - starts[docs] >= width
    return ValueColumn(first, docs[further].astype(np.uint32), values[further])


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


def _pairs(column: ValueColumn) -> list[tuple[Ints, Numbers]]:
    """Documents and values carried, the first of each, then the second, then the others."""
    pairs = []
    for place in range(column.first.shape[1]):
        docs = np.flatnonzero(column.first[:, place])
        pairs.append((docs, column.first[docs, place]))
    pairs.append((column.rest_doc.astype(np.intp), column.rest))
    return pairs
