"""All operations for programs: OpenAPI 3.1, made by apispec from the schemas themselves."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from searchsvc.web.api import headers, recorded
from searchsvc.web.api.operations import JSON
from searchsvc.web.bodies import ProblemBody
from searchsvc.web.bodies.compiled import Made
from searchsvc.web.manners.admission import NOTHING, Access
from searchsvc.web.problems import KINDS, MEDIA_TYPE
from searchsvc.web.schemas import Many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apispec.ext.marshmallow.openapi import OpenAPIConverter
    from marshmallow import Schema, fields

    from searchsvc.web.api.operations import Operation

TITLE: Final = "searchsvc"
VERSION: Final = "1"
ALWAYS: Final = (401, 405, 429, 500, 503)
"""Statuses that any operation may answer with, see `REFUSALS`."""
REFUSALS: Final = frozenset((401, 429))
"""Those of them that health is never answered with."""

_FORBIDDEN: Final = 403
_LONG: Final = 6_000
"""Characters of a recorded answer that is told whole; the page shows the others shortened."""
_UNCHANGED: Final = "Unchanged"
_FORM: Final = "application/x-www-form-urlencoded"
KEY: Final = "key"
"""The name of the scheme by which keys are sent."""
_KEYS: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key that the operator makes with `searchsvc keys add NAME`, for reading or, "
    "with `--scope admin`, for details of the service as well. Browsers and readers of feeds may "
    "send it as the password of any name (Basic). Where an operation takes none as well, this "
    "archive asks for no key; it then says what an archive would want that does.",
}
_INTRODUCTION: Final = (
    "Full-text search over news articles and over who said what in them. Every address in an "
    "answer is relative to the host. Within this version members may be added to answers; none is "
    "renamed or removed."
)


@lru_cache(maxsize=8)
def describe(operations: tuple[Operation, ...], root: str, keys_for: str) -> dict[str, Any]:
    """The OpenAPI document of `operations`, mounted under `root`; `keys_for` as the setting."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        TITLE,
        VERSION,
        "3.1.0",
        plugins=[plugin],
        info={"description": _INTRODUCTION},
        servers=[{"url": root or "/"}],
        tags=[{"name": name} for name in dict.fromkeys(each.group for each in operations)],
    )
    converter = plugin.converter
    if converter is None:
        raise AssertionError("apispec has set up its plugin")
    converter.add_attribute_function(_any_of)  # type: ignore[no-untyped-call]  # apispec leaves it untyped
    for status, kind in KINDS.items():
        spec.components.response(
            f"Problem{status}",
            {
                "description": f"{kind.title}. {kind.explanation}",
                "content": {MEDIA_TYPE: {"schema": ProblemBody}},
                "headers": headers.references(
                    *headers.OF_ANSWERS, *headers.OF_PROBLEMS.get(status, ())
                ),
            },
        )
    spec.components.response(
        _UNCHANGED,
        {
            "description": "Nothing has changed since the answer whose tag `If-None-Match` names.",
            "headers": headers.references("ETag", *headers.OF_ANSWERS),
        },
    )
    for name, header in headers.HEADERS.items():
        spec.components.header(name, header.described())
    spec.components.security_scheme(KEY, _KEYS)
    for operation in operations:
        spec.path(
            path=operation.path,
            operations={
                method.lower(): _operation(operation, method, converter)
                | {"security": _security(operation.access, keys_for)}
                for method in operation.methods
            },
        )
    return _told(spec.to_dict())


def _name(schema: type[Schema] | Schema | str) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    _DESCRIPTIONS[kind.__name__.removesuffix("Body")] = (kind.__doc__ or "").strip()
    return kind.__name__.removesuffix("Body")


_DESCRIPTIONS: Final[dict[str, str]] = {}
"""What each schema is, by name; filled while a document is made."""


def _told(document: dict[str, Any]) -> dict[str, Any]:
    """`document` with what each of its schemas is."""
    for name, schema in document["components"]["schemas"].items():
        schema["description"] = " ".join(_DESCRIPTIONS[name].split())
    return document


def _any_of(self: OpenAPIConverter, field: fields.Field[Any], **_: object) -> dict[str, Any]:
    """What apispec is told of fields that hold an object of any of several schemas."""
    if not isinstance(field, Made):
        return {}
    resolve: Callable[[type[Schema]], dict[str, Any]] = self.resolve_nested_schema
    return {"anyOf": [resolve(schema) for schema in field.schemas]}


def _operation(operation: Operation, method: str, converter: OpenAPIConverter) -> dict[str, Any]:
    posted = method == "POST"
    told: dict[str, Any] = {
        "operationId": f"{operation.name}_by_post" if posted else operation.name,
        "tags": [operation.group],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": list(_parameters(operation, converter, posted=posted)),
        "responses": {"200": _answer(operation, posted=posted)}
        | ({"304": _UNCHANGED} if operation.tagged and not posted else {})
        | {str(status): f"Problem{status}" for status in sorted(_statuses(operation))},
    }
    if posted and operation.parameters is not None:
        told["requestBody"] = _request_body(operation, converter)
    return told


