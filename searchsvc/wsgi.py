"""The application object for WSGI servers: `gunicorn searchsvc.wsgi:app`.

Reads the settings when imported, which is what a WSGI server expects; nothing else imports this.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from searchsvc.errors import EngineError
from searchsvc.settings import find_config, load_settings
from searchsvc.web import create_app, start_log
from searchsvc.wiring import open_engine, open_names

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def _app() -> WSGIApplication:
    logging.basicConfig(level=logging.WARNING)
    settings = load_settings(find_config(os.environ), os.environ)
    start_log(settings.server)
    engine = open_engine(settings)
    with suppress(EngineError):  # who asks is told
        engine.status()  # opens it, for all workers where this is imported before they begin
    return create_app(engine, settings, aliases=open_names(settings))


app = _app()
