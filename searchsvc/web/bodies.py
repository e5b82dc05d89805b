"""What goes out as JSON: one marshmallow schema per thing, made from the same answer as the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marshmallow import Schema, fields

from searchsvc import countries
from searchsvc.model import Collection

if TYPE_CHECKING:
    from searchsvc.web.answer import Answer, ArticleHit, StatementHit
    from searchsvc.web.article import ArticleView
    from searchsvc.web.similar import SimilarView
    from searchsvc.web.suggest import Suggestions


class SpanBody(Schema):
    """Offsets count characters of the text named beside them; `end` is exclusive."""

    start = fields.Integer()
    end = fields.Integer()


class SnippetBody(Schema):
    """A stretch of the body; highlights count into `text`, `offset` into the body."""

    text = fields.String()
    offset = fields.Integer()
    highlights = fields.List(fields.Nested(SpanBody))


class DateBody(Schema):
    """A publication date: how exact it is, and where it was found."""

    value = fields.Function(lambda date: date.isoformat())
    precision = fields.Function(lambda date: date.precision.value)
    origin = fields.Function(lambda date: date.origin.value, data_key="from")


def _country(code: str | None) -> dict[str, str] | None:
    return None if code is None else {"value": code, "label": countries.label(code)}


class SpeakerBody(Schema):
    """Who said it; `role` and `country` as far as the article gives them."""

    name = fields.String()
    kind = fields.String()
    role = fields.String(allow_none=True)
    country = fields.Function(lambda speaker: _country(speaker.country))


class SaidBody(Schema):
    """When it was said, by the words of the article: from `day` on, one `precision` long."""

    day = fields.Date()
    precision = fields.String()


class StatementBody(Schema):
    """A statement; `start`, `end`, `pieces` and `cue` count into the body of its article."""

    id = fields.String()
    article_id = fields.String()
    speaker = fields.Nested(SpeakerBody, allow_none=True)
    others = fields.List(fields.Nested(SpeakerBody))
    named_as = fields.String(allow_none=True)
    cue = fields.String(attribute="cue_text", allow_none=True)
    verb = fields.String(allow_none=True)
    kind = fields.String()
    act = fields.String()
    said = fields.Nested(SaidBody, allow_none=True)
    text = fields.String(attribute="body")
    start = fields.Integer(attribute="span.start")
    end = fields.Integer(attribute="span.end")
    pieces = fields.List(fields.Nested(SpanBody))
    about = fields.Function(lambda document: [_country(code) for code in document.countries])
    date = fields.Nested(DateBody, allow_none=True)
    title = fields.String()
    source = fields.String()
    byline = fields.String(allow_none=True)
    agency = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    confidence = fields.Float()
    rule = fields.String()


class ArticleSummaryBody(Schema):
    """An article without its text."""

    id = fields.String()
    title = fields.String()
    title_from = fields.String(attribute="title_origin")
    date = fields.Nested(DateBody, allow_none=True)
    source = fields.String()
    byline = fields.String(allow_none=True)
    agency = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    speakers = fields.List(fields.String())
    countries = fields.Function(lambda document: [_country(code) for code in document.countries])
    main_countries = fields.Function(
        lambda document: [_country(code) for code in document.main_countries]
    )
    kinds = fields.List(fields.String())
    statement_count = fields.Integer()


class MentionBody(Schema):
    """A country named in the body."""

    start = fields.Integer(attribute="span.start")
    end = fields.Integer(attribute="span.end")
    country = fields.Function(lambda mention: _country(mention.code))
    kind = fields.String()


class ArticleBody(ArticleSummaryBody):
    """A whole article with its statements. E-mail addresses of authors are kept back."""

    body = fields.String()
    captions = fields.List(fields.String())
    mentions = fields.List(fields.Nested(MentionBody))


class FacetValueBody(Schema):
    """A value of a facet with the addresses that ask for it or leave it out."""

    value = fields.String()
    label = fields.String()
    count = fields.Integer()
    selected = fields.Boolean()
    excluded = fields.Boolean()
    toggle_url = fields.String(allow_none=True)
    exclude_url = fields.String(allow_none=True)


class FacetBody(Schema):
    """The counts of one field."""

    name = fields.String(attribute="field")
    label = fields.String()
    type = fields.Function(
        lambda facet: "date" if facet.interval or facet.field == "date" else "terms"
    )
    mode = fields.Function(lambda facet: "all" if facet.every else "any")
    interval = fields.Function(lambda facet: facet.interval and facet.interval.value)
    total_values = fields.Integer()
    missing = fields.Function(lambda facet: facet.missing.count if facet.missing else 0)
    missing_value = fields.Nested(FacetValueBody, attribute="missing", allow_none=True)
    values = fields.List(fields.Nested(FacetValueBody))


class ReadTokenBody(Schema):
    """A stretch of the query and what became of it."""

    text = fields.String()
    start = fields.Integer(attribute="span.start")
    end = fields.Integer(attribute="span.end")
    use = fields.String()
    read_as = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class OtherNameBody(Schema):
    """Another name of what was typed; `url` searches for it alone, which finds `total`."""

    name = fields.String()
    first = fields.Integer(data_key="from", allow_none=True)
    last = fields.Integer(data_key="until", allow_none=True)
    total = fields.Integer(allow_none=True)
    url = fields.String(allow_none=True)


class NamedBody(Schema):
    """A name in the query and what else it is called; `off` says why that is not looked for."""

    key = fields.String()
    text = fields.String(attribute="typed")
    start = fields.Integer(attribute="span.start")
    end = fields.Integer(attribute="span.end")
    names = fields.List(fields.Nested(OtherNameBody), attribute="others")
    off = fields.String(allow_none=True)
    toggle_url = fields.String(allow_none=True)


class QueryBody(Schema):
    """The query as it was read."""

    text = fields.String(attribute="typed")
    reading = fields.List(fields.Nested(ReadTokenBody), attribute="tokens")
    ignored = fields.List(fields.Nested(ReadTokenBody))
    repaired = fields.List(fields.Nested(ReadTokenBody))
    canonical = fields.String()


class RepairBody(Schema):
    """A single change of the search; with it, `total` documents would be found."""

    kind = fields.String()
    label = fields.String()
    change = fields.String()
    text = fields.String()
    collection = fields.String(data_key="in")
    total = fields.Integer()
    url = fields.String()


class OfferBody(Schema):
    """A name or word suggested, and the search with it."""

    value = fields.String()
    label = fields.String()
    count = fields.Integer()
    via = fields.String(allow_none=True)
    text = fields.String()
    url = fields.String(allow_none=True)
    html_url = fields.String(allow_none=True)


class OffersBody(Schema):
    """What one field suggests."""

    name = fields.String(attribute="field")
    label = fields.String()
    suggestions = fields.List(fields.Nested(OfferBody), attribute="offers")


class ExplanationBody(Schema):
    """A number of a score, and the parts that `rule` makes it from; `span` is of the query text."""

    label = fields.String()
    value = fields.Float()
    rule = fields.String()
    span = fields.Nested(SpanBody, allow_none=True)
    parts = fields.List(fields.Nested("ExplanationBody"))


_SEARCHED: Final = {
    Collection.STATEMENTS: StatementBody(),
    Collection.ARTICLES: ArticleSummaryBody(),
}
_SPANS: Final = SpanBody(many=True)
_EXPLANATION: Final = ExplanationBody()
_SNIPPETS: Final = SnippetBody(many=True)


def search_body(answer: Answer) -> dict[str, Any]:
    """The body of an answer to a search."""
    statements = answer.collection is Collection.STATEMENTS
    spelling = answer.repairs.did_you_mean
    total: dict[str, Any] = {"articles": answer.articles, "exact": True}
    if statements:
        total["statements"] = answer.total
    return {
        "query": QueryBody().dump(answer.reading)
        | {
            "match": answer.parameters.match.value,
            "expand": "on" if answer.parameters.expand else "off",
            "expansions": NamedBody(many=True).dump(answer.names),
        },
        "in": answer.collection.value,
        "total": total,
        "page": answer.pager.page,
        "pages": answer.pager.pages,
        "hits": [_hit_body(answer.collection, hit) for hit in answer.hits],
        "facets": FacetBody(many=True).dump(answer.facets),
        "nowhere": answer.repairs.nowhere,
        "did_you_mean": spelling and RepairBody().dump(spelling),
        "repairs": RepairBody(many=True).dump(answer.repairs.found),
        "repairs_uncounted": answer.repairs.uncounted,
        "links": {
            "self": answer.self_url,
            "next": answer.pager.next_url,
            "prev": answer.pager.previous_url,
            "html": answer.html_url,
        },
        "index": {
            "generation": answer.generation,
            "built_at": answer.built_at.isoformat(),
        },
        "took_ms": round(answer.elapsed_s * 1000, 3),
    }


def suggest_body(answer: Suggestions) -> dict[str, Any]:
    """The body of an answer to a request for suggestions."""
    return {
        "text": answer.question.text,
        "in": answer.question.parameters.collection.value,
        "groups": OffersBody(many=True).dump(answer.groups),
        "index": {"generation": answer.generation},
        "took_ms": round(answer.elapsed_s * 1000, 3),
    }


def similar_body(view: SimilarView) -> dict[str, Any]:
    """The body of an answer to a request for more like something."""
    question = view.question
    collection = question.parameters.collection
    return {
        "like": {question.kind: question.given},
        "in": collection.value,
        "words": [{"text": word.text, "weight": word.weight} for word in view.words],
        "hits": [
            {**_hit_body(collection, card.hit), "shared": list(card.shared)} for card in view.cards
        ],
        "links": {"self": view.data_url, "html": view.html_url},
        "index": {"generation": view.generation},
        "took_ms": round(view.elapsed_s * 1000, 3),
    }


def _hit_body(collection: Collection, hit: StatementHit | ArticleHit) -> dict[str, Any]:
    return {
        **_SEARCHED[collection].dump(hit.document),
        "snippets": _SNIPPETS.dump(hit.snippets),
        "title_highlights": _SPANS.dump(hit.title_highlights),
        "score": hit.score,
        **({"explanation": _EXPLANATION.dump(hit.explanation)} if hit.explanation else {}),
        "links": {
            "html": hit.page_url,
            "article": hit.data_url,
            "similar": hit.similar_data_url,
        },
    }


def article_body(view: ArticleView) -> dict[str, Any]:
    """The body of an answer to a request for one article."""
    return {
        **ArticleBody().dump(view.document),
        "statements": StatementBody(many=True).dump(view.statements),
        "links": {
            "self": view.data_url,
            "html": view.page_url,
            "similar": view.similar_data_url,
        },
    }
