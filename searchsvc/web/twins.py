"""The addresses of pages with `.json` behind them, which lead to the endpoint that says the same.

`/search.json?q=x` is sent on to `/api/v1/search?q=x`, and every other operation that answers with
JSON likewise, whether it has a page yet or not. They are redirected rather than answered: one
address of each answer is enough for caches, and nothing can differ between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, current_app, redirect, request, url_for

from searchsvc.model import Collection
from searchsvc.web import links
from searchsvc.web.api.operations import JSON
from searchsvc.web.api.routing import rule_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from searchsvc.web.api.operations import Operation, Service

ENDING: Final = ".json"
_PERMANENTLY: Final = 308  # and with the same method and body


def blueprint(service: Service) -> Blueprint:
    """The twins of all operations of `service`."""
    twins = Blueprint("twins", __name__)
    for operation in service.operations:
        if has_twin(operation):
            path = f"/{rule_of(operation).removeprefix(links.API_PATH)}{ENDING}"
            twins.add_url_rule(
                path, operation.name, _sent_on(operation, service), methods=operation.methods
            )
    return twins


def has_twin(operation: Operation) -> bool:
    """Whether an operation answers with JSON of ours at an address to which `.json` can be added."""
    last = operation.path.rpartition("/")[2]
    ours = operation.path.startswith(links.API_PATH) and operation.answers.get(JSON) is not None
    return ours and bool(last) and "." not in last


def _sent_on(operation: Operation, service: Service) -> Callable[..., ResponseReturnValue]:
    def send_on(**places: str) -> ResponseReturnValue:
        article = places.get("article_id", "") + ENDING
        if article != ENDING and service.engine.fetch(Collection.ARTICLES, article) is not None:
            # The article is called so: this is the address of its page.
            shown: ResponseReturnValue = current_app.ensure_sync(
                current_app.view_functions["pages.article"]
            )(article_id=article)
            return shown
        query = request.query_string.decode("ascii")
        values: dict[str, Any] = {**places}
        there = url_for(f"api.{operation.name}", **values)
        return redirect(f"{there}?{query}" if query else there, _PERMANENTLY)

    return send_on
