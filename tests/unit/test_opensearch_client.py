"""What the way to a cluster makes of forks, and of nodes that do not answer."""

from __future__ import annotations

import json
import multiprocessing
import threading
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.client import Client
from searchsvc.errors import EngineUnavailable
from searchsvc.settings import OpenSearchSettings


@contextmanager
def node(answering):
    """The settings of one that tells by which connection it was asked, once `answering` is set."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            answering.wait()
            body = json.dumps({"connection": self.client_address[1]}).encode()
            with suppress(ConnectionError):  # who asked has given up
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{httpd.server_address[1]}"
        yield OpenSearchSettings(urls=(url,), timeout_s=0.2, retry_s=0.0)
    finally:
        answering.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@pytest.fixture
def at_once():
    event = threading.Event()
    event.set()
    return event


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_process_that_was_forked_asks_by_a_connection_of_its_own(at_once):
    with node(at_once) as settings, closing(Client(settings)) as client:
        before = client.get("/")["connection"]
        forking = multiprocessing.get_context("fork")
        told, tell = forking.Pipe(duplex=False)
        child = forking.Process(target=lambda: tell.send(client.get("/")["connection"]))
        child.start()
        tell.close()
        assert told.poll(30)
        assert told.recv() != before
        child.join(30)
        assert child.exitcode == 0
        # And the parent goes on with the one that it had.
        assert client.get("/")["connection"] == before


def test_a_node_that_does_not_answer_is_told_by_how_long_it_was_waited_for():
    with (
        node(threading.Event()) as settings,
        closing(Client(settings)) as client,
        pytest.raises(EngineUnavailable, match=r"no answer in 0\.2 s"),
    ):
        client.get("/")
