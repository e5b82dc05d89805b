"""What a reindex tells while it runs and when it is done."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from searchsvc.engine.contract import Held, IndexStatus
    from searchsvc.errors import CorpusError

FIRST_REJECTS: Final = 20
"""How many rejects a report names itself; all of them stand in the rejects file."""

_INTERVAL_S: Final = 0.2  # five events a second look alive and cost nothing
_RATE_OVER_S: Final = 30.0  # an archive that has become slow shall be seen to be
_ESTIMATE_AFTER_S: Final = 2.0  # before that the rate says more about start-up than about speed


class Phase(StrEnum):
    """Where a reindex stands."""

    LISTING = "listing"
    READING = "reading"
    NAMING = "naming speakers"
    INDEXING = "indexing"
    PUBLISHING = "publishing"


_PACED: Final = (Phase.READING, Phase.NAMING, Phase.INDEXING)


@dataclass(frozen=True, slots=True)
class Started:
    """The first event of a run.

    Attributes:
        full: whether everything is read again.
        reason: why, where the caller did not ask for it; else None.
        resumed: articles that a run that died has extracted already.
    """

    full: bool
    reason: str | None
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """The last event of a run that was interrupted: articles that the next need not extract."""

    articles: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """A run that is one of several waits for others: who they are and how they are, in words."""

    shards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        files_done, files_total: inputs, unchanged ones included; the total is None while listing.
        articles: articles read so far; while indexing, those that are indexed.
        statements: statements extracted so far.
        share: of the work of the phase how much is done: bytes read, names settled, articles
            indexed; None while it cannot be told.
        rate: articles a second in the last half minute of this phase; while naming, names.
        left_s: until this phase is over; None while it cannot be told.
        names_done, names_total: speakers, as articles print them, whose identity has to be found
            out in this run; both 0 before that phase.
        articles_total: how many articles are to be indexed; None before that phase.
    """

    phase: Phase
    files_done: int
    files_total: int | None
    articles: int
    statements: int
    rejects: int
    share: float | None
    rate: float
    elapsed_s: float
    left_s: float | None
    names_done: int = 0
    names_total: int = 0
    articles_total: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """An article, or a whole input, that is not in the index; fields as in `CorpusError`."""

    path: str
    place: str | None
    reason: str

    @classmethod
    def at(cls, path: Path | str, place: str | None, reason: str) -> Reject:
        """These facts, fit to print: file names may hold bytes that are not text."""
        return cls(_printable(str(path)), place and _printable(place), _printable(reason))

    @classmethod
    def of(cls, error: CorpusError) -> Reject:
        """The same facts without the exception."""
        return cls.at(error.path, error.place, error.reason)


def _printable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


Event = Started | Progress | Reject | Kept | Awaited


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What a run has done.

    Attributes:
        status: what was published; None where nothing had changed and nothing was.
        full: whether everything was read again.
        reason: why, where the caller did not ask for it; else None.
        files: inputs found.
        files_read: those that were read, because they were new or had changed.
        articles: articles now in the index.
        added, replaced, removed: articles that make the difference to the generation before.
        statements: statements of the articles added and replaced.
        resumed: articles among those that were not extracted, as a run that died had done it.
        outdated_names: names as printed that the index shows under another name than a full run
            would, because it published them before it knew what it knows now.
        rejects: articles and inputs that are not in the index, those of unchanged inputs included.
        first_rejects: the first of them.
        held: what was built but held back by the gate, and why; then nothing was published.
        shard: which of several runs this was, `2/3`; None where it was the only one.
        awaited: of those others who are not done, and how they are; the last one publishes.
    """

    status: IndexStatus | None
    full: bool
    reason: str | None
    files: int
    files_read: int
    articles: int
    added: int
    replaced: int
    removed: int
    statements: int
    resumed: int
    outdated_names: int
    rejects: int
    first_rejects: tuple[Reject, ...]
    elapsed_s: float
    held: Held | None = None
    shard: str | None = None
    awaited: tuple[str, ...] = ()


class Meter:
    """Counts of a run under way; tells its listener about them a few times a second."""

    def __init__(
        self, listener: Callable[[Event], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.files_done = 0
        self.files_total: int | None = None
        self.articles = 0
        self.statements = 0
        self.rejects = 0
        self.bytes_done = 0
        self.bytes_total = 0
        self.indexed = 0
        self.to_index = 0
        self.names_done = 0
        self.names_total = 0
        self._phase = Phase.LISTING
        self._listener = listener
        self._clock = clock
        self._began = self._entered = clock()
        self._lately: deque[tuple[float, int]] = deque()
        self._told = -_INTERVAL_S

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._began

    def start(self, *, full: bool, reason: str | None, resumed: int) -> None:
        """Tell how the run goes about its work."""
        self._listener(Started(full, reason, resumed))

    def keep(self, articles: int) -> None:
        """Tell what an interrupted run leaves to the next."""
        self._listener(Kept(articles))

    def wait(self, shards: tuple[str, ...]) -> None:
        """Tell for whom the run waits."""
        self._listener(Awaited(shards))

    def enter(self, phase: Phase) -> None:
        """Begin `phase` and tell so at once."""
        self._phase = phase
        self._entered = self._clock()
        self._lately = deque([(self._entered, self._work().counted)])
        self._tell()

    def tick(self) -> None:
        """Tell how far the run is, unless that was told just now."""
        if self._clock() - self._told >= _INTERVAL_S:
            self._tell()

    def reject(self, reject: Reject) -> None:
        """Count and tell a reject."""
        self.rejects += 1
        self._listener(reject)

    def _tell(self) -> None:
        self._told = self._clock()
        spent = self._told - self._entered
        work = self._work()
        self._listener(
            Progress(
                phase=self._phase,
                files_done=self.files_done,
                files_total=self.files_total,
                articles=self.indexed if self._phase is Phase.INDEXING else self.articles,
                statements=self.statements,
                rejects=self.rejects,
                share=work.done / work.total if work.done else None,
                rate=self._rate(work.counted) if self._phase in _PACED else 0.0,
                elapsed_s=self._told - self._began,
                left_s=_left_s(spent, work.done, work.total) if self._phase in _PACED else None,
                names_done=self.names_done,
                names_total=self.names_total,
                articles_total=self.to_index if self._phase is Phase.INDEXING else None,
            )
        )

    def _rate(self, counted: int) -> float:
        """How many a second there were lately."""
        lately = self._lately
        while len(lately) > 1 and lately[1][0] <= self._told - _RATE_OVER_S:
            lately.popleft()
        since, before = lately[0]
        if self._told - lately[-1][0] >= 1:
            lately.append((self._told, counted))
        return (counted - before) / (self._told - since) if self._told > since else 0.0

    def _work(self) -> _Work:
        if self._phase is Phase.NAMING:
            return _Work(self.names_done, self.names_total, self.names_done)
        if self._phase is Phase.INDEXING:
            return _Work(self.indexed, self.to_index, self.indexed)
        return _Work(self.bytes_done, self.bytes_total, self.articles)


class _Work(NamedTuple):
    """What a phase has done of what it has to do, and what its rate counts."""

    done: int
    total: int
    counted: int


def _left_s(spent_s: float, done: int, total: int) -> float | None:
    """While reading by bytes: an archive may mix files of one article with files of a million."""
    if spent_s < _ESTIMATE_AFTER_S or not done:
        return None
    return spent_s * (total - done) / done
