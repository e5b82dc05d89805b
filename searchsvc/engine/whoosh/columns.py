"""Our own arrays beside each Whoosh segment: ids, dates, facet ordinals and field lengths.

One file per segment, `<segment id>.npz` (NumPy's uncompressed zip of little-endian arrays, no
pickles), written when the segment is; Whoosh deletes it together with the segment's own files.
With n documents in the segment:

    id.text, id.at             Strings: the document ids, by document number
    id.order                   int32[n], document numbers in ascending order of id
    day                        int32[n], proleptic Gregorian ordinal of the date, 0 for undated
    minute                     int16[n], minute of that day, 0 where only the day is known
    <facet>.text, <facet>.at   Strings: the distinct values, ascending
    <facet>.starts             int64[n + 1], start of each document's ordinals in the next array
    <facet>.ordinals           int32[starts[n]], ordinals of values, in the document's order
    <words>.length             int32[n], tokens in that field of the document

Strings are UTF-8 laid end to end (uint8) and the offsets that part them (int64, one more than
there are strings).
"""

from __future__ import annotations

import zipfile
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType

import numpy as np
import numpy.typing as npt

from searchsvc.documents import facet_values
from searchsvc.engine.whoosh.schema import value_fields, word_fields
from searchsvc.errors import IndexCorrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from searchsvc.engine.whoosh.analysis import Analysed
    from searchsvc.model import Collection, Document

Doc = NewType("Doc", int)
"""Number of a document inside its segment."""

Docs = npt.NDArray[np.int32]
Ordinals = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Strings:
    """Many strings in two arrays; see the module docstring."""

    text: npt.NDArray[np.uint8]
    at: Offsets

    def __len__(self) -> int:
        """How many there are."""
        return len(self.at) - 1

    def __getitem__(self, index: int) -> str:
        """The string at `index`."""
        return bytes(self.text[self.at[index] : self.at[index + 1]]).decode()

    def find(self, wanted: str) -> int | None:
        """The index of `wanted` among strings in ascending order, or None."""
        index = bisect_left(range(len(self)), wanted, key=self.__getitem__)
        return index if index < len(self) and self[index] == wanted else None


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of one facet field in one segment.

    Attributes:
        values: distinct values, ascending; their index is the ordinal.
        ordinals: int32[entries], one entry for each value of each document, by document.
        docs: int32[entries], the document of each entry.
        empty: bool[n], documents without any value.
    """

    values: Strings
    ordinals: Ordinals
    docs: Docs
    empty: Mask

    def carriers(self, value: str) -> Docs:
        """Documents that carry `value`, ascending."""
        ordinal = self.values.find(value)
        if ordinal is None:
            return np.zeros(0, np.int32)
        mine: Mask = self.ordinals == ordinal
        return self.docs[mine]

    def docs_with(self, ordinals: Sequence[int]) -> Docs:
        """Documents that carry a value with one of these ordinals, with repetitions."""
        chosen: Mask = np.isin(self.ordinals, np.array(ordinals, np.int32))
        return self.docs[chosen]


@dataclass(frozen=True, slots=True)
class Columns:
    """All arrays of one segment of n documents.

    Attributes:
        ids: document ids, by document number.
        by_id: int32[n], document numbers in ascending order of id.
        rank: int32[n], place of each document in that order.
        day: int32[n], ordinal of the date, 0 for undated.
        days: int32[distinct], the ordinals in `day`, ascending.
        day_place: int32[n], place in `days` of each document's.
        minute: int16[n].
        facets: by field name.
        lengths: int32[n] tokens, by name of the word field.
    """

    ids: Strings
    by_id: Docs
    rank: Docs
    day: npt.NDArray[np.int32]
    days: npt.NDArray[np.int32]
    day_place: npt.NDArray[np.int32]
    minute: npt.NDArray[np.int16]
    facets: Mapping[str, FacetColumn]
    lengths: Mapping[str, npt.NDArray[np.int32]]

    def find(self, document_id: str) -> Doc | None:
        """The document with this id, deleted or not, or None."""
        place = bisect_left(
            range(len(self.ids)), document_id, key=lambda at: self.ids[int(self.by_id[at])]
        )
        if place == len(self.ids) or self.ids[int(self.by_id[place])] != document_id:
            return None
        return Doc(int(self.by_id[place]))


@dataclass(slots=True)
class ColumnsWriter:
    """Gathers the columns of the segment being written, one document at a time."""

    collection: Collection
    ids: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)
    values: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make an empty column for every field of the collection."""
        self.values = {name: [] for name in value_fields(self.collection)}
        self.lengths = {name: [] for name in word_fields(self.collection)}

    def add(self, document: Document, words: Mapping[str, Analysed]) -> None:
        """Append one document; `words` comes from `schema.analyse_fields`."""
        date = document.date
        self.ids.append(document.id)
        self.days.append(0 if date is None else date.day.toordinal())
        time = None if date is None else date.time
        self.minutes.append(0 if time is None else time.hour * 60 + time.minute)
        for name, column in self.values.items():
            column.append(facet_values(document, name))
        for name, lengths in self.lengths.items():
            lengths.append(sum(map(len, words.get(name, ()))))

    def add_columns(self, columns: Columns, docs: Iterable[int]) -> None:
        """Append the documents `docs` of a segment that is merged into this one."""
        starts = {
            name: np.searchsorted(facet.docs, np.arange(len(columns.ids) + 1))
            for name, facet in columns.facets.items()
        }
        for doc in docs:
            self.ids.append(columns.ids[doc])
            self.days.append(int(columns.day[doc]))
            self.minutes.append(int(columns.minute[doc]))
            for name, facet in columns.facets.items():
                entries = facet.ordinals[starts[name][doc] : starts[name][doc + 1]]
                self.values[name].append(tuple(facet.values[ordinal] for ordinal in entries))
            for name, lengths in columns.lengths.items():
                self.lengths[name].append(int(lengths[doc]))

    def write(self, path: Path) -> None:
        """Write the file that `read_columns` reads."""
        order = sorted(range(len(self.ids)), key=self.ids.__getitem__)
        arrays: Arrays = {
            **_pack("id", self.ids),
            "id.order": np.array(order, np.int32),
            "day": np.array(self.days, np.int32),
            "minute": np.array(self.minutes, np.int16),
        }
        for name, column in self.values.items():
            arrays |= _pack_facet(name, column)
        for name, lengths in self.lengths.items():
            arrays[f"{name}.length"] = np.array(lengths, np.int32)
        np.savez(path, **arrays)  # type: ignore[arg-type]  # a keyword per array, none of them savez's own


