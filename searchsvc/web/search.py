"""The one data function: what an address asks, answered. The page and the JSON both show it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import (
    DateFilter,
    FacetRequest,
    FieldFilter,
    SearchRequest,
    Sort,
)
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Collection
from searchsvc.query import Match
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
from searchsvc.web import formatting, links
from searchsvc.web.answer import Answer, Constraint, Link, Pager
from searchsvc.web.asked import named, read_text
from searchsvc.web.cards import cards
from searchsvc.web.facets import facet
from searchsvc.web.repairs import Answered, find_repairs, repair_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import Cursor, Reader, SearchResult
    from searchsvc.query.reading import Reading
    from searchsvc.settings import SearchSettings
    from searchsvc.web.answer import Facet
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters

_PAGES_AROUND: Final = 2

_SORT_LABELS: Final = {
    Sort.RELEVANCE: "Relevance",
    Sort.FRESH: "Relevance, newer first",
    Sort.NEWEST: "Newest first",
    Sort.OLDEST: "Oldest first",
}
_VIEW_LABELS: Final = {Collection.STATEMENTS: "Statements", Collection.ARTICLES: "Articles"}


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

    def count(there: SearchParameters) -> int | None:
        return _counted(request_of(there), reader, counted)

    names = tuple(named(parsed, parameters, addresses, count))
    marked = parsed.tree if parameters.highlight else Everything()
    answered = Answered(parameters, parsed.reading, request, result.total)
    repairs = find_repairs(reader, settings, answered, request_of)
    return Answer(
        parameters=parameters,
        reading=parsed.reading,
        names=names,
        as_typed_url=addresses.to(links.as_typed(parameters)),
        total=result.total,
        articles=result.articles,
        hits=cards(result.hits, marked, parameters, addresses),
        end=result.end,
        facets=_facets(result, parameters, addresses, settings),
        generation=result.generation,
        built_at=reader.built_at,
        elapsed_s=result.elapsed_s + repairs.elapsed_s + sum(each.elapsed_s for each in counted),
        views=_views(parameters, addresses),
        sorts=_sorts(parameters, addresses, now=request.sort, usual=usual_sort(parsed.tree)),
        constraints=tuple(_constraints(parameters, addresses, parsed.reading)),
        clear_url=addresses.to(links.cleared(parameters)),
        explain_url=addresses.to(links.explained(parameters)) if request.sort.scored else None,
        repairs=repair_links(repairs, parameters, addresses),
        pager=_pager(parameters, addresses, request.limit, result.total),
        self_url=addresses.to(parameters),
        first_url=addresses.to(links.paged(parameters, 1)),
        html_url=addresses.page(parameters),
        data_url=addresses.data(parameters),
        atom_url=addresses.followed(links.ATOM_PATH, parameters),
        feed_url=addresses.followed(links.JSON_FEED_PATH, parameters),
        exports=_exports(parameters, addresses),
    )


def _facets(
    result: SearchResult,
    parameters: SearchParameters,
    addresses: Addresses,
    settings: SearchSettings,
) -> tuple[Facet, ...]:
    return tuple(
        facet(counts, parameters, addresses, usual_size=settings.facet_size)
        for counts in result.facets
    )


def _counted(request: SearchRequest, reader: Reader, counted: list[SearchResult]) -> int | None:
    """What a search finds, added to `counted`; None where it costs more than is left."""
    try:
        counted.append(reader.search(counting(request)))
    except QueryTooCostly:  # the search that is answered was not
        return None
    return counted[-1].total


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


def _exports(parameters: SearchParameters, addresses: Addresses) -> tuple[Link, ...]:
    return tuple(
        Link(name, addresses.export(ending, parameters)) for name, ending in links.EXPORTS.items()
    )


def _views(parameters: SearchParameters, addresses: Addresses) -> tuple[Link, ...]:
    return tuple(
        Link(
            label,
            addresses.to(links.viewed(parameters, collection)),
            current=parameters.collection is collection,
        )
        for collection, label in _VIEW_LABELS.items()
    )


def _sorts(
    parameters: SearchParameters, addresses: Addresses, *, now: Sort, usual: Sort
) -> tuple[Link, ...]:
    """The orders; where words would not order the hits anyway, relevance is not offered."""
    return tuple(
        Link(
            label,
            addresses.to(links.ordered(parameters, None if sort is usual else sort)),
            current=sort is now,
        )
        for sort, label in _SORT_LABELS.items()
        if not sort.scored or now.scored or usual.scored
    )


def _constraints(
    parameters: SearchParameters, addresses: Addresses, reading: Reading
) -> Iterator[Constraint]:
    """Everything that narrows the search, and how its text is read, in the order of the page."""
    for label, value, changed in _of_text(parameters, reading) if parameters.text else ():
        yield Constraint(label, value, excluded=False, url=addresses.to(changed), filter=False)
    for label, value, excluded, relaxed in _relaxations(parameters):
        yield Constraint(label, value, excluded=excluded, url=addresses.to(relaxed))


def _of_text(
    parameters: SearchParameters, reading: Reading
) -> Iterator[tuple[str, str, SearchParameters]]:
    """Label and value of the text and of how it is read, and the search without that."""
    yield "Text", parameters.text, links.without_text(parameters)
    if parameters.match is Match.ANY:
        yield "", "any of the words", links.matched(parameters, Match.ALL)
    if not parameters.expand:
        yield "", "only as typed", links.names_toggled(parameters, "")
        return
    typed = {each.key: each.typed for each in reading.expansions}
    for key in parameters.unexpanded:
        yield "", f"“{typed.get(key, key)}” only as typed", links.names_toggled(parameters, key)


def _relaxations(
    parameters: SearchParameters,
) -> Iterator[tuple[str, str, bool, SearchParameters]]:
    """Label and value of each filter, whether it leaves out, and the search without it."""
    for selection in parameters.selections:
        field = selection.field
        label = formatting.field_label(field, parameters.collection)
        for value in selection.chosen:
            words = formatting.value_label(field, value)
            yield label, words, False, links.toggled(parameters, field, value)
        for value in selection.excluded:
            words = formatting.value_label(field, value)
            yield label, words, True, links.excluded(parameters, field, value)
    date = formatting.field_label("date", parameters.collection)
    since, until = parameters.since, parameters.until
    if since is not None and since == until:
        words = formatting.bucket(str(since))
        yield date, words, False, links.dated(parameters, None, None)
    else:
        if since is not None:
            words = f"from {formatting.bucket(str(since))}"
            yield date, words, False, links.dated(parameters, None, until)
        if until is not None:
            words = f"to {formatting.bucket(str(until))}"
            yield date, words, False, links.dated(parameters, since, None)
    if parameters.undated:
        yield date, formatting.MISSING_LABELS["date"], False, links.undated(parameters)


def _pager(parameters: SearchParameters, addresses: Addresses, size: int, total: int) -> Pager:
    page, pages = parameters.page, max(1, math.ceil(total / size))

    def url(number: int) -> str:
        return addresses.to(links.paged(parameters, number))

    near = {1, pages, *range(page - _PAGES_AROUND, page + _PAGES_AROUND + 1)}
    shown = sorted(number for number in near if 1 <= number <= pages)
    around: list[Link | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            around.append(None)
        around.append(Link(formatting.number(number), url(number), current=number == page))
    first = (page - 1) * size + 1
    return Pager(
        page=page,
        pages=pages,
        first=first if first <= total else 0,
        last=min(page * size, total) if first <= total else 0,
        previous_url=url(min(page - 1, pages)) if page > 1 else None,
        next_url=url(page + 1) if page < pages else None,
        around=tuple(around),
    )
