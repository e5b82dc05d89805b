"""The one data function: what an address asks, answered. The page and the JSON both show it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from searchsvc.engine.contract import (
    DateFilter,
    FacetRequest,
    FieldFilter,
    SearchRequest,
    Sort,
)
from searchsvc.errors import QueryTooCostly
from searchsvc.query.tree import (
    And,
    Everything,
    Fuzzy,
    Node,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Wildcard,
)
from searchsvc.repairs import counting
from searchsvc.web import links
from searchsvc.web.answer import Answer, Pager
from searchsvc.web.asked import named, read_text
from searchsvc.web.bounds import DEEPEST_HIT
from searchsvc.web.cards import cards
from searchsvc.web.facets import facet
from searchsvc.web.repairs import Answered, find_repairs, repair_links
from searchsvc.web.versions import versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import Cursor, Reader, SearchResult
    from searchsvc.settings import SearchSettings
    from searchsvc.web.answer import ArticleHit, Facet, StatementHit
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters


def answer(
    reader: Reader,
    settings: SearchSettings,
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    aliases: Aliases,
    after: Cursor | None = None,
) -> Answer:
    """What `parameters` ask for, with the other names that `aliases` know; hits from `after` on.

    Raises:
        EngineError: the engine cannot answer.
    """
    parsed = read_text(parameters, aliases)
    request = replace(to_request(parameters, parsed.tree, settings), after=after)
    result = reader.search(request)

    def request_of(there: SearchParameters) -> SearchRequest:
        return to_request(there, read_text(there, aliases).tree, settings)

    counted: list[SearchResult] = []

    def ask(beside: SearchRequest) -> SearchResult:
        counted.append(reader.search(beside))
        return counted[-1]

    def count(there: SearchParameters) -> int | None:
        try:
            return ask(counting(request_of(there))).total
        except QueryTooCostly:  # the search that is answered was not
            return None

    names = tuple(named(parsed, parameters, addresses, count))
    answered = Answered(parameters, parsed.reading, request, result.total)
    repairs = find_repairs(reader, settings, answered, request_of)
    atom_url, feed_url = addresses.feeds(parameters)
    return Answer(
        parameters=parameters,
        reading=parsed.reading,
        names=names,
        total=result.total,
        articles=result.articles,
        hits=_cards(result, parsed.tree, parameters, addresses, ask),
        end=result.end,
        facets=_facets(result, parameters, addresses, settings),
        generation=result.generation,
        built_at=reader.built_at,
        elapsed_s=result.elapsed_s + repairs.elapsed_s + sum(each.elapsed_s for each in counted),
        sort=request.sort,
        usual_sort=usual_sort(parsed.tree),
        repairs=repair_links(repairs, parameters, addresses),
        pager=_pager(parameters, addresses, request.limit, result.total),
        self_url=addresses.to(parameters),
        first_url=addresses.to(links.paged(parameters, 1)),
        html_url=addresses.page(parameters),
        atom_url=atom_url,
        feed_url=feed_url,
        exports=addresses.exports(parameters),
    )


def _cards(
    result: SearchResult,
    tree: Node,
    parameters: SearchParameters,
    addresses: Addresses,
    ask: Callable[[SearchRequest], SearchResult],
) -> tuple[StatementHit, ...] | tuple[ArticleHit, ...]:
    marked = tree if parameters.highlight else Everything()
    told = parameters.fields is None or "versions" in parameters.fields
    documents = [hit.document for hit in result.hits] if told else []
    of_stories = versions(documents, ask, addresses)
    return cards(result.hits, marked, parameters, addresses, versions=of_stories)


def _facets(
    result: SearchResult,
    parameters: SearchParameters,
    addresses: Addresses,
    settings: SearchSettings,
) -> tuple[Facet, ...]:
    addresses = addresses.among(2 * sum(len(counts.buckets) for counts in result.facets))
    return tuple(
        facet(counts, parameters, addresses, usual_size=settings.facet_size)
        for counts in result.facets
    )


def to_request(
    parameters: SearchParameters, tree: Node, settings: SearchSettings
) -> SearchRequest:
    """The question to the engine."""
    size = parameters.size or settings.size
    return SearchRequest(
        collection=parameters.collection,
        query=tree,
        filters=tuple(
            FieldFilter(
                item.field,
                any_of=() if item.every else item.chosen,
                all_of=item.chosen if item.every else (),
                none_of=item.excluded,
            )
            for item in parameters.selections
        ),
        dates=DateFilter(
            first=parameters.since.first if parameters.since else None,
            last=parameters.until.last if parameters.until else None,
            undated=parameters.undated,
        ),
        facets=tuple(
            FacetRequest(
                name,
                parameters.facet_size(name, settings.facet_size),
                parameters.interval if name == "date" else None,
            )
            for name in parameters.facet_names
        ),
        sort=parameters.sort or usual_sort(tree),
        offset=(parameters.page - 1) * size,
        limit=size,
        explain=parameters.explain,
    )


def usual_sort(tree: Node) -> Sort:
    """The order where none is chosen: by relevance where there are words to be relevant to."""
    return Sort.RELEVANCE if _has_words(tree) else Sort.NEWEST


def _has_words(node: Node) -> bool:
    match node:
        case And(children, _) | Or(children, _):
            return any(map(_has_words, children))
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy() | Synonyms():
            return True
        case _:
            return False


def _pager(parameters: SearchParameters, addresses: Addresses, size: int, total: int) -> Pager:
    page, pages = parameters.page, max(1, math.ceil(total / size))
    last_page = min(pages, DEEPEST_HIT // size)

    def url(number: int) -> str | None:
        return addresses.to(links.paged(parameters, number))

    first = (page - 1) * size + 1
    return Pager(
        page=page,
        pages=pages,
        last_page=last_page,
        first=first if first <= total else 0,
        last=min(page * size, total) if first <= total else 0,
        previous_url=url(min(page - 1, last_page)) if page > 1 else None,
        next_url=url(page + 1) if page < last_page else None,
    )
