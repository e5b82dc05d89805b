"""`searchsvc reindex`: bring the index up to date with the articles."""

from __future__ import annotations

import glob
import json
import os
import signal
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from searchsvc.cli.command import (
    Exit,
    command,
    json_option,
    setting_option,
    split_pair,
)
from searchsvc.cli.reindexed import show
from searchsvc.engine.building import Shard
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from searchsvc.reindex import Event, ReindexReport
    from searchsvc.settings import Settings


class _ShardType(click.ParamType[Shard]):
    """`2/3`."""

    name = "shard"

    def convert(
        self, value: str | Shard, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """The shard that is meant; fails on anything else."""
        if isinstance(value, Shard):
            return value
        number, _, of = value.partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= MOST):
            self.fail(f"expected I/N such as 2/3, I from 1 to N, N up to {MOST}", param, ctx)
        return Shard(int(number), int(of))


MOST: Final = 1000
SHARD: Final = _ShardType()
_HINT: Final = "name files or folders, or set corpus.inputs"


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """`columns.countries: places,topics` of `countries=places` and `countries=topics`."""
    names: dict[str, list[str]] = {}
    for pair in pairs:
        column, name = split_pair(pair, "--column")
        names.setdefault(f"columns.{column}", []).append(name)
    return {key: ",".join(values) for key, values in names.items()}


@command("reindex")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--full", is_flag=True, help="Read everything again, not only what has changed.")
@click.option("--keep-others", is_flag=True, help="Keep articles of inputs not named now.")
@click.option("--no-gate", is_flag=True, help="Publish whatever config [gate] says.")
@setting_option(
    "--keep",
    keys=lambda number: {"index.keep": number},
    type=click.IntRange(1),
    metavar="N",
    help="Generations kept, the published one included; short for --set index.keep=N.",
)
@click.option(
    "--resume/--no-resume",
    default=True,
    help="Take over what a run that died or was held back has extracted; the default.",
)
@click.option(
    "--space-check/--no-space-check",
    default=True,
    help="Refuse to begin where the disk is surely too small; the default.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if anything could not be indexed.")
