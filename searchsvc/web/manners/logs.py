"""What a log says: one line a request, and every message with the id of the request it is about."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from searchsvc.web.manners import exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.settings import ServerSettings

REQUESTS: Final = "searchsvc.requests"
"""Name of the logger of requests."""
_LOG: Final = logging.getLogger(REQUESTS)
_TEXT: Final = (
    "%(method)s %(path)s %(status)d %(ms).1f ms %(bytes)d bytes generation=%(generation)s"
    " key=%(key)s cut=%(cut)s"
)
_WITH_QUERY: Final = f"{_TEXT} query=%(query)s"
_PLAIN: Final = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"


class JsonLines(logging.Formatter):
    """A JSON object a line: time (UTC), level, logger, id of the request, and what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "id": getattr(record, "request_id", None) or None,
        }
        if record.name == REQUESTS and isinstance(record.args, dict):
            line |= record.args
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """The same for people."""

    def __init__(self) -> None:
        """Use the format above."""
        super().__init__(_PLAIN)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - as logging has it
        """UTC, as in the other format."""
        del datefmt
        return _time(record)


def start(settings: ServerSettings) -> None:
    """Write the log of this process as the settings say, to the standard error stream.

    For entry points: what others may have set up before is replaced, where a log is wanted.
    """
    if settings.log == "off":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log == "json" else PlainLines())
    handler.addFilter(_identify)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _LOG.setLevel(logging.INFO)


def observer(settings: ServerSettings) -> Callable[[exchange.Exchange], None]:
    """What writes the line of a request, once it is answered."""
    queries = settings.log_queries == "on"

    def write(done: exchange.Exchange) -> None:
        facts: dict[str, Any] = {
            "method": done.method,
            "path": quote(done.path.encode("latin-1")),  # bytes, as PEP 3333 has them
            "status": done.status,
            "ms": round(done.seconds * 1000, 1),
            "bytes": done.sent,
            "operation": done.operation,
            "generation": done.answered.generation if done.answered else None,
            "key": done.key or None,
            "cut": done.cut or None,
        }
        if queries:
            facts["query"] = quote(done.query, safe="%&=+")
        # The request context is gone by now.
        _LOG.info(_WITH_QUERY if queries else _TEXT, facts, extra={"request_id": done.id})

    return write


def _identify(record: logging.LogRecord) -> bool:
    """Write the id of the request into a record that has none."""
    if not hasattr(record, "request_id"):
        record.request_id = exchange.current_id()
    return True


def _time(record: logging.LogRecord) -> str:
    moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
