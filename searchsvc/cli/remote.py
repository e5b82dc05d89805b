"""Asking an archive elsewhere: the options, the key, and what its answers mean to a command."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import given_settings
from searchsvc.errors import (
    ConfigError,
    EngineError,
    EngineUnavailable,
    IndexCorrupt,
    IndexMissing,
)
from searchsvc.settings import KEY_ENV, KEY_FILE_ENV, URL_ENV

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from searchsvc.client import Client, Refused
    from searchsvc.settings import Settings

_INDEX: Final = "index.path"
_NOT_FOUND: Final = 404
_WRONG: Final = frozenset((400, 401, 403, 404, 410, 413, 415, 422))


class _MissingThere(IndexMissing):
    """An archive elsewhere has published nothing; what to do, its operator is told there."""

    def __init__(self, url: str, detail: str) -> None:
        """Say whose and what."""
        self.path = url
        EngineError.__init__(self, f"{url}: {detail}")


class _UnusableThere(IndexCorrupt):
    """What an archive elsewhere has published is damaged or of another version."""

    def __init__(self, url: str, detail: str) -> None:
        """Say whose and what."""
        self.path, self.reason = url, detail
        EngineError.__init__(self, f"{url}: {detail}")


_TROUBLES: Final[Mapping[str, type[_MissingThere | _UnusableThere]]] = {
    "no-index": _MissingThere,
    "bad-index": _UnusableThere,
}
"""What an archive calls trouble with its index, and what it is to a command."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An archive at an address; `key` for one that asks for it."""

    url: str
    key: str | None

    def connect(self) -> Client:
        """A client of it. Raises ConfigError where the address is none."""
        from searchsvc.client import Client  # noqa: PLC0415 - slow to import

        try:
            return Client(self.url, self.key, retries=2)
        except ValueError as error:
            raise ConfigError(str(error), where="--url") from error


def remote_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options --url and --key-file, as the argument `elsewhere`: None for an index here."""

    @functools.wraps(function)
    def choose(
        settings: Settings,
        *,
        url: str | None,
        key_file: Path | None,
        **given: Any,  # noqa: ANN401 - whatever the command's options are
    ) -> Any:  # noqa: ANN401 - what the command gives
        named = given_settings(click.get_current_context())
        return function(settings, elsewhere=elsewhere(key_file, url, named), **given)

    chosen: Callable[..., Any] = choose
    for option in (
        click.option(
            "--key-file",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help=f"Holds the key of that archive; else ${KEY_FILE_ENV}, else ${KEY_ENV}.",
        ),
        click.option(
            "--url",
            metavar="URL",
            help=f"Ask the archive at this address, not an index here; else ${URL_ENV}.",
        ),
    ):
        chosen = option(chosen)
    return chosen


def elsewhere(
    key_file: Path | None, url: str | None, settings: Mapping[str, Any]
) -> Elsewhere | None:
    """The archive that a command asks; None for an index here.

    An index named on the command line goes before an address in the environment.

    Raises:
        click.UsageError: both are named on the command line.
    """
    if url is not None and _INDEX in settings:
        raise click.UsageError("--url asks an archive elsewhere, and --index one here; give one")
    if url is None:
        url = None if _INDEX in settings else os.environ.get(URL_ENV)
    return Elsewhere(url, _key(key_file)) if url else None


def _key(file: Path | None) -> str | None:
    """The key, never from the command line, which everybody on the machine can read."""
    named = file or os.environ.get(KEY_FILE_ENV)
    if not named and not os.environ.get(KEY_ENV):
        return None
    where = f"--key-file {named}" if named else f"${KEY_ENV}"
    try:
        key = (Path(named).read_text("utf-8") if named else os.environ[KEY_ENV]).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{where} cannot be read: {error}") from error
    if not key.isascii() or not key.isprintable() or not key:
        raise click.UsageError(f"{where}: expected one line of plain letters")
    return key


def there(answer: str | None) -> str:
    """An answer that an archive always has. Raises ConfigError where nothing is at the address."""
    if answer is None:
        raise ConfigError("there is no archive at this address", where="--url")
    return answer


def ask(
    asked: Elsewhere,
    operation: str,
    pairs: Iterable[tuple[str, str]],
    option_of: Callable[[str], str],
    read: Callable[[str], object] | None = None,
) -> str | None:
    """The JSON of an answer, written as commands write it; None where there is no such thing.

    Args:
        asked: who is asked.
        operation: path below `/api/v1/`.
        pairs: parameters.
        option_of: the option that a parameter came from.
        read: reads the answer, see `client.reading`; None where it only matters that there is one.

    Raises:
        ConfigError: what is asked, or the key, is wrong.
        IndexMissing, IndexCorrupt: the archive has no index, or one that cannot be used.
        EngineUnavailable: there is no answer, or one that no archive of this version gives.
    """
    from searchsvc.client import BadAnswer, ClientError, Refused  # noqa: PLC0415 - slow to import

    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    try:
        with asked.connect() as client:
            text = json.dumps(json.loads(client.raw(operation, several)), ensure_ascii=False)
    except Refused as error:
        if error.status == _NOT_FOUND and not error.errors:
            return None
        raise _refusal(asked, error, option_of) from error
    except ClientError as error:
        raise EngineUnavailable(str(error)) from error
    except ValueError as error:
        raise EngineUnavailable(f"{asked.url}: answers something else than JSON") from error
    try:
        if read is not None:
            read(text)
    except BadAnswer as error:
        raise EngineUnavailable(f"{asked.url}: {error}") from error
    return text


def _refusal(
    asked: Elsewhere, error: Refused, option_of: Callable[[str], str]
) -> ConfigError | EngineError:
    for wrong in error.errors:
        place = "" if wrong.position is None else f" (at character {wrong.position + 1})"
        return ConfigError(f"{wrong.detail}{place}", where=option_of(wrong.parameter))
    if trouble := _TROUBLES.get(error.type.rpartition("#error-")[2]):
        return trouble(asked.url, error.detail)
    if error.status in _WRONG:
        return ConfigError(error.detail, where="--url")
    return EngineUnavailable(error.detail)
