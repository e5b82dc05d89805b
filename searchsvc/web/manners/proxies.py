"""Who really asks, and where, if a proxy stands in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from flask import Flask

    from searchsvc.settings import ServerSettings


def install(app: Flask, settings: ServerSettings) -> None:
    """Believe as many proxies as the settings say about address and scheme, and nobody else.

    Host and prefix are not taken from headers: proxies pass the former as it is, and what sends
    the headers of neither would let any client choose the addresses that answers lead to.
    """
    trusted = settings.trusted_proxies
    if trusted:
        fixed = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]  # as Flask has it


def origin() -> str:
    """Scheme and host as the client asked for them, without a slash: absolute addresses begin so."""
    return request.host_url.rstrip("/")
