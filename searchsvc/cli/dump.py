"""`searchsvc dump`: the whole archive in one plain file."""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from searchsvc.cli.command import Exit, command
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.settings import Settings

_STDOUT: Final = "-"
_LEVEL: Final = 6


@command("dump")
@click.argument("file", metavar="FILE")
def dump(settings: Settings, *, file: str) -> Exit:
    """Write everything that is published into FILE, one article a line; - for standard output.

    A name that ends in .gz is packed. `searchsvc reindex FILE` makes the same articles of it, on
    any machine. It is written beside FILE and takes its place when it is complete; docs/dump.md
    describes every member.

    \b
    Examples:
      searchsvc dump archive.ndjson.gz
      searchsvc dump - | zstd > archive.ndjson.zst
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.dumping import dump_lines  # noqa: PLC0415 - likewise

    engine = wiring.open_engine(settings)
    articles = 0

    def count(written: int) -> None:
        nonlocal articles
        articles = written

    try:
        status = engine.status()
        lines = engine.read(
            lambda reader: dump_lines(reader, dict(status.versions), written=count),
            generation=status.generation,
        )
        with _target(file) as target:
            for line in lines:
                target.write(line)
    finally:
        engine.close()
    click.echo(f"{articles:,} articles of {status.generation} written.", err=True)
    return Exit.DONE


@contextlib.contextmanager
def _target(file: str) -> Iterator[IO[bytes]]:
    """What to write to; a file appears when all of it is written, or not at all."""
    if file == _STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as plain:
            if path.suffix.casefold() == ".gz":
                with gzip.GzipFile("", "wb", _LEVEL, plain, mtime=0) as packed:
                    yield packed  # type: ignore[misc]  # writes bytes, which is all that is asked
            else:
                yield plain
            plain.flush()
            os.fsync(plain.fileno())
        part.replace(path)
    except FileNotFoundError as error:
        raise ConfigError("the folder is not there", where=file) from error
    finally:
        part.unlink(missing_ok=True)
