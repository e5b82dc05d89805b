"""What was found so far, each with what to do about it; of many alike the first ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from searchsvc.engine.verification import Problem
from searchsvc.engine.whoosh.generations import previous_generations

if TYPE_CHECKING:
    from searchsvc.engine.verification import Finding
    from searchsvc.errors import EngineError

LISTED: Final = 20
"""How many problems of one kind in one file are listed; the others are counted."""

REINDEX: Final = "run `searchsvc reindex --full PATH`"
_TAKE_OUT: Final = "take it out of the folder"


class Problems:
    """The problems of one generation."""

    def __init__(self, path: Path, generation: str, *, published: bool) -> None:
        """Begin without any; `path` is the index folder."""
        self._folder = path / generation
        self._published = published
        earlier = previous_generations(path, generation) if published else ()
        self._previous = path / earlier[0] if earlier else None
        self._found: list[Problem] = []
        self._kinds: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        """How many there are, listed or not."""
        return sum(self._kinds.values())

    def add(
        self,
        path: Path,
        what: str,
        *,
        where: str | None = None,
        kind: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """Remember that `what` is wrong with the file at `path`.

        Args:
            path: of a file of the generation, or above.
            what: is wrong.
            where: inside of it.
            kind: what problems that are alike have in common; None for those that are alone.
            remedy: what to do; None for what is done about damage to that file.
        """
        key = (str(path), kind or f"{where} {what}")
        self._kinds[key] += 1
        if self._kinds[key] <= LISTED:
            self._found.append(Problem(str(path), where, what, remedy or self._remedy(path)))

    def stranger(self, path: Path) -> None:
        """Remember that the file at `path` does not belong there."""
        self.add(path, "is none of the generation's files", remedy=_TAKE_OUT)

    def take(self, finding: Finding) -> None:
        """Remember what somebody else found."""
        self.add(Path(finding.path), finding.what, where=finding.where, kind=finding.what)

    def listed(self) -> tuple[Problem, ...]:
        """All problems in the order found, and how many more there are of those not listed."""
        more = [
            Problem(path, None, f"{count - LISTED:,} more like these: {kind}", REINDEX)
            for (path, kind), count in self._kinds.items()
            if count > LISTED
        ]
        return (*self._found, *more)

    def _remedy(self, path: Path) -> str:
        """What to do about damage to a file."""
        if not self._published:
            return (
                "searches do not read this generation; do not roll back to it, the next ones"
                " published displace it"
            )
        if self._previous is None or _shared(path, self._folder, self._previous):
            return REINDEX
        return (
            f"run `searchsvc rollback`, which brings {self._previous.name} back, or {REINDEX[4:]}"
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
