"""The pages: a search, an article. Everything is links and GET forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for

from searchsvc.model import Collection
from searchsvc.web import links
from searchsvc.web import suggest as suggesting
from searchsvc.web.article import article_view
from searchsvc.web.asked import read_text
from searchsvc.web.controls import controls
from searchsvc.web.links import Addresses
from searchsvc.web.presets import Known, newest_day, presets
from searchsvc.web.schemas import printable, read_address
from searchsvc.web.schemas.asking import TEXT, nothing_given, read_likeness, read_typed
from searchsvc.web.search import answer
from searchsvc.web.similar import no_document, similar_view

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from searchsvc.aliases import Aliases, AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

_ALIKE: Final = 5
"""Articles that are like it, at the foot of an article."""
_OK: Final = 200
_SEE_OTHER: Final = 303
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The pages of one archive."""
    pages = Blueprint("pages", __name__)
    newest: Known = {}

    @pages.get("/")
    def home() -> ResponseReturnValue:
        query = request.query_string.decode("ascii")
        return redirect(url_for("pages.search") + (f"?{query}" if query else ""))

    @pages.get(links.SEARCH_PATH)
    def search() -> ResponseReturnValue:
        return _search_page(engine, settings, aliases.current(), newest)

    @pages.get(links.TIPS_PATH)
    def tips() -> ResponseReturnValue:
        return render_template("tips.html")

    @pages.route(links.SIMILAR_PATH, methods=["GET", "POST"])
    def similar() -> ResponseReturnValue:
        return _similar_page(engine, settings)

    @pages.get(links.SUGGEST_PATH)
    def suggest() -> ResponseReturnValue:
        return _suggest_page(engine, settings, aliases.current())

    @pages.get(f"{links.ARTICLES_PATH}<article_id>")
    def article(article_id: str) -> ResponseReturnValue:
        given = request.args.items(multi=True)
        asked = read_address(pair for pair in given if pair[0] in links.HIGHLIGHTING).parameters
        asked = replace(asked, collection=Collection.ARTICLES)
        tree = read_text(asked, aliases.current()).tree
        addresses = _addresses()
        view = engine.read(
            lambda reader: article_view(reader, article_id, addresses, tree=tree, alike=_ALIKE)
        )
        if view is None:
            abort(_NOT_FOUND, "There is no article of this id in the archive.")
        return render_template("article.html", view=view, text=asked.text)

    return pages


def _search_page(
    engine: SearchEngine, settings: Settings, aliases: Aliases, newest: Known
) -> ResponseReturnValue:
    read = read_address(request.args.items(multi=True), usual_size=settings.search.size)
    addresses = _addresses()
    parameters = links.for_people(read.parameters)
    if read.wasteful and not read.bad and not read.unknown:
        return redirect(
            links.address(addresses.here, parameters)
        )  # forms send every box, the empty ones too
    result, day = engine.read(
        lambda reader: (
            answer(reader, settings.search, parameters, addresses, aliases=aliases),
            newest_day(reader, newest),
        )
    )
    status = _BAD_REQUEST if read.bad else _NOT_FOUND if result.pager.beyond else _OK
    refused = {item.parameter: printable(request.args[item.parameter]) for item in read.bad}
    page = render_template(
        "search.html",
        answer=result,
        controls=controls(result, addresses),
        presets=presets(day, parameters, addresses),
        bad={item.parameter: item.detail for item in read.bad},
        unknown=read.unknown,
        refused=refused,
        hidden=list(links.pairs(parameters)),
    )
    return make_response(page, status)


def _similar_page(engine: SearchEngine, settings: Settings) -> ResponseReturnValue:
    question = read_likeness([*request.args.items(multi=True), *request.form.items(multi=True)])
    problems = question.problems
    posted = request.method == "POST"
    if question.kind is None and posted:
        problems = (nothing_given(), *problems)
    view = None
    if question.kind and not problems:
        addressed = question.address(request.script_root + links.SIMILAR_PATH)
        if posted and addressed:
            return redirect(addressed, _SEE_OTHER)
        addresses = _addresses()
        view = engine.read(
            lambda reader: similar_view(reader, settings.search, question, addresses)
        )
        if view is None:
            abort(_NOT_FOUND, no_document(question))
    page = render_template(
        "similar.html",
        question=question,
        view=view,
        problems=problems,
        text=printable(question.given) if question.kind == TEXT else "",
    )
    return make_response(page, _BAD_REQUEST if problems else _OK)


def _suggest_page(
    engine: SearchEngine, settings: Settings, aliases: Aliases
) -> ResponseReturnValue:
    """What the endpoint suggests, as a page; parameters that cannot be used count as absent."""
    question = read_typed(request.args.items(multi=True))
    addresses = _addresses()
    found = engine.read(
        lambda reader: suggesting.suggestions(
            reader, settings.search, question, addresses, aliases=aliases
        )
    )
    page = render_template(
        "suggest.html",
        question=question,
        found=found,
        pairs=list(links.pairs(question.parameters)),
        own=list(suggesting.asked_again(question)),
        back=links.address(addresses.here, question.parameters),
    )
    return make_response(page, _BAD_REQUEST if question.problems else _OK)


def _addresses() -> Addresses:
    return Addresses(links.SEARCH_PATH, request.script_root)
