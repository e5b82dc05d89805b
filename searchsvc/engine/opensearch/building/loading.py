"""The index of a generation from empty, or from a clone, to one that is ready to be searched.

While it is loaded it is never refreshed and mostly has no copies, which is several times as fast;
then it is merged, given its copies, and closed to writing for good.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.engine.opensearch.cluster.copies import become, wait_for_all
from searchsvc.engine.opensearch.cluster.notes import NOT_FOUND, create
from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.mapping import index_body
from searchsvc.errors import EngineUnavailable
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.settings import OpenSearchSettings

_LOOK_EVERY_S: Final = 0.25
_LONGEST_LOOK_S: Final = 5.0
_AT_ONCE: Final = 2_000
_HISTORY: Final = "soft_deletes.retention_lease.period"
_SHORT: Final = "30s"
"""For which shards remember what they were sent, while an empty index is loaded.

It is stored beside the documents until a merge that finds it forgotten, and is as large as these. By
default it is remembered for six hours at least, and what is merged once is not merged again.
"""
_REQUEST_S: Final = 120


@dataclass(frozen=True, slots=True)
class Place:
    """A document of an index: its id there, how it is routed, and what it is."""

    id: str
    routing: str | None
    collection: Collection


class Loading:
    """The index of a generation in the making."""

    def __init__(self, client: Client, index: str, settings: OpenSearchSettings) -> None:
        """Make nothing yet."""
        self.client = client
        self.index = index
        self._settings = settings

    def make(self) -> None:
        """Make the index, empty."""
        body = index_body(shards=self._settings.shards)
        body["settings"]["index"] |= self._for_loading() | {_HISTORY: _SHORT}
        create(self.client, self.index, body)
        self._wait("yellow")

    def clone(self, parent: str) -> None:
        """Make the index from that of another generation, whose files it shares."""
        settings = {f"index.{key}": value for key, value in self._for_loading().items()}
        settings |= {"index.auto_expand_replicas": "false", "index.blocks.write": None}
        try:
            self.client.ask(
                "POST",
                f"/{parent}/_clone/{self.index}",
                {"settings": settings},
                timeout_s=_REQUEST_S,
            )
        except Refused as error:  # asked again, as no answer came
            if "resource_already_exists_exception" not in error.kind:
                raise
        self._wait("yellow")

    def places(self, parent: str, article_ids: Sequence[str]) -> Iterator[Place]:
        """Where the documents of these articles stand in the index of another generation."""
        body: dict[str, Any] = {
            "query": {"terms": {layout.ARTICLE: list(article_ids)}},
            "sort": [{layout.COLLECTION: "asc"}, {layout.ID: "asc"}],
            "size": _AT_ONCE,
            "_source": False,
        }
        while True:
            found = self.client.ask(
                "POST",
                f"/{parent}/_search",
                body,
                params={"allow_partial_search_results": "false"},
                timeout_s=_REQUEST_S,
            )
            hits = found["hits"]["hits"]
            for hit in hits:
                yield Place(hit["_id"], hit.get("_routing"), Collection(hit["sort"][0]))
            if len(hits) < _AT_ONCE:
                return
            body["search_after"] = hits[-1]["sort"]

    def serve(self, *, fresh: bool, thinned: bool) -> None:
        """Make it as searches are fastest, for good; of a clone only what has changed.

        Args:
            fresh: whether all of it is new.
            thinned: whether anything was deleted.

        Raises:
            EngineUnavailable: it does not become so in time, or a shard is lost.
        """
        self._refresh()
        if thinned or (fresh and self._settings.segments):
            self._flush()
            self._merge(fresh=fresh)
        settings: dict[str, Any] = {
            f"index.{_HISTORY}": None,
            "index.auto_expand_replicas": replicas_of(self._settings),
            "index.blocks.write": True,
        }
        if not self._settings.replicas:
            settings["index.number_of_replicas"] = 0
        self._flush()
        self.client.ask("PUT", f"/{self.index}/_settings", settings)
        self._wait("yellow")
        wait_for_all(self.client, self.index, self._settings.ready_s)

    def size_bytes(self) -> int:
        """What one copy of each shard takes on disk."""
        found = self.client.get(f"/{self.index}/_segments")
        return sum(
            int(segment["size_in_bytes"])
            for shard in found["indices"][self.index]["shards"].values()
            for copy in shard
            if copy["routing"]["primary"]
            for segment in copy["segments"].values()
        )

    def describe(self, meta: dict[str, Any]) -> None:
        """Put `meta` in place of `_meta` of the mapping."""
        self.client.ask("PUT", f"/{self.index}/_mapping", {"_meta": meta})

    def _for_loading(self) -> dict[str, Any]:
        return {
            "refresh_interval": "-1",
            "number_of_replicas": self._settings.loading_replicas,
        }

    def _merge(self, *, fresh: bool) -> None:
        """Few segments where everything is new; else only what is deleted goes where it is much."""
        wanted: dict[str, Any] = (
            {"max_num_segments": self._settings.segments}
            if fresh
            else {"only_expunge_deletes": "true"}
        )
        params = wanted | {"wait_for_completion": "false"}

        def merged() -> object:
            started = self.client.ask("POST", f"/{self.index}/_forcemerge", params=params)
            return self._failure(str(started["task"]))

        self._until_done(merged, "merged")
        self._refresh()

    def _flush(self) -> None:
        self.client.ask("POST", f"/{self.index}/_flush", timeout_s=_REQUEST_S)

    def _refresh(self) -> None:
        """Have each copy of each shard show all that it holds; nothing else ever makes it."""

        def refreshed() -> object:
            said = self.client.ask("POST", f"/{self.index}/_refresh", timeout_s=_REQUEST_S)
            return _failures(said["_shards"])

        self._until_done(refreshed, "refreshed")

    def _until_done(self, doing: Callable[[], object], what: str) -> None:
        """Do it until it tells of no failure: copies that were lost meanwhile have others by then."""
        deadline: float | None = None
        while failure := doing():
            deadline = deadline or time.monotonic() + self._settings.ready_s
            if time.monotonic() > deadline:
                raise EngineUnavailable(f"{self.index}: cannot be {what} ({failure})")
            time.sleep(_LOOK_EVERY_S)

    def _failure(self, task: str) -> object:
        """Wait for a task of the cluster, however long it takes; what it failed at, if it did."""
        pause_s = _LOOK_EVERY_S / 8
        while True:
            try:
                found = self.client.get(f"/_tasks/{task}")
            except Refused as error:
                if error.status != NOT_FOUND:
                    raise
                return None  # its node has gone; merged or not, the index is whole
            if found.get("completed"):
                return found.get("error") or _failures(found["response"]["_shards"])
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_LOOK_S)

    def _wait(self, status: str) -> None:
        if not become(self.client, self.index, status, self._settings.ready_s):
            raise EngineUnavailable(
                f"{self.index}: not all of its shards are there after {self._settings.ready_s:g} s"
                " (opensearch.ready_s). A node may be lost or its disk full: look at the health"
                " of the cluster, and run it again. With opensearch.loading_replicas = 1 the loss"
                " of one node is survived"
            )


def _failures(shards: Mapping[str, Any]) -> object:
    """What went wrong at copies of shards; nothing is false."""
    return shards.get("failures", "for no reason that is told") if shards["failed"] else None


def replicas_of(settings: OpenSearchSettings) -> str:
    """`0-1`: as many copies besides the first as there are nodes for, and no more than wanted."""
    return f"0-{settings.replicas}" if settings.replicas else "false"
