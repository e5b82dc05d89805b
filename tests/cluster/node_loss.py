"""`python -m tests.cluster.node_loss`: nodes killed with SIGKILL while an index is loaded, and while it is asked.

Three nodes of a cluster of its own, each in a process; one copy besides the first of each shard, also while an
index is loaded. First a real `searchsvc reindex` sends articles in bulks, again and again, and in the
middle of them a node is killed; in the last run, once all are sent, while they are refreshed, merged and counted. The
run must end well, and what it publishes must answer random searches, with
totals, facets, hits and documents, as a folder does that was built from the same articles and that nobody disturbed.
Then two clients ask a real server over HTTP while node after node is killed and comes back. No
search may fail, and none may be answered otherwise than by the folder. The node that is the elected manager is among
those killed both times. At last all nodes are killed: searches must be refused with the problem that says so,
and be answered by the same server as before once the nodes are back.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

import click

from tests.cluster.asking import Asked, Client, addresses, ask, percentile
from tests.cluster.proving import (
    PREFIX,
    answers_of,
    documents_of,
    ended,
    folder_engine,
    processors,
    scene,
)
from tests.durability.answers import told_by_web
from tests.durability.archives import first_state, write_archive
from tests.durability.tables import table, verdict

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from tests.cluster.proving import Scene

NODES: Final = 3
CLIENTS: Final = 2
LOOK_EVERY_S: Final = 0.05
SHARE: Final = (0.15, 0.6)
"""Of the documents, between which the node is killed."""
QUIET_S: Final = 4.0
"""Of searches before a node is killed, and after all copies are there again."""
PATIENCE_S: Final = 240.0


@dataclass
class Loss:
    """One node that was lost.

    Attributes:
        node: its name, and whether it was the manager.
        at: documents that were in the index by then, or searches answered.
        went_on_s: from the kill until further documents were taken, or the run ended where all were, or
            until a search that was asked for after the kill was answered to each client.
        slowest_s: of the searches that were under way from the kill to the last copy.
        green_s: from the start of the node until all copies were there again.
    """

    node: str
    at: int
    went_on_s: float = 0.0
    slowest_s: float = 0.0
    green_s: float = 0.0


@dataclass
class Found:
    """What came of it all."""

    loading: list[Loss] = field(default_factory=list)
    searching: list[Loss] = field(default_factory=list)
    compared: int = 0
    quiet: list[float] = field(default_factory=list)
    searches: int = 0
    failed: int = 0
    otherwise: int = 0
    refused_s: float = 0.0
    back_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


def names(on: Scene) -> tuple[str, list[str]]:
    """The elected manager, and the other nodes."""
    manager = on.ask("/_cat/cluster_manager?format=json")[0]["node"]
    return manager, [node.name for node in on.cluster.nodes if node.name != manager]


def place(on: Scene, name: str) -> int:
    """Which node of the cluster has this name."""
    return [node.name for node in on.cluster.nodes].index(name)


def taken(on: Scene, index: str) -> int | None:
    """Operations that the first copies of all shards of an index have taken; None where one is not there.

    Sequence numbers, since those go on where another copy takes over.
    """
    try:
        found = on.ask(f"/{index}/_stats?level=shards&filter_path=_shards,**.seq_no,**.routing")
    except OSError:
        return None
    total = count = 0
    for of_index in found.get("indices", {}).values():
        for copies in of_index["shards"].values():
            for copy in copies:
                if copy["routing"]["primary"] and copy["routing"]["state"] == "STARTED":
                    total += copy["seq_no"]["max_seq_no"] + 1
                    count += 1
    return total if count == on.settings.opensearch.shards else None


def until(happened: object, what: str, run: subprocess.Popen[str] | None = None) -> Any:
    """What `happened` gives once that is true. Raises RuntimeError: it never is."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if run is not None and run.poll() is not None:
            raise RuntimeError(f"the run ended before {what}: {run.communicate()[1][-2000:]}")
        if given := happened():  # type: ignore[operator]
            return given
        time.sleep(LOOK_EVERY_S)
    raise RuntimeError(f"never: {what}")


