"""Writes the shapes of the client anew from the schemas of the server.

    python -m tests.regenerate_client

The client does not import the server, and has the same contract all the same: its results and
parameters are made of the schemas that check requests and write answers. A test makes them again
and compares.
"""

from __future__ import annotations

import keyword
import subprocess
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from marshmallow import Schema, fields

import searchsvc.client.shapes
from searchsvc.web.bodies.compiled import Made
from searchsvc.web.bodies.documents import (
    ArticleBody,
    ArticleHitBody,
    ArticleSummaryBody,
    SimilarArticleBody,
    SimilarStatementBody,
    StatementBody,
    StatementHitBody,
)
from searchsvc.web.bodies.parts import Body
from searchsvc.web.exports.rows import LEFT_OUT
from searchsvc.web.schemas import Many
from searchsvc.web.schemas.asking import SimilarSchema, SuggestSchema
from searchsvc.web.schemas.counting import (
    CompareSchema,
    FacetSchema,
    MatrixSchema,
    TimelineSchema,
)
from searchsvc.web.schemas.searching import SearchSchema
from searchsvc.web.schemas.values import bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER: Final = Path(searchsvc.client.shapes.__file__).parent
MODULES: Final = {
    "parts": "The small things that answers are made of.",
    "documents": "Statements and articles, alone and as hits.",
    "searching": "The answer to a search.",
    "asking": "Suggestions, and more like something.",
    "counting": "Facet values, timelines and matrices.",
    "comparing": "Comparisons.",
    "things": "One statement, one speaker, one country, and the status.",
    "service": "What the service says of itself.",
}
_MADE: Final = "Made by `python -m tests.regenerate_client` from the schemas of the server."
_WIDTH: Final = 99

_BASES: Final = {
    StatementHitBody: StatementBody,
    ArticleHitBody: ArticleSummaryBody,
    ArticleBody: ArticleSummaryBody,
    SimilarStatementBody: StatementHitBody,
    SimilarArticleBody: ArticleHitBody,
}
"""Schemas that have all members of others without being built on them."""

# The client never asks for some members only, so all but the explanation are there.
_WHOLE: Final = frozenset(
    (StatementHitBody, ArticleHitBody, SimilarStatementBody, SimilarArticleBody)
)
_MAYBE: Final = frozenset(("explanation",))

_PARAMETERS: Final = {
    "Searching": (SearchSchema, None),
    "Suggesting": (SuggestSchema, "Searching"),
    "Likeness": (SimilarSchema, None),
    "Listing": (FacetSchema, "Searching"),
    "Timing": (TimelineSchema, "Searching"),
    "Crossing": (MatrixSchema, "Searching"),
    "Comparing": (CompareSchema, "Searching"),
}
_SIDED: Final = "Comparing"
_OWN_ARGUMENTS: Final = frozenset(("q", "in", "fields"))
"""Parameters that are arguments of their own, or change which members there are."""


def written() -> dict[Path, str]:
    """The text of every module that is made, by its path."""
    made = {FOLDER / f"{name}.py": _module(name, told) for name, told in MODULES.items()}
    made[FOLDER / "parameters.py"] = _parameters_module()
    made[FOLDER / "sides.py"] = _sides_module()
    return {path: _tidied(text) for path, text in made.items()}


