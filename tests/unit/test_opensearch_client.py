"""What the way to a cluster makes of forks, and of nodes that do not answer."""

from __future__ import annotations

import base64
import json
import multiprocessing
import ssl
import subprocess
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.cluster.client import Client, Refused
from searchsvc.errors import ClusterUnreachable, ConfigError, EngineUnavailable
from searchsvc.settings import OpenSearchSettings

if TYPE_CHECKING:
    from email.message import Message


@contextmanager
def node(answering, *, status=200, error=None, asked=None, certificate=None):
    """The settings of one that tells by which connection it was asked, once `answering` is set.

    Or, with another `status`, what is wrong; the headers of each question are added to `asked`.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if asked is not None:
                asked.append(self.headers)
            answering.wait()
            told = {"connection": self.client_address[1]} if error is None else {"error": error}
            body = json.dumps(told).encode()
            with suppress(ConnectionError):  # who asked has given up
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        httpd.socket = context.wrap_socket(
            httpd.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        scheme = "http" if certificate is None else "https"
        url = f"{scheme}://127.0.0.1:{httpd.server_address[1]}"
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


def test_where_a_node_is_silent_another_one_is_asked_and_it_no_more(at_once):
    """However short the time is in which nodes that are lost are asked again."""
    to_silent: list[Message] = []
    to_other: list[Message] = []
    with (
        node(threading.Event(), asked=to_silent) as silent,
        node(at_once, asked=to_other) as other,
        closing(Client(replace(silent, urls=silent.urls + other.urls))) as client,
    ):
        for _ in range(6):
            assert client.get("/")["connection"]
    assert len(to_silent) <= 1
    assert len(to_other) == 6


def test_who_is_not_let_in_is_told_at_once_which_settings_that_hangs_on(at_once):
    asked: list[Message] = []
    error = {"type": "security_exception", "reason": "no permissions for [indices:data/read/get]"}
    with (
        node(at_once, status=403, error=error, asked=asked) as settings,
        closing(Client(replace(settings, retry_s=60.0))) as client,
        pytest.raises(EngineUnavailable, match=r"no permissions for .* opensearch\.user"),
    ):
        client.get("/")
    assert len(asked) == 1


def test_full_disks_are_no_missing_rights(at_once):
    reason = "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];"
    error = {"type": "cluster_block_exception", "reason": reason}
    with (
        node(at_once, status=403, error=error) as settings,
        closing(Client(settings)) as client,
        pytest.raises(Refused, match="create-index blocked"),
    ):
        client.get("/")


def test_passwords_may_have_any_letters(at_once):
    asked: list[Message] = []
    with (
        node(at_once, asked=asked) as settings,
        closing(Client(replace(settings, user="lesen", password="größer:ключ"))) as client,
    ):
        client.get("/")
    kind, _, secret = asked[0]["Authorization"].partition(" ")
    assert kind == "Basic"
    assert base64.b64decode(secret).decode() == "lesen:größer:ключ"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_named(tmp_path, content):
    file = tmp_path / "cluster.pem"
    if content is not None:
        file.write_text(content)
    settings = OpenSearchSettings(urls=("https://127.0.0.1:9200",), ca=str(file))
    with pytest.raises(ConfigError, match=r"cluster\.pem.*opensearch\.ca.*cannot be read"):
        Client(settings)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that has signed itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=cluster", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def test_certificates_are_checked_unless_that_is_switched_off(at_once, certificate):
    cert, _ = certificate
    with node(at_once, certificate=certificate) as settings:
        with closing(Client(replace(settings, ca=cert))) as client:
            assert client.get("/")["connection"]
        with closing(Client(settings)) as client, pytest.raises(ClusterUnreachable) as caught:
            client.get("/")
        assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value)
        assert "opensearch.ca" in str(caught.value)
        elsewhere = tuple(url.replace("127.0.0.1", "localhost") for url in settings.urls)
        with (
            closing(Client(replace(settings, ca=cert, urls=elsewhere))) as client,
            pytest.raises(ClusterUnreachable, match="no safe connection"),
        ):
            client.get("/")
        with closing(Client(replace(settings, verify="off"))) as client:
            assert client.get("/")["connection"]


def test_authorities_of_the_system_are_trusted(at_once, certificate, monkeypatch):
    """OpenSSL's own variable stands for what an operator has added to the system."""
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with (
        node(at_once, certificate=certificate) as settings,
        closing(Client(settings)) as client,
    ):
        assert client.get("/")["connection"]
