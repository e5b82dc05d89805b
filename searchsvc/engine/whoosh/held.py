"""Generations that were replaced and can still be asked by name, so that long walks come to an end.

Their files may have been deleted meanwhile: what is mapped or open stays readable, and takes its
room on the disk until it is let go of here.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.engine.whoosh.snapshot import Snapshot

MOST_HELD: Final = 4
"""Generations at most; they share segments, but each has tables of its own."""


@dataclass(slots=True)
class _Held:
    """A generation, when it was replaced or last asked for, and whether it ever was asked for."""

    snapshot: Snapshot
    since: float
    asked: bool


class Held:
    """Snapshots by the names of their generations; shared by all threads.

    Of more than `most` the first to go is the one that waits longest of those that nobody has
    asked for; then the one that nobody has asked for longest.
    """

    def __init__(
        self,
        seconds: float,
        *,
        most: int = MOST_HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Hold nothing yet; later each one for `seconds` after it was last asked for."""
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def put(self, snapshot: Snapshot, *, asked: bool = False) -> None:
        """Hold a snapshot, which somebody has asked for by name or not."""
        with self._lock:
            before = self._held.pop(snapshot.name, None)
            asked = asked or (before is not None and before.asked)
            if self._seconds > 0:
                self._held[snapshot.name] = _Held(snapshot, self._clock(), asked)
            if len(self._held) > self._most:
                unasked = (name for name, each in self._held.items() if not each.asked)
                del self._held[next(unasked, next(iter(self._held)))]

    def get(self, name: str) -> Snapshot | None:
        """The snapshot of this name, where it is held."""
        self.drop_expired()
        with self._lock:
            found = self._held.pop(name, None)
            if found is None:
                return None
            found.since, found.asked = self._clock(), True
            self._held[name] = found  # as the last one: they stand in the order of `since`
            return found.snapshot

    def drop_expired(self) -> None:
        """Let go of what nobody has asked for in time; nearly nothing where nothing is held."""
        if not self._held:
            return
        with self._lock:
            before = self._clock() - self._seconds
            for name in [name for name, each in self._held.items() if each.since <= before]:
                del self._held[name]

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._held.clear()
