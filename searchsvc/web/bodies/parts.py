"""The small things that answers are made of, and how their members are declared.

Every member is described, is always there, and is of the type it says; what may be null says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marshmallow import RAISE, Schema, fields

from searchsvc import countries
from searchsvc.model import DateOrigin, DatePrecision, DayPrecision, SpeakerKind
from searchsvc.web.bodies.compiled import Named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.model import ArticleDate


class Body(Schema):
    """An object of an answer; it has no members but those declared."""

    class Meta:
        """Nothing else is there."""

        unknown = RAISE


def string(
    description: str,
    *,
    of: str | None = None,
    null: bool = False,
    among: Iterable[str] | None = None,
    **metadata: Any,  # noqa: ANN401 - JSON Schema keywords
) -> fields.String:
    """Text; `of` names the attribute where it is not the member's name, `among` all values."""
    if among is not None:
        metadata["enum"] = [*map(str, among), *([None] if null else [])]
    told = {"description": description, **metadata}
    return fields.String(attribute=of, allow_none=null, required=True, metadata=told)


def address(description: str, *, of: str | None = None, null: bool = False) -> fields.String:
    """An address relative to the host, path and all."""
    return string(description, of=of, null=null, format="uri-reference")


def this(
    description: str = "This answer, in canonical form.",
    *,
    of: str | None = None,
    null: bool = True,
) -> fields.String:
    """The member `self` of links; `null` where no address may be able to hold what was asked."""
    told = {"description": description, "format": "uri-reference"}
    return fields.String(
        attribute=of, data_key="self", allow_none=null, required=True, metadata=told
    )


def whole(description: str, *, of: str | None = None, null: bool = False) -> fields.Integer:
    """A whole number from 0."""
    told = {"description": description, "minimum": 0}
    return fields.Integer(attribute=of, allow_none=null, required=True, metadata=told)


def number(description: str) -> fields.Float:
    """Any number."""
    return fields.Float(required=True, metadata={"description": description})


def yes(description: str) -> fields.Boolean:
    """True or false."""
    return fields.Boolean(required=True, metadata={"description": description})


def part(
    schema: type[Schema], description: str, *, of: str | None = None, null: bool = False
) -> fields.Nested:
    """An object."""
    told = {"description": description}
    return fields.Nested(schema, attribute=of, allow_none=null, required=True, metadata=told)


def several(
    inner: type[Schema] | fields.Field[Any], description: str, *, of: str | None = None
) -> fields.List[Any]:
    """A list of objects or values."""
    each = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
    return fields.List(each, attribute=of, required=True, metadata={"description": description})


def strings(description: str, *, of: str | None = None) -> fields.List[Any]:
    """A list of texts."""
    return several(fields.String(), description, of=of)


class SpanBody(Body):
    """Offsets count characters (code points) of the text named beside them."""

    start = whole("Offset of the first character.")
    end = whole("Offset after the last character.")


class SnippetBody(Body):
    """A stretch of the body that shows why it was found."""

    text = string("The stretch.")
    offset = whole("Where it begins in the body.")
    highlights = several(SpanBody, "What matched, as offsets into `text`.")


class DateBody(Body):
    """A publication date."""

    value = string(
        "2017-05-12 or, where the time is known, 2017-05-12T22:00, as printed by the publisher."
    )
    precision = string("How exactly it is known.", among=DatePrecision)
    origin = fields.String(
        data_key="from",
        required=True,
        metadata={
            "description": "Where it was found.",
            "enum": [each.value for each in DateOrigin],
        },
    )


def _dated(date: ArticleDate) -> dict[str, str]:
    return {
        "value": date.isoformat(),
        "precision": date.precision.value,
        "from": date.origin.value,
    }


def date_of(description: str) -> fields.Nested:
    """A publication date, or null."""
    told = {"description": description}
    return Named(DateBody, _dated, allow_none=True, required=True, metadata=told)


class CountryBody(Body):
    """A country, or a body of countries such as the EU."""

    value = string("Code: two capitals as in ISO 3166-1, bodies in small letters (eu).")
    label = string("Name.")


def _labelled(code: str) -> dict[str, str]:
    return {"value": code, "label": countries.label(code)}


def country_of(description: str, *, of: str | None = None, null: bool = False) -> fields.Nested:
    """A country by its code."""
    told = {"description": description}
    return Named(
        CountryBody, _labelled, attribute=of, allow_none=null, required=True, metadata=told
    )


def country_list(description: str, *, of: str | None = None) -> fields.List[Any]:
    """Countries by their codes."""
    return several(Named(CountryBody, _labelled), description, of=of)


class SpeakerBody(Body):
    """Who said it."""

    name = string("One name for one person in the whole archive; for the unnamed the words used.")
    kind = string("What sort of source.", among=SpeakerKind)
    role = string("As this article gives it (president, spokesperson).", null=True)
    country = country_of("The speaker’s own country, where it is known.", null=True)


class SaidBody(Body):
    """When it was said, by the words of the article."""

    day = fields.Date(
        required=True,
        metadata={"description": "The day, or the first day of the week, month or year."},
    )
    precision = string("How much time from `day` on is meant.", among=DayPrecision)


FINDS: Final = (
    "The search that finds just these; null where there are none, or no address can hold it."
)


class LinkedBody(Body):
    """An exact number of documents, and the search that finds them."""

    count = whole("How many.")
    url = address(FINDS, null=True)
