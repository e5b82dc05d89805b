"""Hits to the rows of an export: what the JSON of a search says of a hit, but for its highlights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from searchsvc.model import StatementDocument
from searchsvc.web import links
from searchsvc.web.bodies.compiled import dumper
from searchsvc.web.bodies.documents import HITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.engine.contract import Hit
    from searchsvc.model import Collection, Document
    from searchsvc.web.bodies.compiled import Dump
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters

LEFT_OUT: Final = (
    "snippets",
    "title_highlights",
    "speaker_highlights",
    "other_highlights",
    "explanation",
    "versions",
)
"""Members of a hit that a row has not: what is about the query or the archive, not the document."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is made of; attributes as in `answer.StatementHit`."""

    document: Document
    score: float
    page_url: str
    data_url: str
    similar_data_url: str


def rows(
    hits: Iterable[Hit],
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    members: tuple[str, ...] = (),
) -> Iterator[dict[str, Any]]:
    """One row a hit, in order.

    Args:
        hits: found by `parameters`.
        parameters: the search; links to pages mark what it looks for.
        addresses: where links lead.
        members: wanted, besides `id`, in any order; none for all.
    """
    known = members_of(parameters.collection)
    write = _writer(parameters.collection, tuple(name for name in known if name in members))
    marking = links.marking(parameters)
    for hit in hits:
        yield write(_row(hit, marking, addresses))


@cache
def members_of(collection: Collection) -> tuple[str, ...]:
    """Names of all members of a row."""
    return tuple(name for name in HITS[collection]().fields if name not in LEFT_OUT)


@lru_cache(maxsize=128)
def _writer(collection: Collection, members: tuple[str, ...]) -> Dump:
    """What writes a row of these members, which stand as in the schema: else each order is another."""
    schema = HITS[collection]
    if members:
        return dumper(schema(only=("id", *members)))
    kept_back = [name for name in LEFT_OUT if name in schema().fields]
    return dumper(schema(exclude=kept_back))


def _row(hit: Hit, marking: str, addresses: Addresses) -> Row:
    document = hit.document
    kind, article, number = "article", document.id, None
    if isinstance(document, StatementDocument):
        kind, article, number = "statement", document.article_id, document.number
    return Row(
        document=document,
        score=hit.score,
        page_url=addresses.article(article, marking=marking, number=number),
        data_url=addresses.article_data(article),
        similar_data_url=addresses.similar_data(kind, document.id),
    )
