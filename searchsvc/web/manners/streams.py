"""How many answers are sent while they are made: fewer than there are threads.

Such an answer keeps its thread until the client has taken it, and whoever stops reading keeps it for
good. A few of those must not keep everybody else from being answered.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, cast

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

from searchsvc.web.manners import exchange

if TYPE_CHECKING:
    from flask import Flask

    from searchsvc.settings import ServerSettings

_PLACES: Final = "searchsvc.streams"
_RETRY_AFTER_S: Final = 10


def install(app: Flask, settings: ServerSettings) -> None:
    """Make room for as many streams as `at_once` says, in each process."""
    app.extensions[_PLACES] = threading.BoundedSemaphore(at_once(settings))


def at_once(settings: ServerSettings) -> int:
    """How many there may be: a thread is left for the rest, where there is more than one."""
    return max(1, min(settings.exports, settings.threads - 1))


def begin() -> None:
    """Take a place among the streams, until the answer to this request is out.

    Raises:
        ServiceUnavailable: all are taken; nothing has been searched yet.
    """
    places = cast("threading.BoundedSemaphore", current_app.extensions[_PLACES])
    if not places.acquire(blocking=False):
        raise ServiceUnavailable(
            "As many exports are being sent as this archive sends at the same time. Ask again in "
            "a moment.",
            retry_after=_RETRY_AFTER_S,
        )
    exchange.current().held.callback(places.release)
