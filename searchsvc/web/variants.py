"""Addresses of the searches that differ from one search in a single filter, many at a time.

An answer has a hundred of them. What stands before and behind the filter is the same in all, and is
written once; each is exactly what `Addresses.to` writes of the search that `links` makes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from searchsvc.web import links
from searchsvc.web.parameters import FILTER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import DateBound, SearchParameters, Selection


@dataclass(frozen=True, slots=True)
class Variants:
    """What stands around one filter in the addresses of the first pages of searches.

    Attributes:
        path: of the face that answers.
        before, after: query strings of all parameters before the filter, and of all behind it.
    """

    path: str
    before: str
    after: str

    def selecting(self, selection: Selection) -> str:
        """With this filter on the field that this is around."""
        own = links.written(links.pairs_of_selection(selection))
        return links.with_query(self.path, self.before, own, self.after)

    def dated(self, bound: DateBound | None) -> str:
        """Within a year, month or day; of what is around the dates, see `links.dated`."""
        own = links.written(links.pairs_of_dates(bound, bound))
        return links.with_query(self.path, self.before, own, self.after)


def of_field(addresses: Addresses, parameters: SearchParameters, field: str) -> Variants:
    """What stands around the filter on `field`."""
    there = links.first_page(parameters)
    place = FILTER_FIELDS.index(field)
    order = {selection: FILTER_FIELDS.index(selection.field) for selection in there.selections}
    before = (
        *links.pairs_of_text(there),
        *_pairs(selection for selection, where in order.items() if where < place),
    )
    after = (
        *_pairs(selection for selection, where in order.items() if where > place),
        *links.pairs_of_undated(there),
        *links.pairs_of_dates(there.since, there.until),
        *links.pairs_of_manner(there),
    )
    return Variants(addresses.here, links.written(before), links.written(after))


def of_dates(addresses: Addresses, parameters: SearchParameters) -> Variants:
    """What stands around the bounds of the date, without a bucket width chosen for the old ones."""
    there = replace(links.first_page(parameters), interval=None)
    before = (
        *links.pairs_of_text(there),
        *_pairs(there.selections),
        *links.pairs_of_undated(there),
    )
    return Variants(
        addresses.here, links.written(before), links.written(links.pairs_of_manner(there))
    )


def _pairs(selections: Iterable[Selection]) -> Iterator[tuple[str, str]]:
    return chain.from_iterable(map(links.pairs_of_selection, selections))
