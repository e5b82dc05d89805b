"""What an alias, a lease and a clock make of publications that something happens to."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.engine.opensearch.cluster.notes import Notes
from searchsvc.engine.opensearch.publishing import generations as module
from searchsvc.engine.opensearch.publishing.generations import Generations
from searchsvc.errors import EngineUnavailable

FIRST, SECOND, THIRD = (f"news-gen-00000{number}" for number in (1, 2, 3))


class Cluster:
    """Has an alias, which moves in one step or not at all."""

    def __init__(self, *aliased: str, twice: bool = False):
        self.aliased = set(aliased)
        self._twice = twice

    def get(self, path):
        assert path == "/news/_alias/news"
        if not self.aliased:
            raise Refused(404, "alias_missing_exception", "")
        return {index: {} for index in self.aliased}

    def ask(self, method, path, body):
        assert (method, path) == ("POST", "/_aliases")
        for _ in range(1 + self._twice):  # the first answer was lost with its node
            self._move(body["actions"])

    def _move(self, actions):
        after = set(self.aliased)
        for action in actions:
            ((kind, about),) = action.items()
            if kind == "add":
                after.add(about["index"])
            elif about["index"] in after:
                after.remove(about["index"])
            elif about["must_exist"]:
                raise Refused(404, "aliases_not_found_exception", "aliases [news] missing")
        self.aliased = after


def test_an_alias_that_moved_though_no_answer_came_is_moved():
    cluster: Any = Cluster(FIRST, twice=True)
    Generations(cluster, "news").publish("gen-000002")
    assert cluster.aliased == {SECOND}


def test_nothing_is_published_where_the_lease_has_gone_meanwhile():
    cluster: Any = Cluster(FIRST)

    def lost():
        raise EngineUnavailable("its lease was lost")

    with pytest.raises(EngineUnavailable, match="lease"):
        Generations(cluster, "news").publish("gen-000002", last_look=lost)
    assert cluster.aliased == {FIRST}


def test_what_somebody_else_published_last_is_not_replaced():
    """A machine that slept after its last look at the lease."""
    cluster: Any = Cluster(FIRST)

    def sleep():
        cluster.aliased = {THIRD}

    with pytest.raises(Refused, match="aliases_not_found"):
        Generations(cluster, "news").publish("gen-000002", last_look=sleep)
    assert cluster.aliased == {THIRD}


class Clocked(Notes):
    """Has the time of the cluster, and what was retired at a time of it."""

    def __init__(self, retired, now_ms):
        self._retired = retired
        self._now_ms = now_ms

    def read(self, name):  # noqa: ARG002 - as the other
        return {"retired": dict(self._retired)}

    def change(self, name, script, **params):  # noqa: ARG002 - as the other
        if script == module._FORGET:
            for each in params["names"]:
                self._retired.pop(each, None)
        return True, {"now": self._now_ms}


class Indices(Cluster):
    """Has the indices of three generations, and says which are deleted."""

    def __init__(self):
        super().__init__(THIRD)
        self.deleted: list[str] = []

    def get(self, path, _params=None):
        if path == "/news/_alias/news":
            return super().get(path)
        return {
            index: {
                "mappings": {"_meta": {"searchsvc": {"generation": index[5:]}}},
                "settings": {"index": {"uuid": index}},
            }
            for index in (FIRST, SECOND, THIRD)
        }

    def ask(self, method, path, *_, params=None):
        assert (method, params) == ("DELETE", {"ignore_unavailable": "true"})
        self.deleted.append(path.removeprefix("/").partition(",")[0])


@pytest.mark.parametrize("skew_s", [-86_400, 0, 86_400])
def test_readers_keep_what_was_replaced_whatever_the_clock_of_a_machine_says(monkeypatch, skew_s):
    now_s = 1_800_000_000
    monkeypatch.setattr("time.time", lambda: now_s + skew_s)
    cluster: Any = Indices()
    found = Generations(cluster, "news")
    found.notes = Clocked({"gen-000001": now_s - 601, "gen-000002": now_s - 599}, now_s * 1000)
    assert found.sweep(held_s=600) == ("gen-000001",)
    assert cluster.deleted == [FIRST]
