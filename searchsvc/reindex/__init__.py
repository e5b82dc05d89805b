"""Brings the index up to date with the archive, at once or by what has changed."""

from searchsvc.reindex.report import (
    Event,
    Kept,
    Phase,
    Progress,
    ReindexReport,
    Reject,
    Started,
)
from searchsvc.reindex.run import REJECTS_FILE, Means, reindex

__all__ = [
    "REJECTS_FILE",
    "Event",
    "Kept",
    "Means",
    "Phase",
    "Progress",
    "ReindexReport",
    "Reject",
    "Started",
    "reindex",
]
