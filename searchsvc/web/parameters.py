"""What the address of a search says, as one frozen value.

`SearchParameters` is the whole state of the search page and of the JSON endpoint: `schemas` reads
it from an address, `links` writes it back, `search` turns it into a request to the engine.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from searchsvc.fields import FIELDS, IDENTIFYING, facet_fields
from searchsvc.model import Collection
from searchsvc.query import Match

if TYPE_CHECKING:
    from searchsvc.engine.contract import Interval, Sort

DEFAULT_COLLECTION: Final = Collection.STATEMENTS
"""What is searched where the address does not say: who said what is what this archive is for."""

DATE: Final = "date"
NO_FACETS: Final = "none"
"""What `facets=` says where no facet is to be counted."""
FILTER_FIELDS: Final = tuple(item.name for item in FIELDS if item.facet and item.name != DATE)
"""Fields that `name=`, `not.name=` and `name.op=` filter on, in canonical order."""

_LAST_MONTH: Final = 12
_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DAY = r"(?P<day>[0-9]{1,2})"
# 2024, 2024-5, 2024-05-12; not 24-05-12, 12.05.2024 or 2024-05-12T10:00.
_BOUND: Final = re.compile(rf"{_YEAR}(?:-{_MONTH}(?:-{_DAY})?)?")
BOUND_PATTERN: Final = (
    "^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
    "(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12][0-9]|3[01]))?)?$"
)
"""What a bound looks like, as a regular expression of ECMA-262; that November has no 31st, it
does not say."""


@dataclass(frozen=True, slots=True)
class DateBound:
    """A year, a month or a day; `str()` of it is `2024`, `2024-05` or `2024-05-12`."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """As written in addresses and in the values of the date facet."""
        rest = (part for part in (self.month, self.day) if part is not None)
        return "-".join((f"{self.year:04}", *(f"{part:02}" for part in rest)))

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(
            self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    @property
    def last(self) -> dt.date:
        """Its last day."""
        month = _LAST_MONTH if self.month is None else self.month
        day = calendar.monthrange(self.year, month)[1] if self.day is None else self.day
        return dt.date(self.year, month, day)

    @property
    def parent(self) -> DateBound | None:
        """The month of a day, the year of a month; a year has none."""
        if self.month is None:
            return None
        return DateBound(self.year, None if self.day is None else self.month)

    def beside(self, step: int) -> DateBound | None:
        """The year, month or day before it (`step` -1) or after it (1); None beyond the calendar."""
        edge = self.first if step < 0 else self.last
        try:
            day = dt.date.fromordinal(edge.toordinal() + step)
        except ValueError:
            return None
        return DateBound(
            day.year,
            None if self.month is None else day.month,
            None if self.day is None else day.day,
        )


@lru_cache(maxsize=4096)
def parse_bound(text: str) -> DateBound:
    """The year, month or day that `text` writes; kept, as every answer names the same months.

    Raises:
        ValueError: it is none, or not in the calendar.
    """
    match = _BOUND.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day = (
        int(part) if part else None for part in match.group("year", "month", "day")
    )
    bound = DateBound(year or 0, month, day)
    _ = bound.first, bound.last  # the calendar's own check
    return bound


@dataclass(frozen=True, slots=True)
class Selection:
    """The filter on one field.

    Attributes:
        chosen: values asked for, sorted.
        excluded: values left out, sorted.
        every: all of `chosen` must be there, not just any.
    """

    field: str
    chosen: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    every: bool = False

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.chosen or self.excluded)


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """One search as its address says it.

    Attributes:
        text: the query as typed, without white space at its ends.
        selections: active ones only, in the order of `FILTER_FIELDS`.
        since, until: inclusive bounds of the date; None leaves that side open.
        undated: take undated documents as well; alone, only those.
        sort: None where the user did not choose.
        size: hits a page; None for the setting.
        facets: None for all but `IDENTIFYING`; empty for none at all.
        facet_sizes: field and number of values, where not the setting; in canonical order.
        by_name: facets whose values are listed from A to Z; in canonical order.
        interval: of the date facet; None lets the engine choose.
        page: from 1.
        match: how many of the words side by side a document must have.
        explain: whether each hit is to say why it has its score.
        expand: whether other names of what the text names are looked for as well.
        fields: members of a hit that are wanted besides its id; None for all. Of JSON only.
        highlight: whether to say what matched.
        cursor: where to go on, as an answer gave it; None for `page`. Of JSON only.
        unexpanded: keys (see `aliases.key_of`) of names that are looked for as typed; sorted.
    """

    text: str = ""
    collection: Collection = DEFAULT_COLLECTION
    selections: tuple[Selection, ...] = ()
    since: DateBound | None = None
    until: DateBound | None = None
    undated: bool = False
    sort: Sort | None = None
    size: int | None = None
    facets: tuple[str, ...] | None = None
    facet_sizes: tuple[tuple[str, int], ...] = ()
    by_name: tuple[str, ...] = ()
    interval: Interval | None = None
    page: int = 1
    match: Match = Match.ALL
    explain: bool = False
    expand: bool = True
    unexpanded: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    highlight: bool = True
    cursor: str | None = None

    def selection(self, field: str) -> Selection:
        """The filter on `field`, active or not."""
        return next((item for item in self.selections if item.field == field), Selection(field))

    def facet_size(self, field: str, default: int) -> int:
        """How many values of `field` to show."""
        return dict(self.facet_sizes).get(field, default)

    @property
    def dated(self) -> bool:
        """Whether the date filters anything."""
        return self.since is not None or self.until is not None or self.undated

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Facets to count."""
        if self.facets is not None:
            return self.facets
        return tuple(name for name in facet_fields(self.collection) if name not in IDENTIFYING)

    @property
    def constrained(self) -> bool:
        """Whether anything at all narrows the search."""
        return bool(self.text or self.selections) or self.dated


def with_selection(parameters: SearchParameters, selection: Selection) -> SearchParameters:
    """The same search with another filter on the selection's field."""
    kept = {item.field: item for item in parameters.selections} | {selection.field: selection}
    return replace(
        parameters,
        selections=tuple(
            kept[name] for name in FILTER_FIELDS if name in kept and kept[name].active
        ),
    )


def in_collection(parameters: SearchParameters, collection: Collection) -> SearchParameters:
    """The same search in `collection`, without what that collection does not have."""
    known = facet_fields(collection)
    facets = parameters.facets
    return replace(
        parameters,
        collection=collection,
        selections=tuple(item for item in parameters.selections if item.field in known),
        facets=None if facets is None else tuple(name for name in facets if name in known),
        facet_sizes=tuple(item for item in parameters.facet_sizes if item[0] in known),
        by_name=tuple(name for name in parameters.by_name if name in known),
    )
