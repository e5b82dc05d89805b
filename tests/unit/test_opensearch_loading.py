"""What becomes of steps between loading and serving that only some copies of shards have taken."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.building.loading import Loading
from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.errors import EngineUnavailable
from searchsvc.settings import OpenSearchSettings

LOST = {"type": "node_disconnected_exception", "reason": "[node-2] disconnected"}
HALF = {"total": 4, "successful": 3, "failed": 1, "failures": [{"shard": 0, "reason": LOST}]}
WHOLE = {"total": 4, "successful": 4, "failed": 0}


class Cluster:
    """Refreshes and merges as it is told, one outcome after the other; all else succeeds."""

    def __init__(self, *, refreshes=(), merges=()):
        self.asked: list[str] = []
        self.bodies: dict[str, Any] = {}
        self._refreshes = iter(refreshes)
        self._merges = iter(merges)

    def ask(self, _method, path, body=None, **_) -> Any:
        self.asked.append(path)
        self.bodies[path] = body
        if path == "/index/_refresh":
            return {"_shards": next(self._refreshes, WHOLE)}
        return {"task": "node:1"} if path == "/index/_forcemerge" else {}

    def get(self, path, _params=None):
        if path == "/_cluster/health/index":
            return {"status": "green"}
        assert path == "/_tasks/node:1"
        outcome = next(self._merges, WHOLE)
        if isinstance(outcome, Exception):
            raise outcome
        return {"completed": True} | outcome if "error" in outcome else done(outcome)


def done(shards):
    return {"completed": True, "response": {"_shards": shards}}


def serve(cluster: Any, *, fresh: bool = True, thinned: bool = False, **settings: Any) -> None:
    loading = Loading(cluster, "index", OpenSearchSettings(**settings))
    loading.serve(fresh=fresh, thinned=thinned)


def test_copies_that_were_not_refreshed_are_before_anything_is_counted():
    cluster = Cluster(refreshes=[HALF, HALF])
    serve(cluster)
    assert cluster.asked[:3] == ["/index/_refresh"] * 3
    assert cluster.asked.index("/index/_forcemerge") == 4


def test_a_merge_that_lost_a_copy_is_done_again():
    cluster = Cluster(merges=[HALF, {"error": LOST}])
    serve(cluster)
    assert cluster.asked.count("/index/_forcemerge") == 3


def test_what_became_of_a_merge_whose_node_is_gone_need_not_be_known():
    cluster = Cluster(merges=[Refused(404, "resource_not_found_exception", "no such task")])
    serve(cluster)
    assert cluster.asked.count("/index/_forcemerge") == 1


def test_what_never_succeeds_ends_the_run_and_is_named():
    with pytest.raises(EngineUnavailable, match=r"index: cannot be refreshed .*node-2"):
        serve(Cluster(refreshes=[HALF] * 1_000), ready_s=0.0)
    with pytest.raises(EngineUnavailable, match=r"index: cannot be merged .*node-2"):
        serve(Cluster(merges=[HALF] * 1_000), ready_s=0.0)


@pytest.mark.parametrize(
    ("fresh", "thinned", "segments", "merges"),
    [(True, False, 1, 1), (True, False, 0, 0), (False, False, 1, 0), (False, True, 0, 1)],
)
def test_what_is_merged_is_new_or_has_lost_some(fresh, thinned, segments, merges):
    cluster = Cluster()
    serve(cluster, fresh=fresh, thinned=thinned, segments=segments)
    assert cluster.asked.count("/index/_forcemerge") == merges


def test_shards_soon_forget_what_they_were_sent_but_only_while_they_are_loaded():
    period = "soft_deletes.retention_lease.period"
    cluster: Any = Cluster()
    Loading(cluster, "index", OpenSearchSettings()).make()
    assert cluster.bodies["/index"]["settings"]["index"][period] == "30s"
    serve(cluster)
    # What is merged has forgotten only what has been flushed.
    assert cluster.asked.index("/index/_flush") < cluster.asked.index("/index/_forcemerge")
    assert cluster.bodies["/index/_settings"][f"index.{period}"] is None
