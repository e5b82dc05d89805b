"""Countries of articles against the places that Reuters' own indexers gave.

    python -m tests.extraction.places [--every N] [--errors N] [FOLDER]

FOLDER holds `reuters21578/docs.jsonl.gz`; one article in N is read (5 unless told). Printed are
precision, recall and F1 of all countries of an article, and of those that it is mainly about, and
the countries most often claimed or missed. Articles without places are left out; bodies and regions
as well, which are no places there. The place of the dateline comes from the column of that name.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from searchsvc.corpus.assembly import Place, article_from_row
from searchsvc.corpus.columns import read_row
from searchsvc.countries import COUNTRIES, label, resolve
from searchsvc.extract import extract, find_countries
from searchsvc.model import Article, Span
from searchsvc.settings import ColumnSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BESIDE: Final = Path(__file__).resolve().parents[3] / "shared" / "corpora"


class Score(NamedTuple):
    """Counts of right, claimed and given countries over many articles."""

    right: int
    claimed: int
    given: int

    @property
    def precision(self) -> float:
        """Share of those claimed that are right, 0 to 1."""
        return self.right / self.claimed if self.claimed else 0.0

    @property
    def recall(self) -> float:
        """Share of those given that are claimed, 0 to 1."""
        return self.right / self.given if self.given else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 0 to 1."""
        both = self.claimed + self.given
        return 2 * self.right / both if both else 0.0


class Compared(NamedTuple):
    """One article: what the indexers gave, and what we find."""

    article: Article
    given: frozenset[str]
    named: frozenset[str]
    main: frozenset[str]


def compare(corpora: Path, every: int) -> Iterator[Compared]:
    """One in `every` of the articles that have places, in the order of the collection."""
    path = corpora / "reuters21578" / "docs.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["places"]]
    columns = ColumnSettings()
    for row in rows[::every]:
        place = Place("docs.jsonl.gz", row["id"], "Reuters")
        article = article_from_row(read_row(row, columns), place)
        if isinstance(article, Article):
            yield _compared(article, row)


def _compared(article: Article, row: dict[str, Any]) -> Compared:
    extraction = extract(article)
    given = {resolve(place) or place for place in row["places"]}
    return Compared(
        article=article,
        given=frozenset(given),
        named=frozenset(code for code in extraction.countries if code in COUNTRIES),
        main=frozenset(code for code in extraction.main_countries if code in COUNTRIES),
    )


def score(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Score:
    """Counts over pairs of what is claimed and what is given."""
    listed = list(pairs)
    return Score(
        right=sum(len(claimed & given) for claimed, given in listed),
        claimed=sum(len(claimed) for claimed, _ in listed),
        given=sum(len(given) for _, given in listed),
    )


def _table(compared: Sequence[Compared]) -> Iterator[str]:
    yield f"{len(compared)} articles         P      R      F1    right  claimed  given"
    for name, one in (
        ("all countries", score((c.named, c.given) for c in compared)),
        ("mainly about", score((c.main, c.given) for c in compared)),
    ):
        rates = f"{one.precision:.3f}  {one.recall:.3f}  {one.f1:.3f}"
        yield f"{name:20}  {rates} {one.right:8} {one.claimed:8} {one.given:6}"
    for name, codes in (
        ("named, not given", (code for c in compared for code in c.named - c.given)),
        ("given, not named", (code for c in compared for code in c.given - c.named)),
        ("main, not given", (code for c in compared for code in c.main - c.given)),
        ("given, not main", (code for c in compared for code in c.given - c.main)),
    ):
        most = ", ".join(f"{label(code)} {n}" for code, n in Counter(codes).most_common(10))
        yield f"{name}: {most}"


def _errors(compared: Sequence[Compared], count: int) -> Iterator[str]:
    """`count` disagreements chosen at random, the same in every run."""
    found = [(c, code) for c in compared for code in sorted(c.named ^ c.given)]
    for one, code in random.Random(0).sample(found, min(count, len(found))):
        sign = "+" if code in one.named else "-"
        dateline = one.article.dateline or "no dateline"
        yield f"{sign} {label(code)} | {one.article.id} | {dateline} | {one.article.title}"
        yield from (f"    {where}" for where in _contexts(one.article, code))


def _contexts(article: Article, code: str) -> Iterator[str]:
    """Where the body names `code`, at most three times; else how it begins."""
    body, day = article.body, article.date.day if article.date else None
    spans = [m.span for m in find_countries(body, day=day) if m.code == code][:3]
    for span in spans or [Span(0, 100)]:
        yield " ".join(body[max(0, span.start - 60) : span.end + 60].split())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.extraction.places")
    parser.add_argument("folder", nargs="?", type=Path, default=_BESIDE, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=5, metavar="N", help="one article in N")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="disagreements shown")
    arguments = parser.parse_args()
    compared = list(compare(arguments.folder, arguments.every))
    lines = (*_table(compared), *_errors(compared, arguments.errors))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
