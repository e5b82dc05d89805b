"""How the service behaves towards whoever asks, whatever is asked: each module one of its manners.

What must be known first is installed first: who asks, whether that is not too often and allowed,
and only then whether anything has changed. What comes last over an answer is installed first as
well: nothing but bytes is compressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.web.manners import (
    admission,
    compression,
    cors,
    etags,
    exchange,
    limits,
    logs,
    metrics,
    proxies,
    streams,
)
from searchsvc.web.manners.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings
    from searchsvc.web.api import Operation


def install(
    app: Flask,
    engine: SearchEngine,
    settings: Settings,
    aliases: AliasFile,
    operations: Mapping[str, Operation],
) -> SearchEngine:
    """Teach `app` all manners; gives back the engine that its operations are to ask.

    Args:
        app: is taught them.
        engine: answers the requests.
        settings: `server` and `api` say which manners; answers depend on all of them.
        aliases: other names, which may change with their file.
        operations: by endpoint.

    Raises:
        ConfigError: a setting of [api] cannot be used.
    """
    observers: list[Callable[[exchange.Exchange], None]] = []
    if settings.server.metrics == "on":
        observers.append(metrics.install(app, engine))
    if settings.server.log != "off":
        observers.append(logs.observer(settings.server))
    proxies.install(app, settings.server)
    exchange.install(app, *observers)
    compression.install(app, settings.server)
    streams.install(app, settings.server)
    cors.install(app, settings.api)
    admission.recognise(app, settings.api)
    limits.install(app, settings.api)
    admission.refuse(app, settings.api, {name: each.access for name, each in operations.items()})
    volatile = frozenset(name for name, each in operations.items() if not each.tagged)
    etags.install(app, engine, settings, aliases, volatile)
    return Witness(engine)
