"""All operations for people: what the page of the documentation shows, from the description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from searchsvc.web.api import recorded
from searchsvc.web.api.description import ALWAYS, KEY, describe
from searchsvc.web.api.headers import HEADERS
from searchsvc.web.api.rows import Row, in_order, members, objects, parameters
from searchsvc.web.problems import KINDS, SORTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchsvc.web.api.headers import Header
    from searchsvc.web.api.operations import Example, Operation
    from searchsvc.web.api.rows import Thing
    from searchsvc.web.problems import Kind

_PROBLEM: Final = "Problem"
_SHARED: Final = 10
"""Parameters in common with a search from which on they are told there alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An example.

    Attributes:
        title: what it shows.
        address: of the request.
        body: members that are posted, as JSON; None for a GET.
        media: of the answer.
        headers: of the answer, those worth telling.
        answer: as recorded, shortened; None where nothing has been recorded.
    """

    title: str
    address: str
    body: str | None
    media: str
    headers: Mapping[str, str]
    answer: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """One operation.

    Attributes:
        parameters: its places and parameters, but for those in `common`.
        common: names of the parameters of a search that it takes as well.
        headers: those that its answers have, besides those of all.
        statuses: of errors, each with its sort; without those that anything may answer.
        scope: of the key that it needs; None where it needs none.
        members: of its answer; none where that is no JSON object of ours.
    """

    operation: Operation
    paragraphs: tuple[str, ...]
    parameters: tuple[Row, ...]
    common: tuple[str, ...]
    headers: tuple[tuple[str, Header], ...]
    statuses: tuple[tuple[int, Kind], ...]
    scope: str | None
    members: tuple[Row, ...]
    examples: tuple[Shown, ...]

    @property
    def media(self) -> tuple[str, ...]:
        """Media types of the answer."""
        return tuple(self.operation.answers)


@dataclass(frozen=True, slots=True)
class Documentation:
    """The whole page.

    Attributes:
        groups: headings and the operations under each.
        things: objects that several answers hold, by name.
        problem: members of an error.
        problems: statuses and what each means.
        headers: of answers, by name.
    """

    groups: tuple[tuple[str, tuple[Section, ...]], ...]
    things: tuple[Thing, ...]
    problem: tuple[Row, ...]
    problems: tuple[tuple[int, Kind], ...]
    headers: tuple[tuple[str, Header], ...]


@lru_cache(maxsize=8)
def documented(operations: tuple[Operation, ...], root: str, keys_for: str) -> Documentation:
    """What is shown of `operations`, mounted under `root`; `keys_for` as the setting."""
    description = describe(operations, root, keys_for)
    schemas = description["components"]["schemas"]
    told = {operation.name: _told(operation, description) for operation in operations}
    answers = {name: _answer(each) for name, each in told.items()}
    things = objects(schemas, {_PROBLEM, *filter(None, answers.values())})
    whole = {thing.name for thing in things}
    of_search = {row.name: row for row in parameters(told["search"]["parameters"])}
    sections = [
        _section(
            operation,
            told[operation.name],
            {} if operation.name == "search" else of_search,
            tuple(members(answer, schemas, whole)) if (answer := answers[operation.name]) else (),
            root,
        )
        for operation in operations
    ]
    groups = groupby(sections, key=lambda each: each.operation.group)
    return Documentation(
        groups=tuple((group, tuple(some)) for group, some in groups),
        things=things,
        problem=tuple(members(_PROBLEM, schemas, whole)),
        problems=SORTS,
        headers=tuple(HEADERS.items()),
    )


def _told(operation: Operation, description: Mapping[str, Any]) -> Mapping[str, Any]:
    """What OpenAPI says of an operation."""
    told: Mapping[str, Any] = description["paths"][operation.path][operation.methods[0].lower()]
    return told


def _answer(told: Mapping[str, Any]) -> str | None:
    """The name of the object that an operation answers with, if it is one of ours."""
    schemas = (each["schema"] for each in told["responses"]["200"]["content"].values())
    return next(
        (schema["$ref"].rpartition("/")[2] for schema in schemas if "$ref" in schema), None
    )


def _section(
    operation: Operation,
    told: Mapping[str, Any],
    of_search: Mapping[str, Row],
    answer: tuple[Row, ...],
    root: str,
) -> Section:
    rows = tuple(parameters(told["parameters"]))
    errors = {int(status) for status in told["responses"]}.difference(ALWAYS)
    (scope,) = {scope for each in told["security"] for scope in each.get(KEY, ())} or {None}
    common = tuple(row.name for row in in_order(rows) if of_search.get(row.name) == row)
    if len(common) < _SHARED:
        common = ()
    return Section(
        operation=operation,
        paragraphs=tuple(operation.description.split("\n\n")),
        parameters=in_order(row for row in rows if row.name not in common),
        common=common,
        headers=tuple((name, HEADERS[name]) for name in operation.sends),
        statuses=tuple((status, KINDS[status]) for status in sorted(errors) if status in KINDS),
        scope=scope,
        members=answer,
        examples=tuple(_shown(operation.name, example, root) for example in operation.examples),
    )


def _shown(operation: str, example: Example, root: str) -> Shown:
    body = None if example.body is None else json.dumps(example.body, ensure_ascii=False)
    answer = recorded.recorded(operation, example.title)
    return Shown(
        title=example.title,
        address=root + example.address,
        body=body,
        media=answer.media if answer else "",
        headers=answer.headers if answer else {},
        answer=recorded.shortened(answer) if answer else None,
    )
