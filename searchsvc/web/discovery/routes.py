"""`/opensearch.xml`, `/opensearch/suggestions`, `/sitemap.xml` and its pages, `/robots.txt`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request

from searchsvc.web import links
from searchsvc.web.discovery import opensearch, sitemap
from searchsvc.web.links import Addresses
from searchsvc.web.manners import proxies
from searchsvc.web.schemas.asking import read_typed
from searchsvc.web.suggest import suggestions

if TYPE_CHECKING:
    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

_NOT_FOUND: Final = 404
_XML: Final = "application/xml"


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """What one archive tells browsers and crawlers."""
    discovery = Blueprint("discovery", __name__)

    @discovery.get(links.OPENSEARCH_PATH)
    def description() -> Response:
        found = opensearch.description(settings.server.name, _base())
        return Response(found, mimetype=opensearch.DESCRIPTION_TYPE)

    @discovery.get(links.COMPLETIONS_PATH)
    def complete() -> Response:
        typed = request.args.get("q", "")
        question = read_typed([("q", typed)])
        if question.problems:  # nobody reads an error behind a field that is being filled in
            return _completions(typed)
        found = engine.read(
            lambda reader: suggestions(
                reader, settings.search, question, _addresses(), aliases=aliases.current()
            )
        )
        return _completions(typed, *opensearch.completions(found, proxies.origin()))

    @discovery.get(links.SITEMAP_PATH)
    def sitemaps() -> Response:
        base = _base()
        return Response(engine.read(lambda reader: sitemap.index(reader, base)), mimetype=_XML)

    @discovery.get(links.SITEMAP_PAGE_RULE)
    def one_sitemap(page: int) -> Response:
        # Whole, and within the read: what is damaged is found before anything is said, and the
        # server takes it from the thread at once.
        found = engine.read(
            lambda reader: sitemap.sitemap(reader, page, proxies.origin(), _addresses())
        )
        if found is None:
            abort(_NOT_FOUND, "There is no sitemap of this number.")
        return Response(found, mimetype=_XML)

    @discovery.get("/robots.txt")
    def robots() -> Response:
        return Response(sitemap.robots(request.script_root, _base()), mimetype="text/plain")

    return discovery


def _completions(typed: str, *found: list[str]) -> Response:
    """What a browser is told: what was typed, just so, and what may be meant by it."""
    body = json.dumps([typed, *found] if found else [typed, [], [], []], ensure_ascii=False)
    return Response(body, mimetype=opensearch.SUGGESTIONS_TYPE)


def _base() -> str:
    return proxies.origin() + request.script_root


def _addresses() -> Addresses:
    return Addresses(links.SEARCH_PATH, request.script_root)
