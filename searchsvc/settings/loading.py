"""The one function that loads settings.

Precedence: defaults below < TOML file < environment < command line. The environment variable of
`server.port` is `SEARCHSVC_SERVER_PORT`. Unknown keys, wrong types and values out of range are
errors. Relative paths count from the working directory. Lists are written with commas where the
value is a plain text (`--set corpus.inputs=news,archive`).
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_origin, get_type_hints

from searchsvc.errors import ConfigError
from searchsvc.settings.sections import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

ENV_PREFIX: Final = "SEARCHSVC_"
TEST_PREFIX: Final = "SEARCHSVC_TEST_"
"""Variables of the test suite; no setting may start like them."""
CONFIG_ENV: Final = "SEARCHSVC_CONFIG"
"""Names the TOML file where the command line does not."""
URL_ENV: Final = "SEARCHSVC_URL"
"""Names the archive that commands ask in place of an index here."""
KEY_ENV: Final = "SEARCHSVC_KEY"
"""The key of that archive."""
KEY_FILE_ENV: Final = "SEARCHSVC_KEY_FILE"
"""A file that holds it."""
CLUSTER_ENV: Final = "SEARCHSVC_OPENSEARCH_URL"
"""Names the cluster that the test suite runs on."""
_NO_SETTINGS: Final = frozenset((CONFIG_ENV, URL_ENV, KEY_ENV, KEY_FILE_ENV, CLUSTER_ENV))
_SECRET: Final = frozenset(("opensearch.password", "opensearch.api_key"))
"""Settings that the command line refuses, as every process of the machine can read it."""
CONFIG_FILE: Final = Path("config/searchsvc.toml")
"""Looked for in the working directory where nothing names a file."""


def find_config(environ: Mapping[str, str]) -> Path | None:
    """The TOML file to read where the command line names none, or None.

    The one that the environment names (whether or not it exists), else `CONFIG_FILE` in the
    working directory if there is one.
    """
    named = environ.get(CONFIG_ENV)
    if named:
        return Path(named)
    return CONFIG_FILE if CONFIG_FILE.is_file() else None


def load_settings(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """All settings, checked.

    Args:
        file: TOML file; None for none. `find_config` finds the usual one.
        environ: the environment; None for an empty one.
        overrides: by dotted key (`server.port`), as typed on the command line.

    Raises:
        ConfigError: a key is unknown, a value has the wrong type or is out of range, or the file
            cannot be read.
    """
    settings = Settings()
    if file is not None:
        settings = _from_file(settings, file)
    settings = _from_environ(settings, environ or {})
    for key, value in (overrides or {}).items():
        if key in _SECRET:
            raise ConfigError(
                "belongs into the file or the environment, where others cannot read it",
                where="command line",
                key=key,
            )
        settings = _replace(settings, key, value, where="command line")
    return settings


def setting_keys() -> dict[str, str]:
    """Every dotted key and its comment, in order."""
    return {
        f"{section.name}.{item.name}": item.metadata["comment"]
        for section in dataclasses.fields(Settings)
        for item in dataclasses.fields(getattr(Settings(), section.name))
    }


def _from_file(settings: Settings, file: Path) -> Settings:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(file)) from error
    for section, items in table.items():
        if not isinstance(items, dict):
            raise ConfigError("expected a [section] of settings", where=str(file), key=section)
        for name, value in items.items():
            settings = _replace(settings, f"{section}.{name}", value, where=str(file))
    return settings


def _from_environ(settings: Settings, environ: Mapping[str, str]) -> Settings:
    keys = {ENV_PREFIX + key.replace(".", "_").upper(): key for key in setting_keys()}
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name in _NO_SETTINGS or name.startswith(TEST_PREFIX):
            continue
        if name not in keys:
            raise ConfigError(_unknown(name, keys), where="environment", key=name)
        settings = _replace(settings, keys[name], value, where=f"environment: {name}")
    return settings


def _replace(settings: Settings, key: str, value: object, *, where: str) -> Settings:
    known = setting_keys()
    if key not in known:
        raise ConfigError(_unknown(key, known), where=where, key=key)
    section_name, name = key.split(".")
    section = getattr(settings, section_name)
    item = next(item for item in dataclasses.fields(section) if item.name == name)
    wanted = get_type_hints(type(section))[name]
    try:
        typed = _convert(value, wanted)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"expected {_type_name(wanted)}, not {_shown(key, value)}", where=where, key=key
        ) from error
    allowed = item.metadata["allowed"]
    if allowed is not None and not allowed.admits(typed):
        raise ConfigError(f"expected {allowed}, not {_shown(key, value)}", where=where, key=key)
    section = dataclasses.replace(section, **{name: typed})
    return dataclasses.replace(settings, **{section_name: section})


def _shown(key: str, value: object) -> str:
    """A value as messages may tell it: no password, nor one in an address."""
    return "what it is" if key in _SECRET else re.sub(r"//[^/@\s]*@", "//…@", repr(value))


def _convert(value: object, wanted: Any) -> object:  # noqa: ANN401 - a type expression
    if get_origin(wanted) is tuple:
        return _to_texts(value)
    if wanted in (int, float):
        return _to_number(value, wanted)
    if not isinstance(value, (str, Path)) or (wanted is Path and not str(value)):
        raise TypeError  # an empty path would be the working directory
    return wanted(value)


def _to_texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise TypeError


def _to_number(value: object, wanted: type[int | float]) -> int | float:
    """`value` as the type wanted; a fraction is never cut off, and true is not 1."""
    if isinstance(value, bool) or (wanted is int and isinstance(value, float)):
        raise TypeError
    if isinstance(value, (int, float, str)):
        return wanted(value)
    raise TypeError


def _type_name(wanted: Any) -> str:  # noqa: ANN401 - a type expression
    if get_origin(wanted) is tuple:
        return "a list of texts"
    return {int: "a whole number", float: "a number", str: "text", Path: "a path"}[wanted]


def _unknown(key: str, known: Mapping[str, str]) -> str:
    from rapidfuzz import process  # noqa: PLC0415 - only needed to word an error

    near = process.extractOne(key, list(known), score_cutoff=60)
    return "unknown setting" + (f"; did you mean {near[0]}?" if near else "")
