"""Which generation answers: the published one, or an earlier one where that is damaged.

`CURRENT` is looked at once a call. Where it is lost, what is open goes on answering. Where it was
replaced, a small generation is opened by the call that notices, and a large one beside the
searches, which go on with the one before; requests in flight finish on the one that they began with.

What is damaged is refused, on opening or when a request comes upon it, and the latest earlier
generation that answers takes its place until `CURRENT` is replaced. Generations share files and
so may share the damage. Where none answers, the request is refused, and those that do not need
what is damaged are answered still.

Generations that were replaced can be asked by name, see `held`.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from searchsvc.engine.whoosh.generations import CURRENT, previous_generations, read_current
from searchsvc.engine.whoosh.held import Held
from searchsvc.engine.whoosh.manifest import read_manifest
from searchsvc.engine.whoosh.snapshot import Snapshot, open_snapshot
from searchsvc.engine.whoosh.warming import warm
from searchsvc.errors import (
    EngineError,
    EngineUnavailable,
    GenerationGone,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

Mark = tuple[int, int, int]
"""Inode, time of change and size of `CURRENT`; it is replaced, never rewritten."""

GONE: Final = (0, 0, 0)
"""What a missing `CURRENT` is marked by."""

OPENED_AT_ONCE_BYTES: Final = 64 << 20
"""Generations up to this size are opened by the call that notices them, in 50 ms at most: some
5,000 articles."""

RETRY_S: Final = 5.0
"""After this time a generation is tried again that could not be opened for want of resources."""

_log = logging.getLogger(__name__)


class Refusal(NamedTuple):
    """A generation that is not used, or was found damaged, and why."""

    generation: str
    error: IndexCorrupt | IndexIncompatible

    def told(self, index: Path) -> str:
        """It in a line: the file, relative to the index folder, and what is wrong with it."""
        path = Path(self.error.path)
        file = path.relative_to(index) if path.is_relative_to(index) else path.name
        if isinstance(self.error, IndexCorrupt):
            return f"{file}: {self.error.reason}"
        return f"{file}: was written in another format"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What answers as long as `CURRENT` is what it was.

    Attributes:
        mark: what it was.
        published: the generation that it names.
        snapshot: the generation that answers; None where none does.
        refused: generations that are damaged, the latest first. The last one of them may answer
            all the same, where no other does.
        failure: why none answers.
    """

    mark: Mark
    published: str
    snapshot: Snapshot | None
    refused: tuple[Refusal, ...] = ()
    failure: EngineError | None = None

    def opened(self) -> Snapshot:
        """The generation that answers. Raises what `SearchEngine.search` does."""
        if self.snapshot is None:
            assert self.failure is not None  # noqa: S101 - one of the two is there
            raise self.failure.with_traceback(None)
        return self.snapshot


