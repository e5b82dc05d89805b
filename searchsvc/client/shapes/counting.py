"""Facet values, timelines and matrices.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

from msgspec import Struct, field

from searchsvc.client.shapes.parts import Linked
from searchsvc.client.shapes.searching import Index


class LinkedValue(Struct, frozen=True, kw_only=True):
    """A value of a facet, and the documents that carry it.

    Attributes:
        value: As parameters take it; (none) for documents without.
        label: As shown to people.
        count: How many documents carry it.
        url: The search that finds just these; null where there are none, or no address can hold
            it.
    """

    value: str
    label: str
    count: int
    url: str | None


class Moment(Struct, frozen=True, kw_only=True):
    """A year, month or day, and what falls on it within the bounds of the search.

    Attributes:
        value: 2017, 2017-05 or 2017-05-12.
        label: As shown to people.
        count: How many documents.
        url: The search that finds just these; null where there are none, or no address can hold
            it.
    """

    value: str
    label: str
    count: int
    url: str | None


class TwinLinks(Struct, frozen=True, kw_only=True):
    """Where an answer leads; null where no address can hold it.

    Attributes:
        self_: This answer, in canonical form.
        search: The search that is counted, as JSON.
        html: That search as a page.
    """

    self_: str | None = field(name="self")
    search: str | None
    html: str | None


class ListedValue(LinkedValue, frozen=True, kw_only=True):
    """A value of a facet, and how it stands in the search.

    Attributes:
        via: The name that the prefix begins, where that is not the label.
        selected: Whether the search asks for it.
        excluded: Whether the search leaves it out.
        toggle_url: Asks for it as well, or stops asking; null where that would find nothing, or no
            address can hold it.
        exclude_url: Leaves it out, or stops that; null where that would find nothing, or no
            address can hold it.
    """

    via: str | None
    selected: bool
    excluded: bool
    toggle_url: str | None
    exclude_url: str | None


class ListingLinks(TwinLinks, frozen=True, kw_only=True):
    """Where a page of values leads.

    Attributes:
        next: The values that follow; null at the end.
        prev: The values before; null at the beginning.
    """

    next: str | None
    prev: str | None


class FacetList(Struct, frozen=True, kw_only=True):
    """One page of the values of a facet.

    Attributes:
        name: The field.
        label: As shown to people.
        in_: What was looked for.
        total: What the search finds.
        total_values: Values with a count above 0.
        matching_values: Those of them that the prefix begins.
        missing: Documents without a value.
        values: In the order asked for.
        page: Which page of the values this is, from 1.
        pages: How many pages there are, at least 1.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    name: str
    label: str
    in_: str = field(name="in")
    total: Linked
    total_values: int
    matching_values: int
    missing: Linked
    values: tuple[ListedValue, ...]
    page: int
    pages: int
    links: ListingLinks
    index: Index
    took_ms: float


class Head(Struct, frozen=True, kw_only=True):
    """A value of a facet at the head of what belongs to it.

    Attributes:
        value: As parameters take it; (none) for documents without.
        label: As shown to people.
        count: How many documents carry it.
        url: The search that finds just these; null where there are none, or no address can hold
            it.
    """

    value: str
    label: str
    count: int
    url: str | None


class Series(Head, frozen=True, kw_only=True):
    """The documents with one value over time.

    Attributes:
        undated: Those without a date.
        buckets: The same moments as those of the whole search.
    """

    undated: Linked
    buckets: tuple[Moment, ...]


class Whole(Struct, frozen=True, kw_only=True):
    """All that the archive has within the bounds of the search, whatever else this asks for.

    Attributes:
        total: How much there is.
        undated: What of it has no date.
        buckets: The same moments as those of the search.
    """

    total: Linked
    undated: Linked
    buckets: tuple[Moment, ...]


class Timeline(Struct, frozen=True, kw_only=True):
    """A search over time: the counts of `buckets` and `undated` add up to `total`.

    Attributes:
        in_: What was looked for.
        interval: How long each bucket is: as asked for or chosen by the span; longer than asked
            for where there would be more than 10,000 in all series together.
        total: What the search finds.
        undated: Those without a date.
        buckets: From the first that is not empty to the last, none left out between.
        archive: All documents of the collection over the same moments, to take shares of.
        articles: All articles over the same moments. Where a bucket has none, the archive holds
            nothing of that time, and cannot tell how much was said.
        by: The facet that it is split by; null where it is not.
        total_values: How many values that facet has in the search.
        series: The values asked for, or the most frequent ones and (none) last. A document of
            several values is in several series.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    in_: str = field(name="in")
    interval: str
    total: Linked
    undated: Linked
    buckets: tuple[Moment, ...]
    archive: Whole
    articles: Whole
    by: str | None
    total_values: int
    series: tuple[Series, ...]
    links: TwinLinks
    index: Index
    took_ms: float


class Axis(Struct, frozen=True, kw_only=True):
    """The facet of the rows or of the columns.

    Attributes:
        name: The field.
        label: As shown to people.
        total_values: How many values it has in the search, shown or not.
    """

    name: str
    label: str
    total_values: int


class MatrixRow(Head, frozen=True, kw_only=True):
    """One row.

    Attributes:
        cells: What is found with it and each of `columns`, in their order.
    """

    cells: tuple[Linked, ...]


class Matrix(Struct, frozen=True, kw_only=True):
    """Two facets across each other.

    Rows of documents with several values overlap.

    Attributes:
        in_: What was looked for.
        total: What the search finds.
        row_facet: The facet of the rows.
        column_facet: The facet of the columns.
        columns: The values asked for, or the most frequent ones and (none) last, where there are
            any.
        rows: Likewise, each with its cells.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    in_: str = field(name="in")
    total: Linked
    row_facet: Axis
    column_facet: Axis
    columns: tuple[LinkedValue, ...]
    rows: tuple[MatrixRow, ...]
    links: TwinLinks
    index: Index
    took_ms: float
