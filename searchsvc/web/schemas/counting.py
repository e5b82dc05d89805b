"""The parameters of requests for facet values, a timeline, a matrix and a comparison.

All take the parameters of a search: the address of a search, with another path, counts just that.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Final

from marshmallow import ValidationError, fields, post_load, validates_schema

from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.web.bounds import LONGEST_QUERY
from searchsvc.web.parameters import FILTER_FIELDS
from searchsvc.web.reads import compare, listing, matrix, timeline
from searchsvc.web.reads.compare import CompareQuestion
from searchsvc.web.reads.listing import FacetQuestion, Order
from searchsvc.web.reads.matrix import MatrixQuestion
from searchsvc.web.reads.timeline import TimelineQuestion
from searchsvc.web.schemas.searching import SearchSchema, parameters_from
from searchsvc.web.schemas.values import One, choice, member, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIDES: Final = ("a", "b")


class FacetSchema(SearchSchema):
    """Parameters of a search, under which values are counted, and those of the list of them."""

    prefix = One(
        text(LONGEST_QUERY),
        "How any word of a name begins, or another name of the same: burma finds Myanmar.",
    )
    order = One(
        member(Order),
        "By count, the largest first, or by name.",
        default=Order.COUNT.value,
    )
    limit = One(
        whole(1, listing.LARGEST_LIMIT), "Values on one page.", default=listing.USUAL_LIMIT
    )

    @validates_schema
    def _not_too_deep(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        limit = data.get("limit", listing.USUAL_LIMIT)
        if data.get("page", 1) * limit > listing.DEEPEST:
            detail = (
                f"with {limit} values each the last page is {listing.DEEPEST // limit:,}, as "
                f"pages reach {listing.DEEPEST:,} values; find those further down by `prefix`"
            )
            raise ValidationError(detail, "page")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """Which values are asked for; the field, which the path names, is empty."""
        return FacetQuestion(
            "",
            parameters_from(data),
            data.get("prefix", ""),
            data.get("order", Order.COUNT),
            data.get("limit", listing.USUAL_LIMIT),
        )


class TimelineSchema(SearchSchema):
    """Parameters of a search, and by what it is split."""

    by = One(
        choice(*FILTER_FIELDS),
        "A facet: each of its most frequent values gets a timeline of its own; how many, "
        f"`facet.size.FIELD` says, up to {timeline.MOST_SERIES}, by default "
        f"{timeline.USUAL_SERIES}.",
    )

    @validates_schema
    def _known_field(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        _check_field(self, data, "by")
        if "by" in data:
            _check_size(data, data["by"], timeline.MOST_SERIES)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """What is to be seen over time."""
        parameters, by = parameters_from(data), data.get("by")
        size = parameters.facet_size(by, timeline.USUAL_SERIES) if by else timeline.USUAL_SERIES
        return TimelineQuestion(parameters, by, size)


class MatrixSchema(SearchSchema):
    """Parameters of a search, and the two facets to be seen across each other."""

    rows = One(
        choice(*FILTER_FIELDS),
        "The facet of the rows; by default speaker_country, of articles speaker. How many rows, "
        f"`facet.size.FIELD` says, up to {matrix.LARGEST_SIZE}, by default {matrix.USUAL_SIZE}.",
    )
    columns = One(
        choice(*FILTER_FIELDS),
        "The facet of the columns, likewise; the same as that of the rows for what is named "
        "together.",
        default="country",
    )

    @validates_schema
    def _known_fields(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        for name in ("rows", "columns"):
            _check_field(self, data, name)
        for field in self._fields(data):
            _check_size(data, field, matrix.LARGEST_SIZE)

    def _fields(self, data: dict[str, Any]) -> tuple[str, str]:
        rows, columns = matrix.USUAL_FIELDS[self.collection_of(data)]
        return data.get("rows", rows), data.get("columns", columns)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """Which fields are to be seen across each other."""
        parameters = parameters_from(data)
        rows, columns = self._fields(data)
        sizes = (parameters.facet_size(each, matrix.USUAL_SIZE) for each in (rows, columns))
        return MatrixQuestion(parameters, rows, columns, *sizes)


_NOT_OF_A_SIDE: Final = frozenset(
    ("collection", "sort", "size", "explain", "facets", "by_name", "interval", "page")
)


def _of_statements(name: str) -> bool:
    """Whether a parameter is no filter, or one on a field of statements."""
    field = name.removeprefix("not_").removesuffix("_op")
    return field not in FILTER_FIELDS or field in facet_fields(Collection.STATEMENTS)


def _of_sides() -> dict[str, fields.Field[Any]]:
    """The parameters that narrow one side."""
    found: dict[str, fields.Field[Any]] = {}
    for name, item in SearchSchema().fields.items():
        if name in _NOT_OF_A_SIDE or name.startswith("facet_size_") or not _of_statements(name):
            continue
        for side in SIDES:
            own = copy.deepcopy(item)
            key = item.data_key or name
            own.data_key = f"{side}.{key}"
            told = f"As `{key}`, of side {side} alone, in place of that of both."
            own.metadata = {**item.metadata, "description": told}
            found[f"{side}_{name}"] = own
    return found


class CompareSchema(SearchSchema):
    """Parameters of the search that both sides begin from, and of each side."""

    class Meta(SearchSchema.Meta):
        """With the parameters of the sides."""

        include: ClassVar[dict[str, fields.Field[Any]]] = _of_sides()

    size = One(
        whole(1, compare.LARGEST_SIZE),
        "Countries, pairs, and words of each side, at most.",
        default=compare.USUAL_SIZE,
    )

    def collections(self, _data: dict[str, Any]) -> Iterable[Collection]:
        """What may be compared."""
        return (Collection.STATEMENTS,)

    @validates_schema
    def _sides_right(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        if self.collection_of(data) is not Collection.STATEMENTS:
            raise ValidationError("statements are compared; leave it out", "in")
        for side in SIDES:
            merged = _side(data, side)
            since, until = merged.get("since"), merged.get("until")
            if since is not None and until is not None and until.last < since.first:
                named = "until" if f"{side}_until" in data else "since"
                if f"{side}_{named}" in data:
                    key = "date.to" if named == "until" else "date.from"
                    detail = f"side {side} ends before its first day; swap the two"
                    raise ValidationError(detail, f"{side}.{key}")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """What is to be compared."""
        common = {key: value for key, value in data.items() if key != "size"}
        a, b = (parameters_from(_side(common, side)) for side in SIDES)
        return CompareQuestion(parameters_from(common), a, b, data.get("size", compare.USUAL_SIZE))


def _side(data: Mapping[str, Any], side: str) -> dict[str, Any]:
    """The search of one side: that of both, with its own parameters in their place."""
    own = {key[2:]: value for key, value in data.items() if key.startswith(f"{side}_")}
    return {key: value for key, value in data.items() if key[:2] not in {"a_", "b_"}} | own


def _check_field(schema: SearchSchema, data: Mapping[str, Any], name: str) -> None:
    collection = schema.collection_of(dict(data))
    known = [field for field in facet_fields(collection) if field != "date"]
    if name in data and data[name] not in known:
        choices = ", ".join(known)
        raise ValidationError(f"{collection.value} have {choices}, not {data[name]}", name)


def _check_size(data: Mapping[str, Any], field: str, most: int) -> None:
    if data.get(f"facet_size_{field}", 0) > most:
        detail = f"expected a whole number from 1 to {most} here"
        raise ValidationError(detail, f"facet.size.{field}")


FACET: Final = FacetSchema()
TIMELINE: Final = TimelineSchema()
MATRIX: Final = MatrixSchema()
COMPARE: Final = CompareSchema()
