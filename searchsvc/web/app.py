"""The application object."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec
from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider

from searchsvc import countries
from searchsvc.aliases import AliasFile
from searchsvc.guessing import NAMED_FIELDS
from searchsvc.web import (
    api,
    assets,
    charts,
    citing,
    comparison,
    discovery,
    feeds,
    formatting,
    histogram,
    language,
    manners,
    marking,
    pages,
    preferences,
    problems,
    profiles,
    protection,
    shown,
    timelines,
    twins,
)
from searchsvc.web.language import choosing, phrases
from searchsvc.web.understood import understood

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings


LARGEST_FORM: Final = 1_000_000
"""Bytes of a form; the longest text takes 600,000 where every character is escaped four times."""


class _AsciiQuery(Request):
    """A request whose query string is ASCII, as it should be; raw bytes are escaped.

    Werkzeug would otherwise refuse, with an error of its own, bytes that are not UTF-8, and fail to
    lead elsewhere with line breaks in an address.
    """

    def __init__(self, environ: WSGIEnvironment, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Flask calls it
        """Take what the server took from the wire."""
        sent = environ.get("QUERY_STRING", "").encode("latin-1")
        environ["QUERY_STRING"] = quote(sent, safe=string.punctuation)
        super().__init__(environ, *args, **options)


class _InOrder(DefaultJSONProvider):
    """JSON with its members in the order of the schemas, and letters as they are."""

    sort_keys = False
    ensure_ascii = False

    def response(self, *given: Any, **members: Any) -> Response:  # noqa: ANN401 - as in Flask
        """The answer that holds what is given."""
        body = msgspec.json.encode(self._prepare_response_obj(given, members))
        return Response(body + b"\n", mimetype=self.mimetype)


def create_app(
    engine: SearchEngine, settings: Settings, *, aliases: AliasFile | None = None
) -> Flask:
    """The web application over one engine.

    Args:
        engine: answers from the published generation; the application does not close it.
        settings: `search`, `server` and `api` are read.
        aliases: other names of what is asked for; None for those that come with the program.

    Raises:
        ConfigError: see `manners.install` and `choosing.install`.
    """
    aliases = aliases or AliasFile()
    app = Flask(__name__.rpartition(".")[0])
    app.request_class = _AsciiQuery
    app.json = _InOrder(app)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        archive=settings.server.name,
        citing=citing,
        countries=countries,
        formatting=formatting,
        histogram=histogram,
        marking=marking,
        profiles=profiles,
        shown=shown,
        told=phrases.told,
        understood=understood,
        named_fields=NAMED_FIELDS,
    )
    operations = {f"{api.NAME}.{each.name}": each for each in api.OPERATIONS}
    language.teach(app)
    choosing.install(app, settings.server, for_programs=problems.is_for_programs)
    preferences.install(app, for_programs=problems.is_for_programs)
    engine = manners.install(app, engine, settings, aliases, operations)
    protection.install(app)
    assets.install(app)
    problems.install(app)
    app.register_blueprint(pages.blueprint(engine, settings, aliases))
    app.register_blueprint(preferences.blueprint())
    app.register_blueprint(citing.blueprint(engine))
    app.register_blueprint(charts.blueprint(engine, settings, aliases))
    app.register_blueprint(comparison.blueprint(engine, settings, aliases))
    app.register_blueprint(timelines.blueprint(engine, settings, aliases))
    app.register_blueprint(profiles.blueprint(engine, settings, aliases))
    service = api.Service(engine, settings, aliases, api.OPERATIONS)
    app.register_blueprint(api.blueprint(service))
    app.register_blueprint(twins.blueprint(service))
    app.register_blueprint(feeds.blueprint(engine, settings, aliases))
    app.register_blueprint(discovery.blueprint(engine, settings, aliases))
    return app
