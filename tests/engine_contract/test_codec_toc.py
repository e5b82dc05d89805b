"""The table of contents that lists segments of arrays, and what is refused of them."""

from __future__ import annotations

import pickle
from io import UnsupportedOperation
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, open_dir
from whoosh.writing import SegmentWriter

from searchsvc.engine.whoosh.codec import (
    ArrayCodec,
    ArraySegment,
    read_segments,
    write_toc,
)
from searchsvc.engine.whoosh.schema import SCHEMAS
from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection
from tests.engine_contract.twins import some_documents, write_documents, write_stock

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = Collection.ARTICLES


@given(deleted=st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_segment_keeps_which_documents_are_deleted(deleted: list[bool]):
    given_segment = ArraySegment("articles_x1", len(deleted), deleted=np.array(deleted))
    segment = pickle.loads(pickle.dumps(given_segment))
    numbers = {doc for doc, each in enumerate(deleted) if each}
    assert segment.segment_id() == "articles_x1"
    assert segment.deleted_mask().tolist() == deleted
    assert segment.deleted_docs() == numbers
    assert segment.deleted_count() == len(numbers)
    assert segment.doc_count() == len(deleted) - len(numbers)
    assert segment.has_deletions() == bool(numbers)
    assert {doc for doc in range(len(deleted)) if segment.is_deleted(doc)} == numbers


def test_a_segment_takes_a_bit_for_each_document_in_the_table_of_contents():
    deleted = np.zeros(80_000, np.bool_)
    whole = len(pickle.dumps(ArraySegment("articles_x", len(deleted), deleted=deleted)))
    deleted[::2] = True
    half = len(pickle.dumps(ArraySegment("articles_x", len(deleted), deleted=deleted)))
    assert whole < 300
    assert half < whole + 80_000 / 8 + 50


def test_a_table_of_contents_replaces_the_one_before(tmp_path: Path):
    schema = SCHEMAS[ARTICLES]
    write_toc(tmp_path, "articles", schema, [ArraySegment("articles_x", 3)])
    write_toc(tmp_path, "statements", SCHEMAS[Collection.STATEMENTS], [])
    two = [ArraySegment("articles_x", 3), ArraySegment("articles_y", 4)]
    write_toc(tmp_path, "articles", schema, two)
    names = [segment.segment_id() for segment in read_segments(tmp_path, "articles", schema)]
    assert names == ["articles_x", "articles_y"]
    assert read_segments(tmp_path, "statements", SCHEMAS[Collection.STATEMENTS]) == ()
    assert len(list(tmp_path.iterdir())) == 2


def test_an_index_without_segments_finds_nothing(tmp_path: Path):
    write_toc(tmp_path, "articles", SCHEMAS[ARTICLES], [])
    with open_dir(str(tmp_path), indexname="articles").searcher() as searcher:
        assert not searcher.search(query.Every())
        assert not searcher.search(query.Term("body", "border"))


def test_no_table_of_contents_is_damage(tmp_path: Path):
    with pytest.raises(IndexCorrupt, match="no table of contents of articles"):
        read_segments(tmp_path, "articles", SCHEMAS[ARTICLES])


def test_segments_of_somebody_else_are_damage(tmp_path: Path):
    parts = [some_documents(Random(1), ARTICLES, 2)]
    write_stock(tmp_path / "stock", ARTICLES, parts, np.zeros(2, np.bool_))
    theirs = TOC.read(FileStorage(str(tmp_path / "stock")), "articles").segments
    write_toc(tmp_path / "stock", "articles", SCHEMAS[ARTICLES], theirs)
    with pytest.raises(IndexCorrupt, match="searchsvc did not write"):
        read_segments(tmp_path / "stock", "articles", SCHEMAS[ARTICLES])


def test_a_segment_with_other_documents_than_listed_is_damage(tmp_path: Path):
    write_documents(tmp_path, "articles_x", ARTICLES, some_documents(Random(1), ARTICLES, 2))
    write_toc(tmp_path, "articles", SCHEMAS[ARTICLES], [ArraySegment("articles_x", 3)])
    with pytest.raises(IndexCorrupt, match="has 2 documents, its index lists 3"):
        open_dir(str(tmp_path), indexname="articles").reader()


def test_whoosh_is_refused_whatever_would_change_an_index(tmp_path: Path):
    write_documents(tmp_path, "articles_x", ARTICLES, some_documents(Random(1), ARTICLES, 2))
    segment = ArraySegment("articles_x", 2)
    write_toc(tmp_path, "articles", SCHEMAS[ARTICLES], [segment])
    index = open_dir(str(tmp_path), indexname="articles")
    with pytest.raises(UnsupportedOperation, match="searchsvc reindex"):
        SegmentWriter(index, codec=ArrayCodec(), _lk=False)
    writer = index.writer()
    with pytest.raises(UnsupportedOperation, match="deleting document 1"):
        writer.delete_document(1)
    writer.cancel()
    codec, storage = ArrayCodec(), index.storage
    for refused in (
        lambda: codec.per_document_writer(storage, segment),
        lambda: codec.field_writer(storage, segment),
        lambda: codec.postings_writer(storage, byteids=True),
        lambda: codec.postings_reader(storage, None, None, term=None),
        lambda: segment.set_doc_count(3),
        lambda: segment.delete_document(1, delete=False),
    ):
        with pytest.raises(UnsupportedOperation, match="Whoosh only reads this index"):
            refused()


def test_a_table_of_contents_that_goes_while_it_is_opened_counts_as_damage(tmp_path: Path):
    (tmp_path / "_articles_1.toc").symlink_to(tmp_path / "gone")  # listed, but not to be opened
    with pytest.raises(IndexCorrupt, match="articles"):
        read_segments(tmp_path, "articles", SCHEMAS[ARTICLES])
