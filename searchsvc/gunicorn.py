"""Settings of Gunicorn, for several workers: `gunicorn --config python:searchsvc.gunicorn`.

Gunicorn reads the names below; its own options, such as `--workers 4`, win over them. Address and
threads are those of our settings.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from searchsvc.settings import find_config, load_settings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

_SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_ANYBODYS: Final = "searchsvc-metrics-"
_OURS: Final = f"{_ANYBODYS}{os.getpid()}-"
_MOST_WORKERS: Final = 4
_SLOWEST_S: Final = 60
"""After so many seconds in which a client has taken nothing, its connection is closed."""

_server = load_settings(find_config(os.environ), os.environ).server
_folder = Path(os.environ.get(_SHARED_FOLDER, _ANYBODYS)).name
if _folder.startswith(_ANYBODYS) and not _folder.startswith(_OURS):
    # Before the application is imported: the metrics of all workers are counted there. A process
    # that takes the place of another (USR2) inherits its folder, which goes with the other.
    os.environ[_SHARED_FOLDER] = tempfile.mkdtemp(prefix=_OURS)

wsgi_app = "searchsvc.wsgi:app"
_host = f"[{_server.host}]" if ":" in _server.host else _server.host
bind = f"{_host}:{_server.port}"
workers = int(os.environ.get("WEB_CONCURRENCY", "0")) or min(_MOST_WORKERS, os.cpu_count() or 1)
worker_class = "gthread"
threads = _server.threads
# The application is there before the workers are, and they share what it has opened.
preload_app = True
# The longest address that Gunicorn takes without letting go of all limits. Longer searches are sent
# by POST.
limit_request_line = 8190
# Whom to believe about the scheme is server.trusted_proxies.
secure_scheme_headers: dict[str, str] = {}
proc_name = "searchsvc"


def when_ready(server: Arbiter) -> None:
    """Keep what is there for good out of the way of collecting garbage, and so shared.

    And let go of clients that take nothing any more: without that each keeps its thread for good.
    Connections inherit what is set for where they come in (socket(7), SO_SNDTIMEO).
    """
    from searchsvc.web.manners import streams  # noqa: PLC0415 - not before metrics have their folder

    for listener in server.LISTENERS:
        patience = struct.pack("@ll", _SLOWEST_S, 0)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
    if server.cfg.threads <= streams.at_once(_server) and _server.threads > 1:
        server.log.warning(
            "exports may take all %s threads of a worker: set server.threads rather than --threads",
            server.cfg.threads,
        )
    gc.collect()
    gc.freeze()


def on_exit(server: Arbiter) -> None:
    """Take away what was made for the metrics."""
    del server
    folder = Path(os.environ[_SHARED_FOLDER])
    if folder.name.startswith(_OURS):
        shutil.rmtree(folder, ignore_errors=True)
