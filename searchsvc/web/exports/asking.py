"""The parameters of an export: those of the search, and how much of what is wanted in which form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from searchsvc.model import Collection
from searchsvc.web.exports.columns import columns_of
from searchsvc.web.exports.rows import members_of
from searchsvc.web.links import taken_out
from searchsvc.web.schemas import One, SearchSchema, nearest
from searchsvc.web.schemas.searching import parameters_from
from searchsvc.web.schemas.values import choice, comma_list, quoted, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.web.parameters import SearchParameters

MOST: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be taken out.

    Attributes:
        parameters: the search, without page, facets and size.
        first: how many at most, from the first one on; None for all.
        fields: members of rows, or columns, that are wanted, in order; none for all.
        raw: leave cells as they are that a spreadsheet would run as formulas.
        bom: whether a table begins with a byte order mark.
    """

    parameters: SearchParameters
    first: int | None
    fields: tuple[str, ...] = ()
    raw: bool = False
    bom: bool = False


class ExportSchema(SearchSchema):
    """Parameters of an export. Those that say what an answer shows have no effect."""

    size = One(whole(1, MOST), "Only so many, from the first one on; by default all.")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """What is to be taken out."""
        return Export(
            taken_out(parameters_from(data)),
            data.get("size"),
            tuple(_parts(data.get("fields_", ""))),
            raw=data.get("raw") == "1",
            bom=data.get("bom") == "1",
        )


class _FieldsSchema(ExportSchema):
    """The same, where it can be chosen what rows have."""

    @staticmethod
    def choices(collection: Collection) -> tuple[str, ...]:
        """What there is to choose from."""
        return members_of(collection)

    @validates_schema
    def _known_parts(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        known = self.choices(self.collection_of(data))
        for part in _parts(data.get("fields_", "")):
            if part not in known:
                near = nearest(part, known)
                hint = f"; did you mean {near}?" if near else f"; there are {', '.join(known)}"
                raise ValidationError(f"there is no {quoted(part)}{hint}", "fields")


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in text.split(",") if part))


def _all(choices: Callable[[Collection], tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(name for collection in Collection for name in choices(collection)))


def _columns(collection: Collection) -> tuple[str, ...]:
    return tuple(column.name for column in columns_of(collection))


class RowsSchema(_FieldsSchema):
    """Parameters of an export as NDJSON."""

    fields_ = One(
        comma_list(_all(members_of)),
        "Members that rows have besides `id`, set apart by commas; by default all.",
        data_key="fields",
    )


class TableSchema(_FieldsSchema):
    """Parameters of an export as CSV."""

    fields_ = One(
        comma_list(_all(_columns)),
        "Columns wanted, in this order, set apart by commas; by default all.",
        data_key="fields",
    )
    raw = One(
        choice("0", "1"),
        "1: cells that begin with =, +, -, @, a tab or a line break are written as they are. By "
        "default an apostrophe stands before them, so that no spreadsheet runs them as formulas.",
        default="0",
    )
    bom = One(
        choice("0", "1"),
        "1: begin with a byte order mark, without which Excel does not read UTF-8.",
        default="0",
    )

    @staticmethod
    def choices(collection: Collection) -> tuple[str, ...]:
        """What there is to choose from."""
        return _columns(collection)


REFERENCES: Final = ExportSchema()
ROWS: Final = RowsSchema()
TABLE: Final = TableSchema()
