"""The nouns: what every room above agrees on.

All are frozen, slotted dataclasses of plain values. Offsets count characters (Python string
indices) into the text named beside them; ends are exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: characters `start` up to but not including `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The stretch itself, cut out of `text`."""
        return text[self.start : self.end]


class DatePrecision(StrEnum):
    """How exactly the publication date of an article is known."""

    NONE = "none"
    DAY = "day"
    MINUTE = "minute"


class DateOrigin(StrEnum):
    """Where the publication date of an article was found."""

    INPUT = "input"  # a column or field that the operator mapped
    METADATA = "metadata"  # meta tags, JSON-LD, <time> of a saved page
    DATE_LINE = "date line"  # a line of the text that gives the publication date
    DATELINE = "dateline"  # the opening of the story: SEOUL, Nov. 14, 2018 (Yonhap) --


@dataclass(frozen=True, slots=True)
class ArticleDate:
    """The publication date of an article.

    Attributes:
        day: calendar day as printed, in the publisher's own time zone.
        time: wall-clock time as printed, whole minutes; None where only the day is known.
        origin: where it was found.
    """

    day: dt.date
    time: dt.time | None
    origin: DateOrigin

    @property
    def precision(self) -> DatePrecision:
        """MINUTE where a time is known, else DAY; an article without a date has none of this."""
        return DatePrecision.DAY if self.time is None else DatePrecision.MINUTE

    def isoformat(self) -> str:
        """`2017-05-12T22:00` or `2017-05-12`, by precision."""
        if self.time is None:
            return self.day.isoformat()
        return f"{self.day.isoformat()}T{self.time.isoformat('minutes')}"


class TitleOrigin(StrEnum):
    """Where the title of an article comes from."""

    GIVEN = "given"  # the input or the page names it
    FIRST_SENTENCE = "first sentence"  # the input has none; the body's first sentence stands in


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Translates offsets of a cleaned text into offsets of the text it was made from.

    Attributes:
        clean: start of each run in the cleaned text, ascending; the first is 0.
        raw: start of each run in the raw text, non-descending, as long as `clean`. Inside a run
            both texts advance in step, up to the start of the next run.
    """

    clean: tuple[int, ...]
    raw: tuple[int, ...]

    def to_raw(self, offset: int) -> int:
        """The offset in the raw text of the character at `offset` of the cleaned text.

        The end of a span is translated as `to_raw(end - 1) + 1`.
        """
        low, high = 0, len(self.clean) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.clean[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        step = self.raw[low] + offset - self.clean[low]
        return (
            step
            if low == len(self.raw) - 1
            else min(step, max(self.raw[low], self.raw[low + 1] - 1))
        )


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read, before anything is extracted from it.

    Attributes:
        id: stable across runs and machines; made of `[A-Za-z0-9._~-]`, at most 128 characters.
        path: the input file, relative to the input root it was found under, `/` separated.
        place: where inside the file (`line 17`, `member a/b.txt`), or None for the whole file.
        source: the publisher or collection the article belongs to; never empty.
        title: never empty.
        title_origin: whether the title was given or stands in.
        body: paragraphs separated by one blank line, no newline inside a paragraph,
            Unicode NFC, no page furniture, title, date line, byline, agency credit or caption.
        body_offsets: from `body` to the decoded text of the file (or of its text column).
        captions: photo captions, in order.
        date: None where the input does not say.
        byline: the author's name as printed, without "By" and without the e-mail address.
        byline_email: None where there is none.
        agency: the wire credited ("Yonhap"), or None.
        url: None where unknown.
        speakers: names given by the input; these win over what is extracted.
        countries: countries given by the input, as written there; these win likewise.
        dateline: where the story was sent from, as printed there ("TROY, Mich."), or None.
    """

    id: str
    path: str
    place: str | None
    source: str
    title: str
    title_origin: TitleOrigin
    body: str
    body_offsets: OffsetMap
    captions: tuple[str, ...] = ()
    date: ArticleDate | None = None
    byline: str | None = None
    byline_email: str | None = None
    agency: str | None = None
    url: str | None = None
    speakers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    dateline: str | None = None


class StatementKind(StrEnum):
    """Direct: nine words in ten are quoted. Mixed: two or more are. Indirect: the rest."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class SpeakerKind(StrEnum):
    """What sort of source a statement has."""

    PERSON = "person"  # somebody with a name
    BODY = "body"  # an organisation, an office, a government: "Cheong Wa Dae"
    UNNAMED = "unnamed"  # "officials", "a source", a role that no name was found for


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who made a statement.

    Attributes:
        name: one canonical name per person and article ("Moon Jae-in", never "Moon" or "he"
            where the article gives more), in documents per person and archive (`identities`);
            for a body its name; for the unnamed the words used.
        kind: what sort of source.
        role: "spokesperson", "president", as this article gives it; None where it does not.
        country: code of the speaker's own country (`countries` table), or None.
    """

    name: str
    kind: SpeakerKind
    role: str | None = None
    country: str | None = None


class Act(StrEnum):
    """What the speaker does by the statement, told by the cue."""

    SAY = "say"  # said, added, according to; also where no cue stands
    ASK = "ask"
    DENY = "deny"
    AGREE = "agree"
    PROMISE = "promise"
    URGE = "urge"  # urged, demanded, called for
    JUDGE = "judge"  # praised, accused: the words are often the writer's
    THINK = "think"  # hoped, feared, expects: reported, though perhaps never uttered


