"""Brings the index up to date with the archive, at once or by what has changed."""

from searchsvc.reindex.report import (
    Event,
    Phase,
    Progress,
    ReindexReport,
    Reject,
    Started,
)
from searchsvc.reindex.run import REJECTS_FILE, reindex

__all__ = [
    "REJECTS_FILE",
    "Event",
    "Phase",
    "Progress",
    "ReindexReport",
    "Reject",
    "Started",
    "reindex",
]
