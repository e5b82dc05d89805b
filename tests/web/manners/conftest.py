"""Applications with settings of their own, asked like by a server: to the end, and closed."""

from __future__ import annotations

import pytest

from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.reference_engine import filled


@pytest.fixture(scope="session")
def engine_of_all(archive):
    return filled(*archive)


@pytest.fixture
def asked(engine_of_all):
    """Makes a function that asks an application with the settings given, such as server.log."""

    def make(app_hook=None, **settings):
        overrides = {name.replace("__", "."): value for name, value in settings.items()}
        app = create_app(engine_of_all, load_settings(overrides=overrides))
        if app_hook:
            app_hook(app)
        client = app.test_client()

        def ask(address, *, method="GET", remote="192.0.2.7", headers=(), **options):
            return client.open(
                address,
                method=method,
                headers=dict(headers),
                environ_overrides={"REMOTE_ADDR": remote},
                buffered=True,
                **options,
            )

        return ask

    return make
