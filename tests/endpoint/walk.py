"""`python -m tests.endpoint.walk`: walks by cursor over everything while other indexes are published.

An archive of invented articles, a statement each, is served by two workers of Gunicorn. Two walks go
over all statements at once, by `links.next`: the newest first, and the best of a query that finds all
of them first. On the way `searchsvc reindex`, a process of its own, publishes the archive again and
again, each time with articles changed, gone and new. What each walk must find is known from how the
archive was made.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from searchsvc.engine.whoosh.generations import CURRENT, read_current
from searchsvc.settings import load_settings
from tests.durability.large_archives import (
    PER_FILE,
    made,
    publish_unread,
    write_large_archive,
)
from tests.durability.tables import verdict
from tests.endpoint.serving import by_workers, environment
from tests.hostile.storm import processor_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUERY: Final = "ready OR governor OR Ilse"
"""The first word stands in every statement, the others in some; of some the speaker is called so."""

WALKS: Final = {
    "newest first": "/api/v1/search?sort=newest&facets=none",
    "best first": f"/api/v1/search?q={quote(QUERY)}&facets=none&highlight=off",
}
_CHANGED: Final = 40
"""One article in so many changes with each publication, another goes, and as many come."""

_TIMEOUT_S: Final = 300


@dataclass(slots=True)
class Walk:
    """One walk.

    Attributes:
        name: of it.
        address: of the next page; None behind the last one.
        found: ids of the statements, as they came.
        scores: of them, where there are any.
        totals, generations: that were announced, each once.
        wrong: what was not as it should be, in words.
    """

    name: str
    address: str | None
    found: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    totals: set[int] = field(default_factory=set)
    generations: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def turn(self, place: str) -> None:
        """Take the next page from the server at `place`, host and port."""
        assert self.address is not None, "it has come to its end"
        status, headers, body = get(place, self.address)
        if status != http.HTTPStatus.OK:
            self.wrong.append(f"{self.name}: {self.address} was answered {status}: {body}")
            self.address = None
            return
        self.found += [hit["id"] for hit in body["hits"]]
        self.scores += [hit["score"] for hit in body["hits"] if hit.get("score") is not None]
        self.totals.add(body["total"]["statements"])
        self.generations.add(body["index"]["generation"])
        self.address = body["links"]["next"]
        header = re.search(r'<([^>]+)>; rel="next"', headers.get("Link", ""))
        if (header[1] if header else None) != self.address:
            self.wrong.append(f"{self.name}: the header and the body lead to different pages")

    def judged(self, wanted: set[str]) -> list[str]:
        """What is wrong with it, in words, now that it should have found `wanted`."""
        wrong = list(self.wrong)
        twice = len(self.found) - len(set(self.found))
        facts = {
            "came twice": twice,
            "are missing": len(wanted - set(self.found)),
            "should not be there": len(set(self.found) - wanted),
            "stand behind a lower score": sum(
                after > before for before, after in zip(self.scores, self.scores[1:], strict=False)
            ),
        }
        wrong += [f"{self.name}: {count:,} {what}" for what, count in facts.items() if count]
        if self.totals != {len(wanted)}:
            wrong.append(f"{self.name}: announced {self.totals}, there are {len(wanted):,}")
        if len(self.generations) != 1:
            wrong.append(f"{self.name}: answered from {sorted(self.generations)}")
        return wrong


def get(place: str, address: str) -> tuple[int, http.client.HTTPMessage, Any]:
    """Status, headers and body of an answer, over a connection of its own: any worker may take it."""
    connection = http.client.HTTPConnection(place, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", address, headers={"Connection": "close"})
        response = connection.getresponse()
        return response.status, response.headers, json.loads(response.read())
    finally:
        connection.close()


def change(archive: Path, articles: int, publication: int) -> None:
    """Change an archive of so many articles for the given publication, from 1."""
    some = max(1, articles // _CHANGED)
    for number, file in enumerate(sorted(archive.glob("part-*.jsonl"))):
        first = number * PER_FILE
        lines = file.read_text(encoding="utf-8").splitlines()
        kept = []
        for line in lines:
            article = int(json.loads(line)["id"][1:])
            turn = (article - first) % _CHANGED
            if turn == publication:
                kept.append(_row(article, publication))
            elif turn != _CHANGED - publication:
                kept.append(line)
        file.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    new = range(articles + publication * some, articles + (publication + 1) * some)
    text = "".join(f"{_row(article, 0)}\n" for article in new)
    (archive / f"new-{publication}.jsonl").write_text(text, encoding="utf-8")


def _row(article: int, version: int) -> str:
    return json.dumps(made(article, version).row, ensure_ascii=False)


class Publications:
    """Publishes one after the other, each by a process of its own, without waiting for them."""

    def __init__(self, folder: Path, articles: int, publications: int) -> None:
        """None is under way; `folder` has the archive and the index."""
        self._folder = folder
        self._articles = articles
        self._left = iter(range(1, publications + 1))
        self._running: subprocess.Popen[str] | None = None
        self.published: list[str] = []
        self.wrong: list[str] = []

    def start(self) -> None:
        """Begin with the next one, once the one before has come to its end."""
        self.wait()
        change(self._folder / "archive", self._articles, next(self._left))
        command = [sys.executable, "-m", "searchsvc", "reindex", "archive", "--json"]
        self._running = subprocess.Popen(
            [*command, "--index", "index"],
            cwd=self._folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self) -> None:
        """Let the one that is under way come to its end."""
        if self._running is None:
            return
        told, _ = self._running.communicate()
        if self._running.returncode:
            self.wrong.append(f"reindex ended with {self._running.returncode}: {told[-1000:]}")
        self.published.append(read_current(self._folder / "index"))
        self._running = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: figures by name, and what was wrong, in words."""

    facts: tuple[tuple[str, object], ...]
    wrong: tuple[str, ...]


