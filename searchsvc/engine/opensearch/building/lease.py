"""One holder at a time across machines, who is named, and whose death is noticed.

A lease is a note that says until when it holds; its holder puts that off again and again from a
thread of its own. Whoever dies stops doing so. Where the dead one worked in this very folder,
whose lock we have got from the kernel, nobody need wait: its place is ours now.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import socket
import threading
import time
from typing import TYPE_CHECKING, Final

from searchsvc.errors import EngineError, EngineUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.opensearch.cluster.notes import Note, Notes

PLACE: Final = "PLACE"
"""File, in the folder that is locked, of what tells this folder from all others."""

_BEATS: Final = 4  # times that a lease is put off before it would end

_TAKE: Final = """
if (ctx.op == 'create' || ctx._source.until == null || ctx._source.until < ctx._now
    || ctx._source.token == params.note.token || ctx._source.place == params.note.place) {
  ctx._source.clear(); ctx._source.putAll(params.note);
  ctx._source.until = ctx._now + params.lease;
} else { ctx.op = 'none' }
"""
_HOLD: Final = """
if (ctx._source.token == params.token) { ctx._source.until = ctx._now + params.lease }
else { ctx.op = 'none' }
"""
_LET_GO: Final = """
if (ctx._source.token == params.token) { ctx._source.until = 0L } else { ctx.op = 'none' }
"""

_log = logging.getLogger(__name__)


class LeaseHeld(EngineUnavailable):
    """Somebody else holds the lease.

    Attributes:
        note: what they noted.
    """

    def __init__(self, note: Note, lease_s: float) -> None:
        """Name the holder, and when to try again."""
        self.note = note
        super().__init__(
            f"another build is under way ({holder_in(note)}); wait until it is done. Should its"
            f" machine have died, it is let go of {lease_s:g} s after it was heard of last"
        )


class Lease:
    """A lease that is held, until `release`.

    Attributes:
        holder: who holds it, for people.
    """

    def __init__(self, notes: Notes, name: str, folder: Path, *, lease_s: float) -> None:
        """Take the lease.

        Args:
            notes: where it is noted.
            name: of the note.
            folder: of this process alone, which has the lock on it.
            lease_s: for how long it holds after its holder was heard of last.

        Raises:
            LeaseHeld: somebody else holds it.
            EngineUnavailable: the cluster cannot be reached.
        """
        self._notes = notes
        self._name = name
        self._lease_s = lease_s
        self._token = secrets.token_hex(8)
        self._lost: str | None = None
        self._done = threading.Event()
        since = dt.datetime.now(dt.UTC).isoformat(" ", "seconds")
        self.holder = f"process {os.getpid()} on {socket.gethostname()}, since {since}"
        note = {
            "token": self._token,
            "place": _place(folder),
            "holder": self.holder,
        }
        self._heard_at = time.monotonic()
        taken, now = notes.change(name, _TAKE, note=note, lease=self._lease_ms)
        if not taken:
            raise LeaseHeld(now, lease_s)
        self._beating = threading.Thread(target=self._beat, name=f"lease {name}", daemon=True)
        self._beating.start()

    def check(self) -> None:
        """Fail where the lease may have gone to somebody else.

        Raises:
            EngineUnavailable: it may have.
        """
        if self._lost is None and not self._hold():
            self._lost = "somebody else holds it now"
        if self._lost is not None:
            raise EngineUnavailable(
                f"the build was given up: its lease in the cluster was lost ({self._lost}); run it"
                " again"
            )

    def release(self) -> None:
        """Let go of it, as far as the cluster can be reached. Safe to call twice."""
        if self._done.is_set():
            return
        self._done.set()
        self._beating.join()
        try:
            self._notes.change(self._name, _LET_GO, token=self._token)
        except EngineError as error:
            _log.warning("a lease ends by itself, as the cluster cannot be reached: %s", error)

    @property
    def _lease_ms(self) -> int:
        return int(self._lease_s * 1000)

    def _beat(self) -> None:
        while self._lost is None and not self._done.wait(self._lease_s / _BEATS):
            try:
                if not self._hold():
                    self._lost = "somebody else holds it now"
            except EngineError as error:
                if time.monotonic() - self._heard_at > self._lease_s:
                    self._lost = str(error)

    def _hold(self) -> bool:
        """Put its end off; whether it is held still."""
        asked_at = time.monotonic()
        held, _ = self._notes.change(self._name, _HOLD, token=self._token, lease=self._lease_ms)
        if held:
            self._heard_at = asked_at
        return held


def holder_in(note: Note) -> str:
    """Who a lease says holds it."""
    return str(note.get("holder", "holder unknown"))


def _place(folder: Path) -> str:
    """What tells `folder` from the same one on any other machine."""
    file = folder / PLACE
    if not file.exists():
        file.write_text(secrets.token_hex(8) + "\n", encoding="ascii")
    return f"{socket.gethostname()} {file.read_text(encoding='ascii').strip()}"
