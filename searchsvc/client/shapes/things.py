"""One statement, one speaker, one country, and the status.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct, field

from searchsvc.client.shapes.counting import LinkedValue, Moment
from searchsvc.client.shapes.documents import ArticleSummary, StatementHit
from searchsvc.client.shapes.parts import Country, Linked
from searchsvc.client.shapes.searching import Index


class Passage(Struct, frozen=True, kw_only=True):
    """A stretch of the article.

    Attributes:
        text: The stretch.
        start: Offset of its first character in the body of the article.
        end: Offset after its last character.
    """

    text: str
    start: int
    end: int


class Shared(Struct, frozen=True, kw_only=True):
    """A value that the statement carries, and all statements that do.

    Attributes:
        name: The field.
        value: As parameters take it.
        label: As shown to people.
        count: How many statements carry it.
        url: Finds them.
    """

    name: str
    value: str
    label: str
    count: int
    url: str | None


class SelfLinks(Struct, frozen=True, kw_only=True):
    """Where an answer leads.

    Attributes:
        self_: This answer.
        html: The same as a page, or the nearest to it.
        similar: Statements like it, as JSON.
        article: Its article, with the body and all statements, as JSON.
    """

    self_: str = field(name="self")
    html: str
    similar: str
    article: str


class Citation(Struct, frozen=True, kw_only=True):
    """The statement and the article that it stands in, as others want it written.

    Attributes:
        plain: In one line, for a footnote.
        bibtex: The article as BibTeX, the statement as its note.
        ris: The same as RIS.
        csl: The same as an item of CSL-JSON.
    """

    plain: str
    bibtex: str
    ris: str
    csl: Mapping[str, object]


class StatementView(Struct, frozen=True, kw_only=True):
    """One statement with what stands around it.

    Attributes:
        statement: As a search gives it.
        passage: The sentences that it stands in.
        before: The sentence before; null at the beginning.
        after: The sentence after; null at the end.
        article: The article that it stands in, without its text.
        shared: Its speakers, countries and so on, each with its statements.
        citation: It and where it stands.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    statement: StatementHit
    passage: Passage
    before: Passage | None
    after: Passage | None
    article: ArticleSummary
    shared: tuple[Shared, ...]
    citation: Citation
    links: SelfLinks
    index: Index
    took_ms: float


class Office(Struct, frozen=True, kw_only=True):
    """A role in which somebody spoke.

    Attributes:
        role: As articles give it; null where they do not.
        country: The country spoken for, where it is known.
        first: Day of the first dated article that gives it.
        last: Day of the last dated article that gives it.
        statements: How many of the statements read give it.
    """

    role: str | None
    country: Country | None
    first: dt.date | None
    last: dt.date | None
    statements: int


class Years(Struct, frozen=True, kw_only=True):
    """Statements over the years: `buckets` and `undated` add up to all.

    Attributes:
        undated: Those without a date.
        buckets: Year by year, from the first that is not empty to the last.
    """

    undated: Linked
    buckets: tuple[Moment, ...]


class ProfileLinks(Struct, frozen=True, kw_only=True):
    """Where an answer leads; null where no address can hold it.

    Attributes:
        self_: This answer.
        search: The search for all its statements, as JSON.
        html: That search as a page.
        atom: The newest of them as a feed: Atom.
        feed: The newest of them as a feed: JSON Feed.
    """

    self_: str | None = field(name="self")
    search: str | None
    html: str | None
    atom: str | None
    feed: str | None


class SpeakerView(Struct, frozen=True, kw_only=True):
    """One speaker.

    Lists hold the 20 most frequent.

    Attributes:
        name: The one name of this speaker in the whole archive, which is the id as well: filters
            and addresses take it, and it keeps from one run to the next.
        asked: The name that was asked for.
        kinds: What sort of source, the most frequent first.
        printed: Other names that articles print.
        others: Other spellings that a search by this name looks for.
        statements: Their statements.
        articles: Articles that they speak in.
        read: How many statements were read for kinds, printed names and offices: all, or the
            newest 1,000.
        offices: In which roles they spoke, and when; the latest first.
        countries: Countries that they spoke for.
        years: Their statements over time.
        jointly: Who made statements together with them.
        beside: Who speaks in the same articles; articles are counted.
        about: Countries that they spoke about.
        sources: Where it was printed.
        latest: The newest statements.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    name: str
    asked: str
    kinds: tuple[str, ...]
    printed: tuple[str, ...]
    others: tuple[str, ...]
    statements: Linked
    articles: Linked
    read: int
    offices: tuple[Office, ...]
    countries: tuple[LinkedValue, ...]
    years: Years
    jointly: tuple[LinkedValue, ...]
    beside: tuple[LinkedValue, ...]
    about: tuple[LinkedValue, ...]
    sources: tuple[LinkedValue, ...]
    latest: tuple[StatementHit, ...]
    links: ProfileLinks
    index: Index
    took_ms: float


class CountryName(Struct, frozen=True, kw_only=True):
    """Another name of a country.

    Attributes:
        name: The name.
        from_: First year in which it was so called, where known.
        until: Last year in which it was so called, where known.
    """

    name: str
    from_: int | None = field(name="from")
    until: int | None


class CountryView(Struct, frozen=True, kw_only=True):
    """One country, or a body of countries.

    Lists hold the 20 most frequent.

    Attributes:
        code: As parameters take it.
        label: As shown to people.
        names: What else it is called.
        about: Statements about it.
        by: Statements of its speakers.
        articles: Articles that name it.
        about_years: Statements about it over time.
        by_years: Statements of its speakers over the same years.
        speakers: Who speaks about it.
        spoken_by: Whose speakers speak about it.
        speaks_about: The countries that its speakers speak about.
        voices: Its speakers.
        beside: Countries spoken about in the same statements.
        latest: The newest statements about it.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    code: str
    label: str
    names: tuple[CountryName, ...]
    about: Linked
    by: Linked
    articles: Linked
    about_years: Years
    by_years: Years
    speakers: tuple[LinkedValue, ...]
    spoken_by: tuple[LinkedValue, ...]
    speaks_about: tuple[LinkedValue, ...]
    voices: tuple[LinkedValue, ...]
    beside: tuple[LinkedValue, ...]
    latest: tuple[StatementHit, ...]
    links: ProfileLinks
    index: Index
    took_ms: float


class Status(Struct, frozen=True, kw_only=True):
    """What is published.

    Attributes:
        engine: Name of the search engine.
        generation: Name of the generation that answers, ascending in time.
        built_at: When it was built, UTC.
        articles: How many articles it holds.
        statements: How many statements it holds.
        rejects: Inputs that could not be read when it was built.
        size_bytes: On disk.
        versions: Versions of format, analyzer, extractor and so on, by name.
        previous: Generations that an operator can go back to, latest first.
        degraded: Whether an earlier generation answers, or documents cannot be shown.
    """

    engine: str
    generation: str
    built_at: dt.datetime
    articles: int
    statements: int
    rejects: int
    size_bytes: int
    versions: Mapping[str, str]
    previous: tuple[str, ...]
    degraded: bool