@click.option(
    "--rejects",
    "rejects_to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what could not be indexed, and why, to FILE as JSON lines.",
)
@setting_option(
    "--column",
    keys=_columns,
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Column of JSONL or CSV that holds a field, such as countries=places. Repeatable.",
)
@setting_option(
    "--source",
    keys=lambda name: {"corpus.source": name},
    metavar="NAME",
    help="Source of articles that do not name theirs.",
)
@click.option(
    "--shard",
    type=SHARD,
    metavar="I/N",
    help="Be the I-th of N runs, on as many machines, that build one index in a cluster.",
)
@click.option("--watch", is_flag=True, help="Stay, and do so again whenever they change.")
@setting_option(
    "--poll",
    keys=lambda seconds: {"watch.poll_s": seconds},
    metavar="SECONDS",
    help="With --watch: how often to look at disks whose changes the system does not tell.",
)
@json_option
def reindex(  # noqa: PLR0913 - one argument per option
    settings: Settings,
    *,
    paths: tuple[str, ...],
    full: bool,
    keep_others: bool,
    no_gate: bool,
    resume: bool,
    space_check: bool,
    strict: bool,
    rejects_to: Path | None,
    shard: Shard | None,
    watch: bool,
    as_json: bool,
) -> Exit:
    """Bring the index up to date with the articles at PATH (files, folders, globs).

    Only what is new or has changed is read; articles that are no longer there are taken out.
    Searches go on meanwhile and see the new index all at once when it is finished. An article
    that cannot be read is counted and listed; it never stops the run. A PATH that is not there
    does, and so does an archive without any article, unless --full is given. An index that loses
    too much, or does not answer the searches of config/golden.toml as it should, is held back
    (--no-gate: published all the same). Progress goes to standard error; with --json it is
    written as JSON lines, the last of which is the report. A run that is interrupted, killed
    or held back leaves what it has extracted, and the next one goes on from there.

    With --shard each of N runs reads its share of the articles, all of which it must see, and the
    last one publishes; see docs/opensearch.md.

    With --watch it goes on until it is interrupted: what changes is published a few seconds
    later, an error is tried again, and the articles of a PATH that is not there stay.

    \b
    Examples:
      searchsvc reindex news/ archive.jsonl.gz
      searchsvc reindex reuters.jsonl --column countries=places --column speakers=people
      searchsvc reindex --full --strict --rejects rejects.jsonl
      searchsvc reindex --watch news/
      searchsvc reindex --shard 2/3 news/
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    if full and keep_others:
        raise ConfigError(
            "--full builds from nothing; leave one of them out", where="--keep-others"
        )
    if shard is not None and (keep_others or watch):
        raise ConfigError("always builds from nothing, once; leave the other out", where="--shard")
    if strict and watch:
        raise ConfigError("asks for an exit code, and --watch has none", where="--strict")
    patterns = _checked(paths or settings.corpus.inputs, settings, may_be_missing=watch)
    options = Options(
        full, keep_others, not no_gate, rejects_to, as_json, resume, space_check, shard
    )
    with _termination_as_interrupt():
        if watch:
            from searchsvc.cli.watching import watch as go_on  # noqa: PLC0415 - slow to import

            return go_on(settings, patterns, options)
        report = bring_up_to_date(settings, patterns, options)
    show(report, settings, options)
    return _exit(report, strict=strict)


class Options(NamedTuple):
    """How a run goes about its work, and where it tells."""

    full: bool
    keep_others: bool
    gated: bool
    rejects_to: Path | None
    as_json: bool
    resume: bool = True
    space_check: bool = True
    shard: Shard | None = None


def bring_up_to_date(
    settings: Settings,
    patterns: tuple[str, ...],
    options: Options,
    *,
    guard: Callable[[Event], None] | None = None,
) -> ReindexReport:
    """One run, shown while it goes on; what `guard` raises on an event ends it.

    With a `guard` it is one of many, of which a short one is not worth a line while it goes on.
    """
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.cli.progress import shown  # noqa: PLC0415 - likewise
    from searchsvc.corpus import Archive  # noqa: PLC0415 - likewise
    from searchsvc.reindex import Means  # noqa: PLC0415 - likewise
    from searchsvc.reindex import reindex as run  # noqa: PLC0415 - likewise
    from searchsvc.reindex import reindex_shard as run_shard  # noqa: PLC0415 - likewise
    from searchsvc.workers import as_many_as  # noqa: PLC0415 - likewise

    with (
        _listing_rejects(options.rejects_to) as listing,
        shown(as_json=options.as_json, terse=guard is not None) as display,
    ):

        def tell(event: Event) -> None:
            listing(event)
            display(event)
            if guard is not None:
                guard(event)

        archive = Archive(patterns, settings)
        aliases = wiring.open_aliases(settings)
        gate = wiring.open_gate(settings) if options.gated else None
        processes = as_many_as(settings.index.processes)
        means = Means(processes, options.resume, options.space_check)
        if options.shard is not None:
            return run_shard(
                archive,
                wiring.open_shared_writer(settings),
                options.shard,
                progress=tell,
                aliases=aliases,
                gate=gate,
                means=means,
            )
        return run(
            archive,
            wiring.open_writer(settings),
            full=options.full,
            keep_others=options.keep_others,
            progress=tell,
            aliases=aliases,
            gate=gate,
            means=means,
        )


def _exit(report: ReindexReport, *, strict: bool) -> Exit:
    if report.held is not None:
        return Exit.HELD_BACK
    return Exit.INCOMPLETE if strict and report.rejects else Exit.DONE


def _checked(
    patterns: tuple[str, ...], settings: Settings, *, may_be_missing: bool
) -> tuple[str, ...]:
    """Refuse what is no input, before the articles that once came from it are taken out."""
    if not patterns:
        raise ConfigError(f"nothing to read; {_HINT}", where="reindex")
    index = settings.index.path.absolute()
    for pattern in patterns:
        if not pattern:
            raise ConfigError(f"an empty name is no input; {_HINT}", where="PATH")
        if Path(pattern).absolute().is_relative_to(index):
            raise ConfigError(
                "is the index itself; name the folder of the articles", where=pattern
            )
        if may_be_missing or glob.has_magic(pattern):
            continue
        if not os.path.lexists(pattern):
            raise ConfigError(
                "no such file or folder; the index stays as it is. Correct the name, or leave it"
                " out",
                where=pattern,
            )
    return patterns


@contextmanager
def _listing_rejects(file: Path | None) -> Iterator[Callable[[Event], None]]:
    """What to tell events to, so that the rejects among them are written to `file`."""
    from searchsvc.reindex import Reject  # noqa: PLC0415 - slow to import

    if file is None:
        yield lambda _: None
        return
    try:
        lines = file.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=str(file)) from error
    with lines:

        def write(event: Event) -> None:
            if isinstance(event, Reject):
                lines.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
                lines.flush()

        yield write


@contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: cleaned up, and the published index untouched."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
