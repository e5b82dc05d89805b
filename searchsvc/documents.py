"""What of an article and its extraction becomes searchable, in which collection, and stored."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from searchsvc import countries
from searchsvc.fields import BY_NAME, MISSING
from searchsvc.model import (
    Act,
    ArticleDate,
    ArticleDocument,
    Collection,
    CountryMention,
    DateOrigin,
    DayPrecision,
    MentionKind,
    SaidDate,
    Span,
    Speaker,
    SpeakerKind,
    StatementDocument,
    StatementKind,
    TitleOrigin,
)
from searchsvc.stories import story_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.model import Article, Document, Extraction, Statement

DOCUMENTS_VERSION: Final = "4"
"""Raise it whenever the same article and extraction would give other documents than before."""


def article_document(article: Article, extraction: Extraction) -> ArticleDocument:
    """The document of the article itself."""
    statements = extraction.statements
    return ArticleDocument(
        id=article.id,
        path=article.path,
        source=article.source,
        title=article.title,
        title_origin=article.title_origin,
        body=article.body,
        captions=article.captions,
        date=article.date,
        byline=article.byline,
        byline_email=article.byline_email,
        agency=article.agency,
        url=article.url,
        speakers=_distinct(
            article.speakers
            or [_speaker_facet(one, "speaker") for each in statements for one in _speakers(each)]
        ),
        countries=_distinct(
            map(_country_value, article.countries) if article.countries else extraction.countries
        ),
        main_countries=extraction.main_countries,
        kinds=tuple(dict.fromkeys(statement.kind for statement in statements)),
        mentions=extraction.mentions,
        statement_count=len(statements),
        dateline=article.dateline,
        given_speakers=article.speakers,
        given_countries=article.countries,
        story=story_of(article.body),
    )


def statement_documents(article: Article, extraction: Extraction) -> tuple[StatementDocument, ...]:
    """The documents of the article's statements, numbered from 1 in their order."""
    return tuple(
        _statement_document(article, statement, number)
        for number, statement in enumerate(extraction.statements, start=1)
    )


_GIVEN: Final = ("given_speakers", "given_countries")
_ONE_TEXT: Final = frozenset(("title", "body", "source", "byline", "agency", "url"))


def field_texts(document: Document, field: str) -> tuple[str, ...]:
    """The texts whose words are searched under `field`; no phrase reaches from one to the next.

    Empty where the collection lacks the field or its words are not searched.
    """
    if field in _ONE_TEXT:
        text: str | None = getattr(document, field)
        return (text,) if text else ()
    texts: tuple[str | None, ...] = ()
    match field:
        case "caption" if isinstance(document, ArticleDocument):
            texts = document.captions
        case "speaker" if isinstance(document, ArticleDocument):
            texts = document.speakers
        case "speaker" if isinstance(document, StatementDocument):
            texts = tuple(speaker.name for speaker in _speakers(document))
    return tuple(text for text in texts if text) if texts else ()


def facet_values(document: Document, field: str) -> tuple[str, ...]:
    """The distinct whole values that `document` carries in a facet field other than `date`.

    Empty where it has none: it then counts as `fields.MISSING`. The unnamed are no value of
    `speaker`.
    """
    values: tuple[str | None, ...] = ()
    match field:
        case "source":
            values = (document.source,)
        case "country":
            values = document.countries
        case "speaker" | "kind" if isinstance(document, ArticleDocument):
            values = document.speakers if field == "speaker" else document.kinds
        case "kind" | "act" if isinstance(document, StatementDocument):
            values = (document.kind if field == "kind" else document.act,)
        case "article" if isinstance(document, StatementDocument):
            values = (document.article_id,)
        case "story" if isinstance(document, ArticleDocument):
            values = (document.story,)
        case "speaker" | "speaker_country" if isinstance(document, StatementDocument):
            values = tuple(_speaker_facet(speaker, field) for speaker in _speakers(document))
    return _distinct(values) if values else ()


def has_field(collection: Collection, field: str) -> bool:
    """Whether documents of `collection` have `field`."""
    return field in BY_NAME and collection in BY_NAME[field].collections