def _security(access: Access, keys_for: str) -> list[dict[str, list[str]]]:
    """What key an operation needs; of an archive that asks for none, what another might want."""
    wanted = access.scope(keys_for if keys_for != NOTHING else "api")
    if wanted is None:
        return []
    optional: list[dict[str, list[str]]] = [{}] if keys_for == NOTHING else []
    return [*optional, {KEY: [wanted.value]}]


def _statuses(operation: Operation) -> set[int]:
    """Those of errors: health is never refused, and only details to whom has a key."""
    if operation.access is Access.HEALTH:
        return {*operation.errors, *ALWAYS} - REFUSALS
    forbidden = {_FORBIDDEN} if operation.access is Access.DETAILS else set()
    return {*operation.errors, *ALWAYS} | forbidden


def _parameters(
    operation: Operation, converter: OpenAPIConverter, *, posted: bool
) -> Iterator[dict[str, Any]]:
    for name, description in operation.places.items():
        yield {
            "in": "path",
            "name": name,
            "required": True,
            "description": description,
            "schema": {"type": "string", "minLength": 1},
        }
    if operation.parameters is not None and not posted:
        for told in converter.schema2parameters(operation.parameters, location="query"):
            yield told if _takes_empty(told["schema"]) else {**told, "allowEmptyValue": True}


def _answer(operation: Operation, *, posted: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        media: {"schema": {} if media.endswith("json") else {"type": "string"}}
        if schema is None
        else {"schema": schema}
        for media, schema in operation.answers.items()
    }
    for media, examples in _recorded(operation, posted=posted):
        content[media]["examples"] = examples
    tag = ("ETag",) if operation.tagged and not posted else ()
    return {
        "description": operation.summary,
        "content": content,
        "headers": headers.references(*operation.sends, *tag, *headers.OF_ANSWERS),
    }


def _recorded(operation: Operation, *, posted: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Media types and the answers recorded of each, those that are not too long."""
    found: dict[str, dict[str, Any]] = {}
    for number, example in enumerate(operation.examples, start=1):
        answer = recorded.recorded(operation.name, example.title)
        if answer is not None and posted == (example.body is not None) and answer.length <= _LONG:
            told = {"summary": f"{example.title}: {example.address}", "value": answer.body}
            found.setdefault(answer.media, {})[f"example{number}"] = told
    yield from found.items()


def _request_body(operation: Operation, converter: OpenAPIConverter) -> dict[str, Any]:
    """The same parameters as a JSON object or as a form; what may be repeated, one or several.

    A form that gives a field once does not say whether it is one of several.
    """
    if operation.parameters is None:
        raise AssertionError(operation.name)
    members: dict[str, Any] = {}
    inputs: dict[str, Any] = {}
    for key, item in operation.parameters.fields.items():
        told, name = converter.field2property(item), item.data_key or key
        if isinstance(item, Many):
            members[name] = inputs[name] = _one_or_several(told)
        else:
            members[name], inputs[name] = _or_empty(_on(told)), _or_empty(told)
    schema = {"type": "object", "properties": members, "additionalProperties": False}
    examples = {
        f"example{number}": {"summary": example.title, "value": dict(example.body)}
        for number, example in enumerate(operation.examples, start=1)
        if example.body is not None
    }
    as_json: Mapping[str, Any] = {"schema": schema} | ({"examples": examples} if examples else {})
    form = {"type": "object", "properties": inputs, "additionalProperties": False}
    return {
        "description": "The parameters; those in the query string count as well.",
        "content": {JSON: as_json, _FORM: {"schema": form}},
    }


def _takes_empty(shape: Mapping[str, Any]) -> bool:
    """Whether an empty text fits a schema as it stands."""
    if "items" in shape:
        return _takes_empty(shape["items"])
    free = shape.get("type") == "string" and "enum" not in shape
    return free and re.search(shape.get("pattern", ""), "") is not None


def _or_empty(told: dict[str, Any]) -> dict[str, Any]:
    """`told`, or an empty text, as of fields of a form that were left empty: absent."""
    if "items" in told:
        return {**told, "items": _or_empty(told["items"])}
    if _takes_empty(told):
        return told
    shape = {key: value for key, value in told.items() if key != "description"}
    about = {"description": told["description"]} if "description" in told else {}
    return {**about, "anyOf": [shape, {"const": ""}]}


def _one_or_several(told: dict[str, Any]) -> dict[str, Any]:
    """A repeated parameter: one value, or a list of them."""
    several = {key: value for key, value in _or_empty(told).items() if key != "description"}
    return {"description": told["description"], "anyOf": [several["items"], several]}


def _on(told: dict[str, Any]) -> dict[str, Any]:
    """A switch takes true and false as well."""
    if told.get("enum") != ["on", "off"]:
        return told
    return {**told, "type": ["string", "boolean"], "enum": ["on", "off", True, False]}
