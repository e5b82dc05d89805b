"""Work done by several processes at once, its results in the order in which it was given out.

Each worker has a pipe of its own and at most one batch to do, which it takes whole before it begins:
so neither side ever waits for the other to read, a worker that is killed holds nothing that others
need, and one whose parent is killed finds its pipe closed and ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from searchsvc.errors import EngineUnavailable, ProcessLost, advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")

MOST: Final = 4
"""Processes that are started where nobody says how many; each takes about 100 MB."""

ALONE: Final = 200_000
"""Size of what this process does itself before it starts others, which takes them a second."""

_BATCH: Final = 50_000  # size of what a worker is given at once
_AHEAD: Final = 3  # batches for each worker that may be given out or wait to be asked for
_LONGEST: Final = 2_000  # items that may wait, however small they are

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def as_many_as(processes: int) -> int:
    """How many processes the setting means; 0: one for each processor, up to `MOST`."""
    return processes or min(MOST, _processors())


class Workers(Generic[T, R]):
    """Does work in this process while there is little of it, then in others. Use it with `closing`."""

    def __init__(self, work: Callable[[T], R], processes: int) -> None:
        """Start nothing yet.

        Args:
            work: a function of a module, which does not raise; task and result are pickled.
            processes: how many work beside this one; 1 for none.
        """
        self._work = work
        self._most = processes if processes > 1 else 0
        self._done = 0
        self._team: list[_Worker[T, R]] = []

    def over(
        self, items: Iterable[tuple[C, T | None]], *, size: Callable[[C], int]
    ) -> Iterator[tuple[C, R | None]]:
        """Each item with the result of its task, in their order; None where there is no task.

        A few items are taken before the first comes back: as many as keep all workers busy, and
        no more, so that memory stays as it is.

        Args:
            items: whatever belongs to a task, and the task.
            size: of what belongs to a task, in characters or the like; of what takes its time.

        Raises:
            ProcessLost: a worker was killed.
            EngineUnavailable: no worker could be started.
        """
        window: _Window[C, T, R] = _Window()
        for item, task in items:
            slot: _Slot[C, R] = _Slot(item, size(item))
            window.slots.append(slot)
            window.size += slot.size
            if task is not None and self._done >= ALONE and self._most:
                window.give(slot, task)
            elif task is not None:
                self._done += slot.size
                slot.result, slot.waits = self._work(task), False
            else:
                slot.waits = False
            if self._team or window.batches:
                self._serve(window)
            yield from window.ready()
            while window.size > _BATCH * _AHEAD * self._most or len(window.slots) > _LONGEST:
                self._serve(window, hurry=True)
                yield from window.ready()
        while window.slots:
            self._serve(window, hurry=True)
            yield from window.ready()

    def _serve(self, window: _Window[C, T, R], *, hurry: bool = False) -> None:
        """Take what is done and give out what waits; in a hurry, wait until something is done."""
        if hurry:
            window.end_batch()
        self._give_out(window)
        busy = {worker.pipe: worker for worker in self._team if worker.slots}
        for pipe in wait(list(busy), None if hurry else 0):
            busy[pipe].take()  # type: ignore[index]  # these are the pipes that it was given
        self._give_out(window)

    def _give_out(self, window: _Window[C, T, R]) -> None:
        while window.batches:
            idle = next((worker for worker in self._team if not worker.slots), None)
            if idle is None:
                if len(self._team) >= self._most:
                    return
                idle = _Worker(self._work)
                self._team.append(idle)
            idle.give(*window.batches.popleft())

    def close(self) -> None:
        """End the processes, whatever they are at. Safe to call twice."""
        for worker in self._team:
            worker.kill()  # all of them, before any is waited for: an interrupt may come again
        for worker in self._team:
            worker.end()
        self._team.clear()


class _Slot(Generic[C, R]):
    """An item that waits for its result, or for those before it."""

    __slots__ = ("item", "result", "size", "waits")

    def __init__(self, item: C, size: int) -> None:
        self.item = item
        self.size = size
        self.result: R | None = None
        self.waits = True


class _Window(Generic[C, T, R]):
    """The items that have been taken and not yet come back."""

    def __init__(self) -> None:
        self.slots: deque[_Slot[C, R]] = deque()
        self.size = 0
        self.batches: deque[tuple[list[_Slot[C, R]], list[T]]] = deque()
        self._batch: tuple[list[_Slot[C, R]], list[T]] = ([], [])
        self._batch_size = 0

    def give(self, slot: _Slot[C, R], task: T) -> None:
        """Put a task into the batch that is being filled."""
        slots, tasks = self._batch
        slots.append(slot)
        tasks.append(task)
        self._batch_size += slot.size
        if self._batch_size >= _BATCH:
            self.end_batch()

    def end_batch(self) -> None:
        """Let the batch be given out as it is."""
        if self._batch[0]:
            self.batches.append(self._batch)
            self._batch, self._batch_size = ([], []), 0

    def ready(self) -> Iterator[tuple[C, R | None]]:
        """The first items that wait for nothing any more."""
        while self.slots and not self.slots[0].waits:
            slot = self.slots.popleft()
            self.size -= slot.size
            yield slot.item, slot.result


class _Worker(Generic[T, R]):
    """One process, and the batch that it is at."""

    def __init__(self, work: Callable[[T], R]) -> None:
        context = get_context("spawn")
        self.slots: list[_Slot[Any, R]] = []
        try:
            self.pipe, other = context.Pipe()
            self._process: SpawnProcess = context.Process(target=_serve, args=(other, work))
            with _undisturbed():
                self._process.start()
        except OSError as error:
            raise EngineUnavailable(
                f"no further process can be started: {error.strerror}{advice(error)}"
            ) from error
        other.close()

    def give(self, slots: list[_Slot[Any, R]], tasks: Sequence[T]) -> None:
        """Have the process do `tasks`, and their results put into `slots`."""
        self.slots = slots
        with self._reporting():
            self.pipe.send(tasks)

    def take(self) -> None:
        """Put the results into the slots; there must be some."""
        with self._reporting():
            results = self.pipe.recv()
        for slot, result in zip(self.slots, results, strict=True):
            slot.result, slot.waits = result, False
        self.slots = []

    def kill(self) -> None:
        """End the process at once: it holds nothing that anybody needs."""
        self._process.kill()

    def end(self) -> None:
        """Wait until a process that was killed is gone."""
        self.pipe.close()
        self._process.join()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Tell of a process that somebody has killed."""
        try:
            yield
        except (EOFError, ConnectionError) as error:
            raise ProcessLost(
                f"process {self._process.pid}, which worked for this one, was killed, perhaps for"
                " want of memory; run it again, or set index.processes lower"
            ) from error


def _serve(pipe: Connection, work: Callable[[T], R]) -> None:
    """What a worker does: batch after batch, until its parent wants no more or is no more."""
    with suppress(EOFError, ConnectionError):
        while True:
            pipe.send([work(task) for task in pipe.recv()])


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back what is to end this process; those started inside never see it.

    Ctrl-C goes to every process at the terminal, and a service manager stops all of a service: it
    is for the one that gave out the work to end the others.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # It comes with the first process, and the signals are let through once it has been started.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