def read_columns(path: Path, collection: Collection) -> Columns:
    """The columns that `ColumnsWriter` wrote.

    Raises:
        IndexCorrupt: the file is not one of ours, or a byte of it has changed.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: Arrays = dict(file)
            return _columns(arrays, collection)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise IndexCorrupt(path, f"cannot be read ({error})") from error


def _columns(arrays: Arrays, collection: Collection) -> Columns:
    by_id = arrays["id.order"].astype(np.int32, copy=False)
    rank = np.empty_like(by_id)
    rank[by_id] = np.arange(len(by_id), dtype=np.int32)
    day = arrays["day"].astype(np.int32, copy=False)
    days, day_place = np.unique(day, return_inverse=True)
    return Columns(
        ids=_strings(arrays, "id"),
        by_id=by_id,
        rank=rank,
        day=day,
        days=days,
        day_place=day_place.astype(np.int32),
        minute=arrays["minute"].astype(np.int16, copy=False),
        facets={name: _facet(arrays, name) for name in value_fields(collection)},
        lengths={
            name: arrays[f"{name}.length"].astype(np.int32, copy=False)
            for name in word_fields(collection)
        },
    )


def _facet(arrays: Arrays, name: str) -> FacetColumn:
    starts: Offsets = arrays[f"{name}.starts"].astype(np.int64, copy=False)
    per_document = starts[1:] - starts[:-1]
    docs = np.repeat(np.arange(len(per_document), dtype=np.int32), per_document)
    return FacetColumn(
        values=_strings(arrays, name),
        ordinals=arrays[f"{name}.ordinals"].astype(np.int32, copy=False),
        docs=docs,
        empty=per_document == 0,
    )


def _strings(arrays: Arrays, name: str) -> Strings:
    return Strings(
        arrays[f"{name}.text"].astype(np.uint8, copy=False),
        arrays[f"{name}.at"].astype(np.int64, copy=False),
    )


def _pack(name: str, strings: Sequence[str]) -> Arrays:
    encoded = [string.encode() for string in strings]
    at = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(each) for each in encoded], out=at[1:])
    return {f"{name}.text": np.frombuffer(b"".join(encoded), np.uint8), f"{name}.at": at}


def _pack_facet(name: str, column: Sequence[tuple[str, ...]]) -> Arrays:
    distinct = sorted({value for values in column for value in values})
    ordinal_of = {value: ordinal for ordinal, value in enumerate(distinct)}
    starts = np.zeros(len(column) + 1, np.int64)
    np.cumsum([len(values) for values in column], out=starts[1:])
    ordinals = [ordinal_of[value] for values in column for value in values]
    return {
        **_pack(name, distinct),
        f"{name}.starts": starts,
        f"{name}.ordinals": np.array(ordinals, np.int32),
    }
