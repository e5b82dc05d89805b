"""THE SEAM: one whole question in, one whole answer out.

What crosses never changes and holds plain values: frozen dataclasses, but for the parts of the answer
to a search, its cursor among them: named tuples, which are made in half the time. Engines agree exactly on matches, totals,
facet counts, date order and the tie-break, and within a stated tolerance on scores. They raise only
`errors.EngineError` and let bugs through. How an index comes about is `building`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from searchsvc.model import Collection
from searchsvc.query.tree import Everything, Node

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.engine.explanations import Explanation
    from searchsvc.engine.health import ClusterHealth
    from searchsvc.engine.suggestions import Spelling, SuggestRequest, SuggestResult
    from searchsvc.model import Document
    from searchsvc.query.tree import Term

T = TypeVar("T")


class Sort(StrEnum):
    """Order of the hits; ties always fall to the document id, ascending.

    By date, documents with a time stand among the minutes of their day and those without at
    00:00; undated documents stand last in both directions.

    FRESH is by relevance, newer ones first among those about equally relevant: the score times
    (1 + 2 ** (-age / half-life)) / 2, age in days before the newest document of the collection, so
    that answers stay the same tomorrow; of undated ones half the score. Nothing loses more than
    half of its score. Source: the exponential prior of Li and Croft, Time-Based Language Models,
    2003; the floor is ours.
    """

    RELEVANCE = "relevance"
    FRESH = "fresh"
    NEWEST = "newest"
    OLDEST = "oldest"

    def __init__(self, value: str) -> None:
        """Note what every search asks of it; the members are not there yet to compare with."""
        self.scored = value in ("relevance", "fresh")
        """Whether the order is by a score."""


class Interval(StrEnum):
    """Width of a bucket of the date facet; its value is written `2017`, `2017-05`, `2017-05-12`."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """Documents by the whole values of one facet field other than `date`.

    All three conditions must hold; an empty one always does. `fields.MISSING` stands for "has no
    value" and may be used wherever a value may. In a field that the collection lacks, or that is
    no facet, nobody carries anything, `MISSING` included.

    Attributes:
        any_of: at least one of these.
        all_of: every one of these.
        none_of: none of these.
    """

    field: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateFilter:
    """Documents by publication day; without any bound and with `undated` False, all of them.

    Attributes:
        first, last: inclusive; None leaves that side open. A reversed range matches nothing.
        undated: take undated documents as well; where no bound is given, take only those.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    undated: bool = False

    @property
    def active(self) -> bool:
        """Whether anything is filtered out."""
        return self.undated or self.first is not None or self.last is not None


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """Counts asked for.

    Attributes:
        field: a facet field of the collection.
        size: how many buckets at most (`date`: unlimited); values selected by a filter come on top.
        interval: of the date facet; None lets the engine choose by span (`interval_for`).
    """

    field: str
    size: int = 10
    interval: Interval | None = None


class Cursor(NamedTuple):
    """Where a page ended; the hits after it are those that follow in the order of the sort.

    Attributes:
        key: the score of its last hit; by date, its day's ordinal times 1440 plus the minute, or
            -1 where it is undated.
        document_id: of that hit; need not exist any more.
    """

    key: float
    document_id: str


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One whole question.

    Attributes:
        filters: at most one per field.
        after: leave out the hits up to here, from the same request against the same generation;
            totals and facets count them all the same.
        offset: how many hits to leave out from the top (or from `after`), 0 or more.
        limit: how many hits to return at most, 0 or more.
        documents: whether hits are wanted with their documents; else their ids are enough.
        explain: whether hits are wanted with the reasons of their scores.
    """

    collection: Collection = Collection.ARTICLES
    query: Node = Everything()  # noqa: RUF009 - frozen, one shared instance is right
    filters: tuple[FieldFilter, ...] = ()
    dates: DateFilter = DateFilter()
    facets: tuple[FacetRequest, ...] = ()
    sort: Sort = Sort.RELEVANCE
    after: Cursor | None = None
    offset: int = 0
    limit: int = 10
    documents: bool = True
    explain: bool = False


class Hit(NamedTuple):
    """One document found.

    Attributes:
        score: 0.0 where the order is not by relevance.
        document: as stored.
        explanation: why it has that score, where that was asked for and the order is by relevance;
            of a query of more than fifty words of the first hits alone.
    """

    score: float
    document: Document
    explanation: Explanation | None = None


class Bucket(NamedTuple):
    """One value of a facet and the exact number of documents that carry it."""

    value: str
    count: int  # type: ignore[assignment]  # a bucket is never asked what a tuple counts


class FacetCounts(NamedTuple):
    """Counts of one facet under the query, the dates and all filters but the field's own choice.

    Of the field's own filter `any_of` is left out while `all_of` and `none_of` hold: the count of
    a value is the total of the same request with that value alone in `any_of`. A value in
    `none_of` therefore counts 0. The date facet leaves out the date filter in the same way; where
    that filter has bounds, only buckets that overlap them are listed, each counted whole.

    Attributes:
        buckets: by count, largest first, ties by value ascending; `date` by value ascending.
            A value that the filter selects or excludes is always listed, with 0 where need be;
            `MISSING` never is.
        distinct: how many values have a count above 0, listed or not.
        missing: how many documents carry no value.
        interval: of the date facet, else None. Chosen by the days of the counted documents, cut
            to the bounds of the date filter; DAY where nothing is left of them.
    """

    field: str
    buckets: tuple[Bucket, ...]
    distinct: int
    missing: int
    interval: Interval | None = None


class SearchResult(NamedTuple):
    """One whole answer.

    Attributes:
        total: exact number of documents that match.
        articles: exact number of distinct articles that they belong to.
        ids: document ids of the page, in order.
        hits: one for each of `ids`; none where documents were not asked for.
        end: where the page ends; None where it is empty.
        facets: in the order asked for.
        generation: what was searched.
        elapsed_s: seconds inside the engine.
    """

    total: int
    articles: int
    ids: tuple[str, ...]
    hits: tuple[Hit, ...]
    end: Cursor | None
    facets: tuple[FacetCounts, ...]
    generation: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Walk:
    """All hits of a request, one after the other.

    Attributes:
        total, articles, generation: as of a `SearchResult`.
        hits: from `after` and `offset` on, in order, at constant memory, also when the `read` is
            over. Taking one whose document is damaged raises IndexCorrupt.
        places: of the same hits, as `SearchResult.end` of each; no document is read for them.
    """

    total: int
    articles: int
    hits: Iterator[Hit]
    generation: str
    places: Iterator[Cursor]


@dataclass(frozen=True, slots=True)
class Held:
    """A generation that was held back, and why."""

    generation: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is published.

    Attributes:
        generation: name, ascending in time.
        previous: generations kept that `rollback` can go back to, latest first.
        built_at: UTC.
        versions: name and version of format, analyzer and extractor.
        rejects, size_bytes: inputs that the build could not read; bytes on disk.
        held: a later generation that its gate held back, and that `release` would publish.
        refused: damaged files of what is published and of what was tried in its place, with what is
            wrong; paths relative to the index folder. All else but `previous` is of what answers.
        cluster: that the engine stands on; None where that is a folder.
    """

    engine: str
    generation: str
    previous: tuple[str, ...]
    built_at: dt.datetime
    articles: int
    statements: int
    rejects: int
    versions: tuple[tuple[str, str], ...]
    size_bytes: int
    held: Held | None = None
    refused: tuple[str, ...] = ()
    cluster: ClusterHealth | None = field(default=None, compare=False)


