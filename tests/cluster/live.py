"""The cluster that tests run on, if there is one."""

from __future__ import annotations

import os
from functools import cache

from tests.cluster.java import LEAST, NoCluster
from tests.cluster.nodes import Cluster, answers

URL_ENV = "SEARCHSVC_OPENSEARCH_URL"
"""Names the nodes of a cluster to test on, with commas."""

WHY_ENV = "SEARCHSVC_TEST_NO_CLUSTER"
"""Says why none could be started, where somebody tried."""

SKIPPED = (
    f"no OpenSearch cluster is up{os.environ.get(WHY_ENV, '')}; to run these, `make opensearch-up`"
    f" (JDK {LEAST} or newer, Maven and Maven Central), or set {URL_ENV}"
)


@cache
def live_urls() -> tuple[str, ...]:
    """The addresses of its nodes; none where there is none.

    Raises:
        NoCluster: one is named, and does not answer: that is no reason to leave out tests.
    """
    named = tuple(part for part in map(str.strip, os.environ.get(URL_ENV, "").split(",")) if part)
    if named and not any(map(answers, named)):
        raise NoCluster(f"no node answers at {', '.join(named)} ({URL_ENV})")
    if named:
        return named
    cluster = Cluster()
    return cluster.urls if cluster.up() else ()
