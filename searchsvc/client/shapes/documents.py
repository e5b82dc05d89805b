"""Statements and articles, alone and as hits.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

from msgspec import Struct, field

from searchsvc.client.shapes.parts import Country, Date, Linked, Said, Snippet, Span, Speaker


class Statement(Struct, frozen=True, kw_only=True):
    """Something an article says somebody said.

    `start`, `end` and `pieces` count characters (code points) of the body of its article.

    Attributes:
        id: `ARTICLE:NUMBER`, numbered from 1 in the order of the article.
        article_id: Id of the article that it stands in.
        speaker: Who said it; null where the text names nobody.
        others: Who else said it: of “Berg and Petrova said” the second.
        named_as: The words that name the speaker there: she, Kim.
        cue: The words that attribute it: said, according to.
        verb: Base form of the verb of the cue: say.
        kind: How much of it is quoted: all, in parts, nothing.
        act: What the speaker does by it.
        said: When, where the words of the article tell; else null.
        text: What was said, word for word as the article has it.
        start: Offset of its first character in the body of its article.
        end: Offset after its last character there.
        pieces: The stretches of it that are the statement, where the article interrupts it.
        about: The countries spoken about.
        date: Publication date of its article; null where unknown.
        title: Title of its article.
        source: Publisher or collection.
        byline: Author of the article, where it is given.
        agency: Wire agency credited, where one is.
        url: Address of the original, where it is known.
        confidence: From 0 to 1: how likely it was found rightly.
        rule: Name of the rule that found it.
    """

    id: str
    article_id: str
    speaker: Speaker | None
    others: tuple[Speaker, ...]
    named_as: str | None
    cue: str | None
    verb: str | None
    kind: str
    act: str
    said: Said | None
    text: str
    start: int
    end: int
    pieces: tuple[Span, ...]
    about: tuple[Country, ...]
    date: Date | None
    title: str
    source: str
    byline: str | None
    agency: str | None
    url: str | None
    confidence: float
    rule: str


class ArticleSummary(Struct, frozen=True, kw_only=True):
    """An article without its text.

    Attributes:
        id: As addresses take it.
        title: Headline.
        title_from: Whether the title was given, or the first sentence stands in.
        date: Publication date; null where unknown.
        source: Publisher or collection.
        byline: Author, where given. E-mail addresses are kept back.
        agency: Wire agency credited, where one is.
        url: Address of the original, where it is known.
        speakers: Names of those who make statements in it.
        countries: Countries that it names.
        main_countries: Those that it is mainly about, most important first.
        kinds: Kinds of its statements.
        statement_count: How many statements it has.
        story: What it shares with its copies, as the parameter `story` takes it; null where it is
            too short to tell.
    """

    id: str
    title: str
    title_from: str
    date: Date | None
    source: str
    byline: str | None
    agency: str | None
    url: str | None
    speakers: tuple[str, ...]
    countries: tuple[Country, ...]
    main_countries: tuple[Country, ...]
    kinds: tuple[str, ...]
    statement_count: int
    story: str | None


class Mention(Struct, frozen=True, kw_only=True):
    """A country named in the body.

    Attributes:
        start: Offset of its first character in the body.
        end: Offset after its last character.
        country: Which country.
        kind: How it is named.
    """

    start: int
    end: int
    country: Country
    kind: str


class Explanation(Struct, frozen=True, kw_only=True):
    """A number of a score, and the parts that make it up.

    Attributes:
        label: What it is, in words.
        value: The number.
        rule: What makes it out of its parts.
        span: The part of the query that it is the share of.
        parts: The numbers that it is made of.
    """

    label: str
    value: float
    rule: str
    span: Span | None
    parts: tuple["Explanation", ...]


class HitLinks(Struct, frozen=True, kw_only=True):
    """Where a hit leads.

    Attributes:
        html: Its page.
        article: Its article as JSON, with the body and all statements.
        similar: What is like it, as JSON.
    """

    html: str
    article: str
    similar: str


class StatementHit(Statement, frozen=True, kw_only=True):
    """A statement found; `fields` of the request says which members it has, besides `id`.

    Attributes:
        snippets: Stretches of the body that show why it was found; of a statement one, all of it.
        title_highlights: What matched in the title.
        speaker_highlights: What matched in the name of the speaker.
        other_highlights: What matched in the name of each of `others`.
        score: Its score; 0 where the order is not by relevance.
        explanation: Where asked for by `explain`: why it has its score.
        links: Where it leads.
    """

    snippets: tuple[Snippet, ...]
    title_highlights: tuple[Span, ...]
    speaker_highlights: tuple[Span, ...]
    other_highlights: tuple[tuple[Span, ...], ...]
    score: float
    explanation: Explanation | None = None
    links: HitLinks


class ArticleHit(ArticleSummary, frozen=True, kw_only=True):
    """An article found; `fields` of the request says which members it has, besides `id`.

    Attributes:
        snippets: Stretches of the body that show why it was found; of a statement one, all of it.
        title_highlights: What matched in the title.
        versions: The articles of the archive with its story, itself among them; null where there
            are no others, or counting them would have taken more than was left for it.
        score: Its score; 0 where the order is not by relevance.
        explanation: Where asked for by `explain`: why it has its score.
        links: Where it leads.
    """

    snippets: tuple[Snippet, ...]
    title_highlights: tuple[Span, ...]
    versions: Linked | None
    score: float
    explanation: Explanation | None = None
    links: HitLinks


class SimilarStatement(StatementHit, frozen=True, kw_only=True):
    """A statement that is like it.

    Attributes:
        shared: Which of `words` it has, by weight.
    """

    shared: tuple[str, ...]


class SimilarArticle(ArticleHit, frozen=True, kw_only=True):
    """An article that is like it.

    Attributes:
        shared: Which of `words` it has, by weight.
    """

    shared: tuple[str, ...]


class ArticleLinks(Struct, frozen=True, kw_only=True):
    """Where an article leads.

    Attributes:
        self_: This answer.
        html: Its page.
        similar: Articles like it, as JSON.
    """

    self_: str = field(name="self")
    html: str
    similar: str


class Article(ArticleSummary, frozen=True, kw_only=True):
    """A whole article with its statements.

    E-mail addresses of authors are kept back.

    Attributes:
        body: Its text: paragraphs with a blank line between.
        captions: Captions of its photographs.
        mentions: Where the body names countries, in order.
        statements: What it says others said, in order.
        versions: The articles of the archive with its story, itself among them; null where there
            are no others, or counting them would have taken more than was left for it.
        links: Where it leads.
    """

    body: str
    captions: tuple[str, ...]
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    versions: Linked | None
    links: ArticleLinks


class StatementRow(Statement, frozen=True, kw_only=True):
    """A statement as exports give it.

    Attributes:
        score: Its score; 0 where the order is not by relevance.
        links: Where it leads.
    """

    score: float
    links: HitLinks


class ArticleRow(ArticleSummary, frozen=True, kw_only=True):
    """An article as exports give it.

    Attributes:
        score: Its score; 0 where the order is not by relevance.
        links: Where it leads.
    """

    score: float
    links: HitLinks
