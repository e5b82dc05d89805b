"""Several runs that make one generation: the same documents as one run makes, whoever dies meanwhile."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from searchsvc.corpus import Archive as Corpus
from searchsvc.engine.building import Shard
from searchsvc.errors import CorpusError, EngineUnavailable, HeldBack
from searchsvc.identities import IDENTITIES_FILE
from searchsvc.reindex import Awaited, reindex, reindex_shard
from searchsvc.reindex.ledger import LEDGER_FILE
from searchsvc.settings import Settings
from tests.cluster.building import Archive, archive, pair
from tests.unit.archives import archive as table
from tests.unit.archives import piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.reindex import Event, ReindexReport

SAMPLE = Path(__file__).parents[2] / "searchsvc" / "sample"
WHO = (
    "Ivo Berg",
    "Norwegian Foreign Minister Ivo Berg",
    "Norwegian Foreign Minister Berg",
    "Ivo H. Berg",
    "Ivo Haakon Berg",
    "Swedish coach Ivo Berg",
    "Swedish coach Berg",
    "Rosa Quispe",
)


@pytest.fixture
def alone(cluster_client: Client, tmp_path: Path) -> Iterator[Archive]:
    with archive(cluster_client, tmp_path / "alone") as made:
        yield made


@pytest.fixture
def together(cluster_client: Client, tmp_path: Path) -> Iterator[Archive]:
    with archive(cluster_client, tmp_path / "together") as made:
        yield made


def said(who: str) -> str:
    return f"“We will keep the border open to trade,” said {who} on Monday."


def contents() -> Any:
    """Nine inputs in which names mean each other, ids come twice and some cannot be read."""
    inputs: dict[str, Any] = {}
    for number in range(9):
        name = f"i{number}"
        items: list[Any] = [
            piece(f"{name}-{one}", said(who), path=name)
            for one, who in enumerate(WHO[number % 3 :: 3])
        ]
        items.append(CorpusError(f"/archive/{name}", "cannot be read", place=f"line {number}"))
        items.append(piece("twice", said(WHO[number % len(WHO)]), path=name))
        if number in (2, 7):
            items.append(piece("of-two", said("Rosa Quispe"), path=name))
        inputs[name] = (number, items)
    return table(**inputs)


def run_alone(where: Archive, inputs: Any) -> ReindexReport:
    return reindex(inputs, where.writer, full=True, keep_others=False, progress=lambda _: None)


def run_shard(
    where: Archive, inputs: Any, number: int, of: int, events: list[Event] | None = None
) -> ReindexReport:
    """As on a machine of its own."""
    machine = where.elsewhere(where.folder / f"machine{number}")
    tell = (lambda _: None) if events is None else events.append
    return reindex_shard(inputs, machine.writer, Shard(number, of), progress=tell)


def run_together(where: Archive, make: Any, of: int = 3) -> list[ReindexReport]:
    with ThreadPoolExecutor(of) as machines:
        return list(
            machines.map(lambda number: run_shard(where, make(), number, of), range(1, of + 1))
        )


def documents(where: Archive) -> dict[str, str]:
    """What is stored of each document of what is published, as it was sent."""
    body = {"size": 10_000, "sort": ["collection", "id"]}
    found = where.client.ask("POST", f"/{where.prefix}/_search", body)["hits"]
    assert found["total"]["value"] == len(found["hits"])
    return {hit["_id"]: hit["_source"]["stored"] for hit in found["hits"]}


def books(where: Archive) -> dict[str, Any]:
    """What ledger and register of what is published say, whatever their order."""
    build = where.writer.start_build(fresh=False)
    try:
        with closing(sqlite3.connect(build.sidecar(LEDGER_FILE))) as ledger:
            articles = ledger.execute("SELECT id, input, digest, place FROM articles").fetchall()
            rejects = ledger.execute("SELECT input, path, place, reason FROM rejects").fetchall()
        with closing(sqlite3.connect(build.sidecar(IDENTITIES_FILE))) as register:
            people = register.execute(
                "SELECT name, role, country, year, shown, wanted, count(*) FROM people"
                " JOIN seen ON person = number GROUP BY number"
            ).fetchall()
        listed = build.sidecar("rejects.jsonl").read_text().splitlines()
    finally:
        build.abandon()
    return {
        "articles": sorted(articles),
        "rejects": sorted(map(repr, rejects)),
        "people": sorted(map(repr, people)),
        "listed": sorted(listed),
    }


def test_three_shards_make_the_documents_of_one_run(alone: Archive, together: Archive):
    run_alone(alone, contents())
    reports = run_together(together, contents)
    (last,) = [report for report in reports if report.status is not None]
    assert documents(together) == documents(alone)
    assert len({json.loads(each)["id"] for each in documents(alone).values()}) > 50
    assert books(together) == books(alone)
    assert last.articles == last.added == len(books(alone)["articles"])
    assert not any("shared" in name for name in together.indices())


def test_the_sample_archive_by_two_shards_is_that_of_one_run(alone: Archive, together: Archive):
    def sample() -> Any:
        return Corpus((str(SAMPLE),), Settings())

    run_alone(alone, sample())
    run_together(together, sample, of=2)
    assert documents(together) == documents(alone)
    assert books(together) == books(alone)


def test_an_increment_goes_on_from_what_shards_have_made(together: Archive):
    run_together(together, contents)
    assert run_alone is not None
    report = reindex(
        contents(), together.writer, full=False, keep_others=False, progress=lambda _: None
    )
    assert report.status is None
    assert report.files_read == 0


def test_who_comes_first_waits_and_says_for_whom(together: Archive):
    events: list[Event] = []

    class Ended(Exception):
        pass

    def end_when_waiting(event: Event) -> None:
        events.append(event)
        if isinstance(event, Awaited):
            raise Ended

    machine = together.elsewhere(together.folder / "machine1")
    with pytest.raises(Ended):
        reindex_shard(contents(), machine.writer, Shard(1, 2), progress=end_when_waiting)
    (told,) = [event for event in events if isinstance(event, Awaited)]
    assert told.shards == ("shard 2/2 has not begun: searchsvc reindex --shard 2/2",)
    report = run_shard_until_alone(together, 2)
    assert report.articles == len(documents(together)) - report_statements(together)


def report_statements(where: Archive) -> int:
    return sum("article_id" in json.loads(each) for each in documents(where).values())


def run_shard_until_alone(where: Archive, number: int) -> ReindexReport:
    """The second shard, with the first run again beside it; the report of the one that published."""
    with ThreadPoolExecutor(2) as machines:
        reports = machines.map(
            lambda each: run_shard(where, contents(), each, 2), (3 - number, number)
        )
        (published,) = [report for report in reports if report.status is not None]
    return published


def test_others_do_not_build_while_a_build_is_shared(together: Archive, tmp_path: Path):
    machine = together.elsewhere(together.folder / "machine1")
    build = machine.writer.join_build(Shard(1, 2))
    stranger = together.elsewhere(tmp_path / "stranger")
    with pytest.raises(EngineUnavailable, match=r"shard 1/2 is at work .*shard 2/2 has not begun"):
        stranger.writer.start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match="by 2 shards is under way, not by 3"):
        stranger.writer.join_build(Shard(1, 3))
    with pytest.raises(EngineUnavailable, match="another build is under way"):
        stranger.writer.join_build(Shard(1, 2))
    with pytest.raises(EngineUnavailable, match="another build is under way"):
        stranger.writer.prune(keep=1)
    build.abandon()
    with pytest.raises(EngineUnavailable, match="shard 1/2 is dead or was ended"):
        stranger.writer.start_build(fresh=True)
    assert stranger.writer.prune(keep=1) == ("gen-000001",)
    assert together.indices() == []
    assert stranger.publish(pair("a1"), fresh=True).articles == 1


def test_a_shard_is_refused_while_another_builds(together: Archive, tmp_path: Path):
    build = together.writer.start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match=r"another build is under way .process"):
        together.elsewhere(tmp_path / "other").writer.join_build(Shard(1, 2))
    build.abandon()


def steps_of(where: Archive, number: int) -> Any:
    """What a shard has handed in so far."""
    note = where.generations.notes.read("shared") or {}
    return note["shards"].get(str(number), {}).get("steps")


def test_shards_that_see_other_inputs_are_told(together: Archive):
    other = contents()
    del other.inputs["i3"]
    machine = together.elsewhere(together.folder / "machine1")
    build = machine.writer.join_build(Shard(1, 2))
    with ThreadPoolExecutor(1) as one:
        first = one.submit(run_shard, together, contents(), 2, 2)
        while not steps_of(together, 2):
            assert not first.done() or first.exception() is None
        build.abandon()
        with pytest.raises(EngineUnavailable, match="do not have the same list of inputs"):
            run_shard(together, other, 1, 2)
        run_shard(together, contents(), 1, 2)
        first.result()
    assert documents(together)


def test_what_shards_make_is_held_back_by_the_gate(together: Archive):
    with ThreadPoolExecutor(2) as machines:
        reports = list(
            machines.map(
                lambda number: reindex_shard(
                    contents(),
                    together.elsewhere(together.folder / f"machine{number}").writer,
                    Shard(number, 2),
                    progress=lambda _: None,
                    gate=lambda _: ("for a reason",),
                ),
                (1, 2),
            )
        )
    (held,) = [report.held for report in reports if report.held is not None]
    assert held.reasons == ("for a reason",)
    assert together.writer.release().generation == held.generation
    with pytest.raises(HeldBack):
        together.publish(pair("a1"), gate=lambda _: ("again",))


KILLED = """
import os, signal, sys
from pathlib import Path
from searchsvc.engine.building import Shard
from searchsvc.engine.opensearch.cluster.client import Client
from searchsvc.engine.opensearch.building.shared_build import OpenSearchSharedBuild as Build
from searchsvc.reindex import reindex_shard
from tests.cluster.building import Archive, settings
from tests.cluster.test_shards import contents
folder, prefix, when = sys.argv[1:]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if when == "reading":
    Build.hand_in = die
