"""A segment of arrays made document by document, in plain Python: what the fast ways are held to."""

from __future__ import annotations

import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from searchsvc.columnar.encoding import starts_of
from searchsvc.columnar.layout import VALUE_GAP, WIDE_COLUMN_SHARE, Layout
from searchsvc.columnar.writing import FieldChunk, FormChunk, SegmentWriter
from searchsvc.documents import dump, facet_values, field_texts
from searchsvc.engine.whoosh.schema import term_space, value_fields, word_fields
from searchsvc.fields import BY_NAME, Words
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from searchsvc.model import Collection, Document

Postings = dict[str, dict[int, list[tuple[int, str]]]]
"""By term, then document: places, and the form that stands there."""


def layout_of(collection: Collection) -> Layout:
    """The fields that segments of `collection` have."""
    words = {
        term_space(name, exact=False)[0]: BY_NAME[name].words is Words.STEMMED
        for name in word_fields(collection)
    }
    return Layout(words, value_fields(collection))


def in_order(documents: Sequence[Document]) -> list[Document]:
    """`documents` as a segment numbers them."""
    return sorted(documents, key=lambda document: (*_when(document), document.id))


def write_plain_segment(
    folder: Path, name: str, collection: Collection, documents: Sequence[Document]
) -> None:
    """Write segment `name` of documents that are `in_order`."""
    layout = layout_of(collection)
    with SegmentWriter(folder, name, layout, len(documents)) as writer:
        when = np.array([_when(document) for document in documents]).reshape(-1, 2)
        writer.documents([document.id for document in documents], when[:, 0], when[:, 1])
        writer.stored([zlib.compress(dump(document).encode()) for document in documents])
        for field in word_fields(collection):
            kept = term_space(field, exact=False)[0]
            postings, lengths = _words(documents, field, stems=layout.words[kept])
            writer.lengths(kept, np.array(lengths))
            forms = _forms(postings) if layout.words[kept] else {}
            most = max(map(len, forms.values()), default=1)
            writer.field(kept, [_chunk(postings, forms)], words=True, most_forms=most)
        for field in layout.values:
            _write_values(writer, field, documents)


def _when(document: Document) -> tuple[int, int]:
    if document.date is None:
        return 0, 0
    time = document.date.time
    return document.date.day.toordinal(), 0 if time is None else time.hour * 60 + time.minute


def _words(
    documents: Sequence[Document], field: str, *, stems: bool
) -> tuple[Postings, list[int]]:
    postings: Postings = defaultdict(lambda: defaultdict(list))
    lengths = []
    for doc, document in enumerate(documents):
        texts = [analyse(text) for text in field_texts(document, field)]
        lengths.append(sum(map(len, texts)))
        start = 0
        for tokens in texts:
            for place, token in enumerate(tokens, start):
                term = token.stem if stems else token.folded
                postings[term][doc].append((place, token.folded))
                if token.cased is not None:
                    postings[token.cased][doc].append((place, token.cased))
            start += len(tokens) + VALUE_GAP
    return dict(sorted(postings.items())), lengths


def _forms(postings: Postings) -> dict[str, list[str]]:
    return {
        term: sorted({form for at in docs.values() for _, form in at})
        for term, docs in postings.items()
    }


def _chunk(postings: Postings, forms: Mapping[str, list[str]]) -> FieldChunk:
    docs = [doc for each in postings.values() for doc in each]
    at = [at for each in postings.values() for at in each.values()]
    return FieldChunk(
        list(postings),
        starts_of(np.array([len(each) for each in postings.values()], np.intp)),
        np.array(docs, np.intp),
        np.array([len(each) for each in at], np.intp),
        np.array([place for each in at for place, _ in each], np.intp),
        _form_chunk(postings, forms) if forms else None,
    )


def _form_chunk(postings: Postings, forms: Mapping[str, list[str]]) -> FormChunk:
    rows = [
        (form, number, code, _documents_with(form, docs))
        for number, (term, docs) in enumerate(postings.items())
        for code, form in enumerate(forms[term])
    ]
    codes = [
        forms[term].index(form)
        for term, docs in postings.items()
        for at in docs.values()
        for _, form in at
    ]
    words, terms, within, counts = zip(*rows, strict=True)
    return FormChunk(words, np.array(terms), np.array(within), np.array(counts), np.array(codes))


def _documents_with(form: str, docs: Mapping[int, list[tuple[int, str]]]) -> int:
    return sum(any(form == other for _, other in at) for at in docs.values())


def _write_values(writer: SegmentWriter, field: str, documents: Sequence[Document]) -> None:
    of_doc = [facet_values(document, field) for document in documents]
    values = sorted({value for each in of_doc for value in each})
    docs = [[doc for doc, each in enumerate(of_doc) if value in each] for value in values]
    at = starts_of(np.array([len(each) for each in docs], np.intp))
    flat = np.array([doc for each in docs for doc in each], np.intp)
    writer.field(field, [FieldChunk(values, at, flat)], words=False)
    several = sum(len(each) > 1 for each in of_doc)
    width = 2 if several > WIDE_COLUMN_SHARE * len(documents) else 1
    first: np.ndarray[Any, Any] = np.zeros((len(documents), width), np.intp)
    rest = []
    for doc, each in enumerate(of_doc):
        numbers = [values.index(value) + 1 for value in each]
        first[doc, : len(numbers[:width])] = numbers[:width]
        rest += [(doc, number) for number in numbers[width:]]
    further = np.array(rest, np.intp).reshape(-1, 2)
    writer.column(field, first, further[:, 0], further[:, 1])
