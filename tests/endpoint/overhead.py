"""`python -m tests.endpoint.overhead`: what a search costs beside the engine's own time.

The queries of the benchmark are asked of an index of its articles, with all facets and ten hits. Of
each: the time inside the engine; how much longer the application takes as WSGI, by the clock, of which to
make the answer (reading the query, cards, facets, some hundred links) and all else (HTTP, checking
what was asked, writing JSON); and how much longer a request to Gunicorn takes over a connection that stays open, by
the clock, beside the time that its answer says the engine took (`took_ms`). The server is asked by itself, after
the application: two copies of one program that take turns drive each other out of the processor's caches,
which no server lives with. What matched is not
marked in these (`highlight=off`): to look through ten whole articles for it is part of finding, and
the processor's time for it stands by itself. The figure of a query is the least of all rounds, that
of a class the median of its queries: what other work on the machine adds is not ours.
"""

from __future__ import annotations

import gc
import http.client
import io
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

import click

from searchsvc import wiring
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.durability.tables import table
from tests.endpoint.generated import archive, distinct, options
from tests.endpoint.serving import by_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searchsvc.engine.contract import Reader, SearchEngine
    from tests.bench.corpora import Corpus

T = TypeVar("T")

FACE: Final = "/api/v1/search"
MOST_MS: Final = 2.0
_READING: Final = ("search", "suggest", "spellings", "frequencies", "fetch")


@dataclass(slots=True)
class Spent:
    """Seconds: by the clock, and of the processor of this thread.

    Attributes:
        wall, cpu: of what is measured.
        reading: by the clock, while something was read from a generation, the engine included.
    """

    wall: float = 0.0
    cpu: float = 0.0
    reading: float = 0.0


class Clocked:
    """A `SearchEngine` that asks another one, and adds up what its answers take."""

    def __init__(self, engine: SearchEngine) -> None:
        """Nothing is spent yet."""
        self._engine = engine
        self.spent = Spent()

    def __getattr__(self, name: str) -> Any:
        """All but `read` is left to the other."""
        return getattr(self._engine, name)

    def read(
        self, question: Callable[[Reader], T], *, generation: str | None = None, searches: int = 1
    ) -> T:
        """See the contract."""
        began = time.perf_counter()
        try:
            return self._engine.read(
                lambda reader: question(_ClockedReader(reader, self.spent)),
                generation=generation,
                searches=searches,
            )
        finally:
            self.spent.reading += time.perf_counter() - began


class _ClockedReader:
    def __init__(self, reader: Reader, spent: Spent) -> None:
        self._reader = reader
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._reader, name)
        if name not in _READING:
            return found

        def clocked(*given: Any, **named: Any) -> Any:
            wall, cpu = time.perf_counter(), time.thread_time()
            try:
                return found(*given, **named)
            finally:
                self._spent.wall += time.perf_counter() - wall
                self._spent.cpu += time.thread_time() - cpu

        return clocked


class Sample(NamedTuple):
    """One search, in milliseconds.

    Attributes:
        engine: inside the engine, in this process.
        wsgi: of the whole application, less the engine.
        made: the part of it that makes the answer; the rest is HTTP, checking and writing.
        marking: of the processor, to mark what matched besides.
        size: bytes of the answer.
        http: of a whole request over a connection, less what the answer says the engine took.
    """

    engine: float
    wsgi: float
    made: float
    marking: float
    size: float
    http: float


class Asker:
    """Asks one application in this process and over a connection."""

    def __init__(self, index: Path, place: str) -> None:
        """Open the index; `place` is host and port of a server over it."""
        settings = load_settings(overrides={"index.path": str(index)})
        self._engine = Clocked(wiring.open_engine(settings))
        self._app = create_app(self._engine, settings)
        self._connection = http.client.HTTPConnection(place, timeout=60)

    def close(self) -> None:
        """Let go of both."""
        self._connection.close()
        self._engine.close()

    def inside(self, query: str) -> tuple[float, float, float, float, int]:
        """What a search takes in this process; see `Sample`, all but the last."""
        marked, _ = self._called(query)
        whole, body = self._called(f"{query}&highlight=off")
        return (
            1000 * self._engine.spent.wall,
            1000 * whole.wall,
            1000 * whole.reading,
            1000 * (marked.cpu - whole.cpu),
            len(body),
        )

    def over_http(self, query: str) -> tuple[float]:
        """What a search takes over the connection; see `Sample`, the last."""
        query = f"{query}&highlight=off"
        try:
            response, answer, seconds = self._over_http(query)
        except http.client.RemoteDisconnected:  # a connection that nobody used for two seconds
            response, answer, seconds = self._over_http(query)
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{query}: {response.status}: {answer[:300]!r}")
        return (1000 * seconds - float(json.loads(answer)["took_ms"]),)

    def _over_http(self, query: str) -> tuple[http.client.HTTPResponse, bytes, float]:
        """The answer of the server, its body, and seconds until all of it was there."""
        began = time.perf_counter()
        self._connection.request("GET", f"{FACE}?{query}")
        response = self._connection.getresponse()
        return response, response.read(), time.perf_counter() - began

    def _called(self, query: str) -> tuple[Spent, bytes]:
        """What the application takes beside the engine, and its answer; `reading` less the engine."""
        self._engine.spent = spent = Spent()
        wall, cpu = time.perf_counter(), time.thread_time()
        body = _called(self._app.wsgi_app, query)
        wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
        return Spent(wall - spent.wall, cpu - spent.cpu, spent.reading - spent.wall), body


