"""What a kill between two steps, or damage, leaves to those who publish, prune and roll back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import Held
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.generations import CURRENT, HELD, generations, remove
from searchsvc.errors import HeldBack, IndexCorrupt
from searchsvc.settings import SearchSettings
from tests.builders import request
from tests.engine_contract.conftest import Engine
from tests.engine_contract.test_generations import pair

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.building import Candidate


def refuse(_: Candidate) -> tuple[str, ...]:
    return ("for a reason",)


def opened(path: Path) -> Engine:
    return Engine(WhooshEngine(path, SearchSettings()), WhooshIndexWriter(path, 3))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Two generations, a1 and a1 with a2."""
    engine = opened(tmp_path)
    engine.publish(pair("a1"))
    engine.publish(pair("a2"), fresh=False)
    return engine


def as_if_killed_while_releasing(path: Path) -> None:
    """`CURRENT` has been replaced already, and `HELD` is still there."""
    (path / HELD).write_text((path / CURRENT).read_text() + "for a reason\n")


def test_what_is_published_is_not_held_back_whatever_a_kill_left(engine: Engine, tmp_path: Path):
    as_if_killed_while_releasing(tmp_path)
    assert engine.reader.status().held is None
    assert engine.writer.prune(keep=2) == ()
    assert engine.ids(request()) == ["a1", "a2"]
    assert not (tmp_path / HELD).exists()


def test_holding_back_another_one_leaves_what_is_published(engine: Engine, tmp_path: Path):
    as_if_killed_while_releasing(tmp_path)
    with pytest.raises(HeldBack):
        engine.publish(pair("a3"), gate=refuse)
    assert engine.ids(request()) == ["a1", "a2"]
    assert opened(tmp_path).ids(request()) == ["a1", "a2"]


def test_what_was_held_before_a_later_publication_is_no_target(engine: Engine, tmp_path: Path):
    with pytest.raises(HeldBack):
        engine.publish(pair("a3"), gate=refuse)
    held = (tmp_path / HELD).read_text()
    folder = tmp_path / "gen-000003"
    kept = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    engine.publish(pair("a4"), fresh=False)
    folder.mkdir()
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    (tmp_path / HELD).write_text(held)
    assert engine.reader.status().previous == ("gen-000002", "gen-000001")
    assert engine.writer.prune(keep=3) == ("gen-000003",)


def test_the_published_generation_is_never_removed(engine: Engine, tmp_path: Path):
    name = engine.reader.status().generation
    with pytest.raises(ValueError, match="is published"):
        remove(tmp_path / name)


def test_nothing_is_pruned_while_what_is_published_is_damaged(engine: Engine, tmp_path: Path):
    name = engine.reader.status().generation
    (tmp_path / name / "manifest.json").write_text("{")
    with pytest.raises(IndexCorrupt):
        engine.writer.prune(keep=1)
    assert opened(tmp_path).ids(request()) == ["a1"]


def test_a_rollback_needs_no_readable_note_of_what_is_published(engine: Engine, tmp_path: Path):
    (tmp_path / CURRENT).write_text("gen-00000?\n")
    assert engine.writer.rollback().articles == 2
    assert opened(tmp_path).ids(request()) == ["a1", "a2"]


def test_a_rollback_needs_no_note_at_all_of_what_is_published(engine: Engine, tmp_path: Path):
    (tmp_path / CURRENT).unlink()
    assert engine.writer.rollback().articles == 2
    assert opened(tmp_path).ids(request()) == ["a1", "a2"]
    assert engine.writer.rollback().articles == 1


def test_without_a_note_what_is_held_back_is_no_target_of_a_rollback(
    engine: Engine, tmp_path: Path
):
    with pytest.raises(HeldBack):
        engine.publish(pair("a3"), gate=refuse)
    (tmp_path / CURRENT).unlink()
    status = engine.writer.rollback()
    assert (status.generation, status.held) == (
        "gen-000002",
        Held("gen-000003", ("for a reason",)),
    )


def test_a_kill_during_the_gate_leaves_no_target_of_a_rollback(engine: Engine, tmp_path: Path):
    killed = tmp_path / "as killed"

    def copy(candidate: Candidate) -> tuple[str, ...]:
        assert candidate.search(request()).total == 3
        shutil.copytree(tmp_path, killed)
        return ()

    assert engine.publish(pair("a3"), fresh=False, gate=copy).generation == "gen-000003"
    (killed / CURRENT).unlink()
    assert opened(killed).writer.rollback().generation == "gen-000002"
    assert opened(killed).writer.prune(keep=2) == ("build-000003",)
    assert opened(killed).ids(request()) == ["a1", "a2"]


def test_a_rollback_passes_by_what_is_damaged(engine: Engine, tmp_path: Path):
    engine.publish(pair("a3"), fresh=False)
    (tmp_path / "gen-000002" / "manifest.json").write_text("{")
    assert engine.writer.rollback().generation == "gen-000001"
    assert opened(tmp_path).ids(request()) == ["a1"]


def test_the_gate_compares_with_what_was_before_where_what_is_published_is_damaged(
    engine: Engine, tmp_path: Path
):
    (tmp_path / "gen-000002" / "manifest.json").write_text("{")
    seen: list[Candidate] = []

    def look(candidate: Candidate) -> tuple[str, ...]:
        seen.append(candidate)
        return ()

    engine.publish(pair("a3"), gate=look)
    assert seen[0].before is not None
    assert (seen[0].before.generation, seen[0].before.articles) == ("gen-000001", 1)


def test_what_was_built_before_the_first_publication_is_no_target(tmp_path: Path):
    engine = opened(tmp_path)
    engine.publish(pair("a1"))
    (tmp_path / CURRENT).unlink()
    engine.publish(pair("a2"))
    assert generations(tmp_path) == ("gen-000002",)


def test_drafts_that_a_power_cut_left_are_swept(engine: Engine, tmp_path: Path):
    for name in ("CURRENT.new", "HELD.new", "ROLLED_BACK.new"):
        (tmp_path / name).write_text("half a li")
    assert engine.writer.prune(keep=2) == ("CURRENT.new", "HELD.new", "ROLLED_BACK.new")
    assert engine.ids(request()) == ["a1", "a2"]
