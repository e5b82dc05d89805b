"""What is held back, released and pruned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import Held
from searchsvc.errors import EngineUnavailable, GenerationMissing, HeldBack, IndexMissing
from tests.builders import request, statement_document
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


def peaks_seen(engine: Engine, *names: str, reasons: tuple[str, ...] = ()) -> tuple[int, str]:
    """The largest count of articles that a gate in front of these articles compares with."""
    seen: list[Candidate] = []

    def look(candidate: Candidate) -> tuple[str, ...]:
        seen.append(candidate)
        return reasons

    if reasons:
        with pytest.raises(HeldBack):
            engine.publish(*map(pair, names), gate=look)
    else:
        engine.publish(*map(pair, names), gate=look)
    peaks = seen[0].peaks
    assert peaks is not None
    return peaks.articles.count, peaks.articles.generation


def test_the_gate_compares_with_the_most_that_there_was(engine: Engine):
    engine.publish(pair("a1"))
    most = engine.publish(pair("a1"), pair("a2"), pair("a3")).generation
    assert peaks_seen(engine, "a1", "a2") == (3, most)
    for _ in range(2 * KEEP):  # that generation has gone long since
        assert peaks_seen(engine, "a1") == (3, most)
    assert peaks_seen(engine, "a1", "a2", "a3") == (3, most)
    assert peaks_seen(engine, "a1") == (3, engine.reader.status().previous[0])


def test_articles_and_statements_have_peaks_of_their_own(engine: Engine):
    seen: list[Candidate] = []

    def look(candidate: Candidate) -> tuple[str, ...]:
        seen.append(candidate)
        return ()

    article, _ = pair("a1")
    said = [statement_document(id=f"a1:{number}", article_id="a1") for number in range(1, 5)]
    talkative = engine.publish((article, said), gate=look).generation
    many = engine.publish(pair("a1"), pair("a2"), pair("a3"), gate=look).generation
    engine.publish(pair("a1"), gate=look)
    assert seen[0].peaks is None
    peaks = seen[2].peaks
    assert peaks is not None
    assert (peaks.articles.count, peaks.articles.generation) == (3, many)
    assert (peaks.statements.count, peaks.statements.generation) == (4, talkative)


def test_who_publishes_without_a_gate_wants_no_more_articles(engine: Engine):
    engine.publish(pair("a1"), pair("a2"))
    assert peaks_seen(engine, "a1")[0] == 2
    wanted = engine.publish(pair("a1")).generation
    assert peaks_seen(engine, "a1") == (1, wanted)


def test_who_releases_what_was_held_back_wants_no_more_articles(engine: Engine):
    most = engine.publish(pair("a1"), pair("a2")).generation
    assert peaks_seen(engine, "a1", reasons=REASONS) == (2, most)
    assert peaks_seen(engine, "a1", reasons=REASONS) == (2, most)
    released = engine.writer.release().generation
    assert peaks_seen(engine, "a1") == (1, released)


def test_a_rollback_brings_back_what_was_compared_with(engine: Engine):
    few = engine.publish(pair("a1")).generation
    engine.publish(pair("a1"), pair("a2"), gate=lambda _: ())
    engine.writer.rollback()
    assert peaks_seen(engine, "a1") == (1, few)


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


def test_what_was_built_upon_the_one_that_was_dropped_is_whole_when_it_is_released(engine: Engine):
    engine.publish(pair("a1"))
    dropped = engine.publish(pair("a2"), fresh=False).generation
    name = held_back(engine, "a3", fresh=False)
    assert engine.writer.rollback().held == Held(name, REASONS)
    assert engine.ids(request()) == ["a1"]
    assert engine.reader.status().held == Held(name, REASONS)
    released = engine.writer.release()
    assert (released.generation, released.held) == (name, None)
    assert dropped not in released.previous
    assert engine.ids(request()) == ["a1", "a2", "a3"]
    engine.publish(pair("a4"), fresh=False, remove=["a2"])
    assert engine.ids(request()) == ["a1", "a3", "a4"]


def test_after_a_rollback_a_publication_takes_the_place_of_what_is_held_back(engine: Engine):
    engine.publish(pair("a1"))
    engine.publish(pair("a2"))
    held_back(engine, "a3")
    engine.writer.rollback()
    assert engine.publish(pair("a4"), fresh=False).held is None
    assert engine.ids(request()) == ["a1", "a4"]
    with pytest.raises(GenerationMissing):
        engine.writer.release()


def test_where_there_is_no_index_it_is_not_a_generation_that_is_missing(engine: Engine):
    for undo in (engine.writer.rollback, engine.writer.release):
        with pytest.raises(IndexMissing) as caught:
            undo()
        assert not isinstance(caught.value, GenerationMissing)


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
