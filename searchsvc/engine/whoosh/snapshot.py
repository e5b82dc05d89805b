"""An opened generation: immutable, shared by all threads, gone when nobody uses it any more.

Arrays are views of mapped files, so opening reads nothing but what it checks, and a generation
that was deleted meanwhile stays whole for those who have it open.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.columnar.memory import keep_freed_memory
from searchsvc.columnar.segment import Segment
from searchsvc.engine.contract import SearchResult
from searchsvc.engine.whoosh.codec import read_segments, toc_file
from searchsvc.engine.whoosh.execute import execute
from searchsvc.engine.whoosh.manifest import MANIFEST, Manifest, check_sizes, read_manifest
from searchsvc.engine.whoosh.schema import SCHEMAS
from searchsvc.engine.whoosh.view import CollectionView
from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.settings import SearchSettings


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened generation."""

    name: str
    manifest: Manifest
    views: Mapping[Collection, CollectionView]

    def search(
        self, request: SearchRequest, settings: SearchSettings, budget: Budget
    ) -> SearchResult:
        """The answer; see `engine.contract.SearchEngine.search`."""
        started = time.perf_counter()
        with budget.running():
            answer = execute(request, self.views[request.collection], settings, budget)
            return SearchResult(*answer, self.name, time.perf_counter() - started)


def open_snapshot(folder: Path, before: Snapshot | None = None) -> Snapshot:
    """The generation in `folder`, checked against its manifest before Whoosh reads anything.

    Args:
        folder: of the generation.
        before: another generation that is open. Segments that both have are taken from it, as they
            were checked when it was opened; it is given back itself where it is this generation.

    Raises:
        IndexIncompatible, IndexCorrupt, EngineUnavailable: see `manifest`, `columnar.arrayfile`.
    """
    keep_freed_memory()
    manifest = read_manifest(folder)
    if before is not None and before.manifest == manifest:
        return before
    for collection in Collection:  # what is unpickled is vouched for, or is not unpickled
        if toc_file(collection.value) not in manifest.files:
            raise IndexCorrupt(folder / MANIFEST, f"lists no {toc_file(collection.value)}")
    check_sizes(folder, manifest)
    shared = {} if before is None else _shared(folder, manifest, before)
    return Snapshot(
        manifest.generation,
        manifest,
        {name: _open_view(folder, name, shared) for name in Collection},
    )


def _open_view(
    folder: Path, collection: Collection, shared: Mapping[str, Segment]
) -> CollectionView:
    listed = read_segments(folder, collection.value, SCHEMAS[collection])
    names = [each.segment_id() for each in listed]
    return CollectionView(
        collection,
        [shared.get(name) or Segment(folder, name) for name in names],
        [np.flatnonzero(each.deleted_mask()) for each in listed],
    )


def _shared(folder: Path, manifest: Manifest, before: Snapshot) -> dict[str, Segment]:
    """By name the segments of `before` that are those in `folder`, as its manifest says too."""
    found = {}
    for view in before.views.values():
        for part in view.parts:
            files = [
                name for name in before.manifest.files if Path(name).stem == part.segment.name
            ]
            if all(manifest.files.get(name) == before.manifest.files[name] for name in files):
                linked = part.segment.linked_in(folder)
                if linked is not None:
                    found[linked.name] = linked
    return found
