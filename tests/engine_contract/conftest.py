"""One engine at a time: `engine` is the reference, then Whoosh in an empty folder, then a cluster."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import SearchSettings
from tests.cluster.engines import opened_cluster
from tests.reference_engine import ReferenceEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from searchsvc.engine.building import Gate, IndexWriter
    from searchsvc.engine.contract import (
        IndexStatus,
        SearchEngine,
        SearchRequest,
        SearchResult,
    )
    from searchsvc.model import ArticleDocument, StatementDocument

    Pair = tuple[ArticleDocument, Sequence[StatementDocument]]

ENGINES = ("reference", "whoosh", "opensearch")
KEEP = 3
REAL_ENGINES = ENGINES[1:]
"""For tests that compare with the reference, or whose archives it would take minutes to search."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Both halves of an engine under test, and the two steps that every test takes.

    Attributes:
        reader_by: opens another reader of the same archive, by other settings; None for the
            reference.
    """

    reader: SearchEngine
    writer: IndexWriter
    reader_by: Callable[[SearchSettings], SearchEngine] | None = None

    def search(self, request: SearchRequest) -> SearchResult:
        return self.reader.search(request)

    def ids(self, request: SearchRequest) -> list[str]:
        return [hit.document.id for hit in self.reader.search(request).hits]

    def publish(
        self,
        *pairs: Pair,
        fresh: bool = True,
        remove: Sequence[str] = (),
        rejects: int = 0,
        gate: Gate | None = None,
    ) -> IndexStatus:
        build = self.writer.start_build(fresh=fresh)
        build.remove(remove)
        for article, statements in pairs:
            build.add(article, statements)
        return build.publish(rejects=rejects, gate=gate)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of the test's own."""
    with _opened(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(params=ENGINES, scope="module")
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine that one fixture of the module fills and its tests only read."""
    with _opened(request.param, tmp_path_factory.mktemp("engine")) as opened:
        yield opened


@contextmanager
def _opened(name: str, path: Path) -> Iterator[Engine]:
    if name == "reference":
        reference = ReferenceEngine(keep=KEEP, folder=path)
        yield Engine(reference, reference)
        return
    if name == "opensearch":
        with opened_cluster(path, keep=KEEP) as cluster:
            yield Engine(cluster.reader, cluster.writer, cluster.reader_by)
        return
    reader = WhooshEngine(path / "index", SearchSettings())
    writer = WhooshIndexWriter(path / "index", KEEP)
    yield Engine(reader, writer, lambda settings: WhooshEngine(path / "index", settings))
    reader.close()
