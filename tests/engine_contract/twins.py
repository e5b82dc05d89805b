"""The same documents in stock Whoosh's segments and in ours: the one is the oracle of the other."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, open_dir
from whoosh.writing import NO_MERGE, SegmentWriter

from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.writing.rows import write_segment
from searchsvc.engine.whoosh.codec import ArraySegment, write_toc
from searchsvc.engine.whoosh.schema import SCHEMAS, layout_of, row_of
from searchsvc.model import Collection
from tests.engine_contract.archive import made_up_archive
from tests.engine_contract.stock_rows import analyse_fields, whoosh_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

    from searchsvc.model import Document

WORD_FIELDS = ("body", "body", "body_exact", "title", "title_exact", "speaker_words")


@dataclass(frozen=True)
class Twins:
    """The same documents, with the same numbers, in Whoosh's own segments and in ours."""

    collection: Collection
    stock: Any
    ours: Any
    documents: list[Document]
    alive: set[int]


@contextmanager
def open_twins(
    path: Path, random: Random, collection: Collection, sizes: Sequence[int], share: float
) -> Iterator[Twins]:
    """Segments of these sizes, of which about this share of the documents is deleted."""
    parts = _parts(some_documents(random, collection, sum(sizes)), sizes)
    deleted = [np.array([random.random() < share for _ in part]) for part in parts]
    stock = write_stock(path / "stock", collection, parts, np.concatenate(deleted))
    ours = _write_ours(path / "ours", collection, parts, deleted)
    alive = set(np.flatnonzero(~np.concatenate(deleted)).tolist())
    documents = [document for part in parts for document in part]
    with stock.searcher() as one, ours.searcher() as other:
        yield Twins(collection, one, other, documents, alive)


def some_documents(random: Random, collection: Collection, count: int) -> list[Document]:
    documents: list[Document] = []
    for article, statements in made_up_archive(random, 2 * count + 10):
        documents.extend((article,) if collection is Collection.ARTICLES else statements)
    assert len(documents) >= count
    return documents[:count]


def _parts(documents: list[Document], sizes: Sequence[int]) -> list[list[Document]]:
    rest = iter(documents)
    return [_in_order([next(rest) for _ in range(size)]) for size in sizes]


def _in_order(documents: list[Document]) -> list[Document]:
    """`documents` as a segment numbers them."""

    def order(document: Document) -> tuple[int, int, str]:
        row = row_of(document, stored=False)
        return row.day, row.minute, row.id

    return sorted(documents, key=order)


def write_stock(
    folder: Path,
    collection: Collection,
    parts: list[list[Document]],
    deleted: np.ndarray[Any, Any],
) -> Any:
    folder.mkdir()
    storage = FileStorage(str(folder))
    index = FileIndex.create(storage, SCHEMAS[collection], collection.value)
    for part in parts:
        writer = SegmentWriter(index, compound=False)
        for document in part:
            writer.add_document(**whoosh_row(document, analyse_fields(document)))
        writer.commit(mergetype=NO_MERGE)
    writer = SegmentWriter(index, compound=False)
    for doc in np.flatnonzero(deleted).tolist():
        writer.delete_document(doc)
    writer.commit(mergetype=NO_MERGE)
    return open_dir(str(folder), indexname=collection.value)


def _write_ours(
    folder: Path,
    collection: Collection,
    parts: list[list[Document]],
    deleted: Sequence[np.ndarray[Any, Any]],
) -> Any:
    folder.mkdir()
    segments = []
    for number, (part, mask) in enumerate(zip(parts, deleted, strict=True)):
        segment = ArraySegment(f"{collection.value}_{number}", len(part), deleted=mask)
        write_documents(folder, segment.segment_id(), collection, part)
        segments.append(segment)
    write_toc(folder, collection.value, SCHEMAS[collection], segments)
    return open_dir(str(folder), indexname=collection.value)


def write_documents(
    folder: Path, name: str, collection: Collection, documents: list[Document]
) -> None:
    rows = [row_of(document, stored=True) for document in documents]
    write_segment(rows, layout_of(collection), lexicon=Lexicon(), folder=folder, name=name)


def hits_of(searcher: Any, wanted: Any) -> set[int]:
    return {hit.docnum for hit in searcher.search(wanted, limit=None)}


def random_leaf(random: Random, searcher: Any) -> Any:
    name = random.choice(WORD_FIELDS)
    terms = [*(term.decode() for term in searcher.reader().lexicon(name)), "nowhere"]
    term = random.choice(terms)
    return random.choice(
        (
            query.Term(name, term),
            query.Term(name, term),
            query.Phrase(name, [term, random.choice(terms)], slop=random.choice((1, 1, 2, 5))),
            query.Prefix(name, term[: random.choice((1, 2))]),
            query.Wildcard(name, random.choice((f"{term[0]}*{term[-1]}", f"*{term[1:]}", "?*r"))),
            query.TermRange("date", "2016-12", random.choice(("2016-12-25", "2017", None))),
            query.TermRange("id", "a1", "a3", startexcl=random.random() < 0.5),
            query.Every(name),
        )
    )


def random_tree(random: Random, searcher: Any, depth: int) -> Any:
    if depth == 0 or random.random() < 0.3:
        return random_leaf(random, searcher)
    kind = random.choice((query.And, query.Or))
    return kind([random_tree(random, searcher, depth - 1) for _ in range(2)])


def set_of(twins: Twins, wanted: Any) -> set[int]:
    """The documents of a tree by sets of those that Whoosh's own codec gives for its leaves."""
    match wanted:
        case query.And():
            return set.intersection(*(set_of(twins, child) for child in wanted.subqueries))
        case query.Or():
            return set.union(*(set_of(twins, child) for child in wanted.subqueries))
        case query.Not():
            return twins.alive - set_of(twins, wanted.query)
    return hits_of(twins.stock, wanted)
