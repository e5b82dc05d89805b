"""Where the client sends what it is asked, and with which key; neither is told to anybody."""

from __future__ import annotations

import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import httpx
import pytest

from searchsvc.client import BadAnswer, Client, ClientError, Unreachable
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.reference_engine import filled
from tests.unit.test_client import STATUS, URL, answering, problem
from tests.web.archive import made_up_articles


@pytest.fixture(scope="module")
def app():
    return create_app(filled(*made_up_articles()), Settings())


def test_the_key_goes_into_the_header_and_nowhere_else():
    client, asked = answering(
        httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
        problem(401),
        key="s3cret",
    )
    with pytest.raises(Exception, match="D") as caught:
        client.search("x")
    assert asked[0].headers["Authorization"] == "Bearer s3cret"
    assert "Authorization" not in asked[1].headers
    assert "s3cret" not in f"{caught.value!r} {client!r} {asked[0].url}"


@pytest.mark.parametrize("ending", ["\n", " ", "\r\n"])
def test_the_end_of_the_line_that_a_key_was_read_from_is_none_of_it(ending):
    client, asked = answering(httpx.Response(200, json=STATUS), key=f"s3cret{ending}")
    client.status()
    assert asked[0].headers["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("key", ["s3\ncret", "s3crét", "\n", "s3cret\x00"])
def test_what_is_no_key_is_refused_at_once_and_not_told(key):
    with pytest.raises(ValueError, match="expected one line of plain letters") as caught:
        Client(URL, key)
    assert "s3" not in str(caught.value)


def test_a_password_in_the_address_is_sent_and_told_nowhere():
    asked = []
    waiting = [httpx.Response(502), httpx.Response(200, text="hello")]
    waiting.append(httpx.Response(200, json=STATUS))

    def handle(request):
        asked.append(request)
        return waiting.pop(0)

    handed = httpx.MockTransport(handle)
    with Client("http://desk:s3cret@archive.test/x", transport=handed, retries=0) as client:
        told = []
        for _ in range(2):
            with pytest.raises(ClientError) as caught:
                client.search("x")
            told.append(str(caught.value))
        client.status()
    name = base64.b64encode(b"desk:s3cret").decode()
    assert {each.headers["Authorization"] for each in asked} == {f"Basic {name}"}
    assert "archive.test" in told[0]
    assert "archive.test" in told[1]
    assert "s3cret" not in f"{told} {asked}"


class Proxy(BaseHTTPRequestHandler):
    """Answers as an archive would, and keeps what it was asked to fetch."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        Proxy.asked.append(self.path)
        body = json.dumps(STATUS).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    Thread(target=server.serve_forever, daemon=True).start()
    Proxy.asked.clear()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_proxy_that_the_environment_names_is_asked(monkeypatch, proxy, name, scheme):
    without_proxies(monkeypatch)
    monkeypatch.setenv(name, f"{scheme}{proxy}")
    with Client("http://archive.invalid/x", retries=0) as client:
        assert client.status().generation == "g"
    assert Proxy.asked == ["http://archive.invalid/x/api/v1/status"]


def test_no_proxy_is_asked_for_this_machine_or_for_hosts_that_need_none(monkeypatch, proxy):
    without_proxies(monkeypatch)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Client(f"http://{proxy}", retries=0) as client:
        client.status()
    assert Proxy.asked == ["/api/v1/status"]
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy}")
    monkeypatch.setenv("NO_PROXY", "archive.invalid")
    with (
        Client("http://archive.invalid", retries=0) as client,
        pytest.raises(Unreachable, match=r"http://archive\.invalid/: "),
    ):
        client.status()


def test_a_proxy_that_cannot_be_one_is_told(monkeypatch):
    without_proxies(monkeypatch)
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1")
    with pytest.raises(ValueError, match="HTTPS_PROXY cannot be used"):
        Client("https://archive.invalid")


def without_proxies(monkeypatch):
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_loses_what_was_posted_is_no_answer(app, status):
    """Browsers and clients go on by GET, without the body: everything would be found."""

    def handle(request):
        if request.url.host == "archive.test":
            there = str(request.url.copy_with(host="there.test"))
            return httpx.Response(status, headers={"Location": there})
        return httpx.WSGITransport(app).handle_request(request)

    long = "border OR " + "국경 " * 200
    with Client(URL, transport=httpx.MockTransport(handle)) as client:
        assert client.search("border").total.statements  # asked by GET, which loses nothing
        for ask in (lambda: client.search(long), lambda: next(client.statements(long))):
            with pytest.raises(BadAnswer, match=r"leads on to http://there\.test/, but not what"):
                ask()


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_that_loses_the_query_string_is_no_answer(app, status):
    def handle(request):
        if request.url.host == "archive.test":
            there = str(request.url.copy_with(host="there.test", query=None))
            return httpx.Response(status, headers={"Location": there})
        return httpx.WSGITransport(app).handle_request(request)

    with Client(URL, transport=httpx.MockTransport(handle)) as client:
        with pytest.raises(BadAnswer, match="give that address"):
            client.search("border")
        client.status()  # loses nothing


@pytest.mark.parametrize(
    "url",
    [
        "archive.test",
        "ftp://archive.test",
        "",
        "http://",
        "/search",
        "http://[::1",
        "http://archive.test:port",
    ],
)
def test_what_is_no_address_is_refused_at_once(url):
    with pytest.raises(ValueError, match="is no address"):
        Client(url)


def test_an_archive_below_a_path_is_asked_there():
    client, asked = answering(httpx.Response(200, json=STATUS))
    client.status()
    assert asked[0].url == f"{URL}/api/v1/status"
    transport = httpx.MockTransport(lambda r: asked.append(r) or httpx.Response(200, json=STATUS))
    for url in (f"{URL}/news", f"{URL}/news/"):
        Client(url, transport=transport).status()
        assert asked[-1].url == f"{URL}/news/api/v1/status"
