"""The web application over a made-up archive in the reference engine."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.reference_engine import filled
from tests.web.archive import made_up_articles


class ToTheEnd(FlaskClient):
    """Takes answers to their end and closes them, as servers do, whether or not they are looked at."""

    def open(self, *args, buffered=True, **options):
        return super().open(*args, buffered=buffered, **options)


@pytest.fixture(scope="session")
def archive():
    """Articles with their statements."""
    return made_up_articles()


@pytest.fixture(scope="session")
def app(archive):
    app = create_app(filled(*archive), Settings())
    app.test_client_class = ToTheEnd
    return app


@pytest.fixture(scope="session")
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def page(client):
    """Fetches an address and gives the parsed page; the status must be the one expected."""

    def fetch(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        assert response.mimetype == "text/html"
        return LexborHTMLParser(response.get_data(as_text=True))

    return fetch


@pytest.fixture(scope="session")
def data(client):
    """Fetches an address and gives the JSON body; the status must be the one expected."""

    def fetch(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return response.get_json(force=True)

    return fetch
