"""The seam's `IndexWriter` over a cluster."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from searchsvc.engine.opensearch.building.build import Means, OpenSearchBuild
from searchsvc.engine.opensearch.building.lease import Lease, LeaseHeld
from searchsvc.engine.opensearch.building.shared_build import OpenSearchSharedBuild
from searchsvc.engine.opensearch.building.sharing import LOCK, Sharing, lease_of
from searchsvc.engine.opensearch.building.workplace import Workplace
from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.notes import reporting
from searchsvc.engine.opensearch.publishing.counting import counts
from searchsvc.engine.opensearch.publishing.generations import Generations
from searchsvc.engine.opensearch.publishing.status import published, status_of
from searchsvc.errors import (
    EngineUnavailable,
    GenerationMissing,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from searchsvc.engine.building import Shard
    from searchsvc.engine.contract import IndexStatus, SearchRequest, SearchResult
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.opensearch.publishing.manifest import Manifest
    from searchsvc.settings import OpenSearchSettings


class OpenSearchIndexWriter:
    """`IndexWriter` over a cluster."""

    def __init__(
        self,
        client: Client,
        settings: OpenSearchSettings,
        path: Path,
        *,
        keep: int,
        held_s: float,
        search: Callable[[str, SearchRequest], SearchResult],
    ) -> None:
        """Write to the cluster, and keep `keep` generations, the published one included.

        Args:
            client: of the cluster.
            settings: of the cluster; its prefix tells the archive from others in it.
            path: the index folder, in which a build keeps its own files.
            keep: 1 or more.
            held_s: for how long what is replaced may still be asked.
            search: answers a request from the index of a generation; see `Means`.
        """
        self._generations = Generations(client, settings.prefix)
        self._sharing = Sharing(self._generations.notes)
        self._settings = settings
        self._folder = path / settings.prefix
        self._means = Means(self._generations, settings, keep, held_s, search)

    @reporting()
    def start_build(self, *, fresh: bool) -> OpenSearchBuild:
        """See the contract."""
        workplace, lease = self._begin()
        try:
            self._generations.sweep(held_s=self._means.held_s)
            parent = None if fresh else self._parent()
            name = self._generations.next_name(self._generations.found())
            return OpenSearchBuild(self._means, workplace, lease, name=name, parent=parent)
        except BaseException:  # raised again: an interrupted start must not keep the lock
            _end(workplace, lease)
            raise

    @reporting()
    def rollback(self) -> IndexStatus:
        """See the contract."""
        with self._locked():
            current: str | None
            try:
                current = self._generations.current()
            except IndexCorrupt:
                current = None
            found = self._generations.found()
            earlier = tuple(found.complete) if current is None else found.before(current)
            if not earlier:
                if current is None:
                    raise IndexMissing(names.alias_of(self._generations.prefix))
                raise GenerationMissing(
                    names.alias_of(self._generations.prefix),
                    f"nothing to roll back to, {current} is all that is kept",
                )
            manifest = self._soundest(earlier)
            self._generations.publish(manifest.generation)
            if current is not None:
                self._generations.retire([current])
                self._generations.sweep(held_s=self._means.held_s)
            return status_of(self._generations, manifest)

    @reporting()
    def release(self) -> IndexStatus:
        """See the contract."""
        with self._locked() as workplace:
            held = self._generations.found().held
            if held is None:
                published(self._generations)  # or there is no index at all
                raise GenerationMissing(
                    names.alias_of(self._generations.prefix), "no generation is held back"
                )
            manifest = self._checked(held.generation)
            self._generations.publish(held.generation)
            self._generations.hold(None)
            self._generations.drop_old(self._means.keep)
            self._generations.sweep(held_s=self._means.held_s)
            workplace.drop_scratch()
            return status_of(self._generations, manifest)

    @reporting()
    def prune(self, *, keep: int) -> tuple[str, ...]:
        """See the contract. What was published is deleted once nobody may ask it any more."""
        with self._locked(dropping=True) as workplace:
            current = self._generations.current()
            if current is not None:  # where it is damaged, what is old is what answers
                self._checked(current)
            retired = self._generations.drop_old(keep) if current is not None else ()
            held = self._generations.drop_held() if current is not None else ()
            gone = self._generations.sweep(held_s=self._means.held_s)
            left = tuple(name for name in gone if name not in retired)
            return (*held, *left, *workplace.drop_scratch(), *retired)

    @reporting()
    def join_build(self, shard: Shard) -> OpenSearchSharedBuild:
        """See the contract."""
        folder = self._folder / f"shard-{shard.number}-of-{shard.of}"
        self._sharing.join(shard.of)
        workplace, lease = self._leased(folder, lease_of(shard.number))
        try:
            name = self._shared_name(shard, lease)
            return OpenSearchSharedBuild(
                self._means, workplace, lease, name=name, shard=shard, sharing=self._sharing
            )
        except BaseException:  # raised again: an interrupted start must not keep the lease
            _end(workplace, lease)
            raise

    def _shared_name(self, shard: Shard, lease: Lease) -> str:
        """The generation that the shards make, a new one where this is the first of them."""
        under_way = self._sharing.read().get("generation")
        new = under_way or self._generations.next_name(self._generations.found())
        name = str(self._sharing.begin(shard, new, lease.holder)["generation"])
        if not under_way and name == new:
            self._generations.sweep(held_s=self._means.held_s, spare=name)
        return name

    def _begin(self) -> tuple[Workplace, Lease]:
        try:
            return self._leased(self._folder, LOCK)
        except LeaseHeld as error:
            if "shared" not in error.note:
                raise
            raise EngineUnavailable(
                f"another build is under way, shared by several runs:"
                f" {'; '.join(self._sharing.standing())}. Run the shards that lack, or drop the"
                " build: searchsvc prune"
            ) from error

    def _leased(self, folder: Path, lease: str) -> tuple[Workplace, Lease]:
        workplace = Workplace(folder)
        try:
            workplace.clear()
            return workplace, Lease(
                self._generations.notes, lease, folder, lease_s=self._settings.lease_s
            )
        except BaseException:  # raised again
            workplace.leave()
            raise

    @contextmanager
    def _locked(self, *, dropping: bool = False) -> Iterator[Workplace]:
        """The folder, locked; where `dropping`, from a shared build that nobody is at work at."""
        if dropping and self._sharing.read() and not self._sharing.is_alive():
            self._sharing.end()
        workplace, lease = self._begin()
        try:
            yield workplace
        finally:
            _end(workplace, lease)

    def _parent(self) -> Manifest | None:
        """The published generation, or None; all of its shards answer."""
        current = self._generations.current()
        return None if current is None else self._checked(current)

    def _soundest(self, those: Sequence[str]) -> Manifest:
        """The first of these generations that is sound as far as a quick look tells.

        Raises:
            IndexCorrupt, IndexIncompatible: what is wrong with the first, where none is sound.
        """
        first: IndexCorrupt | IndexIncompatible | None = None
        for name in those:
            try:
                return self._checked(name)
            except (IndexCorrupt, IndexIncompatible) as error:
                first = first or error
        assert first is not None  # noqa: S101 - there was one at least
        raise first

    def _checked(self, name: str) -> Manifest:
        """The manifest of a generation that holds as many documents as that says.

        Raises:
            IndexCorrupt, IndexIncompatible: it is damaged.
            EngineUnavailable: not all of its shards answer.
        """
        manifest = self._generations.manifest(name)
        index = names.index_of(self._generations.prefix, name)
        there = counts(self._generations.client, index)
        wanted = {
            Collection.ARTICLES: manifest.articles,
            Collection.STATEMENTS: manifest.statements,
        }
        if there != wanted:
            raise IndexCorrupt(
                index,
                f"holds {there[Collection.ARTICLES]:,} articles and"
                f" {there[Collection.STATEMENTS]:,} statements, and should hold"
                f" {manifest.articles:,} and {manifest.statements:,}",
            )
        return manifest


def _end(workplace: Workplace, lease: Lease) -> None:
    lease.release()
    workplace.leave()
