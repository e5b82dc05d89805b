"""The loops of `loops.pyx`, where there was a compiler when this was installed; else None.

Without them NumPy does the same, to the last bit, in up to twice the time. Who calls looks here at
each call, so that both ways can be tested beside each other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from searchsvc.columnar.encoding import Bytes, Ints
    from searchsvc.columnar.searching.counting import Table
    from searchsvc.columnar.searching.docsets import Flags, Floats, Scratch
    from searchsvc.columnar.strings import Strings

    Numbers = npt.NDArray[Any]

Pair = TypeVar("Pair", bound=tuple[str, int])


class Tally(Protocol):
    """Counts of some fields over some documents; see `searching.counting.Counted`."""

    def distinct(self, field: int) -> int:
        """How many values of a field have a count above 0."""
        ...

    def missing(self, field: int) -> int:
        """How many documents carry nothing in a field."""
        ...

    def of(self, field: int, value: int) -> int:
        """The count of a value of a field."""
        ...

    def those(self, field: int, values: Ints) -> Ints:
        """The counts of some values of a field."""
        ...

    def largest(self, field: int, size: int) -> tuple[list[int], list[int]]:
        """The `size` largest counts above 0 of a field: values, ties ascending, and the counts."""
        ...

    def buckets(
        self, field: int, size: int, names: Strings | Sequence[str], kind: type[Pair]
    ) -> tuple[Pair, ...]:
        """What `largest` gives as pairs, of this kind, of a name and its count."""
        ...


class Counter(Protocol):
    """Counts what documents carry."""

    def count(self, docs: Ints, low: int, high: int) -> Tally:
        """As `searching.counting.count`."""
        ...


class Postings(Protocol):
    """The postings of a field."""

    def docs(self, term: int) -> Ints:
        """The documents of a term, ascending."""
        ...

    def counts(self, term: int) -> Numbers:
        """How often a term occurs in each of its documents."""
        ...

    def counts_at(self, term: int, index: Ints) -> Numbers:
        """How often a term occurs in some of its documents."""
        ...

    def add(self, terms: Ints, room: Scratch, base: int = 0) -> None:
        """Add to each document in a room how often any of the terms occurs in it."""
        ...


class Vocabulary(Protocol):
    """Distinct strings, ascending."""

    def find(self, wanted: bytes) -> int:
        """The index of a string, or -1."""
        ...


Joinable = tuple[int, Postings, Vocabulary]
"""The number of a segment's first document, its postings, and their terms."""


class Joined(Protocol):
    """The postings of a field in several segments."""

    def find(self, wanted: bytes) -> list[int] | None:
        """The number of a term in each segment, -1 where it is not there; None where it is nowhere."""
        ...

    def docs(self, terms: list[int]) -> Ints:
        """The documents of a term, ascending."""
        ...

    def counts(self, terms: list[int]) -> Numbers:
        """How often a term occurs in each of its documents."""
        ...


class Halves(Protocol):
    """Strings by how they begin and how they end."""

    def halves(
        self, wanted: int, length: int, begin: int, end: int, begins: int, ends: int
    ) -> Ints: ...


class DocumentIds(Protocol):
    """The ids of documents that are numbered through several segments."""

    def of(self, docs: Ints) -> list[str]:
        """The ids of documents."""
        ...


class Loops(Protocol):
    """What is compiled; `loops.pyx` says what each does."""

    def Counter(self, table: Table) -> Counter: ...  # noqa: N802 - a class there
    def Postings(self, documents: int, arrays: tuple[Numbers, ...]) -> Postings: ...  # noqa: N802 - as above
    def Joined(self, parts: tuple[Joinable, ...]) -> Joined: ...  # noqa: N802 - as above
    def Vocabulary(self, keys: memoryview, text: Bytes, at: Numbers) -> Vocabulary: ...  # noqa: N802 - as above
    def Spelling(  # noqa: N802 - as above
        self, order: Numbers, letters: Numbers, begins: Numbers, backward: Numbers, ends: Numbers
    ) -> Halves: ...
    def Ids(self, parts: tuple[tuple[int, Bytes, Numbers], ...]) -> DocumentIds: ...  # noqa: N802 - as above

    def halves_at(self, packed: Bytes, index: Ints) -> Bytes: ...
    def unpacked(self, packed: Bytes, first_byte: int, bits: int, index: Ints) -> Ints: ...

    def wipe(self, room: Scratch) -> None: ...
    def mark(self, docs: Ints, room: Scratch) -> None: ...
    def add(self, docs: Ints, weights: Floats, room: Scratch) -> None: ...
    def taken(self, most: int, room: Scratch) -> Ints: ...
    def taken_summed(self, most: int, room: Scratch) -> tuple[Ints, Floats]: ...
    def positions_in(self, docs: Ints, wanted: Ints) -> tuple[Ints, Flags]: ...
    def contains(self, docs: Ints, wanted: Ints, flags: Flags) -> Flags: ...
    def among(self, docs: Ints, others: Ints, flags: Flags, *, there: bool) -> Ints: ...
    def living(self, docs: Ints, alive: Flags) -> tuple[Ints, Ints | None]: ...
    def followed(self, starts: Ints, places: Ints, step: int) -> Ints: ...

    def weighed(self, counts: Numbers, norms: Floats, docs: Ints, weight: float) -> Floats: ...
    def spread(self, frequencies: Floats, having: Ints, docs: Ints, places: Floats) -> Floats: ...
    def add_at(self, totals: Floats, docs: Ints, scores: Floats) -> None: ...
    def saturate(self, frequencies: Floats, k1: float, factor: float) -> None: ...
    def largest(self, keys: npt.NDArray[np.float32], wanted: int) -> Ints: ...
    def candidates(
        self, docs: Ints, scores: Floats, wanted: int, most: int, ids: DocumentIds
    ) -> list[tuple[float, str, int]] | None: ...
    def lowest(
        self,
        docs: Ints,
        ranks: npt.NDArray[np.uint32],
        order: npt.NDArray[np.uint32],
        wanted: int,
    ) -> Ints: ...

    def buckets_between(
        self, docs: Ints, bounds: Ints, values: list[str], kind: type[Pair]
    ) -> tuple[tuple[Pair, ...], int]: ...
    def picked(self, text: Bytes, at: Numbers, index: Ints) -> list[str]: ...


loops: Loops | None
try:
    loops = cast("Loops", import_module("searchsvc.columnar.compiled.loops"))
except ImportError:
    loops = None
