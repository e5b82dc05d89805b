"""Addresses of the searches that differ from one search in a single filter, many at a time.

An answer has a hundred of them. What stands before and behind the filter is the same in all, and is
written once; each is exactly what `Addresses.to` writes of the search that `links` makes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from searchsvc.web import links
from searchsvc.web.parameters import DATE, FILTER_FIELDS
from searchsvc.web.writing import no_longer, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import DateBound, SearchParameters, Selection


@dataclass(frozen=True, slots=True)
class Variants:
    """What stands around one filter in the addresses of the first pages of searches.

    Attributes:
        field: that is filtered on.
        head: the path of the face that answers, and all parameters before the filter, up to the mark
            that sets off the next one.
        tail: all parameters behind it, the mark before them included; may be empty.
        longest: as in `Addresses`; None stands for what would be longer.
    """

    field: str
    head: str
    tail: str
    longest: int

    def selecting(self, selection: Selection) -> str | None:
        """With this filter on the field that this is around."""
        return self._around(written(links.pairs_of_selection(selection)))

    def either(self, value: str) -> tuple[str | None, str | None]:
        """With a filter that asks for this one value, and with one that leaves it out."""
        own = written(((self.field, value),))
        return self._around(own), self._around(f"not.{own}")

    def dated(self, bound: DateBound | None) -> str | None:
        """Within a year, month or day; of what is around the dates, see `links.dated`."""
        return self._around(written(links.pairs_of_dates(bound, bound)))

    def within(self, bucket: str) -> str | None:
        """The same of a value of the date facet."""
        return self._around(f"date.from={bucket}&date.to={bucket}")

    def _around(self, own: str) -> str | None:
        if len(self.head) + len(self.tail) > self.longest + 1:  # whatever stands between the two
            return None
        found = f"{self.head}{own}{self.tail}"
        if not own:
            found = f"{self.head}{self.tail[1:]}" if self.tail else self.head[:-1]
        return no_longer(found, self.longest)


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
    return _variants(field, addresses, written(before), written(after))


def of_dates(addresses: Addresses, parameters: SearchParameters) -> Variants:
    """What stands around the bounds of the date, without a bucket width chosen for the old ones."""
    there = replace(links.first_page(parameters), interval=None)
    before = (
        *links.pairs_of_text(there),
        *_pairs(there.selections),
        *links.pairs_of_undated(there),
    )
    after = links.pairs_of_manner(there)
    return _variants(DATE, addresses, written(before), written(after))


def _variants(field: str, addresses: Addresses, before: str, after: str) -> Variants:
    head = f"{addresses.here}?{before}&" if before else f"{addresses.here}?"
    return Variants(field, head, f"&{after}" if after else "", addresses.longest)


def _pairs(selections: Iterable[Selection]) -> Iterator[tuple[str, str]]:
    return chain.from_iterable(map(links.pairs_of_selection, selections))
