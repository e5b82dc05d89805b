"""The plug that lets Whoosh open, search and facet segments of arrays.

A named index in a folder is a table of contents in Whoosh's format, which lists instances of
`ArraySegment`, and for each of these the two files that `searchsvc.columnar.layout` describes.
Instances are pickled, so the module and name of that class and its attributes are part of the
file format; `tests/house/test_pinned_class_paths.py` holds them in place.

Segments are written by a reindexing run only: what Whoosh would write with is refused.
"""

from __future__ import annotations

from io import UnsupportedOperation
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np
from whoosh.codec.base import Codec
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchsvc.columnar.segment import Segment
from searchsvc.engine.whoosh.codec_documents import ArrayPerDocReader
from searchsvc.engine.whoosh.codec_reading import ArrayAutomata, ArrayTermsReader
from searchsvc.errors import IndexCorrupt, unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from whoosh.fields import Schema

_TOC: Final = 1
"""The number of the only table of contents that an index has: generations are folders."""


class ArraySegment(WhooshSegment):  # type: ignore[misc]  # Whoosh has no types
    """A segment as a table of contents lists it: its name and which documents are deleted.

    Attributes:
        documents: how many there are, deleted ones included.
        deleted: a bit for each of them, the first one highest in the first byte, set where it is
            deleted; empty where none is.
    """

    def __init__(
        self, name: str, documents: int, *, deleted: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """List segment `name`, which is that of the index, an underscore and a word.

        Args:
            name: the segment's files begin with it.
            documents: how many it has.
            deleted: [documents], True where deleted; None for nowhere.
        """
        indexname, _, word = name.rpartition("_")
        super().__init__(indexname)
        self.segid = word
        self.documents = documents
        self.deleted = b""
        if deleted is not None and deleted.any():
            self.deleted = np.packbits(deleted).tobytes()

    def codec(self) -> ArrayCodec:
        """What reads the segment."""
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """False: its files stay as they are."""
        return False

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self.documents

    def deleted_count(self) -> int:
        """How many of them are deleted."""
        return int.from_bytes(self.deleted).bit_count()

    def deleted_mask(self) -> npt.NDArray[np.bool_]:
        """Which documents are deleted: bool[documents]."""
        if not self.deleted:
            return np.zeros(self.documents, np.bool_)
        packed = np.frombuffer(self.deleted, np.uint8)
        return np.unpackbits(packed, count=self.documents).view(np.bool_)

    def deleted_docs(self) -> frozenset[int]:
        """The numbers of the deleted documents."""
        return frozenset(np.flatnonzero(self.deleted_mask()).tolist())

    def is_deleted(self, docnum: int) -> bool:
        """Whether this document is deleted."""
        return bool(self.deleted) and bool(self.deleted[docnum >> 3] >> (~docnum & 7) & 1)

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:  # noqa: FBT001, FBT002 - Whoosh's signature
        """Refuse."""
        _refuse(f"{'deleting' if delete else 'restoring'} document {docnum}")

    def set_doc_count(self, doccount: int) -> NoReturn:
        """Refuse."""
        _refuse(f"changing a segment to {doccount} documents")


class ArrayCodec(Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads segments of arrays and refuses to write any.

    Content is not compared with its checksums: who searches with Whoosh opens an index for one
    query, and that would read all of it each time. The engine compares it.
    """

    def automata(self, storage: FileStorage, segment: ArraySegment) -> ArrayAutomata:  # noqa: ARG002 - Whoosh's signature
        """What finds similar terms."""
        return ArrayAutomata()

    def terms_reader(self, storage: FileStorage, segment: ArraySegment) -> ArrayTermsReader:
        """Terms and postings.

        Raises:
            IndexCorrupt, IndexIncompatible: as `columnar.segment.Segment`; or it has another
                number of documents than its index lists.
        """
        return ArrayTermsReader(_open(storage, segment))

    def per_document_reader(
        self, storage: FileStorage, segment: ArraySegment
    ) -> ArrayPerDocReader:
        """Documents; raises as `terms_reader` does."""
        return ArrayPerDocReader(_open(storage, segment), segment.deleted_mask())

    def per_document_writer(self, *_: object) -> NoReturn:
        """Refuse."""
        _refuse("adding documents")

    def field_writer(self, *_: object) -> NoReturn:
        """Refuse."""
        _refuse("adding terms")

    def postings_writer(self, *_: object, **__: object) -> NoReturn:
        """Refuse."""
        _refuse("adding postings")

    def postings_reader(self, *_: object, **__: object) -> NoReturn:
        """Refuse: postings are read through `terms_reader`."""
        _refuse("reading postings apart from their terms")

    def new_segment(self, *_: object) -> NoReturn:
        """Refuse."""
        _refuse("adding a segment")


def write_toc(
    folder: Path, indexname: str, schema: Schema, segments: Sequence[ArraySegment]
) -> None:
    """Write the table of contents of an index, in place of any that the folder has.

    The folder must be one that nobody reads yet, and making it durable is the caller's part.
    """
    for old in folder.glob(f"_{indexname}_*.toc"):
        old.unlink()
    TOC(schema, list(segments), _TOC).write(FileStorage(str(folder)), indexname)


def toc_file(indexname: str) -> str:
    """The name of the file that holds the table of contents of an index."""
    return f"_{indexname}_{_TOC}.toc"


def read_segments(folder: Path, indexname: str, schema: Schema) -> tuple[ArraySegment, ...]:
    """The segments of an index, in the order in which they were written.

    Raises:
        IndexCorrupt: there is no such index, or not one of arrays.
        EngineUnavailable: too many files are open.
    """
    try:
        toc = TOC.read(FileStorage(str(folder)), indexname, _TOC, schema)
    except FileNotFoundError as error:
        raise IndexCorrupt(folder, f"has no table of contents of {indexname}") from error
    except OSError as error:
        raise unreadable(folder / toc_file(indexname), error) from error
    segments = tuple(toc.segments)
    if not all(isinstance(segment, ArraySegment) for segment in segments):
        raise IndexCorrupt(folder, f"lists segments of {indexname} that searchsvc did not write")
    return segments


def _open(storage: FileStorage, segment: ArraySegment) -> Segment:
    opened = Segment(Path(storage.folder), segment.segment_id(), check=False)
    if opened.count != segment.documents:
        raise IndexCorrupt(
            opened.path, f"has {opened.count} documents, its index lists {segment.documents}"
        )
    return opened


def _refuse(what: str) -> NoReturn:
    raise UnsupportedOperation(
        f"{what}: Whoosh only reads this index; `searchsvc reindex PATH` changes it"
    )
