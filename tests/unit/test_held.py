"""Which replaced generations are still at hand, by a clock that the test sets."""

from __future__ import annotations

import datetime as dt

import pytest

from searchsvc.engine.whoosh.held import Held
from searchsvc.engine.whoosh.manifest import Manifest
from searchsvc.engine.whoosh.snapshot import Snapshot


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def snapshot(name: str) -> Snapshot:
    manifest = Manifest(
        name, "", "", "", "", (), 0, 0, 0, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None, {}
    )
    return Snapshot(name, manifest, {})


def at_hand(held: Held, *names: str) -> list[str]:
    """Those of `names` that are held, without asking for them."""
    return [name for name in names if name in held._held]


def test_each_is_held_for_its_time_after_it_was_replaced_or_last_asked_for(clock: Clock):
    held = Held(10, clock=clock)
    held.put(snapshot("a"))
    held.put(snapshot("b"))
    clock.now = 9.9
    assert held.get("a") is not None
    clock.now = 10.1
    held.drop_expired()
    assert at_hand(held, "a", "b") == ["a"]
    clock.now = 20.0
    assert held.get("a") is None
    assert at_hand(held, "a", "b") == []


def test_those_nobody_asked_for_go_first_then_those_not_asked_for_longest(clock: Clock):
    held = Held(10, most=2, clock=clock)
    held.put(snapshot("a"))
    held.put(snapshot("b"))
    held.get("a")
    held.put(snapshot("c"))
    assert at_hand(held, "a", "b", "c") == ["a", "c"]
    held.get("c")
    held.get("a")
    held.put(snapshot("d"), asked=True)
    assert at_hand(held, "a", "c", "d") == ["a", "d"]
    held.put(snapshot("e"))  # the only one that nobody has asked for
    assert at_hand(held, "a", "d", "e") == ["a", "d"]


def test_what_was_asked_for_remains_so_when_it_is_put_again(clock: Clock):
    held = Held(10, most=1, clock=clock)
    held.put(snapshot("a"), asked=True)
    held.put(snapshot("a"))
    held.put(snapshot("b"))
    assert at_hand(held, "a", "b") == ["a"]


def test_for_no_time_nothing_is_held(clock: Clock):
    held = Held(0, clock=clock)
    held.put(snapshot("a"))
    assert held.get("a") is None


def test_all_can_be_let_go_of(clock: Clock):
    held = Held(10, clock=clock)
    held.put(snapshot("a"))
    held.clear()
    assert held.get("a") is None
