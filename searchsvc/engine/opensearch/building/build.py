"""A generation in the making: its index is loaded, closed, counted, described, and published."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.building import Candidate, peaks_of
from searchsvc.engine.contract import Held
from searchsvc.engine.opensearch.building.bulk import Action, Sender
from searchsvc.engine.opensearch.building.loading import Loading, replicas_of
from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.copies import wait_for_all
from searchsvc.engine.opensearch.cluster.notes import reporting
from searchsvc.engine.opensearch.documents.sources import sent
from searchsvc.engine.opensearch.publishing import files
from searchsvc.engine.opensearch.publishing.counting import counts
from searchsvc.engine.opensearch.publishing.manifest import (
    Manifest,
    current_versions,
    meta_of,
)
from searchsvc.engine.opensearch.publishing.status import described, published
from searchsvc.errors import EngineError, EngineUnavailable, HeldBack, IndexMissing
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from searchsvc.engine.building import Gate, Peaks
    from searchsvc.engine.contract import IndexStatus, SearchRequest, SearchResult
    from searchsvc.engine.opensearch.building.lease import Lease
    from searchsvc.engine.opensearch.building.workplace import Workplace
    from searchsvc.engine.opensearch.publishing.generations import Generations
    from searchsvc.engine.opensearch.publishing.manifest import FileRecord
    from searchsvc.model import ArticleDocument, Document, StatementDocument
    from searchsvc.settings import OpenSearchSettings

    Search = Callable[[str, SearchRequest], SearchResult]

_REMOVED_AT_ONCE: Final = 500
_OVERHEAD_BYTES: Final = 600  # of a document in a bulk, besides its texts
_COPIES: Final = 5  # a text stands there as stored, as stems and as words; rather too many

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What all builds of a writer work with.

    Attributes:
        keep: generations listed after a publication.
        held_s: for how long what is replaced may still be asked.
        search: answers a request from the index of a generation that is complete.
    """

    generations: Generations
    settings: OpenSearchSettings
    keep: int
    held_s: float
    search: Search


