"""What becomes of bulks that a cluster does not take, or takes in part."""

from __future__ import annotations

import threading
from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.building.bulk import Action, Sender
from searchsvc.engine.opensearch.cluster.client import Barred, Refused
from searchsvc.errors import ClusterUnreachable, EngineUnavailable


class Cluster:
    """Takes bulks as `answer` says; remembers what is in, and how many bulks came at once at most."""

    def __init__(self, answer=None):
        self._answer = answer or (lambda _, __: 201)
        self.documents: dict[str, Any] = {}
        self.bulks = 0
        self._lock = threading.Lock()

    def ask(self, method, path, body, *, params, again, timeout_s):
        assert (method, path, again, timeout_s) == ("POST", "/index/_bulk", False, 120)
        assert params == {"timeout": "10s"}
        with self._lock:
            self.bulks += 1
            number = self.bulks
        items = []
        lines = iter(body)
        for line in lines:
            ((kind, about),) = line.items()
            source = next(lines) if kind == "index" else None
            status = self._answer(number, about["_id"])
            if isinstance(status, Exception):
                raise status
            if status < 300 and kind == "index":
                self.documents[about["_id"]] = source
            elif status < 300:
                self.documents.pop(about["_id"])
            error = {"error": {"type": "some_exception", "reason": f"because of {status}"}}
            items.append({kind: {"status": status} | (error if status >= 300 else {})})
        return {"items": items}


def sender(cluster, *, patience_s=60.0, bulk_bytes=1_000, threads=2):
    return Sender(cluster, "index", threads=threads, bulk_bytes=bulk_bytes, patience_s=patience_s)


def put(to, count):
    for number in range(count):
        to.put(Action(f"d{number}", "r", {"number": number}), 100)


def test_everything_is_in_after_a_flush():
    cluster = Cluster()
    to = sender(cluster)
    put(to, 105)
    to.flush()
    to.close()
    assert cluster.documents == {f"d{number}": {"number": number} for number in range(105)}
    assert cluster.bulks == 11


@pytest.mark.parametrize("status", [429, 503])
def test_what_there_is_no_room_for_is_sent_again_and_nothing_else(status):
    seen: list[str] = []

    def answer(_, document_id):
        seen.append(document_id)
        return status if document_id == "d3" and seen.count("d3") < 3 else 201

    cluster = Cluster(answer)
    to = sender(cluster)
    put(to, 10)
    to.flush()
    assert len(cluster.documents) == 10
    assert seen.count("d3") == 3
    assert len(seen) == 12


def test_a_cluster_that_is_away_for_a_while_is_asked_again():
    away = ClusterUnreachable("here", "no node answers")
    cluster = Cluster(lambda number, _: away if number < 3 else 201)
    to = sender(cluster)
    put(to, 10)
    to.flush()
    assert len(cluster.documents) == 10


def test_a_cluster_that_stays_away_ends_it():
    away = ClusterUnreachable("here", "no node answers")
    to = sender(Cluster(lambda _, __: away), patience_s=0)
    put(to, 9)
    with pytest.raises(EngineUnavailable, match=r"has not taken 9 documents .*no node answers"):
        to.flush()
    with pytest.raises(EngineUnavailable):
        put(to, 20)
    to.close()


def test_what_is_refused_for_good_is_counted_and_named_and_the_rest_is_in():
    odd = {f"d{number}" for number in range(20, 45)}
    cluster = Cluster(lambda _, document_id: 400 if document_id in odd else 201)
    to = sender(cluster, bulk_bytes=100_000)
    put(to, 50)
    with pytest.raises(EngineUnavailable, match=r"refuses 25 documents .*because of 400.*15 more"):
        to.flush()
    assert len(cluster.documents) == 25


def test_a_bulk_that_is_too_large_is_halved():
    class Small(Cluster):
        def ask(self, method, path, body, **options):
            if len(body) > 8:
                raise Refused(413, "", "too large")
            return super().ask(method, path, body, **options)

    cluster = Small()
    to = sender(cluster)
    put(to, 10)
    to.flush()
    assert len(cluster.documents) == 10


def test_what_is_gone_already_is_deleted():
    to = sender(Cluster(lambda _, __: 404))
    to.put(Action("d1", "r", None), 100)
    to.flush()


def test_who_sends_waits_while_all_are_busy():
    going = threading.Event()
    waiting = threading.Event()

    class Slow(Cluster):
        def ask(self, *given, **options):
            going.wait()
            return super().ask(*given, **options)

    cluster = Slow()
    to = sender(cluster, threads=1)
    handed = []

    def send():
        for number in range(100):
            to.put(Action(f"d{number}", "r", {}), 100)
            handed.append(number)
            if number == 25:
                waiting.set()
        waiting.set()

    thread = threading.Thread(target=send)
    thread.start()
    waiting.wait()
    assert len(handed) < 40  # one bulk under way, one that waits, one that is filled
    going.set()
    thread.join()
    to.flush()
    assert len(cluster.documents) == 100


def test_who_gives_up_ends_its_pauses():
    to = sender(Cluster(lambda _, __: 429), patience_s=3600)
    put(to, 10)
    to.close()


def test_a_document_that_is_too_large_alone_is_named():
    class Small(Cluster):
        def ask(self, method, path, body, **options):
            if any(line.get("number") == 7 for line in body):
                raise Refused(413, "", "")
            return super().ask(method, path, body, **options)

    cluster = Small()
    to = sender(cluster, bulk_bytes=100_000)
    put(to, 20)
    with pytest.raises(EngineUnavailable, match=r"1 documents .*d7: .*http\.max_content_length"):
        to.flush()
    to.close()
    assert len(cluster.documents) == 19


def test_who_may_not_write_is_not_kept_waiting():
    cluster = Cluster(lambda _, __: Barred("no permissions"))
    to = sender(cluster)
    put(to, 9)
    with pytest.raises(EngineUnavailable, match="no permissions"):
        to.flush()
    to.close()
    assert cluster.bulks == 1
