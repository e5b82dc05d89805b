"""Both halves of the OpenSearch engine over the live cluster, with indices of their own."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from searchsvc.settings import OpenSearchSettings, SearchSettings
from tests.cluster.live import SKIPPED, live_urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.opensearch.answering.engine import OpenSearchEngine
    from searchsvc.engine.opensearch.building.writer import OpenSearchIndexWriter

SHARDS = 2
"""Enough for an answer to be put together of several."""


@dataclass(frozen=True, slots=True)
class OpenedCluster:
    """Both halves of the engine, over indices of their own."""

    settings: OpenSearchSettings
    reader: OpenSearchEngine
    writer: OpenSearchIndexWriter

    def reader_by(self, search: SearchSettings) -> OpenSearchEngine:
        """Another reader, without a budget."""
        return type(self.reader)(self.settings, replace(search, budget_ms=0))


@contextmanager
def opened_cluster(
    path: Path, *, keep: int, search: SearchSettings | None = None, shards: int = SHARDS
) -> Iterator[OpenedCluster]:
    """An engine over an empty archive; skips the test where there is no cluster.

    It has no budget unless `search` says so: a machine that is busy with tests is no query's fault.
    """
    if not live_urls():
        pytest.skip(SKIPPED)
    from searchsvc.engine.opensearch.answering.engine import OpenSearchEngine, search_of
    from searchsvc.engine.opensearch.building.writer import OpenSearchIndexWriter
    from searchsvc.engine.opensearch.cluster.client import Client

    search = search or SearchSettings(budget_ms=0)
    settings = OpenSearchSettings(
        urls=live_urls(), prefix=f"t{uuid.uuid4().hex[:12]}", shards=shards, replicas=0, segments=0
    )
    client = Client(settings)
    engine = OpenSearchEngine(settings, search)
    writer = OpenSearchIndexWriter(
        client,
        settings,
        path,
        keep=keep,
        held_s=search.held_s,
        search=search_of(client, settings, search),
    )
    try:
        yield OpenedCluster(settings, engine, writer)
    finally:
        engine.close()
        indices = client.get(f"/_cat/indices/{settings.prefix}*", {"format": "json", "h": "index"})
        if indices:
            names = ",".join(each["index"] for each in indices)
            client.ask("DELETE", f"/{names}", params={"ignore_unavailable": "true"})
        client.close()
