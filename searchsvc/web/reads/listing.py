"""All values of one facet under a search: by pages, by the start of a name, by count or by name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from searchsvc.aliases import expand
from searchsvc.engine.contract import FacetRequest
from searchsvc.engine.suggestions import SuggestRequest
from searchsvc.fields import MISSING
from searchsvc.guessing import NAMED_FIELDS, begins, words_of
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.text import fold
from searchsvc.web import formatting, links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.aliases import Aliases
    from searchsvc.web.answer import Linked
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Asking, Provenance

EVERY: Final = 1 << 31
"""More values than any field has."""
DEEPEST: Final = 100_000
"""Values that pages reach."""
MOST_SORTED: Final = 50_000
"""Values that are listed by name."""
MOST_SPLIT: Final = 20_000
"""Values that are split into words for a prefix, where the index does not know their words."""
USUAL_LIMIT: Final = 100
LARGEST_LIMIT: Final = 1000


class Order(StrEnum):
    """Of the values of a facet."""

    COUNT = "count"
    """The most frequent first, ties by value."""
    NAME = "name"
    """By label, without regard to capitals and accents."""


@dataclass(frozen=True, slots=True)
class FacetQuestion:
    """Which values of a facet are asked for.

    Attributes:
        field: a facet field of the collection other than `date`.
        parameters: the search under which they are counted, and the page.
        prefix: how a word of a name of the value begins, or of another name of it; empty for all.
        order: of the values.
        limit: values a page.
    """

    field: str
    parameters: SearchParameters
    prefix: str = ""
    order: Order = Order.COUNT
    limit: int = USUAL_LIMIT


@dataclass(frozen=True, slots=True)
class ListedValue:
    """A value, how it stands in the search, and where it leads.

    Attributes:
        found: the search for this value alone among those any of which would do.
        via: the name that the prefix begins, where that is another than the label; else None.
        selected, excluded: whether the search asks for it, or leaves it out.
        toggle_url: to ask for it as well, or no longer; None where it would find nothing.
        exclude_url: to leave it out, or no longer; None likewise.
    """

    value: str
    label: str
    found: Linked
    via: str | None
    selected: bool
    excluded: bool
    toggle_url: str | None
    exclude_url: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the values of a facet.

    Attributes:
        label: of the field.
        total: what the search finds.
        distinct: how many values it finds, listed or not.
        matching: how many of them the prefix begins; all of them without a prefix.
        values: of this page; those that find nothing only where the search names them.
        missing: the documents found without any value.
        page, pages: from 1; at least one.
    """

    question: FacetQuestion
    label: str
    total: Linked
    distinct: int
    matching: int
    values: tuple[ListedValue, ...]
    missing: Linked
    page: int
    pages: int
    provenance: Provenance

    @property
    def last_page(self) -> int:
        """The last page that can be asked for."""
        return min(self.pages, DEEPEST // self.question.limit)


class TooManyValues(Exception):
    """A field has more values in a search than are put in another order than by count."""

    def __init__(self, parameter: str, distinct: int, most: int) -> None:
        """Name the parameter that asks for it, and what to do."""
        self.parameter = parameter
        super().__init__(
            f"the search finds {distinct:,} values; up to {most:,} are looked through for"
            " this. Narrow the search, or list them by count"
        )


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    label: str
    count: int
    via: str | None = None


def listing(asking: Asking, question: FacetQuestion) -> Listing:
    """The values that `question` asks for.

    Raises:
        TooManyValues: there are too many to be ordered so.
        EngineError: the engine cannot answer.
    """
    parameters, field, limit = question.parameters, question.field, question.limit
    last = parameters.page * limit
    by_name = question.order is Order.NAME and not question.prefix
    whole = by_name or (bool(question.prefix) and field not in NAMED_FIELDS)
    most = MOST_SORTED if by_name else MOST_SPLIT
    result = asking.counts(parameters, FacetRequest(field, size=most if whole else last))
    (counts,) = result.facets
    if whole and counts.distinct > most:
        raise TooManyValues("order" if by_name else "prefix", counts.distinct, most)
    matching = counts.distinct
    # Some are named by the search's own filter, and listed whatever they count.
    listed = matching + sum(not bucket.count for bucket in counts.buckets)
    # By count the page is known before anything is made of values that are not on it.
    buckets = counts.buckets if whole else counts.buckets[last - limit : last]
    skipped = 0 if whole or question.prefix else last - limit
    values = [
        _Value(bucket.value, formatting.value_label(field, bucket.value), bucket.count)
        for bucket in buckets
    ]
    if question.prefix:
        values = _begun(asking, question, values)
        matching = listed = len(values)
    if question.order is Order.NAME:
        values.sort(key=_by_name)
    shown = values[last - limit - skipped : last - skipped]
    asking.leading_to(3 * len(shown))
    missing = links.only(parameters, field, MISSING)
    return Listing(
        question=question,
        label=formatting.field_label(field, parameters.collection),
        total=asking.linked(parameters, result.total),
        distinct=counts.distinct,
        matching=matching,
        values=tuple(_listed(asking, parameters, field, each) for each in shown),
        missing=asking.linked(missing, counts.missing),
        page=parameters.page,
        pages=max(1, math.ceil(listed / limit)),
        provenance=asking.provenance,
    )


def _by_count(value: _Value) -> tuple[int, str]:
    return -value.count, value.value


def _by_name(value: _Value) -> tuple[str, str]:
    return fold(value.label), value.value


def _listed(asking: Asking, parameters: SearchParameters, field: str, each: _Value) -> ListedValue:
    selection = parameters.selection(field)
    selected, excluded = each.value in selection.chosen, each.value in selection.excluded
    live = bool(each.count) or selected or excluded
    to = asking.addresses.to
    return ListedValue(
        value=each.value,
        label=each.label,
        found=asking.linked(links.only(parameters, field, each.value), each.count),
        via=each.via,
        selected=selected,
        excluded=excluded,
        toggle_url=to(links.toggled(parameters, field, each.value)) if live else None,
        exclude_url=to(links.excluded(parameters, field, each.value)) if live else None,
    )


def _begun(asking: Asking, question: FacetQuestion, values: Sequence[_Value]) -> list[_Value]:
    """Those values of which the prefix begins a name, the most frequent first."""
    if question.field not in NAMED_FIELDS:
        typed = words_of(question.prefix)
        return [each for each in values if each.count and begins(typed, words_of(each.label))]
    request = asking.request(question.parameters)
    for name in (question.prefix, *other_names(question.prefix, asking.aliases)):
        answer = asking.reader.suggest(SuggestRequest(name, (question.field,), request, EVERY))
        asking.spend(answer.elapsed_s)
        ((_, found),) = answer.fields
        if any(each.count for each in found):
            via = None if name == question.prefix else question.prefix
            begun = (_Value(each.value, each.label, each.count, via or each.via) for each in found)
            return sorted((each for each in begun if each.count), key=_by_count)
    return []


def other_names(name: str, aliases: Aliases) -> Iterator[str]:
    """What else `name` is, as a whole, called or spelled."""
    parsed = expand(parse(name, Collection.STATEMENTS), aliases)
    for each in parsed.reading.expansions:
        if each.typed == name:
            yield from (other.name for other in each.others)
