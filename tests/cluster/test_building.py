"""Generations in a live cluster: built, published, held back, undone, pruned, by one at a time."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import Held
from searchsvc.engine.opensearch.documents.sources import Sent, sent
from searchsvc.errors import (
    EngineUnavailable,
    GenerationMissing,
    HeldBack,
    IndexCorrupt,
    IndexMissing,
)
from tests.cluster.building import Archive, archive, pair, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from searchsvc.engine.building import Candidate
    from searchsvc.engine.contract import IndexStatus
    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.model import Document


@pytest.fixture
def empty(cluster_client: Client, tmp_path: Path) -> Iterator[Archive]:
    with archive(cluster_client, tmp_path / "here") as made:
        yield made


def both(*names: str) -> list[str]:
    """Ids of these articles and of their statements."""
    return sorted(one for name in names for one in (name, f"{name}:1"))


def refuse(_: Candidate) -> tuple[str, ...]:
    return ("for a reason",)


def test_there_is_nothing_before_the_first_generation(empty: Archive):
    for ask in (empty.writer.rollback, empty.writer.release):
        with pytest.raises(IndexMissing):
            ask()
    assert empty.writer.prune(keep=1) == ()


def test_what_is_published_is_found_and_the_one_before_is_kept(empty: Archive):
    first = empty.publish(pair("a1"), pair("a2"))
    second = empty.publish(pair("a3"), remove=["a1"])
    assert (first.articles, first.statements, first.previous) == (2, 2, ())
    assert (second.articles, second.statements) == (2, 2)
    assert second.previous == (first.generation,)
    assert second.size_bytes > 0
    assert empty.ids() == both("a2", "a3")
    assert empty.ids(f"{empty.prefix}-{first.generation}") == both("a1", "a2")


def test_a_build_is_invisible_until_it_is_published(empty: Archive):
    empty.publish(pair("a1"))
    build = empty.writer.start_build(fresh=False)
    build.add(*pair("a2"))
    build.remove(["a1"])
    assert empty.ids() == both("a1")
    build.publish(rejects=0)
    assert empty.ids() == both("a2")


def test_what_is_removed_is_never_what_the_build_has_added(empty: Archive):
    """Before and after; the one that comes back has fewer statements than it had."""
    empty.publish(pair("a1", statements=3), pair("a2", statements=3), pair("a3"))
    build = empty.writer.start_build(fresh=False)
    build.remove(["a1"])
    build.add(*pair("a1"))
    build.add(*pair("a2"))
    build.remove(["a2"])
    status = build.publish(rejects=0)
    assert empty.ids() == both("a1", "a2", "a3")
    assert (status.articles, status.statements) == (3, 3)


def test_more_is_removed_than_is_deleted_at_once(empty: Archive):
    empty.publish(*(pair(f"a{number}") for number in range(1_300)))
    gone = [f"a{number}" for number in range(1_299)]
    assert empty.publish(remove=gone).articles == 1
    assert empty.ids() == both("a1299")


def test_an_abandoned_build_leaves_no_trace(empty: Archive):
    empty.publish(pair("a1"))
    before = empty.indices()
    for fresh in (True, False):
        build = empty.writer.start_build(fresh=fresh)
        build.add(*pair("a2"))
        build.abandon()
        build.abandon()
    assert empty.indices() == before
    assert empty.ids() == both("a1")
    assert empty.publish(pair("a2")).articles == 2


def test_a_rollback_is_a_move_of_the_alias(empty: Archive):
    empty.publish(pair("a1"))
    empty.publish(pair("a2"))
    rolled = empty.writer.rollback()
    assert empty.ids() == both("a1")
    assert rolled.previous == ()
    with pytest.raises(GenerationMissing):
        empty.writer.rollback()
    assert empty.publish(pair("a3")).generation > "gen-000002"


def test_no_alias_at_all_is_mended_by_a_rollback_to_the_latest(empty: Archive):
    empty.publish(pair("a1"))
    latest = empty.publish(pair("a2"))
    empty.client.ask("DELETE", f"/{empty.prefix}-{latest.generation}/_alias/{empty.prefix}")
    assert empty.writer.rollback().generation == latest.generation
    assert empty.ids() == both("a1", "a2")


def test_an_alias_of_two_is_damage_and_a_rollback_mends_it(empty: Archive):
    first = empty.publish(pair("a1"))
    empty.publish(pair("a2"))
    index = f"{empty.prefix}-{first.generation}"
    empty.client.ask("PUT", f"/{index}/_alias/{empty.prefix}")
    with pytest.raises(IndexCorrupt, match="is the alias of"):
        empty.generations.current()
    empty.writer.rollback()
    assert empty.ids() == both("a1", "a2")


def test_what_is_held_back_waits_and_is_released(empty: Archive):
    empty.publish(pair("a1"))
    with pytest.raises(HeldBack) as error:
        empty.publish(pair("a2"), gate=refuse)
    held = Held(error.value.generation, ("for a reason",))
    assert empty.generations.found().held == held
    assert empty.ids() == both("a1")
    released = empty.writer.release()
    assert (released.generation, released.held) == (held.generation, None)
    assert empty.ids() == both("a1", "a2")
    with pytest.raises(GenerationMissing):
        empty.writer.release()


def test_holding_back_another_one_deletes_the_one_before(empty: Archive):
    for name in ("a1", "a2"):
        with pytest.raises(HeldBack):
            empty.publish(pair(name), gate=refuse)
    held = empty.generations.found().held
    assert held is not None
    assert empty.indices() == [f"{empty.prefix}-{held.generation}"]
    assert empty.writer.prune(keep=1) == ()  # nothing is published: it is all there is
    assert empty.writer.release().articles == 1


def test_what_was_held_back_is_deleted_once_a_later_one_is_published(empty: Archive):
    empty.publish(pair("a1"))
    with pytest.raises(HeldBack):
        empty.publish(pair("a2"), gate=lambda _: ("for a reason",))
    empty.publish(pair("a3"))
    assert empty.indices() == [f"{empty.prefix}-gen-00000{number}" for number in (1, 3)]
    assert empty.writer.rollback().generation == "gen-000001"


def test_what_was_released_stays_though_its_release_was_killed_before_the_note(empty: Archive):
    empty.publish(pair("a1"))
    with pytest.raises(HeldBack) as error:
        empty.publish(pair("a2"), gate=lambda _: ("for a reason",))
    empty.generations.publish(error.value.generation)
    assert empty.generations.found().held is None
    assert empty.publish(pair("a3")).previous == ("gen-000002", "gen-000001")


def test_a_gate_sees_what_is_to_be_published_and_what_was_before(empty: Archive):
    seen: list[Candidate] = []

    def look(candidate: Candidate) -> tuple[str, ...]:
        seen.append(candidate)
        return ()

    first = empty.publish(pair("a1"), gate=look)
    empty.publish(pair("a2"), gate=look)
    assert seen[0].before is None
    assert seen[0].peaks is None
    assert seen[1].before is not None
    assert seen[1].before.generation == first.generation
    assert seen[1].peaks is not None
    assert (seen[1].peaks.articles.count, seen[1].status.articles) == (1, 2)


def test_so_many_are_kept_and_prune_keeps_fewer(empty: Archive):
    statuses = [empty.publish(pair(f"a{number}")) for number in range(5)]
    assert statuses[-1].previous == ("gen-000004", "gen-000003")
    assert empty.writer.prune(keep=1) == ("gen-000003", "gen-000004")
    assert empty.indices() == [f"{empty.prefix}-gen-000005"]
    assert empty.ids() == both(*(f"a{number}" for number in range(5)))


def test_what_was_replaced_can_be_asked_until_its_time_is_over(empty: Archive):
    slow = Archive(empty.client, empty.folder, empty.prefix, held_s=3600)
    for number in range(4):
        slow.publish(pair(f"a{number}"))
    first = f"{empty.prefix}-gen-000001"
    assert slow.generations.found().complete.keys() == {"gen-000002", "gen-000003", "gen-000004"}
    assert slow.ids(first) == both("a0")
    assert slow.writer.prune(keep=3) == ()
    assert empty.writer.prune(keep=3) == ("gen-000001",)
    assert first not in empty.indices()


def test_files_of_a_generation_follow_to_another_machine(empty: Archive, tmp_path: Path):
    text = "much that does not fit into one piece, " * 300_000
    empty.publish(pair("a1"), sidecar=text)
    there = empty.elsewhere(tmp_path / "there")
    build = there.writer.start_build(fresh=False)
    assert build.sidecar("notes.txt").read_text() == text
    build.sidecar("notes.txt").write_text("other")
    build.abandon()
    build = empty.writer.start_build(fresh=False)
    assert build.sidecar("notes.txt").read_text() == text
    build.abandon()


def test_a_file_that_was_altered_is_damage(empty: Archive):
    empty.publish(pair("a1"), sidecar="as written")
    empty.publish(pair("a2"), sidecar="otherwise")
    piece = "_doc/notes.txt:000000"
    other = empty.client.get(f"/{empty.prefix}-files-gen-000002/{piece}")["_source"]
    empty.writer.rollback()
    empty.client.ask("PUT", f"/{empty.prefix}-files-gen-000001/{piece}", other)
    with pytest.raises(IndexCorrupt, match="content that was written"):
        empty.writer.start_build(fresh=False)
    assert empty.publish(pair("a3"), fresh=True).articles == 1


def test_a_document_that_the_cluster_refuses_ends_the_build_by_name(
    empty: Archive, monkeypatch: pytest.MonkeyPatch
):
    def odd_sent(document: Document) -> Sent:
        one = sent(document)
        return one if document.id != "odd" else one._replace(source={**one.source, "unheard": 1})

    monkeypatch.setattr("searchsvc.engine.opensearch.building.build.sent", odd_sent)
    empty.publish(pair("a1"))
    build = empty.writer.start_build(fresh=False)
    build.add(*pair("a2"))
    build.add(*pair("odd"))
    with pytest.raises(EngineUnavailable, match=r"refuses 1 documents for good.*odd: "):
        build.publish(rejects=0)
    build.abandon()
    assert empty.ids() == both("a1")


def test_nothing_is_published_that_the_cluster_has_not_kept(empty: Archive):
    build = empty.writer.start_build(fresh=True)
    for number in range(5):
        build.add(*pair(f"a{number}"))
    build._sender.flush()
    empty.client.ask(
        "DELETE",
        f"/{empty.prefix}-gen-000001/_doc/a3:1",
        params={"routing": "a3", "refresh": "true"},
    )
    with pytest.raises(EngineUnavailable, match="4 statements instead of 5"):
        build.publish(rejects=0)
    build.abandon()
    assert empty.indices() == []


def test_two_do_not_build_at_once_on_one_machine_nor_on_two(empty: Archive, tmp_path: Path):
    there = empty.elsewhere(tmp_path / "there")
    build = empty.writer.start_build(fresh=True)
    for other in (empty, there):
        for attempt in (
            lambda writer: writer.start_build(fresh=True),
            lambda writer: writer.prune(keep=1),
        ):
            with pytest.raises(EngineUnavailable, match=r"another build is under way .process"):
                attempt(other.writer)
    build.add(*pair("a1"))
    build.publish(rejects=0)
    assert there.publish(pair("a2")).articles == 2


def until_free(publish: Callable[[], IndexStatus]) -> IndexStatus:
    """What `publish` gives once the lease of a dead build is over."""
    while True:
        with suppress(EngineUnavailable):
            return publish()


KILLED = """
import sys
from pathlib import Path
from searchsvc.engine.opensearch.cluster.client import Client
from tests.cluster.building import Archive, pair, settings
folder, prefix = sys.argv[1:]
client = Client(settings(prefix))
build = Archive(client, Path(folder), prefix).writer.start_build(fresh=False)
for number in range(200):
    build.add(*pair(f"k{number}"))