elif when == "waiting":
    Build.awaited = die
elif when == "indexing":
    added = []
    send = Build.add
    def add(self, *documents):
        if len(added) == 4:
            self._sender.flush()
            die()
        added.append(documents)
        send(self, *documents)
    Build.add = add
elif when == "done":
    finish = Build.finish
    Build.finish = lambda self: (finish(self), die())
machine = Archive(Client(settings(prefix)), Path(folder), prefix)
reindex_shard(contents(), machine.writer, Shard(2, 3), progress=lambda _: None)
"""


@pytest.mark.parametrize("when", ["reading", "waiting", "indexing", "done"])
def test_a_shard_that_is_killed_can_be_run_again(
    alone: Archive, together: Archive, when: str, monkeypatch: pytest.MonkeyPatch
):
    """While others are at work: they are not done before it has begun again."""
    from searchsvc.engine.opensearch.building.shared_build import OpenSearchSharedBuild
    from searchsvc.engine.opensearch.building.sharing import Sharing

    begun_again = threading.Event()
    begins, finishes = Sharing.begin, OpenSearchSharedBuild.finish

    def begin(self: Sharing, shard: Shard, generation: str, holder: str) -> Any:
        note = begins(self, shard, generation, holder)
        if shard.number == 2:  # in this process: once more
            begun_again.set()
        return note

    def finish(self: OpenSearchSharedBuild) -> bool:
        begun_again.wait()
        return finishes(self)

    monkeypatch.setattr(Sharing, "begin", begin)
    monkeypatch.setattr(OpenSearchSharedBuild, "finish", finish)
    run_alone(alone, contents())
    folder = together.folder / "machine2"
    command = [sys.executable, "-c", KILLED, str(folder), together.prefix, when]
    with ThreadPoolExecutor(3) as machines:
        others = [machines.submit(run_shard, together, contents(), each, 3) for each in (1, 3)]
        died = subprocess.run(command, check=False, capture_output=True, text=True)
        assert died.returncode == -signal.SIGKILL, died.stderr
        again = run_shard(together, contents(), 2, 3)
        reports = [again, *(other.result() for other in others)]
    assert sum(report.status is not None for report in reports) == 1
    assert documents(together) == documents(alone)
    assert books(together) == books(alone)
