"""What a segment of arrays has of each document, as Whoosh reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from whoosh.codec.base import PerDocumentReader
from whoosh.columns import ColumnReader

from searchsvc.engine.whoosh.codec_terms import DATE, ID, iso, word_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from searchsvc.columnar.segment import Segment

DOCUMENT: Final = "document"


class ArrayPerDocReader(PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """What there is of each document: whether it is deleted, lengths, columns and itself."""

    def __init__(self, segment: Segment, deleted: npt.NDArray[np.bool_]) -> None:
        """Read from `segment`; `deleted` is a mask of its documents."""
        self._segment = segment
        self._alive = np.flatnonzero(~deleted)
        # Whoosh puts these in a frozenset for each term that it reads, which this one is already.
        self._deleted = frozenset(np.flatnonzero(deleted).tolist())
        self._word_fields = word_fields(segment)
        self._lengths = {name: segment.lengths(kept) for name, kept in self._word_fields.items()}
        self._length_views = {name: lengths.data for name, lengths in self._lengths.items()}

    def doc_count(self) -> int:
        """How many documents are not deleted."""
        return len(self._alive)

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self._segment.count

    def has_deletions(self) -> bool:
        """Whether any is deleted."""
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether this one is deleted."""
        return docnum in self._deleted

    def deleted_docs(self) -> frozenset[int]:
        """Which are deleted."""
        return self._deleted

    def all_doc_ids(self) -> Iterator[int]:
        """Which are not."""
        return iter(self._alive.tolist())

    def supports_columns(self) -> bool:
        """True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether documents can be sorted and grouped by the field."""
        return fieldname in (ID, DATE) or fieldname in self._segment.layout.values

    def column_reader(self, fieldname: str, _: object) -> ArrayColumnReader:
        """The column of a field that has one; of several values the first one of each document."""
        return ArrayColumnReader(self._value_of(fieldname), self._segment.count)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Tokens of the document in the field, or `default` where it has none."""
        lengths = self._length_views.get(fieldname)
        return default if lengths is None else lengths[docnum] or default

    def field_length(self, fieldname: str) -> int:
        """Tokens of all documents in the field, deleted ones included."""
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """The fewest tokens that a document has in the field."""
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None else int(lengths.min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        """The most tokens that a document has in the field."""
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """The stored document, as JSON, by the name of its field."""
        if not self._segment.has_stored:
            return {}
        return {DOCUMENT: self._segment.stored(docnum).decode()}

    def _value_of(self, fieldname: str) -> Callable[[int], bytes]:
        """What gives a document's first value in the field, or an empty one for none."""
        segment = self._segment
        if fieldname == ID:
            return segment.ids.encoded
        if fieldname == DATE:
            days = segment.day.data
            return lambda doc: iso(days[doc]).encode() if days[doc] else b""
        numbers = segment.column(fieldname).first[:, 0].data
        values = segment.values(fieldname).terms
        none = len(values)
        return lambda doc: values.encoded(numbers[doc]) if numbers[doc] < none else b""


class ArrayColumnReader(ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    """The values of a field by document, in UTF-8, empty where there is none."""

    def __init__(self, value_of: Callable[[int], bytes], documents: int) -> None:
        """Read with `value_of`."""
        self._value_of = value_of
        self._doccount = documents

    def __getitem__(self, docnum: int) -> bytes:
        """The value of this document."""
        return self._value_of(docnum)
