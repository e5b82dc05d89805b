"""Answers that somebody else fetched, as results. All raise `BadAnswer` where they are none."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from searchsvc.client.errors import BadAnswer
from searchsvc.client.shapes.asking import Similar, Suggest
from searchsvc.client.shapes.counting import FacetList
from searchsvc.client.shapes.documents import (
    ArticleHit,
    SimilarArticle,
    SimilarStatement,
    StatementHit,
)
from searchsvc.client.shapes.searching import Search
from searchsvc.client.shapes.things import SpeakerView, Status

T = TypeVar("T")


class _Collection(msgspec.Struct):
    """What an answer found."""

    in_: str = msgspec.field(name="in")


def search_of(text: str) -> Search[StatementHit] | Search[ArticleHit]:
    """What `/api/v1/search` answered."""
    if _found(text) == "articles":
        return _read(text, Search[ArticleHit])
    return _read(text, Search[StatementHit])


def similar_of(text: str) -> Similar[Any]:
    """What `/api/v1/similar` answered."""
    if _found(text) == "articles":
        return _read(text, Similar[SimilarArticle])
    return _read(text, Similar[SimilarStatement])


def suggest_of(text: str) -> Suggest:
    """What `/api/v1/suggest` answered."""
    return _read(text, Suggest)


def _found(text: str) -> str:
    return _read(text, _Collection).in_


def facet_of(text: str) -> FacetList:
    """What `/api/v1/facets/…` answered."""
    return _read(text, FacetList)


def speaker_of(text: str) -> SpeakerView:
    """What `/api/v1/speakers/…` answered."""
    return _read(text, SpeakerView)


def status_of(text: str) -> Status:
    """What `/api/v1/status` answered."""
    return _read(text, Status)


def _read(text: str, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.DecodeError as error:
        raise BadAnswer(f"is no answer of an archive of this version: {error}") from error
