"""`python -m tests.endpoint.load`: how many searches a second two workers answer, and how soon.

Locust, in a process of its own, lets some users ask the queries of the benchmark without a pause, ten
hits and all facets each, of `gunicorn --workers 2` over an index of the benchmark's articles; the
same then of other engines over HTTP. `--peers` names engines of the benchmark, which are served as
bare as can be (`peer`): they give ids and counts, where ours gives documents, marked stretches and
links. `--datasette PROGRAM` measures Datasette (`datasette_peer`) as well. What an engine cannot do is
not asked of it. Nothing else should run on the machine: the clients take their share of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from tests.bench import measure
from tests.bench.engines import BY_NAME
from tests.durability.tables import table
from tests.endpoint import datasette_peer
from tests.endpoint.generated import archive, options, parameters
from tests.endpoint.overhead import FACE
from tests.endpoint.serving import ROOT, by_workers, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.corpora import Corpus

WORKERS: Final = 2
OURS: Final = "searchsvc"
DATASETTE: Final = "datasette"
_WARM_UP_S: Final = 10
_BARE: Final = ("--worker-class", "gthread", "--threads", "4", "tests.endpoint.peer:app()")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one server.

    Attributes:
        name: of the engine.
        url: scheme, host and port.
        addresses: class of the query, and path with parameters.
    """

    name: str
    url: str
    addresses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it.

    Attributes:
        name: of the engine.
        queries: how many different ones were asked.
        requests, failures: in all; a failure is any status but 2xx, or none.
        per_second: requests.
        p50, p99: milliseconds until half of all, and 99 in a hundred, were answered; as Locust
            counts them, to the millisecond below 100 and to two digits above.
        slowest: milliseconds.
    """

    name: str
    queries: int
    requests: int
    failures: int
    per_second: float
    p50: float
    p99: float
    slowest: float


def loaded(asked: Asked, *, users: int, seconds: int) -> Load:
    """What so many users get in so many seconds, after some seconds that do not count."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        file = Path(folder, "addresses.json")
        file.write_text(json.dumps(asked.addresses), encoding="utf-8")
        _locust(asked.url, file, users=users, seconds=min(seconds, _WARM_UP_S))
        entries = _locust(asked.url, file, users=users, seconds=seconds)
    times: Counter[float] = Counter()
    for entry in entries:
        times.update({float(ms): count for ms, count in entry["response_times"].items()})
    began = min(entry["start_time"] for entry in entries)
    ended = max(entry["last_request_timestamp"] for entry in entries)
    return Load(
        name=asked.name,
        queries=len(asked.addresses),
        requests=times.total(),
        failures=sum(entry["num_failures"] for entry in entries),
        per_second=times.total() / (ended - began),
        p50=percentile(times, 0.50),
        p99=percentile(times, 0.99),
        slowest=max(entry["max_response_time"] for entry in entries),
    )


def percentile(times: Counter[float], share: float) -> float:
    """The least of the values that at least this share of all does not exceed."""
    met, wanted = 0, share * times.total()
    for value in sorted(times):
        met += times[value]
        if met >= wanted:
            return value
    raise ValueError("nothing was counted")


def _locust(url: str, addresses: Path, *, users: int, seconds: int) -> list[dict[str, Any]]:
    """Its figures for each class of queries."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "--headless", "--skip-log", "--only-summary"),
            *("--locustfile", ROOT / "tests" / "endpoint" / "locustfile.py", "--host", url),
            *("--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s"),
            *("--stop-timeout", "60", "--exit-code-on-error", "0", "--json"),
        ],
        cwd=addresses.parent,
        env=environment() | {"LOAD_ADDRESSES": str(addresses)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"locust ended with {done.returncode}: {done.stderr[-2000:]}")
    entries: list[dict[str, Any]] = json.loads(done.stdout)
    return entries


@contextmanager
def our_server(made: Corpus, index: Path) -> Iterator[Asked]:
    """Ours, as the documentation has it served."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        Path(folder, "index").symlink_to(index.resolve())
        with by_workers(Path(folder), count=WORKERS) as workers:
            queries = made.queries()
            addresses = ((each["class"], f"{FACE}?{parameters(each)}") for each in queries)
            yield Asked(OURS, workers.url, tuple(addresses))


@contextmanager
def bare_server(made: Corpus, name: str) -> Iterator[Asked]:
    """An engine of the benchmark, its index made where it is not there."""
    index = made.folder / name
    if not index.is_dir():
        measure.build_terms(made, [name], made.folder, say=click.echo)
    unsupported = BY_NAME[name].make().unsupported
    addresses = (
        (each["class"], f"/?{quote(json.dumps(each))}")
        for each in made.queries()
        if each["op"] not in unsupported
    )
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        told = {"PEER_ENGINE": name, "PEER_INDEX": str(index.resolve())}
        with by_workers(Path(folder), count=WORKERS, application=_BARE, **told) as workers:
            yield Asked(name, workers.url, tuple(addresses))


@contextmanager
def datasette_server(made: Corpus, program: Path) -> Iterator[Asked]:
    """Datasette, its database made where it is not there."""
    database = made.folder / DATASETTE / "served.db"
    if not database.exists():
        database.parent.mkdir(exist_ok=True)
        datasette_peer.build(made.raw, database)
    addresses = (
        (each["class"], datasette_peer.address(each))
        for each in made.queries()
        if each["op"] not in datasette_peer.UNSUPPORTED
    )
    with datasette_peer.serving(program, database) as url:
        yield Asked(DATASETTE, url, tuple(addresses))


def report(loads: Sequence[Load]) -> str:
    """The figures as a table."""
    head = ("engine", "queries", "requests", "failures", "a second", "p50 ms", "p99 ms", "max ms")
    rows: list[tuple[object, ...]] = [head]
    for each in loads:
        counts = (each.queries, each.requests, each.failures)
        times = (f"{ms:.0f}" for ms in (each.p50, each.p99, each.slowest))
        rows.append((each.name, *counts, f"{each.per_second:.1f}", *times))
    return table(rows)


def main() -> int:
    """What to exit with: 1 where any request failed."""
    parser = options(__doc__)
    parser.add_argument("--users", type=int, default=4, help="that ask at the same time")
    parser.add_argument("--seconds", type=int, default=60, help="of each engine, that count")
    parser.add_argument("--peers", nargs="*", default=["tantivy"], choices=BY_NAME)
    parser.add_argument("--datasette", type=Path, help="the program, to measure it as well")
    given = parser.parse_args()
    made, index = archive(given.work, given.docs)
    servers = [our_server(made, index), *(bare_server(made, name) for name in given.peers)]
    if given.datasette is not None:
        servers.append(datasette_server(made, given.datasette))
    loads = []
    for server in servers:
        with ExitStack() as stack:
            asked = stack.enter_context(server)
            loads.append(loaded(asked, users=given.users, seconds=given.seconds))
        click.echo(report(loads[-1:]))
    click.echo(f"\n{given.docs:,} articles, {WORKERS} workers, {given.users} users\n")
    click.echo(report(loads))
    return int(any(each.failures for each in loads))


if __name__ == "__main__":
    sys.exit(main())
