"""The answer to a search as JSON, made from the same value as the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from marshmallow import fields

from searchsvc.engine.contract import Interval
from searchsvc.model import Collection
from searchsvc.query import Match
from searchsvc.query.reading import Use
from searchsvc.repairs import Kind
from searchsvc.web.bodies.compiled import Made, dumper
from searchsvc.web.bodies.documents import (
    HITS,
    ArticleHitBody,
    StatementHitBody,
)
from searchsvc.web.bodies.parts import (
    Body,
    address,
    number,
    part,
    several,
    string,
    strings,
    this,
    whole,
    yes,
)

if TYPE_CHECKING:
    from searchsvc.web.answer import Answer
    from searchsvc.web.bodies.compiled import Dump

TOOK: Final = "Milliseconds inside the engine."
LEADS: Final = "Addresses, relative to this host."


class FacetValueBody(Body):
    """A value of a facet with the addresses that ask for it or leave it out."""

    value = string("As parameters take it.")
    label = string("As shown to people.")
    count = whole(
        "Documents with it under everything asked for, but for the other values of the facet "
        "any of which would do: what asking for it alone would find."
    )
    selected = yes("Whether it is asked for.")
    excluded = yes("Whether it is left out.")
    toggle_url = address(
        "Asks for it, or stops asking; null where that would find nothing, or no address can "
        "hold it.",
        null=True,
    )
    exclude_url = address(
        "Leaves it out, or stops that; null likewise, and for dates.",
        null=True,
    )


class FacetBody(Body):
    """The counts of one field."""

    name = string("The field.", of="field")
    label = string("As shown to people.")
    type = string("What its values are.", among=("terms", "date"))
    mode = string(
        "Whether documents have any or all of the values asked for.", among=("any", "all")
    )
    interval = string("Of dates: how long each value is; else null.", null=True, among=Interval)
    total_values = whole("Values with a count above 0, listed or not.")
    missing = whole("Documents without a value.", of="missing_count")
    missing_value = part(
        FacetValueBody,
        "Documents without a value as a value of its own; null where there are none.",
        of="missing",
        null=True,
    )
    values = several(
        FacetValueBody, "Those asked for first, then those left out, then by count; dates by time."
    )


class ReadTokenBody(Body):
    """A stretch of the query and what became of it."""

    text = string("The stretch.")
    start = whole("Offset of its first character in the query.", of="span.start")
    end = whole("Offset after its last character.", of="span.end")
    use = string("What became of it.", among=Use)
    read_as = string("How it was understood, in words; null where it was ignored.", null=True)
    reason = string("What there is to remark, such as why it was ignored.", null=True)


class OtherNameBody(Body):
    """Another name of what was typed."""

    name = string("The name.")
    first = fields.Integer(
        data_key="from",
        allow_none=True,
        required=True,
        metadata={"description": "First year in which it was so called, where known."},
    )
    last = fields.Integer(
        data_key="until",
        allow_none=True,
        required=True,
        metadata={"description": "Last year in which it was so called, where known."},
    )
    total = whole(
        "What it would find alone in place of the name typed; null where that was not counted.",
        null=True,
    )
    url = address("That search; null where no address can hold it.", null=True)


class NamedBody(Body):
    """A name in the query and what else it is called."""

    key = string("As `expand.not` takes it.")
    text = string("The name as typed.", of="typed")
    start = whole("Offset of its first character in the query.", of="span.start")
    end = whole("Offset after its last character.", of="span.end")
    names = several(OtherNameBody, "Its other names.", of="others")
    off = string("Why they are not looked for; null where they are.", null=True)
    toggle_url = address("Switches them off, or on again; null where it cannot.", null=True)


class QueryBody(Body):
    """The query as it was read."""

    text = string("As typed.")
    reading = several(ReadTokenBody, "Every character typed, in stretches.")
    ignored = several(ReadTokenBody, "Those that were not used, with the reason.")
    repaired = several(ReadTokenBody, "Those that were used otherwise than typed.")
    canonical = string("The same query as the query language would have it, without other names.")
    match = string("How many of the words had to be there.", among=Match)
    expand = string("Whether other names were looked for.", among=("on", "off"))
    expansions = several(NamedBody, "Names in it that have other names.")


class RepairBody(Body):
    """A single change of the search that would find more."""

    kind = string("What is changed.", among=Kind)
    label = string("What is done, in words.")
    change = string("What it is done with; may be empty.")
    text = string("The query after it.")
    collection = fields.String(
        data_key="in",
        required=True,
        metadata={
            "description": "What is found.",
            "enum": [collection.value for collection in Collection],
        },
    )
    total = whole("How many are found.")
    url = address("The search after it; null where no address can hold it.", null=True)


class TotalBody(Body):
    """Exact numbers of what was found."""

    articles = whole("Articles, or articles that the statements belong to.")
    statements = whole("Statements; null where articles were searched.", null=True)
    exact = yes("Always true: nothing is estimated.")


class IndexBody(Body):
    """What was searched."""

    generation = string("Name of the generation of the index, ascending in time.")
    built_at = string("When it was built, UTC.", format="date-time")


class GenerationBody(Body):
    """What was searched."""

    generation = string("Name of the generation of the index, ascending in time.")


class ExportLinksBody(Body):
    """All hits of a search, without pages; null where no address can hold it."""

    csv = address("As a table.", null=True)
    ndjson = address("As rows of JSON.", null=True)
    bib = address("The articles as BibTeX.", null=True)
    ris = address("The articles as RIS.", null=True)
    csl = address("The articles as CSL-JSON.", null=True)


class SearchLinksBody(Body):
    """Where an answer leads; null where no address can hold it."""

    self_ = this()
    first = address("The first hits.", null=True)
    next = address("The hits that follow, by cursor; null at the end as well.", null=True)
    prev = address("The page before; null at the beginning and behind a cursor.", null=True)
    html = address("The same search as a page.", null=True)
    atom = address("Its newest hits as a feed: Atom.", null=True)
    feed = address("Its newest hits as a feed: JSON Feed.", null=True)
    exports = part(ExportLinksBody, "All hits.")


def collection_of() -> fields.String:
    """The member that says what was looked for."""
    return fields.String(
        data_key="in",
        required=True,
        metadata={
            "description": "What was looked for.",
            "enum": [collection.value for collection in Collection],
        },
    )


def hits_of(*schemas: type[Body], description: str) -> fields.List[Any]:
    """The member that holds hits of any of `schemas`."""
    return several(Made(*schemas), description)


class SearchBody(Body):
    """The answer to a search."""

    query = part(QueryBody, "How the query was read.")
    collection = collection_of()
    total = part(TotalBody, "Exact numbers of what was found.")
    page = whole("Which page of the hits this is, from 1; null behind a cursor.", null=True)
    pages = whole("How many pages there are, at least 1.")
    hits = hits_of(
        StatementHitBody, ArticleHitBody, description="Statements or articles, in order."
    )
    next_cursor = string(
        "As `cursor` takes it, to go on behind these hits; null at the end.", null=True
    )
    facets = several(FacetBody, "Facets, each with exact counts.")
    nowhere = strings(
        "Where fewer than 5 (setting search.few_hits) were found: words of the query that no "
        "document holds."
    )
    did_you_mean = part(RepairBody, "A likelier spelling of the query.", null=True)
    repairs = several(
        RepairBody,
        "Where fewer than 5 were found: single changes that would find more, best kind first.",
    )
    repairs_uncounted = whole(
        "Changes not tried, because enough were (setting search.repairs) or the search is costly."
    )
    links = part(SearchLinksBody, LEADS)
    index = part(IndexBody, "What was searched.")
    took_ms = number(TOOK)


_SEARCH: Final = dumper(SearchBody())


@lru_cache(maxsize=128)
def hit_dumper(
    collection: Collection, *, explained: bool = False, members: tuple[str, ...] | None = None
) -> Dump:
    """What writes a hit: all of its members or those named, reasons of its score where wanted."""
    only = None if members is None else tuple(dict.fromkeys(("id", *members)))
    return dumper(HITS[collection](only=only, exclude=() if explained else ("explanation",)))


@dataclass(frozen=True, slots=True)
class Onward:
    """What leads on behind the hits of an answer: a cursor, and the address with it."""

    cursor: str
    url: str | None


def search_body(answer: Answer, onward: Onward | None = None) -> dict[str, Any]:
    """The body of an answer to a search; without `onward` it leads on by pages."""
    reading, parameters, pager = answer.reading, answer.parameters, answer.pager
    hit = hit_dumper(answer.collection, explained=answer.explained, members=parameters.fields)
    next_page = None if parameters.cursor else pager.next_url
    return _SEARCH(
        {
            "query": {
                "text": reading.typed,
                "reading": reading.tokens,
                "ignored": reading.ignored,
                "repaired": reading.repaired,
                "canonical": reading.canonical,
                "match": parameters.match,
                "expand": "on" if parameters.expand else "off",
                "expansions": answer.names,
            },
            "collection": answer.collection,
            "total": {
                "articles": answer.articles,
                "statements": answer.total if answer.collection is Collection.STATEMENTS else None,
                "exact": True,
            },
            "page": None if parameters.cursor else pager.page,
            "pages": pager.pages,
            "hits": [hit(each) for each in answer.hits],
            "next_cursor": onward and onward.cursor,
            "facets": answer.facets,
            "nowhere": answer.repairs.nowhere,
            "did_you_mean": answer.repairs.did_you_mean,
            "repairs": answer.repairs.found,
            "repairs_uncounted": answer.repairs.uncounted,
            "links": {
                "self_": answer.self_url,
                "first": answer.first_url,
                "next": onward.url if onward else next_page,
                "prev": pager.previous_url,
                "html": answer.html_url,
                "atom": answer.atom_url,
                "feed": answer.feed_url,
                "exports": answer.exports,
            },
            "index": {
                "generation": answer.generation,
                "built_at": answer.built_at.isoformat(),
            },
            "took_ms": milliseconds(answer.elapsed_s),
        }
    )


def milliseconds(seconds: float) -> float:
    """`seconds` as answers tell them."""
    return round(seconds * 1000, 3)
