"""How many documents of a set carry each value of several fields: one gather and one count.

The values of all fields are numbered through, so that what a document carries in any of them lies
side by side in one table, and one pass counts it all. Most places of the table hold no value. They
hold numbers of their own, another in each place, because increments of one and the same bin wait
for one another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.columns import FURTHER_COST, widened
from searchsvc.columnar.encoding import Ints, ranges, smallest_unsigned, starts_of
from searchsvc.columnar.segment import ValueColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchsvc.columnar.strings import Strings

Pair = TypeVar("Pair", bound=tuple[str, int])

Numbers = npt.NDArray[Any]

FURTHER_WIDTH: Final = 4
"""How many further values of a document are gathered as one."""

FEW_DOCS: Final = 32
"""Up to so many documents are counted by a dictionary, which costs less than counting zeros."""

PIECE: Final = 1 << 15
"""So many documents are counted at once: NumPy counts in eight bytes a value, which it keeps."""

NO_VALUES: Final = np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Block:
    """Where a field stands in a table.

    Attributes:
        start: number of its first value; those of the others follow.
        end: number after that of its last value, which stands for none in its first place; those
            for none in its other places follow.
        place: the first of its places.
        width: how many places it has; 0 where nobody carries anything.
        more: whether anybody carries more values than there are places.
    """

    start: int
    end: int
    place: int
    width: int
    more: bool


@dataclass(frozen=True, eq=False)
class Table:
    """What n documents carry in one or more fields, laid out to be gathered.

    Attributes:
        blocks: of each field.
        first: uint[n, W], the first values in each field, the places of a field side by side.
        row: uint32[n], where the document's further values begin in the next; 0 for none.
        further: uint[rows, FURTHER_WIDTH], further values of any field; k where there is none in
            place k. Row 0 is nobody's.
        following: uint[rows], how many rows of the same document come after this one.
        size: above all numbers.
        edges: intp[2 * fields], start and end of each block.
    """

    blocks: tuple[Block, ...]
    first: Numbers
    row: npt.NDArray[np.uint32]
    further: Numbers
    following: Numbers
    size: int
    edges: Ints

    @cached_property
    def counter(self) -> compiled.Counter | None:
        """What counts in compiled loops."""
        return compiled.loops.Counter(self) if compiled.loops else None


class Counted:
    """Counts of fields over many documents. Of fields not counted nothing must be asked."""

    __slots__ = ("_blocks", "_bounds", "_counts", "_docs", "_keys", "_shift")

    def __init__(self, table: Table, counts: Ints, docs: int) -> None:
        """Counts by number, of so many documents; what is not in `counts` is 0."""
        self._blocks, self._counts, self._docs = table.blocks, counts, docs
        numbers = _not_zero(counts)
        self._bounds: list[int] = numbers.searchsorted(table.edges).tolist()
        # One key that is larger for a larger count and, within a count, for a smaller number.
        self._shift = table.size.bit_length()
        self._keys = (counts.take(numbers) << self._shift) - numbers

    def distinct(self, field: int) -> int:
        """How many values of a field have a count above 0."""
        return self._bounds[2 * field + 1] - self._bounds[2 * field]

    def missing(self, field: int) -> int:
        """How many documents carry nothing in a field."""
        block = self._blocks[field]
        # The first place is the only one whose lack of a value is counted: it is filled first.
        return self._of(block.end) if block.width else self._docs

    def of(self, field: int, value: int) -> int:
        """The count of a value of a field."""
        return self._of(self._blocks[field].start + value)

    def those(self, field: int, values: Ints) -> Ints:
        """The counts of some values of a field."""
        numbers = values + self._blocks[field].start
        found: Ints = np.zeros(len(values), np.intp)
        there = numbers < len(self._counts)
        found[there] = self._counts.take(numbers[there])
        return found

    def largest(self, field: int, size: int) -> tuple[list[int], list[int]]:
        """The `size` largest counts above 0 of a field: values, ties ascending, and the counts."""
        low, high = self._bounds[2 * field : 2 * field + 2]
        keys = self._keys[low:high]
        if high - low > size:
            if not size:
                return [], []
            keys = keys.copy()
            keys.partition(high - low - size)
            keys = keys[high - low - size :]
        ordered = sorted(keys.tolist(), reverse=True)
        shift, start = self._shift, self._blocks[field].start
        below = (1 << shift) - 1
        # Numbers are above 0, so that taking one off borrows from the count.
        return [(-key & below) - start for key in ordered], [(key >> shift) + 1 for key in ordered]

    def buckets(
        self, field: int, size: int, names: Strings | Sequence[str], kind: type[Pair]
    ) -> tuple[Pair, ...]:
        """What `largest` gives as pairs, of this kind, of a name and its count."""
        return _pairs(self.largest(field, size), names, kind)

    def _of(self, number: int) -> int:
        return int(self._counts[number]) if number < len(self._counts) else 0


class Tally:
    """As `Counted`, of few documents."""

    __slots__ = ("_blocks", "_bounds", "_counts", "_docs", "_numbers")

    def __init__(self, table: Table, counts: dict[int, int], docs: int) -> None:
        """Counts above 0 by number, of so many documents."""
        self._blocks, self._counts, self._docs = table.blocks, counts, docs
        self._numbers = numbers = sorted(counts)
        self._bounds = [
            bisect_left(numbers, edge)
            for block in table.blocks
            for edge in (block.start, block.end)
        ]

    def distinct(self, field: int) -> int:
        """See `Counted`."""
        return self._bounds[2 * field + 1] - self._bounds[2 * field]

    def missing(self, field: int) -> int:
        """See `Counted`."""
        block = self._blocks[field]
        return self._counts.get(block.end, 0) if block.width else self._docs

    def of(self, field: int, value: int) -> int:
        """See `Counted`."""
        return self._counts.get(self._blocks[field].start + value, 0)

    def those(self, field: int, values: Ints) -> Ints:
        """See `Counted`."""
        start, of = self._blocks[field].start, self._counts.get
        return np.array([of(start + value, 0) for value in values.tolist()], np.intp)

    def largest(self, field: int, size: int) -> tuple[list[int], list[int]]:
        """See `Counted`."""
        low, high = self._bounds[2 * field : 2 * field + 2]
        count = self._counts.__getitem__
        best = sorted(self._numbers[low:high], key=count, reverse=True)
        if high - low > size:
            best = best[:size]
        start = self._blocks[field].start
        return [number - start for number in best], list(map(count, best))

    def buckets(
        self, field: int, size: int, names: Strings | Sequence[str], kind: type[Pair]
    ) -> tuple[Pair, ...]:
        """See `Counted`."""
        return _pairs(self.largest(field, size), names, kind)


def pairs_of(kind: type[Pair], pairs: Iterable[tuple[str, int]]) -> tuple[Pair, ...]:
    """As `kind._make` of each, three times as fast: there may be hundreds in an answer."""
    return tuple(map(tuple.__new__, repeat(kind), pairs))


def _pairs(
    largest: tuple[list[int], list[int]], names: Strings | Sequence[str], kind: type[Pair]
) -> tuple[Pair, ...]:
    numbers, counts = largest
    return pairs_of(kind, zip(map(names.__getitem__, numbers), counts, strict=True))


Counts = Counted | Tally | compiled.Tally


def to_count(columns: Sequence[ValueColumn], sizes: Sequence[int]) -> Table:
    """The columns of the same n documents, each of so many values, laid out to be counted."""
    wide = _widened(columns, sizes)
    widths = [column.first.shape[1] for column in wide]
    places = starts_of(np.array(widths, np.intp)).tolist()
    starts = starts_of(np.array(sizes, np.intp) + widths) + FURTHER_WIDTH
    total = int(starts[-1])
    blocks = [
        Block(start, start + size, place, column.first.shape[1], len(column.rest) > 0)
        for start, size, place, column in zip(starts.tolist(), sizes, places, wide, strict=False)
    ]
    kind = smallest_unsigned(total)
    first = np.empty((len(columns[0].first) if columns else 0, places[-1]), kind)
    for block, column in zip(blocks, wide, strict=True):
        own = first[:, block.place : block.place + block.width]
        own[:] = column.first
        own += kind.type(block.start)
    edges = np.array([edge for block in blocks for edge in (block.start, block.end)], np.intp)
    rest = [
        column.rest.astype(kind) + kind.type(start)
        for column, start in zip(wide, starts, strict=False)
    ]
    row, further, following = _further(
        np.concatenate([np.zeros(0, np.uint32), *(column.rest_doc for column in wide)]),
        np.concatenate([np.zeros(0, kind), *rest]),
        len(first),
    )
    return Table(tuple(blocks), first, row, further, following, total, edges)


def count_all(table: Table) -> Counted:
    """The counts over all documents of a table, of all fields."""
    counts = np.bincount(table.further[1:].reshape(-1), minlength=table.size)
    for start in range(0, len(table.first), PIECE):
        values = table.first[start : start + PIECE].reshape(-1)
        counts += np.bincount(values, minlength=table.size)
    return Counted(table, counts, len(table.first))


def count(table: Table, docs: Ints, low: int, high: int) -> Counts:
    """The counts over `docs` of the fields from `low` to `high`, inclusive."""
    if compiled.loops and table.counter and len(docs):
        return table.counter.count(docs, low, high)
    blocks = table.blocks[low : high + 1]
    more = any([block.more for block in blocks])  # noqa: C419 - costs half of what a generator does
    if len(docs) <= FEW_DOCS:
        # Without a pass over all values of the fields.
        numbers = _first(table, docs, blocks).tolist()
        if more:
            numbers += _further_of_few(table, docs)
        return Tally(table, Counter(numbers), len(docs))
    size = table.size if len(docs) > PIECE else 0
    counts = None
    for start in range(0, len(docs), PIECE):
        piece = docs[start : start + PIECE] if size else docs
        values = _first(table, piece, blocks)
        if more:
            further = table.further.take(_rows(table, piece), 0)
            values = np.concatenate([values, further.reshape(-1)])
        own = np.bincount(values, minlength=size)
        counts = own if counts is None else counts + own
    return Counted(table, np.bincount(NO_VALUES) if counts is None else counts, len(docs))


def _first(table: Table, docs: Ints, blocks: Sequence[Block]) -> Numbers:
    """The numbers in the first places of some neighbouring fields."""
    first = table.first.take(docs, 0)
    start, end = blocks[0].place, blocks[-1].place + blocks[-1].width
    if end - start < first.shape[1]:
        first = first[:, start:end]
    return first.reshape(-1)


def _further_of_few(table: Table, docs: Ints) -> list[int]:
    """The numbers in the rows of further values of `docs`."""
    following = table.following
    rows = [
        row
        for start in table.row.take(docs).tolist()
        if start
        for row in range(start, start + 1 + following.item(start))
    ]
    return table.further.take(rows, 0).reshape(-1).tolist() if rows else []


def _rows(table: Table, docs: Ints) -> Numbers:
    """The rows of further values of `docs`."""
    rows = table.row.take(docs)
    rows = rows.take(_not_zero(rows))
    following = table.following.take(rows)
    if not following.any():
        return rows
    more = _not_zero(following)
    return np.concatenate([rows, ranges(rows.take(more) + 1, following.take(more))])


def _not_zero(numbers: Numbers) -> Ints:
    """Where they are not 0, four times as fast as `nonzero` finds it without the booleans."""
    return numbers.astype(np.bool_).nonzero()[0]


def _widened(columns: Sequence[ValueColumn], sizes: Sequence[int]) -> list[ValueColumn]:
    """The columns with as many places as are cheapest to count."""
    found = []
    for column, size in zip(columns, sizes, strict=True):
        if not size:
            found.append(ValueColumn(column.first[:, :0], column.rest_doc, column.rest))
            continue
        documents, width = column.first.shape
        leading = np.flatnonzero(np.diff(column.rest_doc, prepend=-1))
        lengths = np.diff(leading, append=len(column.rest))
        more = 0
        while FURTHER_COST * int(np.count_nonzero(lengths > more)) > documents:
            more += 1
        found.append(widened(column, width + more, size))
    return found


def _further(
    owner: npt.NDArray[np.uint32], values: Numbers, documents: int
) -> tuple[npt.NDArray[np.uint32], Numbers, Numbers]:
    """`Table.row`, `.further` and `.following` of values that have an owner each, in any order."""
    order = owner.argsort(kind="stable")
    owner, values = owner[order], values[order]
    leading = np.flatnonzero(np.diff(owner, prepend=-1))
    lengths = np.diff(leading, append=len(owner))
    rows = -(-lengths // FURTHER_WIDTH)
    starts = starts_of(rows) + 1
    row = np.zeros(documents, np.uint32)
    row[owner[leading]] = starts[:-1]
    further = np.tile(np.arange(FURTHER_WIDTH, dtype=values.dtype), (int(starts[-1]), 1))
    further.reshape(-1)[ranges(starts[:-1] * FURTHER_WIDTH, lengths)] = values
    following = np.zeros(len(further), np.intp)
    following[1:] = np.repeat(starts[1:], rows) - np.arange(2, len(further) + 1)
    return row, further, following.astype(smallest_unsigned(int(following.max())))
