"""One article as it is read: its text with statements, countries and the query's words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from searchsvc import query
from searchsvc.engine.contract import FieldFilter, SearchRequest, Sort
from searchsvc.model import ArticleDocument, Collection, Span, StatementDocument
from searchsvc.snippets import highlights
from searchsvc.web import formatting
from searchsvc.web.marking import Layer, Run, marked, paragraphs
from searchsvc.web.parameters import SearchParameters, Selection

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchEngine
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
        statements: number and document of each, in the order of the article.
    """

    name: str
    note: str
    statements: tuple[tuple[int, StatementDocument], ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with all that its page and its JSON show.

    Attributes:
        statements: in the order of the article.
        title, captions: cut where the query's words stand.
        paragraphs: of the body, cut where anything begins or ends.
        voices: who said what, in order of first appearance.
        matches: number of stretches of the text that the query found.
        statements_url: the search for these statements.
        page_url, data_url: addresses of the two faces.
    """

    document: ArticleDocument
    statements: tuple[StatementDocument, ...]
    title: tuple[Run, ...]
    captions: tuple[tuple[Run, ...], ...]
    paragraphs: tuple[tuple[Run, ...], ...]
    voices: tuple[Voice, ...]
    matches: int
    statements_url: str
    page_url: str
    data_url: str


def article_view(
    engine: SearchEngine, article_id: str, addresses: Addresses, *, text: str = ""
) -> ArticleView | None:
    """The article, or None where the archive has none of that id.

    Args:
        engine: to ask.
        article_id: as in addresses.
        addresses: where links lead.
        text: a query whose words are highlighted.

    Raises:
        EngineError: the engine cannot answer.
    """
    document = engine.fetch(Collection.ARTICLES, article_id)
    if not isinstance(document, ArticleDocument):
        return None
    statements = _statements(engine, document)
    tree = query.parse(text, Collection.ARTICLES).tree
    found = highlights(document.body, tree, "body")
    layers = (
        Layer("match", found),
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
        voices=_voices(statements),
        matches=len(found),
        statements_url=addresses.page(
            SearchParameters(selections=(Selection("article", chosen=(document.id,)),))
        ),
        page_url=addresses.article(document.id),
        data_url=addresses.article_data(document.id),
    )


def statement_number(document: StatementDocument) -> int:
    """Its number in its article, from 1."""
    return int(document.id.rpartition(":")[2])


def _statements(engine: SearchEngine, document: ArticleDocument) -> tuple[StatementDocument, ...]:
    if not document.statement_count:
        return ()
    result = engine.search(
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
            (item for item in found if isinstance(item, StatementDocument)), key=statement_number
        )
    )


def _said(body: str, statement: StatementDocument) -> Layer:
    """Where a statement stands, its quotation marks included: they belong to what is marked."""
    spans = tuple(_with_marks(body, piece) for piece in statement.pieces)
    return Layer("said", spans, (str(statement_number(statement)),) * len(spans))


def _with_marks(body: str, piece: Span) -> Span:
    closing = _CLOSING.match(body, piece.end)
    opening = piece.start > 0 and body[piece.start - 1] in _OPENING
    return Span(piece.start - opening, closing.end() if closing else piece.end)


def _voices(statements: tuple[StatementDocument, ...]) -> tuple[Voice, ...]:
    def name(item: StatementDocument) -> str:
        return item.speaker.name if item.speaker else formatting.MISSING_LABELS["speaker"]

    order = list(dict.fromkeys(map(name, statements)))
    ranked = sorted(statements, key=lambda item: (order.index(name(item)), statement_number(item)))
    voices = []
    for who, group in groupby(ranked, key=name):
        said = tuple((statement_number(item), item) for item in group)
        notes = (formatting.speaker_note(item.speaker) for _, item in said if item.speaker)
        voices.append(Voice(who, max(notes, key=len, default=""), said))
    return tuple(voices)
