"""An engine of the benchmark as a WSGI application: its answer to a query as JSON, and no more.

`/?{...}` asks with a query of the benchmark as JSON, escaped. The environment says which engine
(`PEER_ENGINE`) and which index (`PEER_INDEX`). Each thread has an instance of its own, since not
every engine lets them share one.
"""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from tests.bench.engines import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from tests.bench.workload import Engine


def app() -> WSGIApplication:
    """The application."""
    entry, index = BY_NAME[os.environ["PEER_ENGINE"]], os.environ["PEER_INDEX"]
    own = threading.local()

    def opened() -> Engine:
        if not hasattr(own, "engine"):
            own.engine = entry.make()
            own.engine.open(index)
        engine: Engine = own.engine
        return engine

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = opened().search(json.loads(unquote_plus(environ["QUERY_STRING"])))
        body = json.dumps(found).encode()
        start_response(
            "200 OK",
            [("Content-Type", "application/json"), ("Content-Length", str(len(body)))],
        )
        return [body]

    return answer
