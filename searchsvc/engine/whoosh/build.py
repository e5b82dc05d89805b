"""Building generations: one lock, two named Whoosh indexes, their segments in array files."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from searchsvc.columnar.words.chunks import ENGLISH
from searchsvc.engine.building import Candidate, peaks_of
from searchsvc.engine.whoosh import generations as gens
from searchsvc.engine.whoosh import sidecars
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.engine.whoosh.collection_build import CollectionBuild
from searchsvc.engine.whoosh.manifest import (
    FileRecord,
    Manifest,
    check_content,
    check_sizes,
    current_versions,
    describe,
    files_in,
    read_manifest,
    write_manifest,
)
from searchsvc.engine.whoosh.runs import SegmentWriters
from searchsvc.engine.whoosh.schema import row_of
from searchsvc.engine.whoosh.snapshot import open_snapshot
from searchsvc.engine.whoosh.status import ENGINE, published, status_of
from searchsvc.errors import (
    GenerationMissing,
    HeldBack,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)
from searchsvc.model import Collection
from searchsvc.settings import SearchSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from filelock import FileLock

    from searchsvc.columnar.words.chunks import Analysis
    from searchsvc.engine.building import Gate, Peaks
    from searchsvc.engine.contract import IndexStatus
    from searchsvc.model import ArticleDocument, StatementDocument


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What holds for all builds of a writer; see `WhooshIndexWriter`."""

    keep: int
    analysis: Analysis
    processes: int
    stored: bool
    search: SearchSettings


@dataclass(frozen=True, slots=True)
class Parent:
    """The generation that a build starts from."""

    folder: Path
    manifest: Manifest


class WhooshIndexWriter:
    """`IndexWriter` over an index folder."""

    def __init__(
        self,
        path: Path,
        keep: int,
        *,
        analysis: Analysis = ENGLISH,
        stored: bool = True,
        processes: int = 1,
        search: SearchSettings = SearchSettings(),  # noqa: B008 - frozen, one shared instance is right
    ) -> None:
        """Write to `path` and keep `keep` generations, the published one included.

        Args:
            path: the index folder.
            keep: 1 or more.
            analysis: how texts become terms; a query must be analysed likewise.
            stored: whether documents are kept for `fetch` and for hits; ids always are.
            processes: how many write segments beside this one; 1 for none.
            search: how a gate's searches are answered.
        """
        self._path = path
        self._options = BuildOptions(keep, analysis, processes, stored=stored, search=search)

    def start_build(self, *, fresh: bool) -> WhooshBuild:
        """See the contract."""
        lock = gens.acquire_lock(self._path)
        try:
            with gens.reporting_writes(self._path):
                gens.sweep(self._path)
                parent = None if fresh else self._parent()
                return WhooshBuild(self._path, lock, parent, self._options)
        except BaseException:  # raised again: an interrupted start must not keep the lock
            with suppress(OSError):  # nor a part of a build, where the disk is full
                gens.sweep(self._path)
            lock.release()
            raise

    def rollback(self) -> IndexStatus:
        """See the contract."""
        lock = gens.acquire_lock(self._path)
        try:
            current: str | None
            try:
                current = gens.read_current(self._path)
                earlier = gens.previous_generations(self._path, current)
            except (IndexCorrupt, IndexMissing):  # any sound one will do
                current, earlier = None, gens.generations(self._path)
                if not earlier:
                    raise
            if not earlier:
                raise GenerationMissing(
                    self._path, f"nothing to roll back to, {current} is all that is kept"
                )
            name, manifest = self._soundest(earlier)
            with gens.reporting_writes(self._path):
                gens.roll_back(self._path, drop=current, to=name)
            return status_of(self._path, manifest)
        finally:
            lock.release()

    def release(self) -> IndexStatus:
        """See the contract."""
        lock = gens.acquire_lock(self._path)
        try:
            gens.sweep(self._path)
            held = gens.read_held(self._path)
            if held is None:
                gens.read_current(self._path)  # or there is no index at all
                raise GenerationMissing(self._path, "no generation is held back")
            manifest = read_manifest(self._path / held.generation)
            check_content(self._path / held.generation, manifest)
            with gens.reporting_writes(self._path):
                gens.set_current(self._path, held.generation)
            self._tidy()
            return status_of(self._path, manifest)
        finally:
            lock.release()

    def prune(self, *, keep: int) -> tuple[str, ...]:
        """See the contract."""
        lock = gens.acquire_lock(self._path)
        try:
            is_published = (self._path / gens.CURRENT).exists()
            if is_published:  # where it is damaged, what is old is what answers
                self._soundest((gens.read_current(self._path),))
            with gens.reporting_writes(self._path):
                gone = (*gens.sweep(self._path), *gens.drop_scratch(self._path))
                if not is_published:
                    return gone
                return (*gens.drop_held(self._path), *gone, *gens.drop_old(self._path, keep))
        finally:
            lock.release()

    def _soundest(self, names: Sequence[str]) -> tuple[str, Manifest]:
        """The first of these generations that is sound as far as a quick look tells.

        The arrays of a generation are checked by whoever opens it; reading all of a large one
        would keep an operator in trouble waiting.

        Raises:
            IndexCorrupt, IndexIncompatible: what is wrong with the first, where none is sound.
        """
        first: IndexCorrupt | IndexIncompatible | None = None
        for name in names:
            try:
                manifest = read_manifest(self._path / name)
                check_sizes(self._path / name, manifest)
            except (IndexCorrupt, IndexIncompatible) as error:
                first = first or error
            else:
                return name, manifest
        raise first or IndexMissing(self._path)

    def _tidy(self) -> None:
        """Delete old generations and what builds left to others; a publication has happened, whatever becomes of this."""
        with suppress(OSError):
            gens.drop_old(self._path, self._options.keep)
            gens.drop_scratch(self._path)

    def _parent(self) -> Parent | None:
        """The published generation, or None.

        Of its files the small ones are read here, sidecars as they are lent, and segments as they
        are merged. A segment that is taken over as it is remains the same file, which is checked
        by whoever opens it: to read all of a large index would take longer than to add to it.
        """
        if not (self._path / gens.CURRENT).is_file():
            return None
        folder = self._path / gens.read_current(self._path)
        manifest = read_manifest(folder)
        check_sizes(folder, manifest)
        return Parent(folder, manifest)


