"""How the value of one parameter is read, and how the description of the endpoints tells it.

Each sort of value is a `Form`: a function that reads it, beside the JSON Schema of what that takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from marshmallow import ValidationError, fields

from searchsvc import countries
from searchsvc.aliases import key_of
from searchsvc.fields import MISSING
from searchsvc.query.dates import not_in_calendar
from searchsvc.web.parameters import BOUND_PATTERN, DateBound, parse_bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

LONGEST_VALUE: Final = 500
MOST_VALUES: Final = 100
SHOWN: Final = 40
"""How much of a refused value its message repeats."""

CONTROL: Final = "holds a control character; take it out"
"""What is said of a value that no text field should send."""

# NUL, ESC, DEL and C1; not tab, line feed or carriage return.
_CONTROL_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_WITHOUT_CONTROL: Final = (
    r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"  # the same for ECMA-262
)
_HALF: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Form:
    """One sort of value.

    Attributes:
        read: makes the value of text without white space at its ends; raises ValidationError.
        schema: keywords of JSON Schema 2020-12 for it, see RFC draft-bhutton-json-schema-01.
        longest: characters that are looked at.
        printable: whether control characters are refused.
    """

    read: Callable[[str], Any]
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    longest: int = LONGEST_VALUE
    printable: bool = True

    @property
    def described(self) -> dict[str, Any]:
        """The schema, with the length where that is all there is to say."""
        if self.schema.get("type") != "string" or "enum" in self.schema:
            return dict(self.schema)
        free = self.printable and "pattern" not in self.schema
        pattern = {"pattern": _WITHOUT_CONTROL} if free else {}
        return {**self.schema, "maxLength": self.longest, **pattern}

    def checked(self, value: str) -> Any:  # noqa: ANN401 - whatever `read` makes
        """What `value` says. Raises ValidationError."""
        if len(value) > self.longest:
            raise ValidationError(f"is longer than {self.longest:,} characters; shorten it")
        if self.printable and first_control(value) is not None:
            raise ValidationError(CONTROL)
        return self.read(value.strip())


class One(fields.Field[Any]):
    """The value of a parameter that may be given once."""

    def __init__(
        self,
        form: Form,
        description: str,
        *,
        data_key: str | None = None,
        **metadata: Any,  # noqa: ANN401 - JSON Schema keywords
    ) -> None:
        """Read by `form`; `description` and `metadata` are told in the description."""
        told = {**form.described, "description": description, **metadata}
        super().__init__(data_key=data_key, metadata=told)
        self.form = form

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        if len(value) > 1:
            raise ValidationError(f"is given {len(value):,} times; give it once")
        return self.form.checked(value[0])


class Many(fields.List[Any]):
    """All values of a parameter that may be repeated, sorted, each once."""

    def __init__(self, form: Form, description: str, *, data_key: str | None = None) -> None:
        """Each value is read by `form`."""
        super().__init__(
            fields.Raw(metadata=form.described),
            data_key=data_key,
            metadata={"maxItems": MOST_VALUES, "description": description},
        )
        self.form = form

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        if len(value) > MOST_VALUES:
            raise ValidationError(f"is given {len(value):,} times; at most {MOST_VALUES}")
        return tuple(sorted({self.form.checked(item) for item in value}))


def first_control(value: str) -> int | None:
    """Where the first control character of `value` stands, or None."""
    match = _CONTROL_CHARACTER.search(value)
    return match and match.start()


def printable(text: str) -> str:
    """`text` with a substitute for each control character, fit to be shown again."""
    return _CONTROL_CHARACTER.sub("\ufffd", text)


def quoted(value: str) -> str:
    """`value`, cut where it is long, between quotation marks."""
    return f"“{value[:SHOWN]}…”" if len(value) > SHOWN else f"“{value}”"


def text(longest: int = LONGEST_VALUE, *, as_it_is: bool = False) -> Form:
    """Any text; `as_it_is` with control characters, halves of characters replaced."""
    if not as_it_is:
        return Form(str, longest=longest)
    return Form(lambda value: _HALF.sub("\ufffd", value), longest=longest, printable=False)


def choice(*choices: str) -> Form:
    """One of `choices`."""

    def read(value: str) -> str:
        if value not in choices:
            expected = ", ".join(choices)
            raise ValidationError(f"expected one of {expected}, not {quoted(value)}")
        return value

    return Form(read, {"type": "string", "enum": list(choices)})


def switch() -> Form:
    """`on` or `off`, as True or False."""
    chosen = choice("on", "off")
    return Form(lambda value: bool(chosen.read(value) == "on"), chosen.schema)


def member(kind: type[StrEnum]) -> Form:
    """A member of an enumeration, by its value."""
    chosen = choice(*(item.value for item in kind))
    return Form(lambda value: kind(chosen.read(value)), chosen.schema)


def whole(low: int, high: int) -> Form:
    """A whole number from `low` to `high`, both inclusive."""

    def read(value: str) -> int:
        plain = value.isascii() and value.isdigit() and len(value) < len(str(high)) + 2
        if not plain or not low <= int(value) <= high:
            raise ValidationError(
                f"expected a whole number from {low} to {high:,}, not {quoted(value)}"
            )
        return int(value)

    return Form(read, {"type": "integer", "minimum": low, "maximum": high})


def bound() -> Form:
    """A year, a month or a day."""

    def read(value: str) -> DateBound:
        try:
            return parse_bound(value)
        except ValueError as error:
            why = ", which is not in the calendar" if not_in_calendar(value.strip()) else ""
            raise ValidationError(
                "expected a day, month or year such as 2024-05-12, 2024-05 or 2024, not"
                f" {quoted(value)}{why}"
            ) from error

    return Form(read, {"type": "string", "pattern": BOUND_PATTERN})


def country() -> Form:
    """A country by code or name, as its code; what is none stands as it is."""
    return Form(
        lambda value: value if value == MISSING else countries.resolve(value) or value,
    )


def name() -> Form:
    """A name, as `aliases.key_of` writes it."""

    def read(value: str) -> str:
        key = key_of(value)
        if not key:
            raise ValidationError(f"names nothing: {quoted(value)}")
        return key

    return Form(read)


def comma_list(choices: Iterable[str]) -> Form:
    """Names set apart by commas, tidied up; whether they are among `choices` is told, not checked."""
    known = "|".join(map(re.escape, choices))
    return Form(
        lambda value: ",".join(part.strip() for part in value.split(",") if part.strip()),
        {"type": "string", "pattern": f"^ *({known})( *, *({known}))* *$"},
    )
