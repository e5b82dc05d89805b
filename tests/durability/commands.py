"""`searchsvc` commands as processes that can be struck at any moment of their work.

A command is forked from this process, in which everything is loaded already, and leads a process
group of its own: no time goes by before it works, and its worker processes die with it. What it
runs is the command line as installed, from the parsing of its arguments on.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from searchsvc.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

STARTING: Final = "starting"
"""The phase before a command has named one."""

KILLED: Final = -signal.SIGKILL
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG; nothing is left running where a test is stopped
HANGING_S: Final = 120.0
"""No command of these tests takes a tenth of this."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When to strike: so many seconds after a phase has begun.

    Attributes:
        phase: `STARTING` counts from the start.
        seconds: after that.
    """

    phase: str
    seconds: float


@dataclass(slots=True)
class Ended:
    """What became of a command.

    Attributes:
        code: its exit code, negative for a signal.
        phase: the last one that it named, or `STARTING`.
        begun: seconds from the start at which each phase began, in their order.
        seconds: from its start to its end.
        struck: whether the moment came before the end.
        resumed: articles that it took over from a run that had died.
        output, errors: what it wrote.
    """

    code: int = 0
    phase: str = STARTING
    begun: dict[str, float] = field(default_factory=lambda: {STARTING: 0.0})
    seconds: float = 0.0
    struck: bool = False
    resumed: int = 0
    output: str = ""
    errors: str = ""


def kill(group: int) -> None:
    """Kill every process of the group at once."""
    os.killpg(group, signal.SIGKILL)


def start(arguments: Sequence[object], errors: Path) -> tuple[int, int]:
    """The process id of a command under way, and where its output can be read; see `fork`."""
    return fork(lambda: run_command(arguments), errors)


def fork(work: Callable[[], int], errors: Path) -> tuple[int, int]:
    """The id of a process, and of its group, that does `work`, and where its output can be read.

    Args:
        work: gives the exit code.
        errors: file for what it writes to standard error.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        os.setpgid(pid, pid)  # by both, as either may be the first to go on: a strike must find it
        return pid, reading
    code = 70
    try:
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        os.dup2(writing, 1)
        os.dup2(os.open(errors, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644), 2)
        os.close(reading)
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - the copy of the parent must not go on
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def run_command(arguments: Sequence[object]) -> int:
    """The exit code of `searchsvc` with these arguments, run in this process."""
    try:
        main([str(each) for each in arguments], prog_name="searchsvc")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def run(
    arguments: Sequence[object],
    errors: Path,
    *,
    moment: Moment | None = None,
    strike: Callable[[int], None] = kill,
) -> Ended:
    """Run a command to its end, or strike it at `moment`.

    Args:
        arguments: of `searchsvc`.
        errors: file for what it writes to standard error.
        moment: None for an undisturbed run.
        strike: is given the process group.

    Raises:
        TimeoutError: it hangs.
    """
    group, reading = start(arguments, errors)
    ended = Ended()
    began = time.monotonic()
    due = _due(ended, began, moment)
    kept = b""
    while True:
        now = time.monotonic()
        if due is not None and now >= due:
            strike(group)
            ended.struck, due, moment = True, None, None
        if now - began > HANGING_S:
            kill(group)
            raise TimeoutError(f"{arguments}: no end after {HANGING_S} s")
        wait = HANGING_S if due is None else due - now
        if not select.select([reading], [], [], max(0.0, wait))[0]:
            continue
        piece = os.read(reading, 1 << 16)
        if not piece:  # all that could write to it are gone: the command and its workers
            break
        kept += piece
        *lines, kept = kept.split(b"\n")
        for line in lines:
            _note(ended, line.decode(), time.monotonic() - began)
        if moment is not None and due is None:
            due = _due(ended, began, moment)
    os.close(reading)
    ended.code = os.waitstatus_to_exitcode(os.waitpid(group, 0)[1])
    ended.seconds = time.monotonic() - began
    ended.struck = ended.struck and (strike is not kill or ended.code == KILLED)
    ended.errors = errors.read_text(encoding="utf-8", errors="replace")
    return ended


def _due(ended: Ended, began: float, moment: Moment | None) -> float | None:
    if moment is None or moment.phase not in ended.begun:
        return None
    return began + ended.begun[moment.phase] + moment.seconds


def _note(ended: Ended, line: str, seconds: float) -> None:
    ended.output += line + "\n"
    event: Any = None
    if line.startswith("{"):
        event = json.loads(line)
    if isinstance(event, dict) and event.get("event") == "progress":
        ended.phase = event["phase"]
        ended.begun.setdefault(ended.phase, seconds)
    if isinstance(event, dict) and event.get("event") == "report":
        ended.resumed = event["resumed"]
