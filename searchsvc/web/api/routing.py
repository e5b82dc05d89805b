"""Requests to operations: what is sent is read by the schema, all problems are told at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request
from werkzeug.exceptions import UnsupportedMediaType

from searchsvc.web.api.operations import JSON, Call
from searchsvc.web.problems import BadBody, BadParameters
from searchsvc.web.schemas import (
    MOST_UNKNOWN,
    ParameterProblem,
    pairs_of,
    read,
    unknown_parameter,
)
from searchsvc.web.schemas.values import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from marshmallow import Schema

    from searchsvc.web.api.operations import Operation, Service

NAME: Final = "api"
"""Of the blueprint: endpoints are called so, a dot, and the name of the operation."""
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
SLASHED: Final = frozenset(("speaker", "country"))
"""Places whose values may hold a slash, which the server hands on unescaped."""
_BRACED: Final = re.compile(r"\{(\w+)\}")


def blueprint(service: Service) -> Blueprint:
    """All operations of `service`, and nothing else."""
    api = Blueprint(NAME, __name__)
    for operation in service.operations:
        api.add_url_rule(
            rule_of(operation),
            operation.name,
            _answering(operation, service),
            methods=operation.methods,
            strict_slashes=not operation.path.endswith("/"),
        )
    return api


def rule_of(operation: Operation) -> str:
    """The path of an operation as Werkzeug writes it."""
    return _BRACED.sub(_place, operation.path)


def _place(braced: re.Match[str]) -> str:
    """A place as Werkzeug writes it."""
    name = braced[1]
    return f"<path:{name}>" if name in SLASHED else f"<{name}>"


def _answering(operation: Operation, service: Service) -> Callable[..., ResponseReturnValue]:
    def answer(**places: str) -> ResponseReturnValue:
        asked = None
        if operation.parameters is not None:
            asked = _asked(operation.parameters)
        elif operation.strict:
            _none_given(request.args)
        return operation.view(Call(service, asked, places, request.script_root))

    return answer


def _none_given(names: Any) -> None:  # noqa: ANN401 - a multi-dict of werkzeug
    if names:
        raise BadParameters(*(unknown_parameter(name, ()) for name in [*names][:MOST_UNKNOWN]))


def _asked(schema: Schema) -> Any:  # noqa: ANN401 - whatever the schema makes
    pairs = list(request.args.items(multi=True))
    problems: list[ParameterProblem] = []
    if request.method == "POST":
        pairs_sent, problems = _sent(schema)
        pairs += pairs_sent
    found = read(schema, pairs)
    if found.problems or problems:
        raise BadParameters(*found.problems, *problems)
    return found.asked


def _sent(schema: Schema) -> tuple[list[tuple[str, str]], list[ParameterProblem]]:
    """What the body of a POST gives, and what of it is of a wrong type."""
    if request.mimetype in FORMS:
        _none_given(request.files)
        return list(request.form.items(multi=True)), []
    if request.mimetype == JSON:
        return pairs_of(schema, _json_object(request.get_data()))
    if request.mimetype or request.content_length:
        raise UnsupportedMediaType(
            f"Send the parameters as {JSON} or {FORMS[0]}, and say so in Content-Type."
        )
    return [], []


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode()
        found = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_once)
    except UnicodeDecodeError as error:
        raise BadBody("is not UTF-8", error.start) from error
    except json.JSONDecodeError as error:
        raise BadBody(
            f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}", error.pos
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadBody(
            "is not JSON that can be read: a number is too long, or it is too deep"
        ) from error
    if not isinstance(found, dict):
        raise BadBody("is not a JSON object; send one whose members are the parameters")
    return found


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, of which the last of two members of one name would win without a word."""
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadBody(
            f"names {quoted(printable(twice))} more than once; give several values as a list"
        )
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)
