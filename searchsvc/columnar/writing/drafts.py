"""A segment in the making: documents are tokenised as they come, and inverted all at once.

Tokens take less memory than their texts, four bytes each, so that most indexes are written as
one segment straight away, which saves the merge of many.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.columns import column_of
from searchsvc.columnar.encoding import Ints, ranges, starts_of
from searchsvc.columnar.memory import give_back_freed_memory
from searchsvc.columnar.stored import pack
from searchsvc.columnar.strings import strings_of
from searchsvc.columnar.vocabularies import ordering, taken
from searchsvc.columnar.words.tokens import BLOCK_CHARACTERS, Tokens, tokenise
from searchsvc.columnar.writing.fingerprints import Printer, in_order
from searchsvc.columnar.writing.inversion import FieldTokens, invert
from searchsvc.columnar.writing.segments import FieldChunk, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from searchsvc.columnar.layout import Layout
    from searchsvc.columnar.words.lexicon import Lexicon
    from searchsvc.columnar.writing.rows import Row

_ROW_BYTES: Final = 200
"""Memory for a document besides its tokens and what is stored: id, date, numbers of values."""


class Draft:
    """Documents of a segment that is not written yet.

    The lexicon must not forget its words before `write`.

    Attributes:
        bytes: memory that they take, more or less.
    """

    def __init__(self, layout: Layout, lexicon: Lexicon) -> None:
        """Start without any document."""
        self._layout = layout
        self._lexicon = lexicon
        self._clear()

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._ids)

    def add(self, rows: Iterable[Row]) -> None:
        """Take in documents, in any order; no two of a segment may have the same id."""
        for row in rows:
            doc = len(self._ids)
            self.bytes += _ROW_BYTES
            self._ids.append(row.id)
            self._days.append(row.day)
            self._minutes.append(row.minute)
            if row.stored is not None:
                self._stored.append(pack(row.stored))
                self.bytes += len(self._stored[-1])
            for name, texts in row.words.items():
                self.bytes += self._words[name].add(doc, texts)
            for name, values in row.values.items():
                self._values[name].add(doc, values)

    def write(self, folder: Path, name: str) -> None:
        """Write them as a segment into the folder, under the name. The draft is empty then."""
        ids = strings_of(self._ids)
        days, minutes = np.array(self._days, np.int32), np.array(self._minutes, np.int16)
        order = np.lexsort((ordering(ids).number, minutes, days))
        docs = np.empty(len(order), np.intp)
        docs[order] = np.arange(len(order))
        with SegmentWriter(folder, name, self._layout, len(order)) as writer:
            writer.documents(taken(ids, order), days[order], minutes[order])
            if self._stored:
                writer.stored(map(self._stored.__getitem__, order.tolist()))
            words = {field: texts.tokens(docs) for field, texts in self._words.items()}
            counts, marks = self._fingerprints(words, order)
            writer.fingerprints(counts, (marks,))
            for field, stems in self._layout.words.items():
                tokens = words.pop(field)
                del self._words[field]
                writer.lengths(field, _lengths(tokens)[order])
                chunks, most_forms = invert(tokens, lexicon=self._lexicon, stems=stems)
                writer.field(field, chunks, words=True, most_forms=most_forms)
            for field, values in self._values.items():
                _write_values(writer, field, values, order)
        self._clear()
        give_back_freed_memory()

    def _fingerprints(
        self, words: Mapping[str, FieldTokens], order: Ints
    ) -> tuple[Ints, npt.NDArray[np.uint16]]:
        """How many marks each document has, and the marks end to end, in this order."""
        printer = Printer(self._lexicon)
        for printed in self._layout.printed:
            printer.take(words[printed.name], printed)
        return in_order(*printer.marks(len(order)), order)

    def _clear(self) -> None:
        self._ids: list[str] = []
        self._days = array("i")
        self._minutes = array("h")
        self._stored: list[bytes] = []
        self.bytes = 0
        self._words = {name: _Texts(self._lexicon) for name in self._layout.words}
        self._values = {name: _Values() for name in self._layout.values}


class _Texts:
    """The texts of a field, which become tokens many at a time."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._owners = array("I")  # the document of each
        self._waiting: list[str] = []
        self._characters = 0
        self._blocks: list[Tokens] = []

    def add(self, doc: int, texts: Sequence[str]) -> int:
        """Take in the texts of a document that comes behind those before.

        Returns:
            Bytes of tokens that came of it.
        """
        for text in texts:
            self._owners.append(doc)
            self._waiting.append(text)
            self._characters += len(text)
        return self._tokenise() if self._characters >= BLOCK_CHARACTERS else 0

    def tokens(self, docs: Ints) -> FieldTokens:
        """The tokens of documents that have these numbers."""
        self._tokenise()
        return FieldTokens(self._blocks, _per_document(self._owners, len(docs)), docs)

    def _tokenise(self) -> int:
        tokens = tokenise(self._waiting, self._lexicon)
        self._blocks.append(tokens)
        self._waiting, self._characters = [], 0
        return tokens.words.nbytes + tokens.at.nbytes + tokens.cased.nbytes


class _Values:
    """What documents carry in a field of values.

    Attributes:
        numbers: distinct values, numbered in order of first sight.
        owners: the document of each value carried.
        listed: the number of each.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.owners = array("I")
        self.listed = array("I")

    def add(self, doc: int, values: Sequence[str]) -> None:
        """Take in the values of a document that comes behind those before."""
        for value in values:
            self.owners.append(doc)
            self.listed.append(self.numbers.setdefault(value, len(self.numbers)))


def _per_document(owners: array[int], documents: int) -> Ints:
    """How many items belong to each document, of which `owners` has one an item."""
    return np.bincount(np.array(owners, np.intp), minlength=documents)


def _lengths(field: FieldTokens) -> Ints:
    """Tokens of each document."""
    ends = [np.diff(block.at) for block in field.blocks]
    tokens_at = starts_of(np.concatenate(ends))
    lengths: Ints = np.diff(tokens_at[starts_of(field.texts)])
    return lengths


def _write_values(writer: SegmentWriter, name: str, values: _Values, order: Ints) -> None:
    """Write a field of values of documents that are to come in this order."""
    counts, listed = _per_document(values.owners, len(order)), np.array(values.listed, np.intp)
    strings = strings_of(list(values.numbers))
    by_string = ordering(strings)
    terms = taken(strings, by_string.first)
    starts, counts = starts_of(counts)[:-1][order], counts[order]
    numbers = by_string.number[listed[ranges(starts, counts)]].astype(np.intp)
    docs = np.repeat(np.arange(len(counts)), counts)
    posting_at = starts_of(np.bincount(numbers, minlength=len(terms)))
    chunk = FieldChunk(terms, posting_at, docs[numbers.argsort(kind="stable")])
    writer.field(name, [chunk], words=False)
    column = column_of(counts, numbers, len(terms))
    writer.column(name, column.first, column.rest_doc, column.rest)
