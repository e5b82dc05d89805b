"""The same archive in a folder and in a cluster of one node: loaded, served and asked."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from searchsvc import wiring
from searchsvc.engine.opensearch.cluster.client import Client
from searchsvc.settings import OpenSearchSettings, load_settings
from searchsvc.web import create_app
from tests.bench.memory import Peak
from tests.endpoint.generated import publish
from tests.endpoint.overhead import FACE
from tests.endpoint.serving import by_workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.corpora import Corpus
    from tests.cluster.nodes import Node

EMBEDDED: Final = "embedded"
CLUSTER: Final = "OpenSearch"
BARE: Final = "OpenSearch itself"
PREFIX: Final = "beside"
WORKERS: Final = 2
_BUDGET_MS: Final = "60000"
"""A machine that is busy is no query's fault."""
_TIMEOUT_S: Final = 120
_FOR: Final = {
    "stored documents": ("fdt", "fdx", "fdm"),
    "words, where they occur": ("tim", "tip", "tmd", "doc", "pos", "pay", "psm"),
    "columns": ("dvd", "dvm", "kdd", "kdi", "kdm"),
}
"""By the endings of Lucene's files."""
_REST: Final = "all else"
_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What it took to make an index of documents that are there.

    Attributes:
        side: which.
        articles: how many.
        seconds: until it was published.
        own_s, node_s: of processors, of our process and of the node; None where there is no node.
        size_bytes: of the index, one copy.
        own_mb, node_mb: the most memory that they had resident, mapped files included.
    """

    side: str
    articles: int
    seconds: float
    own_s: float
    node_s: float | None
    size_bytes: int
    own_mb: float
    node_mb: float | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request over HTTP; one with a body is sent by POST."""

    path: str
    body: bytes | None = None

    @property
    def kind(self) -> str:
        """Of the body: several searches at once are one JSON text a line."""
        return "application/x-ndjson" if "/_msearch" in self.path else "application/json"


class Place:
    """A server, asked over one connection that stays open."""

    def __init__(self, url: str) -> None:
        """Nothing is asked yet."""
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_S)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def ask(self, calls: Sequence[Call]) -> tuple[float, list[Any]]:
        """Milliseconds until all of some calls, one after the other, are answered; the answers.

        Raises:
            RuntimeError: an answer is none of 200, or one of several searches at once failed.
        """
        seconds, answers = 0.0, []
        for call in calls:
            took, body = self._asked(call)
            seconds += took
            answers.append(json.loads(body))
            for each in answers[-1].get("responses", ()):
                if "error" in each:
                    raise RuntimeError(f"{call.path}: {each['error']}")
        return 1000 * seconds, answers

    def _asked(self, call: Call) -> tuple[float, bytes]:
        try:
            return self._once(call)
        except (http.client.RemoteDisconnected, BrokenPipeError):  # unused for some seconds
            self._connection.close()
            return self._once(call)

    def _once(self, call: Call) -> tuple[float, bytes]:
        method = "GET" if call.body is None else "POST"
        headers = {"Content-Type": call.kind} if call.body is not None else {}
        began = time.perf_counter()
        self._connection.request(method, call.path, call.body, headers)
        response = self._connection.getresponse()
        body = response.read()
        took = time.perf_counter() - began
        if response.status != http.client.OK:
            raise RuntimeError(f"{call.path}: {response.status}: {body[:300]!r}")
        return took, body


def overrides(side: str, folder: Path, url: str) -> dict[str, Any]:
    """The settings of a side whose index, or what a build keeps, lies in `folder`."""
    plain = {"index.path": str(folder / "index"), "index.keep": 1}
    if side == EMBEDDED:
        return plain
    cluster = {"opensearch.urls": [url], "opensearch.prefix": PREFIX, "opensearch.replicas": 0}
    return {**plain, "index.engine": "opensearch", **cluster}


def load(made: Corpus, side: str, folder: Path, node: Node) -> Load:
    """Publish an index of a corpus, in a process of its own."""
    given = overrides(side, folder, f"http://127.0.0.1:{node.http}")
    before = processor_s([node.pid])
    watched = Peak(node.pid)
    watched.start()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        seconds, own_s, own_mb = process.submit(_load, made, given).result()
    node_mb = watched.stop().rss_mb
    node_s = processor_s([node.pid]) - before
    with closing(wiring.open_engine(load_settings(overrides=given))) as engine:
        size_bytes = engine.status().size_bytes
    clustered = side == CLUSTER
    return Load(
        *(side, made.docs, seconds, own_s, node_s if clustered else None),
        *(size_bytes, own_mb, node_mb if clustered else None),
    )


