"""Work done by other processes: in order, bounded, and ended with the one that gave it out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from multiprocessing import active_children

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc import workers
from searchsvc.errors import EngineUnavailable, ProcessLost
from searchsvc.workers import Workers, as_many_as


def doubled(text):
    return text * 2


def own_number(_):
    return os.getpid()


def killed(text):
    if text == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return text


def held_back(_):
    return sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))


@pytest.fixture
def _soon(monkeypatch):
    """Other processes are started at once and given little."""
    monkeypatch.setattr(workers, "ALONE", 0)
    monkeypatch.setattr(workers, "_BATCH", 4)


@pytest.fixture
def team(_soon):
    with closing(Workers(doubled, 2)) as team:
        yield team


ITEMS = st.lists(st.tuples(st.integers(), st.none() | st.text("ab", max_size=9)), max_size=40)


@given(items=ITEMS)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_results_come_back_in_order_each_with_what_it_belongs_to(team, items):
    back = list(team.over(iter(items), size=lambda number: abs(number) % 7))
    assert back == [
        (item, text and doubled(text)) if text != "" else (item, "") for item, text in items
    ]


def test_little_work_is_done_by_this_process(monkeypatch):
    monkeypatch.setattr(workers, "ALONE", 100)
    with closing(Workers(own_number, 2)) as team:
        back = team.over(((number, number) for number in range(30)), size=lambda _: 10)
        numbers = [result for _, result in back]
        assert numbers[:10] == [os.getpid()] * 10
        assert os.getpid() not in numbers[10:]


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("processes", [0, 1])
def test_one_process_starts_no_other(processes):
    with closing(Workers(own_number, processes)) as team:
        assert list(team.over([(1, 1)], size=int)) == [(1, os.getpid())]


@pytest.mark.usefixtures("_soon")
def test_only_so_much_is_taken_in_advance():
    taken = 0

    def items():
        nonlocal taken
        for number in range(500):
            taken += 1
            yield number, "x"

    with closing(Workers(doubled, 2)) as team:
        for done, _ in enumerate(team.over(items(), size=lambda _: 1)):
            assert taken - done <= 4 * 3 * 2 + 2


@pytest.mark.usefixtures("_soon")
def test_items_without_work_are_bounded_as_well(monkeypatch):
    monkeypatch.setattr(workers, "_LONGEST", 10)
    items = [(0, "x"), *((number, None) for number in range(1, 50))]
    with closing(Workers(doubled, 2)) as team:
        back = list(team.over(items, size=lambda _: 0))
    assert back == [(0, "xx"), *((number, None) for number in range(1, 50))]


@pytest.mark.usefixtures("_soon")
def test_a_process_that_is_killed_is_told_with_advice():
    with (
        closing(Workers(killed, 2)) as team,
        pytest.raises(ProcessLost, match=r"index\.processes"),
    ):
        list(team.over(((text, text) for text in ["a", "b", "kill", *"cdefgh" * 20]), size=len))
    assert issubclass(ProcessLost, EngineUnavailable)


@pytest.mark.usefixtures("_soon")
def test_processes_end_with_the_work():
    before = set(active_children())
    with closing(Workers(doubled, 2)) as team:
        next(team.over(((1, "x") for _ in range(100)), size=lambda _: 4))
        ours = set(active_children()) - before
        assert ours
    assert not set(active_children()) & ours


ENDLESS = """
import os, sys
from itertools import repeat
from searchsvc import workers
from tests.unit.test_workers import own_number
workers.ALONE = 0
team = workers.Workers(own_number, 2)
for _, number in team.over(zip(repeat("item"), repeat("task")), size=lambda _: 10_000):
    print(number, flush=True)
"""


def test_processes_end_when_the_one_that_started_them_is_killed():
    """Each holds the other end of the pipe to us: that is closed when all of them are gone."""
    parent = subprocess.Popen(
        [sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert int(parent.stdout.readline()) != parent.pid
    parent.kill()
    _, errors = parent.communicate(timeout=60)
    assert errors == ""


FIRST = """
from contextlib import closing
from searchsvc import workers
from tests.unit.test_workers import held_back
workers.ALONE = 0
with closing(workers.Workers(held_back, 2)) as team:
    for _, numbers in team.over([("a", 1), ("b", 2), ("c", 3)], size=lambda _: 50_000):
        print(*numbers)
"""


def test_every_process_is_spared_what_is_to_end_all_of_the_group_the_first_one_as_well():
    """In a process that has not started any: what comes with the first one must not undo it."""
    result = subprocess.run(
        [sys.executable, "-c", FIRST], capture_output=True, text=True, timeout=120, check=False
    )
    wanted = f"{int(signal.SIGINT)} {int(signal.SIGTERM)}"
    assert (result.stdout.splitlines(), result.stderr) == ([wanted] * 3, "")


def test_as_many_processes_as_processors_unless_said_otherwise():
    assert as_many_as(7) == 7
    assert 1 <= as_many_as(0) <= workers.MOST
