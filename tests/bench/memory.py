"""Memory of processes, as Linux tells it in /proc."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (10**6 bytes) of one process or several.

    Attributes:
        rss_mb: resident, mapped files and all.
        anonymous_mb: of these, what belongs to no file.
    """

    rss_mb: float
    anonymous_mb: float


def memory_of(pid: int) -> Memory:
    """What process `pid` uses now; nothing where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return Memory(0.0, 0.0)
    kilobytes = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in status.splitlines())
        if name in {"VmRSS", "RssAnon"}
    }
    rss, anonymous = (kilobytes.get(name, 0) * 1024 / 1e6 for name in ("VmRSS", "RssAnon"))
    return Memory(rss, anonymous)


class Peak:
    """Watches a process and all it starts, from `start` to `stop`."""

    def __init__(self, pid: int) -> None:
        """Watch `pid`."""
        self._pid = pid
        self._peak = Memory(0.0, 0.0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> Memory:
        """The largest of each figure, whenever it was seen."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while True:
            found = [memory_of(pid) for pid in _family(self._pid)]
            self._peak = Memory(
                max(self._peak.rss_mb, sum(each.rss_mb for each in found)),
                max(self._peak.anonymous_mb, sum(each.anonymous_mb for each in found)),
            )
            if self._over.wait(EVERY_SECONDS):
                return


def _family(pid: int) -> list[int]:
    """`pid` and its descendants."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, children.read_text(encoding="ascii").split())
            except (FileNotFoundError, ProcessLookupError):
                continue  # the thread has just ended
    return found
