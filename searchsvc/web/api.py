"""The JSON endpoints, version 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, jsonify, request

from searchsvc.web import links
from searchsvc.web.article import article_view
from searchsvc.web.bodies import article_body, search_body
from searchsvc.web.links import Addresses
from searchsvc.web.problems import BadParameters, PageBeyond
from searchsvc.web.schemas import read_address, unknown_parameter
from searchsvc.web.search import answer

if TYPE_CHECKING:
    from flask import Response

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

_NOT_FOUND: Final = 404


def blueprint(engine: SearchEngine, settings: Settings) -> Blueprint:
    """The endpoints of one archive."""
    api = Blueprint("api", __name__)

    @api.get(links.API_SEARCH_PATH)
    def search() -> Response:
        read = read_address(request.args.items(multi=True))
        if read.bad or read.unknown:
            raise BadParameters(*read.unknown, *read.bad)
        addresses = Addresses(links.API_SEARCH_PATH, request.script_root)
        result = answer(engine, settings.search, read.parameters, addresses)
        if result.pager.beyond:
            raise PageBeyond(result.pager.page, result.pager.pages)
        return jsonify(search_body(result))

    @api.get(f"{links.API_ARTICLES_PATH}<article_id>")
    def article(article_id: str) -> Response:
        if request.args:
            raise BadParameters(*(unknown_parameter(name, ()) for name in request.args))
        addresses = Addresses(links.API_SEARCH_PATH, request.script_root)
        view = article_view(engine, article_id, addresses)
        if view is None:
            abort(_NOT_FOUND, "There is no article of this name in the archive.")
        return jsonify(article_body(view))

    return api
