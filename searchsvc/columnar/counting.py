"""How many documents of a set carry each value: gathers and bincounts over a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges

if TYPE_CHECKING:
    from searchsvc.columnar.docsets import Scratch

LOOKUP_COST: Final = 60
"""Finding a document's further values by search costs as much as this many gathers."""

_GATHERED: Final = {2: np.uint16, 4: np.uint32, 8: np.uint64}
"""A type of so many bytes: all first values of a document are gathered as one."""


@dataclass(frozen=True, slots=True)
class Column:
    """What n documents carry in one field, by number of the value plus 1; 0 stands for none.

    Attributes:
        first: uint[n, w], the first w values; gathered fastest where a row has at most 8 bytes.
        rest_doc, rest: documents of further values, ascending, and these values.
        size: how many distinct values there are.
    """

    first: npt.NDArray[Any]
    rest_doc: npt.NDArray[Any]
    rest: npt.NDArray[Any]
    size: int

    def single(self, docs: Ints) -> npt.NDArray[Any]:
        """The first value of each of `docs`."""
        found: npt.NDArray[Any] = self.first[:, 0].take(docs)
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of one field over a set of documents.

    Attributes:
        counts: intp[values], documents that carry each.
        missing: documents that carry none.
    """

    counts: Ints
    missing: int


def count_all(column: Column) -> Counted:
    """The counts over all documents of a column."""
    firsts = column.first[:, 0]
    return _counted(column, column.first.ravel(), column.rest, _zeros(firsts))


def count(column: Column, docs: Ints, scratch: Scratch) -> Counted:
    """The counts over `docs`."""
    first, width = column.first, column.first.shape[1]
    if width == 1:
        values = first.ravel().take(docs)
    elif width * first.itemsize in _GATHERED:
        rows = first.view(_GATHERED[width * first.itemsize]).ravel()
        values = rows.take(docs).view(first.dtype)
    else:
        values = first.take(docs, axis=0).ravel()
    full = docs[values[width - 1 :: width] > 0] if len(column.rest) else docs[:0]
    return _counted(column, values, _rest(column, full, scratch), _zeros(values[::width]))


def _zeros(values: npt.NDArray[Any]) -> int:
    return len(values) - int(np.count_nonzero(values))


def _rest(column: Column, docs: Ints, scratch: Scratch) -> npt.NDArray[Any]:
    """The further values of `docs`."""
    if not len(column.rest) or not len(docs):
        return column.rest[:0]
    if len(docs) * LOOKUP_COST < len(column.rest) + 2 * len(docs):
        wanted = docs.astype(column.rest_doc.dtype)
        starts = column.rest_doc.searchsorted(wanted)
        ends = column.rest_doc.searchsorted(wanted, "right")
        return column.rest[ranges(starts, ends - starts)]
    flags = scratch.flags
    flags[docs] = True
    rest = column.rest[flags.take(column.rest_doc)]
    flags[docs] = False
    return rest


def _counted(
    column: Column, values: npt.NDArray[Any], rest: npt.NDArray[Any], missing: int
) -> Counted:
    counts = np.bincount(values, minlength=column.size + 1)
    if len(rest):
        counts += np.bincount(rest, minlength=column.size + 1)
    return Counted(counts[1:], missing)
