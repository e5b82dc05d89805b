"""The application behind a real server: in a thread of this process, or by workers of Gunicorn."""

from __future__ import annotations

import errno
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from waitress import create_server

from searchsvc.web import LARGEST_FORM
from tests.unit.commands import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from wsgiref.types import WSGIApplication

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = ("--config", "python:searchsvc.gunicorn")
"""What Gunicorn is told of our application."""

_PATIENCE_S: Final = 120


def until_closed(server: Any) -> None:
    """Run a server of waitress; that another thread closes its socket is the end, and no fault."""
    try:
        server.run()
    except OSError as error:
        if error.errno != errno.EBADF:
            raise


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
    thread = threading.Thread(target=until_closed, args=(server,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


@dataclass(frozen=True, slots=True)
class Workers:
    """A server of several processes.

    Attributes:
        url: scheme, host and port.
        log: what it writes to standard error.
    """

    url: str
    log: Path

    def pids(self) -> list[int]:
        """The processes that have answered, those that died included."""
        return [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", self.told())]

    def told(self) -> str:
        """What the log says."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def environment() -> dict[str, str]:
    """Of processes that run this checkout, wherever they are started, and no settings."""
    clean: dict[str, str] = clean_environment()
    return clean | {"PYTHONPATH": str(ROOT)}


@contextmanager
def by_workers(
    folder: Path, *, count: int = 2, application: Sequence[str] = OURS, **settings: str
) -> Iterator[Workers]:
    """Gunicorn over `folder / "index"`, started as the documentation says; it must end in order.

    Args:
        folder: where it is started; its log and its temporary files come there.
        count: of workers.
        application: options of Gunicorn that say what is served.
        settings: environment variables of the service.

    Raises:
        AssertionError: it ended with an error, logged one, or left something behind.
    """
    log = folder / "log"
    environ = environment() | {"TMPDIR": str(folder)} | settings
    command = [sys.executable, "-m", "gunicorn", *application]
    # A socket that listens already: who asks waits until a worker is there to answer.
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening, log.open("wb") as out:
        # As Gunicorn sets it, too late for who asks before it does: heads and bodies are sent apart,
        # and bodies would wait for the heads to be acknowledged, 40 ms each.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        process = subprocess.Popen(
            [*command, "--workers", str(count), "--bind", f"fd://{listening.fileno()}"],
            pass_fds=[listening.fileno()],
            cwd=folder,
            env=environ,
            stderr=out,
        )
        workers = Workers(f"http://127.0.0.1:{listening.getsockname()[1]}", log)
        try:
            yield workers
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_PATIENCE_S)
    assert process.returncode == 0
    assert "Traceback" not in workers.told(), workers.told()[-5000:]
    assert not list(folder.glob("searchsvc-metrics-*"))
