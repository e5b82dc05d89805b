"""What is counted of a generation once and kept, as it never changes."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from searchsvc.columnar.fingerprints import WEIGHT_BITS
from searchsvc.engine.opensearch.answering.facets import whole_value
from searchsvc.engine.opensearch.compiling.leaves import (
    PATTERNS,
    expanded_at,
    leaves_of,
    matched_leaf,
    near_at,
)
from searchsvc.engine.opensearch.documents import layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.compiling.leaves import Place, WordLeaf
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node

Body = dict[str, Any]

KEPT: Final = 10_000
"""Leaves that are remembered, with how many documents they match."""
_MOST_MARKS: Final = 1 << 16
_VALUES_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """A collection as a whole.

    Attributes:
        documents: how many.
        means: length of each field over the documents that have it.
        newest: ordinal of the day of the newest document; 0 where none has one.
    """

    documents: int
    means: Mapping[str, float]
    newest: int


@dataclass(slots=True)
class Kept:
    """What is known of a collection so far; shared by all threads."""

    collection: Collection
    sizes: Sizes | None = None
    matching: dict[WordLeaf, int] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: dict[int, int] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Statistics:
    """Counts of a collection, asked for where they are not kept yet."""

    def __init__(self, kept: Kept, asker: Asker) -> None:
        """Ask by `asker`, and keep."""
        self._kept = kept
        self._asker = asker
        self.collection = kept.collection

    @property
    def sizes(self) -> Sizes:
        """The collection as a whole."""
        if self._kept.sizes is None:
            self._kept.sizes = self._sizes()
        return self._kept.sizes

    @property
    def documents(self) -> int:
        """How many there are."""
        return self.sizes.documents

    def mean(self, field: str) -> float:
        """Length of a field over the documents that have it; 1 where none has."""
        return self.sizes.means.get(field, 1.0)

    def learn(self, node: Node) -> None:
        """Ask at once for all that the scores of a query hang on."""
        self.learn_leaves(leaves_of(node))

    def learn_leaves(self, leaves: Iterable[WordLeaf]) -> None:
        """As `learn`."""
        kept = self._kept
        if len(kept.matching) > KEPT:
            kept.matching = {}
        self._counted(leaf for leaf in dict.fromkeys(leaves) if leaf not in kept.matching)

    def matching(self, leaf: WordLeaf) -> int:
        """How many documents a leaf matches."""
        found = self._kept.matching.get(leaf)
        if found is None:  # another thread may forget what it was kept by
            (found,) = self._counted([leaf])
        return found

    def _counted(self, leaves: Iterable[WordLeaf]) -> list[int]:
        """How many documents each of some leaves matches, counted and kept."""
        asked = list(leaves)
        queries = [matched_leaf(leaf, self.collection) for leaf in asked]
        counts = self._asker.counts(queries) if queries else []
        self._kept.matching.update(zip(asked, counts, strict=True))
        return counts

    def forms(self, leaf: WordLeaf, place: Place) -> Sequence[str]:
        """The words that a pattern stands for in a field, ascending; none for what is no pattern."""
        if not isinstance(leaf, PATTERNS):
            return ()
        return self._written_out(expanded_at(leaf, place), place)

    def near(self, word: str, edits: int, place: Place) -> Sequence[str]:
        """The words of a field within so many edits of a word, up to 3, and perhaps others."""
        return self._written_out(near_at(word, edits, place), place)

    def values(self, field: str) -> tuple[str, ...]:
        """All whole values of a facet field other than `date`, ascending."""
        found = self._kept.values.get(field)
        if found is None:
            found = self._kept.values[field] = self._values(field)
        return found

    def _written_out(self, query: Body, place: Place) -> tuple[str, ...]:
        """The words of a field that a query of `leaves` is written out as."""
        kept = self._kept
        key = json.dumps(query, sort_keys=True)
        found = kept.forms.get(key)
        if found is None:
            sign = re.compile(rf"(?<![^\s(]){re.escape(place.words)}:([^\s()^]+)")
            written = self._asker.rewritten(query)
            found = tuple(sorted({word for each in written for word in sign.findall(each)}))
            if len(kept.forms) > KEPT:
                kept.forms = {}
            kept.forms[key] = found
        return found

    def _values(self, field: str) -> tuple[str, ...]:
        name = layout.values(self.collection, field)
        source = {"value": {"terms": {"field": name}}}
        paged: Body = {"size": _VALUES_AT_ONCE, "sources": [source]}
        found: list[str] = []
        while True:
            asked = {
                "size": 0,
                "query": {"term": {layout.COLLECTION: str(self.collection)}},
                "aggs": {"values": {"composite": paged}},
            }
            told = self._asker.search(asked)["aggregations"]["values"]
            found += [str(each["key"]["value"]) for each in told["buckets"]]
            if len(told["buckets"]) < _VALUES_AT_ONCE:
                return tuple(sorted(self._whole(field, key) for key in found))
            paged["after"] = told["after_key"]

    def buckets(self) -> Mapping[int, int]:
        """How many documents have each bucket of fingerprints."""
        with self._kept.lock:
            if self._kept.buckets is None:
                self._kept.buckets = self._buckets()
            return self._kept.buckets

    def _whole(self, field: str, key: str) -> str:
        return whole_value(self.collection, field, key, self._asker) if layout.is_cut(key) else key

    def _sizes(self) -> Sizes:
        names = [name for name, _ in layout.word_fields(self.collection)]
        aggregations: Body = {
            name: {"avg": {"field": layout.length(self.collection, name)}} for name in names
        }
        aggregations["newest"] = {"max": {"field": layout.DAY}}
        answer = self._asker.search(
            {
                "size": 0,
                "track_total_hits": True,
                "query": {"term": {layout.COLLECTION: str(self.collection)}},
                "aggs": aggregations,
            }
        )
        found = {name: each["value"] for name, each in answer["aggregations"].items()}
        newest = int(found.pop("newest") or 0)
        means = {name: float(mean) for name, mean in found.items() if mean}
        return Sizes(int(answer["hits"]["total"]["value"]), means, newest)

    def _buckets(self) -> dict[int, int]:
        answer = self._asker.search(
            {
                "size": 0,
                "query": {"term": {layout.COLLECTION: str(self.collection)}},
                "aggs": {"marks": {"terms": {"field": layout.MARK, "size": _MOST_MARKS - 1}}},
            }
        )
        found: dict[int, int] = {}
        for each in answer["aggregations"]["marks"]["buckets"]:
            bucket = int(each["key"]) >> WEIGHT_BITS
            found[bucket] = found.get(bucket, 0) + int(each["doc_count"])
        return found
