"""The seam's `IndexVerifier` over a cluster: is a generation what was written, and does it hold together?

A quick look compares the manifest, the health of the shards and the numbers of documents and
of pieces of files. A full one reads every document: it must be that of its place, its fields must
be those that follow from it, statements must be words of their articles; files must have the
content that was written, and sample queries find what counting by hand finds.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.notes import reporting
from searchsvc.engine.opensearch.publishing import files
from searchsvc.engine.opensearch.publishing.counting import count, counts
from searchsvc.engine.opensearch.publishing.generations import Generations
from searchsvc.engine.opensearch.verifying.stored import Family, StoredDocuments
from searchsvc.engine.problems import REINDEX, Problems
from searchsvc.engine.recounting import Analysed, Recount
from searchsvc.engine.sampling import questions
from searchsvc.engine.soundness import faults_of_answer, faults_of_statement, in_words
from searchsvc.engine.verification import Contents, Pace, Step, VerifyReport
from searchsvc.errors import (
    EngineUnavailable,
    GenerationMissing,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from searchsvc.engine.contract import SearchRequest, SearchResult
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.opensearch.publishing.manifest import Manifest
    from searchsvc.engine.verification import Finding, VerifyProgress
    from searchsvc.model import Document
    from searchsvc.settings import OpenSearchSettings

SEED: Final = 20_261_123
"""The same questions are asked of the same index each time."""

_DRAWN: Final = 16


class OpenSearchVerifier:
    """`IndexVerifier` over a cluster; takes no lease, and changes nothing."""

    def __init__(
        self,
        client: Client,
        settings: OpenSearchSettings,
        search: Callable[[str, SearchRequest], SearchResult],
    ) -> None:
        """Look at the archive of these settings; `search` answers from a generation by name."""
        self._client = client
        self._settings = settings
        self._search = search
        self._generations = Generations(client, settings.prefix)

    @reporting()
    def verify(
        self,
        *,
        generation: str | None = None,
        full: bool = False,
        tell: Callable[[VerifyProgress], None] = lambda _: None,
        sidecars: Callable[[Contents], Iterable[Finding]] | None = None,
    ) -> VerifyReport:
        """See the contract."""
        pace = Pace(tell)
        name, current = self._chosen(generation)
        earlier = self._generations.found().before(name)
        problems = Problems(published=name == current, earlier=next(iter(earlier), None))
        look = _Look(self, name, problems, pace)
        manifest = look.at_the_outside()
        if manifest is not None and full:
            look.at_files(manifest)
            look.at_documents()
            if sidecars is not None:
                look.at_sidecars(manifest, sidecars)
        there = 0 if manifest is None else len(manifest.files)
        return VerifyReport(
            generation=name,
            published=None if current is None else name == current,
            full=full,
            problems=problems.listed(),
            files=there,
            size_bytes=0 if manifest is None else manifest.size_bytes,
            articles=look.seen[Collection.ARTICLES],
            statements=look.seen[Collection.STATEMENTS],
            questions=look.asked,
            elapsed_s=pace.elapsed_s,
        )

    def _chosen(self, wanted: str | None) -> tuple[str, str | None]:
        """The generation to look at, and the published one where that can be told."""
        found = self._generations.found()
        alias = names.alias_of(self._settings.prefix)
        try:
            current = self._generations.current()
        except IndexCorrupt:
            current = None
        held = (found.held.generation,) if found.held else ()
        known = {*found.complete, *held, *(() if current is None else (current,))}
        if wanted is not None:
            if wanted not in known:
                raise GenerationMissing(alias, f"there is no generation {wanted}")
            return wanted, current
        if current is not None:
            return current, current
        if not found.complete:
            raise IndexMissing(alias)
        return next(iter(found.complete)), None


class _Look:
    """One look at one generation."""

    def __init__(
        self, verifier: OpenSearchVerifier, name: str, problems: Problems, pace: Pace
    ) -> None:
        settings, client = verifier._settings, verifier._client  # noqa: SLF001 - its other half
        self._client = client
        self._generations = verifier._generations  # noqa: SLF001 - likewise
        self._search = verifier._search  # noqa: SLF001 - likewise
        self._name = name
        self._problems = problems
        self._pace = pace
        self._index = names.index_of(settings.prefix, name)
        self._files = names.files_of(settings.prefix, name)
        self._stored = StoredDocuments(client, self._index)
        self._sound_files: dict[str, Path] = {}
        self.seen = dict.fromkeys(Collection, 0)
        self.asked = 0

    def at_the_outside(self) -> Manifest | None:
        """Compare the manifest with the numbers that the cluster tells; the manifest, if it is read."""
        self._pace.enter(Step.FILES, 0)
        try:
            self._generations.current()
        except IndexCorrupt as error:
            self._problems.add(error.path, error.reason)
        try:
            manifest = self._generations.manifest(self._name)
        except IndexIncompatible as error:
            self._problems.add(
                self._index, f"is in format {error.found!r}, not {error.expected!r}"
            )
            return None
        except IndexCorrupt as error:
            self._problems.add(self._index, error.reason)
            return None
        self._at_shards()
        try:
            there = counts(self._client, self._index)
        except EngineUnavailable as error:
            self._problems.add(self._index, f"cannot be counted: {error}")
            return None
        wanted = {
            Collection.ARTICLES: manifest.articles,
            Collection.STATEMENTS: manifest.statements,
        }
        for collection, number in there.items():
            if number != wanted[collection]:
                what = (
                    f"holds {number:,} {collection.value}, and should hold {wanted[collection]:,}"
                )
                self._problems.add(self._index, what)
        pieces = sum(record.chunks for record in manifest.files.values())
        found = files.pieces_there(self._client, self._files) if pieces else 0
        if found != pieces:
            what = f"holds {found or 0:,} pieces of files, and should hold {pieces:,}"
            self._problems.add(self._files, what)
        return manifest

    def at_files(self, manifest: Manifest) -> None:
        """Compare the content of all files with what was written."""
        self._pace.enter(Step.CHECKSUMS, sum(each.size for each in manifest.files.values()))
        with tempfile.TemporaryDirectory(prefix="searchsvc-") as folder:
            for name, record in manifest.files.items():
                self._download(name, record, Path(folder) / name)
                self._pace.advance(record.size)

    def at_documents(self) -> None:
        """Compare every document with its fields, statements with articles, and ask sample queries."""
        random = Random(SEED)  # noqa: S311 - nobody must not guess it
        recounts = {collection: self._drawn(collection, random) for collection in Collection}
        self._pace.enter(Step.DOCUMENTS, count(self._client, self._index, {"match_all": {}}))
        before = len(self._problems)
        for family in self._stored.families(self._told):
            self._at_family(family)
            for document in family.documents:
                self._count(document, recounts)
            self._pace.advance(len(family.documents))
        if len(self._problems) == before:
            for recount in (each for own in recounts.values() for each in own):
                self._ask(recount)

    def at_sidecars(
        self, manifest: Manifest, sidecars: Callable[[Contents], Iterable[Finding]]
    ) -> None:
        """Have the files looked into by who wrote them."""
        self._pace.enter(Step.SIDECARS, 0)
        with tempfile.TemporaryDirectory(prefix="searchsvc-") as folder:

            def lend(name: str) -> Path:
                target = Path(folder) / name
                record = manifest.files.get(name)
                if record is not None and not target.exists():
                    self._download(name, record, target, told=True)
                return target

            contents = Contents(lend, self._stored.article_ids, manifest.rejects)
            for finding in sidecars(contents):
                place = f"{self._files}/{Path(finding.path).name}"
                self._problems.take(finding._replace(path=place))

    def _at_shards(self) -> None:
        health = self._client.get(f"/_cluster/health/{self._index}")
        if health["status"] == "red":
            self._problems.add(
                self._index,
                f"lacks shards: {health['unassigned_shards']} of its copies have no node",
                remedy=f"bring the nodes back that held them, or {REINDEX}",
            )
        settings = self._client.get(f"/{self._index}/_settings", {"flat_settings": "true"})
        if settings[self._index]["settings"].get("index.blocks.write") != "true":
            self._problems.add(self._index, "can be written to, and should be closed to writing")

    def _download(self, name: str, record: Any, target: Path, *, told: bool = False) -> None:  # noqa: ANN401 - a FileRecord
        try:
            files.download(self._client, self._files, name, record, target)
        except IndexCorrupt as error:
            if not told:
                self._problems.add(f"{self._files}/{name}", error.reason)

    def _told(self, document_id: str, what: str) -> None:
        self._problems.add(self._index, what, where=f"document {document_id}", kind=what)

    def _at_family(self, family: Family) -> None:
        """Compare an article with its statements."""
        if family.article is None:
            for statement in family.statements:
                self._told(statement.id, "is of an article that is not indexed")
            return
        if family.article.statement_count != len(family.statements):
            self._told(
                family.article.id,
                f"has {len(family.statements):,} statements, and"
                f" {family.article.statement_count:,} by its stored document",
            )
        for statement in family.statements:
            for fault in faults_of_statement(statement, family.article):
                self._told(statement.id, fault)

    def _count(self, document: Document, recounts: Mapping[Collection, Sequence[Recount]]) -> None:
        each = Analysed(document)
        self.seen[each.collection] += 1
        for recount in recounts[each.collection]:
            recount.show(each)

    def _drawn(self, collection: Collection, random: Random) -> tuple[Recount, ...]:
        """Questions about a collection, nothing of which has been counted yet."""
        some = self._stored.some(collection, _DRAWN, SEED)
        return tuple(Recount(request) for request in questions(collection, some, random))

    def _ask(self, recount: Recount) -> None:
        self.asked += 1
        answer = self._search(self._name, recount.request)
        for fault in faults_of_answer(recount, answer.total, answer.ids, answer.facets):
            where = f"sample query {in_words(recount.request)}"
            self._problems.add(self._index, fault, where=where, kind="sample queries")
