"""Whoever asks for everything and stops reading keeps nobody else from being answered."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest
from flask import request
from waitress.server import create_server

from searchsvc.cli.serve import let_go_of_the_silent
from searchsvc.settings import ServerSettings, Settings
from searchsvc.web import create_app
from searchsvc.web.manners import streams
from tests.builders import article_document
from tests.endpoint.serving import until_closed
from tests.reference_engine import filled
from tests.unit.commands import clean_environment, invoke, write_articles

PATIENCE_S = 120
THREADS = 4
LONG = "https://archive.test/" + "a" * 50_000
MANY = 200
"""So many articles with so long addresses are more than buffers on the way hold."""
EXPORT = "/api/v1/export.ndjson?in=articles"


@contextmanager
def waitress(_, seconds=60):
    engine = filled(*((article_document(id=f"a{n}", url=LONG), ()) for n in range(MANY)))
    server = create_server(
        create_app(engine, Settings()),
        host="127.0.0.1",
        port=0,
        threads=THREADS,
        outbuf_high_watermark=1_000_000,  # 16 MB by default: the same with a larger archive
    )
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    let_go_of_the_silent(server, seconds)
    thread = threading.Thread(target=until_closed, args=(server,), daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()
        thread.join()


IMPATIENT = """
import searchsvc.gunicorn
searchsvc.gunicorn._SLOWEST_S = 1
from searchsvc.gunicorn import *
"""


@contextmanager
def gunicorn(folder, config="python:searchsvc.gunicorn", *options):
    rows = [{"id": f"a{n}", "title": "T", "text": "Calm.", "url": LONG} for n in range(MANY)]
    invoke("reindex", write_articles(folder / "a.jsonl", rows), "--index", folder / "index")
    environ = clean_environment() | {"TMPDIR": str(folder), "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", str(config)]
    log = (folder / "log").open("wb")
    with log, socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        process = subprocess.Popen(
            [
                *command,
                "--bind",
                f"fd://{listening.fileno()}",
                "--graceful-timeout",
                "1",
                *options,
            ],
            pass_fds=[listening.fileno()],
            cwd=folder,
            env=environ,
            stderr=log,
        )
        try:
            yield listening.getsockname()[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE_S)


def asked(port, address):
    """Status, headers and body of an answer that is read at once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", address)
    response = connection.getresponse()
    found = response.status, response.headers, response.read()
    connection.close()
    return found


def stalled(stack, port, address):
    """The status of an answer of which no more is read than its first bytes."""
    plain = stack.enter_context(socket.socket())
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.settimeout(PATIENCE_S)
    plain.connect(("127.0.0.1", port))
    plain.sendall(f"GET {address} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    head = b""
    while len(head) < 12:
        head += plain.recv(12 - len(head))
    return int(head.split()[1])


@pytest.mark.parametrize("served", [waitress, gunicorn])
def test_readers_that_stop_reading_keep_nobody_else_from_being_answered(tmp_path, served):
    with served(tmp_path) as port:
        with ExitStack() as stack:
            statuses = [stalled(stack, port, EXPORT) for _ in range(THREADS + 2)]
            assert statuses == [200, 200, *[503] * THREADS]
            status, headers, body = asked(port, EXPORT)
            assert (status, headers["Retry-After"]) == (503, "10")
            assert headers["Content-Type"] == "application/problem+json"
            assert "at the same time" in json.loads(body)["detail"]
            for address in ("/healthz", "/readyz", "/api/v1/search?in=articles", "/search"):
                assert asked(port, address)[0] == 200
        # They are gone, and their places are free again once the server has noticed.
        end = time.monotonic() + PATIENCE_S
        while (found := asked(port, EXPORT))[0] == 503 and time.monotonic() < end:
            os.sched_yield()
        assert found[0] == 200
        assert found[2].count(b"\n") == MANY


@pytest.mark.parametrize("address", [EXPORT, "/api/v1/search?in=articles&size=100"])
def test_gunicorn_lets_go_of_readers_that_take_nothing(tmp_path, address):
    config = tmp_path / "impatient.py"
    config.write_text(IMPATIENT)
    with gunicorn(tmp_path, config) as port, ExitStack() as stack:
        for _ in range(THREADS):  # of all threads, where it is no export
            stalled(stack, port, address)
        end = time.monotonic() + PATIENCE_S
        while (found := asked(port, EXPORT))[0] == 503 and time.monotonic() < end:
            os.sched_yield()
        assert found[0] == 200


@pytest.mark.parametrize(("options", "warned"), [((), False), (("--threads", "2"), True)])
def test_gunicorn_says_so_where_exports_may_take_all_threads(tmp_path, options, warned):
    with gunicorn(tmp_path, "python:searchsvc.gunicorn", *options) as port:
        assert asked(port, "/healthz")[0] == 200
    assert ("may take all 2 threads" in (tmp_path / "log").read_text()) == warned


@pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system cannot close silent connections"
)
def test_waitress_lets_go_of_readers_that_take_nothing(tmp_path):
    with waitress(tmp_path, seconds=1) as port, ExitStack() as stack:
        for _ in range(2):
            assert stalled(stack, port, EXPORT) == 200
        end = time.monotonic() + PATIENCE_S
        while (found := asked(port, EXPORT))[0] == 503 and time.monotonic() < end:
            os.sched_yield()
        assert found[0] == 200


@pytest.mark.parametrize(
    ("exports", "threads", "expected"),
    [(2, 4, 2), (1, 4, 1), (9, 4, 3), (2, 2, 1), (2, 1, 1), (255, 256, 255)],
)
def test_a_thread_is_left_for_the_rest_where_there_is_more_than_one(exports, threads, expected):
    assert streams.at_once(ServerSettings(exports=exports, threads=threads)) == expected


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/export.ndjson",
        "/api/v1/export.ndjson?size=0",
        "/api/v1/export.csv",
        "/api/v1/export.bib?in=articles",
        "/sitemap-1.xml",
        "/sitemap-2.xml",
    ],
)
def test_every_end_of_an_answer_frees_its_place(asked, method, address):
    ask = asked(server__exports=1)
    first = ask(address, method=method)
    for _ in range(3):
        assert ask(address, method=method).status_code == first.status_code != 503


def test_an_answer_that_nobody_takes_frees_its_place(archive):
    app = create_app(filled(*archive), Settings(server=ServerSettings(exports=1)))
    client = app.test_client()
    first = client.get("/api/v1/export.ndjson")
    assert client.get("/api/v1/export.ndjson").status_code == 503
    first.close()
    assert client.get("/api/v1/export.ndjson").status_code == 200


def test_whatever_is_sent_while_it_is_made_takes_a_place(archive):
    app = create_app(filled(*archive), Settings(server=ServerSettings(exports=1)))
    places = app.extensions["searchsvc.streams"]
    streamed = set()

    @app.after_request
    def look(response):
        if response.is_streamed and request.endpoint != "static":  # files, of which we are sure
            assert not places.acquire(blocking=False), request.endpoint
            streamed.add(request.endpoint)
        return response

    client = app.test_client()
    values = {"page": 1, "article_id": "a1", "statement_id": "a1:1", "speaker": "Rosa Quispe"}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= values.keys():
            built = rule.build({name: values[name] for name in rule.arguments})
            assert built is not None
            client.get(built[1], buffered=True)
    exports = {f"api.export_{name}" for name in ("ndjson", "csv", "bibtex", "ris", "csl")}
    assert streamed == exports
