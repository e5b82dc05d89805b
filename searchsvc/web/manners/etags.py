"""Has anything changed since a client last asked this? Told before anything is searched.

The tag of an answer is made of all that decides it: the generation, the other names in force, the
program, the settings, and the request. It is weak (RFC 9110, section 8.8.1), since the time taken
differs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from dataclasses import astuple
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import g, request

from searchsvc.errors import EngineError
from searchsvc.web.language import current
from searchsvc.web.manners import exchange
from searchsvc.web.preferences import preferred

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from importlib.resources.abc import Traversable

    from flask import Flask, Response

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings
    from searchsvc.web.manners.exchange import Answering

_READS: Final = frozenset({"GET", "HEAD"})
_SELF_TAGGED: Final = frozenset({"static"})
_SIZE: Final = 16
_OK: Final = 200
_NOT_MODIFIED: Final = 304
_SOURCES: Final = (".py", ".html", ".js", ".css", ".json", ".toml", ".po")


class _State(NamedTuple):
    """What an answer follows from besides the request."""

    answering: Answering
    names: str


def install(
    app: Flask,
    engine: SearchEngine,
    settings: Settings,
    aliases: AliasFile,
    volatile: AbstractSet[str],
) -> None:
    """Give every read of `app` a tag, and answer 304 to whoever has its answer already.

    Args:
        app: is taught it.
        engine: answers the reads.
        settings: that the answers depend on.
        aliases: other names, which may change with their file.
        volatile: endpoints whose answers are of the moment.
    """
    untagged = volatile | _SELF_TAGGED
    ours = _fingerprint(settings)
    private = "private, no-cache" if settings.api.keys_for != "nothing" else "no-cache"

    def state() -> _State:
        return _State(engine.read(exchange.answering), aliases.current().version)

    @app.before_request
    def known() -> Response | None:
        if request.method not in _READS or request.endpoint in untagged:
            return None
        try:
            now = state()
        except EngineError:  # whoever answers says so better
            return None
        tag = _tag(ours, now)
        if not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
            exchange.current().note(now.answering)
            unchanged = app.response_class(status=_NOT_MODIFIED)
            unchanged.set_etag(tag, weak=True)
            return unchanged
        g.tag, g.state = tag, now
        return None

    @app.after_request
    def tagged(response: Response) -> Response:
        if request.endpoint in _SELF_TAGGED:
            return response
        response.headers.setdefault("Cache-Control", private)
        tag: str | None = g.get("tag")
        if (
            tag is not None
            and response.status_code == _OK
            and "ETag" not in response.headers
            and _holds(g.state, response, aliases)
        ):
            response.set_etag(tag, weak=True)
        return response


def _holds(before: _State, response: Response, aliases: AliasFile) -> bool:
    """Whether the answer follows from what was there before it was made.

    A generation or a file of names may have been replaced meanwhile. What is sent while it is
    being made may be answered by anything, unless a generation has been asked already. And what
    was refused for its cost depends on the moment.
    """
    if exchange.current().curtailed:
        return False
    by = exchange.current().answered
    if by is None:
        return not response.is_streamed
    return by == before.answering and aliases.current().version == before.names


def _tag(ours: bytes, state: _State) -> str:
    """The tag of the request, which links in answers repeat host, scheme and prefix of."""
    environ = request.environ
    asked = sorted(request.args.items(multi=True), key=_name_of)  # stable: values keep their order
    parts = (
        *state.answering,
        state.names,
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_HOST", ""),
        environ.get("SCRIPT_NAME", ""),
        request.path,
        current().code,
        *astuple(preferred()),
        *(text for pair in asked for text in pair),
    )
    digest = hashlib.blake2b(ours, digest_size=_SIZE)
    digest.update(repr(parts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _name_of(pair: tuple[str, str]) -> str:
    return pair[0]


def _fingerprint(settings: Settings) -> bytes:
    """What this program answers with: its version and its very text, and its settings."""
    digest = hashlib.sha256()
    for each in _sources(resources.files("searchsvc")):
        digest.update(each)
    version = importlib.metadata.version("searchsvc")
    digest.update(repr((version, platform.python_version(), settings)).encode())
    return digest.digest()


def _sources(folder: Traversable) -> Iterator[bytes]:
    """Names and contents of all files that decide what is answered, in the order of their names."""
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            yield from _sources(each)
        elif each.name.endswith(_SOURCES):
            yield each.name.encode()
            yield each.read_bytes()
