"""What the service says of itself.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

import datetime as dt

from msgspec import Struct


class Error(Struct, frozen=True, kw_only=True):
    """What is wrong with one parameter.

    Attributes:
        parameter: Its name as sent.
        detail: What is wrong, and what would be right.
        position: Where one character is wrong: its offset in the value, from 0.
    """

    parameter: str
    detail: str
    position: int | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """An error, as RFC 9457 has it.

    Attributes:
        type: Of the section of the documentation that explains this sort of error.
        title: The sort of error.
        status: The HTTP status.
        detail: What happened this time, and what to do.
        errors: Every parameter that is wrong, all of them at once.
        request_id: Of the request, as in the header X-Request-Id; tell it to the operator.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Error, ...]
    request_id: str


class Alive(Struct, frozen=True, kw_only=True):
    """The process answers.

    Attributes:
        status: Always alive.
    """

    status: str


class Cluster(Struct, frozen=True, kw_only=True):
    """How the cluster is that holds the index.

    Attributes:
        name: Of the cluster.
        status: Of the shards of what is published. green: all copies answer; yellow: one of each
            does; red: one is lacking, and searches fail.
        nodes: How many nodes there are.
        active_shards: Copies of shards that answer.
        unassigned_shards: Copies of shards that lack a node.
    """

    name: str
    status: str
    nodes: int
    active_shards: int
    unassigned_shards: int


class Ready(Struct, frozen=True, kw_only=True):
    """Whether an index can be searched, and which.

    Where keys are asked for, the details are for administrators; others get null and empty lists.

    Attributes:
        status: degraded where an earlier generation answers, or documents cannot be shown.
        engine: Name of the search engine.
        generation: Name of the generation that answers.
        built_at: When it was built, UTC.
        articles: How many articles it holds.
        statements: How many statements it holds.
        cluster: The cluster that holds the index; null where that is a folder.
        refused: What is damaged, file by file.
        remarks: What else an operator should look at.
    """

    status: str
    engine: str | None
    generation: str | None
    built_at: dt.datetime | None
    articles: int | None
    statements: int | None
    cluster: Cluster | None
    refused: tuple[str, ...]
    remarks: tuple[str, ...]


class StartLinks(Struct, frozen=True, kw_only=True):
    """Where to go on.

    Attributes:
        docs: The documentation, a page for people.
        openapi: The same for programs: OpenAPI 3.1.
        search: A search; without parameters it finds everything.
    """

    docs: str
    openapi: str
    search: str


class Start(Struct, frozen=True, kw_only=True):
    """Where to begin.

    Attributes:
        archive: Name of the archive.
        version: Version of the endpoints. Members may be added to answers within it; none is
            renamed or removed.
        links: Where to go on.
    """

    archive: str
    version: str
    links: StartLinks
