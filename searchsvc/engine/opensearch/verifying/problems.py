"""What a verification has found so far, each with what to do about it; of many alike the first ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from searchsvc.engine.verification import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED: Final = 20
"""How many problems of one kind in one index are listed; the others are counted."""

_REINDEX: Final = "run `searchsvc reindex --full PATH`"


class Problems:
    """The problems of one generation."""

    def __init__(self, generation: str, earlier: Sequence[str], *, published: bool) -> None:
        """Begin without any.

        Args:
            generation: that is looked at.
            earlier: what a rollback could bring back, the latest first.
            published: whether it is the one that is searched.
        """
        self._generation = generation
        self._earlier = earlier
        self._published = published
        self._found: list[Problem] = []
        self._kinds: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        """How many there are, listed or not."""
        return sum(self._kinds.values())

    def add(
        self,
        path: str,
        what: str,
        *,
        where: str | None = None,
        kind: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """Remember that `what` is wrong.

        Args:
            path: the index, or the file in it.
            what: is wrong.
            where: inside of it.
            kind: what problems that are alike have in common; None for those that are alone.
            remedy: what to do; None for what is done about damage.
        """
        key = path, kind or f"{where} {what}"
        self._kinds[key] += 1
        if self._kinds[key] <= LISTED:
            self._found.append(Problem(path, where, what, remedy or self._remedy()))

    def listed(self) -> tuple[Problem, ...]:
        """All problems in the order found, and how many more there are of those not listed."""
        more = [
            Problem(path, None, f"{count - LISTED:,} more like these: {kind}", _REINDEX)
            for (path, kind), count in self._kinds.items()
            if count > LISTED
        ]
        return (*self._found, *more)

    def _remedy(self) -> str:
        if not self._published:
            return (
                "searches do not read this generation; do not roll back to it, the next ones"
                " published displace it"
            )
        if not self._earlier:
            return _REINDEX
        return f"run `searchsvc rollback`, which brings {self._earlier[0]} back, or {_REINDEX[4:]}"
