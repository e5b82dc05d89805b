"""The operations that find things: a search, suggestions, more like something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, jsonify

from searchsvc.web import links
from searchsvc.web.api import cursors
from searchsvc.web.api.operations import JSON, Example, Operation
from searchsvc.web.bodies import (
    Onward,
    SearchBody,
    SimilarBody,
    SuggestBody,
    search_body,
    similar_body,
    suggest_body,
)
from searchsvc.web.links import Addresses
from searchsvc.web.manners.admission import Access
from searchsvc.web.problems import BadParameters, PageBeyond
from searchsvc.web.schemas import SEARCH, too_deep
from searchsvc.web.schemas.asking import SIMILAR, SUGGEST, nothing_given
from searchsvc.web.search import answer
from searchsvc.web.similar import no_document, similar_view
from searchsvc.web.suggest import suggestions

if TYPE_CHECKING:
    from flask import Response

    from searchsvc.engine.contract import Reader
    from searchsvc.web.answer import Answer
    from searchsvc.web.api.operations import Call
    from searchsvc.web.parameters import SearchParameters

GROUP: Final = "Finding"
_NOT_FOUND: Final = 404
_LONGEST_LINK: Final = 4000
"""Bytes of a header that every proxy lets through."""


def _search(call: Call) -> Response:
    service = call.service
    addresses = Addresses(links.API_SEARCH_PATH, call.root)
    names = service.aliases.current()
    parameters: SearchParameters = call.asked
    if (deep := too_deep(parameters, service.settings.search.size)) is not None:
        raise BadParameters(deep)
    now = cursors.standing(service.settings, names)
    place = cursors.read(parameters.cursor, parameters, now) if parameters.cursor else None

    def asked(reader: Reader) -> Answer:
        if place is not None:
            cursors.check(place, reader)
        return answer(
            reader,
            service.settings.search,
            parameters,
            addresses,
            aliases=names,
            after=place.end if place else None,
        )

    found = service.engine.read(asked, generation=place.generation if place else None)
    if found.pager.beyond:
        raise PageBeyond(found.pager.page, found.pager.pages)
    onward = onward_of(found, place, addresses, now)
    response = jsonify(search_body(found, onward))
    _link(
        response, next=onward.url if onward else None, self=found.self_url, first=found.first_url
    )
    return response


def onward_of(
    found: Answer, place: cursors.Place | None, addresses: Addresses, now: cursors.Standing
) -> Onward | None:
    """What leads on behind the hits of an answer, where there are more."""
    before = place.given if place else max(found.pager.first - 1, 0)
    given = before + len(found.hits)
    if found.end is None or given >= found.total:
        return None
    there = cursors.Place(found.end, given, found.generation, found.built_at.isoformat())
    cursor = cursors.written(there, found.parameters, now)
    return Onward(cursor, addresses.to(links.going_on(found.parameters, cursor)))


def _link(response: Response, **leading: str | None) -> None:
    """Say in the header `Link` (RFC 8288) where an answer leads: the first of these that fit."""
    told = ""
    for name, url in leading.items():
        longer = f'{told}{", " if told else ""}<{url}>; rel="{name}"' if url else told
        if len(longer) > _LONGEST_LINK:
            break
        told = longer
    if told:
        response.headers["Link"] = told


def _suggest(call: Call) -> Response:
    service = call.service
    addresses = Addresses(links.API_SEARCH_PATH, call.root)
    names = service.aliases.current()
    found = service.engine.read(
        lambda reader: suggestions(
            reader, service.settings.search, call.asked, addresses, aliases=names
        )
    )
    return jsonify(suggest_body(found))


def _similar(call: Call) -> Response:
    if call.asked.kind is None:
        raise BadParameters(nothing_given())
    addresses = Addresses(links.API_SEARCH_PATH, call.root)
    settings = call.service.settings.search
    view = call.service.engine.read(
        lambda reader: similar_view(reader, settings, call.asked, addresses)
    )
    if view is None:
        abort(_NOT_FOUND, no_document(call.asked))
    return jsonify(similar_body(view))


OPERATIONS: Final = (
    Operation(
        name="search",
        path=links.API_SEARCH_PATH,
        group=GROUP,
        summary="Search statements or articles",
        description="Finds what a query and filters ask for, and counts the values of facets. The "
        "page at `/search` takes the same parameters: the address of a search there becomes one "
        "of this endpoint by putting `/api/v1` before it.\n\n"
        "The answer says what became of every character of the query, gives exact totals, and "
        "each facet value carries the address of the search that asks for it. Where little is "
        "found, single changes that would find more are listed, each with the number that it "
        "would find.",
        view=_search,
        answers={JSON: SearchBody},
        parameters=SEARCH,
        methods=("GET", "POST"),
        examples=(
            Example("Who spoke of sanctions", "/api/v1/search?q=sanctions&size=1&facets=speaker"),
            Example(
                "The newest articles, and of each no more than is needed",
                "/api/v1/search?in=articles&q=harbour&sort=newest&size=2&fields=title,date"
                "&facets=none",
            ),
            Example(
                "The same by POST, for what no address can hold",
                links.API_SEARCH_PATH,
                {
                    "q": "sanctions OR missile",
                    "country": ["KP", "US"],
                    "kind": ["direct", "mixed"],
                    "size": 1,
                    "fields": ["speaker", "text"],
                    "facets": "none",
                },
            ),
        ),
        errors=(400, 404, 410, 413, 415, 422),
        sends=("Link",),
    ),
    Operation(
        name="suggest",
        path=links.API_SUGGEST_PATH,
        group=GROUP,
        summary="What may be meant by text that is being typed",
        description="Suggests names of speakers, countries and sources, and words. Takes all "
        "parameters of a search, in which the suggestions are counted; `q` is what was typed so "
        "far, and `within` the query in force besides.\n\n"
        "Names are found by the beginnings of any of their words, and by other spellings of what "
        "was typed (Kim Jong-eun). Where all that was typed begins no name, the last words may, "
        "and the words before them are searched for.",
        view=_suggest,
        answers={JSON: SuggestBody},
        parameters=SUGGEST,
        methods=("GET", "POST"),
        access=Access.PAGES,
        examples=(Example("Names that begin with “mi”", "/api/v1/suggest?q=mi&limit=2"),),
        errors=(400, 413, 415, 422),
    ),
    Operation(
        name="similar",
        path=links.API_SIMILAR_PATH,
        group=GROUP,
        summary="What is like an article, a statement or a text",
        description="Finds documents that share the words that set something apart. Give one of "
        "`article`, `statement` and `text`; a text that no address can hold is sent by POST. "
        "Filters narrow what is found, as in a search.",
        view=_similar,
        answers={JSON: SimilarBody},
        parameters=SIMILAR,
        methods=("GET", "POST"),
        examples=(
            Example(
                "What is like a text",
                links.API_SIMILAR_PATH,
                {"text": "The border stays open, the ministry of trade said.", "size": 1},
            ),
        ),
        errors=(400, 404, 413, 415, 422),
    ),
)
