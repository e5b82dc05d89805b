"""The seam's other side: how a generation is made, published, held back and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus, SearchRequest, SearchResult
    from searchsvc.model import ArticleDocument, StatementDocument


PEAK_AGE: Final = dt.timedelta(days=30)
"""How long a gate remembers that there was more."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most documents of a collection that a generation has held of late.

    Attributes:
        count: how many.
        generation: the latest that held as many.
        built_at: when that was built, UTC.
    """

    count: int
    generation: str
    built_at: dt.datetime

    def with_own(self, own: Peak, *, now: dt.datetime) -> Peak:
        """`own`, of a later generation, if that holds no less or this one is too old; else this."""
        return own if own.count >= self.count or now - self.built_at > PEAK_AGE else self


@dataclass(frozen=True, slots=True)
class Peaks:
    """What a gate compares with, lest an archive melt away in steps that are allowed each.

    A generation that passes its gate hands its peaks on to the next one. Those of one that the
    operator wanted (released, or published without a gate) are its own counts, and so are those
    after a time of `PEAK_AGE` without as many.
    """

    articles: Peak
    statements: Peak

    def with_own(self, status: IndexStatus, *, now: dt.datetime) -> Peaks:
        """These after a later generation, at `now`."""
        own = peaks_of(status)
        return Peaks(
            self.articles.with_own(own.articles, now=now),
            self.statements.with_own(own.statements, now=now),
        )


def peaks_of(status: IndexStatus) -> Peaks:
    """The counts of a generation."""
    named = status.generation, status.built_at
    return Peaks(Peak(status.articles, *named), Peak(status.statements, *named))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generation that is complete, before it is published.

    Attributes:
        before: what is published still; where that is damaged, what was before it; None where
            nothing is published.
        peaks: the counts of `before`, or larger ones of late; None where that is.
        status: what would be published.
        search: answers from it, as `SearchEngine.search` does from what is published.
    """

    before: IndexStatus | None
    peaks: Peaks | None
    status: IndexStatus
    search: Callable[[SearchRequest], SearchResult]


Gate = Callable[[Candidate], Sequence[str]]
"""Gives the reasons why a generation is not to be published; none where it may be."""


class IndexBuild(Protocol):
    """A generation in the making; invisible until `publish`. One thread, one use."""

    @property
    def fresh(self) -> bool:
        """Whether it starts empty rather than from the published generation."""
        ...

    def sidecar(self, name: str) -> Path:
        """Where the caller may keep a file of its own that is published with the generation.

        In a build that is not fresh a copy of the published generation's file is already there.
        """
        ...

    def scratch(self, name: str) -> Path:
        """Where the caller may keep a file for the build after this one, should this one fail.

        It outlives the build, abandoned, killed or held back, and is swept when one is published
        or released, or by `IndexWriter.prune`.
        """
        ...

    def add(self, article: ArticleDocument, statements: Sequence[StatementDocument]) -> None:
        """Index an article and its statements; the article must not be in the build already."""
        ...

    def remove(self, article_ids: Sequence[str]) -> None:
        """Take out articles that the published generation holds, and their statements.

        May be called before or after `add` of an article with the same id; it never touches what
        this build added.
        """
        ...

    def publish(
        self,
        *,
        rejects: int,
        versions: tuple[tuple[str, str], ...] = (),
        gate: Gate | None = None,
    ) -> IndexStatus:
        """Make everything durable, then put it in place of the published generation at once.

        Args:
            rejects: inputs that could not be read.
            versions: name and version of what the caller made the documents with, reported by
                `IndexStatus.versions` after those of the format and the analyzer.
            gate: is asked between the two; None lets everything pass.

        Raises:
            HeldBack: the gate gave reasons. What is published stays; the new generation, complete
                and durable, waits for `IndexWriter.release` in place of one that was held before.
        """
        ...

    def abandon(self) -> None:
        """Delete everything written; the published generation is untouched. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several runs, mostly on several machines, that make one generation together.

    Attributes:
        number: from 1 to `of`.
        of: how many there are.
    """

    number: int
    of: int

    def __str__(self) -> str:
        """As it is asked for: `2/3`."""
        return f"{self.number}/{self.of}"


class SharedBuild(IndexBuild, Protocol):
    """A build that several runs make together, each with its own share of the articles.

    What one hands in is kept until the generation is published, also where its run dies: whoever
    runs that shard again goes on in the same build.
    """

    @property
    def shard(self) -> Shard:
        """Which of them this is."""
        ...

    def agree(self, facts: Mapping[str, str]) -> None:
        """Say what has to be the same for all of them.

        Raises:
            EngineUnavailable: another one has said otherwise.
        """
        ...

    def hand_in(self, step: str, files: Mapping[str, Path], *, facts: str) -> None:
        """Give files to all others.

        Args:
            step: what they come from.
            files: by name.
            facts: what the files say, in short; what was handed in before must have said the same.

        Raises:
            EngineUnavailable: this shard has handed in something else before.
        """
        ...

    def awaited(self, step: str) -> tuple[str, ...]:
        """Who has not handed in the files of a step, one sentence each; none when all have."""
        ...

    def handed_in(self, step: str, shard: int, name: str, target: Path) -> None:
        """Write a file that a shard has handed in to `target`."""
        ...

    def finish(self) -> bool:
        """Send what is not sent yet, and say so; returns whether this one is to publish.

        The last one is: then all documents of all shards are there. The others `abandon`.
        """
        ...


class SharedWriter(Protocol):
    """Lets several runs make one generation."""

    def join_build(self, shard: Shard) -> SharedBuild:
        """The build of this shard: a new one, always from nothing, or the one that is under way.

        Raises:
            EngineUnavailable: another build is under way, or another run is at work as this shard.
        """
        ...


class IndexWriter(Protocol):
    """Builds and publishes generations; one build at a time, across processes."""

    def start_build(self, *, fresh: bool) -> IndexBuild:
        """A new generation, empty or from the published one; fresh if there is none to start from.

        Raises:
            EngineUnavailable: another build holds the lock, or the folder cannot be written.
            IndexIncompatible, IndexCorrupt: the published generation cannot be built upon.
        """
        ...

    def rollback(self) -> IndexStatus:
        """Publish the latest sound generation before the current one; the current one is dropped.

        Where it cannot be told which one is published, that is the latest sound one of all. One that
        is held back is no target and stays: it is complete whatever it was built upon, and may be
        what the operator wants instead.

        Raises:
            EngineUnavailable: another build holds the lock.
            GenerationMissing: there is no previous generation.
            IndexMissing: there is none at all.
        """
        ...

    def release(self) -> IndexStatus:
        """Publish the generation that was held back, whatever was published or undone meanwhile.

        Raises:
            EngineUnavailable: another build holds the lock.
            GenerationMissing: none is held.
            IndexMissing: there is no index at all.
        """
        ...

    def prune(self, *, keep: int) -> tuple[str, ...]:
        """Delete what is not needed to answer; returns the names of what has gone.

        That is: what builds that died or were held back have left, a generation that is held back, and generations
        before the latest `keep`, the published one included. Where nothing is published, what is
        held back stays.

        Raises:
            EngineUnavailable: another build holds the lock, or the folder cannot be written.
            IndexCorrupt, IndexIncompatible: what is published cannot be read; nothing is deleted,
                because what is old may be all that answers.
        """
        ...
