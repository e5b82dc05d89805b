"""An archive of its own in the live cluster, and what its builds are asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from searchsvc.settings import OpenSearchSettings, SearchSettings
from tests.builders import article_document, statement_document
from tests.cluster.live import live_urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from searchsvc.engine.building import Gate
    from searchsvc.engine.contract import IndexStatus, SearchRequest, SearchResult
    from searchsvc.engine.opensearch.building.writer import OpenSearchIndexWriter
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.opensearch.publishing.generations import Generations
    from searchsvc.engine.verification import VerifyReport
    from searchsvc.model import ArticleDocument, StatementDocument

    Pair = tuple[ArticleDocument, Sequence[StatementDocument]]

KEEP = 3
_SEARCH = SearchSettings()


def pair(name: str, *, statements: int = 1, **changes: object) -> Pair:
    """An article with statements."""
    article = article_document(id=name, **changes)
    return article, tuple(
        statement_document(id=f"{name}:{number}", article_id=name)
        for number in range(1, statements + 1)
    )


def settings(prefix: str) -> OpenSearchSettings:
    return OpenSearchSettings(
        urls=live_urls(), prefix=prefix, shards=2, lease_s=3, ready_s=60, retry_s=5
    )


@dataclass(frozen=True)
class Archive:
    """An archive in the cluster, as one machine sees it."""

    client: Client
    folder: Path
    prefix: str
    held_s: float = 0.0

    @property
    def writer(self) -> OpenSearchIndexWriter:
        return self.writer_with()

    def writer_with(self, **changes: Any) -> OpenSearchIndexWriter:
        """A writer with other settings of the cluster."""
        from searchsvc.engine.opensearch.building.writer import OpenSearchIndexWriter

        return OpenSearchIndexWriter(
            self.client,
            replace(settings(self.prefix), **changes),
            self.folder,
            keep=KEEP,
            held_s=self.held_s,
            search=_unasked,
        )

    def verify(self, **options: object) -> VerifyReport:
        from searchsvc.engine.opensearch.answering.engine import search_of
        from searchsvc.engine.opensearch.verifying.verifier import OpenSearchVerifier

        own = settings(self.prefix)
        verifier = OpenSearchVerifier(self.client, own, search_of(self.client, own, _SEARCH))
        return verifier.verify(**options)  # type: ignore[arg-type]  # as given

    @property
    def generations(self) -> Generations:
        from searchsvc.engine.opensearch.publishing.generations import Generations

        return Generations(self.client, self.prefix)

    def elsewhere(self, folder: Path) -> Archive:
        """The same archive as another machine sees it."""
        return replace(self, folder=folder)

    def publish(
        self,
        *pairs: Pair,
        fresh: bool = False,
        remove: Sequence[str] = (),
        gate: Gate | None = None,
        sidecar: str | None = None,
    ) -> IndexStatus:
        build = self.writer.start_build(fresh=fresh)
        if sidecar is not None:
            build.sidecar("notes.txt").write_text(sidecar)
        build.remove(remove)
        for article, statements in pairs:
            build.add(article, statements)
        return build.publish(rejects=0, gate=gate)

    def ids(self, index: str | None = None) -> list[str]:
        """Ids of all documents of what is published, or of an index."""
        body = {"size": 10_000, "sort": ["id"], "_source": False}
        found = self.client.ask("POST", f"/{index or self.prefix}/_search", body)
        return [hit["sort"][0] for hit in found["hits"]["hits"]]

    def copies(self, index: str) -> set[str]:
        """What OpenSearch calls the copies of the shards of an index; new ones have new names."""
        path = f"/_cluster/state/routing_table/{index}"
        shards = self.client.get(path)["routing_table"]["indices"][index]["shards"]
        found = (copy["allocation_id"] for each in shards.values() for copy in each)
        return {each["id"] for each in found}

    def indices(self) -> list[str]:
        """Names of all of its indices, but that of the notes."""
        found = self.client.get(f"/_cat/indices/{self.prefix}-*", {"format": "json"})
        names = (each["index"] for each in found)
        return sorted(name for name in names if not name.endswith("-builds"))


@contextmanager
def archive(client: Client, folder: Path) -> Iterator[Archive]:
    """An archive in which nothing is published yet; gone afterwards."""
    made = Archive(client, folder, f"test-{uuid4().hex[:12]}")
    yield made
    client.ask("DELETE", f"/{made.prefix}-*", params={"ignore_unavailable": "true"})


def _unasked(generation: str, request: SearchRequest) -> SearchResult:
    raise AssertionError(f"{generation} is asked {request}")
