"""Which engines can be measured, and which of them here."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tests.bench import lucene_peer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.workload import Engine

OURS, TANTIVY, LUCENE, WHOOSH = "searchsvc", "tantivy", "lucene", "whoosh"

ASKED = ", asked from Python"
"""Stands after the name of an engine that takes its own time, where the way there and back counts."""

WHOOSH_UP_TO = 10_000
"""Articles; above, stock Whoosh is measured only where asked for by name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One engine.

    Attributes:
        name: on the command line and in the tables.
        module, searched, raw: where its two classes stand: for pre-analysed and for raw text.
        default: whether it is measured where none are named.
        queries: asked of each class, at most; slow engines are sampled.
        raw_articles: built from raw text, at most; a build's speed hardly depends on it.
    """

    name: str
    module: str
    searched: str
    raw: str
    default: bool = True
    queries: int = 1_000
    raw_articles: int | None = None

    def make(self, *, raw: bool = False) -> Engine:
        """A new instance."""
        module = importlib.import_module(f"tests.bench.{self.module}")
        return cast("Engine", getattr(module, self.raw if raw else self.searched)())


ENGINES = (
    Entry(OURS, "adapter", "Product", "ProductRaw"),
    Entry("searchsvc-ranked", "adapter", "ProductRanked", "ProductRaw", default=False),
    Entry(TANTIVY, "tantivy_peer", "Tantivy", "TantivyRaw"),
    Entry("tantivy-ordinals", "tantivy_peer", "TantivyOrdinals", "TantivyRaw", default=False),
    Entry(LUCENE, "lucene_peer", "Lucene", "LuceneRaw"),
    Entry("sqlite-fts5", "sqlite_peer", "SQLite", "SQLiteRaw", queries=5),
    Entry(WHOOSH, "whoosh_peer", "Whoosh", "WhooshRaw", queries=2, raw_articles=10_000),
)
BY_NAME = {entry.name: entry for entry in ENGINES}


def missing(entry: Entry) -> str | None:
    """Why an engine cannot be measured here, or None."""
    if entry.module == "tantivy_peer" and importlib.util.find_spec("tantivy") is None:
        return "its package is not installed; pip install -e '.[bench]'"
    if entry.module == "lucene_peer":
        return lucene_peer.missing()
    return None


def chosen(names: Sequence[str], docs: int) -> tuple[list[Entry], dict[str, str]]:
    """Engines to measure, and those left out with the reason; no names stand for the default.

    Raises:
        ValueError: a name is unknown.
    """
    if unknown := set(names) - set(BY_NAME):
        raise ValueError(
            f"unknown engines: {', '.join(sorted(unknown))}; known are {', '.join(BY_NAME)}"
        )
    wanted = [BY_NAME[name] for name in names] or [entry for entry in ENGINES if entry.default]
    reasons = {}
    for entry in wanted:
        reason = missing(entry)
        if not names and entry.name == WHOOSH and docs > WHOOSH_UP_TO:
            reason = f"too slow for more than {WHOOSH_UP_TO:,} articles, unless asked for by name"
        if reason is not None:
            reasons[entry.name] = reason
    return [entry for entry in wanted if entry.name not in reasons], reasons