def _tidied(text: str) -> str:
    """`text` as the linter sorts and the formatter writes it."""
    for task in (["check", "--select", "I", "--fix-only", "--quiet"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *task, "--stdin-filename", "shapes.py", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def _module(name: str, told: str) -> str:
    schemas = list(_in_order(_schemas_of(name)))
    blocks = [_struct(schema) for schema in schemas]
    if name == "documents":
        blocks += [_row(StatementHitBody, "Statement"), _row(ArticleHitBody, "Article")]
    text = "\n\n\n".join(blocks)
    head = [f'"""{told}\n\n{_MADE}\n"""\n']
    if "dt." in text:
        head.append("import datetime as dt")
    if "Mapping[" in text:
        head.append("from collections.abc import Mapping")
    generic = "Generic[" in text
    if generic:
        head.append("from typing import Generic, TypeVar")
    head.append("\nfrom msgspec import Struct" + (", field" if "field(" in text else "") + "\n")
    head += list(_imports(name, text))
    if generic:
        head.append('\nH = TypeVar("H")\n"""Sort of hits."""')
    return "\n".join(head) + f"\n\n\n{text}\n"


def _imports(name: str, text: str) -> Iterator[str]:
    names = list(MODULES)
    words = set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())
    for other in names[: names.index(name)]:
        used = sorted(plain for each in _schemas_of(other) if (plain := _name(each)) in words)
        if used:
            yield f"from searchsvc.client.shapes.{other} import {', '.join(used)}"


def _schemas_of(module: str) -> list[type[Schema]]:
    room = import_module(f"searchsvc.web.bodies.{module}")
    return [
        each
        for each in vars(room).values()
        if isinstance(each, type)
        and issubclass(each, Body)
        and each is not Body
        and each.__module__ == room.__name__
    ]


def _in_order(schemas: list[type[Schema]]) -> Iterator[type[Schema]]:
    """`schemas`, each after those that it needs."""
    done: set[type[Schema]] = set()

    def visit(schema: type[Schema]) -> Iterator[type[Schema]]:
        if schema in done:
            return
        done.add(schema)
        for needed in _needed(schema):
            if needed in schemas:
                yield from visit(needed)
        yield schema

    for each in schemas:
        yield from visit(each)


def _needed(schema: type[Schema]) -> Iterator[type[Schema]]:
    if (base := _base(schema)) is not None:
        yield base
    for item in schema().fields.values():
        inner = item.inner if isinstance(item, fields.List) else item
        if isinstance(inner, Made):
            yield from inner.schemas
        elif isinstance(inner, fields.Nested):
            yield type(inner.schema)


def _base(schema: type[Schema]) -> type[Schema] | None:
    if schema in _BASES:
        return _BASES[schema]
    above = schema.__mro__[1]
    return above if above is not Body and issubclass(above, Body) else None


def _name(schema: type[Schema]) -> str:
    return schema.__name__.removesuffix("Body")


def _struct(schema: type[Schema]) -> str:
    base = _base(schema)
    inherited = frozenset(base().fields) if base else frozenset()
    members = {name: item for name, item in schema().fields.items() if name not in inherited}
    return _class(
        _name(schema),
        " ".join((schema.__doc__ or "").split()),
        members,
        base=_name(base) if base else None,
        whole=schema in _WHOLE,
    )


def _row(schema: type[Schema], base: str) -> str:
    known = frozenset((ArticleSummaryBody if base == "Article" else StatementBody)().fields)
    members = {
        name: item
        for name, item in schema().fields.items()
        if name not in known and name not in LEFT_OUT
    }
    told = f"{'An article' if base == 'Article' else 'A statement'} as exports give it."
    above = "ArticleSummary" if base == "Article" else base
    return _class(f"{base}Row", told, members, base=above, whole=True)


def _class(
    name: str,
    told: str,
    members: dict[str, fields.Field[Any]],
    *,
    base: str | None,
    whole: bool,
) -> str:
    lines, generic = [], False
    for key, item in members.items():
        wire = item.data_key or key
        kind = _type(item)
        generic = generic or "[H," in kind
        attribute = _identifier(wire)
        maybe = wire in _MAYBE if whole else not item.required
        if maybe and not kind.endswith("| None"):
            kind += " | None"
        options = ["default=None"] if maybe and attribute != wire else []
        options += [f'name="{wire}"'] if attribute != wire else []
        value = f" = field({', '.join(options)})" if options else " = None" if maybe else ""
        lines.append(f"    {attribute}: {kind}{value}")
    text = "\n".join(lines).replace(f"[{name},", f'["{name}",')
    bases = ", ".join([base or "Struct", *(["Generic[H]"] if generic else [])])
    told_members = (
        (_identifier(item.data_key or key), item.metadata.get("description", ""))
        for key, item in members.items()
    )
    return (
        f"class {name}({bases}, frozen=True, kw_only=True):\n"
        f"{_docstring(told, told_members)}\n\n{text}"
    )


def _docstring(told: str, members: Iterable[tuple[str, str]]) -> str:
    first, _, rest = told.partition(". ")
    lines = [first.removesuffix(".") + "."]
    if rest:
        lines += ["", *textwrap.wrap(rest, _WIDTH - 4)]
    lines += ["", "Attributes:"]
    for name, description in members:
        lines += textwrap.wrap(
            f"{name}: {' '.join(description.split())}",
            _WIDTH - 4,
            initial_indent="    ",
            subsequent_indent="        ",
        )
    body = "\n".join(f"    {line}".rstrip() for line in lines)
    return f'    """{body.strip()}\n    """'


def _identifier(wire: str) -> str:
    """A parameter or member as an argument or attribute: `not.speaker` as `not_speaker`."""
    plain = wire.replace(".", "_")
    return f"{plain}_" if keyword.iskeyword(plain) or plain == "self" else plain


def _type(item: fields.Field[Any]) -> str:
    return _plain_type(item) + (" | None" if item.allow_none else "")


def _plain_type(item: fields.Field[Any]) -> str:
    if isinstance(item, fields.List):
        inner = item.inner
        several = isinstance(inner, Made) and len(inner.schemas) > 1
        return f"tuple[{'H' if several else _type(inner)}, ...]"
    if isinstance(item, Made):
        (schema,) = item.schemas
        return _name(schema)
    if isinstance(item, fields.Nested):
        return _name(type(item.schema))
    if isinstance(item, fields.Dict):
        plain = isinstance(item.value_field, fields.String)
        return "Mapping[str, str]" if plain else "Mapping[str, object]"
    if isinstance(item, fields.DateTime) or item.metadata.get("format") == "date-time":
        return "dt.datetime"
    by_kind = (
        (fields.Date, "dt.date"),
        (fields.Boolean, "bool"),
        (fields.Integer, "int"),
        (fields.Float, "float"),
        (fields.String, "str"),
    )
    return next(name for kind, name in by_kind if isinstance(item, kind))


def _parameters_module() -> str:
    blocks = [_typed_dict(name, *_PARAMETERS[name]) for name in _PARAMETERS if name != _SIDED]
    table = "\n".join(
        f'    "{_identifier(wire)}": "{wire}",'
        for wire in sorted({wire for schema, _ in _PARAMETERS.values() for wire in _wires(schema)})
        if _identifier(wire) != wire
    )
    return (
        f'"""What may be asked, as arguments.\n\n{_MADE}\n"""\n\n'
        "import datetime as dt\nfrom collections.abc import Mapping, Sequence\n"
        "from typing import Final, Literal, TypedDict\n\n"
        'Values = str | Sequence[str]\n"""One value or several."""\n\n'
        'Bound = str | dt.date\n"""A day, a month (2024-05) or a year."""\n\n\n'
        + "\n\n\n".join(blocks)
        + f"\n\n\nWIRE: Final[Mapping[str, str]] = {{\n{table}\n}}\n"
        '"""Parameters by arguments, where the names differ."""\n'
    )


def _sides_module() -> str:
    return (
        f'"""What may be asked of a comparison, as arguments.\n\n{_MADE}\n"""\n\n'
        "from typing import Literal\n\n"
        "from searchsvc.client.shapes.parameters import Bound, Searching, Values\n\n\n"
        f"{_typed_dict(_SIDED, *_PARAMETERS[_SIDED])}\n"
    )


def _wires(schema: type[Schema]) -> dict[str, fields.Field[Any]]:
    """The parameters of `schema` by their names."""
    return {item.data_key or key: item for key, item in schema().fields.items()}


def _typed_dict(name: str, schema: type[Schema], base: str | None) -> str:
    above = frozenset(_wires(_PARAMETERS[base][0])) if base else frozenset()
    members = {
        wire: item for wire, item in _wires(schema).items() if wire not in above | _OWN_ARGUMENTS
    }
    told = " ".join((schema.__doc__ or "").split())
    described = (
        (_identifier(wire), item.metadata.get("description", "")) for wire, item in members.items()
    )
    lines = "\n".join(
        f"    {_identifier(wire)}: {_parameter_type(item)}" for wire, item in members.items()
    )
    bases = base or "TypedDict"
    # CompareSchema has a hundred parameters; each is told by the one that it takes the place of.
    docs = (
        f'    """{told}\n\n    Those of a side, `a_` or `b_`, take the place of that of both.\n    """'
        if name == _SIDED
        else _docstring(told, described)
    )
    return f"class {name}({bases}, total=False):\n{docs}\n\n{lines}"


def _parameter_type(item: fields.Field[Any]) -> str:
    if isinstance(item, Many):
        return "Values"
    shape = item.metadata
    if shape.get("enum") == ["on", "off"]:
        return "bool"
    if "enum" in shape:
        return f"Literal[{', '.join(repr(each) for each in shape['enum'])}]".replace("'", '"')
    if shape.get("pattern") == bound().schema["pattern"]:
        return "Bound"
    return {"integer": "int", "string": "str"}[shape["type"]]


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
