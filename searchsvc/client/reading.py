"""Answers that somebody else fetched, as results."""

from __future__ import annotations

from typing import Any

import msgspec

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


class _Collection(msgspec.Struct):
    """What an answer found."""

    in_: str = msgspec.field(name="in")


def search_of(text: str) -> Search[StatementHit] | Search[ArticleHit]:
    """What `/api/v1/search` answered. Raises msgspec.DecodeError where `text` is something else."""
    if _found(text) == "articles":
        return msgspec.json.decode(text, type=Search[ArticleHit])
    return msgspec.json.decode(text, type=Search[StatementHit])


def similar_of(text: str) -> Similar[Any]:
    """What `/api/v1/similar` answered. Raises msgspec.DecodeError where `text` is something else."""
    if _found(text) == "articles":
        return msgspec.json.decode(text, type=Similar[SimilarArticle])
    return msgspec.json.decode(text, type=Similar[SimilarStatement])


def suggest_of(text: str) -> Suggest:
    """What `/api/v1/suggest` answered. Raises msgspec.DecodeError where `text` is something else."""
    return msgspec.json.decode(text, type=Suggest)


def _found(text: str) -> str:
    return msgspec.json.decode(text, type=_Collection).in_


def facet_of(text: str) -> FacetList:
    """What `/api/v1/facets/…` answered. Raises msgspec.DecodeError where `text` is something else."""
    return msgspec.json.decode(text, type=FacetList)


def speaker_of(text: str) -> SpeakerView:
    """What `/api/v1/speakers/…` answered. Raises msgspec.DecodeError where `text` is something else."""
    return msgspec.json.decode(text, type=SpeakerView)


def status_of(text: str) -> Status:
    """What `/api/v1/status` answered. Raises msgspec.DecodeError where `text` is something else."""
    return msgspec.json.decode(text, type=Status)
