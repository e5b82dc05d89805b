"""What an address asks to be found more like, answered. The page and the JSON both show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchsvc.model import ArticleDocument
from searchsvc.query.tree import Everything
from searchsvc.similar import USUAL_SIZE, Original, original, similar, text_original
from searchsvc.web import links
from searchsvc.web.cards import cards
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.schemas.asking import TEXT, Likeness
from searchsvc.web.search import to_request
from searchsvc.web.versions import versions

if TYPE_CHECKING:
    from searchsvc.engine.contract import Reader
    from searchsvc.model import Document
    from searchsvc.settings import SearchSettings
    from searchsvc.similar import TellingWord
    from searchsvc.web.answer import ArticleHit, StatementHit
    from searchsvc.web.links import Addresses


@dataclass(frozen=True, slots=True)
class SimilarCard:
    """A document that is like it, and the telling words that both have, by weight."""

    hit: StatementHit | ArticleHit
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimilarView:
    """One whole answer.

    Attributes:
        document: that others are to be like; None for a text.
        words: by which they were looked for, the most telling first.
        cards: the most alike first.
        original_url: of the page of the document, else None.
        html_url, data_url: of the two faces; None where no address can hold the text.
        unfiltered_url: without filters and dates; None where there are none or no address holds it.
    """

    question: Likeness
    document: Document | None
    words: tuple[TellingWord, ...]
    cards: tuple[SimilarCard, ...]
    original_url: str | None
    html_url: str | None
    data_url: str | None
    unfiltered_url: str | None
    generation: str
    elapsed_s: float


def no_document(question: Likeness) -> str:
    """What to say where the archive does not have what was named."""
    return (
        f"There is no {question.kind} “{question.given[:60]}” in the archive. "
        f"{links.API_SEARCH_PATH}?in={question.parameters.collection.value} gives their ids."
    )


def similar_view(
    reader: Reader, settings: SearchSettings, question: Likeness, addresses: Addresses
) -> SimilarView | None:
    """What `question`, which has a kind and no problems, asks; None where there is no such document.

    Raises:
        EngineError: the engine cannot answer.
    """
    parameters = question.parameters
    document = None
    if question.kind == TEXT:
        like: Original = text_original(question.given, parameters.collection)
    else:
        document = reader.fetch(parameters.collection, question.given)
        if document is None:
            return None
        like = original(document)
    within = to_request(parameters, Everything(), settings)
    size = parameters.size or USUAL_SIZE
    found = similar(reader, like, size=size, within=within)
    plain = SearchParameters(collection=parameters.collection)
    shown: tuple[StatementHit | ArticleHit, ...] = cards(
        [each.hit._replace(explanation=None) for each in found.hits],
        found.tree or Everything(),
        plain,
        addresses,
        versions=versions(
            (each.hit.document for each in found.hits),
            reader.search,
            addresses,
        ),
    )
    unfiltered = Likeness(question.kind, question.given, plain, ())
    narrowed = bool(parameters.selections) or parameters.dated
    html = addresses.root + links.SIMILAR_PATH
    return SimilarView(
        question=question,
        document=document,
        words=found.words,
        cards=tuple(
            SimilarCard(hit, each.shared) for hit, each in zip(shown, found.hits, strict=True)
        ),
        original_url=_page_of(document, addresses) if document else None,
        html_url=question.address(html),
        data_url=question.address(addresses.root + links.API_SIMILAR_PATH),
        unfiltered_url=unfiltered.address(html) if narrowed else None,
        generation=found.generation,
        elapsed_s=found.elapsed_s,
    )


def _page_of(document: Document, addresses: Addresses) -> str:
    if isinstance(document, ArticleDocument):
        return addresses.article(document.id)
    return addresses.article(document.article_id, number=document.number)
