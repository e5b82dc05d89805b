"""Are these the files that were written: names, sizes, and what the manifest vouches for?"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from searchsvc.columnar.arrayfile import ArrayFile
from searchsvc.columnar.layout import ARRAYS_SUFFIX
from searchsvc.engine.problems import REINDEX
from searchsvc.engine.verification import Step
from searchsvc.engine.whoosh.generations import CURRENT, generations, read_current, read_held
from searchsvc.engine.whoosh.manifest import (
    MANIFEST,
    Manifest,
    is_read_on_opening,
    read_manifest,
)
from searchsvc.engine.whoosh.verifying.problems import reason_of
from searchsvc.errors import (
    EngineUnavailable,
    GenerationMissing,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.problems import Problems
    from searchsvc.engine.verification import Pace
    from searchsvc.engine.whoosh.manifest import FileRecord

_READ_BYTES: Final = 1 << 20
_WRITE_AGAIN: Final = f"run `searchsvc rollback`, which writes it again, or {REINDEX[4:]}"
_TAKE_OUT: Final = "take it out of the folder"


def chosen(path: Path, generation: str | None) -> tuple[str, str | None]:
    """The generation to look at, and the published one (None where nothing tells which that is).

    Where `CURRENT` is damaged or lost, it is the latest that is not held back.

    Raises:
        IndexMissing: nothing has been published.
        GenerationMissing: there is no such generation.
    """
    try:
        current: str | None = read_current(path)
    except (IndexCorrupt, IndexMissing):
        current = None
    wanted = generation or current or _latest(path)
    if wanted is None:
        raise IndexMissing(path)
    # A name from the command line must not lead out of the index folder.
    if generation and (generation != (path / generation).name or not (path / wanted).is_dir()):
        there = ", ".join(generations(path)) or "none"
        raise GenerationMissing(
            path, f"there is no generation {generation} (complete ones: {there})"
        )
    return wanted, current


def _latest(path: Path) -> str | None:
    if not path.is_dir():
        return None
    held = read_held(path)
    return next(
        (name for name in generations(path) if held is None or name != held.generation), None
    )


def check_current(path: Path, found: Problems) -> None:
    """Whether `CURRENT` says what was written, to the byte."""
    file = path / CURRENT
    remedy = _WRITE_AGAIN if _latest(path) else REINDEX
    try:
        read_current(path)
        content = file.read_bytes()
    except IndexMissing:
        found.add(file, "is missing", remedy=remedy)
        return
    except (IndexCorrupt, OSError) as error:
        found.add(file, reason_of(error, file), remedy=remedy)
        return
    if content != content.strip() + b"\n":
        found.add(file, "has other white space than was written", remedy=REINDEX)


def check_manifest(folder: Path, found: Problems) -> Manifest | None:
    """The manifest, or None where it cannot be gone by."""
    file = folder / MANIFEST
    try:
        manifest = read_manifest(folder)
        content = file.read_bytes()
    except IndexIncompatible as error:
        found.add(
            file,
            f"describes {_pairs(error.found)}, and this version reads {_pairs(error.expected)}",
            remedy=REINDEX,
        )
        return None
    except (IndexCorrupt, OSError) as error:
        found.add(file, reason_of(error, file))
        return None
    # Its checksum covers what it says, not how that is laid out.
    if content != (json.dumps(json.loads(content), indent=1) + "\n").encode():
        found.add(file, "has other white space than was written")
    return manifest


def check_names_and_sizes(folder: Path, manifest: Manifest, found: Problems) -> frozenset[str]:
    """Names of the files that are there in the right size; others are added to `found`."""
    sound = set()
    for name, record in manifest.files.items():
        file = folder / name
        try:
            size = file.stat().st_size
        except OSError as error:
            found.add(file, f"cannot be read ({error.strerror})")
            continue
        if size == record.size:
            sound.add(name)
        else:
            found.add(file, f"has {size:,} bytes, not {record.size:,}")
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if name not in manifest.files and name != MANIFEST and not file.is_dir():
            found.add(file, "is none of the generation's files", remedy=_TAKE_OUT)
    return frozenset(sound)


def read_on_opening(manifest: Manifest, names: frozenset[str]) -> frozenset[str]:
    """Those of `names` whose content decides whether the engine opens the generation."""
    return frozenset(name for name in names if is_read_on_opening(name, manifest.files[name]))


def check_content(
    folder: Path, manifest: Manifest, names: frozenset[str], found: Problems, pace: Pace
) -> frozenset[str]:
    """Names of those files, among `names`, that have the content that was written."""
    pace.enter(Step.CHECKSUMS, sum(manifest.files[name].size for name in names))
    sound = {
        name
        for name in sorted(names)
        if _has_content(folder / name, manifest.files[name], found, pace)
    }
    return frozenset(sound)


def check_directories(folder: Path, names: frozenset[str], found: Problems) -> None:
    """Whether those of `names` that are array files say which arrays they hold."""
    for name in sorted(names):
        if name.endswith(ARRAYS_SUFFIX):
            file = folder / name
            try:
                ArrayFile(file, check=False)
            except (IndexCorrupt, IndexIncompatible, EngineUnavailable) as error:
                found.add(file, reason_of(error, file))


def _has_content(file: Path, record: FileRecord, found: Problems, pace: Pace) -> bool:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while piece := stream.read(_READ_BYTES):
                digest.update(piece)
                pace.advance(len(piece))
    except OSError as error:
        found.add(file, f"cannot be read ({error.strerror})")
        return False
    if digest.hexdigest() != record.sha256:
        found.add(file, "does not have the content that was written")
        return False
    return True


def _pairs(versions: object) -> str:
    if not isinstance(versions, dict):
        return str(versions)
    return ", ".join(f"{name} {version}" for name, version in versions.items())
