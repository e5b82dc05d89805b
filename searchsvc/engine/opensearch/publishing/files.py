"""The files that are published with a generation, in the cluster, so that any machine can go on.

Each lies in pieces, packed by zlib, one document a piece, in an index of its own beside that of
the generation. The manifest has the size and the SHA-256 of the whole.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.engine.opensearch.cluster.notes import NOT_FOUND, create
from searchsvc.engine.opensearch.publishing.manifest import FileRecord
from searchsvc.errors import IndexCorrupt

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.opensearch.cluster.client import Client

PIECE_BYTES: Final = 4 << 20
"""Bytes of a file in one document, before they are packed."""

_REQUEST_S: Final = 120
_BODY: Final[dict[str, Any]] = {"mappings": {"enabled": False}}


def make(client: Client, index: str, *, replicas: str) -> None:
    """Make an empty index of files, unless it is there.

    Args:
        client: of the cluster.
        index: its name.
        replicas: how many copies there are of its shard, such as `0-1`, see `auto_expand_replicas`.
    """
    settings = {"number_of_shards": 1, "auto_expand_replicas": replicas}
    create(client, index, _BODY | {"settings": settings})


def upload(client: Client, index: str, file: Path, name: str) -> FileRecord:
    """Put a file there under `name`; returns what vouches for it."""
    digest = hashlib.sha256()
    size = chunks = 0
    with file.open("rb") as source:
        while piece := source.read(PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            packed = base64.b64encode(zlib.compress(piece, 1)).decode("ascii")
            client.ask("PUT", _place(index, name, chunks), {"data": packed}, timeout_s=_REQUEST_S)
            chunks += 1
    return FileRecord(size, digest.hexdigest(), chunks)


def download(client: Client, index: str, name: str, record: FileRecord, target: Path) -> None:
    """Write the file of this name to `target`.

    Raises:
        IndexCorrupt: it is not what was written.
    """
    digest = hashlib.sha256()
    size = 0
    with target.open("wb") as out:
        for number in range(record.chunks):
            piece = _read(client, _place(index, name, number))
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    if (size, digest.hexdigest()) != (record.size, record.sha256):
        raise IndexCorrupt(f"{index}/{name}", "does not have the content that was written")


def pieces_there(client: Client, index: str) -> int | None:
    """How many pieces an index of files holds; None where there is no such index."""
    try:
        client.ask("POST", f"/{index}/_refresh")
        return int(client.get(f"/{index}/_count")["count"])
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        return None


def _read(client: Client, place: str) -> bytes:
    try:
        found = client.ask("GET", place, timeout_s=_REQUEST_S)
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        raise IndexCorrupt(place, "is missing") from error
    try:
        return zlib.decompress(base64.b64decode(found["_source"]["data"]))
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise IndexCorrupt(place, f"cannot be unpacked ({error})") from error


def _place(index: str, name: str, number: int) -> str:
    """The address of a piece of a file."""
    return f"/{index}/_doc/{quote(f'{name}:{number:06d}', safe='')}"
