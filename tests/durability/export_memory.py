"""`python -m tests.durability.export_memory`: how much a server grows while everything is taken out.

Makes an index of invented statements, ten an article, serves it by `searchsvc serve` in a process of
its own, and takes all of them out over HTTP, in each format. What counts is the server's memory that
belongs to no file (RssAnon), looked at twenty times a second: the mapped index is the kernel's to keep
or to drop. Everything that was announced must arrive.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import http.client
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from searchsvc import wiring
from searchsvc.model import (
    Act,
    ArticleDate,
    ArticleDocument,
    DateOrigin,
    Span,
    Speaker,
    SpeakerKind,
    StatementDocument,
    StatementKind,
    TitleOrigin,
)
from searchsvc.settings import load_settings
from tests.bench.memory import Peak, memory_of
from tests.durability.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.settings import Settings

FORMATS: Final = ("ndjson", "csv", "bib")
MOST_GROWTH_MB: Final = 50.0
_EACH: Final = 10
_BLOCK: Final = 1 << 20
_WARMED_UP: Final = "/api/v1/export.ndjson?size=2000"
_WORDS: Final = [
    f"{head}{tail}"
    for head in "ba ce di fo gu ha ke li mo nu".split()
    for tail in "rand tell shom vick lorn pest quil zand".split()
]
_SOURCES: Final = ("Andean Courier", "Steppe Gazette", "Harbour Ledger")


@dataclass(frozen=True, slots=True)
class Taken:
    """One export.

    Attributes:
        rows: that came; of a bibliography entries.
        announced: how many there were to be.
        before, peak: megabytes (10**6 bytes) of the server that belong to no file.
    """

    ending: str
    rows: int
    announced: int
    megabytes: float
    seconds: float
    before: float
    peak: float

    @property
    def growth(self) -> float:
        """Megabytes by which the server grew while it lasted."""
        return self.peak - self.before


def make_index(settings: Settings, statements: int) -> None:
    """Publish an index of so many invented statements."""
    drawn = random.Random(statements)
    build = wiring.open_writer(settings).start_build(fresh=True)
    try:
        for number in range(-(-statements // _EACH)):
            said = min(_EACH, statements - number * _EACH)
            build.add(*_article(f"a{number:07}", said, drawn))
        build.publish(rejects=0)
    finally:
        build.abandon()


def _article(
    article_id: str, said: int, drawn: random.Random
) -> tuple[ArticleDocument, tuple[StatementDocument, ...]]:
    texts = [" ".join(drawn.choices(_WORDS, k=18)) for _ in range(said)]
    body = "\n\n".join(texts)
    starts = [sum(len(text) + 2 for text in texts[:place]) for place in range(said)]
    day = dt.date(1990, 1, 1) + dt.timedelta(days=drawn.randrange(12_000))
    date = ArticleDate(day, None, DateOrigin.INPUT)
    source = drawn.choice(_SOURCES)
    title = " ".join(drawn.choices(_WORDS, k=6))
    speakers = [
        Speaker(f"{drawn.choice(_WORDS)} {drawn.choice(_WORDS)}".title(), SpeakerKind.PERSON)
        for _ in texts
    ]
    article = ArticleDocument(
        id=article_id,
        path=f"made-up/{article_id}.txt",
        source=source,
        title=title,
        title_origin=TitleOrigin.GIVEN,
        body=body,
        captions=(),
        date=date,
        byline="Jun Okabe",
        byline_email=None,
        agency=None,
        url=None,
        speakers=tuple(dict.fromkeys(speaker.name for speaker in speakers)),
        countries=("PE",),
        main_countries=(),
        kinds=(StatementKind.DIRECT,),
        mentions=(),
        statement_count=said,
    )
    spans = [Span(start, start + len(text)) for start, text in zip(starts, texts, strict=True)]
    return article, tuple(
        StatementDocument(
            id=f"{article_id}:{number}",
            article_id=article_id,
            title=title,
            body=text,
            span=span,
            pieces=(span,),
            kind=StatementKind.DIRECT,
            cue=None,
            cue_text=None,
            named_at=None,
            named_as=None,
            speaker=speaker,
            others=(),
            act=Act.SAY,
            verb="say",
            said=None,
            countries=("PE",),
            confidence=0.9,
            rule="made up",
            date=date,
            source=source,
            byline="Jun Okabe",
            agency=None,
            url=None,
        )
        for number, (text, span, speaker) in enumerate(
            zip(texts, spans, speakers, strict=True), start=1
        )
    )


@contextlib.contextmanager
def serving(index: Path) -> Iterator[tuple[int, str]]:
    """Process id and address of a server over `index`."""
    command = [
        sys.executable,
        "-m",
        "searchsvc",
        "serve",
        "--index",
        str(index),
        "--port",
        "0",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            raise AssertionError("a pipe was asked for")
        try:
            yield process.pid, json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def take(pid: int, url: str, ending: str) -> Taken:
    """Take everything out in one format."""
    before = memory_of(pid).anonymous_mb
    peak = Peak(pid)
    peak.start()
    started = time.perf_counter()
    rows, announced, size = fetch(url, f"/api/v1/export.{ending}?sort=newest", ending)
    seconds = time.perf_counter() - started
    return Taken(ending, rows, announced, size / 1e6, seconds, before, peak.stop().anonymous_mb)


def fetch(url: str, address: str, ending: str) -> tuple[int, int, int]:
    """Rows that came, rows announced, and bytes."""
    mark = {"ndjson": b"\n", "csv": b"\r\n", "bib": b"\n@article{"}[ending]
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", address)
    response = connection.getresponse()
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{address}: {response.status}: {response.read(500)!r}")
    announced = int(response.headers["X-Total-Count"])
    rows, size, rest = (1 if ending == "bib" else -1 if ending == "csv" else 0), 0, b""
    while block := response.read(_BLOCK):
        size += len(block)
        rest += block
        rows += rest.count(mark)
        rest = rest[-(len(mark) - 1) :] if len(mark) > 1 else b""
    connection.close()
    return rows, announced, size


def report(taken: Sequence[Taken]) -> str:
    """The figures as a table."""
    rows: list[tuple[object, ...]] = [
        ("format", "rows", "MB", "seconds", "rows/s", "MB before", "MB more")
    ]
    rows += [
        (
            each.ending,
            each.rows,
            round(each.megabytes),
            round(each.seconds),
            round(each.rows / each.seconds),
            round(each.before),
            round(each.growth, 1),
        )
        for each in taken
    ]
    return table(rows)


def main() -> int:
    """What to exit with."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--formats", nargs="+", default=FORMATS, choices=FORMATS)
    parser.add_argument("--work", type=Path, help="folder for the index, kept and used again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.work or Path(temporary)) / f"index-{given.statements}"
        settings = load_settings(overrides={"index.path": str(folder)})
        if not (folder / "CURRENT").exists():
            make_index(settings, given.statements)
        with serving(folder) as (pid, url):
            for ending in given.formats:
                fetch(url, _WARMED_UP.replace("ndjson", ending), ending)
            taken = [take(pid, url, ending) for ending in given.formats]
    sys.stdout.write(report(taken) + "\n")
    wrong = [each for each in taken if each.rows != each.announced or each.growth > MOST_GROWTH_MB]
    for each in wrong:
        sys.stdout.write(
            f"{each.ending}: {each.rows:,} of {each.announced:,} rows, {each.growth:.1f} MB more\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
