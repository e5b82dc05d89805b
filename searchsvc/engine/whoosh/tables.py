"""Facet fields laid out to be counted over a whole view."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.columns import renumbered, widened
from searchsvc.columnar.encoding import concatenate
from searchsvc.columnar.searching.counting import Table, to_count
from searchsvc.columnar.segment import ValueColumn as SegmentColumn
from searchsvc.columnar.strings import Strings
from searchsvc.fields import facet_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.engine.whoosh.view import Part
    from searchsvc.model import Collection

LISTED_VALUES: Final = 1 << 16
"""Values of a facet up to which those of a single segment are kept as Python strings; those of
several always are."""

JOINT_VALUES: Final = 60_000
"""Values of all facets up to which these are counted together, in numbers of two bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class FacetTable:
    """Facet fields that are counted together, over a whole view.

    Attributes:
        fields: the index of each in the next two.
        table: what documents carry.
        values: of each field, what its numbers stand for.
    """

    fields: Mapping[str, int]
    table: Table
    values: tuple[Strings | Sequence[str], ...]

    def listed(self, field: str) -> Sequence[str]:
        """What the numbers of a field stand for."""
        values = self.values[self.fields[field]]
        return values.listed() if isinstance(values, Strings) else values

    def place(self, field: str, value: str) -> int:
        """The number of `value` in a field, or -1."""
        values = self.values[self.fields[field]]
        index = bisect_left(range(len(values)), value, key=values.__getitem__)
        return index if index < len(values) and values[index] == value else -1


def together(parts: Sequence[Part], field: str, collection: Collection) -> tuple[str, ...]:
    """The fields that are counted with a facet field, those of few values first."""
    sizes = {
        each: sum(len(part.segment.values(each).terms) for part in parts)
        for each in facet_fields(collection)
        if each != "date"
    }
    ordered = sorted(sizes, key=lambda each: sizes[each])
    totals = accumulate(map(sizes.__getitem__, ordered))
    joint = [each for each, total in zip(ordered, totals, strict=True) if total <= JOINT_VALUES]
    return tuple(joint) if field in joint else (field,)


def facet_table(parts: Sequence[Part], fields: Sequence[str]) -> FacetTable:
    """These fields of all segments."""
    columns, values = [], []
    for field in fields:
        column, own = _value_column(parts, field)
        columns.append(column)
        values.append(own)
    index = {field: at for at, field in enumerate(fields)}
    return FacetTable(index, to_count(columns, list(map(len, values))), tuple(values))


def _value_column(
    parts: Sequence[Part], field: str
) -> tuple[SegmentColumn, Strings | Sequence[str]]:
    """The column of a facet field over all segments, and the values that its numbers stand for."""
    columns = [part.segment.column(field) for part in parts]
    if len(parts) == 1:
        terms = parts[0].segment.values(field).terms
        return columns[0], terms.listed() if len(terms) <= LISTED_VALUES else terms
    listed = [part.segment.values(field).terms.listed() for part in parts]
    merged = sorted(set[str]().union(*listed))
    size = len(merged)
    number = dict(zip(merged, range(size), strict=True))
    width = max((column.first.shape[1] for column in columns), default=1)
    pieces = []
    for own, column in zip(listed, columns, strict=True):
        numbers = np.fromiter(map(number.__getitem__, own), np.intp, len(own))
        pieces.append(widened(renumbered(column, numbers, size), width, size))
    bases = [np.uint32(part.base) for part in parts]
    rest_docs = [piece.rest_doc + base for piece, base in zip(pieces, bases, strict=True)]
    whole = SegmentColumn(
        np.concatenate([np.zeros((0, width), np.uint8), *(piece.first for piece in pieces)]),
        concatenate(rest_docs, np.uint32),
        concatenate([piece.rest for piece in pieces], np.uint8),
    )
    return whole, merged
