"""Which scripts of other web sites may read the API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask_cors import CORS

from searchsvc.errors import ConfigError
from searchsvc.web.manners.exchange import REQUEST_ID

if TYPE_CHECKING:
    from flask import Flask, Response

    from searchsvc.settings import ApiSettings

ANY: Final = "*"
_SHARED: Final = (r"/api/.*", r"/feed\..*")
"""Paths that are for programs, as regular expressions; pages are for people, who come themselves."""
_ASKED: Final = ["Authorization", "Content-Type", "If-None-Match", REQUEST_ID]
_TOLD: Final = [
    "Allow",
    "Content-Disposition",
    "ETag",
    "Link",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "WWW-Authenticate",
    "X-Cursor",
    "X-Generation",
    "X-Total-Count",
    REQUEST_ID,
]
_KEPT_S: Final = 86_400
# What browsers send, https://fetch.spec.whatwg.org/#origin-header: in small letters, no path.
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def install(app: Flask, settings: ApiSettings) -> None:
    """Let scripts of the origins in the settings read what is for programs; nothing for none.

    Raises:
        ConfigError: what stands in the settings is no origin.
    """
    if not settings.origins:
        return
    for origin in settings.origins:
        if origin != ANY and not _ORIGIN.fullmatch(origin):
            message = f"expected * or an origin such as https://example.org, not {origin!r}"
            raise ConfigError(message, where="settings", key="api.origins")
    everybody = ANY in settings.origins
    shared = {
        "origins": ANY if everybody else list(settings.origins),
        "methods": ["GET", "HEAD", "POST", "OPTIONS"],
        "allow_headers": _ASKED,
        "expose_headers": _TOLD,
        "max_age": _KEPT_S,
    }
    CORS(app, resources=dict.fromkeys(_SHARED, shared), send_wildcard=everybody)
    if everybody:
        return

    @app.after_request
    def depends(response: Response) -> Response:
        # A cache must not give an answer that names one origin, or none, to a script of another.
        response.vary.add("Origin")
        return response
