"""The web application on a port of this machine, and windows of a Chromium that open it."""

from __future__ import annotations

import threading

import pytest
from waitress import create_server

from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.endpoint.serving import until_closed
from tests.reference_engine import filled
from tests.web.archive import made_up_articles

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844), "narrow": (320, 640)}
OTHERS = {"short": (1280, 420), "tablet": (768, 1024)}
"""A window that nearly everything has to be scrolled in, and one between small and wide."""


@pytest.fixture(scope="session")
def address():
    """Where the application listens, without a slash at the end."""
    server = create_server(
        create_app(filled(*made_up_articles()), Settings()), host="127.0.0.1", port=0, threads=4
    )
    thread = threading.Thread(target=until_closed, args=(server,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


@pytest.fixture
def errors() -> list[str]:
    """What consoles told as errors; a test that expects some takes them out."""
    return []


@pytest.fixture
def opened(chromium, address, errors):
    """Opens a path in a fresh window and gives the page; console errors fail the test."""
    contexts = []

    def open_page(path, *, size="desktop", **options):
        width, height = (WIDTHS | OTHERS)[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
