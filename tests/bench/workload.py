"""What is measured: articles, queries, answers, and what an engine under test offers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NotRequired, Protocol, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLASSES = (
    "rare",
    "common",
    "or2",
    "or3",
    "and2",
    "phrase",
    "term_speaker",
    "term_country_date",
    "all",
    "all_filter",
    "prefix",
    "fuzzy",
)
"""Classes of queries, in the order of the tables; `all` is the landing page."""

FACETS = ("speaker", "country", "month", "source")
TOP = 20
"""Values counted of speaker and country; of month and source, all."""

HITS = 10


class Record(TypedDict):
    """One article of a corpus, a line of its JSONL file; `date` is 2004-07-19."""

    id: str
    title: str
    body: str
    date: str
    source: str
    countries: list[str]
    speakers: list[str]


class Filters(TypedDict, total=False):
    """Conditions that all hold; both dates inclusive."""

    speaker: str
    country: str
    source: str
    date_from: str
    date_to: str


Query = TypedDict(
    "Query",
    {
        "id": str,
        "class": str,
        "op": str,
        "terms": list[str],
        "words": list[str],
        "filters": Filters,
    },
)
"""`op` is term, or, and, phrase, all, prefix or fuzzy; `terms` are analysed, `words` are not."""


class Answer(TypedDict):
    """What an engine says to a query; `facets` is empty where they were not asked for.

    `seconds` is given by engines that run in a process of their own: what the query took there,
    without the way between the processes.
    """

    total: int
    hits: list[str]
    facets: dict[str, dict[str, int]]
    seconds: NotRequired[float]


class Engine(Protocol):
    """An engine under test, ours or a peer.

    Attributes:
        name: in the tables.
        unsupported: values of `op` that it cannot answer.
    """

    name: str
    unsupported: tuple[str, ...]

    def build(self, corpus_path: str, index_dir: str) -> None:
        """Index every article of the JSONL file into `index_dir`, which does not exist yet."""
        ...

    def open(self, index_dir: str) -> None:
        """Make ready to search."""
        ...

    def search(self, query: Query, facets: bool = True) -> Answer:  # noqa: FBT001, FBT002 - the shape that was asked for
        """The exact total, the ids of the 10 best by BM25 and the exact counts over all."""
        ...

    def pids(self) -> list[int]:
        """Processes besides our own whose memory counts."""
        ...

    def close(self) -> None:
        """Free everything."""
        ...


def read_corpus(path: str | Path) -> Iterator[Record]:
    """The articles of a JSONL file."""
    with open(path, encoding="utf-8") as lines:  # noqa: PTH123 - the adapter is given plain paths
        for line in lines:
            yield json.loads(line)


def text_of(article: Record) -> str:
    """The one text that is searched."""
    return f"{article['title']} {article['body']}"


def day_number(date: str) -> int:
    """20040719 for `2004-07-19`: ordered like the dates."""
    return int(date.replace("-", ""))
