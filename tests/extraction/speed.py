"""`python -m tests.extraction.speed`: articles a second, memory, and growth with length.

Measured, never asserted: seconds of one core (CPU time, so that what else runs on the machine matters
little). What grows by far more than the first power of the length is marked.
"""

from __future__ import annotations

import re
import resource
import sys
import time
import tracemalloc
from itertools import cycle, islice
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc.corpus import Archive
from searchsvc.errors import CorpusError
from searchsvc.extract import extract
from searchsvc.settings import Settings
from tests.extraction.articles import an_article
from tests.extraction.folders import POLNEAR, REUTERS
from tests.extraction.worst import WORST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.model import Article

_SIZES: Final = (1_000, 10_000, 100_000)
_STEEP: Final = 1.5  # power of the length from which growth is marked
_SHORTEST: Final = 0.02  # seconds below which a growth says nothing
_TICK: Final = 1e-6  # seconds that anything takes, so that there is a rate
_SMALL: Final = 8  # largest of the smaller sizes, as a share of the full one


def articles_of(path: Path, most: int) -> list[Article]:
    """The first articles of a corpus, as they are read for an index."""
    archive = Archive([str(path)], Settings())
    read = (
        one
        for file in archive.files()
        if not isinstance(file, CorpusError)
        for one in archive.read(file)
    )
    return list(islice((one for one in read if not isinstance(one, CorpusError)), most))


def of_articles(name: str, articles: Sequence[Article]) -> str:
    """Articles and words a second."""
    words = sum(len(article.body.split()) for article in articles)
    seconds = _seconds(articles)
    return (
        f"{name:24}{len(articles):7} articles of {words / len(articles):5.0f} words: "
        f"{len(articles) / seconds:6.0f} a second, {words / seconds / 1000:5.0f} thousand words"
    )


def _seconds(articles: Sequence[Article]) -> float:
    started = time.process_time()
    for article in articles:
        extract(article)
    return max(time.process_time() - started, _TICK)


def prose_of(bodies: Sequence[str], words: int) -> str:
    """Real articles, end to end, cut after so many words; again from the first if they run out."""
    taken: list[str] = []
    left = words
    for body in cycle(bodies):
        taken.append(body)
        left -= len(body.split())
        if left <= 0:
            break
    text = "\n\n".join(taken)
    end = next(islice(re.finditer(r"\S+", text), words - 1, None)).end()
    return text[:end]


def of_lengths(bodies: Sequence[str]) -> Iterator[str]:
    """Seconds and memory of one article, by its words."""
    yield f"\n{'words of one article':24}{'seconds':>9}{'thousand words a s':>20}{'peak MB':>9}"
    for size in _SIZES:
        article = an_article(prose_of(bodies, size))
        seconds = min(_seconds([article]) for _ in range(3 if size < _SIZES[-1] else 1))
        tracemalloc.start()
        extract(article)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        yield f"{size:<24,}{seconds:9.3f}{size / seconds / 1000:20.0f}{peak / 2**20:9.1f}"


def of_worst() -> Iterator[str]:
    """Seconds of the hardest texts, and the power of their length with which they grow."""
    yield f"\n{'hardest texts':36}{'seconds':>9}{'growth':>8}"
    for name, worst in WORST.items():
        sizes = (worst.size // _SMALL, worst.size)
        small, full = (_seconds([an_article(worst.make(size))]) for size in sizes)
        if small < _SHORTEST or full < _SHORTEST:
            growth = "-"
        else:
            power = log2(full / small) / log2(_SMALL)
            growth = f"{power:.1f}{' !' if power > _STEEP else ''}"
        yield f"{worst.size:>11,} {name:24}{full:9.3f}{growth:>8}"


@click.command()
@click.option("--polnear", type=click.Path(path_type=Path), default=POLNEAR, show_default=True)
@click.option("--reuters", type=click.Path(path_type=Path), default=REUTERS, show_default=True)
@click.option("--most", default=2_000, show_default=True, help="articles of a corpus")
@click.option("--no-worst", is_flag=True, help="leave the hardest texts out")
def main(*, polnear: Path, reuters: Path, most: int, no_worst: bool) -> None:
    """Print how fast statements are extracted, and how that grows."""
    extract(an_article("Ivo Berg said the border would stay open."))  # what is built once
    bodies: list[str] = []
    for name, path in (("PolNeAR", polnear), ("Reuters-21578", reuters)):
        if path.is_file():
            articles = articles_of(path, most)
            bodies = bodies or [article.body for article in articles]
            click.echo(of_articles(name, articles))
        else:
            click.echo(f"{name:24}not there: {path}")
    for line in of_lengths(bodies or [WORST["words in paragraphs"].make(_SIZES[0])]):
        click.echo(line)
    for line in () if no_worst else of_worst():
        click.echo(line)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 2**20 if sys.platform == "darwin" else 2**10
    click.echo(f"\npeak memory of the process {peak / unit:.0f} MB")


if __name__ == "__main__":
    main()
