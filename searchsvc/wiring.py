"""Settings → engine and alias file: the only place that knows the engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.sidecars import reading
from searchsvc.engine.whoosh.verifying import WhooshIndexVerifier
from searchsvc.settings import CorpusSettings, GateSettings, SearchSettings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.building import Gate, IndexWriter
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.engine.verification import IndexVerifier
    from searchsvc.identities import Aliases
    from searchsvc.settings import Settings


def open_engine(settings: Settings) -> SearchEngine:
    """The engine that answers from the published generation, whether or not there is one yet."""
    return WhooshEngine(settings.index.path, settings.search)


def open_writer(settings: Settings) -> IndexWriter:
    """The writer of new generations."""
    index = settings.index
    return WhooshIndexWriter(index.path, index.keep, search=settings.search)


def open_verifier(settings: Settings) -> IndexVerifier:
    """What looks for damage in a generation, published or not."""
    return WhooshIndexVerifier(settings.index.path, settings.search)


def open_aliases(settings: Settings) -> Aliases:
    """What the alias file says; nothing where nobody names one and the usual one is missing.

    Raises:
        ConfigError: see `read_aliases`.
    """
    from searchsvc.identities import read_aliases  # noqa: PLC0415 - slow to import

    file = settings.corpus.persons
    return read_aliases(file, required=file != CorpusSettings().persons)


def open_names(settings: Settings) -> AliasFile:
    """Other names of what is asked for: our own, and what the operator's file says, as it changes.

    Raises:
        ConfigError: the file is wrong, or it is named and not there.
    """
    from searchsvc.aliases import AliasFile  # noqa: PLC0415 - slow to import

    file = settings.search.aliases
    return AliasFile(file, required=file != SearchSettings().aliases)


def open_gate(settings: Settings) -> Gate:
    """What must hold before a new generation is published.

    Raises:
        ConfigError: the file of golden searches, or that of other names, is wrong, or it is named
            and not there.
    """
    from searchsvc.reindex.gate import gate, read_golden  # noqa: PLC0415 - slow to import

    file = settings.gate.golden
    golden = read_golden(file, required=file != GateSettings().golden)
    return gate(settings.gate, golden, open_names(settings).current() if golden else None)


def sidecar(
    settings: Settings, generation: str, name: str, *, check: bool = False
) -> AbstractContextManager[Path]:
    """A file to read with what a build left in its sidecar `name`; gone afterwards if need be.

    Only of databases it is ever a temporary one: other sidecars lie in the generation as they are.
    With `check`, all of it is compared with what was written.

    Raises:
        IndexCorrupt, IndexIncompatible: on entering; the generation is damaged.
    """
    return reading(settings.index.path / generation, name, check=check)
