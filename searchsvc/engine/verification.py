"""The seam's question about soundness: is this index what was written, and does it hold together?

A quick look compares names and sizes, and the content of small files as opening does. A full one
reads everything: what is stored is the truth, and whatever else the index holds must follow from
it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_INTERVAL_S: Final = 0.2  # five events a second look alive and cost nothing
_ESTIMATE_AFTER_S: Final = 2.0  # before that the rate says more about start-up than about speed


class Step(StrEnum):
    """Where a verification stands; in this order, of which a quick one takes the first two."""

    FILES = "comparing sizes"
    CHECKSUMS = "comparing checksums"
    POSTINGS = "following postings"
    DOCUMENTS = "comparing with the stored documents"
    SIDECARS = "comparing with the ledger"


class Finding(NamedTuple):
    """Something that is not as it should be.

    Attributes:
        path: the file, or the folder, that it was found in.
        what: is wrong with it.
        where: inside of it (`document a17, field speaker`), or None.
    """

    path: str
    what: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A `Finding`, and what to do about it.

    Attributes:
        remedy: what the operator can do, as a sentence without its full stop.
    """

    path: str
    where: str | None
    what: str
    remedy: str

    def __str__(self) -> str:
        """`path: where: what`."""
        return ": ".join(part for part in (self.path, self.where, self.what) if part)


@dataclass(frozen=True, slots=True)
class VerifyProgress:
    """How far a verification is.

    Attributes:
        step: what is being done.
        done, total: of the step: bytes of checksums; of the others articles and statements, while
            postings are followed once for each of their fields.
        rate: so many a second since the step began.
        elapsed_s: since the verification began.
        left_s: of the step; None while it cannot be told.
    """

    step: Step
    done: int
    total: int
    rate: float
    elapsed_s: float
    left_s: float | None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What came of a verification.

    Attributes:
        generation: that was looked at.
        published: whether it is the one that is searched; None where nothing tells.
        full: whether all of it was read, or of large files only name and size.
        problems: all that was found; of many that are alike the first, and how many more.
        files, size_bytes: compared.
        articles, statements: read, and compared with everything that was made of them.
        questions: asked of the index and of the stored documents one by one.
        elapsed_s: seconds that it took.
    """

    generation: str
    published: bool | None
    full: bool
    problems: tuple[Problem, ...]
    files: int
    size_bytes: int
    articles: int
    statements: int
    questions: int
    elapsed_s: float

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Contents:
    """What a generation says of itself, for those who published files of their own with it.

    Attributes:
        sidecar: where the file of a name lies.
        article_ids: gives the ids of all articles, ascending; None where they could not be read.
        rejects: inputs that the build could not read.
    """

    sidecar: Callable[[str], Path]
    article_ids: Callable[[], Iterator[str]] | None
    rejects: int


class IndexVerifier(Protocol):
    """Looks for damage; reads only, and works where the engine refuses. One thread."""

    def verify(
        self,
        *,
        generation: str | None = None,
        full: bool = False,
        tell: Callable[[VerifyProgress], None] = ...,
        sidecars: Callable[[Contents], Iterable[Finding]] | None = None,
    ) -> VerifyReport:
        """What is wrong with a generation; damage is reported and never raised.

        Args:
            generation: its name; None for the published one.
            full: read everything; else names and sizes are compared, and the content of those
                files that are compared whenever the engine opens the generation.
            tell: is told how far it is, a few times a second.
            sidecars: is asked, in a full look, about the files that `IndexBuild.sidecar` handed
                out.

        Raises:
            IndexMissing: nothing has been published.
            GenerationMissing: there is no such generation.
            EngineUnavailable: it was dropped meanwhile.
        """
        ...


class Pace:
    """Counts of a verification under way; tells its listener about them a few times a second."""

    def __init__(
        self,
        listener: Callable[[VerifyProgress], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin now."""
        self._listener = listener
        self._clock = clock
        self._began = self._entered = clock()
        self._told = -_INTERVAL_S
        self._step = Step.FILES
        self._done = self._total = 0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the verification began."""
        return self._clock() - self._began

    def enter(self, step: Step, total: int) -> None:
        """Begin a step of so many bytes or documents, and tell so at once."""
        self._step, self._done, self._total = step, 0, total
        self._entered = self._clock()
        self._tell()

    def advance(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        if self._clock() - self._told >= _INTERVAL_S:
            self._tell()

    def _tell(self) -> None:
        self._told = now = self._clock()
        spent = now - self._entered
        rate = self._done / spent if spent > 0 else 0.0
        left_s = None
        if rate and spent >= _ESTIMATE_AFTER_S:
            left_s = max(self._total - self._done, 0) / rate
        self._listener(
            VerifyProgress(self._step, self._done, self._total, rate, now - self._began, left_s)
        )
