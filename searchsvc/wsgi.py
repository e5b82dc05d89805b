"""The application object for WSGI servers: `gunicorn searchsvc.wsgi:app`.

Reads the settings when imported, which is what a WSGI server expects; nothing else imports this.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from searchsvc.settings import find_config, load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine, open_names

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def _app() -> WSGIApplication:
    logging.basicConfig(level=logging.WARNING)
    settings = load_settings(find_config(os.environ), os.environ)
    return create_app(open_engine(settings), settings, aliases=open_names(settings))


app = _app()