class WhooshBuild:
    """`IndexBuild`: a folder that becomes a generation."""

    def __init__(
        self, path: Path, lock: FileLock, parent: Parent | None, options: BuildOptions
    ) -> None:
        """Make the folder; the lock is held by the caller and released at the end."""
        self._path = path
        self._lock = lock
        self._parent = parent
        self._options = options
        self._name = gens.next_name(path)
        self._folder = gens.unfinished(path, self._name)
        (self._folder / sidecars.WORKING).mkdir(parents=True)
        if parent is not None:
            gens.inherit(parent.folder, self._folder)
            sidecars.lend(parent.folder, parent.manifest.files, self._folder)
        self._writers = SegmentWriters(options.analysis, options.processes)
        self._parts = {
            collection: CollectionBuild(
                self._folder,
                collection,
                self._writers,
                inherited=None if parent is None else parent.manifest.files,
            )
            for collection in Collection
        }

    @property
    def fresh(self) -> bool:
        """See the contract."""
        return self._parent is None

    def sidecar(self, name: str) -> Path:
        """See the contract."""
        return self._folder / sidecars.WORKING / name

    def scratch(self, name: str) -> Path:
        """See the contract."""
        folder = self._path / gens.SCRATCH
        with gens.reporting_writes(folder):
            folder.mkdir(exist_ok=True)
        return folder / name

    def add(self, article: ArticleDocument, statements: Sequence[StatementDocument]) -> None:
        """See the contract. All of it is made ready before any of it is taken in."""
        stored = self._options.stored
        articles = [row_of(article, stored=stored)]
        rows = [row_of(statement, stored=stored) for statement in statements]
        with gens.reporting_writes(self._folder):
            self._parts[Collection.ARTICLES].add(articles)
            self._parts[Collection.STATEMENTS].add(rows)
            if self._writers.full:
                self._flush()

    def remove(self, article_ids: Sequence[str]) -> None:
        """See the contract."""
        for part in self._parts.values():
            part.remove(article_ids)

    def publish(
        self,
        *,
        rejects: int,
        versions: tuple[tuple[str, str], ...] = (),
        gate: Gate | None = None,
    ) -> IndexStatus:
        """See the contract."""
        before = published(self._path, lenient=True) if gate is not None else None
        with gens.reporting_writes(self._folder):
            manifest = self._complete(rejects, versions, before)
        reasons = tuple(gate(self._candidate(manifest, before))) if gate is not None else ()
        is_first = not (self._path / gens.CURRENT).exists()
        with gens.reporting_writes(self._path):
            if reasons:
                self._forget_peaks(manifest)
            self._name_durably()
            if reasons:
                gens.set_held(self._path, self._name, reasons)
            else:
                gens.set_current(self._path, self._name)
        with suppress(OSError):  # swept by the next build; what was to happen has happened
            if not reasons:  # what came before the first was never published
                gens.drop_old(self._path, 1 if is_first else self._options.keep)
                gens.drop_scratch(self._path)
        self._lock.release()
        if reasons:
            raise HeldBack(self._name, reasons)
        return status_of(self._path, manifest)

    def _complete(
        self, rejects: int, versions: tuple[tuple[str, str], ...], before: Manifest | None
    ) -> Manifest:
        """Finish the generation durably, which a gate compares with `before`; not yet named.

        A kill while the gate looks at it must not leave what passes for a generation.
        """
        self._flush()
        self._writers.close()
        counts = {name: part.finish() for name, part in self._parts.items()}
        sidecars.keep(self._parent.folder if self._parent else None, self._folder)
        inherited = self._inherited()
        manifest = Manifest(
            generation=self._name,
            **current_versions(),
            engine=ENGINE,
            versions=versions,
            articles=counts[Collection.ARTICLES],
            statements=counts[Collection.STATEMENTS],
            rejects=rejects,
            built_at=dt.datetime.now(dt.UTC),
            parent=self._parent.manifest.generation if self._parent else None,
            files=describe(self._folder, inherited),
            peaks=None,
        )
        manifest = replace(manifest, peaks=self._peaks(manifest, before))
        write_manifest(self._folder, manifest)
        gens.make_durable(self._folder, inherited)
        return manifest

    def _name_durably(self) -> None:
        complete = self._path / self._name
        gens.complete(self._folder, complete)
        self._folder = complete

    def _peaks(self, manifest: Manifest, before: Manifest | None) -> Peaks:
        """What is compared with after this generation, if it passes its gate."""
        own = status_of(self._path, manifest)
        compared = self._compared(before, now=manifest.built_at)
        return peaks_of(own) if compared is None else compared.with_own(own, now=own.built_at)

    def _compared(self, before: Manifest | None, *, now: dt.datetime) -> Peaks | None:
        """What is compared with where `before` is published."""
        if before is None:
            return None
        status = status_of(self._path, before)
        return (before.peaks or peaks_of(status)).with_own(status, now=now)

    def _candidate(self, manifest: Manifest, before: Manifest | None) -> Candidate:
        """The generation, for its gate; it is opened by the first search."""
        opened = cache(partial(open_snapshot, self._folder))
        return Candidate(
            before=None if before is None else status_of(self._path, before),
            peaks=self._compared(before, now=manifest.built_at),
            status=status_of(self._path, manifest),
            search=lambda request: opened().search(request, self._options.search, BOUNDLESS),
        )

    def _forget_peaks(self, manifest: Manifest) -> None:
        """Have the generation hand on its own counts alone: who releases it wants no more of it.

        It has no name yet, and what a kill leaves of it is swept.
        """
        own = peaks_of(status_of(self._path, manifest))
        write_manifest(self._folder, replace(manifest, peaks=own))
        gens.make_durable(self._folder, manifest.files)

    def abandon(self) -> None:
        """See the contract."""
        if self._lock.is_locked:
            self._writers.close(give_up=True)
            current = published(self._path)  # perhaps this one, and then an interrupt came
            if current is None or current.generation != self._name:
                shutil.rmtree(self._folder, ignore_errors=True)
            with suppress(OSError):  # it holds something
                (self._path / gens.SCRATCH).rmdir()
            self._lock.release()

    def _flush(self) -> None:
        """Have everything gathered so far written."""
        for part in self._parts.values():
            part.flush()
        self._writers.forget_if_large()

    def _inherited(self) -> dict[str, FileRecord]:
        """Records of the files that are the parent's own, perhaps under another name there."""
        if self._parent is None:
            return {}
        folder, records = self._parent.folder, self._parent.manifest.files
        known = {_file_id(folder / name): record for name, record in records.items()}
        found = ((file, known.get(_file_id(file))) for file in files_in(self._folder))
        return {
            file.relative_to(self._folder).as_posix(): record for file, record in found if record
        }


def _file_id(file: Path) -> tuple[int, int]:
    """What two links to one file have in common."""
    about = file.stat()
    return about.st_dev, about.st_ino
