"""The operations that tell of the service itself: health, its description, its documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import jsonify, render_template

from searchsvc.web import links
from searchsvc.web.api import recorded
from searchsvc.web.api.description import describe
from searchsvc.web.api.documentation import documented
from searchsvc.web.api.operations import JSON, Example, Operation
from searchsvc.web.bodies import AliveBody, ReadyBody, StartBody, ready_body, start_body
from searchsvc.web.bounds import LARGEST_FACET, LARGEST_SIZE, LONGEST_QUERY
from searchsvc.web.feeds.feed import USUAL_ENTRIES
from searchsvc.web.manners import exchange, metrics, proxies
from searchsvc.web.manners.admission import NOTHING, Access
from searchsvc.web.problems import MEDIA_TYPE, refusal
from searchsvc.web.schemas import SEARCH, read
from searchsvc.web.schemas.given import MOST_BYTES
from searchsvc.web.schemas.values import LONGEST_VALUE, MOST_VALUES
from searchsvc.web.writing import LONGEST_ADDRESS

if TYPE_CHECKING:
    from flask import Response

    from searchsvc.web.api.operations import Call

_HEALTH: Final = "Health"
_DESCRIBED: Final = "Description"
_WRONG: Final = (("speeker", "Estabrook"), ("size", "500"))
"""Parameters that show what an error looks like."""
_BOUNDS: Final = {
    "query": LONGEST_QUERY,
    "value": LONGEST_VALUE,
    "values": MOST_VALUES,
    "hits": LARGEST_SIZE,
    "facet": LARGEST_FACET,
    "entries": USUAL_ENTRIES,
    "address": LONGEST_ADDRESS,
    "request": MOST_BYTES,
}
"""Numbers that the page tells."""


def _alive(_: Call) -> Response:
    return jsonify(status="alive")


def _ready(call: Call) -> Response:
    remark = call.service.aliases.remark
    remarks = [] if remark is None else [remark]
    trusted = exchange.current().trusted
    return jsonify(ready_body(call.service.engine.status(wait=False), remarks, detailed=trusted))


def _metrics(_: Call) -> Response:
    return metrics.exposition()


def _start(call: Call) -> Response:
    paths = (links.API_DOCS_PATH, links.API_DESCRIPTION_PATH, links.API_SEARCH_PATH)
    docs, description, search = (call.root + path for path in paths)
    return jsonify(start_body(call.service.settings.server.name, docs, description, search))


def _description(call: Call) -> Response:
    return jsonify(
        describe(call.service.operations, call.root, call.service.settings.api.keys_for)
    )


def _docs(call: Call) -> str:
    settings = call.service.settings
    refused = refusal(read(SEARCH, _WRONG).problems).body(call.root)
    refused["request_id"] = recorded.VOLATILE["request_id"]
    return render_template(
        "docs.html",
        docs=documented(call.service.operations, call.root, settings.api.keys_for),
        origin=proxies.origin(),
        root=call.root,
        settings=settings,
        keyed=settings.api.keys_for != NOTHING,
        bounds=_BOUNDS,
        wrong=f"{call.root}{links.API_SEARCH_PATH}?{urlencode(_WRONG)}",
        refused=recorded.shortened(recorded.Recorded(MEDIA_TYPE, {}, refused)),
    )


OPERATIONS: Final = (
    Operation(
        name="start",
        path=links.API_PATH,
        group=_DESCRIBED,
        summary="Where to begin",
        description="Leads to the documentation, to its machine-readable twin and to a search.",
        view=_start,
        answers={JSON: StartBody},
        access=Access.PAGES,
        examples=(Example("Where to begin", links.API_PATH),),
        errors=(400,),
    ),
    Operation(
        name="docs",
        path=links.API_DOCS_PATH,
        group=_DESCRIBED,
        summary="This documentation",
        description="A page for people, made from the same schemas that check every request.",
        view=_docs,
        answers={"text/html": None},
        access=Access.PAGES,
        examples=(Example("This page", links.API_DOCS_PATH),),
        errors=(400,),
    ),
    Operation(
        name="openapi",
        path=links.API_DESCRIPTION_PATH,
        group=_DESCRIBED,
        summary="All operations for programs",
        description="OpenAPI 3.1, made from the same schemas that check every request.",
        view=_description,
        answers={JSON: None},
        access=Access.PAGES,
        examples=(Example("The description", links.API_DESCRIPTION_PATH),),
        errors=(400,),
    ),
    Operation(
        name="alive",
        path="/healthz",
        group=_HEALTH,
        summary="Is the process alive?",
        description="Does not look at the index.",
        view=_alive,
        answers={JSON: AliveBody},
        access=Access.HEALTH,
        examples=(Example("Is the process alive?", "/healthz"),),
        tagged=False,
        strict=False,
    ),
    Operation(
        name="ready",
        path="/readyz",
        group=_HEALTH,
        summary="Can it answer?",
        description="503 where no index can be searched, with a type of its own where no node of the "
        "cluster answers that holds it. It says `degraded`, with what is damaged "
        "in `refused`, where an earlier generation answers or documents cannot be shown. The "
        "status is 200 all the same: a load balancer that took the process out would take away "
        "answers that are right.",
        view=_ready,
        answers={JSON: ReadyBody},
        access=Access.HEALTH,
        examples=(Example("Can it answer?", "/readyz"),),
        tagged=False,
        strict=False,
    ),
    Operation(
        name="metrics",
        path="/metrics",
        group=_HEALTH,
        summary="What it has done so far, for Prometheus",
        description="Requests by operation and status, time by class of operation, age and size of "
        "the generation that answers, inputs that were rejected, what is damaged, the program. "
        "404 where the operator has switched it off.",
        view=_metrics,
        answers={"text/plain": None},
        access=Access.DETAILS,
        examples=(Example("What is counted", "/metrics"),),
        errors=(404,),
        tagged=False,
        strict=False,
    ),
)
