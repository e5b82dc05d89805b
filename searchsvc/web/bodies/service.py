"""What the service says of itself as JSON: errors, health, and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marshmallow import fields

from searchsvc.web.bodies.compiled import dumper
from searchsvc.web.bodies.parts import Body, address, part, several, string, strings, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import IndexStatus


class ErrorBody(Body):
    """What is wrong with one parameter."""

    parameter = string("Its name as sent.")
    detail = string("What is wrong, and what would be right.")
    position = fields.Integer(
        metadata={
            "description": "Where one character is wrong: its offset in the value, from 0.",
            "minimum": 0,
        }
    )


class ProblemBody(Body):
    """An error, as RFC 9457 has it."""

    type = address("Of the section of the documentation that explains this sort of error.")
    title = string("The sort of error.")
    status = whole("The HTTP status.")
    detail = string("What happened this time, and what to do.")
    errors = several(ErrorBody, "Every parameter that is wrong, all of them at once.")
    request_id = string("Of the request, as in the header X-Request-Id; tell it to the operator.")


class AliveBody(Body):
    """The process answers."""

    status = string("Always alive.", among=("alive",))


class ClusterBody(Body):
    """How the cluster is that holds the index."""

    name = string("Of the cluster.")
    status = string(
        "Of the shards of what is published. green: all copies answer; yellow: one of each does;"
        " red: one is lacking, and searches fail.",
        among=("green", "yellow", "red"),
    )
    nodes = whole("How many nodes there are.")
    active_shards = whole("Copies of shards that answer.")
    unassigned_shards = whole("Copies of shards that lack a node.")


class ReadyBody(Body):
    """Whether an index can be searched, and which.

    Where keys are asked for, the details are for administrators; others get null and empty lists.
    """

    status = string(
        "degraded where an earlier generation answers, or documents cannot be shown.",
        among=("ready", "degraded"),
    )
    engine = string("Name of the search engine.", null=True)
    generation = string("Name of the generation that answers.", null=True)
    built_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it was built, UTC."}
    )
    articles = whole("How many articles it holds.", null=True)
    statements = whole("How many statements it holds.", null=True)
    cluster = part(
        ClusterBody, "The cluster that holds the index; null where that is a folder.", null=True
    )
    refused = strings("What is damaged, file by file.")
    remarks = strings("What else an operator should look at.")


class StartLinksBody(Body):
    """Where to go on."""

    docs = address("The documentation, a page for people.")
    openapi = address("The same for programs: OpenAPI 3.1.")
    search = address("A search; without parameters it finds everything.")


class StartBody(Body):
    """Where to begin."""

    archive = string("Name of the archive.")
    version = string(
        "Version of the endpoints. Members may be added to answers within it; none is renamed or removed."
    )
    links = part(StartLinksBody, "Where to go on.")


_READY: Final = dumper(ReadyBody())
_START: Final = dumper(StartBody())


def ready_body(
    status: IndexStatus, remarks: Sequence[str], *, detailed: bool = True
) -> dict[str, Any]:
    """What `/readyz` answers."""
    return _READY(
        {
            "status": "degraded" if status.refused else "ready",
            "engine": status.engine if detailed else None,
            "generation": status.generation if detailed else None,
            "built_at": status.built_at if detailed else None,
            "articles": status.articles if detailed else None,
            "statements": status.statements if detailed else None,
            "cluster": status.cluster if detailed else None,
            "refused": status.refused if detailed else (),
            "remarks": remarks if detailed else (),
        }
    )


def start_body(archive: str, docs: str, openapi: str, search: str) -> dict[str, Any]:
    """What the root of the endpoints answers."""
    return _START(
        {
            "archive": archive,
            "version": "1",
            "links": {"docs": docs, "openapi": openapi, "search": search},
        }
    )
