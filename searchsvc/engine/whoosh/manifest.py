"""`manifest.json`: what a generation is, and which files vouch for it.

It is read, and the files are compared with it, before Whoosh opens anything: Whoosh's table of
contents is a pickle. An index folder is trusted data; this catches damage and old formats, not
malice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.building import Peak, Peaks
from searchsvc.engine.whoosh.schema import fingerprint
from searchsvc.errors import IndexCorrupt, IndexIncompatible, unreadable
from searchsvc.text import ANALYZER_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT_VERSION: Final = "5"
"""Changes whenever the layout of a generation does; see `schema` and `columnar.layout`."""

MANIFEST: Final = "manifest.json"
CHECKED_ON_OPENING_BYTES: Final = 1 << 20
"""Files up to this size are read and compared when a generation is opened, larger ones by size;
those large ones that a search reads vouch for themselves, see `columnar.arrayfile` and
`columnar.segment`."""

TOC_SUFFIX: Final = ".toc"
"""Of the files that Whoosh unpickles, which are compared whatever their size."""

CHECKSUM: Final = "checksum"
"""What `manifest.json` says of itself: the SHA-256 of all else in it, see `_checksum`."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file must be: its size in bytes and the SHA-256 of its content in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `manifest.json`.

    Attributes:
        generation: its name, which is that of its folder once it is complete.
        format, schema, analyzer: versions that must agree with this program's.
        versions: name and version of what the documents were made with.
        built_at: UTC.
        parent: the generation it was built from, or None.
        files: every other file of the generation, by path relative to its folder.
        peaks: what the gate of the next one compares with; None where an earlier version of this
            program wrote it.
    """

    generation: str
    format: str
    schema: str
    analyzer: str
    engine: str
    versions: tuple[tuple[str, str], ...]
    articles: int
    statements: int
    rejects: int
    built_at: dt.datetime
    parent: str | None
    files: Mapping[str, FileRecord]
    peaks: Peaks | None = None

    @property
    def size_bytes(self) -> int:
        """Size of all files but the manifest."""
        return sum(record.size for record in self.files.values())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`; the caller makes it durable."""
    plain = _plain(dataclasses.asdict(manifest))
    plain[CHECKSUM] = _checksum(plain)
    (folder / MANIFEST).write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation that this program can read.

    Raises:
        IndexCorrupt: it is missing, damaged or that of another generation.
        IndexIncompatible: it describes another format, schema or analyzer.
    """
    return _read(folder, any_version=False)


def read_any_manifest(folder: Path) -> Manifest:
    """As `read_manifest`, whatever the versions."""
    return _read(folder, any_version=True)


def _read(folder: Path, *, any_version: bool) -> Manifest:
    path = folder / MANIFEST
    expected = current_versions()
    try:
        data = json.loads(path.read_bytes())
        found = {name: data[name] for name in expected}
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise IndexCorrupt(path, "is not a manifest: not JSON") from error
    except TypeError as error:
        raise IndexCorrupt(path, "is not a manifest: JSON, but no object") from error
    except KeyError as error:
        raise IndexCorrupt(path, f"is not a manifest: it lacks `{error.args[0]}`") from error
    if found != expected and CHECKSUM not in data:  # a format from before there were any
        raise IndexIncompatible(folder, found=found, expected=expected)
    if data.pop(CHECKSUM, None) != _checksum(data):
        raise IndexCorrupt(path, "does not have the content that was written")
    if found != expected and not any_version:
        raise IndexIncompatible(folder, found=found, expected=expected)
    try:
        data["files"] = {name: FileRecord(**record) for name, record in data["files"].items()}
        data["versions"] = tuple((name, version) for name, version in data["versions"])
        data["built_at"] = dt.datetime.fromisoformat(data["built_at"])
        data["peaks"] = _peaks(data.get("peaks"))
        manifest = Manifest(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupt(
            path, "is not a manifest: it does not say what this version writes into one"
        ) from error
    if folder.name not in (manifest.generation, unfinished_name(manifest.generation)):
        raise IndexCorrupt(path, f"is that of {manifest.generation}")
    return manifest


def unfinished_name(generation: str) -> str:
    """The name of the folder that a generation is built in; its gate looks at it there."""
    return generation.replace("gen-", "build-")


def describe(folder: Path, known: Mapping[str, FileRecord]) -> dict[str, FileRecord]:
    """Records of all files in `folder` but the manifest.

    Args:
        folder: of a generation.
        known: records of files that are the same as in the parent and need not be read again.
    """
    names = (path.relative_to(folder).as_posix() for path in files_in(folder))
    return {
        name: known[name] if name in known else _record(folder / name)
        for name in sorted(names)
        if name != MANIFEST
    }


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Compare every file's size, and the content of the small ones.

    Raises:
        IndexCorrupt: a file is missing or differs.
    """
    for name, record in manifest.files.items():
        _check(folder / name, record, read=is_read_on_opening(name, record))


def is_read_on_opening(name: str, record: FileRecord) -> bool:
    """Whether the file is compared by its content, and not by its size alone, on opening."""
    return record.size <= CHECKED_ON_OPENING_BYTES or name.endswith(TOC_SUFFIX)


def check_content(folder: Path, manifest: Manifest) -> None:
    """Compare every file's content.

    Raises:
        IndexCorrupt: a file is missing or differs.
    """
    for name, record in manifest.files.items():
        compare(folder / name, record)


def compare(path: Path, record: FileRecord) -> None:
    """Compare a file's content.

    Raises:
        IndexCorrupt: it is missing or differs.
    """
    _check(path, record, read=True)


def current_versions() -> dict[str, str]:
    """The format, schema and analyzer that this program writes and reads."""
    return {"format": FORMAT_VERSION, "schema": fingerprint(), "analyzer": ANALYZER_VERSION}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a manifest holds
    """`value` with times as texts."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
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


def files_in(folder: Path) -> Iterator[Path]:
    """All files below `folder`."""
    return (path for path in folder.rglob("*") if path.is_file())


def _check(path: Path, record: FileRecord, *, read: bool) -> None:
    try:
        size = path.stat().st_size
        if size != record.size:
            raise IndexCorrupt(path, f"has {size} bytes, not {record.size}")
        if read and _record(path) != record:
            raise IndexCorrupt(path, "does not have the content that was written")
    except OSError as error:
        raise unreadable(path, error) from error


def _record(path: Path) -> FileRecord:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileRecord(os.fstat(file.fileno()).st_size, digest)
