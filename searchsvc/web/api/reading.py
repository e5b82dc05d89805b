"""The operations that read one document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, jsonify

from searchsvc.web import links
from searchsvc.web.api.operations import JSON, Example, Operation
from searchsvc.web.article import article_view
from searchsvc.web.bodies import ArticleBody, article_body
from searchsvc.web.links import Addresses

if TYPE_CHECKING:
    from flask import Response

    from searchsvc.web.api.operations import Call

_NOT_FOUND: Final = 404


def _article(call: Call) -> Response:
    addresses = Addresses(links.API_SEARCH_PATH, call.root)
    article_id = call.places["article_id"]
    view = call.service.engine.read(lambda reader: article_view(reader, article_id, addresses))
    if view is None:
        abort(_NOT_FOUND, "There is no article of this id in the archive.")
    return jsonify(article_body(view))


OPERATIONS: Final = (
    Operation(
        name="article",
        path=f"{links.API_ARTICLES_PATH}{{article_id}}",
        group="Reading",
        summary="One article with its statements",
        description="The whole text, all statements, and where countries are named. Offsets of "
        "statements and mentions count characters (code points) of `body`.",
        view=_article,
        answers={JSON: ArticleBody},
        places={"article_id": "Id of the article, as hits give it."},
        examples=(
            Example(
                "An article", f"{links.API_ARTICLES_PATH}20180607-moratorium-extended-e356d2fa99"
            ),
        ),
        errors=(400, 404),
    ),
)
