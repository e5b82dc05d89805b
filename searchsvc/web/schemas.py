"""The address of a search, checked: names and values in, `SearchParameters` or remarks out.

This is the one place where what comes over HTTP is validated. Nothing is guessed: a value that
cannot be used is named together with what would be right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from rapidfuzz import process

from searchsvc import countries
from searchsvc.aliases import key_of
from searchsvc.engine.contract import Interval, Sort
from searchsvc.fields import FIELDS, MISSING, facet_fields
from searchsvc.model import Act, Collection, StatementKind
from searchsvc.query import Match
from searchsvc.web.parameters import (
    DEFAULT_COLLECTION,
    FILTER_FIELDS,
    NO_FACETS,
    DateBound,
    SearchParameters,
    Selection,
    parse_bound,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import StrEnum

LONGEST_QUERY: Final = 2000
LONGEST_VALUE: Final = 500
MOST_VALUES: Final = 100
MOST_UNKNOWN: Final = 20
"""Parameters that do not exist and are remarked upon; a flood of them is not worth more."""
LARGEST_SIZE: Final = 100
LARGEST_FACET: Final = 1000
LAST_PAGE: Final = 1_000_000

_COUNTRY_FIELDS: Final = frozenset({"country", "speaker_country"})
_SHOWN: Final = 40
"""How much of a refused value its message repeats."""

_NEAR: Final = 60
"""From this likeness on (0 to 100), an unknown name is taken for a slip of the nearest known one."""


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
class ReadAddress:
    """What was made of an address.

    Attributes:
        parameters: from all that was right.
        bad: known parameters whose values were not, and which count as absent.
        unknown: parameters that do not exist.
        wasteful: whether empty parameters were sent, as forms do.
    """

    parameters: SearchParameters
    bad: tuple[ParameterProblem, ...]
    unknown: tuple[ParameterProblem, ...]
    wasteful: bool


def read_address(pairs: Iterable[tuple[str, str]]) -> ReadAddress:
    """The search that the names and values of an address ask for, and what is wrong with them."""
    given, empty = _gather(pairs)
    strange = (name for name in given if name not in PARAMETERS)
    unknown = tuple(unknown_parameter(name, PARAMETERS) for name in islice(strange, MOST_UNKNOWN))
    bad: list[ParameterProblem] = []
    known = {name: values for name, values in given.items() if name in PARAMETERS}
    while True:
        try:
            parameters = _SCHEMA.load(known)
        except ValidationError as error:
            found = _problems(error, known)
            bad += found
            known = {
                name: known[name] for name in known.keys() - {item.parameter for item in found}
            }
        else:
            return ReadAddress(parameters, tuple(bad), unknown, wasteful=empty)


def _gather(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], bool]:
    given: dict[str, list[str]] = {}
    empty = False
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value)
        else:
            empty = True
    return given, empty


def unknown_parameter(name: str, known: Iterable[str]) -> ParameterProblem:
    """The remark on a parameter that does not exist, with the known one that was likely meant."""
    near = process.extractOne(name[:_SHOWN], sorted(known), score_cutoff=_NEAR)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return ParameterProblem(printable(name[:LONGEST_VALUE]), f"unknown parameter{hint}")


def _problems(
    error: ValidationError, given: Mapping[str, list[str]]
) -> tuple[ParameterProblem, ...]:
    found = []
    messages_by_name: dict[str, list[str]] = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped
    for name, messages in messages_by_name.items():
        detail = str(messages[0])
        position = _first_control(given[name][0]) if detail == _CONTROL else None
        found.append(ParameterProblem(name, detail, position))
    return tuple(found)


# NUL, ESC, DEL and C1; not tab, line feed or carriage return.
_CONTROL_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL: Final = "holds a control character; take it out"


def _first_control(value: str) -> int | None:
    match = _CONTROL_CHARACTER.search(value)
    return match and match.start()


def printable(text: str) -> str:
    """`text` with a substitute for each control character, fit to be shown again."""
    return _CONTROL_CHARACTER.sub("\ufffd", text)


def _checked(value: str, longest: int) -> str:
    """`value` without white space at its ends."""
    if len(value) > longest:
        raise ValidationError(f"is longer than {longest:,} characters; shorten it")
    if _first_control(value) is not None:
        raise ValidationError(_CONTROL)
    return value.strip()


def _quoted(value: str) -> str:
    return f"“{value[:_SHOWN]}…”" if len(value) > _SHOWN else f"“{value}”"


class _Values(fields.Field[tuple[str, ...]]):
    """All values of a parameter that may be repeated, sorted, each once."""

    def __init__(self, convert: Callable[[str], str], **options: Any) -> None:  # noqa: ANN401 - marshmallow's own
        super().__init__(**options)
        self._convert = convert

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:  # noqa: ANN401 - marshmallow's signature
        if len(value) > MOST_VALUES:
            raise ValidationError(f"is given {len(value):,} times; at most {MOST_VALUES}")
        return tuple(sorted({self._convert(_checked(item, LONGEST_VALUE)) for item in value}))


class _One(fields.Field[Any]):
    """The value of a parameter that may be given once."""

    def __init__(
        self,
        convert: Callable[[str], Any],
        *,
        longest: int = LONGEST_VALUE,
        **options: Any,  # noqa: ANN401 - marshmallow's own
    ) -> None:
        super().__init__(**options)
        self._convert = convert
        self._longest = longest

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        if len(value) > 1:
            raise ValidationError(f"is given {len(value):,} times; give it once")
        return self._convert(_checked(value[0], self._longest))


def _choice(*choices: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if value not in choices:
            expected = ", ".join(choices)
            raise ValidationError(f"expected one of {expected}, not {_quoted(value)}")
        return value

    return convert


def _enum(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    choose = _choice(*(item.value for item in kind))
    return lambda value: kind(choose(value))


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(value: str) -> int:
        plain = value.isascii() and value.isdigit() and len(value) < len(str(high)) + 2
        if not plain or not low <= int(value) <= high:
            raise ValidationError(
                f"expected a whole number from {low} to {high:,}, not {_quoted(value)}"
            )
        return int(value)

    return convert


def _bound(value: str) -> DateBound:
    try:
        return parse_bound(value)
    except ValueError as error:
        raise ValidationError(
            f"expected a day, month or year such as 2024-05-12, 2024-05 or 2024, not {_quoted(value)}"
        ) from error


def _country(value: str) -> str:
    return value if value == MISSING else countries.resolve(value) or value


def _name(value: str) -> str:
    key = key_of(value)
    if not key:
        raise ValidationError(f"names nothing: {_quoted(value)}")
    return key


def _facet_names(value: str) -> str:
    return ",".join(part.strip() for part in value.split(",") if part.strip())


def _converter(field: str) -> Callable[[str], str]:
    if field in _COUNTRY_FIELDS:
        return _country
    if field == "kind":
        return _choice(*(kind.value for kind in StatementKind), MISSING)
    if field == "act":
        return _choice(*(act.value for act in Act), MISSING)
    return str


def _field_parameters(field: str) -> dict[str, fields.Field[Any]]:
    """The parameters that filter on `field` and size its facet."""
    convert = _converter(field)
    return {
        field: _Values(convert),
        f"not_{field}": _Values(convert, data_key=f"not.{field}"),
        f"{field}_op": _One(_choice("or", "and"), data_key=f"{field}.op"),
        f"facet_size_{field}": _One(_whole(1, LARGEST_FACET), data_key=f"facet.size.{field}"),
    }


class _SearchSchema(Schema):
    """Parameters of a search but for those of the single fields."""

    q = _One(str, longest=LONGEST_QUERY)
    match = _One(_enum(Match))
    explain = _One(_choice("on", "off"))
    expand = _One(_choice("on", "off"))
    unexpanded = _Values(_name, data_key="expand.not")
    collection = _One(_enum(Collection), data_key="in")
    date = _One(_choice(MISSING))
    since = _One(_bound, data_key="date.from")
    until = _One(_bound, data_key="date.to")
    sort = _One(_enum(Sort))
    size = _One(_whole(1, LARGEST_SIZE))
    facets = _Values(_facet_names)
    interval = _One(_enum(Interval), data_key="facet.interval.date")
    page = _One(_whole(1, LAST_PAGE))

    @validates_schema
    def _dates_in_order(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        if "since" in data and "until" in data and data["until"].last < data["since"].first:
            raise ValidationError("ends before the first day asked for; swap the two", "date.to")

    @validates_schema
    def _fields_of_collection(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        collection = data.get("collection", DEFAULT_COLLECTION)
        known = facet_fields(collection)
        other = next(item for item in Collection if item is not collection)
        errors = {
            key: [f"{collection.value} have no field {name}; add in={other.value}"]
            for name in FILTER_FIELDS
            if name not in known
            for attribute, key in _keys_of(name)
            if attribute in data
        }
        wrong = [name for name in _split(data.get("facets", ())) if name not in known]
        if wrong:
            choices = ", ".join(known)
            errors["facets"] = [f"expected facets among {choices}, not {_quoted(wrong[0])}"]
        if errors:
            raise ValidationError(errors)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> SearchParameters:  # noqa: ANN401 - marshmallow's signature
        selections = (
            Selection(
                name,
                chosen=data.get(name, ()),
                excluded=data.get(f"not_{name}", ()),
                every=data.get(f"{name}_op") == "and" and name in data,
            )
            for name in FILTER_FIELDS
        )
        sizes = ((name, data.get(f"facet_size_{name}")) for name in sorted(FILTER_FIELDS))
        return SearchParameters(
            text=data.get("q", ""),
            collection=data.get("collection", DEFAULT_COLLECTION),
            selections=tuple(item for item in selections if item.active),
            since=data.get("since"),
            until=data.get("until"),
            undated="date" in data,
            sort=data.get("sort"),
            size=data.get("size"),
            facets=_split(data["facets"]) if "facets" in data else None,
            facet_sizes=tuple((name, size) for name, size in sizes if size is not None),
            interval=data.get("interval"),
            page=data.get("page", 1),
            match=data.get("match", Match.ALL),
            explain=data.get("explain") == "on",
            expand=data.get("expand") != "off",
            unexpanded=data.get("unexpanded", ()),
        )


def _keys_of(field: str) -> tuple[tuple[str, str], ...]:
    """Attribute and parameter name of everything that concerns `field`."""
    return tuple((name, item.data_key or name) for name, item in _field_parameters(field).items())


def _split(lists: tuple[str, ...]) -> tuple[str, ...]:
    """The facets named, each once, in the order of the fields table; unknown ones come last."""
    named = {name for part in lists for name in part.split(",") if name}
    if named == {NO_FACETS}:
        return ()
    order = [item.name for item in FIELDS]
    return tuple(
        sorted(named, key=lambda name: (order.index(name) if name in order else len(order), name))
    )


_SCHEMA: Final = _SearchSchema.from_dict(
    {name: item for field in FILTER_FIELDS for name, item in _field_parameters(field).items()},
    name="SearchSchema",
)()
PARAMETERS: Final = frozenset(item.data_key or name for name, item in _SCHEMA.fields.items())
"""Names of all parameters of a search."""
