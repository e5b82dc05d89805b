"""Copies of shards are waited for, and where they do not come that is told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.engine.opensearch.cluster.copies import become, wait_for_all

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cluster:
    """Has all copies of an index after some looks at its health."""

    def __init__(self, *, looks: int, status: int = 408):
        self.looks = looks
        self.asked: list[tuple[str, Any]] = []
        self._outcomes: Iterator[bool] = iter([False] * looks)
        self._status = status

    def get(self, path, params=None):
        self.asked.append((path, params["wait_for_status"]))
        if not next(self._outcomes, True):
            raise Refused(self._status, "", "timed out")
        return {"status": params["wait_for_status"]}


def test_health_is_asked_for_until_it_is_there():
    cluster: Any = Cluster(looks=2)
    assert become(cluster, "index", "yellow", 60)
    assert cluster.asked == [("/_cluster/health/index", "yellow")] * 3


def test_there_is_an_end_to_it_that_is_told(caplog):
    cluster: Any = Cluster(looks=1_000)
    with caplog.at_level(logging.WARNING):
        wait_for_all(cluster, "news-files-gen-000001", 0)
    assert len(cluster.asked) == 1
    assert "news-files-gen-000001: not every copy of its shards is there" in caplog.text


def test_another_refusal_is_none_of_its_business():
    cluster: Any = Cluster(looks=1, status=404)
    with pytest.raises(Refused):
        become(cluster, "index", "green", 60)
