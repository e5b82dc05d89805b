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
)
from searchsvc.web.manners.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings


def install(
    app: Flask, engine: SearchEngine, settings: Settings, aliases: AliasFile
) -> SearchEngine:
    """Teach `app` all manners; gives back the engine that its operations are to ask.

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
    cors.install(app, settings.api)
    admission.recognise(app, settings.api)
    limits.install(app, settings.api)
    admission.refuse(app, settings.api)
    etags.install(app, engine, settings, aliases)
    return Witness(engine)
