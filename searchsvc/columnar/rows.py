"""Documents to a segment: put into order, tokenised, inverted and written."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.columns import column_of
from searchsvc.columnar.encoding import starts_of
from searchsvc.columnar.inversion import invert
from searchsvc.columnar.tokens import tokenise
from searchsvc.columnar.writing import FieldChunk, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.layout import Layout
    from searchsvc.columnar.lexicon import Lexicon

STORED_LEVEL: Final = 4
"""How hard zlib tries: a quarter less time than its usual 6 for 2 % more bytes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document as a segment takes it in.

    Attributes:
        id: distinct in the segment.
        day: proleptic Gregorian ordinal of its date, 0 for undated.
        minute: minute of that day, 0 where only the day is known.
        words: the texts of each field of words; fields without any may be left out.
        values: the distinct values of each field of values, likewise.
        stored: what is stored with it; None in all rows of a segment that stores nothing.
    """

    id: str
    day: int = 0
    minute: int = 0
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stored: bytes | None = None


def write_segment(
    rows: Iterable[Row], layout: Layout, *, lexicon: Lexicon, folder: Path, name: str
) -> None:
    """Write a segment of `rows`, which may come in any order, into the folder, under the name.

    All rows are in memory at once, and about ten times the size of the largest field besides.
    Numbers of words that the lexicon gave before are void after.
    """
    lexicon.forget_if_large()
    ordered = sorted(rows, key=lambda row: (row.day, row.minute, row.id))
    with SegmentWriter(folder, name, layout, len(ordered)) as writer:
        writer.documents(
            [row.id for row in ordered],
            np.array([row.day for row in ordered], np.int32),
            np.array([row.minute for row in ordered], np.int16),
        )
        stored = [row.stored for row in ordered if row.stored is not None]
        if stored:
            writer.stored(zlib.compress(each, STORED_LEVEL) for each in stored)
        for field_name, stems in layout.words.items():
            texts = [row.words.get(field_name, ()) for row in ordered]
            _write_words(writer, field_name, texts, lexicon, stems=stems)
        for field_name in layout.values:
            _write_values(writer, field_name, [row.values.get(field_name, ()) for row in ordered])


def _write_words(
    writer: SegmentWriter,
    name: str,
    texts: Sequence[Sequence[str]],
    lexicon: Lexicon,
    *,
    stems: bool,
) -> None:
    """Write a field of words; `texts` are those of each document."""
    texts_at = _at(texts)
    tokens = tokenise(list(chain.from_iterable(texts)), lexicon)
    writer.lengths(name, np.diff(tokens.at[texts_at]))
    chunks, most_forms = invert(tokens, texts_at, lexicon=lexicon, stems=stems)
    writer.field(name, chunks, words=True, most_forms=most_forms)


def _write_values(writer: SegmentWriter, name: str, values: Sequence[Sequence[str]]) -> None:
    """Write a field of values; `values` are those of each document."""
    at = _at(values)
    listed = list(chain.from_iterable(values))
    terms = sorted(set(listed))
    number = dict(zip(terms, range(len(terms)), strict=True))
    numbers = np.fromiter(map(number.__getitem__, listed), np.intp, len(listed))
    docs = np.repeat(np.arange(len(values)), np.diff(at))
    posting_at = starts_of(np.bincount(numbers, minlength=len(terms)))
    chunk = FieldChunk(terms, posting_at, docs[numbers.argsort(kind="stable")])
    writer.field(name, [chunk], words=False)
    column = column_of(np.diff(at), numbers, len(terms))
    writer.column(name, column.first, column.rest_doc, column.rest)


def _at(lists: Sequence[Sequence[str]]) -> Ints:
    """Where each of `lists` begins when they are laid end to end, and the total."""
    return starts_of(np.fromiter(map(len, lists), np.intp, len(lists)))
