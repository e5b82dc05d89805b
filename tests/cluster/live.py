"""The cluster that tests run on, if there is one."""

from __future__ import annotations

import os
from functools import cache

from tests.cluster.nodes import Cluster

URL_ENV = "SEARCHSVC_OPENSEARCH_URL"
"""Names the nodes of a cluster to test on, with commas."""

SKIPPED = f"no OpenSearch cluster is up: `make opensearch-up`, or set {URL_ENV}"


@cache
def live_urls() -> tuple[str, ...]:
    """The addresses of its nodes; none where there is none."""
    named = os.environ.get(URL_ENV, "")
    if named:
        return tuple(part.strip() for part in named.split(",") if part.strip())
    cluster = Cluster()
    return cluster.urls if cluster.up() else ()
