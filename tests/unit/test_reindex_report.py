"""The meter: how often it tells, and what it estimates."""

from __future__ import annotations

from typing import Any

import pytest

from searchsvc.reindex import Phase, Reject
from searchsvc.reindex.report import Meter


class Clock:
    """Seconds by hand."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_ticks_are_told_a_few_times_a_second_and_phases_at_once(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    meter.enter(Phase.READING)
    for _ in range(1000):
        clock.now += 0.01
        meter.tick()
    assert 40 <= len(events) <= 55
    meter.enter(Phase.PUBLISHING)
    assert events[-1].phase is Phase.PUBLISHING


def test_every_reject_is_told(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    for number in range(3):
        meter.reject(Reject("a", f"line {number}", "odd"))
    assert [event.place for event in events] == ["line 0", "line 1", "line 2"]
    assert meter.rejects == 3


def test_rate_and_time_left_are_those_of_reading(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    meter.enter(Phase.LISTING)
    clock.now += 50
    meter.bytes_total = 1000
    meter.enter(Phase.READING)
    clock.now += 10
    meter.articles, meter.bytes_done = 40, 250
    meter.tick()
    assert events[-1].rate == 4.0
    assert events[-1].left_s == 30.0
    assert events[-1].share == 0.25
    assert events[-1].elapsed_s == 60.0
    assert events[0].left_s is None


def test_naming_counts_names_and_tells_its_own_rate(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    meter.articles, meter.bytes_done, meter.bytes_total = 40, 1000, 1000
    meter.names_total = 200
    meter.enter(Phase.NAMING)
    assert (events[-1].rate, events[-1].share, events[-1].left_s) == (0.0, None, None)
    clock.now += 10
    meter.names_done = 50
    meter.tick()
    told = events[-1]
    assert (told.names_done, told.names_total, told.articles) == (50, 200, 40)
    assert (told.rate, told.share, told.left_s) == (5.0, 0.25, 30.0)
    meter.enter(Phase.PUBLISHING)
    assert (events[-1].rate, events[-1].left_s) == (0.0, None)


def test_no_time_left_is_told_before_it_can_be_known(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    meter.bytes_total = 1000
    meter.enter(Phase.READING)
    clock.now += 10
    meter.articles = 40
    meter.tick()
    assert events[-1].left_s is None
    assert events[-1].share is None


def test_the_rate_is_that_of_the_last_half_minute(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    meter.enter(Phase.READING)
    rates = []
    for second in range(100):
        meter.articles += 10 if second < 50 else 1
        clock.now += 1
        meter.tick()
        rates.append(round(events[-1].rate, 3))
    assert set(rates[:50]) == {10.0}
    assert sorted(rates[50:80], reverse=True) == rates[50:80]
    assert set(rates[82:]) == {1.0}


def test_while_indexing_it_is_told_how_many_articles_there_are_to_index(clock):
    events: list[Any] = []
    meter = Meter(events.append, clock)
    meter.enter(Phase.READING)
    meter.to_index = 7
    meter.enter(Phase.INDEXING)
    assert [(event.articles, event.articles_total) for event in events] == [(0, None), (0, 7)]
