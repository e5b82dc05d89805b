"""`python -m tests.cluster.beside`: our embedded engine beside an OpenSearch of one node.

The articles of the benchmark are loaded into a folder and into a node that has the heap of a fresh
installation, and both are served by two workers of Gunicorn each. The queries of the benchmark are
asked over HTTP, ten documents and all facets each: in rounds that take turns, one request at a time;
then by some users at once. The node is also asked by itself what the service asks it. It works out
each answer: what it would remember of the same question is put aside. The command ends with 1 where
totals or facets differ or a request fails.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tests.bench.corpora import corpus
from tests.bench.memory import memory_of
from tests.cluster.nodes import Cluster
from tests.cluster.sides import (
    BARE,
    CLUSTER,
    EMBEDDED,
    Call,
    Place,
    bare_calls,
    forget_answers,
    load,
    processor_s,
    served,
    sizes_of,
)
from tests.durability.tables import table
from tests.endpoint.generated import distinct, options
from tests.endpoint.load import Asked, loaded, percentile
from tests.endpoint.overhead import FACE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from tests.bench.corpora import Corpus
    from tests.cluster.nodes import Node
    from tests.cluster.sides import Load

HEAP: Final = "1g"
"""What `jvm.options` of OpenSearch 3 says."""
JAVA: Final = (
    *("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30"),
    "-XX:+AlwaysPreTouch",
)
"""What it says of collecting garbage, and what OpenSearch's own start adds."""
SIDES: Final = (EMBEDDED, CLUSTER, BARE)
ALL: Final = "all queries"
_MB: Final = 1e6

Queries = list[tuple[str, str]]
"""Class and parameters."""
Times = dict[str, dict[str, list[float]]]
"""By side and class of queries, milliseconds of each request."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What a side takes while it is asked.

    Attributes:
        url: of the service.
        workers, node: processes; none where the node is not asked.
    """

    url: str
    workers: Sequence[int]
    node: Sequence[int]

    def processor_s(self) -> tuple[float, float]:
        """Seconds of processors so far, of the workers and of the node."""
        return processor_s(self.workers), processor_s(self.node)


def alternating(
    queries: Queries,
    calls: Mapping[str, Mapping[str, Sequence[Call]]],
    urls: Mapping[str, str],
    *,
    rounds: int,
    warm_up: int,
) -> tuple[Times, list[str]]:
    """What each request takes, and the queries to which the sides give unlike answers.

    Args:
        queries: asked.
        calls: by side and parameters.
        urls: by side.
        rounds: that count; in each, every query is asked of one side after the other.
        warm_up: rounds before them.
    """
    times: Times = {side: defaultdict(list) for side in urls}
    unlike: dict[str, None] = {}
    with ExitStack() as stack:
        places = {side: stack.enter_context(closing(Place(url))) for side, url in urls.items()}
        for number in range(warm_up + rounds):
            for at, (kind, query) in enumerate(queries):
                found = {}
                turn = (number + at) % len(SIDES)
                for side in (*SIDES[turn:], *SIDES[:turn]):
                    took, answers = places[side].ask(calls[side][query])
                    if number >= warm_up:
                        times[side][kind].append(took)
                    if side != BARE:
                        found[side] = counts_of(answers[0])
                unlike |= dict.fromkeys(differing(query, found[EMBEDDED], found[CLUSTER]))
    return times, list(unlike)


def counts_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """All that an answer counts: its total, and of each facet every value, how many, how many lack it."""
    return {
        "total": answer["total"],
        **{
            facet["name"]: {
                "values": {each["value"]: each["count"] for each in facet["values"]},
                **{what: facet[what] for what in ("total_values", "missing")},
            }
            for facet in answer["facets"]
        },
    }


