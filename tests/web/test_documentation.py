"""The page of the documentation: complete, its links lead somewhere, and what it says can be run."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser
from waitress import create_server

from searchsvc.settings import ApiSettings, Settings
from searchsvc.web import create_app
from searchsvc.web.api import OPERATIONS
from searchsvc.web.api.headers import HEADERS
from searchsvc.web.problems import SORTS
from tests.endpoint.serving import until_closed
from tests.reference_engine import filled

DOCS = "/api/v1/docs"


@pytest.fixture(scope="module")
def docs(page):
    return page(DOCS)


@contextmanager
def served(app):
    """Where `app` listens, without a slash at the end."""
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=until_closed, args=(server,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


def test_every_operation_parameter_error_and_header_is_on_the_page(docs):
    text = docs.body.text()
    for operation in OPERATIONS:
        section = docs.css_first(f"section#{operation.name}")
        assert operation.path in section.text()
        assert section.css("pre"), operation.name
    for _, kind in SORTS:
        assert docs.css_first(f"h3#error-{kind.anchor}")
    assert all(name in text for name in HEADERS)


def test_a_parameter_of_any_field_is_not_told_of_one(docs):
    rows = {row.css_first("th").text(): row for row in docs.css("section#compare tbody tr")}
    assert "As FIELD, of side a alone" in rows["a.FIELD"].text()
    assert "As not.FIELD, of side b alone" in rows["b.not.FIELD"].text()
    assert "As q, of side a alone" in rows["a.q"].text()


def test_every_link_within_the_page_leads_to_something_that_is_there_once(docs):
    ids = [node.attributes["id"] for node in docs.css("[id]")]
    assert len(set(ids)) == len(ids)
    targets = [
        node.attributes["href"][1:]
        for node in docs.css("a")
        if node.attributes["href"].startswith("#")
    ]
    assert set(targets) <= set(ids)
    contents = {node.attributes["href"][1:] for node in docs.css(".contents a")}
    assert {operation.name for operation in OPERATIONS} <= contents


def test_links_that_ask_this_archive_are_understood_by_it(client, docs):
    """An archive other than the sample has not the documents of examples, and says just that."""
    asked = {node.attributes["href"] for node in docs.css(".ask a")}
    assert len(asked) > len(OPERATIONS) // 2
    for address in asked - {docs.css_first("#errors .ask a").attributes["href"]}:
        response = client.get(address)
        told = response.get_json(silent=True) or {}
        missing = response.status_code == 404 and not told.get("errors")
        assert response.status_code == 200 or missing, address


def test_the_error_shown_is_the_one_that_its_link_gets(client, docs):
    link = docs.css_first("#errors .ask a")
    body = client.get(link.attributes["href"]).get_json(force=True)
    shown = docs.css_first("#errors pre").text()
    assert len(body["errors"]) == 2
    for error in body["errors"]:
        assert error["parameter"] in shown
        assert error["detail"].split(";")[0] in shown


@pytest.mark.parametrize("root", ["", "/news"])
def test_the_program_of_the_quick_start_walks_and_takes_out_all_that_is_found(archive, root):
    app = create_app(filled(*archive), Settings())
    plain = app.wsgi_app

    def mounted(environ, start_response):
        path = environ["PATH_INFO"]
        assert path.startswith(root)
        return plain(
            {**environ, "SCRIPT_NAME": root, "PATH_INFO": path.removeprefix(root)}, start_response
        )

    app.wsgi_app = mounted  # type: ignore[method-assign]  # as Flask says to wrap an application
    with served(app) as address:
        page = LexborHTMLParser(
            app.test_client().get(root + DOCS, base_url=address).get_data(as_text=True)
        )
        program = page.css("#program pre")[0].text()
        assert f'"{address}"' in program
        # Smaller answers than the page's, so that there is something to walk along.
        program = program.replace('"sanctions"', '"talks"').replace('"size": 100', '"size": 7')
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PYTHONIOENCODING": "utf-8"},
        )
    assert run.stderr == ""
    first, *rest = run.stdout.splitlines()
    total = int(first.split()[0])
    assert total > 7
    assert len(rest) >= total


def test_the_page_tells_what_holds_in_this_archive(archive):
    api = ApiSettings(limits=("600 per minute",))
    app = create_app(filled(*archive), replace(Settings(), api=api))
    told = LexborHTMLParser(app.test_client().get(DOCS).get_data(as_text=True))
    assert "600 per minute" in told.css("#limits")[0].text()


def test_an_error_page_names_the_request(client):
    response = client.get("/articles/there-is-none", headers={"X-Request-Id": "asked-by-me"})
    assert response.status_code == 404
    page = LexborHTMLParser(response.get_data(as_text=True))
    assert page.css(".request-id code")[0].text() == "asked-by-me"
