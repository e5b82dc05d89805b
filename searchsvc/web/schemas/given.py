"""Names and values as they were sent, read by a schema: what is right of them, and what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from marshmallow import ValidationError
from rapidfuzz import fuzz, process

from searchsvc.web.schemas.values import (
    CONTROL,
    LONGEST_VALUE,
    MOST_VALUES,
    SHOWN,
    Many,
    first_control,
    printable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from marshmallow import Schema

MOST_UNKNOWN: Final = 20
"""Parameters that do not exist and are remarked upon; a flood of them is not worth more."""

MOST_BYTES: Final = 30_000
"""Of all values of a request together, in UTF-8: answers repeat them, many times over."""

_NEAR: Final = 60
"""From this likeness on (0 to 100), an unknown name is taken for a slip of the nearest known one."""

_MARKS: Final = re.compile("[_.-]+")
"""What parts of names are set off by, in one client or another."""

_JSON_KINDS: Final = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """What is wrong with one parameter.

    Attributes:
        parameter: its name as sent.
        detail: what is wrong and what would be right.
        position: of the first character that is wrong, counted in the value from 0, or None.
    """

    parameter: str
    detail: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a schema made of names and values.

    Attributes:
        asked: what it made of all that was right.
        bad: known parameters whose values were not, and which count as absent.
        unknown: parameters that do not exist.
        wasteful: whether empty parameters were sent, as forms do.
    """

    asked: Any
    bad: tuple[ParameterProblem, ...]
    unknown: tuple[ParameterProblem, ...]
    wasteful: bool

    @property
    def problems(self) -> tuple[ParameterProblem, ...]:
        """All that is wrong."""
        return (*self.unknown, *self.bad)


@lru_cache(maxsize=64)
def names_of(schema: Schema) -> frozenset[str]:
    """Names of the parameters that `schema` takes."""
    return frozenset(item.data_key or name for name, item in schema.fields.items())


def read(schema: Schema, pairs: Iterable[tuple[str, str]]) -> Read:
    """What `schema` makes of names and values; empty ones count as absent."""
    given, empty = _gather(pairs)
    names = names_of(schema)
    strange = (name for name in given if name not in names)
    told: Mapping[str, str] = getattr(schema, "not_taken", {})  # of those that others take
    unknown = tuple(
        ParameterProblem(name, told[name]) if name in told else unknown_parameter(name, names)
        for name in islice(strange, MOST_UNKNOWN)
    )
    bad: list[ParameterProblem] = []
    known = {name: values for name, values in given.items() if name in names}
    bad += _too_much(schema, known)
    while True:
        try:
            asked = _taking(schema, frozenset(known)).load(known)
        except ValidationError as error:
            found = _problems(error, known)
            bad += found
            wrong = {item.parameter for item in found}
            known = {name: values for name, values in known.items() if name not in wrong}
        else:
            return Read(asked, tuple(bad), unknown, wasteful=empty)


@lru_cache(maxsize=64)
def _taking(schema: Schema, names: frozenset[str]) -> Schema:
    """`schema` with the parameters `names` alone: of fifty each that is not given takes its time."""
    only = {key for key, item in schema.fields.items() if (item.data_key or key) in names}
    return type(schema)(only=only)


def pairs_of(
    schema: Schema, members: Mapping[str, object]
) -> tuple[list[tuple[str, str]], list[ParameterProblem]]:
    """The members of a JSON object as names and values, and those that are of a wrong type.

    Text stands for itself, a whole number and true or false only where the parameter is one, and
    a list for a parameter that is repeated.
    """
    by_name = {item.data_key or name: item for name, item in schema.fields.items()}
    pairs: list[tuple[str, str]] = []
    problems: list[ParameterProblem] = []
    for name, value in members.items():
        item = by_name.get(name)
        if item is None:
            pairs.append((name, "?"))
            continue
        shape = item.inner.metadata if isinstance(item, Many) else item.metadata
        several = value if isinstance(value, list) and isinstance(item, Many) else [value]
        for each in several:
            written = _as_text(each, shape)
            if written is None:
                expected = _expected(shape)
                detail = f"expected {expected}, not {_JSON_KINDS[type(each)]}"
                problems.append(ParameterProblem(name, detail))
                break
            pairs.append((name, written))
    return pairs, problems


