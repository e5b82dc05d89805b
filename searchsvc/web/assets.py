"""Style sheet and mark, at addresses that change with their content, so that they can be cached."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Final

from flask import request, url_for

if TYPE_CHECKING:
    from flask import Flask, Response

_FOLDER: Final = "static"
_FOREVER: Final = "public, max-age=31536000, immutable"
_HASH_LENGTH: Final = 12
_FAILED: Final = 400
"""Statuses from here on are not those of what was asked for."""


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and let what it links to be kept for good."""
    versions = {
        item.name: hashlib.sha256(item.read_bytes()).hexdigest()[:_HASH_LENGTH]
        for item in resources.files("searchsvc.web").joinpath(_FOLDER).iterdir()
        if item.is_file()
    }

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    @app.after_request
    def cache(response: Response) -> Response:
        name = (request.view_args or {}).get("filename", "")
        ours = request.endpoint == "static" and versions.get(name) == request.args.get("v", "")
        if ours and response.status_code < _FAILED:
            response.headers["Cache-Control"] = _FOREVER
        return response

    app.jinja_env.globals["asset"] = asset
