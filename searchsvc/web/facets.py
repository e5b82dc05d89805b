"""Counts of a facet with, for each value, the address that asks for it or leaves it out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from searchsvc.fields import MISSING
from searchsvc.model import Collection
from searchsvc.text import fold
from searchsvc.web import formatting, links, variants
from searchsvc.web.answer import Facet, FacetValue, Link
from searchsvc.web.bounds import LARGEST_FACET
from searchsvc.web.language import _
from searchsvc.web.parameters import (
    DATE,
    FILTER_FIELDS,
    DateBound,
    SearchParameters,
    parse_bound,
)

if TYPE_CHECKING:
    from searchsvc.engine.contract import FacetCounts
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import Selection
    from searchsvc.web.variants import Variants

MANY_VALUED: Final = frozenset(
    {
        (Collection.ARTICLES, "speaker"),
        (Collection.ARTICLES, "country"),
        (Collection.ARTICLES, "kind"),
        (Collection.STATEMENTS, "country"),
    }
)
"""Where one document may carry several values, so that asking for all of them makes sense."""
FEW_VALUES: Final = 5
"""So many are seen at a glance, in whatever order."""


def facet(
    counts: FacetCounts,
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    usual_size: int,
) -> Facet:
    """A facet as shown.

    Args:
        counts: as the engine gives them for `parameters`.
        parameters: the search.
        addresses: where links lead.
        usual_size: how many values are shown where the address does not say.
    """
    if counts.field == DATE:
        return _date_facet(counts, parameters, addresses)
    return _terms_facet(counts, parameters, addresses, usual_size=usual_size)


def _terms_facet(
    counts: FacetCounts,
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    usual_size: int,
) -> Facet:
    field = counts.field
    selection = parameters.selection(field)
    around = variants.of_field(addresses, parameters, field)
    found = {bucket.value: bucket.count for bucket in counts.buckets}
    listed = sorted(found, key=partial(_by_name, field)) if field in parameters.by_name else found
    order = (*selection.chosen, *selection.excluded, *listed)
    values = [
        _value(selection, around, value, found.get(value, 0))
        for value in dict.fromkeys(order)
        if value != MISSING
    ]
    several = selection.every or len(selection.chosen) > 1
    many = (parameters.collection, field) in MANY_VALUED
    switched = links.switching(selection)
    return Facet(
        field=field,
        label=formatting.field_label(field, parameters.collection),
        every=selection.every,
        values=tuple(values),
        missing=_missing(counts, selection, around),
        total_values=counts.distinct,
        interval=None,
        mode_url=around.selecting(switched) if several and (many or selection.every) else None,
        more=_more(counts, parameters, addresses, shown=len(values), usual_size=usual_size),
        fewer=_fewer(parameters, addresses, field, usual_size=usual_size),
        order=_order(counts, parameters, addresses, usual_size=usual_size),
        trail=(),
    )


def _value(selection: Selection, around: Variants, value: str, count: int) -> FacetValue:
    field = selection.field
    chosen, left_out = value in selection.chosen, value in selection.excluded
    toggle_url = exclude_url = None
    if not selection.active and count > 0:  # as nearly always
        toggle_url, exclude_url = around.either(value)
    elif count > 0 or chosen or left_out:
        toggle_url = around.selecting(links.toggling(selection, value))
        exclude_url = around.selecting(links.excluding(selection, value))
    return FacetValue(
        value=value,
        label=formatting.value_label(field, value),
        count=count,
        selected=chosen,
        excluded=left_out,
        toggle_url=toggle_url,
        exclude_url=exclude_url,
        joins=bool(selection.chosen) and not (selection.every or chosen or left_out),
    )


def _missing(counts: FacetCounts, selection: Selection, around: Variants) -> FacetValue | None:
    asked = MISSING in selection.chosen or MISSING in selection.excluded
    if not counts.missing and not asked:
        return None
    return _value(selection, around, MISSING, counts.missing)


def _more(
    counts: FacetCounts,
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    shown: int,
    usual_size: int,
) -> Link | None:
    size = min(counts.distinct, LARGEST_FACET)
    if shown >= counts.distinct or parameters.facet_size(counts.field, usual_size) >= size:
        return None
    number = formatting.number(counts.distinct)
    label = _("Show all %(num)s", num=number)
    if size < counts.distinct:
        label = _("Show %(shown)s of %(num)s", shown=formatting.number(size), num=number)
    return Link(label, addresses.to(_sized(parameters, counts.field, size)))


def _fewer(
    parameters: SearchParameters, addresses: Addresses, field: str, *, usual_size: int
) -> Link | None:
    if parameters.facet_size(field, usual_size) <= usual_size:
        return None
    return Link(_("Show fewer"), addresses.to(_sized(parameters, field, None)))


def _order(
    counts: FacetCounts, parameters: SearchParameters, addresses: Addresses, *, usual_size: int
) -> Link | None:
    """From A to Z all are shown that can be: the ten most frequent in another order help nobody."""
    field = counts.field
    if field in parameters.by_name:
        kept = tuple(name for name in parameters.by_name if name != field)
        return Link(_("By count"), addresses.to(_sized(parameters, field, None, by_name=kept)))
    if counts.distinct <= FEW_VALUES:
        return None
    named = {*parameters.by_name, field}
    size = min(counts.distinct, LARGEST_FACET)
    by_name = tuple(name for name in FILTER_FIELDS if name in named)
    size_there = size if size > usual_size else None
    return Link(_("A–Z"), addresses.to(_sized(parameters, field, size_there, by_name=by_name)))


def _by_name(field: str, value: str) -> tuple[str, str]:
    return fold(formatting.value_label(field, value)), value


def _sized(
    parameters: SearchParameters,
    field: str,
    size: int | None,
    *,
    by_name: tuple[str, ...] | None = None,
) -> SearchParameters:
    """With another number of values of one facet, and others `by_name`; the hits, so the page, stay."""
    sizes = dict(parameters.facet_sizes)
    sizes.pop(field, None)
    if size is not None:
        sizes[field] = size
    return replace(
        parameters,
        facet_sizes=tuple(sorted(sizes.items())),
        by_name=parameters.by_name if by_name is None else by_name,
    )


def _date_facet(counts: FacetCounts, parameters: SearchParameters, addresses: Addresses) -> Facet:
    around = variants.of_dates(addresses, parameters)
    undated = FacetValue(
        value=MISSING,
        label=formatting.missing_label(DATE),
        count=counts.missing,
        selected=parameters.undated,
        excluded=False,
        toggle_url=addresses.to(links.undated(parameters))
        if counts.missing or parameters.undated
        else None,
        exclude_url=None,
        joins=not parameters.undated and bool(parameters.since or parameters.until),
    )
    return Facet(
        field=DATE,
        label=formatting.field_label(DATE, parameters.collection),
        every=False,
        values=tuple(
            _date_value(parameters, around, bucket.value, bucket.count)
            for bucket in counts.buckets
            if bucket.value != MISSING
        ),
        missing=undated if counts.missing or parameters.undated else None,
        total_values=counts.distinct,
        interval=counts.interval,
        mode_url=None,
        more=None,
        fewer=None,
        order=None,
        trail=_trail(parameters, around),
    )


def _date_value(
    parameters: SearchParameters, around: Variants, value: str, count: int
) -> FacetValue:
    selected, toggle_url = False, around.within(value) if count else None
    if parameters.since is not None and parameters.until is not None:
        bound = parse_bound(value)
        selected = _covers_exactly(parameters, bound)
        toggle_url = around.dated(bound.parent) if selected else toggle_url
    return FacetValue(
        value=value,
        label=formatting.bucket(value),
        count=count,
        selected=selected,
        excluded=False,
        toggle_url=toggle_url,
        exclude_url=None,
        joins=parameters.undated and not selected,
    )


def _covers_exactly(parameters: SearchParameters, bound: DateBound) -> bool:
    since, until = parameters.since, parameters.until
    return (
        since is not None
        and until is not None
        and (since.first, until.last) == (bound.first, bound.last)
    )


def _trail(parameters: SearchParameters, around: Variants) -> tuple[Link, ...]:
    """All dates, then the year, month and day that the bounds lie in."""
    since, until = parameters.since, parameters.until
    if since is None and until is None:
        return ()
    steps: list[DateBound] = []
    if since is not None and until is not None:
        first, last = since.first, until.last
        candidates = (
            DateBound(first.year),
            DateBound(first.year, first.month),
            DateBound(first.year, first.month, first.day),
        )
        steps = [step for step in candidates if step.first <= first and last <= step.last]
    everything = Link(_("All dates"), around.dated(None))
    return (
        everything,
        *(
            Link(
                formatting.bucket(str(step)),
                around.dated(step),
                current=_covers_exactly(parameters, step),
            )
            for step in steps
        ),
    )