def _load(made: Corpus, given: dict[str, Any]) -> tuple[float, float, float]:
    """Seconds by the clock and of processors, and megabytes."""
    peak = Peak(os.getpid())
    peak.start()
    began = time.perf_counter()
    publish(made, given)
    seconds = time.perf_counter() - began
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processors = sum(each.ru_utime + each.ru_stime for each in spent)
    return seconds, processors, peak.stop().rss_mb


@contextmanager
def served(side: str, folder: Path, url: str) -> Iterator[tuple[str, list[int]]]:
    """Address and processes of the service over a side, as the documentation has it served."""
    told = {"SEARCHSVC_SEARCH_BUDGET_MS": _BUDGET_MS}
    if side == CLUSTER:
        told |= {
            "SEARCHSVC_INDEX_ENGINE": "opensearch",
            "SEARCHSVC_OPENSEARCH_URLS": url,
            "SEARCHSVC_OPENSEARCH_PREFIX": PREFIX,
        }
    with by_workers(folder, count=WORKERS, **told) as workers:
        place = Place(workers.url)
        with closing(place):
            place.ask([Call(f"{FACE}?in=articles")])
        yield workers.url, workers.pids()


def bare_calls(folder: Path, url: str, asked: Sequence[str]) -> dict[str, list[Call]]:
    """By the parameters of each search, what the service asks the node for it.

    Each is asked twice and the second time is noted: what is asked once for a generation, such as how
    often words occur, is known by then.
    """
    given = overrides(CLUSTER, folder, url) | {"search.budget_ms": _BUDGET_MS}
    settings = load_settings(overrides=given)
    found = {}
    with closing(wiring.open_engine(settings)) as engine, _noted() as noted:
        client = create_app(engine, settings).test_client()
        for one in asked:
            for _ in range(2):
                noted.clear()
                response = client.get(f"{FACE}?{one}")
                if response.status_code != http.client.OK:
                    raise RuntimeError(f"{one}: {response.status}")
            found[one] = [*noted]
    return found


@contextmanager
def _noted() -> Iterator[list[Call]]:
    """The questions that any client sends within the block."""
    noted: list[Call] = []
    asks = Client._once  # all requests go through it

    def noting(
        client: Client, method: str, path: str, body: Any, params: Any, timeout_s: float | None
    ) -> Any:
        if method == "POST":
            noted.append(Call(f"{path}?{urlencode(params or {})}", body.encode()))
        return asks(client, method, path, body, params, timeout_s)

    Client._once = noting  # type: ignore[method-assign,assignment]
    try:
        yield noted
    finally:
        Client._once = asks  # type: ignore[method-assign]


def forget_answers(url: str) -> None:
    """Have a node work out each answer, as often as it is asked: queries of a benchmark come again."""
    with closing(Client(OpenSearchSettings(urls=(url,)))) as client:
        client.ask("PUT", f"/{PREFIX}/_settings", {"index.requests.cache.enable": False})


def sizes_of(url: str) -> dict[str, int]:
    """Bytes of the published index of a node, by what its files are for."""
    params = {"include_segment_file_sizes": "true"}
    with closing(Client(OpenSearchSettings(urls=(url,)))) as client:
        told = client.get(f"/{PREFIX}/_stats/segments", params)
    found = dict.fromkeys((*_FOR, _REST), 0)
    for ending, file in told["_all"]["primaries"]["segments"]["file_sizes"].items():
        what = next((what for what, endings in _FOR.items() if ending in endings), _REST)
        found[what] += int(file["size_in_bytes"])
    return found


def processor_s(pids: Sequence[int]) -> float:
    """Seconds of processor time of some processes."""
    stats = [Path(f"/proc/{pid}/stat").read_text("ascii", "replace") for pid in pids]
    fields = [stat.rpartition(") ")[2].split() for stat in stats]
    return sum(int(each[11]) + int(each[12]) for each in fields) * _TICK_S
