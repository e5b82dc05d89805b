"""What is published, as anybody may know it: nothing here names a folder or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from searchsvc.engine.contract import IndexStatus


@dataclass(frozen=True, slots=True)
class StatusView:
    """What is published.

    Attributes:
        built_at: UTC.
        versions: name and version of format, analyzer, extractor and so on.
        rejects: inputs that could not be read.
        previous: generations that an operator can go back to, latest first.
        degraded: whether an earlier generation answers, or some documents cannot be shown.
    """

    engine: str
    generation: str
    built_at: dt.datetime
    articles: int
    statements: int
    rejects: int
    size_bytes: int
    versions: tuple[tuple[str, str], ...]
    previous: tuple[str, ...]
    degraded: bool


def status_view(status: IndexStatus) -> StatusView:
    """What of `status` is told to everybody."""
    return StatusView(
        engine=status.engine,
        generation=status.generation,
        built_at=status.built_at,
        articles=status.articles,
        statements=status.statements,
        rejects=status.rejects,
        size_bytes=status.size_bytes,
        versions=status.versions,
        previous=status.previous,
        degraded=bool(status.refused),
    )
