"""`python -m tests.ranking.known_items`: is a story found first by whoever knows words of it?

Stories of Reuters-21578 are asked for by words of their own: some in a row of the title, or some
from anywhere in the beginning of the text, stop words aside. It is a made-up task, and an honest
one only for comparing orders: many stories have near-duplicates, which come first as rightly.
"""

from __future__ import annotations

import itertools
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import click

from searchsvc.cli.rank_files import document_of, read_objects
from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.settings import load_settings
from searchsvc.text.stop_words import STOP_WORDS
from tests.extraction.folders import REUTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.model import ArticleDocument
    from searchsvc.settings import SearchSettings

SEED = 19870226
LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10)
QUERIES = 200
"""Of each length, from titles and from texts."""
BEGINNING = 120
"""Words of a text that are remembered."""
DEEP = 100
FIRST_STAGE = ("search.lift=0", "search.lower=0", "search.feedback=0")

_WORD = re.compile(r"[A-Za-z]{3,}")


@dataclass(frozen=True, slots=True)
class Known:
    """A query for one story.

    Attributes:
        id: of the story.
        where: its words are from, `title` or `text`.
        words: of the query.
    """

    id: str
    where: str
    words: tuple[str, ...]


class Figures(NamedTuple):
    """Means over the queries of one group."""

    reciprocal_rank: float
    first: float


class Group(NamedTuple):
    """Queries of one kind.

    Attributes:
        where: their words are from, `title` or `text`.
        words: how many they have.
    """

    where: str
    words: int


def questions(
    documents: Sequence[ArticleDocument], count: int = QUERIES, seed: int = SEED
) -> Iterator[Known]:
    """`count` queries of every group for stories among `documents`; the same for the same seed."""
    random = Random(seed)
    for where, length in itertools.product(("title", "text"), LENGTHS):
        asked = 0
        for document in random.sample(documents, len(documents)):
            words = _words_of(document, where)
            if len(words) < length or asked == count:
                continue
            asked += 1
            if where == "title":
                start = random.randint(0, len(words) - length)
                places: Sequence[int] = range(start, start + length)
            else:
                places = sorted(random.sample(range(len(words)), length))
            yield Known(document.id, where, tuple(words[place] for place in places))


def _words_of(document: ArticleDocument, where: str) -> list[str]:
    text = document.title if where == "title" else " ".join(document.body.split()[:BEGINNING])
    words = (word.lower() for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in words if word not in STOP_WORDS))


def figures(engine: WhooshEngine, known: Sequence[Known], match: Match) -> dict[Group, Figures]:
    """How high the stories stand, by where the words are from and how many they are."""
    ranks: defaultdict[Group, list[float]] = defaultdict(list)
    for each in known:
        tree = parse(" ".join(each.words), Collection.ARTICLES, match=match).tree
        ids = engine.search(SearchRequest(query=tree, limit=DEEP, documents=False)).ids
        share = 1 / (ids.index(each.id) + 1) if each.id in ids else 0.0
        ranks[Group(each.where, len(each.words))].append(share)
    return {
        group: Figures(sum(shares) / len(shares), shares.count(1.0) / len(shares))
        for group, shares in ranks.items()
    }


def stories(file: Path) -> list[ArticleDocument]:
    """The stories of Reuters-21578."""
    return [document_of(fields, frozenset()) for _, fields in read_objects(file, lambda *_: None)]


def build(documents: Sequence[ArticleDocument], folder: Path) -> None:
    """Index `documents`."""
    made = WhooshIndexWriter(folder, 1).start_build(fresh=True)
    for document in documents:
        made.add(document, ())
    made.publish(rejects=0)


def search_settings(options: Sequence[str] = ()) -> SearchSettings:
    """The defaults, but for options like `search.reordered=0`."""
    overrides: Mapping[str, str] = dict(option.split("=", 1) for option in options)
    return load_settings(overrides=overrides).search


@click.command()
@click.option("--docs", default=REUTERS, type=click.Path(exists=True, path_type=Path))
@click.option("--set", "options", multiple=True, metavar="KEY=VALUE", help="As of the commands.")
@click.option("--seed", default=SEED, show_default=True)
def main(docs: Path, options: tuple[str, ...], seed: int) -> None:
    """Compare the first stage with both, and print mean reciprocal rank and share found first."""
    documents = stories(docs)
    known = list(questions(documents, seed=seed))
    with tempfile.TemporaryDirectory() as folder:
        build(documents, Path(folder))
        engines = [
            WhooshEngine(Path(folder), search_settings(each))
            for each in ((*options, *FIRST_STAGE), options)
        ]
        click.echo(
            "| words of the | match | words | first stage | both |\n|---|---|---:|---:|---:|"
        )
        for match in Match:
            one, other = (figures(engine, known, match) for engine in engines)
            for group, found in one.items():
                columns = (f"{each:.3f} / {share:.3f}" for each, share in (found, other[group]))
                click.echo(f"| {group.where} | {match} | {group.words} | {' | '.join(columns)} |")
        for engine in engines:
            engine.close()


if __name__ == "__main__":
    main()
