"""`python -m tests.durability.soak`: a server under mixed load while increments are published.

Two clients ask a real server of two workers (Gunicorn as the documentation starts it) for pages, JSON,
facets, suggestions, articles and what is like them, without end; every few seconds an increment is
published beside it. No request may fail, none may be answered by an older generation than the one before
it, and memory, file handles and threads of the server must not grow. What they were is drawn.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import select
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import click

from tests.bench.memory import memory_of
from tests.durability import commands
from tests.durability.archives import (
    COUNTRIES,
    LASTING,
    PEOPLE,
    WORDS,
    Step,
    first_state,
    write_archive,
)
from tests.durability.curves import Curve, Panel, draw
from tests.durability.operations import Scene
from tests.durability.tables import table, verdict
from tests.endpoint.serving import by_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ARTICLES: Final = 300
CLIENTS: Final = 2
PAUSE_S: Final = 0.01
RENEWED: Final = 0.05
"""Share of the requests that come by a new connection, which any worker may take."""
LEAST_SHARE: Final = 0.1
"""Of what a worker would do if all did as much; whoever does less was hardly asked."""
SAMPLE_S: Final = 1.0
SETTLING: Final = 0.3
"""Share of the time after which figures are compared: caches fill up first."""
GROWTH_MB: Final = 16.0
GROWTH_SHARE: Final = 0.1
MORE_HANDLES: Final = 16
"""Each segment is an open file, and their number goes up and down; a leak would be one an increment."""


def asked(draws: Random) -> tuple[str, str]:
    """A kind of request and an address of that kind."""
    kind = draws.choice(("page", "JSON", "facets", "suggestions", "article", "similar", "ready"))
    word = quote(draws.choice((*WORDS, *COUNTRIES, PEOPLE[0][0], f'"needs a {WORDS[3]}"')))
    article = f"a{draws.randrange(LASTING):05}"
    address = {
        "page": draws.choice(("/search", f"/search?q={word}", f"/search?q={word}&in=articles")),
        "JSON": f"/api/v1/search?q={word}&size=20",
        "facets": f"/api/v1/search?in=articles&facets=speaker,country,date&q={word}",
        "suggestions": f"/api/v1/suggest?q={word[: draws.randint(2, 4)]}",
        "article": draws.choice((f"/api/v1/articles/{article}", f"/articles/{article}")),
        "similar": f"/api/v1/similar?article={article}",
        "ready": "/readyz",
    }[kind]
    return kind, address


@dataclass(slots=True)
class Load:
    """What one client did.

    Attributes:
        requests: by kind.
        failures: the first of those that failed, in words.
        failed: how many did.
        slowest_ms: of all requests.
        seconds: spent waiting for all of them.
    """

    requests: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    failed: int = 0
    slowest_ms: float = 0.0
    seconds: float = 0.0


class Client:
    """A process that loads the server until it is told to stop."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        """Start it."""
        self._log = folder / f"load-{seed}.json"
        self._errors = folder / f"load-{seed}.err"
        told_to_stop, self._stop = os.pipe()
        self._pid, self._reading = commands.fork(
            lambda: _load(url, Random(seed), told_to_stop, self._log), self._errors
        )
        os.close(told_to_stop)

    def stop(self) -> Load:
        """What it did."""
        os.write(self._stop, b"x")
        os.waitpid(self._pid, 0)
        os.close(self._stop)
        os.close(self._reading)
        if not self._log.exists():
            return Load(failures=[self._errors.read_text(encoding="utf-8")], failed=1)
        body = json.loads(self._log.read_text(encoding="utf-8"))
        return Load(Counter(body.pop("requests")), **body)


def _load(url: str, draws: Random, told_to_stop: int, log: Path) -> int:
    load = Load()
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    newest = ""
    while not select.select([told_to_stop], [], [], PAUSE_S)[0]:
        kind, address = asked(draws)
        if draws.random() < RENEWED:
            connection.close()
        began = time.monotonic()
        try:
            newest = _ask(connection, address, newest)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            connection.close()
            load.failed += 1
            load.failures = [*load.failures, f"{address}: {error!r}"][:20]
        took = time.monotonic() - began
        load.requests[kind] += 1
        load.seconds += took
        load.slowest_ms = max(load.slowest_ms, 1000 * took)
    log.write_text(
        json.dumps({name: getattr(load, name) for name in Load.__slots__}), encoding="utf-8"
    )
    return 0


def _ask(connection: http.client.HTTPConnection, address: str, newest: str) -> str:
    """The generation that answered, or `newest` where the answer does not say.

    Raises:
        ValueError: the answer is not as it should be.
    """
    connection.request("GET", address)
    response = connection.getresponse()
    text = response.read()
    if response.status != http.HTTPStatus.OK:
        raise ValueError(f"status {response.status}: {text[:200]!r}")
    if "json" not in (response.headers.get("Content-Type") or ""):
        if b"</html>" not in text:
            raise ValueError("the page is cut short")
        return newest
    body: Any = json.loads(text)
    generation = body.get("generation") or body.get("index", {}).get("generation", newest)
    if generation < newest:
        raise ValueError(f"{generation} answers after {newest}")
    return str(generation)


@dataclass(frozen=True, slots=True)
class Sample:
    """What all workers took together at one moment: memory in MB of 10**6 bytes, open files, threads.

    Attributes:
        worked_s: seconds of the processor until then, of each worker.
    """

    minute: float
    rss_mb: float
    anonymous_mb: float
    handles: int
    threads: int
    worked_s: tuple[float, ...]


def sample(pids: Sequence[int], began: float) -> Sample:
    """What the processes `pids` take now. What they share counts for each of them."""
    memories = [memory_of(pid) for pid in pids]
    return Sample(
        (time.monotonic() - began) / 60,
        sum(each.rss_mb for each in memories),
        sum(each.anonymous_mb for each in memories),
        sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),  # noqa: PTH208 - names only
        sum(len(os.listdir(f"/proc/{pid}/task")) for pid in pids),  # noqa: PTH208 - likewise
        tuple(map(_worked, pids)),
    )


def _worked(pid: int) -> float:
    """Seconds of the processor that a process took (proc(5): utime and stime of its stat)."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