class Questions(Protocol):
    """What may be asked. Each answer is of one generation, and safe to ask for in any thread."""

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer. Raises QueryTooCostly, EngineUnavailable, IndexMissing/Incompatible/Corrupt."""
        ...

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """What may be meant by text that is being typed. Raises as `search`."""
        ...

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """Words that may have been meant by `word`, the likeliest first, never itself. Raises as `search`.

        Args:
            collection: whose documents are counted.
            word: of one token, which may also be two run together, or of several that may be one
                torn apart. Of words without letters or of one or two nothing is guessed.
            field: where it is looked for: in its words, or in names of its values. None for the
                default fields and the names of speakers, sources and countries.
            size: how many at most.
        """
        ...

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """How many documents of `collection` each of `terms` matches. Raises as `search`."""
        ...

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """The stored document, or None. Raises as `search`."""
        ...


class Reader(Questions, Protocol):
    """Answers of one generation, whatever is published meanwhile; see `SearchEngine.read`."""

    @property
    def generation(self) -> str:
        """Its name."""
        ...

    @property
    def built_at(self) -> dt.datetime:
        """When it was made; UTC."""
        ...

    def walk(self, request: SearchRequest) -> Walk:
        """All hits of `request`, whose `limit`, `facets` and `explain` do not count.

        Their sequence is that of its pages by cursor. Raises as `search`.
        """
        ...


class SearchEngine(Questions, Protocol):
    """Answers questions from the published generation; safe to share between threads.

    A generation published meanwhile is noticed by the next call, without a restart. A small one
    is answered from at once; a large one is opened beside the searches, which go on with the one
    before until it is ready.

    Where the published generation is damaged, the latest earlier one that can answer does so, and
    `IndexStatus.refused` and the log say why. Where it cannot be told any more which is published,
    the one that is open goes on, and they say that. Where none can, the call raises IndexCorrupt, and
    calls that do not need what is damaged are answered as ever. A generation of another version
    is not damaged: nothing answers in its place. Questions that belong together go into one `read`.
    """

    def read(
        self, question: Callable[[Reader], T], *, generation: str | None = None, searches: int = 1
    ) -> T:
        """What `question` makes of the answers of one generation.

        Args:
            question: asks the reader that it is given and nobody else. Where the generation turns
                out damaged, all of it is asked again of the one that answers instead.
            generation: the one wanted, as an answer named it; None for the published one. Another
                answers while it is kept, and for `search.held_s` where this engine asked it before.
            searches: how many times `search.budget_ms` all may take; each search once at most.

        Raises:
            As `search`; GenerationGone: the one named cannot be asked any more, or is damaged.
        """
        ...

    def generation(self) -> str:
        """The name of what answers now; cheap. Raises as `search`."""
        ...

    def status(self, *, wait: bool = True) -> IndexStatus:
        """What is published, once it answers; without `wait` what answers now. Raises as `search`."""
        ...

    def close(self) -> None:
        """Free files and memory; the engine cannot be used afterwards."""
        ...


YEAR_INTERVAL_ABOVE_DAYS, DAY_INTERVAL_UP_TO_DAYS = 5 * 366, 62


def interval_for(first: dt.date, last: dt.date) -> Interval:
    """The bucket width for `first` to `last` inclusive: day to two months, month to five years."""
    days = (last - first).days + 1
    if days <= DAY_INTERVAL_UP_TO_DAYS:
        return Interval.DAY
    return Interval.MONTH if days <= YEAR_INTERVAL_ABOVE_DAYS else Interval.YEAR


def bucket_of(day: dt.date, interval: Interval) -> str:
    """The value of the bucket that `day` falls into."""
    return day.isoformat()[: {Interval.YEAR: 4, Interval.MONTH: 7, Interval.DAY: 10}[interval]]
