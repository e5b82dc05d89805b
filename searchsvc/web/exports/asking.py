"""The parameters of an export: those of the search, and how much of what is wanted in which form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from marshmallow import ValidationError, post_load, validates_schema

from searchsvc.model import Collection
from searchsvc.web.exports.columns import columns_of
from searchsvc.web.exports.rows import members_of
from searchsvc.web.links import taken_out
from searchsvc.web.schemas import One, SearchSchema, instead
from searchsvc.web.schemas.searching import LONGEST_CURSOR, parameters_from
from searchsvc.web.schemas.values import Many, choice, comma_list, quoted, switch, text, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.web.parameters import SearchParameters

MOST: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be taken out.

    Attributes:
        parameters: the search, without page, facets and size.
        first: how many at most, from where `cursor` leads on; None for all.
        fields: members of rows, or columns, that are wanted, in order; none for all.
        raw: leave cells as they are that a spreadsheet would run as formulas.
        bom: whether a table begins with a byte order mark.
        cursor: where to begin; None for the first hit of what is published.
        skip: how many to leave out from there, of those that `first` counts.
    """

    parameters: SearchParameters
    first: int | None
    fields: tuple[str, ...] = ()
    raw: bool = False
    bom: bool = False
    cursor: str | None = None
    skip: int = 0


class InOrder(Many):
    """All values of a parameter that may be repeated, each once, in the order given."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        super()._deserialize(value)  # may refuse them
        return tuple(dict.fromkeys(self.form.checked(item) for item in value))


class ExportSchema(SearchSchema):
    """Parameters of an export. Those that say what an answer shows have no effect."""

    not_taken: ClassVar[dict[str, str]] = {
        "cursor": "is taken by NDJSON and CSV alone: references are given from the first one on"
    }
    size = One(whole(1, MOST), "Only so many, from the first one on; by default all.")
    highlight = One(switch(), "Has no effect: nothing is highlighted.", default="on")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """What is to be taken out."""
        return Export(
            taken_out(parameters_from(data)),
            data.get("size"),
            tuple(_parts(data)),
            raw=data.get("raw") == "1",
            bom=data.get("bom") == "1",
            cursor=data.get("cursor"),
            skip=data.get("skip", 0),
        )


class _FieldsSchema(ExportSchema):
    """The same, where it can be chosen what rows have, and gone on from any of them."""

    cursor = One(
        text(LONGEST_CURSOR),
        "Where to begin: `next_cursor` of a search, for what follows its hits, or `X-Cursor` of an "
        "export, for the same export once more. All of it is from the generation that it names.",
    )
    skip = One(
        whole(0, MOST),
        "How many to leave out from where `cursor` leads on, which must be given: of an export that "
        "was cut short, the number of rows that came whole. `size` counts them.",
        default=0,
    )

    @staticmethod
    def choices(collection: Collection) -> tuple[str, ...]:
        """What there is to choose from."""
        return members_of(collection)

    @validates_schema
    def _known_parts(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        known = self.choices(self.collection_of(data))
        for part in _parts(data):
            if part not in known:
                detail = f"there is no {quoted(part)}{instead(part, known)}"
                raise ValidationError(detail, "fields")

    @validates_schema
    def _skipping_from_a_cursor(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        if data.get("skip") and "cursor" not in data:
            raise ValidationError(
                "needs `cursor`, without which nobody knows whether what is left out is what came",
                "skip",
            )


def _parts(data: dict[str, Any]) -> list[str]:
    """What rows are wanted to have, each once, in the order given."""
    lists: tuple[str, ...] = data.get("fields_", ())
    return list(dict.fromkeys(part for each in lists for part in each.split(",") if part))


def _all(choices: Callable[[Collection], tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(name for collection in Collection for name in choices(collection)))


def _columns(collection: Collection) -> tuple[str, ...]:
    return tuple(column.name for column in columns_of(collection))


class RowsSchema(_FieldsSchema):
    """Parameters of an export as NDJSON."""

    fields_ = InOrder(
        comma_list(_all(members_of)),
        "Members that rows have besides `id`, set apart by commas or repeated; by default all. "
        "Those of a hit that are about the query (snippets, highlights, explanation) no row has.",
        data_key="fields",
    )


class TableSchema(_FieldsSchema):
    """Parameters of an export as CSV."""

    fields_ = InOrder(
        comma_list(_all(_columns)),
        "Columns wanted, in this order, set apart by commas or repeated; by default all.",
        data_key="fields",
    )
    raw = One(
        choice("0", "1"),
        "1: cells are written as they are. By default an apostrophe stands before each =, +, - or @ "
        "with which a cell begins, or with which it goes on behind a semicolon, a tab or a line "
        "break, white space and invisible characters aside; and before a tab or line break at the "
        "start. So no spreadsheet runs it as a formula, whether it takes commas, semicolons or tabs "
        "for what sets columns apart. Any other separator, a space or a colon, is not thought of.",
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
