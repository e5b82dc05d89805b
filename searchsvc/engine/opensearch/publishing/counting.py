"""How many documents the index of a generation holds, by all of its shards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.documents import layout
from searchsvc.errors import EngineUnavailable
from searchsvc.model import Collection

if TYPE_CHECKING:
    from searchsvc.engine.opensearch.cluster.client import Client

_REQUEST_S: Final = 120


def counts(client: Client, index: str) -> dict[Collection, int]:
    """How many documents there are of each kind.

    Raises:
        EngineUnavailable: not all shards answer.
    """
    return {
        collection: count(client, index, {"term": {layout.COLLECTION: collection.value}})
        for collection in Collection
    }


def count(client: Client, index: str, query: dict[str, Any]) -> int:
    """How many documents match. Raises as `counts`."""
    found = client.ask("POST", f"/{index}/_count", {"query": query}, timeout_s=_REQUEST_S)
    shards = found["_shards"]
    if shards["successful"] != shards["total"] or shards["failed"]:
        raise EngineUnavailable(
            f"{index}: {shards['successful']} of {shards['total']} shards answer; look at"
            " the health of the cluster, and run it again"
        )
    return int(found["count"])
