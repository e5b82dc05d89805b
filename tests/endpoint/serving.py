"""The application behind a real server, in a thread of this process."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from waitress import create_server

from searchsvc.web import LARGEST_FORM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIApplication


@contextmanager
def served(app: WSGIApplication, *, threads: int = 2) -> Iterator[str]:
    """The address of `app`, served as `searchsvc serve` serves it."""
    server = create_server(
        app,
        host="127.0.0.1",
        port=0,
        threads=threads,
        ident=None,
        max_request_body_size=LARGEST_FORM,
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)