def dump(document: Document) -> str:
    """`document` as JSON text, without line breaks; `load` gives it back."""
    return json.dumps(
        {
            field.name: _plain(getattr(document, field.name))
            for field in dataclasses.fields(document)
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def is_dump_of(document_id: str, text: str) -> bool:
    """Whether `text` begins as `dump` writes the document with this id."""
    return text.startswith(f'{{"id":{json.dumps(document_id, ensure_ascii=False)},')


def load(collection: Collection, text: str) -> Document:
    """The document that `dump` wrote."""
    data = json.loads(text)
    data["date"] = _load_date(data["date"])
    if collection is Collection.ARTICLES:
        return _load_article(data)
    return _load_statement(data)


def _statement_document(article: Article, statement: Statement, number: int) -> StatementDocument:
    return StatementDocument(
        id=f"{article.id}:{number}",
        article_id=article.id,
        title=article.title,
        body=statement.span.of(article.body),
        span=statement.span,
        pieces=statement.pieces,
        kind=statement.kind,
        cue=statement.cue,
        cue_text=statement.cue.of(article.body) if statement.cue else None,
        named_at=statement.named_at,
        named_as=statement.named_at.of(article.body) if statement.named_at else None,
        speaker=statement.speaker,
        others=statement.others,
        act=statement.act,
        verb=statement.verb,
        said=statement.said,
        countries=_distinct(statement.about),
        confidence=statement.confidence,
        rule=statement.rule,
        date=article.date,
        source=article.source,
        byline=article.byline,
        agency=article.agency,
        url=article.url,
    )


def _speakers(statement: Statement | StatementDocument) -> tuple[Speaker, ...]:
    """All who made it, the first one first."""
    return (statement.speaker, *statement.others) if statement.speaker else statement.others


def _speaker_facet(speaker: Speaker, field: str) -> str | None:
    if field == "speaker_country":
        return speaker.country
    return None if speaker.kind is SpeakerKind.UNNAMED else speaker.name


def _country_value(given: str) -> str:
    return countries.resolve(given) or given


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    """`values` in order of first appearance, without the empty one and the reserved one."""
    return tuple(dict.fromkeys(str(value) for value in values if value and value != MISSING))


def _plain(value: object) -> object:
    """`value` as JSON: spans as pairs, dates as objects, tuples as lists, enums as their text."""
    match value:
        case Span(start, end):
            return [start, end]
        case tuple():
            return [_plain(item) for item in value]
        case dt.date() | dt.time():
            return value.isoformat()
        case ArticleDate() | Speaker() | CountryMention() | SaidDate():
            return {
                field.name: _plain(getattr(value, field.name))
                for field in dataclasses.fields(value)
            }
    return value


def _load_article(data: dict[str, Any]) -> ArticleDocument:
    data["title_origin"] = TitleOrigin(data["title_origin"])
    for name in ("captions", "speakers", "countries", "main_countries", *_GIVEN):
        data[name] = tuple(data.get(name, ()))
    data["kinds"] = tuple(StatementKind(kind) for kind in data["kinds"])
    data["mentions"] = tuple(
        CountryMention(Span(*mention["span"]), mention["code"], MentionKind(mention["kind"]))
        for mention in data["mentions"]
    )
    return ArticleDocument(**data)


def _load_statement(data: dict[str, Any]) -> StatementDocument:
    for name in ("span", "cue", "named_at"):
        data[name] = data[name] and Span(*data[name])
    data["pieces"] = tuple(Span(*piece) for piece in data["pieces"])
    data["kind"] = StatementKind(data["kind"])
    data["countries"] = tuple(data["countries"])
    data["speaker"] = data["speaker"] and _load_speaker(data["speaker"])
    data["others"] = tuple(map(_load_speaker, data["others"]))
    data["act"] = Act(data["act"])
    said = data["said"]
    if said is not None:
        day, precision = dt.date.fromisoformat(said["day"]), DayPrecision(said["precision"])
        data["said"] = SaidDate(day, precision, Span(*said["span"]))
    return StatementDocument(**data)


def _load_speaker(data: dict[str, Any]) -> Speaker:
    return Speaker(**{**data, "kind": SpeakerKind(data["kind"])})


def _load_date(data: dict[str, Any] | None) -> ArticleDate | None:
    if data is None:
        return None
    time = None if data["time"] is None else dt.time.fromisoformat(data["time"])
    return ArticleDate(dt.date.fromisoformat(data["day"]), time, DateOrigin(data["origin"]))
