"""An opened segment: its documents, postings and columns, as views of the mapped file."""

from __future__ import annotations

import copy
import os
import weakref
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from searchsvc.columnar.arrayfile import ArrayFile, inode_of
from searchsvc.columnar.layout import ARRAYS_SUFFIX, STORED_SUFFIX, Layout
from searchsvc.columnar.postings import Postings, WordPostings
from searchsvc.columnar.stored import unpack
from searchsvc.columnar.strings import Strings
from searchsvc.errors import IndexCorrupt, unreadable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """What documents carry in a field of values; see `layout`.

    Attributes:
        first: uint[n, w], numbers of values, or T + k for none in place k.
        rest_doc, rest: the documents of further values, and these.
    """

    first: npt.NDArray[Any]
    rest_doc: npt.NDArray[Any]
    rest: npt.NDArray[Any]


class Segment:
    """A segment of n documents; safe to share between threads."""

    def __init__(self, folder: Path, name: str, *, check: bool = True) -> None:
        """Open the files of segment `name`; with `check`, compare all arrays with their checksums.

        Raises:
            IndexCorrupt, IndexIncompatible: as `ArrayFile`; or the stored documents are missing.
        """
        self.name = name
        self.path = folder / f"{name}{ARRAYS_SUFFIX}"
        self.arrays = ArrayFile(self.path, check=check)
        about = self.arrays.about
        self.count: int = about["documents"]
        self.layout = Layout(about["words"], tuple(about["values"]))
        self.ids = Strings(self.arrays["id.text"], self.arrays["id.at"])
        self.order = self.arrays["id.order"]
        self.rank = self.arrays["id.rank"]
        self.day = self.arrays["day"]
        self.minute = self.arrays["minute"]
        self._words: dict[str, WordPostings] = {}
        self._values: dict[str, Postings] = {}
        self._stored = _Stored(self.stored_path) if self.has_stored else None

    def linked_in(self, folder: Path) -> Segment | None:
        """This segment as one of `folder`, where its files are links to these; else None.

        Nothing is read or checked again, and what was made is shared.
        """
        linked = copy.copy(self)
        linked.path = folder / self.path.name
        files = [(linked.path, self.arrays.inode)]
        if self._stored is not None:
            files.append((linked.stored_path, self._stored.inode))
        try:
            same = all(inode_of(path.stat()) == inode for path, inode in files)
        except OSError:
            return None
        return linked if same else None

    @property
    def has_stored(self) -> bool:
        """Whether documents are stored."""
        return "stored.at" in self.arrays

    def words(self, field: str) -> WordPostings:
        """The postings of a field of words."""
        found = self._words.get(field)
        if found is None:
            found = self._words[field] = WordPostings(self.arrays, field, self.count)
        return found

    def values(self, field: str) -> Postings:
        """The postings of a field of values."""
        found = self._values.get(field)
        if found is None:
            found = self._values[field] = Postings(self.arrays, field, self.count)
        return found

    def column(self, field: str) -> ValueColumn:
        """The column of a field of values."""
        arrays = self.arrays
        return ValueColumn(
            arrays[f"{field}.column"], arrays[f"{field}.rest_doc"], arrays[f"{field}.rest"]
        )

    def lengths(self, field: str) -> npt.NDArray[Any]:
        """Tokens in a field of words: uint[n]."""
        return self.arrays[f"{field}.length"]

    @cached_property
    def mark_at(self) -> npt.NDArray[Any]:
        """Where the marks of each document begin among `marks`: uint[n + 1]."""
        return self.arrays["mark.at"]

    @cached_property
    def marks(self) -> npt.NDArray[np.uint16]:
        """The marks of all documents, see `fingerprints`."""
        return self.arrays["mark"]

    def find(self, document_id: str) -> int:
        """The number of the document with this id, or -1."""
        place = self.rank_of(document_id)
        if place == self.count or self.ids[int(self.order[place])] != document_id:
            return -1
        return int(self.order[place])

    def rank_of(self, document_id: str) -> int:
        """How many documents have a lower id."""
        return bisect_left(
            range(self.count), document_id, key=lambda place: self.ids[int(self.order[place])]
        )

    def stored(self, doc: int) -> bytes:
        """The stored document.

        Raises:
            IndexCorrupt: its bytes have changed.
        """
        assert self._stored is not None  # noqa: S101 - callers know whether documents are stored
        start, end = self.stored_at[doc : doc + 2].tolist()
        try:
            return self._stored.read(start, end)
        except (ValueError, OSError) as error:
            raise IndexCorrupt(self.stored_path, f"document at byte {start} ({error})") from error

    @property
    def stored_path(self) -> Path:
        """The file of the stored documents."""
        return self.path.with_suffix(STORED_SUFFIX)

    @cached_property
    def stored_at(self) -> npt.NDArray[Any]:
        """Where each stored document begins in the file of stored documents: uint[n + 1]."""
        return self.arrays["stored.at"]


class _Stored:
    """The file of stored documents, each of which is checked as it is read."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise unreadable(path, error) from error
        self.inode = inode_of(os.fstat(self._file.fileno()))
        # Readers of a segment come and go without telling it, so nobody else could close it.
        weakref.finalize(self, self._file.close)

    def read(self, start: int, end: int) -> bytes:
        """The document that is stored from byte `start` to byte `end`, exclusive.

        Raises:
            ValueError, OSError: its bytes have changed, or cannot be read.
        """
        return unpack(os.pread(self._file.fileno(), end - start, start))