class Published:
    """What the published generation of an index folder answers; shared by all threads."""

    def __init__(self, path: Path, *, held_s: float = 0.0) -> None:
        """Remember where the index is; the first question opens it.

        What was replaced is held for `held_s` seconds.
        """
        self._path = path
        self._current = str(path / CURRENT)
        self._standing: Standing | None = None
        self._opening: Future[Standing] | None = None
        self._not_before = 0.0
        self._closed = False
        self._held = Held(held_s)
        self._asked_for = ""
        self._lock = threading.Lock()
        self._refusing = threading.Lock()
        self._reopening = threading.Lock()

    def ask(self, question: Callable[[Snapshot], T]) -> T:
        """What `question` says of the published generation, or of what answers in its place.

        Raises:
            IndexMissing, IndexIncompatible, IndexCorrupt, EngineUnavailable: see the contract.
        """
        while True:
            standing = self.now()
            snapshot = standing.opened()
            try:
                return question(snapshot)
            except IndexCorrupt as error:
                with self._refusing:
                    if self._standing is standing:  # nobody has found another one meanwhile
                        return self._elsewhere(standing, error, question)

    def ask_of(self, name: str, question: Callable[[Snapshot], T]) -> T:
        """What `question` says of the generation of this name, and of no other.

        Raises:
            GenerationGone: it is not kept any more, or is damaged.
            IndexMissing, IndexIncompatible, EngineUnavailable: see the contract.
        """
        try:
            return question(self._named(name))
        except (IndexCorrupt, IndexIncompatible) as error:
            raise GenerationGone(self._path, name) from error

    def latest(self) -> Standing:
        """What answers once the generation that is published now is open."""
        standing = self.now()
        while (opening := self._opening) is not None and standing.mark != self._look():
            wait([opening])
            standing = self.now()
        return standing

    def close(self) -> None:
        """Let go of everything, once no generation is being opened any more."""
        with self._lock:
            self._closed = True
            opening, self._opening = self._opening, None
            self._standing = None
            self._held.clear()
        if opening is not None:
            wait([opening])

    # Opening.

    def _named(self, name: str) -> Snapshot:
        """The generation of this name. Raises as `ask_of`, or IndexCorrupt."""
        standing = self.now()
        if standing.snapshot is None or standing.snapshot.name != name:
            if (held := self._held.get(name)) is not None:
                return held
            published = self._published_now() or standing.published
            if name == published:  # another process may have answered from it already
                standing = self.latest()
            elif name not in self._earlier(published):
                raise GenerationGone(self._path, name)
        if standing.snapshot is not None and standing.snapshot.name == name:
            self._asked_for = name
            return standing.snapshot
        with self._reopening:  # once for all who ask for it meanwhile, and one after the other
            if (held := self._held.get(name)) is not None:
                return held
            opened = open_snapshot(self._path / name, standing.snapshot)
            self._held.put(opened, asked=True)
            return opened

    def _published_now(self) -> str | None:
        """The name that `CURRENT` has; None where it cannot be read."""
        try:
            return read_current(self._path)
        except EngineError:
            return None

    def now(self) -> Standing:
        """What answers now; only the first call of all waits until a large generation is open."""
        self._held.drop_expired()
        standing = self._standing
        if standing is None or standing.mark != self._look():
            with self._lock:
                return self._renewed()
        return standing

    def _renewed(self) -> Standing:
        """As `now`; the caller holds the lock."""
        if self._closed:
            raise EngineUnavailable(f"{self._path}: the engine has been closed")
        mark = self._look()
        if self._opening is not None and self._opening.done():
            opening, self._opening = self._opening, None
            self._take(opening.result)
        standing = self._standing
        if standing is None or (standing.snapshot is None and standing.mark != mark):
            standing = self._standing = self._open(mark, standing)
        elif standing.mark != mark and self._opening is None and self._is_time():
            if standing.snapshot is not None and not self._is_small(standing.snapshot):
                self._opening = _beside(self._open_warm, mark, standing)
            else:
                self._take(partial(self._open, mark, standing))
        return self._standing or standing

    def _take(self, opened: Callable[[], Standing]) -> None:
        """Answer from what `opened` gives; where it could not be opened, from what there was."""
        before = self._standing
        try:
            now = self._standing = opened()
        except EngineUnavailable as error:
            _log.error("%s; what was published before answers meanwhile", error)
            self._not_before = time.monotonic() + RETRY_S
        else:
            if before and before.snapshot and before.snapshot is not now.snapshot:
                asked = before.snapshot.name == self._asked_for
                self._held.put(before.snapshot, asked=asked)

    def _is_time(self) -> bool:
        return time.monotonic() >= self._not_before

    def _is_small(self, answering: Snapshot) -> bool:
        """Whether what is published now is opened at once."""
        try:
            manifest = read_manifest(self._path / read_current(self._path))
        except EngineError:  # an earlier one will have to do
            manifest = answering.manifest
        return manifest.size_bytes <= OPENED_AT_ONCE_BYTES

    def _open(self, mark: Mark, before: Standing | None) -> Standing:
        """What answers from now on, `CURRENT` being as at `mark` or later.

        Raises:
            IndexMissing: nothing is published, and nothing was open.
            EngineUnavailable: files cannot be opened just now.
        """
        opened = self._attempt(mark, before)
        # What is refused may have been replaced and dropped while it was being opened.
        while (opened.refused or opened.failure) and (changed := self._look()) != mark:
            mark = changed
            opened = self._attempt(mark, before)
        for each in opened.refused:
            self._log(each)
        return opened

    def _open_warm(self, mark: Mark, before: Standing) -> Standing:
        """As `_open`, with everything made that searches have needed so far."""
        opened = self._open(mark, before)
        if opened.snapshot is not None and before.snapshot is not None:
            warm(opened.snapshot, before.snapshot)
        return opened

    def _attempt(self, mark: Mark, before: Standing | None) -> Standing:
        try:
            name = read_current(self._path)
        except IndexMissing:
            if before is None or before.snapshot is None:
                raise
            return _without_current(mark, before, IndexCorrupt(self._current, "is missing"))
        except IndexCorrupt as error:
            if before is None or before.snapshot is None:
                return Standing(mark, "", None, failure=error)
            return _without_current(mark, before, error)
        refused: list[Refusal] = []
        for each in (name, *self._earlier(name)):
            try:
                snapshot = open_snapshot(
                    self._path / each, None if before is None else before.snapshot
                )
            except IndexCorrupt as error:
                refused.append(Refusal(each, error))
            except IndexIncompatible as error:
                if each == name:  # sound, but made by another version: nothing to be covered up
                    return Standing(mark, name, None, failure=error)
                refused.append(Refusal(each, error))
            else:
                return Standing(mark, name, snapshot, tuple(refused))
        return Standing(mark, name, None, tuple(refused), refused[0].error)

    def _look(self) -> Mark:
        try:
            found = os.stat(self._current)  # noqa: PTH116 - every search does it, and a Path costs twice as much
        except FileNotFoundError:
            return GONE
        except OSError as error:
            raise EngineUnavailable(f"{self._path}: cannot be read ({error.strerror})") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    # Refusing.

    def _elsewhere(
        self, standing: Standing, error: IndexCorrupt, question: Callable[[Snapshot], T]
    ) -> T:
        """What the latest earlier generation says that answers; it takes the place of this one.

        The caller holds the lock on refusals.

        Raises:
            IndexCorrupt: `error`, where none answers; then nothing takes its place.
        """
        damaged = standing.opened().name
        refused = list(standing.refused)
        known = {each.generation for each in refused}
        if damaged not in known:
            refused.append(Refusal(damaged, error))
        for name in self._earlier(damaged):
            if name in known:
                continue
            try:
                other = open_snapshot(self._path / name, standing.snapshot)
                answer = question(other)
            except (IndexCorrupt, IndexIncompatible) as found:
                refused.append(Refusal(name, found))
            else:
                self._replace(standing, replace(standing, snapshot=other, refused=tuple(refused)))
                return answer
        self._replace(standing, replace(standing, refused=tuple(refused)))
        raise error

    def _replace(self, standing: Standing, by: Standing) -> None:
        """Put another one in place of `standing`, unless it has been replaced already."""
        for each in by.refused[len(standing.refused) :]:
            self._log(each)
        with self._lock:
            if self._standing is standing:
                self._standing = by

    def _log(self, refusal: Refusal) -> None:
        _log.error("%s is damaged or cannot be read: %s", refusal.generation, refusal.error)

    def _earlier(self, name: str) -> tuple[str, ...]:
        """Generations kept from before `name`, latest first."""
        try:
            return previous_generations(self._path, name)
        except OSError:  # then none of them can be read either
            return ()


def _without_current(mark: Mark, before: Standing, damage: IndexCorrupt) -> Standing:
    """What is open goes on: which one is published cannot be told, and it is whole."""
    others = (each for each in before.refused if each.generation != CURRENT)
    return replace(before, mark=mark, refused=(Refusal(CURRENT, damage), *others))


def _beside(
    open_: Callable[[Mark, Standing], Standing], mark: Mark, before: Standing
) -> Future[Standing]:
    """What `open_` gives, in a thread of its own that ends with it."""
    with_one = ThreadPoolExecutor(1, thread_name_prefix="searchsvc-opening")
    opening = with_one.submit(open_, mark, before)
    with_one.shutdown(wait=False)
    return opening
