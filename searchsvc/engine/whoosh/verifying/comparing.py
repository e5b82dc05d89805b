"""The stored documents of a segment, read one by one, and whether the index says the same of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.documents import load
from searchsvc.engine.recounting import Analysed
from searchsvc.engine.whoosh.verifying.differing import Occurrences, indexed_occurrences
from searchsvc.engine.whoosh.verifying.holdings import (
    Account,
    held_marks,
    held_values,
    held_words,
)
from searchsvc.engine.whoosh.verifying.postings import COLUMN, MARKS
from searchsvc.engine.whoosh.verifying.problems import reason_of
from searchsvc.errors import IndexCorrupt

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.columnar.segment import Segment
    from searchsvc.engine.problems import Problems
    from searchsvc.engine.verification import Pace
    from searchsvc.engine.whoosh.verifying.segments import Looked, Opened
    from searchsvc.model import Document

EXAMINED: Final = 500
"""Documents of a segment that the index says something else of, up to which it is told what."""

_SHOWN: Final = 3
"""Differences of one document in one field that are shown."""


def compare(
    looked: Looked,
    watch: Callable[[int, Analysed], None],
    found: Problems,
    pace: Pace,
) -> bool:
    """Hold the index against the stored documents of a segment.

    Args:
        looked: what its index says.
        watch: is shown the number and the content of each document that is not deleted.
        found: gets what differs.
        pace: counts documents.

    Returns:
        Whether all documents could be read.
    """
    opened = looked.opened
    segment = opened.segment
    account = Account(looked.balance, looked.spaces)
    lengths = {name: segment.lengths(name) for name in looked.spaces & segment.layout.words.keys()}
    unread = np.zeros(segment.count, np.bool_)
    for doc in range(segment.count):
        document = _read(opened, doc, found)
        if document is None:
            unread[doc] = True
        else:
            each = Analysed(document)
            _compare_date(doc, each, segment, found)
            for space, tokens, held in held_words(each):
                if space in lengths and lengths[space][doc] != tokens:
                    what = f"has length {lengths[space][doc]:,}; stored are {tokens:,} tokens"
                    where = _where(segment, doc, space)
                    found.add(segment.path, what, where=where, kind=f"lengths of {space}")
                account.enter(doc, space, held)
            for space, held in held_values(each):
                account.enter(doc, space, held)
            account.enter_marks(doc, held_marks(each))
            if opened.alive[doc]:
                watch(doc, each)
        pace.advance(1)
    account.flush()
    differing = np.flatnonzero((looked.balance.by_document != 0) & ~unread)
    if len(differing):
        _tell(looked, differing.tolist(), found)
    return not unread.any()


def document_at(opened: Opened, doc: int) -> Document:
    """The stored document with this number.

    Raises:
        IndexCorrupt: it cannot be read, or is another one.
    """
    segment, file = opened.segment, opened.stored_path
    try:
        document = load(opened.collection, segment.stored(doc).decode())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupt(file, f"is not a stored document ({error!r})") from error
    if document.id != segment.ids[doc]:
        raise IndexCorrupt(file, f"is document {document.id}")
    return document


def _read(opened: Opened, doc: int, found: Problems) -> Document | None:
    try:
        return document_at(opened, doc)
    except IndexCorrupt as error:
        file = opened.stored_path
        where = f"document {opened.segment.ids[doc]}"
        found.add(file, reason_of(error, file), where=where, kind="stored documents")
        return None


def _compare_date(doc: int, each: Analysed, segment: Segment, found: Problems) -> None:
    date = each.document.date
    day = 0 if date is None else date.day.toordinal()
    time = None if date is None else date.time
    minute = 0 if time is None else time.hour * 60 + time.minute
    if (segment.day[doc], segment.minute[doc]) != (day, minute):
        what = (
            f"stands at day {segment.day[doc]}, minute {segment.minute[doc]}; stored are"
            f" {day} and {minute}"
        )
        found.add(segment.path, what, where=_where(segment, doc, "date"), kind="dates")


def _tell(looked: Looked, docs: list[int], found: Problems) -> None:
    """Name the documents that the index says something else of, and what."""
    opened = looked.opened
    segment, spaces = opened.segment, looked.balance.unequal()
    examined = docs[:EXAMINED]
    indexed = indexed_occurrences(opened, spaces - {MARKS}, examined)
    for doc in examined:
        each = Analysed(document_at(opened, doc))
        stored = _stored_occurrences(each)
        if MARKS in spaces:
            at = segment.mark_at[doc : doc + 2].tolist()
            if segment.marks[at[0] : at[1]].tolist() != held_marks(each):
                what = "has another fingerprint than its texts give"
                found.add(segment.path, what, where=_where(segment, doc, None), kind=what)
        for space in sorted(spaces - {MARKS}):
            what = _difference(indexed.get((doc, space), set()), stored[space])
            if what:
                where = _where(segment, doc, space)
                found.add(segment.path, what, where=where, kind=f"contents of {space}")
    if len(docs) > EXAMINED:
        what = f"{len(docs):,} documents differ, of which {EXAMINED:,} were looked at"
        found.add(segment.path, what, where=", ".join(sorted(spaces)))


def _stored_occurrences(each: Analysed) -> dict[str, Occurrences]:
    found = {
        space: set(zip(held.places, held.words, held.forms, strict=True))
        for space, _, held in held_words(each)
    }
    for space, held in held_values(each):
        found[space] = set(zip(held.places, held.words, held.forms, strict=True))
    return found


def _difference(indexed: Occurrences, stored: Occurrences) -> str:
    """What is indexed and not stored, and the other way round; empty where nothing is."""
    parts = [
        f"{role} {', '.join(map(_shown, sorted(some)[:_SHOWN]))}"
        + (f" and {len(some) - _SHOWN:,} more" if len(some) > _SHOWN else "")
        for role, some in (
            ("is indexed with", indexed - stored),
            ("is stored with", stored - indexed),
        )
        if some
    ]
    return "; ".join(parts)


def _shown(occurrence: tuple[int, str, str]) -> str:
    place, word, form = occurrence
    return f"{word!r} at {place}" if word == form else f"{form!r} as {word!r} at {place}"


def _where(segment: Segment, doc: int, space: str | None) -> str:
    """`document a17, field speaker`."""
    document = f"document {segment.ids[doc]}"
    return document if space is None else f"{document}, field {space.removesuffix(COLUMN)}"
