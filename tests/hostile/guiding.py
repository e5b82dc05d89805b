"""A guided run of a target: processes one after another until its time is used, and what they met."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from resource import RUSAGE_CHILDREN, getrusage
from typing import TYPE_CHECKING, Final

import click

from tests.hostile.crashes import COUNTED, FOLDERS

if TYPE_CHECKING:
    from pathlib import Path

_REACHED: Final = re.compile(r"\bcov: (\d+) ft: \d+ corp: (\d+)")


@dataclass(frozen=True, slots=True)
class GuidedRun:
    """What became of a target.

    Attributes:
        inputs: that it was given.
        seconds: of processor time, all processes, starting them among it.
        crashes: by what happened.
        reached: branches of the instrumented code.
        kept: inputs in the corpus.
    """

    inputs: int
    seconds: float
    crashes: Counter[str]
    reached: int
    kept: int


def guided_run(name: str, kept: Path, *, seconds: float) -> GuidedRun:
    """Look for inputs of a target that crash it, guided by what they reach.

    Args:
        name: of the target.
        kept: folder with a folder for each target, whose corpus this run goes on from.
        seconds: of processor time.

    Raises:
        click.ClickException: atheris is not installed, or a process ended before its first input.
    """
    if find_spec("atheris") is None:
        raise click.ClickException(
            "atheris is not installed: there is a wheel for CPython 3.11 to 3.14 on x86-64 Linux, "
            "and `pip install --editable '.[dev]'` takes it"
        )
    folder = (kept / name).resolve()
    for part in FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    for said in (folder / "said").iterdir():
        said.unlink()
    began, inputs, died = _used(), 0, Counter[str]()
    while (left := seconds - (_used() - began)) > 0:
        (folder / COUNTED).write_bytes(bytes(8))
        code = _one_process(name, folder, seconds=left)
        counted = int.from_bytes((folder / COUNTED).read_bytes(), "little")
        inputs += counted
        if not counted:
            raise click.ClickException(f"no input was read; {folder / 'log'} says why")
        if code:
            died[f"the process ended with {code}; see {folder / 'died'}"] += 1
    reached = _REACHED.findall((folder / "log").read_text(errors="replace")) or [("0", "0")]
    return GuidedRun(
        inputs=inputs,
        seconds=_used() - began,
        crashes=died + _said(folder / "said"),
        reached=int(reached[-1][0]),
        kept=int(reached[-1][1]),
    )


def _one_process(name: str, folder: Path, *, seconds: float) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="searchsvc-guided-") as temporary,
        (folder / "log").open("wb") as log,
    ):
        return subprocess.run(
            [sys.executable, "-m", "tests.hostile.guided", name, str(folder), str(seconds)],
            stdout=log,
            stderr=log,
            env={**os.environ, "TMPDIR": temporary},
            check=False,
        ).returncode


def _said(folder: Path) -> Counter[str]:
    crashes = Counter[str]()
    for file in folder.iterdir():
        times, _, what = file.read_text().partition(" times ")
        crashes[f"{what.strip()}; see {folder.parent / 'crashes' / file.name}"] += int(times)
    return crashes


def _used() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