class Increments:
    """Publishes one after the other, without waiting for them."""

    def __init__(self, scene: Scene, draws: Random) -> None:
        """None is under way."""
        self._scene = scene
        self._draws = draws
        self._running: tuple[int, int] | None = None
        self.published = 0

    def start(self) -> None:
        """Begin the next one, once the one before has ended."""
        if self._running is not None:
            return
        scene = self._scene
        scene.newest = scene.newest.after(Step.LITTLE, self._draws)
        write_archive(scene.archive, scene.newest)
        arguments = ("reindex", "--index", scene.index, scene.archive)
        self._running = commands.start(arguments, scene.errors)

    def look(self, *, wait: bool = False) -> None:
        """Find out whether the one under way has ended."""
        if self._running is None:
            return
        pid, reading = self._running
        ended, status = os.waitpid(pid, 0 if wait else os.WNOHANG)
        if not ended:
            return
        os.close(reading)
        self._running = None
        self.published += 1
        if code := os.waitstatus_to_exitcode(status):
            errors = self._scene.errors.read_text(encoding="utf-8")
            self._scene.wrong.append(f"an increment ended with {code}: {errors[-500:]}")


def soak(
    scene: Scene, minutes: float, every_s: float, draws: Random, count: int
) -> Iterator[Sample | Load | int]:
    """Samples while it lasts, then what each client did, then the number of increments.

    Args:
        scene: with an archive that is indexed.
        minutes: how long.
        every_s: seconds from one increment to the next.
        draws: of what is asked and what changes.
        count: of the server's workers.
    """
    folder = scene.folder / "served"
    folder.mkdir()
    with by_workers(folder, count=count, SEARCHSVC_INDEX_PATH=str(scene.index)) as server:
        clients = [
            Client(server.url, scene.folder, draws.randrange(1 << 30)) for _ in range(CLIENTS)
        ]
        increments = Increments(scene, draws)
        began = time.monotonic()
        due = every_s
        while (spent := time.monotonic() - began) < 60 * minutes:
            if spent >= due:
                increments.start()
                due += every_s
            increments.look()
            pids = server.pids()
            if len(pids) == count:
                yield sample(pids, began)
            elif len(pids) > count:
                scene.wrong.append(f"a worker died: {server.told()[-1500:]}")
                break
            time.sleep(min(SAMPLE_S, max(0.0, 60 * minutes - spent)))
        increments.look(wait=True)
        yield from [client.stop() for client in clients]
    yield increments.published


def slope(samples: list[Sample], of: Callable[[Sample], float]) -> float:
    """How much a figure grows an hour, by least squares over all that comes after the settling."""
    settled = samples[int(SETTLING * len(samples)) :]
    if len(settled) < 3:
        return 0.0
    line = statistics.linear_regression(
        [each.minute for each in settled], [of(e) for e in settled]
    )
    return 60 * line.slope


