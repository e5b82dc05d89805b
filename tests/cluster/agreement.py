"""Whoosh and the live cluster over the same archives: `python -m tests.cluster.agreement`.

Random requests over Reuters-21578 and PolNeAR. Totals, articles, facets and the order by date must
be equal; by relevance the share of the ten best that both have is told by class of query.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchsvc.corpus import Archive
from searchsvc.documents import article_document, statement_documents
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.extract import extract
from searchsvc.model import Article, Collection, Extraction
from searchsvc.query.tree import (
    And,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Wildcard,
)
from searchsvc.settings import SearchSettings, load_settings
from tests.archive.oracle import Oracle
from tests.archive.questions import random_request
from tests.cluster.engines import opened_cluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.building import IndexWriter
    from searchsvc.engine.contract import SearchEngine, SearchRequest
    from searchsvc.model import ArticleDocument, Document, StatementDocument
    from searchsvc.query.tree import Node

    Pair = tuple[ArticleDocument, tuple[StatementDocument, ...]]

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
SETTINGS = SearchSettings(budget_ms=0)
LEAST_OVERLAP = 0.95
BEST = 10
_REUTERS = {
    "columns.countries": "places",
    "columns.speakers": "people",
    "corpus.source": "Reuters",
}
_NOTHING = Extraction(statements=(), mentions=(), countries=())
ARCHIVES = {
    "Reuters-21578": ("reuters21578/docs.jsonl.gz", _REUTERS, 5),
    "PolNeAR": ("polnear/train.jsonl.gz", {"columns.source": "publisher"}, 1),
}
"""File, settings, and one article in so many that is looked through for statements."""


@dataclass
class Tally:
    """What was compared.

    Attributes:
        requests: all of them.
        finding: those that find something.
        by_date: those by date.
        listing: those of them with hits on their page.
        different: what must be equal and is not.
        overlaps: by class of query, of requests by relevance with hits.
    """

    requests: int = 0
    finding: int = 0
    by_date: int = 0
    listing: int = 0
    different: list[str] = field(default_factory=list)
    overlaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.agreement", description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--archives", nargs="+", choices=list(ARCHIVES), default=list(ARCHIVES))
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tally = Tally()
    for name in given.archives:
        file, mapped, every = ARCHIVES[name]
        pairs = list(_read(given.corpora / file, mapped, every))
        with tempfile.TemporaryDirectory() as folder, _both(Path(folder), given.shards) as engines:
            whoosh, cluster, writers = engines
            for writer in writers:
                _fill(writer, pairs)
            for collection in Collection:
                documents = _documents(pairs, collection)
                rng = random.Random(f"{given.seed} {name} {collection}")
                oracle = Oracle(collection, documents)
                for _ in range(given.requests // (2 * len(given.archives))):
                    compare(_asked(oracle, rng), whoosh, cluster, tally)
                click.echo(
                    f"{name}, {collection}: {len(documents):,} documents, {tally.requests} asked"
                )
    return report(tally)


def compare(
    request: SearchRequest, whoosh: SearchEngine, cluster: SearchEngine, tally: Tally
) -> None:
    """Ask both, and note what differs."""
    one, other = whoosh.search(request), cluster.search(request)
    tally.requests += 1
    tally.finding += one.total > 0
    for what in ("total", "articles", "facets"):
        if getattr(one, what) != getattr(other, what):
            tally.different.append(
                f"{what} of {request}: {getattr(one, what)} and {getattr(other, what)}"
            )
    if not request.sort.scored:
        tally.by_date += 1
        tally.listing += bool(one.ids)
        if one.ids != other.ids:
            tally.different.append(f"order of {request}: {one.ids} and {other.ids}")
    elif one.ids:
        common = len(set(one.ids) & set(other.ids)) / len(one.ids)
        tally.overlaps[kind_of(request.query)].append(common)


def report(tally: Tally) -> int:
    """Print what was noted; 1 where it is not what must be."""
    click.echo(
        f"{tally.requests} requests, {tally.finding} of which find something; {tally.by_date} by"
        f" date, {tally.listing} of them with hits on their page"
    )
    click.echo(f"totals, articles, facets, order by date that differ: {len(tally.different)}")
    for each in tally.different[:5]:
        click.echo(f"  {each[:1000]}")
    every = [share for shares in tally.overlaps.values() for share in shares]
    click.echo(f"{'overlap of the ten best by relevance':<40} requests   mean  least  all ten")
    for name, shares in [*sorted(tally.overlaps.items()), ("together", every)]:
        whole = sum(share == 1 for share in shares) / len(shares)
        mean = sum(shares) / len(shares)
        click.echo(f"  {name:<38} {len(shares):>8} {mean:>6.4f} {min(shares):>6.2f} {whole:>8.1%}")
    ok = not tally.different and sum(every) / len(every) >= LEAST_OVERLAP
    return 0 if ok else 1


def kind_of(node: Node) -> str:
    """The class of a query by what is hardest in it."""
    leaves = list(_leaves(node))
    if any(isinstance(leaf, Phrase) and leaf.slop for leaf in leaves):
        return "phrases with words between"
    if any(isinstance(leaf, Prefix | Wildcard | Fuzzy) for leaf in leaves):
        return "prefixes, patterns, fuzzy words"
    if any(isinstance(leaf, Phrase) for leaf in leaves):
        return "phrases"
    words = sum(isinstance(leaf, Term) for leaf in leaves)
    return {0: "no words", 1: "one word"}.get(words, "several words")


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And() | Or():
            for child in node.children:
                yield from _leaves(child)
        case Synonyms():
            for name in (node.typed, *node.others):
                yield from _leaves(name)
        case Not():
            return
        case _:
            yield node


def _asked(oracle: Oracle, rng: random.Random) -> SearchRequest:
    request = replace(random_request(oracle, rng), documents=False)
    return replace(request, limit=BEST, offset=0) if request.sort.scored else request


@contextmanager
def _both(
    folder: Path, shards: int
) -> Iterator[tuple[SearchEngine, SearchEngine, Sequence[IndexWriter]]]:
    """The two engines, empty, and what fills them."""
    whoosh = WhooshEngine(folder / "whoosh", SETTINGS)
    opened = opened_cluster(folder / "cluster", keep=1, search=SETTINGS, shards=shards)
    with closing(whoosh), opened as cluster:
        yield whoosh, cluster.reader, (WhooshIndexWriter(folder / "whoosh", 1), cluster.writer)


def _fill(writer: IndexWriter, pairs: Sequence[Pair]) -> None:
    started = time.perf_counter()
    build = writer.start_build(fresh=True)
    for article, statements in pairs:
        build.add(article, statements)
    status = build.publish(rejects=0)
    took = time.perf_counter() - started
    click.echo(
        f"{status.engine}: {status.articles:,} articles, {status.size_bytes:,} bytes, {took:.1f} s"
    )


def _read(path: Path, mapped: dict[str, str], every: int) -> Iterator[Pair]:
    archive = Archive([str(path)], load_settings(overrides=mapped))
    number = 0
    for file in archive.files():
        for item in archive.read(file):  # type: ignore[arg-type]  # our own files can be read
            if isinstance(item, Article):
                extraction = _NOTHING if number % every else extract(item)
                yield article_document(item, extraction), statement_documents(item, extraction)
                number += 1


def _documents(pairs: Sequence[Pair], collection: Collection) -> list[Document]:
    if collection is Collection.ARTICLES:
        return [article for article, _ in pairs]
    return [statement for _, statements in pairs for statement in statements]


if __name__ == "__main__":
    sys.exit(main())
