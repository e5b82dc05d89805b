"""`python -m tests.cluster.swaps`: generation after generation published in a cluster while clients search.

Real `searchsvc reindex` runs, full ones and increments, over an archive that changes before each, on three
nodes. What is replaced is deleted at once (`search.held_s = 0`, `index.keep = 1`), so that searches lose the index under
their hands. All the while two clients ask two real servers over HTTP. No search may fail; each answer must be that of the
generation that it names, with all its totals, facets, hits and documents as a folder gives them that was built from the same
articles; and none may be of an older generation than any answer, to either client, that had ended when it was asked for.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

import click

from tests.cluster.asking import Asked, Client, addresses, older_than_before, percentile
from tests.cluster.proving import answers_of, folder_engine, processors, scene
from tests.durability.archives import Step, first_state, write_archive
from tests.durability.tables import table, verdict

if TYPE_CHECKING:
    from tests.cluster.proving import Scene

CLIENTS: Final = 2
QUIET_S: Final = 3.0
FULL_EVERY: Final = 3
MUCH_EVERY: Final = 4


@dataclass
class Found:
    """What came of it.

    Attributes:
        expected: to each address, by generation.
        runs: kind and seconds of each reindex.
        asked: by both clients.
    """

    expected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    runs: list[tuple[str, float]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def swap(on: Scene, count: int, articles: int, asked: tuple[str, ...], draws: Random) -> Found:
    """Publish `count` generations upon a first one while clients ask."""
    found = Found()
    state = first_state(articles)
    publish(on, found, asked, full=True, state=state)
    with ExitStack() as serving:
        urls = [serving.enter_context(on.served()) for _ in range(CLIENTS)]
        clients = [Client(url, asked) for url in urls]
        try:
            time.sleep(QUIET_S)
            for number in range(1, count + 1):
                step = Step.LITTLE if number % MUCH_EVERY else Step.MUCH
                state = state.after(step, draws)
                publish(on, found, asked, full=number % FULL_EVERY == 0, state=state)
            time.sleep(QUIET_S)
        finally:
            found.asked = [each for client in clients for each in client.stop()]
    return found


def publish(on: Scene, found: Found, asked: tuple[str, ...], *, full: bool, state: object) -> None:
    """Have the archive be `state`, learn what a folder says of it, and publish it in the cluster."""
    archive = on.folder / "archive"
    write_archive(archive, state)  # type: ignore[arg-type]
    with folder_engine(archive, on.folder / "folder") as settings:
        expected = answers_of(settings, asked)
    began = time.monotonic()
    said = on.run("reindex", *(["--full"] if full else []), archive)
    if said["full"] != full:
        found.wrong.append(f"not the kind of run that was meant: {said}")
    found.runs.append(("full" if full else "increment", time.monotonic() - began))
    found.expected[said["status"]["generation"]] = expected


def judge(found: Found, asked: tuple[str, ...]) -> tuple[int, int, int]:
    """How many searches failed, were answered otherwise, or by an older generation."""
    failed = otherwise = 0
    for each in found.asked:
        if not each.generation:
            failed += 1
            found.wrong.append(f"a search failed: {each.told}")
            continue
        right = found.expected.get(each.generation, (None,) * len(asked))[each.address]
        if each.told != right:
            otherwise += 1
            where = f"{asked[each.address]} by {each.generation}"
            found.wrong.append(f"{where}: {each.told}, and the folder says {right}")
    older = older_than_before(found.asked)
    found.wrong += [f"{each.generation} answers after a later one" for each in older]
    return failed, otherwise, len(older)


def report(found: Found, asked: tuple[str, ...], seconds: float) -> int:
    """Print what was found; the exit code."""
    failed, otherwise, older = judge(found, asked)
    kinds = Counter(kind for kind, _ in found.runs)
    rows: list[tuple[object, ...]] = [("reindex", "published", "seconds each, about")]
    for kind, count in kinds.items():
        took = sorted(seconds for each, seconds in found.runs if each == kind)
        rows.append((kind, count, f"{took[len(took) // 2]:.1f}"))
    click.echo(table(rows) + "\n")
    answered = {each.generation for each in found.asked if each.generation}
    if missed := sorted(set(found.expected) - answered):
        found.wrong.append(f"nobody was answered by {', '.join(missed)}")
    times = [each.seconds for each in found.asked]
    facts = [
        ("generations that answered", len(answered)),
        ("searches over HTTP", len(found.asked)),
        ("searches that failed", failed),
        ("searches answered otherwise than by the folder", otherwise),
        ("searches answered by an older generation than before", older),
        ("ms a search, median", percentile(times, 0.5)),
        ("ms a search, 99 of 100", percentile(times, 0.99)),
        ("ms a search, slowest", percentile(times, 1)),
        ("processors", processors()),
        ("seconds", round(seconds)),
    ]
    return verdict(facts, found.wrong)


def main() -> int:
    """Run it as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--swaps", type=int, default=12)
    parser.add_argument("--questions", type=int, default=20, help="random searches, all different")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    draws = Random(options.seed)
    asked = addresses(draws, options.questions)
    with scene(options.nodes, SEARCHSVC_SEARCH_HELD_S="0", SEARCHSVC_INDEX_KEEP="1") as on:
        found = swap(on, options.swaps, options.articles, asked, draws)
    return report(found, asked, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
