"""Segments of made-up documents, written at once from plain lists: what merges are held against."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.columnar.columns import width_for
from searchsvc.columnar.encoding import starts_of
from searchsvc.columnar.layout import Layout
from searchsvc.columnar.segment import Segment
from searchsvc.columnar.stored import pack
from searchsvc.columnar.writing.segments import FieldChunk, FormChunk, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

LAYOUT = Layout({"text": True, "title": False}, ("speaker", "source"))
TERM_LETTERS = "abcé日𝄞"


@dataclass(frozen=True)
class Row:
    """A document: `words` are (place, term, form) of a field, `values` what it carries there."""

    id: str
    day: int
    minute: int
    words: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def stored(self) -> bytes:
        return pack(f"{self.id} {self.day}".encode())


def random_row(random: Random, document_id: str) -> Row:
    """A document with anything in it, some terms seldom and some many times over."""
    words = {
        name: _random_words(random, stems=stems)
        for name, stems in LAYOUT.words.items()
        if random.random() < 0.9
    }
    values = {
        "speaker": random.sample(
            ["Ada", "Bo", "Cé", "D\nE", "F\0", "F"], random.choice([0, 1, 1, 3])
        ),
        "source": random.sample(["Daily", "Times"], 1),
    }
    day = random.choice([0, 1, 1, 2, 700_000, random.randrange(1, 3_000_000)])
    return Row(document_id, day, random.choice([0, 0, 5, 1439]) if day else 0, words, values)


def _random_words(random: Random, *, stems: bool) -> list[tuple[int, str, str]]:
    words = []
    place = random.choice([0, 0, 0, 70_000, 1 << 27])
    for _ in range(random.choice([0, 1, 5, 40])):
        place += random.choice([1, 1, 1, 1, 129])
        term = random.choice(TERM_LETTERS) * random.choice([1, 1, 1, 2, 7, 8, 9, 20])
        if random.random() < 0.05:
            term += str(random.randrange(1000))
        ending = random.choice(["", "s", "ed"]) if stems else ""
        words.append((place, term, term + ending))
    return words


def write_rows(folder: Path, name: str, rows: Sequence[Row], layout: Layout = LAYOUT) -> Segment:
    """A segment of these documents, written as one who has them all in memory would."""
    rows = sorted(rows, key=lambda row: (row.day, row.minute, row.id))
    with SegmentWriter(folder, name, layout, len(rows)) as writer:
        days = np.array([row.day for row in rows], np.int32)
        minutes = np.array([row.minute for row in rows], np.int16)
        writer.documents([row.id for row in rows], days, minutes)
        writer.stored([row.stored for row in rows])
        writer.fingerprints(np.zeros(len(rows), np.intp), np.zeros(0, np.uint16))
        for field_name, stems in layout.words.items():
            texts = [row.words.get(field_name, []) for row in rows]
            writer.lengths(field_name, np.array([len(text) for text in texts], np.intp))
            chunks, most = _word_chunks(texts, stems=stems)
            writer.field(field_name, chunks, words=True, most_forms=most)
        for field_name in layout.values:
            carried = [row.values.get(field_name, []) for row in rows]
            _write_values(writer, field_name, carried)
    return Segment(folder, name)


def _word_chunks(
    texts: Sequence[list[tuple[int, str, str]]], *, stems: bool
) -> tuple[list[FieldChunk], int]:
    found: dict[str, dict[int, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    for doc, text in enumerate(texts):
        for place, term, form in text:
            found[term][doc].append((place, form))
    terms = sorted(found)
    if not terms:
        return [], 1
    per_term = [sorted({form for at in found[term].values() for _, form in at}) for term in terms]
    postings = [sorted(at) for term in terms for at in found[term].values()]
    forms = None
    if stems:
        codes = [
            per_term[index].index(form)
            for index, term in enumerate(terms)
            for at in found[term].values()
            for _, form in sorted(at)
        ]
        pairs = [(index, code) for index, own in enumerate(per_term) for code in range(len(own))]
        holding = [
            sum(
                per_term[index][code] in {form for _, form in at}
                for at in found[terms[index]].values()
            )
            for index, code in pairs
        ]
        forms = FormChunk(
            [form for own in per_term for form in own],
            np.array([index for index, _ in pairs]),
            np.array([code for _, code in pairs]),
            np.array(holding),
            np.array(codes),
        )
    chunk = FieldChunk(
        terms,
        starts_of(np.array([len(found[term]) for term in terms])),
        np.array([doc for term in terms for doc in found[term]]),
        np.array([len(posting) for posting in postings]),
        np.array([place for posting in postings for place, _ in posting]),
        forms,
    )
    return [chunk], max(map(len, per_term)) if stems else 1


def _write_values(writer: SegmentWriter, name: str, carried: Sequence[list[str]]) -> None:
    found: dict[str, list[int]] = defaultdict(list)
    for doc, values in enumerate(carried):
        for value in values:
            found[value].append(doc)
    values = sorted(found)
    chunk = FieldChunk(
        values,
        starts_of(np.array([len(found[value]) for value in values], np.intp)),
        np.array([doc for value in values for doc in found[value]], np.intp),
    )
    writer.field(name, [chunk], words=False)
    width = width_for(np.array([len(own) for own in carried], np.intp))
    first = np.array([[len(values) + place for place in range(width)] for _ in carried], np.intp)
    first = first.reshape(-1, width)
    rest = []
    for doc, own in enumerate(carried):
        for place, value in enumerate(own):
            number = values.index(value)
            if place < width:
                first[doc, place] = number
            else:
                rest.append((doc, number))
    docs, numbers = np.array(rest, np.intp).reshape(-1, 2).T
    writer.column(name, first, docs, numbers)
