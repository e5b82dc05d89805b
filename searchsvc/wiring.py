"""Settings → engine and alias file: the only place that knows the engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.columnar import compiled
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.sidecars import reading
from searchsvc.engine.whoosh.verifying import WhooshIndexVerifier
from searchsvc.errors import ConfigError
from searchsvc.settings import CorpusSettings, GateSettings, SearchSettings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import ModuleType

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.building import Gate, IndexWriter, SharedWriter
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.engine.verification import IndexVerifier
    from searchsvc.identities import Aliases
    from searchsvc.settings import Settings

_CLUSTERED: Final = "opensearch"


def open_engine(settings: Settings) -> SearchEngine:
    """The engine that answers from the published generation, whether or not there is one yet."""
    if _is_clustered(settings):
        engine: SearchEngine = _opening().engine(settings)
        return engine
    return WhooshEngine(settings.index.path, settings.search)


def as_fast_as_can_be(settings: Settings) -> bool:
    """Whether searches have the compiled loops, or need none."""
    return _is_clustered(settings) or compiled.loops is not None


def open_writer(settings: Settings) -> IndexWriter:
    """The writer of new generations."""
    if _is_clustered(settings):
        writer: IndexWriter = _opening().writer(settings)
        return writer
    index = settings.index
    return WhooshIndexWriter(index.path, index.keep, search=settings.search)


def open_shared_writer(settings: Settings) -> SharedWriter:
    """The writer of generations that several machines make together.

    Raises:
        ConfigError: the engine is none of a cluster.
    """
    if not _is_clustered(settings):
        raise ConfigError(
            "several machines build one index in a cluster only (index.engine = opensearch); a"
            " folder has one builder, which works with several processes (index.processes)",
            where="--shard",
        )
    writer: SharedWriter = _opening().writer(settings)
    return writer


def open_verifier(settings: Settings) -> IndexVerifier:
    """What looks for damage in a generation, published or not."""
    if _is_clustered(settings):
        verifier: IndexVerifier = _opening().verifier(settings)
        return verifier
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
    With `check`, all of it is compared with what was written; in a cluster it always is.

    Raises:
        IndexCorrupt, IndexIncompatible: on entering; the generation is damaged.
    """
    if _is_clustered(settings):
        lent: AbstractContextManager[Path] = _opening().sidecar(settings, generation, name)
        return lent
    return reading(settings.index.path / generation, name, check=check)


def _is_clustered(settings: Settings) -> bool:
    return settings.index.engine == _CLUSTERED


def _opening() -> ModuleType:
    """The engine of a cluster, whose client need not be installed.

    Raises:
        ConfigError: it is not.
    """
    try:
        from searchsvc.engine.opensearch import opening  # noqa: PLC0415 - not for everybody
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "opensearchpy":
            raise
        raise ConfigError(
            "the client of OpenSearch is not installed; run `pip install searchsvc[opensearch]`,"
            " or set index.engine to whoosh",
            where="index.engine",
        ) from error
    return opening
