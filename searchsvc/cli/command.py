"""What all commands share: settings from the command line, errors in one line, exit codes."""

from __future__ import annotations

import errno
import functools
import logging
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.errors import (
    ConfigError,
    CorpusError,
    EngineUnavailable,
    GenerationMissing,
    HeldBack,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
    QueryTooCostly,
    SearchsvcError,
    advice,
    is_exhausted,
    out_of_memory,
)
from searchsvc.settings import find_config, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Option = "Callable[[Callable[..., Any]], Callable[..., Any]]"


class Exit(IntEnum):
    """What the exit code of a command says."""

    DONE = 0
    INCOMPLETE = 1
    USAGE = 2
    NO_INDEX = 3
    BAD_INDEX = 4
    UNAVAILABLE = 5
    HELD_BACK = 6
    NO_GENERATION = 7
    INTERRUPTED = 130


EXIT_CODES: Final = """\b
Exit codes:
  0    done
  1    done, but with rejects under --strict, or with lines skipped
  2    wrong usage or configuration, nothing to read, or a query that takes too long
  3    no index has been published, here or at the URL
  4    the index is damaged or of another version
  5    unavailable: a lock is held, the disk is full, the port is taken, no archive at the URL
  6    a new index was built, and held back by the gate; the published one is as it was
  7    there is no such generation: none to roll back to, none held back, none of that name
  130  interrupted; the published index is as it was
"""

_CODES: Final[tuple[tuple[type[SearchsvcError], Exit], ...]] = (
    (ConfigError, Exit.USAGE),
    (CorpusError, Exit.USAGE),
    (QueryTooCostly, Exit.USAGE),
    (GenerationMissing, Exit.NO_GENERATION),  # before what it is a kind of
    (IndexMissing, Exit.NO_INDEX),
    (IndexIncompatible, Exit.BAD_INDEX),
    (IndexCorrupt, Exit.BAD_INDEX),
    (EngineUnavailable, Exit.UNAVAILABLE),
    (HeldBack, Exit.HELD_BACK),
)

_CONFIG: Final = "searchsvc.config"
_OVERRIDES: Final = "searchsvc.overrides"


def exit_code(error: SearchsvcError) -> Exit:
    """What to exit with after `error`."""
    return next(code for kind, code in _CODES if isinstance(error, kind))


def setting_option(
    *names: str,
    keys: Callable[[Any], Mapping[str, Any]],
    **attributes: Any,  # noqa: ANN401 - whatever click.option takes
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A click option that overrides settings instead of becoming an argument of the command.

    Args:
        names: as typed, with dashes.
        keys: from the value given to the settings it stands for, by dotted key.
        attributes: for `click.option`.
    """

    def remember(context: click.Context, _: click.Parameter, value: Any) -> None:  # noqa: ANN401 - any click value
        if value is not None and value != ():
            context.meta.setdefault(_OVERRIDES, {}).update(keys(value))

    return click.option(*names, expose_value=False, callback=remember, **attributes)


def given_settings(context: click.Context) -> Mapping[str, Any]:
    """The settings that the command line overrides, as far as it was read."""
    found: Mapping[str, Any] = context.meta.get(_OVERRIDES, {})
    return found


def settings_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options --config, --index and --set, which may stand before or after the command."""

    def remember(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            context.meta[_CONFIG] = value

    for option in (
        setting_option(
            "--set",
            keys=lambda pairs: dict(split_pair(pair, "--set") for pair in pairs),
            multiple=True,
            metavar="KEY=VALUE",
            help="Override one setting, such as search.size=20. Repeatable.",
        ),
        setting_option(
            "--index",
            keys=lambda path: {"index.path": path},
            type=click.Path(file_okay=False),
            metavar="DIR",
            help="Folder of the index; short for --set index.path=DIR.",
        ),
        click.option(
            "--config",
            expose_value=False,
            callback=remember,
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Settings; else $SEARCHSVC_CONFIG, else config/searchsvc.toml if there is one.",
        ),
    ):
        function = option(function)
    return function


def split_pair(text: str, option: str) -> tuple[str, str]:
    """`key` and `value` of `key=value`. Raises click.BadParameter."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise click.BadParameter(f"expected KEY=VALUE, not {text!r}", param_hint=option)
    return key.strip(), value.strip()


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON for programs instead of text."
)


def command(name: str) -> Callable[[Callable[..., Exit]], click.Command]:
    """Makes a click command of a function from settings (and its options) to an exit code."""

    def decorate(function: Callable[..., Exit]) -> click.Command:
        @functools.wraps(function)
        def run(**given: Any) -> None:  # noqa: ANN401 - whatever the command's options are
            context = click.get_current_context()
            context.exit(_run(context, function, given))

        return click.command(name, epilog=EXIT_CODES)(settings_options(run))

    return decorate


def _run(context: click.Context, function: Callable[..., Exit], given: Mapping[str, Any]) -> Exit:
    # Libraries warn of odd articles as well, which the report of a reindex does better.
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s: %(message)s")
    logging.getLogger("searchsvc").setLevel(logging.WARNING)
    try:
        file = context.meta.get(_CONFIG) or find_config(os.environ)
        settings = load_settings(file, os.environ, context.meta.get(_OVERRIDES))
        code = function(settings, **given)
        sys.stdout.flush()
    except SearchsvcError as error:
        click.echo(f"error: {error}", err=True)
        return exit_code(error)
    except OSError as error:
        return _refused(error)
    except MemoryError:
        click.echo(f"error: {out_of_memory(function.__name__)}", err=True)
        return Exit.UNAVAILABLE
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    return code


def _refused(error: OSError) -> Exit:
    """Tell what the machine refuses, whatever it was for; raises again what is a bug."""
    if error.errno == errno.ENOSPC:
        _drop_output()
        click.echo("error: the output cannot be written: the disk is full", err=True)
    elif is_exhausted(error):
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {where}{error.strerror}{advice(error)}", err=True)
    else:
        raise error
    return Exit.UNAVAILABLE


def _drop_output() -> None:
    """Let what could not be written go, or Python tries once more as it exits and complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
