"""`python -m tests.durability.memory`: what a further article or file costs in memory.

Each subject is measured in processes of its own, over an archive of so many articles and over one
of three times as many; the difference of their largest anonymous memories, an article, is what grows
with the archive. What is mapped from files is not counted: the kernel takes it back when it needs to.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc.corpus import Archive
from searchsvc.model import Article
from tests.bench.memory import Peak
from tests.durability.answers import settings_for
from tests.durability.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LARGER: Final = 3
PER_FOLDER: Final = 1000


def write_tree(folder: Path, files: int, *, per_folder: int) -> None:
    """Write so many plain texts, one an article, in folders of `per_folder` files."""
    for number in range(files):
        path = folder / f"{number // per_folder:05}" / f"story-{number:08}.txt"
        if number % per_folder == 0:
            path.parent.mkdir(parents=True)
        path.write_text(_text(number), encoding="utf-8")


def _text(number: int) -> str:
    return f"“Bridge {number} is ready,” said Rosa Quispe, mayor of Lago Seco.\n"


def _rows(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    with (folder / "news.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(count):
            row = {"id": f"n{number:07}", "title": f"Bridge {number}", "text": _text(number)}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return [folder]


def _files(folder: Path, count: int) -> list[Path]:
    write_tree(folder, count, per_folder=PER_FOLDER)
    return [folder]


def _one_folder(folder: Path, count: int) -> list[Path]:
    write_tree(folder, count, per_folder=count)
    return [folder]


def _overlapping(folder: Path, count: int) -> list[Path]:
    write_tree(folder, count, per_folder=PER_FOLDER)
    return [folder, folder / "*"]


def _list(archive: Archive) -> int:
    return sum(1 for _ in archive.files())


def _read(archive: Archive) -> int:
    found = 0
    for file in archive.files():
        assert not isinstance(file, Exception), file
        found += sum(isinstance(item, Article) for item in archive.read(file))
    return found


SUBJECTS: Final[dict[str, tuple[Callable[[Path, int], list[Path]], Callable[[Archive], int]]]] = {
    "reading rows": (_rows, _read),
    "reading files": (_files, _read),
    "listing files": (_files, _list),
    "listing files of one folder": (_one_folder, _list),
    "listing inputs that overlap": (_overlapping, _list),
}
"""What is written, and what is done with it."""


def largest(subject: str, inputs: Sequence[str], count: int) -> float:
    """The most anonymous memory that this process takes, in megabytes (10**6 bytes)."""
    archive = Archive(inputs, settings_for(Path(inputs[0]).parent / "index"))
    peak = Peak(os.getpid())
    peak.start()
    found = SUBJECTS[subject][1](archive)
    assert found == count, f"{found:,} instead of {count:,}"
    return peak.stop().anonymous_mb


def _measured(subject: str, count: int, work: Path) -> float:
    """The same, of another process over an archive that is written for it."""
    folder = Path(tempfile.mkdtemp(prefix="memory-", dir=work))
    try:
        inputs = SUBJECTS[subject][0](folder / "archive", count)
        command = [sys.executable, "-m", "tests.durability.memory", "--measure", subject]
        command += ["--articles", str(count), *map(str, inputs)]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        return float(ran.stdout)
    finally:
        shutil.rmtree(folder)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print a row for each subject; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability.memory")
    parser.add_argument("--articles", type=int, default=100_000, help="of the smaller archive")
    parser.add_argument(
        "--most", type=int, help="fail where an article costs more bytes than this"
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--subject", choices=SUBJECTS, action="append", help="only this; all")
    parser.add_argument("--measure", choices=SUBJECTS, help="only this, here, over INPUTS")
    parser.add_argument("inputs", nargs="*")
    asked = parser.parse_args(arguments)
    if asked.measure:
        click.echo(largest(asked.measure, asked.inputs, asked.articles))
        return 0
    rows: list[tuple[object, ...]] = []
    worst = 0
    sizes = (asked.articles, LARGER * asked.articles)
    for subject in asked.subject or SUBJECTS:
        small, large = (_measured(subject, size, asked.work) for size in sizes)
        grown = round((large - small) * 1e6 / (sizes[1] - sizes[0]))
        rows.append((subject, f"{small:.0f} MB", f"{large:.0f} MB", grown))
        worst = max(worst, grown)
    click.echo(table([("", *(f"{size:,}" for size in sizes), "bytes an article"), *rows]))
    return int(asked.most is not None and worst > asked.most)


if __name__ == "__main__":
    sys.exit(main())
