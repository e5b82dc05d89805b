"""What becomes of searches whose node or shard goes while it is asked."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.answering.asking import Asker, Budget
from searchsvc.engine.opensearch.cluster.client import Client, Refused
from searchsvc.errors import ClusterUnreachable, QueryTooCostly
from searchsvc.settings import OpenSearchSettings

FOUND = {"hits": {"total": {"value": 3}}, "timed_out": False, "status": 200}


def refused(status, kind):
    """One answer of several as OpenSearch gives it where a shard could not be asked."""
    cause = {"type": kind, "reason": "of a reason"}
    failed = {"shard": 0, "index": "index", "reason": cause}
    error = {"type": "search_phase_execution_exception", "reason": "Shard failures"}
    return {"status": status, "error": error | {"failed_shards": [failed], "caused_by": cause}}


@contextmanager
def answering(*answers):
    """A client of a server that gives these answers to the searches that come, in turn."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"responses": [left.pop(0)]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    client = Client(OpenSearchSettings(urls=(f"http://127.0.0.1:{server.server_port}",)))
    try:
        yield client, left
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, "node_disconnected_exception"),
        (500, "node_closed_exception"),
        (404, "search_context_missing_exception"),
        (404, "index_shard_closed_exception"),
        (503, "no_shard_available_action_exception"),
    ],
)
def test_a_search_that_lost_its_node_is_asked_again(status, kind):
    with answering(refused(status, kind), FOUND) as (client, left):
        assert Asker(client, "index").counts([{"match_all": {}}]) == [3]
        assert left == []


@pytest.mark.parametrize(
    ("status", "kind"), [(500, "null_pointer_exception"), (404, "index_not_found_exception")]
)
def test_what_asking_again_does_not_mend_is_told_at_once(status, kind):
    with answering(refused(status, kind), FOUND) as (client, left):
        with pytest.raises(Refused, match=kind):
            Asker(client, "index").counts([{"match_all": {}}])
        assert left == [FOUND]


def test_where_no_node_answers_only_the_first_question_is_asked_again(monkeypatch):
    client = Client(OpenSearchSettings(retry_s=0.2))
    outcomes: list[Any] = []

    def once(*_):
        asked.append(1)
        if outcomes:
            return outcomes.pop()
        raise ClusterUnreachable("here", "no node answers")

    monkeypatch.setattr(client, "_once", once)
    for _ in range(2):
        attempts = []
        for _ in range(3):
            asked: list[int] = []
            with pytest.raises(ClusterUnreachable):
                client.get("/")
            attempts.append(len(asked))
        assert attempts[0] > 1
        assert attempts[1:] == [1, 1]
        outcomes.append({})  # a node is back, and goes again
        assert client.get("/") == {}


class Clock:
    """A client whose searches take `searching` seconds after `lost` ones in which nobody answered."""

    def __init__(self, monkeypatch, *, lost, searching):
        self.now = 100.0
        self._lost = lost
        self._searching = searching
        monkeypatch.setattr(
            "searchsvc.engine.opensearch.answering.asking.time.monotonic", lambda: self.now
        )

    def searches(self, _index, bodies, *, waited):
        self.now += self._lost + self._searching
        waited(self._lost)
        return [FOUND for _ in bodies]

    def question(self, path, _body, _params, *, waited):
        self.searches("index", [{}], waited=waited)
        rewritten = {"_shards": {"failed": 0}, "explanations": []}
        return rewritten if path.endswith("/_validate/query") else FOUND


@pytest.mark.parametrize(
    "way",
    [
        lambda asker: asker.counts([{}]),
        lambda asker: asker.rewritten({}),
        lambda asker: asker.named_scores({}),
    ],
)
def test_waiting_for_another_node_is_not_at_the_expense_of_the_query(monkeypatch, way):
    client: Any = Clock(monkeypatch, lost=10.0, searching=0.3)
    with Budget(800).running() as budget:
        asker = Asker(client, "index", budget)
        way(asker)
        way(asker)
        asker.counts([{}])
        with pytest.raises(QueryTooCostly):
            asker.counts([{}])


def test_the_time_until_the_attempt_that_was_answered_is_told():
    told: list[float] = []
    with answering(refused(503, "some_exception"), FOUND, FOUND) as (client, _):
        client.searches("index", [{}], waited=told.append)
        client.searches("index", [{}], waited=told.append)
    lost, nothing = told
    assert lost > nothing >= 0