def bring_back(on: Scene, victim: int) -> float:
    """Seconds from the start of a killed node until all copies of all shards are there.

    It is started once the others know of its end: until then they count its copies as there.
    """
    on.cluster.wait_for(nodes=NODES - 1)
    began = time.monotonic()
    on.cluster.restart(victim)
    on.cluster.wait_for(nodes=NODES, status="green")
    return time.monotonic() - began


def lose_while_loading(
    on: Scene, number: int, name: str, manager: str, least: int, *, last: bool
) -> Loss:
    """A whole run, in which a node is lost once `least` operations are taken, the last ones or not."""
    archive = on.folder / "archive"
    run = on.start("reindex", "--full", archive)
    index = f"{PREFIX}-gen-{number:06}"
    victim = place(on, name)
    before = until(
        lambda: (done := taken(on, index)) is not None and done >= least and done,
        "enough was loaded",
        run,
    )
    on.cluster.kill(victim)
    killed = time.monotonic()
    loss = Loss(name + (", manager" if name == manager else ""), before)
    if not last:
        # What was under way at the kill does not count as going on.
        before = until(lambda: taken(on, index), "all shards had a first copy again", run)
        until(lambda: (taken(on, index) or 0) > before, "the run went on", run)
        loss.went_on_s = time.monotonic() - killed
    said = ended(run)
    loss.went_on_s = loss.went_on_s or time.monotonic() - killed
    if said["status"]["generation"] != f"gen-{number:06}" or said["resumed"]:
        raise RuntimeError(f"another run than was meant: {said}")
    loss.green_s = bring_back(on, victim)
    return loss


def compare(on: Scene, asked: Sequence[str], expected: Sequence[str], found: Found) -> None:
    """Hold what the archive answers against what the folder does; ask `verify` as well."""
    for address, said, right in zip(asked, answers_of(on.settings, asked), expected, strict=True):
        found.compared += 1
        if said != right:
            found.wrong.append(f"{address}: {said}, and the folder says {right}")
    on.run("verify", "--full")


def lose_while_asked(
    on: Scene, rounds: int, asked: Sequence[str], expected: Sequence[str], found: Found
) -> None:
    """Rounds of losing a node while clients ask a server."""
    with on.served() as url:
        clients = [Client(url, asked[at::CLIENTS]) for at in range(CLIENTS)]
        try:
            time.sleep(QUIET_S)
            spans = [(lose_one(on, number, clients, found)) for number in range(rounds)]
        finally:
            heard = [client.stop() for client in clients]
        lose_all(on, url, asked[0], expected[0], found)
    for at, answers in enumerate(heard):
        for each in answers:
            judge(each, asked[at::CLIENTS], expected[at::CLIENTS], found)
    everything = [each for answers in heard for each in answers]
    found.quiet = [
        each.seconds
        for each in everything
        if not any(each.ended > begun and each.began < over for begun, over in spans)
    ]
    for loss, (begun, over) in zip(found.searching, spans, strict=True):
        during = [each for each in everything if each.ended > begun and each.began < over]
        loss.at = len(during)
        loss.slowest_s = max(each.seconds for each in during)
        loss.went_on_s = max(
            min(each.ended for each in answers if each.began > begun and each.generation) - begun
            for answers in heard
        )


