"""All operations for people: what the page of the documentation shows, from the description."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from searchsvc.web.api.description import ALWAYS, describe
from searchsvc.web.parameters import FILTER_FIELDS
from searchsvc.web.problems import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from searchsvc.web.api.operations import Example, Operation
    from searchsvc.web.problems import Kind

_REFERENCE: Final = re.compile(r"#/components/schemas/(\w+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, or one member of an object.

    Attributes:
        name: as sent.
        kind: its type in words.
        refers: names of the objects that it holds.
        choices: all values, where they are few.
        usual: the default, or empty.
        description: what it means.
    """

    name: str
    kind: str
    refers: tuple[str, ...]
    choices: tuple[str, ...]
    usual: str
    description: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A sort of object in answers."""

    name: str
    description: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An example: the request as an address and as a command, and the recorded answer."""

    title: str
    address: str
    body: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """One operation.

    Attributes:
        statuses: of errors, each with its sort.
        answer: name of the object that it answers with, or None.
    """

    operation: Operation
    paragraphs: tuple[str, ...]
    parameters: tuple[Row, ...]
    statuses: tuple[tuple[int, Kind], ...]
    answer: str | None
    examples: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """The whole page.

    Attributes:
        groups: headings and the operations under each.
        things: objects of answers, in the order in which they are met.
        problems: statuses and what each means.
    """

    groups: tuple[tuple[str, tuple[Section, ...]], ...]
    things: tuple[Thing, ...]
    problems: tuple[tuple[int, Kind], ...]


@lru_cache(maxsize=8)
def documented(operations: tuple[Operation, ...], root: str) -> Documentation:
    """What is shown of `operations`, mounted under `root`."""
    description = describe(operations, root)
    sections = [_section(operation, description, root) for operation in operations]
    groups = groupby(sections, key=lambda each: each.operation.group)
    return Documentation(
        groups=tuple((group, tuple(some)) for group, some in groups),
        things=tuple(
            Thing(name, schema["description"], tuple(_members(schema["properties"])))
            for name, schema in description["components"]["schemas"].items()
        ),
        problems=tuple(KINDS.items()),
    )


def _section(operation: Operation, description: Mapping[str, Any], root: str) -> Section:
    told = description["paths"][operation.path][operation.methods[0].lower()]
    content = told["responses"]["200"]["content"]
    refers = [name for each in content.values() for name in _refers(each["schema"])]
    statuses = sorted({*operation.errors, *ALWAYS})
    return Section(
        operation=operation,
        paragraphs=tuple(operation.description.split("\n\n")),
        parameters=tuple(_parameters(told["parameters"])),
        statuses=tuple((status, KINDS[status]) for status in statuses),
        answer=refers[0] if refers else None,
        examples=tuple(_shown(example, root) for example in operation.examples),
    )


def _shown(example: Example, root: str) -> Shown:
    body = None if example.body is None else json.dumps(example.body, ensure_ascii=False)
    return Shown(example.title, root + example.address, body, None)


def _parameters(told: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """One row a parameter; those that every field has are told once."""
    seen = set()
    for each in told:
        general = _general(each["name"])
        if general not in seen:
            seen.add(general)
            yield _row(general, each["schema"], each.get("description", ""))


def _general(name: str) -> str:
    """`not.FIELD` for `not.speaker`."""
    parts = name.split(".")
    if len(parts) > 1:
        parts = ["FIELD" if part in FILTER_FIELDS else part for part in parts]
    return ".".join(parts)


def _members(properties: Mapping[str, Any]) -> Iterator[Row]:
    for name, schema in properties.items():
        yield _row(name, schema, schema.get("description", ""))


def _row(name: str, schema: Mapping[str, Any], description: str) -> Row:
    inner = schema.get("items", schema)
    choices = [str(each) for each in inner.get("enum", ()) if each is not None]
    return Row(
        name=name,
        kind=_kind(schema),
        refers=tuple(_refers(schema)),
        choices=tuple(choices),
        usual=str(schema.get("default", "")),
        description=description,
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """The type of a value in words."""
    if "items" in schema:
        return "list"
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if not kinds:
        kinds = ["object"]
        if {"type": "null"} in schema.get("anyOf", ()):
            kinds.append("null")
    words = {"string": "text", "integer": "whole number"}
    told = " or ".join(words.get(kind, kind) for kind in kinds)
    if "maximum" in schema:
        told += f", {schema['minimum']} to {schema['maximum']:,}"
    return told


def _refers(schema: Mapping[str, Any]) -> Iterator[str]:
    """Names of the objects that `schema` holds."""
    yield from dict.fromkeys(_REFERENCE.findall(json.dumps(schema)))
