"""One article as it is read: its text with statements, countries and the query's words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from searchsvc.documents import facet_values
from searchsvc.engine.contract import FieldFilter, SearchRequest, Sort
from searchsvc.model import ArticleDocument, Collection, Span, SpeakerKind, StatementDocument
from searchsvc.query.tree import Everything
from searchsvc.similar import original, similar
from searchsvc.snippets import highlights
from searchsvc.web import formatting, links
from searchsvc.web.answer import Link
from searchsvc.web.marking import Layer, Run, marked, paragraphs
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.versions import versions

if TYPE_CHECKING:
    from searchsvc.engine.contract import Reader
    from searchsvc.query.tree import Node
    from searchsvc.web.answer import Linked
    from searchsvc.web.links import Addresses


_OPENING: Final = '“"'
# `,”` and `"`; not `, said` and not `” “`, of which only the first mark is taken.
_CLOSING: Final = re.compile(r"[,.;:!?]?[”\"]")


@dataclass(frozen=True, slots=True)
class Voice:
    """A source of statements in one article, and what it said there.

    Attributes:
        name: as shown; the words used where nobody is named.
        note: role and country, or empty.
        named: whether that is a name, which has a page of its own.
        statements: in the order of the article.
    """

    name: str
    note: str
    named: bool
    statements: tuple[StatementDocument, ...]


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article that is like another; `shared` are the telling words that both have."""

    document: ArticleDocument
    shared: tuple[str, ...]
    page_url: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with all that its page and its JSON show.

    Attributes:
        statements: in the order of the article.
        title, captions: cut where the query's words stand.
        paragraphs: of the body, cut where anything begins or ends.
        countries: named in it, each with the search for all articles that name it.
        voices: who said what, in order of first appearance.
        matches: number of stretches of the text that the query found.
        statements_url: the search for these statements.
        page_url, data_url: addresses of the two faces.
        similar_url, similar_data_url: of those of what is like it.
        similar: articles that are most like it, as many as were asked for.
        versions: the articles with the same story, as of `answer.ArticleHit`.
    """

    document: ArticleDocument
    statements: tuple[StatementDocument, ...]
    title: tuple[Run, ...]
    captions: tuple[tuple[Run, ...], ...]
    paragraphs: tuple[tuple[Run, ...], ...]
    countries: tuple[Link, ...]
    voices: tuple[Voice, ...]
    matches: int
    statements_url: str | None
    page_url: str
    data_url: str
    similar_url: str
    similar_data_url: str
    similar: tuple[SimilarArticle, ...]
    versions: Linked | None


def article_view(
    reader: Reader,
    article_id: str,
    addresses: Addresses,
    *,
    tree: Node | None = None,
    alike: int = 0,
) -> ArticleView | None:
    """The article, or None where the archive has none of that id.

    Args:
        reader: to ask.
        article_id: as in addresses.
        addresses: where links lead.
        tree: a query whose words are highlighted.
        alike: how many articles that are like it are wanted.

    Raises:
        EngineError: the engine cannot answer.
    """
    document = reader.fetch(Collection.ARTICLES, article_id)
    if not isinstance(document, ArticleDocument):
        return None
    statements = _statements(reader, document)
    tree = Everything() if tree is None else tree
    found = highlights(document.body, tree, "body")
    layers = (
        Layer("match", found, tuple(map(str, range(1, len(found) + 1)))),
        Layer(
            "country",
            tuple(mention.span for mention in document.mentions),
            tuple(mention.code for mention in document.mentions),
        ),
        *(_said(document.body, item) for item in statements),
    )
    return ArticleView(
        document=document,
        statements=statements,
        title=marked(document.title, highlights(document.title, tree, "title")),
        captions=tuple(
            marked(caption, highlights(caption, tree, "caption")) for caption in document.captions
        ),
        paragraphs=paragraphs(document.body, layers),
        countries=_naming(document, addresses),
        voices=_voices(statements),
        matches=len(found),
        statements_url=_search(Collection.STATEMENTS, "article", document.id, addresses),
        page_url=addresses.article(document.id),
        data_url=addresses.article_data(document.id),
        similar_url=addresses.similar("article", document.id),
        similar_data_url=addresses.similar_data("article", document.id),
        similar=_similar(reader, document, addresses, alike) if alike else (),
        versions=_versions(reader, document, addresses),
    )


def _versions(reader: Reader, document: ArticleDocument, addresses: Addresses) -> Linked | None:
    return versions((document,), reader.search, addresses).get(document.story or "")


def _similar(
    reader: Reader, document: ArticleDocument, addresses: Addresses, wanted: int
) -> tuple[SimilarArticle, ...]:
    found = similar(reader, original(document), size=wanted).hits
    return tuple(
        SimilarArticle(each.hit.document, each.shared, addresses.article(each.hit.document.id))
        for each in found
        if isinstance(each.hit.document, ArticleDocument)
    )


def _statements(reader: Reader, document: ArticleDocument) -> tuple[StatementDocument, ...]:
    if not document.statement_count:
        return ()
    result = reader.search(
        SearchRequest(
            collection=Collection.STATEMENTS,
            filters=(FieldFilter("article", any_of=(document.id,)),),
            sort=Sort.OLDEST,
            limit=document.statement_count,
        )
    )
    found = (hit.document for hit in result.hits)
    return tuple(
        sorted(
            (item for item in found if isinstance(item, StatementDocument)),
            key=attrgetter("number"),
        )
    )


def _said(body: str, statement: StatementDocument) -> Layer:
    """Where a statement stands, its quotation marks included: they belong to what is marked."""
    spans = tuple(_with_marks(body, piece) for piece in statement.pieces)
    return Layer("said", spans, (str(statement.number),) * len(spans))


def _with_marks(body: str, piece: Span) -> Span:
    closing = _CLOSING.match(body, piece.end)
    opening = piece.start > 0 and body[piece.start - 1] in _OPENING
    return Span(piece.start - opening, closing.end() if closing else piece.end)


def _voices(statements: tuple[StatementDocument, ...]) -> tuple[Voice, ...]:
    def name(item: StatementDocument) -> str:
        return item.speaker.name if item.speaker else formatting.missing_label("speaker")

    order = list(dict.fromkeys(map(name, statements)))
    ranked = sorted(statements, key=lambda item: (order.index(name(item)), item.number))
    voices = []
    for who, group in groupby(ranked, key=name):
        said = tuple(group)
        notes = (formatting.speaker_note(item.speaker) for item in said if item.speaker)
        named = any(
            item.speaker is not None and item.speaker.kind is not SpeakerKind.UNNAMED
            for item in said
        )
        voices.append(Voice(who, max(notes, key=len, default=""), named, said))
    return tuple(voices)


def _naming(document: ArticleDocument, addresses: Addresses) -> tuple[Link, ...]:
    """The countries that an article names, each with the search for all articles that do."""
    field, articles = "country", Collection.ARTICLES
    return tuple(
        Link(formatting.value_label(field, value), _search(articles, field, value, addresses))
        for value in facet_values(document, field)
    )


def _search(collection: Collection, field: str, value: str, addresses: Addresses) -> str | None:
    return addresses.page(links.only(SearchParameters(collection=collection), field, value))
