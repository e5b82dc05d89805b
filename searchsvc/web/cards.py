"""What is shown of a hit, in the one form that the page and the JSON are both made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from searchsvc import countries
from searchsvc.documents import facet_values
from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.snippets import Snippet, highlights, snippets
from searchsvc.web import formatting, links, variants
from searchsvc.web.answer import ArticleHit, Link, StatementHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import Hit
    from searchsvc.model import Document
    from searchsvc.query.tree import Node
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters, Selection
    from searchsvc.web.variants import Variants


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
    marking = links.marking(parameters)
    if parameters.collection is Collection.STATEMENTS:
        fields = _narrowings(parameters, addresses, "speaker", "speaker_country", "country")
        return tuple(
            _statement_hit(hit, hit.document, tree, fields, addresses, marking=marking)
            for hit in hits
            if isinstance(hit.document, StatementDocument)
        )
    fields = _narrowings(parameters, addresses, "speaker", "country")
    return tuple(
        _article_hit(hit, hit.document, tree, fields, addresses, marking=marking)
        for hit in hits
        if isinstance(hit.document, ArticleDocument)
    )


class _Narrowing(NamedTuple):
    """The filter on a field, and the addresses of searches with another one."""

    now: Selection
    around: Variants


def _narrowings(
    parameters: SearchParameters, addresses: Addresses, *fields: str
) -> dict[str, _Narrowing]:
    return {
        field: _Narrowing(
            parameters.selection(field), variants.of_field(addresses, parameters, field)
        )
        for field in fields
    }


def _statement_hit(
    hit: Hit,
    document: StatementDocument,
    tree: Node,
    fields: dict[str, _Narrowing],
    addresses: Addresses,
    *,
    marking: str,
) -> StatementHit:
    number = int(document.id.rpartition(":")[2])
    name = document.speaker.name if document.speaker else ""

    by_name = {link.label: link for link in _links(document, fields["speaker"])}
    by_country = {link.label: link for link in _links(document, fields["speaker_country"])}
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
        about=_links(document, fields["country"]),
        page_url=addresses.article(document.article_id, marking=marking, number=number),
        data_url=addresses.article_data(document.article_id),
        similar_url=addresses.similar("statement", document.id),
        similar_data_url=addresses.similar_data("statement", document.id),
        explanation=hit.explanation,
    )


def _article_hit(
    hit: Hit,
    document: ArticleDocument,
    tree: Node,
    fields: dict[str, _Narrowing],
    addresses: Addresses,
    *,
    marking: str,
) -> ArticleHit:
    return ArticleHit(
        document=document,
        score=hit.score,
        snippets=snippets(document.body, tree, "body"),
        title_highlights=highlights(document.title, tree, "title"),
        speakers=_links(document, fields["speaker"]),
        countries=_links(document, fields["country"]),
        page_url=addresses.article(document.id, marking=marking),
        data_url=addresses.article_data(document.id),
        similar_url=addresses.similar("article", document.id),
        similar_data_url=addresses.similar_data("article", document.id),
        explanation=hit.explanation,
    )


def _links(document: Document, narrowing: _Narrowing) -> tuple[Link, ...]:
    """To the documents found that share a value of a field with `document`, value by value."""
    now = narrowing.now
    narrower = (
        (value, links.narrowing(now, value)) for value in facet_values(document, now.field)
    )
    return tuple(
        Link(
            formatting.value_label(now.field, value),
            narrowing.around.selecting(there),
            current=there == now,
        )
        for value, there in narrower
    )
