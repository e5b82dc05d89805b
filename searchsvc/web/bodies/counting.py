"""Facet values, timelines, matrices and comparisons as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.contract import Interval
from searchsvc.web.bodies.compiled import dumper
from searchsvc.web.bodies.parts import (
    FINDS,
    Body,
    LinkedBody,
    address,
    number,
    part,
    several,
    string,
    this,
    whole,
    yes,
)
from searchsvc.web.bodies.searching import (
    LEADS,
    TOOK,
    IndexBody,
    collection_of,
    milliseconds,
)
from searchsvc.web.reads import addresses

if TYPE_CHECKING:
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Provenance
    from searchsvc.web.reads.listing import Listing
    from searchsvc.web.reads.matrix import Matrix
    from searchsvc.web.reads.timeline import Timeline

SEARCHED: Final = "What was searched."


class LinkedValueBody(Body):
    """A value of a facet, and the documents that carry it."""

    value = string("As parameters take it; (none) for documents without.")
    label = string("As shown to people.")
    count = whole("How many documents carry it.", of="found.count")
    url = address(FINDS, of="found.url", null=True)


class MomentBody(Body):
    """A year, month or day, and what falls on it within the bounds of the search."""

    value = string("2017, 2017-05 or 2017-05-12.")
    label = string("As shown to people.")
    count = whole("How many documents.", of="found.count")
    url = address(FINDS, of="found.url", null=True)


class TwinLinksBody(Body):
    """Where an answer leads; null where no address can hold it."""

    self_ = this()
    search = address("The search that is counted, as JSON.", null=True)
    html = address("That search as a page.", null=True)


class ListedValueBody(LinkedValueBody):
    """A value of a facet, and how it stands in the search."""

    via = string("The name that the prefix begins, where that is not the label.", null=True)
    selected = yes("Whether the search asks for it.")
    excluded = yes("Whether the search leaves it out.")
    toggle_url = address(
        "Asks for it as well, or stops asking; null where that would find nothing, or no address can hold it.",
        null=True,
    )
    exclude_url = address(
        "Leaves it out, or stops that; null where that would find nothing, or no address can hold it.",
        null=True,
    )


class ListingLinksBody(TwinLinksBody):
    """Where a page of values leads."""

    next = address("The values that follow; null at the end.", null=True)
    prev = address("The values before; null at the beginning.", null=True)


class FacetListBody(Body):
    """One page of the values of a facet."""

    name = string("The field.")
    label = string("As shown to people.")
    collection = collection_of()
    total = part(LinkedBody, "What the search finds.")
    total_values = whole("Values with a count above 0.", of="distinct")
    matching_values = whole("Those of them that the prefix begins.", of="matching")
    missing = part(LinkedBody, "Documents without a value.")
    values = several(ListedValueBody, "In the order asked for.")
    page = whole("Which page of the values this is, from 1.")
    pages = whole("How many pages there are, at least 1.")
    links = part(ListingLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


class HeadBody(Body):
    """A value of a facet at the head of what belongs to it."""

    value = string("As parameters take it; (none) for documents without.", of="head.value")
    label = string("As shown to people.", of="head.label")
    count = whole("How many documents carry it.", of="head.found.count")
    url = address(FINDS, of="head.found.url", null=True)


class SeriesBody(HeadBody):
    """The documents with one value over time."""

    undated = part(LinkedBody, "Those without a date.", of="series.undated")
    buckets = several(
        MomentBody, "The same moments as those of the whole search.", of="series.moments"
    )


class WholeBody(Body):
    """All that the archive has within the bounds of the search, whatever else this asks for."""

    total = part(LinkedBody, "How much there is.")
    undated = part(LinkedBody, "What of it has no date.")
    buckets = several(MomentBody, "The same moments as those of the search.", of="moments")


class TimelineBody(Body):
    """A search over time: the counts of `buckets` and `undated` add up to `total`."""

    collection = collection_of()
    interval = string(
        "How long each bucket is: as asked for or chosen by the span; longer than asked for where "
        "there would be more than 10,000 in all series together.",
        among=Interval,
    )
    total = part(LinkedBody, "What the search finds.")
    undated = part(LinkedBody, "Those without a date.")
    buckets = several(
        MomentBody, "From the first that is not empty to the last, none left out between."
    )
    archive = part(
        WholeBody, "All documents of the collection over the same moments, to take shares of."
    )
    articles = part(
        WholeBody,
        "All articles over the same moments. Where a bucket has none, the archive holds nothing of "
        "that time, and cannot tell how much was said.",
    )
    by = string("The facet that it is split by; null where it is not.", null=True)
    total_values = whole("How many values that facet has in the search.")
    series = several(
        SeriesBody,
        "The values asked for, or the most frequent ones and (none) last. A document of several "
        "values is in several series.",
    )
    links = part(TwinLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


class AxisBody(Body):
    """The facet of the rows or of the columns."""

    name = string("The field.")
    label = string("As shown to people.")
    total_values = whole("How many values it has in the search, shown or not.")


class MatrixRowBody(HeadBody):
    """One row."""

    cells = several(LinkedBody, "What is found with it and each of `columns`, in their order.")


class MatrixBody(Body):
    """Two facets across each other. Rows of documents with several values overlap."""

    collection = collection_of()
    total = part(LinkedBody, "What the search finds.")
    row_facet = part(AxisBody, "The facet of the rows.")
    column_facet = part(AxisBody, "The facet of the columns.")
    columns = several(
        LinkedValueBody,
        "The values asked for, or the most frequent ones and (none) last, where there are any.",
    )
    rows = several(MatrixRowBody, "Likewise, each with its cells.")
    links = part(TwinLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


_LISTING: Final = dumper(FacetListBody())
_TIMELINE: Final = dumper(TimelineBody())
_MATRIX: Final = dumper(MatrixBody())


def provenance_of(provenance: Provenance) -> dict[str, Any]:
    """The members `index` and `took_ms`."""
    return {
        "index": {
            "generation": provenance.generation,
            "built_at": provenance.built_at.isoformat(),
        },
        "took_ms": milliseconds(provenance.elapsed_s),
    }


def _twins(self_url: str | None, parameters: SearchParameters, to: Addresses) -> dict[str, Any]:
    return {"self_": self_url, "search": to.data(parameters), "html": to.page(parameters)}


def listing_body(view: Listing, to: Addresses) -> dict[str, Any]:
    """The body of an answer to a request for the values of a facet."""
    question = view.question
    self_url = addresses.facet_address(to.root, question)
    before, after = (
        addresses.facet_address(to.root, question, page=page)
        for page in (min(view.page - 1, view.pages), view.page + 1)
    )
    return _LISTING(
        {
            "name": question.field,
            "label": view.label,
            "collection": question.parameters.collection,
            "total": view.total,
            "distinct": view.distinct,
            "matching": view.matching,
            "missing": view.missing,
            "values": view.values,
            "page": view.page,
            "pages": view.pages,
            "links": _twins(self_url, question.parameters, to)
            | {
                "next": after if view.page < view.last_page else None,
                "prev": before if view.page > 1 else None,
            },
            **provenance_of(view.provenance),
        }
    )


def timeline_body(view: Timeline, to: Addresses) -> dict[str, Any]:
    """The body of an answer to a request for a timeline."""
    question, everything = view.question, view.everything
    return _TIMELINE(
        {
            "collection": question.parameters.collection,
            "interval": view.interval,
            "total": everything.total,
            "undated": everything.undated,
            "buckets": everything.moments,
            "archive": view.archive,
            "articles": view.articles,
            "by": question.by,
            "total_values": view.distinct,
            "series": view.by,
            "links": _twins(
                addresses.timeline_address(to.root, question), question.parameters, to
            ),
            **provenance_of(view.provenance),
        }
    )


def matrix_body(view: Matrix, to: Addresses) -> dict[str, Any]:
    """The body of an answer to a request for a matrix."""
    question = view.question
    return _MATRIX(
        {
            "collection": question.parameters.collection,
            "total": view.total,
            "row_facet": {
                "name": question.rows,
                "label": view.row_label,
                "total_values": view.distinct_rows,
            },
            "column_facet": {
                "name": question.columns,
                "label": view.column_label,
                "total_values": view.distinct_columns,
            },
            "columns": view.columns,
            "rows": view.rows,
            "links": _twins(addresses.matrix_address(to.root, question), question.parameters, to),
            **provenance_of(view.provenance),
        }
    )
