"""What the cluster says of the generation that is published, and of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import IndexStatus
from searchsvc.engine.health import ClusterHealth
from searchsvc.engine.opensearch.cluster import names
from searchsvc.errors import IndexCorrupt, IndexIncompatible, IndexMissing

if TYPE_CHECKING:
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.opensearch.publishing.generations import Found, Generations
    from searchsvc.engine.opensearch.publishing.manifest import Manifest

ENGINE: Final = "opensearch"


def published(generations: Generations, *, lenient: bool = False) -> Manifest:
    """The manifest of what is published.

    Args:
        generations: those of the archive.
        lenient: take what another version wrote as well, and where what is published is damaged,
            the latest generation that is not.

    Raises:
        IndexMissing: nothing is published.
        IndexCorrupt, IndexIncompatible: what is published cannot be read, or not told.
    """
    current = generations.current()
    if current is None:
        raise IndexMissing(names.alias_of(generations.prefix))
    candidates: tuple[str, ...] = (current,)
    if lenient:
        candidates += generations.found().before(current)
    first: IndexCorrupt | IndexIncompatible | None = None
    for name in candidates:
        try:
            return generations.manifest(name, any_version=lenient)
        except (IndexCorrupt, IndexIncompatible) as error:
            first = first or error
    raise first or IndexMissing(names.alias_of(generations.prefix))


def status_of(generations: Generations, manifest: Manifest) -> IndexStatus:
    """What is to be said while the generation of `manifest` is published."""
    found = generations.found()
    return described(
        manifest, found, health_of(generations.client, names.alias_of(generations.prefix))
    )


def described(
    manifest: Manifest, found: Found, health: ClusterHealth | None = None
) -> IndexStatus:
    """The status of the generation of `manifest` among those that were found."""
    own = ("format", manifest.format), ("analyzer", manifest.analyzer)
    return IndexStatus(
        engine=ENGINE,
        generation=manifest.generation,
        previous=found.before(manifest.generation),
        built_at=manifest.built_at,
        versions=(*own, *manifest.versions),
        articles=manifest.articles,
        statements=manifest.statements,
        rejects=manifest.rejects,
        held=found.held,
        size_bytes=manifest.size_bytes,
        cluster=health,
    )


def health_of(client: Client, index: str) -> ClusterHealth:
    """How the cluster is, and the shards of one index or alias of it.

    Raises:
        EngineUnavailable: no node answers.
    """
    found = client.get(f"/_cluster/health/{index}")
    whole = client.get("/_cluster/health")
    return ClusterHealth(
        name=str(whole["cluster_name"]),
        status=str(found["status"]),
        nodes=int(whole["number_of_nodes"]),
        unassigned_shards=int(found["unassigned_shards"]),
        active_shards=int(found["active_shards"]),
    )
