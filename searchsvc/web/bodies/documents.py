"""Statements and articles as JSON, alone and as hits."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Final

from marshmallow import fields

from searchsvc.engine.explanations import Rule
from searchsvc.model import Act, Collection, MentionKind, StatementKind, TitleOrigin
from searchsvc.web.bodies.compiled import Beside
from searchsvc.web.bodies.parts import (
    Body,
    LinkedBody,
    SaidBody,
    SnippetBody,
    SpanBody,
    SpeakerBody,
    address,
    country_list,
    country_of,
    date_of,
    number,
    part,
    several,
    string,
    strings,
    this,
    whole,
)

if TYPE_CHECKING:
    from marshmallow import Schema


class StatementBody(Body):
    """Something an article says somebody said.

    `start`, `end` and `pieces` count characters (code points) of the body of its article.
    """

    id = string("`ARTICLE:NUMBER`, numbered from 1 in the order of the article.")
    article_id = string("Id of the article that it stands in.")
    speaker = part(SpeakerBody, "Who said it; null where the text names nobody.", null=True)
    others = several(SpeakerBody, "Who else said it: of “Berg and Petrova said” the second.")
    named_as = string("The words that name the speaker there: she, Kim.", null=True)
    cue = string(
        "The words that attribute it: said, according to.",
        of="cue_text",
        null=True,
    )
    verb = string("Base form of the verb of the cue: say.", null=True)
    kind = string("How much of it is quoted: all, in parts, nothing.", among=StatementKind)
    act = string("What the speaker does by it.", among=Act)
    said = part(SaidBody, "When, where the words of the article tell; else null.", null=True)
    text = string("What was said, word for word as the article has it.", of="body")
    start = whole("Offset of its first character in the body of its article.", of="span.start")
    end = whole("Offset after its last character there.", of="span.end")
    pieces = several(
        SpanBody, "The stretches of it that are the statement, where the article interrupts it."
    )
    about = country_list("The countries spoken about.", of="countries")
    date = date_of("Publication date of its article; null where unknown.")
    title = string("Title of its article.")
    source = string("Publisher or collection.")
    byline = string("Author of the article, where it is given.", null=True)
    agency = string("Wire agency credited, where one is.", null=True)
    url = string("Address of the original, where it is known.", null=True)
    confidence = number("From 0 to 1: how likely it was found rightly.")
    rule = string("Name of the rule that found it.")


class ArticleSummaryBody(Body):
    """An article without its text."""

    id = string("As addresses take it.")
    title = string("Headline.")
    title_from = string(
        "Whether the title was given, or the first sentence stands in.",
        of="title_origin",
        among=TitleOrigin,
    )
    date = date_of("Publication date; null where unknown.")
    source = string("Publisher or collection.")
    byline = string("Author, where given. E-mail addresses are kept back.", null=True)
    agency = string("Wire agency credited, where one is.", null=True)
    url = string("Address of the original, where it is known.", null=True)
    speakers = strings("Names of those who make statements in it.")
    countries = country_list("Countries that it names.")
    main_countries = country_list("Those that it is mainly about, most important first.")
    kinds = strings("Kinds of its statements.")
    statement_count = whole("How many statements it has.")
    story = string(
        "What it shares with its copies, as the parameter `story` takes it; null where it is too "
        "short to tell.",
        null=True,
    )


class MentionBody(Body):
    """A country named in the body."""

    start = whole("Offset of its first character in the body.", of="span.start")
    end = whole("Offset after its last character.", of="span.end")
    country = country_of("Which country.", of="code")
    kind = string("How it is named.", among=MentionKind)


class ExplanationBody(Body):
    """A number of a score, and the parts that make it up."""

    label = string("What it is, in words.")
    value = number("The number.")
    rule = string("What makes it out of its parts.", among=Rule)
    span = part(SpanBody, "The part of the query that it is the share of.", null=True)
    parts = several(
        fields.Nested(lambda: ExplanationBody()),  # noqa: PLW0108 - the class is not there yet
        "The numbers that it is made of.",
    )


def _versions() -> fields.Field[Any]:
    return part(
        LinkedBody,
        "The articles of the archive with its story, itself among them; null where there are no "
        "others, or counting them would have taken more than was left for it.",
        null=True,
    )


class HitLinksBody(Body):
    """Where a hit leads."""

    html = address("Its page.", of="page_url")
    article = address("Its article as JSON, with the body and all statements.", of="data_url")
    similar = address("What is like it, as JSON.", of="similar_data_url")


def _of_document(schema: type[Schema]) -> dict[str, fields.Field[Any]]:
    """The members of a document as those of something that has it as its `document`."""
    members: dict[str, fields.Field[Any]] = {}
    for name, item in schema().fields.items():
        members[name] = copy.deepcopy(item)
        members[name].attribute = f"document.{item.attribute or name}"
    return members


def _of_hit(schema: type[Schema], **own: fields.Field[Any]) -> dict[str, fields.Field[Any]]:
    """The members of a document as those of a hit, what any hit has besides, and its `own`."""
    beside: dict[str, fields.Field[Any]] = {
        "snippets": several(
            SnippetBody,
            "Stretches of the body that show why it was found; of a statement one, all of it.",
        ),
        "title_highlights": several(SpanBody, "What matched in the title."),
        **own,
        "score": number("Its score; 0 where the order is not by relevance."),
        "explanation": part(
            ExplanationBody, "Where asked for by `explain`: why it has its score.", null=True
        ),
        "links": Beside(HitLinksBody, metadata={"description": "Where it leads."}),
    }
    members = _of_document(schema) | beside
    for name, item in members.items():
        item.required = name == "id"
    return members


class StatementHitBody(Body):
    """A statement found; `fields` of the request says which members it has, besides `id`."""

    class Meta(Body.Meta):
        """All of a statement, and what a hit has besides."""

        include: ClassVar[dict[str, fields.Field[Any]]] = _of_hit(
            StatementBody,
            speaker_highlights=several(SpanBody, "What matched in the name of the speaker."),
            other_highlights=several(
                several(SpanBody, ""), "What matched in the name of each of `others`."
            ),
        )


class ArticleHitBody(Body):
    """An article found; `fields` of the request says which members it has, besides `id`."""

    class Meta(Body.Meta):
        """All of an article but its text, and what a hit has besides."""

        include: ClassVar[dict[str, fields.Field[Any]]] = _of_hit(
            ArticleSummaryBody,
            versions=_versions(),
        )


_SHARED: Final[dict[str, fields.Field[Any]]] = {
    "shared": strings("Which of `words` it has, by weight.")
}


class SimilarStatementBody(StatementHitBody):
    """A statement that is like it."""

    class Meta(Body.Meta):
        """With the words shared."""

        include: ClassVar[dict[str, fields.Field[Any]]] = _SHARED


class SimilarArticleBody(ArticleHitBody):
    """An article that is like it."""

    class Meta(Body.Meta):
        """With the words shared."""

        include: ClassVar[dict[str, fields.Field[Any]]] = _SHARED


HITS: Final[dict[Collection, type[Body]]] = {
    Collection.STATEMENTS: StatementHitBody,
    Collection.ARTICLES: ArticleHitBody,
}


HIT_MEMBERS: Final = {collection: tuple(schema().fields) for collection, schema in HITS.items()}
"""Members of a hit in each collection."""


class ArticleLinksBody(Body):
    """Where an article leads."""

    self_ = this("This answer.", of="data_url", null=False)
    html = address("Its page.", of="page_url")
    similar = address("Articles like it, as JSON.", of="similar_data_url")


class ArticleBody(Body):
    """A whole article with its statements. E-mail addresses of authors are kept back."""

    class Meta(Body.Meta):
        """All of an article."""

        include: ClassVar[dict[str, fields.Field[Any]]] = _of_document(ArticleSummaryBody)

    body = string("Its text: paragraphs with a blank line between.", of="document.body")
    captions = strings("Captions of its photographs.", of="document.captions")
    mentions = several(
        MentionBody, "Where the body names countries, in order.", of="document.mentions"
    )
    statements = several(StatementBody, "What it says others said, in order.")
    versions = _versions()
    links = Beside(ArticleLinksBody, required=True, metadata={"description": "Where it leads."})
