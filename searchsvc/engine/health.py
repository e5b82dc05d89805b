"""How a cluster is that an engine stands on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClusterHealth:
    """How the cluster is, and the shards of what is published.

    Attributes:
        name: of the cluster.
        status: green: every copy of every shard answers; yellow: one of every shard does; red: a
            shard is lacking, and searches fail.
        nodes: how many there are.
        active_shards, unassigned_shards: copies of shards that answer, and that lack a node.
    """

    name: str
    status: str
    nodes: int
    active_shards: int
    unassigned_shards: int