def _called(application: Any, query: str) -> bytes:
    """The body of the answer of a WSGI application."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": FACE,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    status = []
    pieces = application(environ, lambda said, _headers: status.append(said))
    with closing(pieces):
        body = b"".join(pieces)
    if status != ["200 OK"]:
        raise RuntimeError(f"{query}: {status}: {body[:300]!r}")
    return body


def measured(
    queries: Sequence[tuple[str, str]], ask: Callable[[str], tuple[float, ...]], *, rounds: int
) -> list[tuple[float, ...]]:
    """For each query, the least of each figure in all rounds.

    Args:
        queries: class and parameters.
        ask: gives the figures of one request.
        rounds: that count; one before does not.
    """
    taken: list[list[tuple[float, ...]]] = [[] for _ in queries]
    for number in range(rounds + 1):
        gc.collect()
        gc.disable()
        for (_, query), figures in zip(queries, taken, strict=True):
            figures.append(ask(query))
            if not number:
                figures.clear()
        gc.enable()
    return [tuple(map(min, zip(*figures, strict=True))) for figures in taken]


def median(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(*map(statistics.median, zip(*samples, strict=True)))


def beside_answer(sample: Sample) -> float:
    """Milliseconds over a connection that neither the engine nor the making of the answer takes."""
    return sample.http - sample.made


def report(least: dict[str, list[Sample]]) -> str:
    """The figures as a table, the last row over all queries."""
    head = (
        *("class", "queries", "engine ms", "WSGI +ms", "made", "rest", "HTTP +ms", "rest"),
        *("marking", "bytes"),
    )
    rows: list[tuple[object, ...]] = [head]
    everything = [sample for samples in least.values() for sample in samples]
    for name, samples in [*least.items(), ("all", everything)]:
        middle = median(samples)
        made, marking, size = middle.made, middle.marking, round(middle.size)
        inside = (middle.engine, middle.wsgi, made, middle.wsgi - made)
        times = (*inside, middle.http, beside_answer(middle), marking)
        rows.append((name, len(samples), *(f"{each:.2f}" for each in times), f"{size:,}"))
    return table(rows)


def run(
    made: Corpus, index: Path, *, rounds: int, each: int | None = None
) -> dict[str, list[Sample]]:
    """What the queries of a corpus take over an index of it; see `measured`.

    Args:
        made: the corpus.
        index: of it.
        rounds: that count.
        each: queries of a class, at most.
    """
    with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
        Path(folder, "index").symlink_to(index.resolve())
        with by_workers(Path(folder), count=1) as workers:
            asker = Asker(index, urlsplit(workers.url).netloc)
            with closing(asker):
                queries = distinct(made, each)
                inside = measured(queries, asker.inside, rounds=rounds)
                over_http = measured(queries, asker.over_http, rounds=rounds)
    least = defaultdict(list)
    for (kind, _), one, other in zip(queries, inside, over_http, strict=True):
        least[kind].append(Sample(*one, *other))
    return least


def main() -> int:
    """What to exit with: 1 where half of all requests take longer than they may."""
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--each", type=int, help="queries of a class, at most")
    parser.add_argument("--most", type=float, default=MOST_MS, help="milliseconds at the median")
    given = parser.parse_args()
    least = run(*archive(given.work, given.docs), rounds=given.rounds, each=given.each)
    click.echo(report(least))
    middle = median([sample for samples in least.values() for sample in samples])
    rest = beside_answer(middle)
    click.echo(
        f"median over a connection: {middle.http:.2f} ms beside the engine, of it"
        f" {rest:.2f} for HTTP, checking and writing"
    )
    return int(rest > given.most)


if __name__ == "__main__":
    sys.exit(main())
