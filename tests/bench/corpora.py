"""Corpora and queries, made once and kept in a work folder.

The tools under `shared/bench` beside the checkout are used where they lie there, else our own;
the folder's name tells which, so that figures of the two are never mixed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.generator import write_corpus
from tests.bench.pretokenise import pretokenise
from tests.bench.queries import make_queries, write_queries

if TYPE_CHECKING:
    from tests.bench.workload import Query

SHARED = Path(__file__).resolve().parents[3] / "shared" / "bench"
PROCS = 2


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus.

    Attributes:
        folder: holds the files below.
        own: whether our own generator made it.
    """

    folder: Path
    docs: int
    seed: int
    short: bool
    own: bool

    @property
    def raw(self) -> Path:
        """The articles."""
        return self.folder / "raw.jsonl"

    @property
    def terms(self) -> Path:
        """Their pre-analysed form."""
        return self.folder / "terms.jsonl"

    @property
    def title(self) -> str:
        """How it is named in the tables."""
        length = "median 120 words" if self.short else "median 350 words"
        maker = "own generator" if self.own else "shared generator"
        return f"{self.docs:,} articles, {length}, seed {self.seed}, {maker}"

    def queries(self) -> list[Query]:
        """The queries for it."""
        found: list[Query] = json.loads((self.folder / "queries.json").read_text("utf-8"))
        return found


def corpus(work: Path, docs: int, seed: int, *, short: bool, own: bool = False) -> Corpus:
    """A corpus in `work`, made where it is not there; `own` passes over the shared tools."""
    own = own or not (SHARED / "gencorpus.py").is_file()
    name = f"{'own' if own else 'shared'}-{docs}-seed{seed}{'-short' if short else ''}"
    made = Corpus(work / name, docs, seed, short=short, own=own)
    if made.folder.is_dir():
        return made
    growing = Corpus(work / f"{name}.growing", docs, seed, short=short, own=own)
    shutil.rmtree(growing.folder, ignore_errors=True)
    growing.folder.mkdir(parents=True)
    if own:
        write_corpus(growing.raw, docs, seed, short=short, procs=PROCS)
        pretokenise(growing.raw, growing.terms)
        queries = make_queries(growing.terms, seed, growing.raw)
        write_queries(queries, growing.folder / "queries.json")
    else:
        _run_shared(growing)
    growing.folder.rename(made.folder)
    return made


def first_articles(of: Corpus, count: int) -> Path:
    """A file with the first `count` raw articles."""
    if count >= of.docs:
        return of.raw
    path = of.folder / f"raw-{count}.jsonl"
    if not path.is_file():
        with of.raw.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as out:
            out.writelines(line for line, _ in zip(lines, range(count), strict=False))
    return path


def _run_shared(made: Corpus) -> None:
    """Make the files with the shared tools."""
    short = ["--short"] if made.short else []
    seed = ["--seed", str(made.seed)]
    queries = made.folder / "queries.json"
    commands = (
        ["gencorpus.py", "--docs", str(made.docs), *seed, *short, "--out", str(made.raw)],
        ["pretok.py", str(made.raw), str(made.terms)],
        ["queries.py", str(made.terms), "--raw", str(made.raw), *seed, "--out", str(queries)],
    )
    for tool, *arguments in commands:
        subprocess.run(
            [sys.executable, str(SHARED / tool), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
        )