def differing(query: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What is counted otherwise by one side than by the other, a line each."""
    return [
        f"{query}: {what}: {one.get(what)} and {other.get(what)}"
        for what in dict.fromkeys((*one, *other))
        if one.get(what) != other.get(what)
    ]


def sequential(times: Times) -> str:
    """p50 and p99 by class, the last row over all requests."""
    rows: list[tuple[object, ...]] = [
        ("class", "requests", *(f"{side} {share}" for side in SIDES for share in ("p50", "p99")))
    ]
    whole = {
        side: {**by_class, ALL: [each for found in by_class.values() for each in found]}
        for side, by_class in times.items()
    }
    for kind, found in whole[EMBEDDED].items():
        counted = [Counter(whole[side][kind]) for side in SIDES]
        figures = (percentile(each, share) for each in counted for share in (0.5, 0.99))
        rows.append((kind, len(found), *(f"{each:.1f}" for each in figures)))
    return table(rows)


def loads_told(loads: Sequence[Load]) -> str:
    """What loading took."""
    rows: list[tuple[object, ...]] = [
        (
            *("side", "articles", "s", "CPU s, ours", "CPU s, node", "articles/CPU s"),
            *("index MB", "bytes/article", "peak MB, ours", "peak MB, node"),
        )
    ]
    for each in loads:
        speed = each.articles / (each.own_s + (each.node_s or 0))
        rows.append(
            (
                *(each.side, each.articles, f"{each.seconds:.1f}", f"{each.own_s:.1f}"),
                *(_or_none(each.node_s), round(speed), f"{each.size_bytes / _MB:.1f}"),
                *(each.size_bytes // each.articles, f"{each.own_mb:.0f}", _or_none(each.node_mb)),
            )
        )
    return table(rows)


def _or_none(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.0f}"


def under_load(
    sides: Mapping[str, Serving], queries: Queries, *, users: int, seconds: int, rounds: int
) -> tuple[str, int]:
    """What so many users get, the sides taking turns; and how many requests failed."""
    rows: list[tuple[object, ...]] = [
        (
            *("side", "round", "requests", "failures", "a second", "p50 ms", "p99 ms"),
            *("CPU ms, ours", "CPU ms, node"),
        )
    ]
    failures = 0
    addresses = tuple((kind, f"{FACE}?{query}") for kind, query in queries)
    for number in range(rounds):
        for side, serving in sides.items():
            got = loaded(Asked(side, serving.url, addresses), users=users, seconds=seconds)
            failures += got.failures
            # What only warms up is no part of `got`, but of what processors did: so apart from it.
            before = serving.processor_s()
            _ask_once(serving.url, queries)
            ours, node = (
                f"{1000 * (after - was) / len(queries):.1f}"
                for after, was in zip(serving.processor_s(), before, strict=True)
            )
            rows.append(
                (
                    *(side, number + 1, got.requests, got.failures, f"{got.per_second:.1f}"),
                    *(f"{got.p50:.0f}", f"{got.p99:.0f}", ours, node if serving.node else "-"),
                )
            )
    return table(rows), failures


def _ask_once(url: str, queries: Queries) -> None:
    with closing(Place(url)) as place:
        for _, query in queries:
            place.ask([Call(f"{FACE}?{query}")])


def memories(sides: Mapping[str, Serving]) -> str:
    """What processes have resident now."""
    rows: list[tuple[object, ...]] = [
        ("side", "workers MB", "of it no file's", "node MB", "of it no file's")
    ]
    for side, serving in sides.items():
        figures: list[str] = []
        for pids in (serving.workers, serving.node):
            found = [memory_of(pid) for pid in pids]
            sums = sum(each.rss_mb for each in found), sum(each.anonymous_mb for each in found)
            figures += [f"{each:.0f}" if pids else "-" for each in sums]
        rows.append((side, *figures))
    return table(rows)


def beside(made: Corpus, node: Node, folder: Path, given: argparse.Namespace) -> int:
    """Measure and tell; what to exit with."""
    url = f"http://127.0.0.1:{node.http}"
    folders = {side: folder / side for side in (EMBEDDED, CLUSTER)}
    for each in folders.values():
        each.mkdir()
    click.echo(f"{made.title}; a node with {HEAP} of heap\n")
    click.echo(loads_told([load(made, side, folders[side], node) for side in folders]) + "\n")
    parts = [(what, f"{size / _MB:.1f}") for what, size in sizes_of(url).items()]
    click.echo(table([("in the node's index", "MB"), *parts]) + "\n")
    forget_answers(url)
    queries = distinct(made, given.each)
    own = {query: [Call(f"{FACE}?{query}")] for _, query in queries}
    bare = bare_calls(folders[CLUSTER], url, [query for _, query in queries])
    asked = sum(map(len, bare.values()))
    click.echo(f"{len(queries)} queries; the service asks the node {asked} times for them\n")
    with ExitStack() as stack:
        sides = {}
        for side, where in folders.items():
            address, workers = stack.enter_context(served(side, where, url))
            sides[side] = Serving(address, workers, [node.pid] if side == CLUSTER else [])
        times, unlike = alternating(
            queries,
            {EMBEDDED: own, CLUSTER: own, BARE: bare},
            {side: serving.url for side, serving in sides.items()} | {BARE: url},
            rounds=given.rounds,
            warm_up=given.warm_up,
        )
        click.echo(sequential(times) + "\n")
        told, failures = under_load(
            sides, queries, users=given.users, seconds=given.seconds, rounds=given.loads
        )
        click.echo(told + "\n")
        click.echo(memories(sides))
    for line in unlike:
        click.echo(f"WRONG: {line}")
    return int(bool(unlike or failures))


def main() -> int:
    """What to exit with: 1 where answers count unlike or a request fails."""
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="that count, of all queries")
    parser.add_argument("--warm-up", type=int, default=2, help="rounds before them")
    parser.add_argument("--each", type=int, help="queries of a class, at most")
    parser.add_argument("--users", type=int, default=4, help="that ask at the same time")
    parser.add_argument("--seconds", type=int, default=30, help="of each side in a round of load")
    parser.add_argument("--loads", type=int, default=2, help="rounds of load")
    given = parser.parse_args()
    made = corpus(given.work, given.docs, 1, short=False)
    cluster = Cluster(given.work / "node", heap=HEAP, options=JAVA)
    if cluster.up():  # left by a run that was killed
        cluster.stop()
    cluster.nodes.clear()
    with ExitStack() as stack:
        stack.callback(cluster.stop)
        cluster.start(1)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beside-"))
        return beside(made, cluster.nodes[0], Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
