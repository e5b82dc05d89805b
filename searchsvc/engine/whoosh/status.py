"""What an index folder says of the generation that is published."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import IndexStatus
from searchsvc.engine.whoosh import generations as gens
from searchsvc.engine.whoosh.manifest import read_any_manifest, read_manifest
from searchsvc.errors import IndexCorrupt, IndexIncompatible, IndexMissing

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.whoosh.manifest import Manifest

ENGINE: Final = "whoosh"


def published(path: Path, *, lenient: bool = False) -> Manifest | None:
    """The manifest of what is published, where that can be read.

    Args:
        path: the index folder.
        lenient: take what another version wrote as well, and where what is published is damaged,
            the latest generation that is not.
    """
    read = read_any_manifest if lenient else read_manifest
    try:
        name = gens.read_current(path)
        names = (name, *gens.previous_generations(path, name))
    except IndexMissing:
        return None
    except IndexCorrupt:
        names = gens.generations(path)
    for name in names if lenient else names[:1]:
        with suppress(IndexCorrupt, IndexIncompatible):
            return read(path / name)
    return None


def status_of(path: Path, manifest: Manifest) -> IndexStatus:
    """What the index folder says while the generation of `manifest` is published."""
    return IndexStatus(
        engine=ENGINE,
        generation=manifest.generation,
        previous=gens.previous_generations(path, manifest.generation),
        built_at=manifest.built_at,
        articles=manifest.articles,
        statements=manifest.statements,
        rejects=manifest.rejects,
        versions=(
            ("format", manifest.format),
            ("analyzer", manifest.analyzer),
            *manifest.versions,
        ),
        size_bytes=manifest.size_bytes,
        held=gens.read_held(path),
    )
