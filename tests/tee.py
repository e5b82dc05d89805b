"""A writer that hands the same documents to two engines, so that they can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from searchsvc.engine.building import Gate, IndexBuild, IndexWriter
    from searchsvc.engine.contract import IndexStatus
    from searchsvc.model import ArticleDocument, StatementDocument


class Tee:
    """`IndexWriter` over two; what it returns is the first one's."""

    def __init__(self, first: IndexWriter, second: IndexWriter) -> None:
        self._writers = (first, second)

    def start_build(self, *, fresh: bool) -> TeeBuild:
        first, second = (writer.start_build(fresh=fresh) for writer in self._writers)
        return TeeBuild(first, second)

    def rollback(self) -> IndexStatus:
        first, _ = (writer.rollback() for writer in self._writers)
        return first

    def release(self) -> IndexStatus:
        first, _ = (writer.release() for writer in self._writers)
        return first

    def prune(self, *, keep: int) -> tuple[str, ...]:
        first, _ = (writer.prune(keep=keep) for writer in self._writers)
        return first


class TeeBuild:
    """`IndexBuild` over two; sidecars are the first one's."""

    def __init__(self, first: IndexBuild, second: IndexBuild) -> None:
        self._first = first
        self._builds = (first, second)

    @property
    def fresh(self) -> bool:
        return self._first.fresh

    def sidecar(self, name: str) -> Path:
        return self._first.sidecar(name)

    def scratch(self, name: str) -> Path:
        return self._first.scratch(name)

    def add(self, article: ArticleDocument, statements: Sequence[StatementDocument]) -> None:
        for build in self._builds:
            build.add(article, statements)

    def remove(self, article_ids: Sequence[str]) -> None:
        for build in self._builds:
            build.remove(article_ids)

    def publish(
        self,
        *,
        rejects: int,
        versions: tuple[tuple[str, str], ...] = (),
        gate: Gate | None = None,
    ) -> IndexStatus:
        first, _ = (
            build.publish(rejects=rejects, versions=versions, gate=gate) for build in self._builds
        )
        return first

    def abandon(self) -> None:
        for build in self._builds:
            build.abandon()
