"""The pages: a search, an article. Everything is links and GET forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for

from searchsvc.web import links
from searchsvc.web.article import article_view
from searchsvc.web.links import Addresses
from searchsvc.web.schemas import printable, read_address
from searchsvc.web.search import answer

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

_OK: Final = 200
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404


def blueprint(engine: SearchEngine, settings: Settings) -> Blueprint:
    """The pages of one archive."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> ResponseReturnValue:
        query = request.query_string.decode("ascii")
        return redirect(url_for("pages.search") + (f"?{query}" if query else ""))

    @pages.get(links.SEARCH_PATH)
    def search() -> ResponseReturnValue:
        return _search_page(engine, settings)

    @pages.get(links.TIPS_PATH)
    def tips() -> ResponseReturnValue:
        return render_template("tips.html")

    @pages.get(f"{links.ARTICLES_PATH}<article_id>")
    def article(article_id: str) -> ResponseReturnValue:
        text = read_address([("q", request.args.get("q", ""))]).parameters.text
        view = article_view(engine, article_id, _addresses(), text=text)
        if view is None:
            abort(_NOT_FOUND, "There is no article of this name in the archive.")
        return render_template("article.html", view=view, text=text)

    return pages


def _search_page(engine: SearchEngine, settings: Settings) -> ResponseReturnValue:
    read = read_address(request.args.items(multi=True))
    addresses = _addresses()
    if read.wasteful and not read.bad and not read.unknown:
        return redirect(addresses.to(read.parameters))  # forms send every box, the empty ones too
    result = answer(engine, settings.search, read.parameters, addresses)
    status = _BAD_REQUEST if read.bad else _NOT_FOUND if result.pager.beyond else _OK
    refused = {item.parameter: printable(request.args[item.parameter]) for item in read.bad}
    page = render_template(
        "search.html",
        answer=result,
        bad={item.parameter: item.detail for item in read.bad},
        unknown=read.unknown,
        refused=refused,
        hidden=list(links.pairs(read.parameters)),
    )
    return make_response(page, status)


def _addresses() -> Addresses:
    return Addresses(links.SEARCH_PATH, request.script_root)
