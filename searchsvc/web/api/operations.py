"""What an operation is: everything that the router, the description and the docs page need of it.

An endpoint that no `Operation` stands for cannot be reached, a parameter that is not in its schema
is refused, and a member that is not in the schema of its answer is never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from flask.typing import ResponseReturnValue

from searchsvc.web.manners.admission import Access

if TYPE_CHECKING:
    from marshmallow import Schema

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Example:
    """A request against the sample archive.

    Attributes:
        title: what it shows.
        address: path and query string.
        body: members of the JSON object that is posted; None for a GET.
    """

    title: str
    address: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What operations answer from."""

    engine: SearchEngine
    settings: Settings
    aliases: AliasFile
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked.

    Attributes:
        asked: what the schema of the parameters made of them; None where there are none.
        places: values of the parameters in the path.
        root: path that the application is mounted under.
    """

    service: Service
    asked: Any
    places: Mapping[str, str]
    root: str


View = Callable[[Call], ResponseReturnValue]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One endpoint; equal only to itself.

    Attributes:
        name: unique, as `operationId` of OpenAPI; letters and underscores.
        path: from the root of the application, places in braces: `/api/v1/articles/{article}`.
        group: heading that it stands under.
        summary: what it does, in a few words.
        description: paragraphs, a blank line between; `code` in backticks.
        view: answers a request whose parameters are right.
        answers: media types and the schema of each; None where it is no JSON object of ours.
        parameters: schema of the query string and of the body of a POST; None for none.
        methods: GET always answers HEAD and OPTIONS as well.
        places: names in braces and what each is.
        examples: the first is shown in full.
        errors: statuses besides those that anything may answer, see `description.ALWAYS`.
        strict: whether parameters that do not exist are refused; machines that ask for the health
            of a process may add what they like.
        sends: headers of its answer besides those of all, see `headers.HEADERS`.
        tagged: whether a GET is answered 304 where nothing has changed.
        access: what key it needs, where the archive asks for keys.
    """

    name: str
    path: str
    group: str
    summary: str
    description: str
    view: View
    answers: Mapping[str, type[Schema] | None]
    parameters: Schema | None = None
    methods: tuple[str, ...] = ("GET",)
    places: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    errors: tuple[int, ...] = ()
    strict: bool = True
    sends: tuple[str, ...] = ()
    tagged: bool = True
    access: Access = Access.DATA
