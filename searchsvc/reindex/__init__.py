"""Brings the index up to date with the archive, at once or by what has changed."""

from searchsvc.reindex.report import (
    Awaited,
    Event,
    Kept,
    Phase,
    Progress,
    ReindexReport,
    Reject,
    Started,
)
from searchsvc.reindex.run import REJECTS_FILE, Means, reindex, reindex_shard
from searchsvc.reindex.verifying import check_sidecars

__all__ = [
    "REJECTS_FILE",
    "Awaited",
    "Event",
    "Kept",
    "Means",
    "Phase",
    "Progress",
    "ReindexReport",
    "Reject",
    "Started",
    "check_sidecars",
    "reindex",
    "reindex_shard",
]
