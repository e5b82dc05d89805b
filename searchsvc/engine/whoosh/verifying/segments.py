"""The segments that a generation lists: opened where their files are sound, and looked into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.arrayfile import ArrayFile
from searchsvc.columnar.layout import ARRAYS_SUFFIX, STORED_SUFFIX
from searchsvc.columnar.segment import Segment
from searchsvc.engine.problems import REINDEX
from searchsvc.engine.whoosh.codec import read_segments
from searchsvc.engine.whoosh.manifest import TOC_SUFFIX
from searchsvc.engine.whoosh.schema import SCHEMAS, layout_of
from searchsvc.engine.whoosh.verifying.postings import (
    COLUMN,
    MARKS,
    check_words,
    enter_column,
    enter_marks,
    enter_values,
    faults_of_docs,
)
from searchsvc.engine.whoosh.verifying.problems import reason_of
from searchsvc.engine.whoosh.verifying.shapes import (
    faults_of_column,
    faults_of_documents,
    faults_of_names,
    faults_of_postings,
    faults_of_words,
)
from searchsvc.engine.whoosh.verifying.sums import Balance
from searchsvc.errors import IndexCorrupt, IndexIncompatible
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from searchsvc.engine.problems import Problems
    from searchsvc.engine.verification import Pace
    from searchsvc.engine.whoosh.codec import ArraySegment
    from searchsvc.engine.whoosh.manifest import Manifest

_MOST_DAYS: Final = 3_652_059  # 9999-12-31
_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A segment whose arrays have the content that was written.

    Attributes:
        alive: bool[documents], False where deleted.
    """

    collection: Collection
    segment: Segment
    alive: npt.NDArray[np.bool_]

    @property
    def stored_path(self) -> Path:
        """The file of its stored documents."""
        return self.segment.path.with_suffix(STORED_SUFFIX)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking into a segment.

    Attributes:
        balance: what its postings, columns and fingerprints say of its documents.
        spaces: those of them that could be entered.
        readable: whether ids and stored documents can be found.
        sound: whether nothing was found wrong with its arrays, so that it can be searched.
    """

    opened: Opened
    balance: Balance
    spaces: frozenset[str]
    readable: bool
    sound: bool


def name_damaged_arrays(
    folder: Path, manifest: Manifest, sound: frozenset[str], found: Problems
) -> None:
    """Name the arrays that are damaged in files without the content that was written."""
    for name in sorted(manifest.files.keys() - sound):
        file = folder / name
        if file.suffix != ARRAYS_SUFFIX or not file.is_file():
            continue
        try:
            for array in ArrayFile(file, check=False).damaged():
                found.add(file, "does not have the content written", where=f"array {array}")
        except (IndexCorrupt, IndexIncompatible) as error:
            found.add(file, reason_of(error, file))


def open_segments(
    folder: Path, manifest: Manifest, sound: frozenset[str], found: Problems
) -> tuple[tuple[Opened, ...], bool]:
    """The segments that can be looked into, and whether those are all.

    Whoosh's tables of contents are pickles: only those are read that the manifest vouches for.
    """
    opened: list[Opened] = []
    whole, listed = True, set[str]()
    for collection in Collection:
        prefix = f"_{collection.value}_"
        tables = [n for n in manifest.files if n.startswith(prefix) and n.endswith(TOC_SUFFIX)]
        if len(tables) != 1:
            found.add(folder, f"has {len(tables)} tables of contents of {collection.value}, not 1")
        if len(tables) != 1 or tables[0] not in sound:
            return tuple(opened), False
        try:
            segments = read_segments(folder, collection.value, SCHEMAS[collection])
        except IndexCorrupt as error:
            found.add(folder / tables[0], reason_of(error, folder))
            return tuple(opened), False
        own = [_opened(folder, each, collection, sound, found) for each in segments]
        whole &= None not in own
        opened += [each for each in own if each is not None]
        for each in segments:
            names = {f"{each.segment_id()}{s}" for s in (ARRAYS_SUFFIX, STORED_SUFFIX)}
            if names & listed:
                found.add(folder / tables[0], f"lists segment {each.segment_id()} twice")
            listed |= names
        _check_count(collection, manifest, segments, folder / tables[0], found)
    for name in sorted(manifest.files.keys() - listed):
        if name.endswith((ARRAYS_SUFFIX, STORED_SUFFIX)):
            found.add(folder / name, "belongs to no segment that is listed", remedy=REINDEX)
    return tuple(opened), whole


def to_follow(opened: Opened) -> int:
    """How many documents are counted while a segment is looked into, once for each field."""
    layout = layout_of(opened.collection)
    return opened.segment.count * (len(layout.words) + len(layout.values))


def look_into(opened: Opened, found: Problems, pace: Pace) -> Looked:
    """Check all arrays of a segment, and enter what they say of its documents."""
    segment, arrays = opened.segment, opened.segment.arrays
    layout, file = layout_of(opened.collection), opened.segment.path
    balance = Balance(segment.count)
    before = len(found)
    size = opened.stored_path.stat().st_size if segment.has_stored else 0
    readable = not _told(faults_of_documents(arrays, segment.count, size), file, None, found)
    spaces = set[str]()
    if readable:
        _told(_faults_of_order(segment), file, None, found)
        enter_marks(arrays, balance)
        spaces.add(MARKS)
    for name in (*layout.words, *layout.values):
        spaces |= _spaces_entered(opened, name, balance, found)
        pace.advance(segment.count)
    sound = len(found) == before
    return Looked(opened, balance, frozenset(spaces), readable=readable, sound=sound)


def _spaces_entered(opened: Opened, name: str, balance: Balance, found: Problems) -> set[str]:
    """The spaces of a field whose postings could be entered; none where they are faulty."""
    segment, arrays = opened.segment, opened.segment.arrays
    count, file, where = segment.count, opened.segment.path, f"field {name}"
    words = name in layout_of(opened.collection).words
    if _told(faults_of_postings(arrays, name), file, where, found):
        return set()
    if words:
        further: Iterable[str] = faults_of_words(arrays, name, count)
    else:
        further = faults_of_column(arrays, name, count)
    if _told(further, file, where, found):
        return set()
    if _told(faults_of_docs(arrays, name, count), file, where, found):
        return set()
    if words:
        _told(check_words(arrays, name, count, balance), file, where, found)
        return {name}
    enter_values(arrays, name, balance)
    enter_column(arrays, name, balance)
    return {name, name + COLUMN}


def _opened(
    folder: Path,
    listed: ArraySegment,
    collection: Collection,
    sound: frozenset[str],
    found: Problems,
) -> Opened | None:
    name = listed.segment_id()
    file = folder / f"{name}{ARRAYS_SUFFIX}"
    if file.name not in sound:
        if not file.is_file():
            found.add(file, "is listed as a segment, and missing")
        return None
    before, layout = len(found), layout_of(collection)
    try:
        arrays = ArrayFile(file, check=False)
        for array in arrays.damaged():
            found.add(file, "does not have the content written", where=f"array {array}")
        expected = layout.about(listed.documents)
        if dict(arrays.about) != expected:
            found.add(file, f"says of itself {dict(arrays.about)!r}, and not {expected!r}")
        if len(listed.deleted) not in (0, (listed.documents + 7) // 8):
            found.add(file, "has a list of deleted documents of another length")
        _told(faults_of_names(arrays, layout), file, None, found)
        if len(found) == before:
            return Opened(collection, Segment(folder, name, check=False), ~listed.deleted_mask())
    except (IndexCorrupt, IndexIncompatible) as error:
        found.add(file, reason_of(error, file))
    return None


def _check_count(
    collection: Collection,
    manifest: Manifest,
    listed: Iterable[ArraySegment],
    table: Path,
    found: Problems,
) -> None:
    """Whether as many documents are left as the manifest says."""
    left = sum(each.doc_count_all() - each.deleted_count() for each in listed)
    articles = collection is Collection.ARTICLES
    told = manifest.articles if articles else manifest.statements
    if left != told:
        found.add(table, f"lists {left:,} {collection.value}, and the manifest says {told:,}")


def _faults_of_order(segment: Segment) -> Iterator[str]:
    """What is wrong with the order of documents and of their ids."""
    day, minute = segment.day.astype(np.intp), segment.minute.astype(np.intp)
    outside = (day < 0) | (day > _MOST_DAYS) | (minute < 0) | (minute >= _MINUTES)
    for doc in np.flatnonzero(outside).tolist():
        yield f"document {segment.ids[doc]} has day {day[doc]} and minute {minute[doc]}"
    before = ""
    for place, doc in enumerate(segment.order.tolist()):
        if place and segment.ids[doc] <= before:
            yield f"has {segment.ids[doc]} behind {before} in the order of ids"
        before = segment.ids[doc]
    moment, rank = day * _MINUTES + minute, segment.rank.astype(np.intp)
    rising = (np.diff(moment) > 0) | ((np.diff(moment) == 0) & (np.diff(rank) > 0))
    for doc in np.flatnonzero(~rising).tolist():
        yield f"document {segment.ids[doc + 1]} does not come after {segment.ids[doc]} by date"


def _told(faults: Iterable[str], file: Path, where: str | None, found: Problems) -> bool:
    """Whether there are any faults; they are told."""
    any_found = False
    for fault in faults:
        found.add(file, fault, where=where, kind=where or "documents")
        any_found = True
    return any_found
