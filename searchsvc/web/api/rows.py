"""Parameters and members as rows of tables, out of the schemas of an OpenAPI document."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from searchsvc.web.parameters import FILTER_FIELDS
from searchsvc.web.schemas.values import LONGEST_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    Schemas = Mapping[str, Mapping[str, Any]]

_REFERENCE: Final = re.compile(r"#/components/schemas/(\w+)")
_CODE: Final = re.compile(r"`([^`]+)`")
_ANY_FIELD: Final = "FIELD"
_OF_ANY_FIELD: Final = {
    f"not.{_ANY_FIELD}": "Leave out documents with this value of the field. Repeat for several.",
    f"{_ANY_FIELD}.op": "and: documents must have all values of the field that are asked for; or: "
    "any of them.",
    f"facet.size.{_ANY_FIELD}": "Values shown of the facet; by default 10 (setting "
    "search.facet_size).",
}
"""Descriptions of parameters that every field has, told once for all."""
_FIRST: Final = ("q", "in", "match", "sort", "size", "cursor", "page", "fields", "facets")
"""Parameters of a search that are met first; the others stand behind them as they come."""
_WORDS: Final = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_FORMATS: Final = {"uri-reference": "address", "date-time": "time"}


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, or one member of an object.

    Attributes:
        name: as sent.
        within: of a member of a member: the names that lead to it, with the dot.
        kind: its type in words, with its bounds.
        refers: names of the objects that it holds, which are told elsewhere.
        choices: all values, where they are few.
        usual: the default, or empty.
        required: whether a request must have it.
        description: what it means.
    """

    name: str
    within: str
    kind: str
    refers: tuple[str, ...]
    choices: tuple[str, ...]
    usual: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A sort of object that several answers hold."""

    name: str
    description: str
    rows: tuple[Row, ...]


def objects(schemas: Schemas, answers: AbstractSet[str]) -> tuple[Thing, ...]:
    """The objects that are told by themselves, by name: those that stand in more than one place.

    Args:
        schemas: all there are, by name.
        answers: names of those that are whole answers, which are told where they are given.
    """
    counts = Counter(_REFERENCE.findall(json.dumps(schemas)))
    held = [_refers(each) for schema in schemas.values() for each in schema["properties"].values()]
    either = {name for refers in held if len(refers) > 1 for name in refers}
    whole = either | {name for name in schemas if counts[name] > 1}
    whole |= {name for name in answers if counts[name]}
    return tuple(
        Thing(name, schemas[name]["description"], tuple(members(name, schemas, whole)))
        for name in sorted(whole)
    )


def parameters(told: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """One row a parameter; of those that every field has one for all."""
    seen = set()
    for each in told:
        name = _general(each["name"])
        if name not in seen:
            seen.add(name)
            description = _OF_ANY_FIELD.get(name, _of_any(name, each))
            kind = _kind(each["schema"], repeatable=True)
            yield _row(name, each["schema"], description, kind=kind, required=each["required"])


def _of_any(name: str, told: Mapping[str, Any]) -> str:
    """The description of a parameter; of one that stands for those of every field, without a field."""
    description: str = told.get("description", "")
    if name == told["name"]:
        return description
    return _CODE.sub(lambda code: f"`{_without_field(code[1])}`", description)


def in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Parameters as they are shown: those that everybody needs first."""
    place = {name: number for number, name in enumerate(_FIRST)}
    return tuple(sorted(rows, key=lambda row: place.get(row.name, len(place))))


def members(
    name: str, schemas: Schemas, whole: AbstractSet[str], within: str = ""
) -> Iterator[Row]:
    """The members of the object `name`, and theirs, but for those of the objects `whole`."""
    for member, schema in schemas[name]["properties"].items():
        refers = _refers(schema)
        told = _row(member, schema, schema.get("description", ""), kind=_kind(schema))
        yield replace(told, within=within, refers=tuple(each for each in refers if each in whole))
        for each in refers:
            if each not in whole:
                brackets = "[]" if "items" in schema else ""
                yield from members(each, schemas, whole, f"{within}{member}{brackets}.")


def _row(
    name: str,
    schema: Mapping[str, Any],
    description: str,
    *,
    kind: str,
    required: bool = False,
) -> Row:
    inner = schema.get("items", schema)
    return Row(
        name=name,
        within="",
        kind=kind,
        refers=(),
        choices=tuple(str(each) for each in inner.get("enum", ()) if each is not None),
        usual=str(schema.get("default", "")),
        required=required,
        description=description,
    )


def _general(name: str) -> str:
    """`not.FIELD` for `not.speaker`; a field by itself has a meaning of its own."""
    return _without_field(name) if "." in name else name


def _without_field(name: str) -> str:
    return ".".join(_ANY_FIELD if part in FILTER_FIELDS else part for part in name.split("."))


def _kind(schema: Mapping[str, Any], *, repeatable: bool = False) -> str:
    """The type of a value in words."""
    if "items" in schema:
        inner = _kind(schema["items"])
        return (
            f"{inner}, repeatable"
            if repeatable
            else f"list of {inner.replace('object', 'objects')}"
        )
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if not kinds:
        kinds = ["object"]
        if {"type": "null"} in schema.get("anyOf", ()):
            kinds.append("null")
    told = " or ".join(
        _FORMATS.get(schema.get("format", ""), _WORDS[kind])
        if kind == "string"
        else _WORDS.get(kind, kind)
        for kind in kinds
    )
    if "maximum" in schema:
        told += f", {schema['minimum']} to {schema['maximum']:,}"
    if schema.get("maxLength", LONGEST_VALUE) != LONGEST_VALUE:
        told += f", up to {schema['maxLength']:,} characters"
    return told


def _refers(schema: Mapping[str, Any]) -> list[str]:
    """Names of the objects that `schema` holds."""
    return list(dict.fromkeys(_REFERENCE.findall(json.dumps(schema))))
