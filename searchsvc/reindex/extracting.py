"""One article to what the spool keeps of it, in whichever process."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, NamedTuple

from searchsvc.extract import extract
from searchsvc.identities import check, sightings_of
from searchsvc.reindex.records import encode

if TYPE_CHECKING:
    from searchsvc.identities import Sighting
    from searchsvc.model import Article, Extraction


class Extracted(NamedTuple):
    """What came of an article.

    Attributes:
        record: article and extraction, for the spool.
        sightings: its speakers, for the register.
        statements: how many it has.
    """

    record: bytes
    sightings: frozenset[Sighting]
    statements: int


class Failed(NamedTuple):
    """Why nothing came of an article.

    Attributes:
        error: what a bug raised, in words; None where the memory ran out.
        trace: where, for the log.
    """

    error: str | None
    trace: str


def extracted(article: Article) -> Extracted | Failed:
    """What comes of `article`; one odd article must not cost the index."""
    try:
        extraction = extract(article)
        return Extracted(
            encode((article, extraction)),
            sightings(article, extraction),
            len(extraction.statements),
        )
    except MemoryError:
        return Failed(None, "")
    except Exception as error:  # noqa: BLE001 - whatever the bug is, the caller logs and counts it
        return Failed(described(error), traceback.format_exc())


def sightings(article: Article, extraction: Extraction) -> frozenset[Sighting]:
    """What the register is to note; fails here on a name that it could not."""
    found = sightings_of(article, extraction)
    check(found)
    return found


def described(error: Exception) -> str:
    """A bug, as a reject tells it."""
    return f"{type(error).__name__}: {error}"
