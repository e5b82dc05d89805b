"""Schemas of answers turned once into plain functions, which write ten hits in microseconds.

`dumper(schema)(thing)` equals `schema.dump(thing)` for the fields that our answers are made of, and
is stricter: an attribute that is not there is an error, not an omission.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Final

from marshmallow import fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from marshmallow import Schema

    Convert = Callable[[Any], Any]
    Dump = Callable[[Any], dict[str, Any]]

_AS_THEY_ARE: Final = (fields.String, fields.Integer, fields.Float, fields.Boolean, fields.Raw)


class Beside(fields.Nested):
    """An object made of members of the thing itself that holds it."""

    def get_value(self, obj: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """The thing itself."""
        return obj


class Named(fields.Nested):
    """An object made of a plain value by a function, such as a country of its code."""

    def __init__(self, schema: type[Schema], make: Convert, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own
        """`make` gives what `schema` describes."""
        super().__init__(schema, **options)
        self.make = make

    def _serialize(self, nested_obj: Any, *_: Any, **__: Any) -> Any:  # type: ignore[override]  # noqa: ANN401 - as in fields.Nested, which differs from fields.Field itself
        return None if nested_obj is None else self.make(nested_obj)


class Made(fields.Field[Any]):
    """An object of any of several schemas, that has been made by one of them already."""

    def __init__(self, *schemas: type[Schema], **options: Any) -> None:  # noqa: ANN401 - marshmallow's own
        """Whichever of `schemas`."""
        super().__init__(**options)
        self.schemas = schemas


def dumper(schema: Schema) -> Dump:
    """What writes a thing, or a mapping of the same members, as `schema` says."""
    plain = {
        item.data_key or name: (item.attribute or name, item)
        for name, item in schema.fields.items()
        if not isinstance(item, Beside)
    }
    keys = list(plain)
    paths = [path for path, _ in plain.values()]
    changes = [
        (place, convert)
        for place, (_, item) in enumerate(plain.values())
        if (convert := converter(item)) is not None
    ]
    beside = [
        (item.data_key or name, dumper(item.schema))
        for name, item in schema.fields.items()
        if isinstance(item, Beside)
    ]
    of_object, of_mapping = _several(attrgetter, paths), _several(itemgetter, paths)

    def dump(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the schema is of
        values = list(of_mapping(thing) if type(thing) is dict else of_object(thing))
        for place, convert in changes:
            value = values[place]
            if value is not None:
                values[place] = convert(value)
        made = dict(zip(keys, values, strict=True))
        for key, part in beside:
            made[key] = part(thing)
        return made

    return dump


def converter(field: fields.Field[Any]) -> Convert | None:
    """What makes the written form of a value other than None; None where it stands as it is."""
    if isinstance(field, Named):
        return field.make
    if isinstance(field, fields.Nested):
        return _later(field)
    if isinstance(field, fields.List):
        inner = converter(field.inner)
        return list if inner is None else lambda values: [inner(value) for value in values]
    if isinstance(field, Made) or type(field) in _AS_THEY_ARE:
        return None
    return lambda value: field._serialize(value, None, None)  # noqa: SLF001 - what marshmallow's own dump calls


def _later(field: fields.Nested) -> Dump:
    """The writer of a nested schema, made when it is first needed: schemas may nest themselves."""
    made: list[Dump] = []

    def dump(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the schema is of
        if not made:
            made.append(dumper(field.schema))
        return made[0](thing)

    return dump


def _several(getter: Callable[..., Any], paths: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """All of `paths` at once, as a tuple also where there is but one."""
    if len(paths) == 1:
        one = getter(*paths)
        return lambda thing: (one(thing),)
    if not paths:
        return lambda _: ()
    several: Callable[[Any], tuple[Any, ...]] = getter(*paths)
    return several
