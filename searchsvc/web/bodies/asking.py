"""Suggestions, more like something, and one article as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marshmallow import fields

from searchsvc.web.bodies.compiled import dumper
from searchsvc.web.bodies.documents import ArticleBody, SimilarArticleBody, SimilarStatementBody
from searchsvc.web.bodies.parts import Body, address, number, part, several, string, this, whole
from searchsvc.web.bodies.searching import (
    LEADS,
    TOOK,
    GenerationBody,
    collection_of,
    hit_dumper,
    hits_of,
    milliseconds,
)

if TYPE_CHECKING:
    from searchsvc.web.article import ArticleView
    from searchsvc.web.similar import SimilarView
    from searchsvc.web.suggest import Suggestions


class OfferBody(Body):
    """A name or word suggested."""

    value = string("As parameters take it; of words the word.")
    label = string("As shown to people.")
    count = whole("Exactly what choosing it finds.")
    via = string("The name by which it was found, where that is not the label: DPRK.", null=True)
    text = string("The query once it is chosen.")
    url = address(
        "The search with it; null where that finds nothing, or no address can hold it.", null=True
    )
    html_url = address("The same as a page.", null=True)


class OffersBody(Body):
    """What one field suggests."""

    name = string("The field; terms are words.", of="field")
    label = string("As shown to people.")
    suggestions = several(OfferBody, "Most hits first.", of="offers")


class SuggestBody(Body):
    """The answer to a request for suggestions."""

    text = string("What was typed.")
    collection = collection_of()
    groups = several(
        OffersBody, "What each field suggests; fields that suggest nothing are not there."
    )
    index = part(GenerationBody, "What was searched.")
    took_ms = number(TOOK)


class TellingWordBody(Body):
    """A word that others were looked for by."""

    text = string("The word.")
    weight = number("How telling it is.")


class SimilarLinksBody(Body):
    """Where an answer leads; null where no address can hold the text."""

    self_ = this("This answer.")
    html = address("The same as a page.", null=True)


class SimilarBody(Body):
    """The answer to a request for more like something.

    There is no total: nearly everything shares some word.
    """

    like = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "What was given: article, statement or text, and which."},
    )
    collection = collection_of()
    words = several(TellingWordBody, "Words that set it apart, the most telling first.")
    hits = hits_of(
        SimilarStatementBody,
        SimilarArticleBody,
        description="The most alike first. Neither the thing itself nor a copy of it is there, "
        "nor two with the same text.",
    )
    links = part(SimilarLinksBody, LEADS)
    index = part(GenerationBody, "What was searched.")
    took_ms = number(TOOK)


_SUGGEST: Final = dumper(SuggestBody())
_SIMILAR: Final = dumper(SimilarBody())
_ARTICLE: Final = dumper(ArticleBody())


def suggest_body(answer: Suggestions) -> dict[str, Any]:
    """The body of an answer to a request for suggestions."""
    return _SUGGEST(
        {
            "text": answer.question.text,
            "collection": answer.question.parameters.collection,
            "groups": answer.groups,
            "index": {"generation": answer.generation},
            "took_ms": milliseconds(answer.elapsed_s),
        }
    )


def similar_body(view: SimilarView) -> dict[str, Any]:
    """The body of an answer to a request for more like something."""
    question = view.question
    hit = hit_dumper(question.parameters.collection)
    return _SIMILAR(
        {
            "like": {question.kind: question.given},
            "collection": question.parameters.collection,
            "words": view.words,
            "hits": [{**hit(card.hit), "shared": list(card.shared)} for card in view.cards],
            "links": {"self_": view.data_url, "html": view.html_url},
            "index": {"generation": view.generation},
            "took_ms": milliseconds(view.elapsed_s),
        }
    )


def article_body(view: ArticleView) -> dict[str, Any]:
    """The body of an answer to a request for one article."""
    return _ARTICLE(view)
