"""Requests: headers of every answer, paths that lead nowhere, sizes, and half a request."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress

import pytest
from waitress import create_server

from searchsvc.settings import Settings
from searchsvc.web import LARGEST_FORM, create_app
from tests.hostile.requests import attacks
from tests.hostile.storm import asked, wrong
from tests.reference_engine import ReferenceEngine, filled
from tests.web.archive import made_up_articles

SECRET = "root:x:0:0"
SECRET_FILE = "etc/passwd"
ROUTES = (
    "/",
    "/search",
    "/articles/",
    "/similar",
    "/suggest",
    "/tips",
    "/static/",
    "/api/v1/",
    "/api/v1/search",
    "/api/v1/articles/",
    "/healthz",
    "/readyz",
)
CLIMBS = (
    "../" * 12 + SECRET_FILE,
    "..%2f" * 12 + SECRET_FILE,
    "%2e%2e/" * 12 + SECRET_FILE,
    "%2e%2e%2f" * 12 + SECRET_FILE,
    "..%252f" * 12 + SECRET_FILE,
    "..%5c" * 12 + SECRET_FILE.replace("/", "%5c"),
    "..%c0%af" * 12 + SECRET_FILE,
    "/" + SECRET_FILE,
    "%2f" + SECRET_FILE,
    "file:///" + SECRET_FILE,
    "style.css%00.html",
    "style.css%00/../../../" + SECRET_FILE,
    "../app.py",
    "..%2fapp.py",
    "../templates/problem.html",
    "%2e%2e%2ftemplates%2fproblem.html",
    ".",
    "..",
    "%2e",
    "CON",
    "a" * 5000,
    "%ff%fe",
    "~root",
    "$HOME",
    "`id`",
    "|id",
)
STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def app():
    return create_app(filled(*made_up_articles(4)), Settings())


@pytest.fixture(scope="module")
def port(app):
    """Of a server as `searchsvc serve` starts it."""
    server = create_server(
        app, host="127.0.0.1", port=0, threads=2, ident=None, max_request_body_size=LARGEST_FORM
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(timeout=10)


def sent(port, data):
    """What the server answers to these bytes, up to the end of the connection."""
    parts = []
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection,
        suppress(OSError),  # a server may hang up on nonsense
    ):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts).decode("latin-1")


def get(port, target, host="localhost"):
    request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return sent(port, request.encode("latin-1"))


def is_strict(headers):
    policy = headers["Content-Security-Policy"]
    return (
        all(headers[name] == value for name, value in STRICT.items())
        and "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "base-uri 'none'" in policy
        and "form-action 'self'" in policy
        and not any(word in policy for word in ("unsafe", "*", "data:", "blob:", "http"))
        and "camera=()" in headers["Permissions-Policy"]
        and "Set-Cookie" not in headers
        and "Server" not in headers
        and "X-Powered-By" not in headers
        and "Access-Control-Allow-Origin" not in headers
    )


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "delete", "trace"])
def test_every_answer_has_the_strict_headers(app, method):
    client = app.test_client()
    targets = [*ROUTES, "/nothing", "/api/nothing", "/static/page.js", "/static/nothing"]
    targets += ["/articles/a1", "/search?page=999", "/api/v1/search?size=x", "/articles/../x"]
    for target in targets:
        with client.open(target, method=method.upper()) as response:
            assert is_strict(response.headers), (method, target, response.status)


def test_errors_of_the_service_itself_have_them_too():
    class Broken(ReferenceEngine):
        def _published(self):
            raise ZeroDivisionError

    client = create_app(Broken(), Settings()).test_client()
    for target in ("/search", "/api/v1/search", "/articles/a"):
        response = client.get(target)
        assert response.status_code == 500
        assert is_strict(response.headers)
    response = client.post("/similar", data={"text": "x" * (LARGEST_FORM + 1)})
    assert response.status_code == 413
    assert is_strict(response.headers)


@pytest.mark.parametrize("climb", CLIMBS)
def test_no_path_of_a_request_reaches_a_file(app, port, climb):
    client = app.test_client()
    for route in ROUTES:
        target = route.rstrip("/") + "/" + climb
        response = client.get(target)
        assert response.status_code in {200, 302, 308, 400, 404, 405}, target
        if response.status_code == 200:
            assert response.get_data() == client.get(route).get_data(), target
        raw = get(port, target)
        assert SECRET not in raw, target
        assert "def create_app" not in raw, target
        assert "{% " not in raw, target


@pytest.mark.parametrize("climb", CLIMBS)
@pytest.mark.parametrize("name", ["q", "article", "statement", "text", "v", "filename", "source"])
def test_no_parameter_reaches_a_file(app, climb, name):
    client = app.test_client()
    for route in ROUTES:
        response = client.get(f"{route}?{name}={climb}")
        assert response.status_code < 500, (route, name)
        assert SECRET not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:99999", "a b", "<script>", "[::1", "", "a\x00b", "x" * 5000],
)
def test_what_a_request_calls_the_host_is_in_no_answer(port, host):
    for target in ("/", "/search?q=talks", "/api/v1/", "/api/v1", "/static", "/nothing"):
        answer = get(port, target, host)
        assert not host or host not in answer, target
        assert "Traceback" not in answer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"GET",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
        b"POST /similar HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /similar HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /similar HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /a\nSet-Cookie:x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://other.example/search HTTP/1.1\r\nHost: a\r\n\r\n",
        bytes(range(256)) * 10,
    ],
)
def test_odd_bytes_end_a_connection_and_nothing_else(port, data):
    answer = sent(port, data)
    assert "Traceback" not in answer
    assert "waitress" not in answer.lower()
    assert "set-cookie:" not in answer.lower()
    assert get(port, "/healthz").startswith("HTTP/1.1 200")


def test_half_requests_that_wait_keep_nobody_from_an_answer(port):
    waiting = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(20)]
    try:
        for connection in waiting:
            connection.sendall(b"GET /search HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        assert get(port, "/search?q=talks").startswith("HTTP/1.1 200")
    finally:
        for connection in waiting:
            connection.close()


def test_a_flood_of_parameters_is_answered(app):
    client = app.test_client()
    flood = "&".join(f"speaker={n}" for n in range(20_000))
    for target in (f"/search?{flood}", f"/api/v1/search?{flood}", f"/search?{'x&' * 50_000}"):
        assert client.get(target).status_code in {200, 302, 400}


def test_a_redirect_leads_to_the_same_site_only(port):
    for target in ("//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/?next=//evil"):
        for line in get(port, target).splitlines():
            if line.startswith("Location: "):
                assert line.startswith("Location: /search"), target


ATTACKS = {attack.name: attack.data for attack in attacks()}


def test_there_are_a_hundred_attacks():
    assert len(ATTACKS) == len(attacks()) >= 100


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_or_answered_without_harm(port, name):
    answer = asked(port, ATTACKS[name])
    assert not wrong(answer, ATTACKS[name]), (answer.status, answer.head[:500])
    assert get(port, "/healthz").startswith("HTTP/1.1 200")
