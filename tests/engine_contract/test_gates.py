"""What is held back, released and pruned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import Held
from searchsvc.errors import EngineUnavailable, HeldBack, IndexMissing
from tests.builders import request
from tests.engine_contract.conftest import KEEP
from tests.engine_contract.test_generations import pair, word

if TYPE_CHECKING:
    from searchsvc.engine.building import Candidate
    from tests.engine_contract.conftest import Engine

REASONS = ("too few articles", "the harbour is missing")


def refuse(candidate: Candidate) -> tuple[str, ...]:
    del candidate
    return REASONS


def held_back(engine: Engine, *names: str, fresh: bool = True) -> str:
    """The generation of these articles, held back."""
    with pytest.raises(HeldBack) as caught:
        engine.publish(*map(pair, names), fresh=fresh, gate=refuse)
    assert caught.value.reasons == REASONS
    return caught.value.generation


def test_the_gate_sees_what_would_be_published_and_what_is(engine: Engine):
    before = engine.publish(pair("a1"), pair("a2"), rejects=1)
    seen: list[Candidate] = []

    def look(candidate: Candidate) -> tuple[str, ...]:
        seen.append(candidate)
        found = candidate.search(request(query=word("border")))
        assert (found.total, found.generation) == (1, candidate.status.generation)
        assert engine.search(request(query=word("border"))).generation == before.generation
        return ()

    after = engine.publish(pair("a3", body="The border."), gate=look)
    (candidate,) = seen
    assert candidate.before == before
    assert (candidate.status.generation, candidate.status.articles) == (after.generation, 1)


def test_there_is_nothing_before_the_first_generation(engine: Engine):
    def look(candidate: Candidate) -> tuple[str, ...]:
        return () if candidate.before is None else ("there is something",)

    engine.publish(pair("a1"), gate=look)


def test_what_is_held_back_is_not_published(engine: Engine):
    before = engine.publish(pair("a1"))
    name = held_back(engine, "a2")
    assert engine.ids(request()) == ["a1"]
    status = engine.reader.status()
    assert status.held == Held(name, REASONS)
    assert (status.generation, status.previous) == (before.generation, before.previous)


def test_nothing_is_published_where_the_first_generation_is_held_back(engine: Engine):
    held_back(engine, "a1")
    with pytest.raises(IndexMissing):
        engine.search(request())
    assert engine.writer.release().articles == 1
    assert engine.ids(request()) == ["a1"]


def test_what_is_held_back_can_be_released_once(engine: Engine):
    first = engine.publish(pair("a1")).generation
    name = held_back(engine, "a2", fresh=False)
    released = engine.writer.release()
    assert (released.generation, released.previous, released.held) == (name, (first,), None)
    assert engine.ids(request()) == ["a1", "a2"]
    with pytest.raises(IndexMissing, match="held back"):
        engine.writer.release()
    engine.writer.rollback()
    assert engine.ids(request()) == ["a1"]


def test_a_later_publication_takes_the_place_of_what_is_held_back(engine: Engine):
    first = engine.publish(pair("a1")).generation
    name = held_back(engine, "a2")
    later = engine.publish(pair("a3"), fresh=False)
    assert (later.held, later.previous) == (None, (first,))
    assert later.generation > name
    assert engine.ids(request()) == ["a1", "a3"]
    with pytest.raises(IndexMissing):
        engine.writer.release()


def test_what_is_held_back_takes_the_place_of_what_was_before(engine: Engine):
    engine.publish(pair("a1"))
    held_back(engine, "a2")
    name = held_back(engine, "a3")
    assert engine.reader.status().held == Held(name, REASONS)
    engine.writer.release()
    assert engine.ids(request()) == ["a3"]


def test_a_build_starts_from_what_is_published_not_from_what_is_held_back(engine: Engine):
    engine.publish(pair("a1"))
    held_back(engine, "a2", fresh=False)
    engine.publish(pair("a3"), fresh=False)
    assert engine.ids(request()) == ["a1", "a3"]


def test_an_abandoned_build_leaves_what_is_held_back(engine: Engine):
    engine.publish(pair("a1"))
    name = held_back(engine, "a2")
    engine.writer.start_build(fresh=False).abandon()
    assert engine.reader.status().held == Held(name, REASONS)


def test_a_rollback_leaves_what_is_held_back(engine: Engine):
    engine.publish(pair("a1"))
    engine.publish(pair("a2"))
    name = held_back(engine, "a3")
    assert engine.writer.rollback().held == Held(name, REASONS)
    engine.writer.release()
    assert engine.ids(request()) == ["a3"]


def test_pruning_deletes_all_but_the_latest_and_what_is_held_back(engine: Engine):
    names = [engine.publish(pair(f"a{number}")).generation for number in range(KEEP)]
    held = held_back(engine, "b1")
    assert engine.writer.prune(keep=2) == (held, names[0])
    assert engine.writer.prune(keep=2) == ()
    status = engine.reader.status()
    assert (status.generation, status.previous, status.held) == (names[-1], (names[-2],), None)
    assert engine.ids(request()) == [f"a{KEEP - 1}"]


def test_pruning_never_deletes_what_is_published(engine: Engine):
    engine.publish(pair("a1"))
    engine.publish(pair("a2"))
    engine.writer.rollback()
    assert engine.writer.prune(keep=1) == ()
    assert engine.ids(request()) == ["a1"]


def test_nothing_is_released_or_pruned_during_a_build(engine: Engine):
    engine.publish(pair("a1"))
    held_back(engine, "a2")
    build = engine.writer.start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match="another build"):
        engine.writer.release()
    with pytest.raises(EngineUnavailable, match="another build"):
        engine.writer.prune(keep=1)
    build.abandon()


def test_pruning_where_nothing_is_published_leaves_what_is_held_back(engine: Engine):
    assert engine.writer.prune(keep=1) == ()
    held_back(engine, "a1")
    assert engine.writer.prune(keep=1) == ()
    assert engine.writer.release().articles == 1