def walked(folder: Path, *, statements: int, publications: int, size: int) -> Outcome:
    """What comes of walks over `folder / "index"` while `folder / "archive"` changes.

    Args:
        folder: has both, as `make` makes them.
        statements: in it.
        publications: meanwhile.
        size: hits a page, 1 to 100.
    """
    pages = math.ceil(statements / size)
    starts = {pages * (number + 1) // (publications + 1) for number in range(publications)}
    walks = [Walk(name, f"{address}&size={size}") for name, address in WALKS.items()]
    publishing = Publications(folder, statements, publications)
    began = time.perf_counter()
    with by_workers(folder) as workers:
        place = urlsplit(workers.url).netloc
        for page in range(1, pages + 1):
            if page in starts:
                publishing.start()
            if page == pages:
                publishing.wait()  # so that every one of them happens on the way
            for walk in walks:
                if walk.address is not None:
                    walk.turn(place)
        seconds = time.perf_counter() - began
        processors = [processor_s(pid) for pid in workers.pids()]
        last = get(place, "/api/v1/status")[2]["generation"]
    wanted = {f"n{number:07}:1" for number in range(statements)}
    wrong = [*publishing.wrong, *_published_wrongly(publishing.published, publications, last)]
    for walk in walks:
        wrong += walk.judged(wanted)
        if walk.address is not None:
            wrong.append(f"{walk.name}: leads on behind its last page")
    if min(processors) < 0.1 * max(processors):
        wrong.append(f"the workers did not share the work: {processors} s of processor time")
    facts = (
        ("statements", statements),
        ("walks", len(walks)),
        ("pages each", pages),
        *((f"found, {walk.name}", len(set(walk.found))) for walk in walks),
        (
            "generation of all pages",
            ", ".join(sorted(walks[0].generations | walks[1].generations)),
        ),
        ("published meanwhile", ", ".join(publishing.published)),
        ("seconds", round(seconds)),
        ("processor seconds of the workers", " + ".join(f"{each:.0f}" for each in processors)),
    )
    return Outcome(facts, tuple(wrong))


def _published_wrongly(published: Sequence[str], wanted: int, last: str) -> Iterator[str]:
    if len(set(published)) != wanted:
        yield f"{wanted} publications were to be, but there were {published}"
    if published and last != published[-1]:
        yield f"{last} answers at the end, not {published[-1]}"


def make(folder: Path, statements: int) -> None:
    """Make `folder / "archive"` and `folder / "index"`, where they are not there."""
    settings = load_settings(overrides={"index.path": str(folder / "index")})
    if not (folder / "index" / CURRENT).exists():
        write_large_archive(folder / "archive", statements)
        publish_unread(folder / "archive", settings, statements)


def main() -> int:
    """What to exit with."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--publishes", type=int, default=3)
    parser.add_argument("--size", type=int, default=100, help="hits a page")
    parser.add_argument("--work", type=Path, help="folder of archive and index, used again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="walk-") as temporary:
        folder = Path(temporary)
        kept = given.work or folder / "kept"
        make(kept, given.statements)
        for name in ("archive", "index"):
            shutil.copytree(kept / name, folder / name)
        outcome = walked(
            folder, statements=given.statements, publications=given.publishes, size=given.size
        )
    return verdict(outcome.facts, outcome.wrong)


if __name__ == "__main__":
    sys.exit(main())