def lose_one(on: Scene, number: int, clients: list[Client], found: Found) -> tuple[float, float]:
    """Lose a node and have it back; from the kill to the last copy, by `time.monotonic`."""
    manager, others = names(on)
    name = manager if number % 2 == 0 else others[number // 2 % len(others)]
    killed = time.monotonic()
    on.cluster.kill(place(on, name))
    until(lambda: all(_has_answer_since(client, killed) for client in clients), "answers came")
    loss = Loss(name + (", manager" if name == manager else ""), 0)
    loss.green_s = bring_back(on, place(on, name))
    over = time.monotonic()
    found.searching.append(loss)
    time.sleep(QUIET_S)
    return killed, over


def lose_all(on: Scene, url: str, address: str, right: str, found: Found) -> None:
    """Lose all nodes and have them back."""
    for at in range(NODES):
        on.cluster.kill(at)
    killed = time.monotonic()
    status, said = ask(url + address)
    found.refused_s = time.monotonic() - killed
    if status != HTTPStatus.SERVICE_UNAVAILABLE or not said["type"].endswith("#error-no-cluster"):
        found.wrong.append(f"without any node a search is answered by {status}: {said}")
    started = time.monotonic()
    for at in range(NODES):
        on.cluster.restart(at)
    answer = until(lambda: (got := ask(url + address))[0] == HTTPStatus.OK and got[1], "an answer")
    found.back_s = time.monotonic() - started
    if (told := told_by_web(answer)) != right:
        found.wrong.append(f"after all nodes came back: {told}, and the folder says {right}")


def _has_answer_since(client: Client, moment: float) -> bool:
    return any(each.began > moment for each in client.asked[-50:])


def judge(each: Asked, asked: Sequence[str], expected: Sequence[str], found: Found) -> None:
    """Count one search."""
    found.searches += 1
    if not each.generation:
        found.failed += 1
        found.wrong.append(f"a search failed: {each.told}")
    elif each.told != expected[each.address]:
        found.otherwise += 1
        right = expected[each.address]
        found.wrong.append(f"{asked[each.address]}: {each.told}, and the folder says {right}")


def prove(on: Scene, options: argparse.Namespace) -> Found:
    """Both parts."""
    found = Found()
    draws = Random(options.seed)
    write_archive(on.folder / "archive", first_state(options.articles))
    asked = addresses(draws, options.questions)
    with folder_engine(on.folder / "archive", on.folder / "folder") as settings:
        expected = answers_of(settings, asked)
        documents = documents_of(settings)
    for number in range(1, options.loads + 1):
        manager, others = names(on)
        name = manager if number % 2 else next(islice(cycle(others), number // 2, None))
        last = number == options.loads
        least = documents if last else int(documents * draws.uniform(*SHARE))
        found.loading.append(lose_while_loading(on, number, name, manager, least, last=last))
        compare(on, asked, expected, found)
    lose_while_asked(on, options.rounds, asked, expected, found)
    return found


def report(found: Found, options: argparse.Namespace, seconds: float) -> int:
    """Print what was found; the exit code."""
    head = (
        "killed while loading",
        "documents by then",
        "went on after s",
        "all copies again after s",
    )
    rows: list[tuple[object, ...]] = [
        (e.node, e.at, f"{e.went_on_s:.1f}", f"{e.green_s:.1f}") for e in found.loading
    ]
    click.echo(table([head, *rows]) + "\n")
    heads = (
        "killed while asked",
        "searches meanwhile",
        "answered again after s",
        "slowest s",
        "all copies again after s",
    )
    others: list[tuple[object, ...]] = [
        (e.node, e.at, f"{e.went_on_s:.1f}", f"{e.slowest_s:.1f}", f"{e.green_s:.1f}")
        for e in found.searching
    ]
    click.echo(table([heads, *others]) + "\n")
    facts = [
        ("articles", options.articles),
        ("answers after loading held against the folder", found.compared),
        ("searches over HTTP", found.searches),
        ("searches that failed", found.failed),
        ("searches answered otherwise than by the folder", found.otherwise),
        ("s until a search was refused, all nodes killed", f"{found.refused_s:.1f}"),
        ("s from the start of all nodes to the first answer", f"{found.back_s:.1f}"),
        ("ms a search while all nodes are there, median", percentile(found.quiet, 0.5)),
        ("ms a search while all nodes are there, slowest", percentile(found.quiet, 1)),
        ("processors", processors()),
        ("seconds", round(seconds)),
    ]
    return verdict(facts, found.wrong)


def main() -> int:
    """Run it as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--loads", type=int, default=3, help="runs in which a node is killed")
    parser.add_argument("--rounds", type=int, default=4, help="kills while clients search")
    parser.add_argument(
        "--questions", type=int, default=200, help="random searches, all different"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    changes = {
        "SEARCHSVC_OPENSEARCH_LOADING_REPLICAS": "1",
        # Many bulks for few articles.
        "SEARCHSVC_OPENSEARCH_BULK_MB": "0.1",
    }
    with scene(NODES, **changes) as on:
        found = prove(on, options)
    return report(found, options, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