def growths(samples: list[Sample]) -> list[str]:
    """What has grown beyond what settling explains: the last fifth against the first settled one."""
    settled = samples[int(SETTLING * len(samples)) :]
    fifth = max(1, len(settled) // 5)
    first, last = settled[:fifth], settled[-fifth:]
    wrong = []
    for name, of, allowed in _WATCHED:
        had = statistics.median(of(each) for each in first)
        has = statistics.median(of(each) for each in last)
        if has - had > allowed(had, len(samples[0].worked_s)):
            wrong.append(f"{name} grew from {had:.1f} to {has:.1f}")
    return wrong


def _memory_allowed(had: float, workers: int) -> float:
    return max(GROWTH_MB * workers, GROWTH_SHARE * had)


def _number_allowed(_had: float, workers: int) -> float:
    return MORE_HANDLES * workers


_WATCHED: Final[
    tuple[tuple[str, Callable[[Sample], float], Callable[[float, int], float]], ...]
] = (
    ("resident memory (MB)", lambda each: each.rss_mb, _memory_allowed),
    ("anonymous memory (MB)", lambda each: each.anonymous_mb, _memory_allowed),
    ("file handles", lambda each: each.handles, _number_allowed),
    ("threads", lambda each: each.threads, _number_allowed),
)


def picture(samples: list[Sample], title: str) -> str:
    """The samples as an SVG document."""
    minutes = [each.minute for each in samples]
    memory = (
        Curve("resident", tuple(each.rss_mb for each in samples)),
        Curve("anonymous", tuple(each.anonymous_mb for each in samples)),
    )
    counts = (
        Curve("file handles", tuple(float(each.handles) for each in samples)),
        Curve("threads", tuple(float(each.threads) for each in samples)),
    )
    return draw(title, minutes, (Panel("MB", memory), Panel("open", counts)))


def report(scene: Scene, samples: list[Sample], loads: list[Load], increments: int) -> int:
    """Print what was found; the exit code."""
    requests = sum((load.requests for load in loads), Counter[str]())
    click.echo(table([("asked for", "requests"), *sorted(requests.items())]) + "\n")
    rows: list[tuple[object, ...]] = [("all workers", "first", "last", "most", "growth an hour")]
    for name, of, _ in _WATCHED:
        values = [of(each) for each in samples]
        figures = (values[0], values[-1], max(values), slope(samples, of))
        rows.append((name, *(f"{value:.1f}" for value in figures)))
    click.echo(table(rows) + "\n")
    worked = samples[-1].worked_s
    shares = [each / sum(worked) for each in worked]
    failed = sum(load.failed for load in loads)
    scene.wrong += [f"a request failed: {each}" for load in loads for each in load.failures]
    scene.wrong += growths(samples)
    total = sum(requests.values())
    facts = [
        ("minutes", f"{samples[-1].minute:.1f}"),
        ("requests", total),
        ("requests that failed", failed),
        ("mean answer in ms", f"{1000 * sum(load.seconds for load in loads) / max(1, total):.1f}"),
        ("slowest answer in ms", f"{max(load.slowest_ms for load in loads):.0f}"),
        ("share of the work, by worker", ", ".join(f"{each:.0%}" for each in shares)),
        ("increments published", increments),
        ("went wrong", len(scene.wrong)),
    ]
    if min(shares) < LEAST_SHARE / len(shares):
        scene.wrong.append("a worker had nothing to do")
    if not total or not increments:
        scene.wrong.append("nothing was asked, or nothing published")
    return verdict(facts, scene.wrong)


def main() -> int:
    """Run it as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2, help="of the server")
    parser.add_argument("--every", type=float, default=10, help="seconds between increments")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, default=Path("docs/soak.svg"))
    options = parser.parse_args()
    draws = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        scene = Scene(Path(folder), Path(folder) / "index", newest=first_state(ARTICLES))
        write_archive(scene.archive, scene.newest)
        scene.reindex(scene.archive)
        heard = list(soak(scene, options.minutes, options.every, draws, options.workers))
        samples = [each for each in heard if isinstance(each, Sample)]
        loads = [each for each in heard if isinstance(each, Load)]
        increments = sum(each for each in heard if isinstance(each, int))
        code = report(scene, samples, loads, increments)
    title = f"{options.workers} workers, {CLIENTS} clients, an increment every {options.every:g} s"
    options.plot.write_text(picture(samples, title), encoding="utf-8")
    click.echo(f"drawn in {options.plot}")
    return code


if __name__ == "__main__":
    sys.exit(main())
