"""Cases read by the command itself, in a process that may take so much memory and no more."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.hostile.cases import STORY
from tests.hostile.folders import FOLDERS
from tests.hostile.packed import PACKED
from tests.hostile.rows import ROWS
from tests.hostile.texts import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.cases import Case

CASES: Final = (*PACKED, *ROWS, *TEXTS, *FOLDERS)
ADDRESS_SPACE: Final = 2 << 30
"""Bytes; much of it is never used: libraries reserve it for their threads."""

BYSTANDER: Final = "zz-bystander.txt"
_BYSTANDER_TEXT: Final = f"A bystander in the folder\n\n{STORY} Nothing else happened here."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading a folder.

    Attributes:
        code: exit code of the command; negative where a signal ended it.
        articles: indexed, the bystander included.
        rejects: place (or None) and reason of each, the first thousand.
        seconds: of processor time.
        peak_mb: of memory.
        errors: the end of what it wrote to standard error.
    """

    code: int
    articles: int
    rejects: tuple[tuple[str | None, str], ...]
    seconds: float
    peak_mb: float
    errors: str

    def fault(self, case: Case) -> str:
        """What is not as `case` says; empty where all is."""
        if self.code:
            return f"exit code {self.code}: {self.errors}"
        if any("bug" in reason for _, reason in self.rejects):
            return f"a bug: {self.rejects}"
        if self.articles != case.articles + 1:
            return f"{self.articles - 1} articles, not {case.articles}: {self.rejects[:3]}"
        return reject_fault(case, self.rejects)


def reject_fault(case: Case, rejects: tuple[tuple[str | None, str], ...]) -> str:
    """What is not as it should be with the rejects; empty where all is."""
    if not case.rejected:
        return ""
    fitting = [place for place, reason in rejects if case.rejected in reason]
    if not fitting:
        return f"no reject says {case.rejected!r}: {rejects[:3]}"
    if case.place and not any(case.place in (place or "") for place in fitting):
        return f"no reject names {case.place!r}: {fitting[:3]}"
    return ""


def plant(case: Case, folder: Path, size: int) -> None:
    """Put `case` into `folder`, with a bystander that must be read whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BYSTANDER).write_text(_BYSTANDER_TEXT)
    case.plant(folder, size)


def reindexed(folder: Path, index: Path, *, seconds: int = 600, limit_mb: float = 2) -> Outcome:
    """What `searchsvc reindex` makes of a folder within `ADDRESS_SPACE` and so many CPU seconds."""
    rejects_file = index.with_name("rejects.jsonl")
    command = [sys.executable, "-m", "searchsvc", "reindex", str(folder), "--index", str(index)]
    # Nearly all is rejected, which the gate would take for a mistake.
    command += ["--set", f"corpus.max_article_mb={limit_mb}", "--set", "gate.most_rejects=1"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    with index.with_name("output").open("w+b") as output:
        process = subprocess.Popen(
            [*command, "--json", "--full", "--rejects", str(rejects_file)],
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=limit,  # noqa: PLW1509 - no threads here
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().decode("utf-8", "replace").splitlines()
    with rejects_file.open(encoding="utf-8") as file:
        rejects = [json.loads(line) for _, line in zip(range(1000), file, strict=False)]
        tail = [json.loads(line) for line in file]
    return Outcome(
        code=process.returncode,
        articles=_articles(lines),
        rejects=tuple((each["place"], each["reason"]) for each in rejects + tail[-10:]),
        seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1000,
        errors=" | ".join(line for line in lines if not line.startswith("{"))[-500:],
    )


def _articles(lines: list[str]) -> int:
    for line in reversed(lines):
        if line.startswith("{"):
            event = json.loads(line)
            return int(event["articles"]) if event.get("event") == "report" else -1
    return -1
