"""The questions to one generation that make up one answer, and numbers that lead to what they count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import FacetRequest, FieldFilter, Hit
from searchsvc.fields import MISSING
from searchsvc.model import StatementDocument
from searchsvc.web import links
from searchsvc.web.answer import Linked, StatementHit
from searchsvc.web.asked import read_text
from searchsvc.web.cards import cards
from searchsvc.web.search import to_request

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import FacetCounts, Reader, SearchRequest, SearchResult, Sort
    from searchsvc.query.reading import ParsedQuery
    from searchsvc.settings import SearchSettings
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters


_LISTED: Final = 1000
"""Values of a facet that are listed to look some of them up; most facets have no more."""


@dataclass(frozen=True, slots=True)
class LinkedValue:
    """A value of a facet field, and the documents that carry it.

    Attributes:
        value: as addresses give it, `fields.MISSING` for those without any.
        label: as shown.
        found: the documents.
    """

    value: str
    label: str
    found: Linked


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer was made from.

    Attributes:
        generation, built_at: of the index.
        elapsed_s: seconds inside the engine.
    """

    generation: str
    built_at: dt.datetime
    elapsed_s: float


class Asking:
    """Asks one reader, and adds up the time that its answers take."""

    def __init__(
        self, reader: Reader, settings: SearchSettings, addresses: Addresses, *, aliases: Aliases
    ) -> None:
        """Keep what every question needs."""
        self.reader = reader
        self.addresses = addresses
        self.aliases = aliases
        self._settings = settings
        self._elapsed_s = 0.0
        self._parsed: dict[SearchParameters, ParsedQuery] = {}

    @property
    def provenance(self) -> Provenance:
        """What all answers so far were made from."""
        return Provenance(self.reader.generation, self.reader.built_at, self._elapsed_s)

    def leading_to(self, count: int) -> None:
        """From now on, links are of an answer that has so many of them."""
        self.addresses = self.addresses.among(count)

    def spend(self, seconds: float) -> None:
        """Add the time of an answer that was asked for elsewhere."""
        self._elapsed_s += seconds

    def parsed(self, parameters: SearchParameters) -> ParsedQuery:
        """What the text of a search asks."""
        key = links.cleared(replace(parameters, size=None, facets=None))
        key = replace(
            key,
            text=parameters.text,
            match=parameters.match,
            expand=parameters.expand,
            unexpanded=parameters.unexpanded,
        )
        found = self._parsed.get(key)
        if found is None:
            found = self._parsed[key] = read_text(parameters, self.aliases)
        return found

    def request(self, parameters: SearchParameters, *facets: FacetRequest) -> SearchRequest:
        """The question for the numbers of a search alone."""
        request = to_request(parameters, self.parsed(parameters).tree, self._settings)
        return replace(request, facets=facets, offset=0, limit=0, documents=False, explain=False)

    def ask(self, request: SearchRequest) -> SearchResult:
        """The engine's answer."""
        result = self.reader.search(request)
        self._elapsed_s += result.elapsed_s
        return result

    def counts(self, parameters: SearchParameters, *facets: FacetRequest) -> SearchResult:
        """The numbers of a search."""
        return self.ask(self.request(parameters, *facets))

    def count(self, parameters: SearchParameters) -> int:
        """What a search finds."""
        return self.counts(parameters).total

    def linked(self, parameters: SearchParameters, count: int) -> Linked:
        """`count`, which is what the search finds, with the way there."""
        return Linked(count, self.addresses.to(parameters) if count else None)

    def found(self, parameters: SearchParameters) -> Linked:
        """What a search finds, counted."""
        return self.linked(parameters, self.count(parameters))

    def carrying(
        self, parameters: SearchParameters, field: str, values: Sequence[str]
    ) -> Mapping[str, int]:
        """How many documents each of `values` would be found with: see `links.only`.

        Args:
            parameters: the search.
            field: a facet field other than `date`; what `parameters` choose of it any of which
                will do is left out, as in every facet.
            values: `fields.MISSING` may be among them.
        """
        request = self.request(parameters, FacetRequest(field, size=_LISTED))
        own = next((each for each in request.filters if each.field == field), FieldFilter(field))
        others = tuple(each for each in request.filters if each.field != field)
        # A facet leaves out its own choice anyway; without it everything is counted in one go.
        free = replace(request, filters=(*others, replace(own, any_of=())))
        (counts,) = self.ask(free).facets
        numbers = numbers_of(counts)
        if counts.distinct > _LISTED and not numbers.keys() >= set(values):
            # What is chosen is listed however rare it is.
            chosen = replace(request, filters=(*others, replace(own, any_of=tuple(values))))
            numbers = numbers_of(self.ask(chosen).facets[0])
        return {value: numbers.get(value, 0) for value in values}

    def read(
        self, parameters: SearchParameters, sort: Sort, limit: int
    ) -> tuple[StatementDocument, ...]:
        """The first statements of a search of statements."""
        request = replace(self.request(parameters), sort=sort, limit=limit, documents=True)
        found = (hit.document for hit in self.ask(request).hits)
        return tuple(each for each in found if isinstance(each, StatementDocument))

    def shown(
        self, parameters: SearchParameters, documents: Iterable[StatementDocument]
    ) -> tuple[StatementHit, ...]:
        """Statements as a search shows them."""
        hits = [Hit(0.0, document) for document in documents]
        tree = self.parsed(parameters).tree
        cards_of = cards(hits, tree, parameters, self.addresses)
        return tuple(each for each in cards_of if isinstance(each, StatementHit))


def numbers_of(counts: FacetCounts) -> Mapping[str, int]:
    """The count of each value listed, and of those without any as `fields.MISSING`."""
    return {bucket.value: bucket.count for bucket in counts.buckets} | {MISSING: counts.missing}


def leading(parameters: SearchParameters, counts: FacetCounts) -> tuple[str, ...]:
    """The values of a field that are shown side by side.

    Those that the search asks for, where any of them will do; else the most frequent ones, and
    `fields.MISSING` last where anything found has none.
    """
    selection = parameters.selection(counts.field)
    if selection.chosen and not selection.every:
        return tuple(value for value in selection.chosen if value not in selection.excluded)
    values = tuple(bucket.value for bucket in counts.buckets if bucket.count)
    return (*values, MISSING) if counts.missing else values