class DayPrecision(StrEnum):
    """How exactly a day is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class SaidDate:
    """When something was said, by the words of the article.

    Attributes:
        day: the day, or the first day of the week (Monday), month or year.
        precision: how much time from `day` on is meant.
        span: the words that tell ("Friday", "on Nov. 14"), in the body.
    """

    day: dt.date
    precision: DayPrecision
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that an article says somebody said. All offsets count into `Article.body`.

    Attributes:
        span: from the first to the last character of what was said; may enclose the cue where a
            quotation is split. A quotation mark at either end is outside, unless its partner
            stands inside: ready to "go on at once".
        pieces: the stretches of `span` that are the statement; at least one, ascending.
        kind: direct, mixed or indirect.
        cue: where the words stand that attribute it ("said", "according to"), or None.
        named_at: where the text names the source ("she", "Kim"), or None.
        speaker: None where the text names nobody.
        about: codes of the countries spoken about, in order of first mention.
        confidence: 0 to 1.
        rule: name of the rule that found it.
        others: who else made it: Petrova of "Berg and Petrova said".
        act: what the speaker does by it.
        verb: base form of the cue's verb ("say"), or None where the cue has none.
        said: when, where the article's words give a day; else it is that of the article.
    """

    span: Span
    pieces: tuple[Span, ...]
    kind: StatementKind
    cue: Span | None
    named_at: Span | None
    speaker: Speaker | None
    about: tuple[str, ...]
    confidence: float
    rule: str
    others: tuple[Speaker, ...] = ()
    act: Act = Act.SAY
    verb: str | None = None
    said: SaidDate | None = None


class MentionKind(StrEnum):
    """How a text refers to a country."""

    NAME = "name"
    DEMONYM = "demonym"
    CAPITAL = "capital"
    HOUSE = "house"  # the seat of its government: the Kremlin, Cheong Wa Dae


@dataclass(frozen=True, slots=True)
class CountryMention:
    """A stretch of a text that refers to a country.

    Attributes:
        span: where, in the text that was searched.
        code: key of the `countries` table.
        kind: how.
    """

    span: Span
    code: str
    kind: MentionKind


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was extracted from one article.

    Attributes:
        statements: in the order of their spans.
        mentions: countries, bodies and regions named in the body, with offsets into it, in order.
        countries: codes of all countries, bodies and regions named in title, body or captions, by
            first mention, and at the end the country of the dateline's place.
        main_countries: those of them that the article is mainly about, most important first.
    """

    statements: tuple[Statement, ...]
    mentions: tuple[CountryMention, ...]
    countries: tuple[str, ...]
    main_countries: tuple[str, ...] = ()


class Collection(StrEnum):
    """The two kinds of document that can be searched."""

    ARTICLES = "articles"
    STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class ArticleDocument:
    """An article as it is indexed, stored and shown. Fields as in `Article` but for these.

    Attributes:
        speakers: facet values: names given by the input, else those of its statements.
        countries: facet values: codes, or the input's own words where the table knows none.
        main_countries: codes of those it is mainly about, most important first.
        kinds: of the statements it holds.
        mentions: countries named in the body, for marking.
        statement_count: number of statement documents that belong to it.
        given_speakers, given_countries: `speakers` and `countries` of `Article`.
        story: what it shares with its copies (`stories`); None where it is too short to tell.
    """

    id: str
    path: str
    source: str
    title: str
    title_origin: TitleOrigin
    body: str
    captions: tuple[str, ...]
    date: ArticleDate | None
    byline: str | None
    byline_email: str | None
    agency: str | None
    url: str | None
    speakers: tuple[str, ...]
    countries: tuple[str, ...]
    main_countries: tuple[str, ...]
    kinds: tuple[StatementKind, ...]
    mentions: tuple[CountryMention, ...]
    statement_count: int
    dateline: str | None = None
    given_speakers: tuple[str, ...] = ()
    given_countries: tuple[str, ...] = ()
    story: str | None = None


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """A statement as it is indexed, stored and shown.

    Attributes:
        id: `<article id>:<number>`, numbered from 1 in the order of the article.
        article_id: the article it stands in; offsets count into that article's body.
        title: the article's title.
        body: what was said, exactly `article.body[span.start:span.end]`.
        span, pieces, kind, cue, named_at, speaker, others, act, verb, said, confidence, rule: as in
            `Statement`.
        named_as, cue_text: the words at `named_at` and `cue`, or None.
        countries: facet values: codes of the countries spoken about.
        date, source, byline, agency, url: the article's.
    """

    id: str
    article_id: str
    title: str
    body: str
    span: Span
    pieces: tuple[Span, ...]
    kind: StatementKind
    cue: Span | None
    cue_text: str | None
    named_at: Span | None
    named_as: str | None
    speaker: Speaker | None
    others: tuple[Speaker, ...]
    act: Act
    verb: str | None
    said: SaidDate | None
    countries: tuple[str, ...]
    confidence: float
    rule: str
    date: ArticleDate | None
    source: str
    byline: str | None
    agency: str | None
    url: str | None

    @property
    def number(self) -> int:
        """Its number in its article, from 1."""
        return int(self.id.rpartition(":")[2])


Document = ArticleDocument | StatementDocument
