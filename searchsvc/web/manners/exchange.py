"""One request and what became of it: its id, and what logs and metrics tell of it afterwards."""

from __future__ import annotations

import os
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

    from searchsvc.engine.contract import Reader

REQUEST_ID: Final = "X-Request-Id"
NO_OPERATION: Final = "none"
"""Operation of requests for what there is not."""
_PLACE: Final = "searchsvc.exchange"
_SANE_ID: Final = re.compile(r"[\w.:=+/@-]{1,128}", re.ASCII)
_ID_BYTES: Final = 12


class Answering(NamedTuple):
    """A generation. Names begin anew in a folder that was emptied; with the time they are unique."""

    generation: str
    built_at: str


SEVERAL: Final = Answering("several", "")
"""Stands for generations that answered a request between them."""
ARCHIVE: Final = "archive"
"""Who cut an answer short where it could not be finished, with an error of its own in the log."""
CLIENT: Final = "client"
"""Who cut it short where it was not taken to its end."""


def answering(reader: Reader) -> Answering:
    """The generation that a reader reads."""
    return Answering(reader.generation, reader.built_at.isoformat())


@dataclass(slots=True)
class Exchange:
    """A request on its way; filled by those who answer it.

    Attributes:
        id: as the client or a proxy named it, where that can be written into a log; else made.
        started: of `time.perf_counter`.
        operation: the endpoint that answers, such as `api.search`.
        status: of the answer; 0 until there is one.
        sent: bytes of its body so far.
        answered: the generation that it was answered from; None where none was asked.
        key: the name of the key that it came with.
        trusted: whether who asks may see details of the service.
        cut: who ended its answer before its end, `ARCHIVE` or `CLIENT`; empty where nobody did.
        curtailed: whether any question of it was refused for its cost.
        held: what is to be let go of once the answer is out.
    """

    id: str
    method: str
    path: str
    query: str
    started: float
    operation: str = NO_OPERATION
    status: int = 0
    sent: int = 0
    answered: Answering | None = None
    key: str = ""
    trusted: bool = True
    cut: str = ""
    curtailed: bool = False
    held: ExitStack = field(default_factory=ExitStack)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.perf_counter() - self.started

    def note(self, by: Answering) -> None:
        """Something of it was answered by this generation."""
        self.answered = by if self.answered in (None, by) else SEVERAL


def current() -> Exchange:
    """The one that this request context is about."""
    found = request.environ.get(_PLACE)
    if found is None:  # a context that was made by hand, without a server
        found = request.environ[_PLACE] = _begun(request.environ)
    return cast("Exchange", found)


def current_id() -> str:
    """Its id; empty outside of a request."""
    return current().id if has_request_context() else ""


def install(app: Flask, *observers: Callable[[Exchange], None]) -> None:
    """Give every request of `app` an id, and tell `observers` of it once its answer is out."""
    answer = app.wsgi_app

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        exchange = environ[_PLACE] = _begun(environ)

        def start(status: str, headers: list[tuple[str, str]], *broken: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            exchange.status = int(status[:3])
            headers.append((REQUEST_ID, exchange.id))
            return start_response(status, headers, *broken)

        try:
            pieces = answer(environ, cast("StartResponse", start))
        except BaseException:  # raised again: whatever it was, its place must be given back
            exchange.held.close()
            raise
        return _Watched(pieces, exchange, observers)

    app.wsgi_app = answered  # type: ignore[method-assign]  # as Flask would have it

    @app.before_request
    def name() -> None:
        current().operation = request.endpoint or NO_OPERATION


def _begun(environ: WSGIEnvironment) -> Exchange:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return Exchange(
        given if _SANE_ID.fullmatch(given) else os.urandom(_ID_BYTES).hex(),
        environ.get("REQUEST_METHOD", ""),
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        time.perf_counter(),
    )


class _Watched:
    """The pieces of an answer as they go out, which its exchange counts."""

    def __init__(
        self,
        pieces: Iterable[bytes],
        exchange: Exchange,
        observers: tuple[Callable[[Exchange], None], ...],
    ) -> None:
        self._pieces = pieces
        self._next = iter(pieces)
        self._exchange = exchange
        self._observers = observers
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._next)
        except BaseException as error:  # the end, in most cases: all of it was taken
            self._ended = True
            if not isinstance(error, StopIteration):
                self._exchange.cut = ARCHIVE
            self._exchange.held.close()
            raise
        self._exchange.sent += len(piece)
        return piece

    def close(self) -> None:
        """Called by the server once, whether or not everything was sent."""
        try:
            if close := getattr(self._pieces, "close", None):
                close()
        finally:
            if not self._ended:
                self._exchange.cut = CLIENT
            self._exchange.held.close()
            for observe in self._observers:
                observe(self._exchange)
