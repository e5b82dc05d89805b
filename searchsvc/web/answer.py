"""What a search answers, in the one form that the page and the JSON are both made from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from searchsvc.repairs import Kind
from searchsvc.web import formatting
from searchsvc.web.parameters import Selection

if TYPE_CHECKING:
    import datetime as dt

    from searchsvc.engine.contract import Cursor, Interval, Sort
    from searchsvc.engine.explanations import Explanation
    from searchsvc.model import ArticleDocument, Collection, Span, Speaker, StatementDocument
    from searchsvc.query.reading import Reading
    from searchsvc.snippets import Snippet
    from searchsvc.web.asked import Named
    from searchsvc.web.leads import Leads
    from searchsvc.web.parameters import SearchParameters


@dataclass(frozen=True, slots=True)
class Link:
    """An address and the words it is shown under; `current` where it is the one shown now.

    Here and below an address is None as well where it would be too long, see `writing`.
    """

    label: str
    url: str | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """An exact number of documents, and the search that finds just these.

    No link leads to none, nor where it would be too long, see `writing`.
    """

    count: int
    url: str | None


@dataclass(frozen=True, slots=True)
class StatementHit:
    """One statement found. All links narrow the search, and find this statement too.

    Attributes:
        number: of the statement in its article, from 1.
        snippets: one, the whole statement with what matched.
        title_highlights: what matched there.
        page_url: of the article's page, at the statement.
        data_url: of the article as JSON.
        similar_url, similar_data_url: of the two faces of what is like it.
        explanation: why it has its score, where that was asked for.
        leads: where its parts lead.
    """

    document: StatementDocument
    number: int
    score: float
    snippets: tuple[Snippet, ...]
    title_highlights: tuple[Span, ...]
    page_url: str
    data_url: str
    similar_url: str
    similar_data_url: str
    explanation: Explanation | None
    leads: Leads

    @property
    def speaker_highlights(self) -> tuple[Span, ...]:
        """What matched in the name of the speaker."""
        speaker = self.document.speaker
        return self.leads.in_name(speaker.name) if speaker else ()

    @property
    def other_highlights(self) -> tuple[tuple[Span, ...], ...]:
        """What matched in the name of each of the document's `others`."""
        return tuple(self.leads.in_name(other.name) for other in self.document.others)

    @property
    def speaker(self) -> Link | None:
        """To what this speaker said; None where nobody is named."""
        speaker = self.document.speaker
        return self._said_by(speaker) if speaker else None

    @property
    def others(self) -> tuple[Link | None, ...]:
        """To what each of the document's `others` said; None likewise."""
        return tuple(map(self._said_by, self.document.others))

    @property
    def speaker_country(self) -> Link | None:
        """To what speakers of the same country said; None where it is not known."""
        speaker = self.document.speaker
        if speaker is None or not speaker.country:
            return None
        label = formatting.place(speaker.country)
        return self.leads.sharing_one(self.document, "speaker_country", label)

    @property
    def about(self) -> tuple[Link, ...]:
        """To what was said about the same countries, in the order of the document."""
        return self.leads.sharing(self.document, "country")

    def _said_by(self, speaker: Speaker) -> Link | None:
        return self.leads.sharing_one(self.document, "speaker", speaker.name)


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """One article found; attributes as in `StatementHit`.

    Attributes:
        versions: the articles of the archive with the same story, itself among them; None where
            there are no others, or counting them would have taken more than was left for it.
    """

    document: ArticleDocument
    score: float
    snippets: tuple[Snippet, ...]
    title_highlights: tuple[Span, ...]
    page_url: str
    data_url: str
    similar_url: str
    similar_data_url: str
    explanation: Explanation | None
    leads: Leads
    versions: Linked | None = None

    @property
    def among_versions(self) -> bool:
        """Whether the search is for its versions and nothing else, so that it leads to itself."""
        asked = self.leads.parameters
        of_story = Selection("story", chosen=(self.document.story or "",))
        return asked.selections == (of_story,) and not (asked.text or asked.dated)

    @property
    def match_url(self) -> str:
        """Of the article's page, at the first place of the text that it marks; else of its top."""
        marks = "?" in self.page_url and any(each.highlights for each in self.snippets)
        return f"{self.page_url}#m-1" if marks else self.page_url

    @property
    def speakers(self) -> tuple[Link, ...]:
        """To articles with the same speakers, in the order of the document."""
        return self.leads.sharing(self.document, "speaker")

    @property
    def countries(self) -> tuple[Link, ...]:
        """To articles with the same countries, in the order of the document."""
        return self.leads.sharing(self.document, "country")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet.

    Attributes:
        count: documents with the value under everything asked for, but for the other values of
            the same facet that any of would do. What a reader finds who asks for this one value.
        toggle_url: to ask for the value, or to stop asking; None where it would find nothing.
        exclude_url: to leave the value out, or to stop leaving it out; None likewise, and for
            dates, which cannot be left out.
        joins: whether asking for the value keeps what is found now and adds to it, so that more is
            found than `count`: other values are chosen of which any will do.
    """

    value: str
    label: str
    count: int
    selected: bool
    excluded: bool
    toggle_url: str | None
    exclude_url: str | None
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """The counts of one field.

    Attributes:
        every: all of the chosen values are asked for, not just any.
        values: chosen ones first, then those left out, then by count or name; dates by time.
        missing: documents without a value, as a value of its own, or None where there are none
            and it is neither chosen nor left out.
        total_values: values with a count above 0, shown or not.
        interval: of the date facet, else None.
        mode_url: to ask for all of the values rather than any, or the other way round; None where
            a document has at most one value or fewer than two are chosen.
        more, fewer: to show more values, or no more than usual.
        order: to list the values from A to Z, or by count again; None where that would change
            nothing, and for dates.
        trail: of the date facet, the way back out of a year or month; else empty.
    """

    field: str
    label: str
    every: bool
    values: tuple[FacetValue, ...]
    missing: FacetValue | None
    total_values: int
    interval: Interval | None
    mode_url: str | None
    more: Link | None
    fewer: Link | None
    order: Link | None
    trail: tuple[Link, ...]

    @property
    def type(self) -> str:
        """Whether its values are terms or dates."""
        return "date" if self.field == "date" else "terms"

    @property
    def mode(self) -> str:
        """Whether all of the chosen values are asked for, or any."""
        return "all" if self.every else "any"

    @property
    def missing_count(self) -> int:
        """How many documents have no value."""
        return self.missing.count if self.missing else 0


@dataclass(frozen=True, slots=True)
class RepairLink:
    """One single change to the search, and what it would find.

    Attributes:
        kind: what is changed, see `repairs.Kind`.
        group: the heading that it stands under.
        label: what is done, in words: `without`, `instead of “presidnet”`.
        change: what it is done with, or to; may be empty.
        text: the query text after it.
        collection: what is found.
    """

    kind: str
    group: str
    label: str
    change: str
    text: str
    total: int
    collection: Collection
    url: str | None

    @property
    def change_first(self) -> bool:
        """Whether `change` is said before `label`."""
        return self.kind == Kind.SPELLING

    @property
    def noun(self) -> str:
        """One of what is found."""
        return self.collection.removesuffix("s")


@dataclass(frozen=True, slots=True)
class RepairLinks:
    """What would find more.

    Attributes:
        nowhere: words that every document must hold and none does, as typed.
        did_you_mean: the likeliest other spelling, or None.
        found: other changes, by group.
        uncounted: changes that were not tried.
    """

    nowhere: tuple[str, ...]
    did_you_mean: RepairLink | None
    found: tuple[RepairLink, ...]
    uncounted: int

    @property
    def groups(self) -> tuple[tuple[str, tuple[RepairLink, ...]], ...]:
        """Headings and the changes under each."""
        parted = groupby(self.found, key=lambda each: each.group)
        return tuple((title, tuple(links)) for title, links in parted)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in the hits the answer stands.

    Attributes:
        first, last: numbers of the first and last hit shown, from 1; 0 where there are none.
        pages: how many there are; at least 1.
        last_page: the last of them that can be asked for.
    """

    page: int
    pages: int
    last_page: int
    first: int
    last: int
    previous_url: str | None
    next_url: str | None

    @property
    def beyond(self) -> bool:
        """Whether a page after the last was asked for."""
        return self.page > self.pages


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer.

    Attributes:
        reading: what became of every character of the query.
        names: those in it that have other names, with what these find.
        total: documents found.
        articles: articles they belong to.
        end: where the hits end; None where there are none.
        built_at: of the generation searched.
        elapsed_s: seconds inside the engine.
        sort: the order of the hits.
        usual_sort: the order where none is chosen.
        repairs: single changes that would find more, where little was found.
        self_url: canonical address, on the face that answers.
        first_url: of the first hits, on the same face.
        html_url: of the page.
        atom_url, feed_url: of the feeds, Atom and JSON Feed.
        exports: addresses of all that is found, by the formats of `links.EXPORTS`.
    """

    parameters: SearchParameters
    reading: Reading
    names: tuple[Named, ...]
    total: int
    articles: int
    hits: tuple[StatementHit, ...] | tuple[ArticleHit, ...]
    end: Cursor | None
    facets: tuple[Facet, ...]
    generation: str
    built_at: dt.datetime
    elapsed_s: float
    sort: Sort
    usual_sort: Sort
    repairs: RepairLinks
    pager: Pager
    self_url: str | None
    first_url: str | None
    html_url: str | None
    atom_url: str | None
    feed_url: str | None
    exports: dict[str, str | None]

    @property
    def collection(self) -> Collection:
        """What was searched."""
        return self.parameters.collection

    @property
    def explained(self) -> bool:
        """Whether hits say why they have their scores."""
        return self.parameters.explain and self.sort.scored
