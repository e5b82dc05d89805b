"""What a generation says of itself: the `_meta` of its index's mapping.

It is written when the generation is complete, in one step, and vouches for what lies beside it: how
many documents there must be of each kind, and which files. An index that has none, or that of
the generation it was cloned from, is still in the making.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.building import Peak, Peaks
from searchsvc.engine.opensearch.documents.mapping import schema
from searchsvc.errors import IndexCorrupt, IndexIncompatible
from searchsvc.text import ANALYZER_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION: Final = "2"
"""Changes whenever what a generation consists of does; the mapping has its own, see `mapping.schema`."""

KEY: Final = "searchsvc"
"""Of the manifest in `_meta`."""

_CHECKSUM: Final = "checksum"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that was published with a generation.

    Attributes:
        size: in bytes.
        sha256: of its content, in hexadecimal.
        chunks: how many documents it is spread over, see `files`.
    """

    size: int
    sha256: str
    chunks: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself.

    Attributes:
        generation: its name.
        format, schema, analyzer: versions that must agree with this program's.
        versions: name and version of what the documents were made with.
        built_at: UTC.
        parent: the generation it was built from, or None.
        size_bytes: of its index when it was complete, one copy of each shard, and of its files.
        files: that were published with it, by name.
        peaks: what the gate of the next one compares with.
    """

    generation: str
    format: str
    schema: str
    analyzer: str
    versions: tuple[tuple[str, str], ...]
    articles: int
    statements: int
    rejects: int
    built_at: dt.datetime
    parent: str | None
    size_bytes: int
    files: Mapping[str, FileRecord]
    peaks: Peaks | None = None


def meta_of(manifest: Manifest) -> dict[str, Any]:
    """`_meta` of the mapping of a complete generation."""
    plain = _plain(dataclasses.asdict(manifest))
    plain[_CHECKSUM] = _checksum(plain)
    return {KEY: plain}


def is_complete(generation: str, meta: object) -> bool:
    """Whether `_meta` has a manifest of this generation, sound or not."""
    found = meta.get(KEY) if isinstance(meta, dict) else None
    return isinstance(found, dict) and found.get("generation") == generation


def read_manifest(generation: str, meta: object, *, any_version: bool = False) -> Manifest:
    """The manifest in `_meta` of the index of a generation.

    Args:
        generation: that it must be of.
        meta: as the cluster gives it.
        any_version: take what another version of this program wrote as well.

    Raises:
        IndexCorrupt: it is missing, altered, or that of another generation.
        IndexIncompatible: it is of another format, schema or analyzer.
    """
    if not is_complete(generation, meta):
        raise IndexCorrupt(generation, "has no manifest of its own in `_meta` of its mapping")
    data = dict(meta[KEY])  # type: ignore[index]  # `is_complete` has looked
    expected = current_versions()
    if data.pop(_CHECKSUM, None) != _checksum(data):
        raise IndexCorrupt(generation, "has a manifest that is not what was written")
    found = {name: data.get(name) for name in expected}
    if found != expected and not any_version:
        raise IndexIncompatible(generation, found=found, expected=expected)
    try:
        data["files"] = {name: FileRecord(**each) for name, each in data["files"].items()}
        data["versions"] = tuple((name, version) for name, version in data["versions"])
        data["built_at"] = dt.datetime.fromisoformat(data["built_at"])
        data["peaks"] = _peaks(data["peaks"])
        return Manifest(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupt(
            generation, "has a manifest that does not say what this version writes into one"
        ) from error


def current_versions() -> dict[str, str]:
    """The format, schema and analyzer that this program writes and reads."""
    return {"format": FORMAT_VERSION, "schema": schema(), "analyzer": ANALYZER_VERSION}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a manifest holds
    """`value` as it comes back from JSON."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _peaks(data: Mapping[str, Any] | None) -> Peaks | None:
    """What `_plain` made of peaks. Raises ValueError, KeyError, TypeError."""
    if data is None:
        return None
    made = {
        name: Peak(**peak | {"built_at": dt.datetime.fromisoformat(peak["built_at"])})
        for name, peak in data.items()
    }
    return Peaks(**made)


def _checksum(plain: Mapping[str, Any]) -> str:
    """The SHA-256 in hexadecimal of `plain` as JSON, its keys in order."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
