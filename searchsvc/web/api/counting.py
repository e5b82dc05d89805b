"""The operations that count a search in other shapes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flask import abort, jsonify

from searchsvc.errors import QueryTooCostly
from searchsvc.fields import facet_fields
from searchsvc.web import links
from searchsvc.web.api.operations import JSON, Example, Operation
from searchsvc.web.bodies.comparing import CompareBody, compare_body
from searchsvc.web.bodies.counting import (
    FacetListBody,
    MatrixBody,
    TimelineBody,
    listing_body,
    matrix_body,
    timeline_body,
)
from searchsvc.web.bounds import SEARCHES
from searchsvc.web.links import Addresses
from searchsvc.web.problems import CostlyTogether, PageBeyond, ValuesBeyond
from searchsvc.web.reads.addresses import COMPARE_PATH, FACETS_PATH, MATRIX_PATH, TIMELINE_PATH
from searchsvc.web.reads.asking import Asking
from searchsvc.web.reads.compare import compare
from searchsvc.web.reads.listing import TooManyValues, listing
from searchsvc.web.reads.matrix import matrix
from searchsvc.web.reads.timeline import timeline
from searchsvc.web.schemas.counting import COMPARE, FACET, MATRIX, TIMELINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from searchsvc.web.api.operations import Call

GROUP: Final = "Counting"
_NOT_FOUND: Final = 404


def asked(
    call: Call, question: Callable[..., Any], *given: object, sized_by: str | None = None
) -> Any:  # noqa: ANN401 - whatever the question makes
    """What a data function makes of one generation, its links on the JSON face.

    Args:
        call: the request.
        question: the data function.
        given: what it is given besides the reader.
        sized_by: the parameter that says how many searches it makes.

    Raises:
        CostlyTogether: these are too many.
        EngineError: the engine cannot answer.
    """
    service, names = call.service, call.service.aliases.current()
    addresses = addresses_of(call)
    try:
        return service.engine.read(
            lambda reader: question(
                Asking(reader, service.settings.search, addresses, aliases=names), *given
            ),
            searches=SEARCHES,
        )
    except QueryTooCostly as error:
        if error.searches == 1 or sized_by is None:
            raise
        raise CostlyTogether(error, sized_by) from error


def addresses_of(call: Call) -> Addresses:
    """Where the links of an answer lead."""
    return Addresses(links.API_SEARCH_PATH, call.root)


def _facet(call: Call) -> Response:
    question = replace(call.asked, field=call.places["facet"])
    collection = question.parameters.collection
    known = [name for name in facet_fields(collection) if name != "date"]
    if question.field not in known:
        there = f"There are {', '.join(known)}; what falls on each day, {TIMELINE_PATH} tells."
        abort(_NOT_FOUND, f"{collection.value.capitalize()} have no such facet to list. {there}")
    try:
        view = asked(call, listing, question)
    except TooManyValues as error:
        raise ValuesBeyond(error) from error
    if view.page > view.pages:
        raise PageBeyond(view.page, view.pages)
    return jsonify(listing_body(view, addresses_of(call)))


def _timeline(call: Call) -> Response:
    by = call.asked.by
    sized_by = f"facet.size.{by}" if by else "facet.interval.date"
    view = asked(call, timeline, call.asked, sized_by=sized_by)
    return jsonify(timeline_body(view, addresses_of(call)))


def _matrix(call: Call) -> Response:
    view = asked(call, matrix, call.asked, sized_by=f"facet.size.{call.asked.rows}")
    return jsonify(matrix_body(view, addresses_of(call)))


def _compare(call: Call) -> Response:
    view = asked(call, compare, call.asked, sized_by="size")
    return jsonify(compare_body(view, addresses_of(call)))


_METHODS: Final = ("GET", "POST")
_ERRORS: Final = (400, 413, 415, 422)

OPERATIONS: Final = (
    Operation(
        name="facet",
        path=f"{FACETS_PATH}{{facet}}",
        group=GROUP,
        summary="All values of one facet",
        description="Lists the values of a facet that a search finds, page by page, with exact "
        "counts. Takes all parameters of a search.\n\n"
        "The count of a value is what `url` finds: the search with this value alone among those "
        "of the facet any of which would do. `prefix` finds values by the beginnings of any of "
        "their words, countries by any of their names, and people by other spellings.",
        view=_facet,
        answers={JSON: FacetListBody},
        parameters=FACET,
        methods=_METHODS,
        places={"facet": "speaker, country, speaker_country, source, kind, act or article."},
        examples=(
            Example("Who speaks", f"{FACETS_PATH}speaker?limit=2"),
            Example(
                "Countries by another name",
                f"{FACETS_PATH}country?prefix=south&order=name&limit=2",
            ),
        ),
        errors=(404, *_ERRORS),
    ),
    Operation(
        name="timeline",
        path=TIMELINE_PATH,
        group=GROUP,
        summary="A search over time",
        description="Counts what a search finds year by year, month by month or day by day "
        "(`facet.interval.date`). Takes all parameters of a search. Empty buckets are filled in; "
        "the counts and the undated add up to the total, bounds of the search that cut a bucket "
        "included.\n\nWith `by` the most frequent values of a facet have a timeline each.",
        view=_timeline,
        answers={JSON: TimelineBody},
        parameters=TIMELINE,
        methods=_METHODS,
        examples=(
            Example("Year by year", f"{TIMELINE_PATH}?facet.interval.date=year"),
            Example(
                "By the kind of statement",
                f"{TIMELINE_PATH}?by=kind&facet.size.kind=1&facet.interval.date=year",
            ),
        ),
        errors=_ERRORS,
    ),
    Operation(
        name="matrix",
        path=MATRIX_PATH,
        group=GROUP,
        summary="Two facets across each other",
        description="Counts what a search finds with each value of one facet and each of "
        "another: by default which country’s speakers speak about which. `rows` and `columns` may "
        "be the same facet, for what is named together. Takes all parameters of a search; every "
        "number has the search that finds just that.",
        view=_matrix,
        answers={JSON: MatrixBody},
        parameters=MATRIX,
        methods=_METHODS,
        examples=(
            Example(
                "Which country’s speakers speak about which",
                f"{MATRIX_PATH}?facet.size.speaker_country=2&facet.size.country=2",
            ),
        ),
        errors=_ERRORS,
    ),
    Operation(
        name="compare",
        path=COMPARE_PATH,
        group=GROUP,
        summary="Two searches of statements side by side",
        description="Compares two speakers, one speaker in two periods, or any two searches: how "
        "much, when, about which countries, in which words, and pairs of statements.\n\n"
        "Both sides begin from the search that the parameters without `a.` and `b.` ask for; a "
        "side’s own parameter takes the place of that of both. With the sides changed over, the "
        "answer is its own mirror image.\n\n"
        "Words are those of a log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi "
        "and Quinn, Fightin’ Words, 2008); copies of one statement count once.",
        view=_compare,
        answers={JSON: CompareBody},
        parameters=COMPARE,
        methods=_METHODS,
        examples=(
            Example(
                "What was quoted and what was reported",
                f"{COMPARE_PATH}?a.kind=direct&b.kind=indirect&facet.interval.date=year&size=1",
            ),
        ),
        errors=_ERRORS,
    ),
)