build.scratch("spool").write_text("kept")
build._sender.flush()
print("loaded", flush=True)
sys.stdin.read()
"""


def killed_in_the_middle(where: Archive) -> None:
    """A build in a process of its own, killed when all of its documents are in the cluster."""
    command = [sys.executable, "-c", KILLED, str(where.folder), where.prefix]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loaded\n"
        process.send_signal(signal.SIGKILL)


def test_who_dies_leaves_the_folder_to_the_next_at_once(empty: Archive):
    empty.publish(pair("a1"))
    killed_in_the_middle(empty)
    assert any("gen-000002" in name for name in empty.indices())
    build = empty.writer.start_build(fresh=False)
    assert build.scratch("spool").read_text() == "kept"
    assert not any("gen-000002" in name for name in empty.indices())
    build.add(*pair("a2"))
    assert build.publish(rejects=0).articles == 2
    assert empty.ids() == both("a1", "a2")
    assert not (empty.folder / empty.prefix / "scratch").exists()


def test_who_dies_elsewhere_is_waited_for_and_named(empty: Archive, tmp_path: Path):
    empty.publish(pair("a1"))
    killed_in_the_middle(empty.elsewhere(tmp_path / "there"))
    with pytest.raises(EngineUnavailable, match=r"process .* on .*heard of last"):
        empty.writer.start_build(fresh=False)
    assert until_free(lambda: empty.publish(pair("a2"))).articles == 2
    assert not any("gen-000002" in name for name in empty.indices())


def test_a_build_whose_lease_went_to_another_is_not_published(empty: Archive, tmp_path: Path):
    empty.publish(pair("a1"))
    build = empty.writer.start_build(fresh=True)
    build.add(*pair("a2"))
    empty.generations.notes.change("lock", "ctx._source.until = 0L; ctx._source.token = ''")
    other = empty.elsewhere(tmp_path / "there").writer.start_build(fresh=False)
    other.add(*pair("a3"))
    with pytest.raises(EngineUnavailable, match=r"lease .* was lost|cluster refuses"):
        build.publish(rejects=0)
    build.abandon()
    assert other.publish(rejects=0).articles == 2
    assert empty.ids() == both("a1", "a3")


def test_copies_that_were_loaded_are_those_that_serve(empty: Archive):
    """Else one node alone would have each shard while they are made anew, and could not be lost."""
    if len(empty.client.get("/_cat/nodes", {"format": "json"})) < 2:
        pytest.skip("a cluster of one node has no copies")
    build = empty.writer_with(loading_replicas=1).start_build(fresh=True)
    build.add(*pair("a1"))
    build._sender.flush()
    index = f"{empty.prefix}-gen-000001"
    empty.client.get(f"/_cluster/health/{index}", {"wait_for_status": "green"})
    loaded = empty.copies(index)
    build.publish(rejects=0)
    assert len(loaded) == 4  # of two shards
    assert empty.copies(index) == loaded


def test_copies_that_no_node_can_have_are_waited_for_as_long_as_said_and_no_longer(
    cluster_client: Client, scratch_index: str
):
    from searchsvc.engine.opensearch.building.loading import Loading
    from searchsvc.engine.opensearch.cluster.copies import become

    nobodys = replace(settings(scratch_index), loading_replicas=50)
    loading = Loading(cluster_client, scratch_index, nobodys)
    loading.make()
    assert become(cluster_client, scratch_index, "yellow", 0)
    assert not become(cluster_client, scratch_index, "green", 0.01)
