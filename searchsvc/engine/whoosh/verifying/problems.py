"""What damage to a file of a generation means: which others have that file too, and what an error says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from searchsvc.engine.problems import Problems
from searchsvc.engine.whoosh.generations import previous_generations

if TYPE_CHECKING:
    from searchsvc.errors import EngineError


def problems_of(path: Path, generation: str, *, published: bool) -> Problems:
    """No problems yet of a generation of the index folder `path`."""
    earlier = previous_generations(path, generation) if published else ()
    if not earlier:
        return Problems(published=published, earlier=None)
    folder, previous = path / generation, path / earlier[0]
    return Problems(
        published=published,
        earlier=previous.name,
        shared=lambda file: _shared(Path(file), folder, previous),
    )


def reason_of(error: EngineError | OSError, file: Path) -> str:
    """What an error says is wrong with the file, without the file and without what to do."""
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror})"
    return str(error).removeprefix(f"{file}: ").partition("; run `")[0]


def _shared(path: Path, folder: Path, other: Path) -> bool:
    """Whether generation `other` has the very file that generation `folder` has at `path`."""
    if not path.is_relative_to(folder):
        return True
    twin = other / path.relative_to(folder)
    try:
        return path.is_file() and twin.is_file() and path.samefile(twin)
    except OSError:
        return False