def _as_text(value: object, shape: Mapping[str, Any]) -> str | None:
    if isinstance(value, bool):
        return ("off", "on")[value] if shape.get("enum") == ["on", "off"] else None
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value)) if shape["type"] == "integer" else None
    taken = isinstance(value, str) and (shape["type"] == "string" or not value)
    return str(value) if taken else None


def _expected(shape: Mapping[str, Any]) -> str:
    if shape["type"] == "integer":
        return "a whole number"
    return "on, off, true or false" if shape.get("enum") == ["on", "off"] else "text"


def unknown_parameter(name: str, known: Iterable[str]) -> ParameterProblem:
    """The remark on a parameter that does not exist, with the known one that was likely meant."""
    near = nearest(name, known)
    hint = f"; did you mean `{near}`?" if near else ""
    return ParameterProblem(printable(name[:LONGEST_VALUE]), f"unknown parameter{hint}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was likely meant by `name`."""
    near = process.extractOne(
        name[:SHOWN], sorted(known), scorer=fuzz.ratio, processor=_as_spelled, score_cutoff=_NEAR
    )
    return near[0] if near else None


def _as_spelled(name: str) -> str:
    """`name` in small letters, its parts set off by dots: `date_from` is `date.from`."""
    return _MARKS.sub(".", name.lower())


def instead(name: str, known: Sequence[str]) -> str:
    """What to put behind the remark that `name` is none of `known`: the likely one, or all of them."""
    near = nearest(name, known)
    return f"; did you mean `{near}`?" if near else f"; there are {', '.join(known)}"


def _gather(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], bool]:
    """Values by name, without empty ones but where there are more than any parameter takes."""
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    given = {
        name: values if len(values) > MOST_VALUES else [each for each in values if each.strip()]
        for name, values in sent.items()
    }
    empty = any(not value.strip() for values in sent.values() for value in values)
    return {name: values for name, values in given.items() if values}, empty


def _too_much(schema: Schema, known: dict[str, list[str]]) -> Iterator[ParameterProblem]:
    """The parameters that say most where all say too much together; they are taken out of `known`.

    What is longer by itself than a request may be is none of those that answers repeat.
    """
    longest = _longest(schema)
    sizes = {
        name: sum(len(value.encode("utf-8", "replace")) for value in values)
        for name, values in known.items()
        if longest[name] < MOST_BYTES
    }
    while (total := sum(sizes.values())) > MOST_BYTES:
        largest = max(sizes, key=lambda name: (sizes[name], name))
        del sizes[largest], known[largest]
        detail = (
            f"all values of a request may have {MOST_BYTES:,} bytes of UTF-8 together, and have "
            f"{total:,}; this parameter has most of them"
        )
        yield ParameterProblem(largest, detail)


@lru_cache(maxsize=64)
def _longest(schema: Schema) -> dict[str, int]:
    """How long a value of each parameter may be by itself; 0 where that is not said."""
    return {
        item.data_key or name: item.metadata.get("maxLength", 0)
        for name, item in schema.fields.items()
    }


def _problems(
    error: ValidationError, given: Mapping[str, list[str]]
) -> tuple[ParameterProblem, ...]:
    messages_by_name: dict[str, list[str]] = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped
    found = []
    for name, messages in messages_by_name.items():
        detail = str(messages[0])
        position = _first_bad(given[name]) if detail == CONTROL else None
        found.append(ParameterProblem(name, detail, position))
    return tuple(found)


def _first_bad(values: Iterable[str]) -> int | None:
    places = (first_control(value) for value in values)
    return next((place for place in places if place is not None), None)
