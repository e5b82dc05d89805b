"""Settings → engine: the only place that knows the engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.generations import SIDECARS

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.contract import IndexWriter, SearchEngine
    from searchsvc.settings import Settings


def open_engine(settings: Settings) -> SearchEngine:
    """The engine that answers from the published generation, whether or not there is one yet."""
    return WhooshEngine(settings.index.path, settings.search)


def open_writer(settings: Settings) -> IndexWriter:
    """The writer of new generations."""
    index = settings.index
    return WhooshIndexWriter(index.path, index.keep, processes=index.processes)


def sidecar(settings: Settings, generation: str, name: str) -> Path:
    """Where a file lies that was published with a generation."""
    return settings.index.path / generation / SIDECARS / name
