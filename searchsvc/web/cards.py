"""What is shown of a hit, in the one form that the page and the JSON are both made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc import countries
from searchsvc.documents import facet_values
from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.snippets import Snippet, highlights, snippets
from searchsvc.web import formatting, links
from searchsvc.web.answer import ArticleHit, Link, StatementHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import Hit
    from searchsvc.model import Document
    from searchsvc.query.tree import Node
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters


def cards(
    hits: Sequence[Hit], tree: Node, parameters: SearchParameters, addresses: Addresses
) -> tuple[StatementHit, ...] | tuple[ArticleHit, ...]:
    """What is shown of each hit.

    Args:
        hits: of the collection of `parameters`.
        tree: what to highlight.
        parameters: the search that links narrow.
        addresses: where links lead.
    """
    if parameters.collection is Collection.STATEMENTS:
        return tuple(
            _statement_hit(hit, hit.document, tree, parameters, addresses)
            for hit in hits
            if isinstance(hit.document, StatementDocument)
        )
    return tuple(
        _article_hit(hit, hit.document, tree, parameters, addresses)
        for hit in hits
        if isinstance(hit.document, ArticleDocument)
    )


def _statement_hit(
    hit: Hit,
    document: StatementDocument,
    tree: Node,
    parameters: SearchParameters,
    addresses: Addresses,
) -> StatementHit:
    number = int(document.id.rpartition(":")[2])
    name = document.speaker.name if document.speaker else ""

    def narrowing(field: str) -> tuple[Link, ...]:
        return _narrowing(document, field, parameters, addresses)

    by_name = {link.label: link for link in narrowing("speaker")}
    by_country = {link.label: link for link in narrowing("speaker_country")}
    country = document.speaker.country if document.speaker else None

    return StatementHit(
        document=document,
        number=number,
        score=hit.score,
        snippets=(Snippet(document.body, 0, highlights(document.body, tree, "body")),),
        title_highlights=highlights(document.title, tree, "title"),
        speaker_highlights=highlights(name, tree, "speaker"),
        other_highlights=tuple(
            highlights(other.name, tree, "speaker") for other in document.others
        ),
        speaker=by_name.get(name),
        others=tuple(by_name.get(other.name) for other in document.others),
        speaker_country=by_country.get(countries.label(country)) if country else None,
        about=narrowing("country"),
        page_url=addresses.article(document.article_id, asked=parameters, number=number),
        data_url=addresses.article_data(document.article_id),
        similar_url=addresses.similar("statement", document.id),
        similar_data_url=addresses.similar_data("statement", document.id),
        explanation=hit.explanation,
    )


def _article_hit(
    hit: Hit,
    document: ArticleDocument,
    tree: Node,
    parameters: SearchParameters,
    addresses: Addresses,
) -> ArticleHit:
    return ArticleHit(
        document=document,
        score=hit.score,
        snippets=snippets(document.body, tree, "body"),
        title_highlights=highlights(document.title, tree, "title"),
        speakers=_narrowing(document, "speaker", parameters, addresses),
        countries=_narrowing(document, "country", parameters, addresses),
        page_url=addresses.article(document.id, asked=parameters),
        data_url=addresses.article_data(document.id),
        similar_url=addresses.similar("article", document.id),
        similar_data_url=addresses.similar_data("article", document.id),
        explanation=hit.explanation,
    )


def _narrowing(
    document: Document, field: str, parameters: SearchParameters, addresses: Addresses
) -> tuple[Link, ...]:
    """To the documents found that share a value of `field` with `document`, value by value."""
    now = parameters.selection(field)
    narrower = (
        (value, links.only(parameters, field, value)) for value in facet_values(document, field)
    )
    return tuple(
        Link(
            formatting.value_label(field, value),
            addresses.to(there),
            current=there.selection(field) == now,
        )
        for value, there in narrower
    )
