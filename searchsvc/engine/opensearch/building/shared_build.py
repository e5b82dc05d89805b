"""The seam's `SharedBuild`: one shard's part in a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchsvc.engine.opensearch.building.build import OpenSearchBuild
from searchsvc.engine.opensearch.building.loading import replicas_of
from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.notes import reporting
from searchsvc.engine.opensearch.publishing import files
from searchsvc.engine.opensearch.publishing.manifest import FileRecord
from searchsvc.errors import EngineUnavailable
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from searchsvc.engine.building import Shard
    from searchsvc.engine.opensearch.building.build import Means
    from searchsvc.engine.opensearch.building.lease import Lease
    from searchsvc.engine.opensearch.building.sharing import Sharing
    from searchsvc.engine.opensearch.building.workplace import Workplace


class OpenSearchSharedBuild(OpenSearchBuild):
    """`SharedBuild` over a cluster."""

    def __init__(
        self,
        means: Means,
        workplace: Workplace,
        lease: Lease,
        *,
        name: str,
        shard: Shard,
        sharing: Sharing,
    ) -> None:
        """Take part in the making of generation `name`, whose index is made by whoever is first."""
        self._shard = shard
        self._sharing = sharing
        self._is_last = False
        super().__init__(means, workplace, lease, name=name, parent=None)
        generations = means.generations
        self._exchange = names.shared_of(generations.prefix, name)
        files.make(generations.client, self._exchange, replicas=replicas_of(means.settings))

    @property
    def shard(self) -> Shard:
        """See the contract."""
        return self._shard

    @reporting()
    def agree(self, facts: Mapping[str, str]) -> None:
        """See the contract."""
        self._sharing.agree(facts)

    @reporting()
    def hand_in(self, step: str, files_: Mapping[str, Path], *, facts: str) -> None:
        """See the contract."""
        before = self._steps(self._shard.number).get(step)
        if before is not None:
            if before["facts"] != facts:
                raise EngineUnavailable(
                    f"shard {self._shard} has handed in something else before, and the others may"
                    " have gone on from that; drop the build (searchsvc prune) and run all of its"
                    " shards again"
                )
            return
        client = self._means.generations.client
        records = {
            name: files.upload(client, self._exchange, file, self._called(step, name))
            for name, file in files_.items()
        }
        self._sharing.hand_in(
            self._shard,
            step,
            {
                "facts": facts,
                "files": {
                    name: {"size": each.size, "sha256": each.sha256, "chunks": each.chunks}
                    for name, each in records.items()
                },
            },
        )

    @reporting()
    def awaited(self, step: str) -> tuple[str, ...]:
        """See the contract."""
        self._lease.check()
        return tuple(self._sharing.awaited(self._shard, step))

    @reporting()
    def handed_in(self, step: str, shard: int, name: str, target: Path) -> None:
        """See the contract."""
        record = FileRecord(**self._steps(shard)[step]["files"][name])
        client = self._means.generations.client
        called = self._called(step, name, shard)
        files.download(client, self._exchange, called, record, target)

    @reporting()
    def finish(self) -> bool:
        """See the contract."""
        self._sender.flush()
        self._lease.check()
        sent = {collection.value: count for collection, count in self._counts.items()}
        note = self._sharing.finish(self._shard, sent)
        self._is_last = note.get("publisher") == str(self._shard.number)
        return self._is_last

    @reporting()
    def abandon(self) -> None:
        """See the contract. What the other shards have done stays, and so does what this one has."""
        if not self._is_over:
            self._end()

    def _wanted(self) -> dict[Collection, int]:
        shards = self._sharing.read()["shards"].values()
        if not all(shard.get("sent") for shard in shards):
            raise EngineUnavailable(
                f"a shard was begun again when all were done; run shard {self._shard} again after it"
            )
        return {
            collection: sum(int(shard["sent"][collection.value]) for shard in shards)
            for collection in Collection
        }

    def _settle(self) -> None:
        """The generation has its place; nothing is shared any more."""
        client = self._means.generations.client
        client.ask("DELETE", f"/{self._exchange}", params={"ignore_unavailable": "true"})
        self._sharing.end()

    def _steps(self, shard: int) -> dict[str, dict[str, Any]]:
        own = self._sharing.read().get("shards", {}).get(str(shard), {})
        return dict(own.get("steps", {}))

    def _called(self, step: str, name: str, shard: int | None = None) -> str:
        return f"{shard or self._shard.number}:{step}:{name}"
