"""Runs now and whenever the inputs have changed, until somebody ends it.

What is told about single files is a hint that a run is due, never more: each run looks at
everything itself. So a change is seen as long as a run begins after it, and that holds since
the folders are watched before a run begins, and every end of waiting leads to a run.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, Self

from watchfiles import Change
from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from searchsvc.errors import EngineUnavailable, SearchsvcError
from searchsvc.reindex.report import Phase, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.reindex.inputs import Footing, Inputs
    from searchsvc.reindex.report import Event
    from searchsvc.settings import WatchSettings

_STEP_MS: Final = 100  # how soon a change or a signal is noticed
_FOOTING_EVERY_S: Final = 1.0
_POLL_S: Final = 30.0  # where the system refuses to tell of changes
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 300.0
_OPENINGS: Final = 10  # times that folders may go while they are being opened
_REFUSED: Final = (OSError, WatchfilesRustInternalError)  # such as for a limit


@dataclass(frozen=True, slots=True)
class Missing:
    """Inputs that are not there; the articles that came from them stay. Empty once all are."""

    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Polling:
    """The system does not tell of changes, and why; the inputs are looked at instead."""

    reason: str
    every_s: float


@dataclass(frozen=True, slots=True)
class RunFailed:
    """A run ended with an error; the published index is as it was.

    Attributes:
        error: what is wrong and how to fix it.
        again_s: seconds until the next try.
    """

    error: str
    again_s: float


News = Missing | Polling | RunFailed


@dataclass(frozen=True, slots=True)
class Turn:
    """One run that is due.

    Attributes:
        patterns: the inputs that are there, at least one.
        keep_others: whether there are others, whose articles have to stay.
        guard: to be told each event of the run; raises EngineUnavailable before the run would
            publish without what it has lost from under its feet.
    """

    patterns: tuple[str, ...]
    keep_others: bool
    guard: Callable[[Event], None]


def follow(
    inputs: Inputs,
    run: Callable[[Turn], None],
    *,
    pace: WatchSettings,
    tell: Callable[[News], None],
) -> None:
    """Runs now and after every change; ends by an exception only, such as KeyboardInterrupt.

    A run that raises a SearchsvcError or an OSError, or finds a database damaged, is tried again
    after a pause, which grows from one second to five minutes; it is told once per length of the
    pause. Where the system stops to tell of changes, a run follows, and then it is asked anew.

    Args:
        inputs: what is followed.
        run: brings the index up to date.
        pace: when that is due.
        tell: is told what an operator should know.
    """
    missing: tuple[str, ...] = ()
    failure: RunFailed | None = None
    refused: Polling | None = None
    while True:
        with _open(inputs, pace) as eyes:
            if eyes.refused != refused:
                refused = eyes.refused
                if refused is not None:
                    tell(refused)
            standing, footing = inputs.standing(), inputs.footing()
            if standing.missing != missing:
                missing = standing.missing
                tell(Missing(missing))
            if standing.there:
                turn = Turn(standing.there, bool(missing), _guard(inputs, footing))
                failed = _attempt(run, turn, failure)
                if failed is not None:
                    if failed != failure:
                        tell(failed)
                    failure = failed
                    time.sleep(failed.again_s)
                    continue
                failure = None
            eyes.wait(_Due(inputs, footing, pace))


def _attempt(
    run: Callable[[Turn], None], turn: Turn, before: RunFailed | None
) -> RunFailed | None:
    """How a run failed, if it did; `before` is how the one before it failed."""
    try:
        run(turn)
    except (SearchsvcError, OSError) as error:
        reason = str(error)
    except sqlite3.DatabaseError as error:
        reason = (
            f"a database of the index cannot be read ({error}); run `searchsvc verify --full`,"
            " which names the file"
        )
    else:
        return None
    pause = _FIRST_PAUSE_S if before is None else before.again_s * 2
    return RunFailed(reason, min(pause, _LONGEST_PAUSE_S))


def _guard(inputs: Inputs, footing: Footing) -> Callable[[Event], None]:
    def guard(event: Event) -> None:
        publishing = isinstance(event, Progress) and event.phase is Phase.PUBLISHING
        if publishing and inputs.footing() != footing:
            raise EngineUnavailable(
                "an input has gone or come while it was read (is a disk mounted or unmounted?);"
                " the published index stays as it is"
            )

    return guard


class _Due:
    """Whether waiting is over. `watchfiles` asks it at every step, as it would an event."""

    def __init__(
        self,
        inputs: Inputs,
        footing: Footing,
        pace: WatchSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inputs = inputs
        self._footing = footing
        self._pace = pace
        self._clock = clock
        self._began = self._looked = clock()
        self._first: float | None = None
        self._last = self._began

    @property
    def pending(self) -> bool:
        """Whether something has changed."""
        return self._first is not None

    def saw(self) -> None:
        """Something has changed just now."""
        self._last = self._clock()
        if self._first is None:
            self._first = self._last

    def is_set(self) -> bool:
        now = self._clock()
        if self._first is not None:
            is_quiet = now - self._last >= self._pace.quiet_s
            return is_quiet or now - self._first >= self._pace.delay_s
        if now - self._looked >= _FOOTING_EVERY_S:
            self._looked = now
            if self._inputs.footing() != self._footing:
                self.saw()
                return False
        return now - self._began >= self._pace.rescan_s


class _Eyes(Protocol):
    """What sees changes from when it is made until it is left.

    Attributes:
        refused: where it has to look because the system does not tell.
    """

    refused: Polling | None

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def wait(self, due: _Due) -> None:
        """Return once it is due, and tell it of changes until then."""


def _open(inputs: Inputs, pace: WatchSettings) -> _Eyes:
    if pace.poll_s:
        return _Looks(inputs, pace.poll_s, pace.quiet_s)
    try:
        return _Notices(inputs)
    except _REFUSED as error:
        reason = str(error).partition(" about [")[0]  # what follows are its innards
        return _Looks(inputs, _POLL_S, pace.quiet_s, refused=Polling(reason, _POLL_S))


class _Notices:
    """Has the system tell of changes in each folder.

    Not recursively: that would follow links out of the inputs, into the index and into folders
    that are never read.
    """

    refused: Polling | None = None

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._notify = _notify(inputs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._notify.close()

    def wait(self, due: _Due) -> None:
        while not due.is_set():
            try:
                changes = self._notify.watch(_STEP_MS, _STEP_MS, 0, due)
            except _REFUSED:
                time.sleep(_FIRST_PAUSE_S)  # lest runs follow each other without end
                return  # a run follows, and then it is watched anew, or told why not
            if changes == "signal":
                raise KeyboardInterrupt
            if isinstance(changes, str):
                return
            if any(self._inputs.concern(path) for _, path in changes):
                due.saw()
            if any(self._is_new_folder(change, path) for change, path in changes):
                due.saw()  # what has changed in it until now is for the run to find
                self._notify.close()
                try:
                    self._notify = _notify(self._inputs)
                except _REFUSED:
                    return  # a run follows, and then it is told

    def _is_new_folder(self, change: int, path: str) -> bool:
        return (
            change == Change.added
            and os.path.isdir(path)  # noqa: PTH112 - a text
            and self._inputs.lead_through(path)
        )


def _notify(inputs: Inputs) -> RustNotify:
    """A watch on the folders as they are now.

    Raises:
        OSError, WatchfilesRustInternalError: the system refuses, such as for a limit.
    """
    for _ in range(_OPENINGS):
        with suppress(FileNotFoundError, PermissionError):  # a folder has gone meanwhile
            return _opened(inputs.folders())
    return _opened(inputs.folders())


def _opened(folders: list[str]) -> RustNotify:
    # It would take no word of any limit if it were told to ignore denied permissions.
    return RustNotify(
        folders,
        debug=False,
        force_polling=False,
        poll_delay_ms=0,
        recursive=False,
        ignore_permission_denied=False,
    )


class _Looks:
    """Looks at all inputs every few seconds, for disks whose changes the system does not tell.

    `watchfiles` can poll as well, but keeps every file in memory and compares times in whole
    seconds, so that it overlooks the second of two changes within one.
    """

    def __init__(
        self, inputs: Inputs, every_s: float, quiet_s: float, *, refused: Polling | None = None
    ) -> None:
        self.refused = refused
        self._inputs = inputs
        self._every_s = every_s
        self._quiet_s = quiet_s
        self._seen = inputs.state()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self, due: _Due) -> None:
        while True:
            time.sleep(min(self._every_s, self._quiet_s) if due.pending else self._every_s)
            seen = self._inputs.state()
            if seen != self._seen:
                self._seen = seen
                due.saw()
            if due.is_set():
                return
