"""The answer to a search.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

import datetime as dt
from typing import Generic, TypeVar

from msgspec import Struct, field

H = TypeVar("H")
"""Sort of hits."""


class FacetValue(Struct, frozen=True, kw_only=True):
    """A value of a facet with the addresses that ask for it or leave it out.

    Attributes:
        value: As parameters take it.
        label: As shown to people.
        count: Documents with it under everything asked for, but for the other values of the facet
            any of which would do: what asking for it alone would find.
        selected: Whether it is asked for.
        excluded: Whether it is left out.
        toggle_url: Asks for it, or stops asking; null where that would find nothing, or no address
            can hold it.
        exclude_url: Leaves it out, or stops that; null likewise, and for dates.
    """

    value: str
    label: str
    count: int
    selected: bool
    excluded: bool
    toggle_url: str | None
    exclude_url: str | None


class Facet(Struct, frozen=True, kw_only=True):
    """The counts of one field.

    Attributes:
        name: The field.
        label: As shown to people.
        type: What its values are.
        mode: Whether documents have any or all of the values asked for.
        interval: Of dates: how long each value is; else null.
        total_values: Values with a count above 0, listed or not.
        missing: Documents without a value.
        missing_value: Documents without a value as a value of its own; null where there are none.
        values: Those asked for first, then those left out, then by count; dates by time.
    """

    name: str
    label: str
    type: str
    mode: str
    interval: str | None
    total_values: int
    missing: int
    missing_value: FacetValue | None
    values: tuple[FacetValue, ...]


class ReadToken(Struct, frozen=True, kw_only=True):
    """A stretch of the query and what became of it.

    Attributes:
        text: The stretch.
        start: Offset of its first character in the query.
        end: Offset after its last character.
        use: What became of it.
        read_as: How it was understood, in words; null where it was ignored.
        reason: What there is to remark, such as why it was ignored.
    """

    text: str
    start: int
    end: int
    use: str
    read_as: str | None
    reason: str | None


class OtherName(Struct, frozen=True, kw_only=True):
    """Another name of what was typed.

    Attributes:
        name: The name.
        from_: First year in which it was so called, where known.
        until: Last year in which it was so called, where known.
        total: What it would find alone in place of the name typed; null where that was not
            counted.
        url: That search; null where no address can hold it.
    """

    name: str
    from_: int | None = field(name="from")
    until: int | None
    total: int | None
    url: str | None


class Named(Struct, frozen=True, kw_only=True):
    """A name in the query and what else it is called.

    Attributes:
        key: As `expand.not` takes it.
        text: The name as typed.
        start: Offset of its first character in the query.
        end: Offset after its last character.
        names: Its other names.
        off: Why they are not looked for; null where they are.
        toggle_url: Switches them off, or on again; null where it cannot.
    """

    key: str
    text: str
    start: int
    end: int
    names: tuple[OtherName, ...]
    off: str | None
    toggle_url: str | None


class Query(Struct, frozen=True, kw_only=True):
    """The query as it was read.

    Attributes:
        text: As typed.
        reading: Every character typed, in stretches.
        ignored: Those that were not used, with the reason.
        repaired: Those that were used otherwise than typed.
        canonical: The same query as the query language would have it, without other names.
        match: How many of the words had to be there.
        expand: Whether other names were looked for.
        expansions: Names in it that have other names.
    """

    text: str
    reading: tuple[ReadToken, ...]
    ignored: tuple[ReadToken, ...]
    repaired: tuple[ReadToken, ...]
    canonical: str
    match: str
    expand: str
    expansions: tuple[Named, ...]


class Repair(Struct, frozen=True, kw_only=True):
    """A single change of the search that would find more.

    Attributes:
        kind: What is changed.
        label: What is done, in words.
        change: What it is done with; may be empty.
        text: The query after it.
        in_: What is found.
        total: How many are found.
        url: The search after it; null where no address can hold it.
    """

    kind: str
    label: str
    change: str
    text: str
    in_: str = field(name="in")
    total: int
    url: str | None


class Total(Struct, frozen=True, kw_only=True):
    """Exact numbers of what was found.

    Attributes:
        articles: Articles, or articles that the statements belong to.
        statements: Statements; null where articles were searched.
        exact: Always true: nothing is estimated.
    """

    articles: int
    statements: int | None
    exact: bool


class Index(Struct, frozen=True, kw_only=True):
    """What was searched.

    Attributes:
        generation: Name of the generation of the index, ascending in time.
        built_at: When it was built, UTC.
    """

    generation: str
    built_at: dt.datetime


class Generation(Struct, frozen=True, kw_only=True):
    """What was searched.

    Attributes:
        generation: Name of the generation of the index, ascending in time.
    """

    generation: str


class ExportLinks(Struct, frozen=True, kw_only=True):
    """All hits of a search, without pages; null where no address can hold it.

    Attributes:
        csv: As a table.
        ndjson: As rows of JSON.
        bib: The articles as BibTeX.
        ris: The articles as RIS.
        csl: The articles as CSL-JSON.
    """

    csv: str | None
    ndjson: str | None
    bib: str | None
    ris: str | None
    csl: str | None


class SearchLinks(Struct, frozen=True, kw_only=True):
    """Where an answer leads; null where no address can hold it.

    Attributes:
        self_: This answer, in canonical form.
        first: The first hits.
        next: The hits that follow, by cursor; null at the end as well.
        prev: The page before; null at the beginning and behind a cursor.
        html: The same search as a page.
        atom: Its newest hits as a feed: Atom.
        feed: Its newest hits as a feed: JSON Feed.
        exports: All hits.
    """

    self_: str | None = field(name="self")
    first: str | None
    next: str | None
    prev: str | None
    html: str | None
    atom: str | None
    feed: str | None
    exports: ExportLinks


class Search(Struct, Generic[H], frozen=True, kw_only=True):
    """The answer to a search.

    Attributes:
        query: How the query was read.
        in_: What was looked for.
        total: Exact numbers of what was found.
        page: Which page of the hits this is, from 1; null behind a cursor.
        pages: How many pages there are, at least 1.
        hits: Statements or articles, in order.
        next_cursor: As `cursor` takes it, to go on behind these hits; null at the end.
        facets: Facets, each with exact counts.
        nowhere: Where fewer than 5 (setting search.few_hits) were found: words of the query that
            no document holds.
        did_you_mean: A likelier spelling of the query.
        repairs: Where fewer than 5 were found: single changes that would find more, best kind
            first.
        repairs_uncounted: Changes not tried, because enough were (setting search.repairs) or the
            search is costly.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    query: Query
    in_: str = field(name="in")
    total: Total
    page: int | None
    pages: int
    hits: tuple[H, ...]
    next_cursor: str | None
    facets: tuple[Facet, ...]
    nowhere: tuple[str, ...]
    did_you_mean: Repair | None
    repairs: tuple[Repair, ...]
    repairs_uncounted: int
    links: SearchLinks
    index: Index
    took_ms: float
