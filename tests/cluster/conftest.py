from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from tests.cluster.live import SKIPPED, live_urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.opensearch.cluster.client import Client


@pytest.fixture(scope="session")
def cluster_client() -> Iterator[Client]:
    """The way to the live cluster."""
    if not live_urls():
        pytest.skip(SKIPPED)
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.settings import OpenSearchSettings

    client = Client(OpenSearchSettings(urls=live_urls()))
    yield client
    client.close()


@pytest.fixture
def scratch_index(cluster_client: Client) -> Iterator[str]:
    """The name of an index that is deleted afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    cluster_client.ask("DELETE", f"/{name}", params={"ignore_unavailable": "true"})
