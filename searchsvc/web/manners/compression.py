"""Answers made small for the way, for those who can unpack them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request
from flask_compress import Compress

if TYPE_CHECKING:
    from flask import Flask, Response

    from searchsvc.settings import ServerSettings

# Of those that a client takes equally gladly the first: about as small, and soonest done.
_METHODS: Final = ["zstd", "br", "gzip"]
# Brotli takes in megabytes before it gives out the first byte.
_STREAMING: Final = ["zstd", "gzip"]
_GZIP_LEVEL: Final = 5
_KINDS: Final = [
    "application/atom+xml",
    "application/feed+json",
    "application/json",
    "application/opensearchdescription+xml",
    "application/problem+json",
    "application/vnd.citationstyles.csl+json",
    "application/x-bibtex",
    "application/x-ndjson",
    "application/x-research-info-systems",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
    "text/xml",
]


def install(app: Flask, settings: ServerSettings) -> None:
    """Compress what `app` answers, piece by piece where it streams.

    Weak ETags stay as they are, since they name what is said and not its bytes.
    """
    if settings.compress == "off":
        return
    app.config.update(
        COMPRESS_ALGORITHM=_METHODS,
        COMPRESS_ALGORITHM_STREAMING=_STREAMING,
        COMPRESS_LEVEL=_GZIP_LEVEL,
        COMPRESS_MIMETYPES=_KINDS,
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    @app.after_request
    def small(response: Response) -> Response:
        if "Content-Range" in response.headers:  # a part counts bytes of the whole as it is
            return response
        if "q=0" in request.headers.get("Accept-Encoding", "") and not _accepted():
            response.vary.add("Accept-Encoding")
            return response
        if response.direct_passthrough:  # an asset: a small file, which is closed at once
            response.direct_passthrough = False
            content = b"".join(response.iter_encoded())
            response.close()
            response.set_data(content)
        compressed: Response = compress.after_request(response)
        return compressed


def _accepted() -> bool:
    """Whether the client takes any; Flask-Compress takes "br;q=0", not at all, for a wish."""
    return any(request.accept_encodings[method] > 0 for method in _METHODS)