class OpenSearchBuild:
    """`IndexBuild` over a cluster."""

    def __init__(
        self,
        means: Means,
        workplace: Workplace,
        lease: Lease,
        *,
        name: str,
        parent: Manifest | None,
    ) -> None:
        """Begin; workplace and lease are held by the caller, and let go of at the end.

        The index of a fresh build is made now, a clone when something is to be changed in it.
        """
        self._means = means
        self._generations = means.generations
        self._workplace = workplace
        self._lease = lease
        self._name = name
        self._parent = parent
        self._index = names.index_of(self._generations.prefix, name)
        self._files = names.files_of(self._generations.prefix, name)
        settings = means.settings
        self._loading = Loading(self._generations.client, self._index, settings)
        self._sender = Sender(
            self._generations.client,
            self._index,
            threads=settings.senders,
            bulk_bytes=int(settings.bulk_mb * 1e6),
            patience_s=settings.ready_s,
        )
        self._added: dict[str, tuple[str, ...]] = {}
        self._removing: dict[str, None] = {}
        self._counts = dict.fromkeys(Collection, 0)
        self._is_made = False
        self._is_thinned = False
        self._is_over = False
        if parent is None:
            self._make()
        else:
            self._counts = {
                Collection.ARTICLES: parent.articles,
                Collection.STATEMENTS: parent.statements,
            }
            self._lend(parent)

    @property
    def fresh(self) -> bool:
        """See the contract."""
        return self._parent is None

    def sidecar(self, name: str) -> Path:
        """See the contract."""
        return self._workplace.working(name)

    def scratch(self, name: str) -> Path:
        """See the contract."""
        return self._workplace.scratch(name)

    @reporting()
    def add(self, article: ArticleDocument, statements: Sequence[StatementDocument]) -> None:
        """See the contract. All of it is made ready before any of it is sent."""
        actions = [_indexing(article), *map(_indexing, statements)]
        self._make()
        if self._removing:  # what is deleted by id must be gone before it comes again
            self._remove()
        if not self.fresh:
            self._added[article.id] = tuple(each.id for each, _ in actions)
        for each, size in actions:
            self._sender.put(each, size)
        self._counts[Collection.ARTICLES] += 1
        self._counts[Collection.STATEMENTS] += len(statements)

    @reporting()
    def remove(self, article_ids: Sequence[str]) -> None:
        """See the contract."""
        if self.fresh:
            return
        self._removing.update(dict.fromkeys(article_ids))
        if len(self._removing) >= _REMOVED_AT_ONCE:
            self._remove()

    @reporting()
    def publish(
        self,
        *,
        rejects: int,
        versions: tuple[tuple[str, str], ...] = (),
        gate: Gate | None = None,
    ) -> IndexStatus:
        """See the contract."""
        before = self._published_before() if gate is not None else None
        manifest = self._complete(rejects, versions, before)
        reasons = tuple(gate(self._candidate(manifest, before))) if gate is not None else ()
        self._lease.check()
        if reasons:
            own = peaks_of(described(manifest, self._generations.found()))
            self._describe(replace(manifest, peaks=own))
            self._hold(reasons)
        else:
            self._describe(manifest)
            self._publish()
        self._settle()
        self._end()
        if reasons:
            raise HeldBack(self._name, reasons)
        return described(manifest, self._generations.found())

    @reporting()
    def abandon(self) -> None:
        """See the contract."""
        if self._is_over:
            return
        try:
            self._sender.close()
            if self._is_made and self._generations.current() != self._name:
                self._generations.drop([self._name])
        except EngineError as error:
            _log.warning("%s stays until the next build sweeps it: %s", self._name, error)
        finally:
            self._end()

    # Loading.

    def _make(self) -> None:
        if self._is_made:
            return
        self._is_made = True
        if self._parent is None:
            self._loading.make()
        else:
            self._loading.clone(names.index_of(self._generations.prefix, self._parent.generation))

    def _lend(self, parent: Manifest) -> None:
        """Put copies of the parent's files where the caller finds them."""
        index = names.files_of(self._generations.prefix, parent.generation)
        for name, record in parent.files.items():
            target = self._workplace.working(name)
            files.download(self._generations.client, index, name, record, target)

    def _remove(self) -> None:
        """Delete what the parent has of the articles that are to go, but nothing added since."""
        assert self._parent is not None  # noqa: S101 - a fresh build removes nothing
        self._make()
        self._sender.flush()
        ids, self._removing = list(self._removing), {}
        parent = names.index_of(self._generations.prefix, self._parent.generation)
        kept = {one for article in ids for one in self._added.get(article, ())}
        for start in range(0, len(ids), _REMOVED_AT_ONCE):
            some = ids[start : start + _REMOVED_AT_ONCE]
            for place in self._loading.places(parent, some):
                self._counts[place.collection] -= 1
                self._is_thinned = True
                if place.id not in kept:
                    self._sender.put(Action(place.id, place.routing, None), _OVERHEAD_BYTES)
        self._sender.flush()

    # Publishing.

    def _complete(
        self, rejects: int, versions: tuple[tuple[str, str], ...], before: Manifest | None
    ) -> Manifest:
        """Finish the index and the files; the manifest, which is written when the gate has spoken."""
        self._make()
        if self._removing:
            self._remove()
        self._sender.flush()
        self._sender.close()
        self._lease.check()
        self._loading.serve(fresh=self.fresh, thinned=self._is_thinned)
        counts = self._checked_counts()
        kept = self._upload()
        size = self._loading.size_bytes() + sum(record.size for record in kept.values())
        current = current_versions()
        manifest = Manifest(
            generation=self._name,
            format=current["format"],
            schema=current["schema"],
            analyzer=current["analyzer"],
            versions=versions,
            articles=counts[Collection.ARTICLES],
            statements=counts[Collection.STATEMENTS],
            rejects=rejects,
            built_at=dt.datetime.now(dt.UTC),
            parent=None if self._parent is None else self._parent.generation,
            size_bytes=size,
            files=kept,
        )
        own = described(manifest, self._generations.found())
        compared = self._compared(before, now=manifest.built_at)
        peaks = peaks_of(own) if compared is None else compared.with_own(own, now=own.built_at)
        return replace(manifest, peaks=peaks)

    def _checked_counts(self) -> dict[Collection, int]:
        """How many documents the index has, which must be what was sent.

        Raises:
            EngineUnavailable: it is not; nothing is published then.
        """
        there = counts(self._generations.client, self._index)
        wanted = self._wanted()
        if there != wanted:
            told = ", ".join(
                f"{there[each]:,} {each.value} instead of {wanted[each]:,}" for each in there
            )
            raise EngineUnavailable(
                f"{self._index}: the cluster has not kept what it was sent ({told}); look at the"
                " health of the cluster, and run it again"
            )
        return there

    def _wanted(self) -> dict[Collection, int]:
        """What the counts must be."""
        return self._counts

    def _settle(self) -> None:
        """What else is to be done once the generation has its place, published or held back."""

    def _upload(self) -> dict[str, FileRecord]:
        made = self._workplace.made()
        if not made:
            return {}
        client = self._generations.client
        files.make(client, self._files, replicas=replicas_of(self._means.settings))
        there = {file.name: files.upload(client, self._files, file, file.name) for file in made}
        wait_for_all(client, self._files, self._means.settings.ready_s)
        return there

    def _published_before(self) -> Manifest | None:
        try:
            return published(self._generations, lenient=True)
        except IndexMissing:
            return None

    def _compared(self, before: Manifest | None, *, now: dt.datetime) -> Peaks | None:
        """What is compared with where `before` is published."""
        if before is None:
            return None
        status = described(before, self._generations.found())
        return (before.peaks or peaks_of(status)).with_own(status, now=now)

    def _candidate(self, manifest: Manifest, before: Manifest | None) -> Candidate:
        found = self._generations.found()
        return Candidate(
            before=None if before is None else described(before, found),
            peaks=self._compared(before, now=manifest.built_at),
            status=described(manifest, found),
            search=lambda request: self._means.search(self._name, request),
        )

    def _describe(self, manifest: Manifest) -> None:
        """Say that it is complete; from now on it is a generation."""
        self._loading.describe(meta_of(manifest))

    def _hold(self, reasons: tuple[str, ...]) -> None:
        before = self._generations.found().held
        self._generations.hold(Held(self._name, reasons))
        if before is not None:
            self._generations.drop([before.generation])

    def _publish(self) -> None:
        is_first = self._generations.current() is None
        self._generations.publish(self._name, last_look=self._lease.check)
        self._workplace.drop_scratch()
        try:  # what was to happen has happened; the next build sweeps
            self._generations.drop_old(1 if is_first else self._means.keep)
            self._generations.sweep(held_s=self._means.held_s)
        except EngineError as error:
            _log.warning("old generations stay until the next publication: %s", error)

    def _end(self) -> None:
        self._is_over = True
        self._sender.close()
        self._workplace.clear()
        self._lease.release()
        self._workplace.leave()


def _indexing(document: Document) -> tuple[Action, int]:
    """What has a document indexed, and about how large that is."""
    document_id, routing, source = sent(document)
    size = _OVERHEAD_BYTES + _COPIES * len(document.body or "")
    return Action(document_id, routing, source), size
