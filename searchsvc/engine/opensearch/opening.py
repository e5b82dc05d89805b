"""What the settings mean in a cluster: its engine, its writer, its verifier, its files."""

from __future__ import annotations

import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from searchsvc.engine.opensearch.answering.engine import OpenSearchEngine, search_of
from searchsvc.engine.opensearch.building.writer import OpenSearchIndexWriter
from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.client import Client
from searchsvc.engine.opensearch.cluster.notes import reporting
from searchsvc.engine.opensearch.publishing import files
from searchsvc.engine.opensearch.publishing.generations import Generations
from searchsvc.engine.opensearch.verifying.verifier import OpenSearchVerifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.settings import Settings


def engine(settings: Settings) -> OpenSearchEngine:
    """The engine that answers from what is published."""
    return OpenSearchEngine(settings.opensearch, settings.search)


def writer(settings: Settings) -> OpenSearchIndexWriter:
    """The writer of new generations."""
    client = Client(settings.opensearch)
    return OpenSearchIndexWriter(
        client,
        settings.opensearch,
        settings.index.path,
        keep=settings.index.keep,
        held_s=settings.search.held_s,
        search=search_of(client, settings.opensearch, settings.search),
    )


def verifier(settings: Settings) -> OpenSearchVerifier:
    """What looks for damage in a generation."""
    client = Client(settings.opensearch)
    search = search_of(client, settings.opensearch, settings.search)
    return OpenSearchVerifier(client, settings.opensearch, search)


@contextmanager
def sidecar(settings: Settings, generation: str, name: str) -> Iterator[Path]:
    """A copy of a file of a generation, gone afterwards; all of it is compared with what was written.

    Where the generation has no such file, the path that it would have.

    Raises:
        IndexCorrupt, IndexIncompatible, IndexMissing: on entering.
    """
    prefix = settings.opensearch.prefix
    with (
        tempfile.TemporaryDirectory(prefix="searchsvc-") as folder,
        closing(Client(settings.opensearch)) as client,
    ):
        target = Path(folder) / name
        with reporting():
            record = Generations(client, prefix).manifest(generation).files.get(name)
            if record is not None:
                index = names.files_of(prefix, generation)
                files.download(client, index, name, record, target)
        yield target
