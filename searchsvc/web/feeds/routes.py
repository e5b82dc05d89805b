"""`/feed.atom` and `/feed.json`: the same query string as the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from searchsvc.errors import QueryTooCostly
from searchsvc.web import links
from searchsvc.web.feeds.feed import Feed, Places, feed, problem_feed
from searchsvc.web.feeds.markup import ATOM_TYPE, JSON_FEED_TYPE, atom, json_feed
from searchsvc.web.feeds.tags import Tags
from searchsvc.web.links import Addresses
from searchsvc.web.manners import proxies
from searchsvc.web.schemas import ParameterProblem, read_address

if TYPE_CHECKING:
    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The feeds of one archive."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get(links.ATOM_PATH)
    def atom_feed() -> Response:
        return Response(atom(_asked(engine, settings, aliases)), mimetype=ATOM_TYPE)

    @feeds.get(links.JSON_FEED_PATH)
    def the_json_feed() -> Response:
        found = json_feed(_asked(engine, settings, aliases))
        return Response(found, mimetype=JSON_FEED_TYPE)

    return feeds


def _asked(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Feed:
    """The feed of what the request asks, or the one that says why that cannot be answered."""
    read = read_address(request.args.items(multi=True))
    places = Places(
        origin=proxies.origin(),
        addresses=Addresses(links.SEARCH_PATH, request.script_root),
        tags=Tags(settings.server.feed_authority, settings.server.name),
        query=request.query_string.decode("ascii"),
    )
    problems = (*read.unknown, *read.bad)
    if not problems:
        try:
            return engine.read(
                lambda reader: feed(
                    reader, settings.search, read.parameters, places, aliases=aliases.current()
                )
            )
        except QueryTooCostly as error:
            problems = (ParameterProblem("q", str(error)),)
    built_at = engine.read(lambda reader: reader.built_at)
    return problem_feed(built_at, problems, places)
