"""`searchsvc reindex --watch`: a run now and after every change, each told as it ends."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit
from searchsvc.cli.progress import duration
from searchsvc.cli.reindex import bring_up_to_date
from searchsvc.cli.reindexed import show, summary
from searchsvc.cli.supervisor import notify
from searchsvc.errors import ConfigError, EngineError
from searchsvc.reindex.inputs import Inputs
from searchsvc.reindex.watching import Missing, News, Polling, RunFailed, Turn, follow

if TYPE_CHECKING:
    from searchsvc.cli.reindex import Options
    from searchsvc.reindex import Reject
    from searchsvc.settings import Settings

_KINDS: Final = {Missing: "missing", Polling: "polling", RunFailed: "failed"}


def watch(settings: Settings, patterns: tuple[str, ...], options: Options) -> Exit:
    """Follows the inputs `patterns` until interrupted between two runs.

    If `options` ask for a full run, runs are full until one is published, at once or by the
    operator. Rejects are shown when they have changed.

    Raises:
        ConfigError: the file of the rejects would be read as articles.
        KeyboardInterrupt: interrupted within a run.
    """
    inputs = Inputs(patterns, settings.index.path)
    if options.rejects_to is not None and inputs.concern(str(options.rejects_to.absolute())):
        raise ConfigError(
            "lies in what is watched, and would be read; write it elsewhere", where="--rejects"
        )
    interrupted = False
    full = options.full
    held: str | None = None
    rejects: tuple[int, tuple[Reject, ...]] = (0, ())

    def take(turn: Turn) -> None:
        nonlocal interrupted, full, held, rejects
        notify(STATUS="bringing the index up to date")
        if full and held is not None and _is_published(settings, held):
            full = False
        if full and turn.keep_others:
            raise ConfigError("waits until every input is there", where="--full")
        others = options.keep_others or turn.keep_others
        try:
            report = bring_up_to_date(
                settings,
                turn.patterns,
                options._replace(full=full, keep_others=others),
                guard=turn.guard,
            )
        except KeyboardInterrupt:
            interrupted = True
            raise
        held = None if report.held is None else report.held.generation
        full = full and held is not None
        before, rejects = rejects, (report.rejects, report.first_rejects)
        show(report, settings, options, rejects=rejects != before)
        notify(STATUS=summary(report))

    notify(READY="1", STATUS="watching")
    if not options.as_json:
        click.echo(f"watching {', '.join(patterns)}", err=True)
    try:
        follow(inputs, take, pace=settings.watch, tell=partial(_tell, as_json=options.as_json))
    except KeyboardInterrupt:
        if interrupted:
            raise
    notify(STOPPING="1")
    return Exit.DONE


def _is_published(settings: Settings, generation: str) -> bool:
    """Whether a generation that was held back has been released."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import

    engine = wiring.open_engine(settings)
    try:
        return engine.status().generation == generation
    except EngineError:  # the run will tell
        return False
    finally:
        engine.close()


def _tell(news: News, *, as_json: bool) -> None:
    words = _in_words(news)
    if as_json:
        body: dict[str, Any] = {"event": _KINDS[type(news)], **asdict(news)}
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(words, err=True)
    notify(STATUS=words)


def _in_words(news: News) -> str:
    match news:
        case Missing(inputs=()):
            return "all inputs are there again"
        case Missing():
            return (
                f"warning: {', '.join(news.inputs)}: nothing there (is a disk not mounted?); what"
                " the index has of it stays, and it is looked for again. A reindex without --watch"
                " would take it out"
            )
        case Polling():
            return (
                f"warning: the system does not tell of changes ({news.reason}); the inputs are"
                f" looked at every {duration(news.every_s)} instead. Raise the limit"
                " fs.inotify.max_user_watches, or choose the time with --poll"
            )
        case RunFailed():
            return f"error: {news.error}; trying again in {duration(news.again_s)}"
