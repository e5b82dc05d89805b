"""Exports as answers: announced, of one generation, at constant memory, and never cut unnoticed.

Everything that can go wrong before the first row has its status. What goes wrong later can only
break the connection: the body ends without its last chunk, which clients tell from its end.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from flask import Response

from searchsvc.model import StatementDocument
from searchsvc.web.api import cursors
from searchsvc.web.asked import read_text
from searchsvc.web.exports.references import reference
from searchsvc.web.manners import streams
from searchsvc.web.search import to_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from searchsvc.engine.contract import Hit, Reader, Walk
    from searchsvc.web.api.operations import Call
    from searchsvc.web.exports.asking import Export
    from searchsvc.web.exports.references import Reference
    from searchsvc.web.links import Addresses

TOTAL_HEADER: Final = "X-Total-Count"
GENERATION_HEADER: Final = "X-Generation"
CURSOR_HEADER: Final = "X-Cursor"
_PIECE: Final = 1 << 16
"""Characters that are sent together: a chunk for each row would cost more than the row."""
_KEY_BYTES: Final = 8
_LONGEST_NAME: Final = 40
_UNFIT: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Found:
    """What an export takes out.

    Attributes:
        hits: as many as are wanted, in the order of the search.
        total: how many those are.
        articles: how many articles all hits of the search belong to.
        alone: whether no two of all hits stand in one article.
        cursor: leads to where the export began, before any was skipped.
    """

    hits: Iterator[Hit]
    total: int
    articles: int
    alone: bool
    generation: str
    cursor: str


def find(call: Call, export: Export, *, whole: bool = False) -> Found:
    """What `export` asks for, of one generation; all that is found where the `whole` is wanted.

    Raises:
        BadParameters, CursorGone: see `cursors.read` and `cursors.check`.
        EngineError: the engine cannot answer.
        ServiceUnavailable: see `streams.begin`.
    """
    streams.begin()
    service = call.service
    names = service.aliases.current()
    parameters = export.parameters
    now = cursors.standing(service.settings, names)
    begin = cursors.read(export.cursor, parameters, now) if export.cursor else None
    request = replace(
        to_request(parameters, read_text(parameters, names).tree, service.settings.search),
        facets=(),
        after=begin.end if begin else None,
        offset=export.skip,
    )

    def walked(reader: Reader) -> tuple[Walk, cursors.Place]:
        if begin is not None:
            cursors.check(begin, reader)
        return reader.walk(request), begin or cursors.place_of(reader, None, 0)

    walk, there = service.engine.read(walked, generation=begin.generation if begin else None)
    left = walk.total - there.given
    if export.first is not None and not whole:
        left = min(left, export.first)
    total = max(0, left - export.skip)
    return Found(
        hits=islice(walk.hits, total),
        total=total,
        articles=walk.articles,
        alone=walk.total == walk.articles,
        generation=walk.generation,
        cursor=cursors.written(there, parameters, now),
    )


def ndjson(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One JSON object a line."""
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return (f"{write(row)}\n" for row in rows)


def cited(
    found: Found, first: int | None, origin: str, addresses: Addresses
) -> Iterator[Reference]:
    """The articles found, or those that the statements found stand in, each once, in their order.

    Where no article has two of the statements found, the reference quotes its statement.

    Args:
        found: what was found; all of it.
        first: how many articles at most.
        origin: scheme and host of addresses.
        addresses: where articles are read.
    """
    return islice(_each_once(found, origin, addresses), first)


def _each_once(found: Found, origin: str, addresses: Addresses) -> Iterator[Reference]:
    seen: set[bytes] = set()  # of millions of articles, so digests and no ids
    for hit in found.hits:
        document = hit.document
        article = document.article_id if isinstance(document, StatementDocument) else document.id
        key = hashlib.blake2b(article.encode(), digest_size=_KEY_BYTES).digest()
        if key not in seen:
            seen.add(key)
            yield reference(document, origin + addresses.article(article), quoting=found.alone)


def answer(
    pieces: Iterable[str],
    found: Found,
    total: int,
    *,
    media_type: str,
    name: str,
    can_go_on: bool = True,
) -> Response:
    """A streamed answer.

    Args:
        pieces: of the body.
        found: where they come from.
        total: how many rows or references there will be.
        media_type: of the body.
        name: of the file, see `file_name`.
        can_go_on: whether the operation takes a cursor.
    """
    response = Response(_joined(pieces), content_type=media_type)
    response.headers[TOTAL_HEADER] = str(total)
    response.headers[GENERATION_HEADER] = found.generation
    if can_go_on:
        response.headers[CURSOR_HEADER] = found.cursor
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_name(export: Export, generation: str, ending: str) -> str:
    """What the file is called: collection, query, generation; letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", export.parameters.text.casefold())
    slug = _UNFIT.sub("-", plain.encode("ascii", "ignore").decode())[:_LONGEST_NAME].strip("-")
    parts = (export.parameters.collection.value, slug, generation)
    return "-".join(part for part in parts if part) + f".{ending}"


def _joined(pieces: Iterable[str]) -> Iterator[bytes]:
    """`pieces` in UTF-8, some of them together."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= _PIECE:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting.clear()
            length = 0
    if waiting:
        yield "".join(waiting).encode("utf-8", "replace")
