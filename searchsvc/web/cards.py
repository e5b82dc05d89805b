"""What is shown of a hit, in the one form that the page and the JSON are both made from."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.snippets import Snippet, highlights, snippets
from searchsvc.web import links
from searchsvc.web.answer import ArticleHit, StatementHit
from searchsvc.web.leads import Leads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.engine.contract import Hit
    from searchsvc.query.tree import Node
    from searchsvc.web.answer import Linked
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters


def cards(
    hits: Sequence[Hit],
    tree: Node,
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    versions: Mapping[str, Linked] = MappingProxyType({}),
) -> tuple[StatementHit, ...] | tuple[ArticleHit, ...]:
    """What is shown of each hit.

    Args:
        hits: of the collection of `parameters`.
        tree: what to highlight.
        parameters: the search that links narrow.
        addresses: where links lead.
        versions: the articles of a story, where they are to be told, see `versions`.
    """
    marking = links.marking(parameters)
    leads = Leads(tree, parameters, addresses)
    if parameters.collection is Collection.STATEMENTS:
        return tuple(
            _statement_hit(hit, hit.document, leads, marking=marking)
            for hit in hits
            if isinstance(hit.document, StatementDocument)
        )
    return tuple(
        _article_hit(hit, hit.document, leads, versions, marking=marking)
        for hit in hits
        if isinstance(hit.document, ArticleDocument)
    )


def _statement_hit(
    hit: Hit, document: StatementDocument, leads: Leads, *, marking: str
) -> StatementHit:
    addresses, tree = leads.addresses, leads.tree
    return StatementHit(
        document=document,
        number=document.number,
        score=hit.score,
        snippets=(Snippet(document.body, 0, highlights(document.body, tree, "body")),),
        title_highlights=highlights(document.title, tree, "title"),
        page_url=addresses.article(document.article_id, marking=marking, number=document.number),
        data_url=addresses.article_data(document.article_id),
        similar_url=addresses.similar("statement", document.id),
        similar_data_url=addresses.similar_data("statement", document.id),
        explanation=hit.explanation,
        leads=leads,
    )


def _article_hit(
    hit: Hit,
    document: ArticleDocument,
    leads: Leads,
    versions: Mapping[str, Linked],
    *,
    marking: str,
) -> ArticleHit:
    addresses, tree = leads.addresses, leads.tree
    return ArticleHit(
        document=document,
        score=hit.score,
        snippets=snippets(document.body, tree, "body"),
        title_highlights=highlights(document.title, tree, "title"),
        page_url=addresses.article(document.id, marking=marking),
        data_url=addresses.article_data(document.id),
        similar_url=addresses.similar("article", document.id),
        similar_data_url=addresses.similar_data("article", document.id),
        explanation=hit.explanation,
        leads=leads,
        versions=versions.get(document.story or ""),
    )
