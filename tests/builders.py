"""Builders of test data: everything defaulted, override what matters.

The people are made up. `article()` holds the statement that `statement()` describes, and the
document builders describe the same two, so that any default goes with any other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from searchsvc.engine.contract import SearchRequest
from searchsvc.model import (
    Act,
    Article,
    ArticleDate,
    ArticleDocument,
    DateOrigin,
    Extraction,
    OffsetMap,
    Span,
    Speaker,
    SpeakerKind,
    Statement,
    StatementDocument,
    StatementKind,
    TitleOrigin,
)
from searchsvc.stories import story_of

NOWHERE = Span(0, 0)
"""The place of a query node that nobody typed."""

LEAD = "The border will stay open to trade this winter, officials in Lima decided. "
SAID = "We will keep the border with Bolivia open"
ATTRIBUTION = "said Rosa Quispe, a spokeswoman for the ministry."
BODY = f"{LEAD}“{SAID},” {ATTRIBUTION}"

_SPAN = Span(len(LEAD) + 1, len(LEAD) + 1 + len(SAID))
_CUE = Span(BODY.index("said"), BODY.index("said") + len("said"))
_NAMED = Span(BODY.index("Rosa"), BODY.index("Rosa") + len("Rosa Quispe"))
_SPEAKER = Speaker("Rosa Quispe", SpeakerKind.PERSON, role="spokeswoman", country="PE")


def date(text: str = "2017-05-12") -> ArticleDate:
    """A date from `2017-05-12` or `2017-05-12T22:00`."""
    day, _, time = text.partition("T")
    return ArticleDate(
        dt.date.fromisoformat(day),
        dt.time.fromisoformat(time) if time else None,
        DateOrigin.INPUT,
    )


def article(**changes: Any) -> Article:
    """An article in which Rosa Quispe of Peru speaks about Bolivia."""
    body = changes.get("body", BODY)
    default = Article(
        id="a1",
        path="made-up/a1.txt",
        place=None,
        source="Andean Courier",
        title="Border stays open",
        title_origin=TitleOrigin.GIVEN,
        body=body,
        body_offsets=OffsetMap((0,), (0,)),
        date=date(),
    )
    return dataclasses.replace(default, **changes)


def statement(**changes: Any) -> Statement:
    """The statement in `article()`."""
    default = Statement(
        span=_SPAN,
        pieces=(_SPAN,),
        kind=StatementKind.DIRECT,
        cue=_CUE,
        named_at=_NAMED,
        speaker=_SPEAKER,
        about=("BO",),
        confidence=0.9,
        rule="made up",
        verb="say",
    )
    return dataclasses.replace(default, **changes)


def speaker(**changes: Any) -> Speaker:
    """Rosa Quispe, spokeswoman, of Peru."""
    return dataclasses.replace(_SPEAKER, **changes)


def extraction(**changes: Any) -> Extraction:
    """What `article()` holds: `statement()`, and Peru and Bolivia."""
    default = Extraction(
        statements=(statement(),), mentions=(), countries=("PE", "BO"), main_countries=("PE",)
    )
    return dataclasses.replace(default, **changes)


def article_document(**changes: Any) -> ArticleDocument:
    """The document of `article()`."""
    body = changes.get("body", BODY)
    default = ArticleDocument(
        id="a1",
        path="made-up/a1.txt",
        source="Andean Courier",
        title="Border stays open",
        title_origin=TitleOrigin.GIVEN,
        body=body,
        captions=(),
        date=date(),
        byline=None,
        byline_email=None,
        agency=None,
        url=None,
        speakers=("Rosa Quispe",),
        countries=("PE", "BO"),
        main_countries=("PE",),
        kinds=(StatementKind.DIRECT,),
        mentions=(),
        statement_count=1,
        story=story_of(body),
    )
    return dataclasses.replace(default, **changes)


def statement_document(**changes: Any) -> StatementDocument:
    """The document of `statement()`; another `article_id` gives it an id to match."""
    article_id = changes.get("article_id", "a1")
    default = StatementDocument(
        id=f"{article_id}:1",
        article_id=article_id,
        title="Border stays open",
        body=SAID,
        span=_SPAN,
        pieces=(_SPAN,),
        kind=StatementKind.DIRECT,
        cue=_CUE,
        cue_text="said",
        named_at=_NAMED,
        named_as="Rosa Quispe",
        speaker=_SPEAKER,
        others=(),
        act=Act.SAY,
        verb="say",
        said=None,
        countries=("BO",),
        confidence=0.9,
        rule="made up",
        date=date(),
        source="Andean Courier",
        byline=None,
        agency=None,
        url=None,
    )
    return dataclasses.replace(default, **changes)


def request(**changes: Any) -> SearchRequest:
    """The first page of everything, articles, by relevance, without facets."""
    return dataclasses.replace(SearchRequest(), **changes)
