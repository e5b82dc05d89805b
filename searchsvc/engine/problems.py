"""What a verification has found so far, each with what to do about it; of many alike the first ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from searchsvc.engine.verification import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from searchsvc.engine.verification import Finding

LISTED: Final = 20
"""How many problems of one kind in one place are listed; the others are counted."""

REINDEX: Final = "run `searchsvc reindex --full PATH`"


class Problems:
    """The problems of one generation."""

    def __init__(
        self,
        *,
        published: bool,
        earlier: str | None,
        shared: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Begin without any.

        Args:
            published: whether the generation is the one that is searched.
            earlier: the one that a rollback brings back; None: there is none.
            shared: whether that one has, at this path, the very same file, so that what is damaged here
                is damaged there.
        """
        self._published = published
        self._earlier = earlier
        self._shared = shared
        self._found: list[Problem] = []
        self._kinds: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        """How many there are, listed or not."""
        return sum(self._kinds.values())

    def add(
        self,
        path: Path | str,
        what: str,
        *,
        where: str | None = None,
        kind: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """Remember that `what` is wrong with what lies at `path`.

        Args:
            path: a file or folder, or an index of a cluster and perhaps a file in it.
            what: is wrong.
            where: inside of it.
            kind: what problems that are alike have in common; None for those that are alone.
            remedy: what to do; None for what is done about damage there.
        """
        place = str(path)
        key = place, kind or f"{where} {what}"
        self._kinds[key] += 1
        if self._kinds[key] <= LISTED:
            self._found.append(Problem(place, where, what, remedy or self._remedy(place)))

    def take(self, finding: Finding) -> None:
        """Remember what somebody else found."""
        self.add(finding.path, finding.what, where=finding.where, kind=finding.what)

    def listed(self) -> tuple[Problem, ...]:
        """All problems in the order found, and how many more there are of those not listed."""
        more = [
            Problem(path, None, f"{count - LISTED:,} more like these: {kind}", REINDEX)
            for (path, kind), count in self._kinds.items()
            if count > LISTED
        ]
        return (*self._found, *more)

    def _remedy(self, path: str) -> str:
        """What to do about damage at `path`."""
        if not self._published:
            return (
                "searches do not read this generation; do not roll back to it, the next ones"
                " published displace it"
            )
        if self._earlier is None or self._shared(path):
            return REINDEX
        return f"run `searchsvc rollback`, which brings {self._earlier} back, or {REINDEX[4:]}"
