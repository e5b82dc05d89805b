"""Keys for programs: made, kept in a file, found again, revoked.

A key is 32 random bytes in the alphabet of URLs (RFC 4648, section 5) behind `PREFIX`. The file
keeps its SHA-256 and not the key. A slow hash would add nothing: it is there to make the guessing
of passwords dear, and nobody guesses 256 random bits, however fast each try is. It would cost
every request a tenth of a second.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import stat
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock

from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "searchsvc_"
"""Makes a key that was published by accident easy to find."""
_KEY_BYTES: Final = 32
_NAME: Final = re.compile(r"[\w.@-]{1,64}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_OWN: Final = 0o600
_NOBODY_ELSE: Final = stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO
_LOG: Final = logging.getLogger(__name__)

_Mark = tuple[int, int, int]
"""Inode, time of change (of the mode as well) and size of a file."""


class Scope(StrEnum):
    """What a key allows; ADMIN allows everything."""

    READ = "read"
    ADMIN = "admin"

    def covers(self, wanted: Scope) -> bool:
        """Whether a key of this scope may do what `wanted` is needed for."""
        return self is Scope.ADMIN or self is wanted


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key.

    Attributes:
        name: whose it is; unique in the file, told in logs.
        sha256: of the key, in 64 hexadecimal digits.
        made: UTC, to the second, in ISO 8601.
    """

    name: str
    scope: Scope
    sha256: str
    made: str


def add_key(file: Path, name: str, scope: Scope) -> str:
    """A new key, told this once; `file` is made where there is none.

    Raises:
        ConfigError: the name is taken or cannot be one, or the file is not as it should be or
            cannot be written.
    """
    if not _NAME.fullmatch(name):
        message = f"expected up to 64 letters, digits and ._@-, not {name!r}"
        raise ConfigError(message, where="NAME")
    text = PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    made = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with _changing(file):
        keys = read_keys(file) if file.exists() else ()
        if any(each.name == name for each in keys):
            message = f"there is a key of the name {name}; revoke it first, or choose another"
            raise ConfigError(message, where=str(file))
        _write(file, (*keys, Key(name, scope, _digest(text), made)))
    return text


def revoke_key(file: Path, name: str) -> None:
    """Take the key of this name out of `file`; it is refused from the next request on.

    Raises:
        ConfigError: there is none, or the file is not as it should be or cannot be written.
    """
    with _changing(file):
        keys = read_keys(file)
        if all(each.name != name for each in keys):
            raise ConfigError(f"there is no key of the name {name}", where=str(file))
        _write(file, tuple(each for each in keys if each.name != name))


def read_keys(file: Path) -> tuple[Key, ...]:
    """The keys of `file`, oldest first.

    Raises:
        ConfigError: it cannot be read, others may read or write it, or it is not as it should be.
    """
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            table = json.loads(opened.read())
    except FileNotFoundError as error:
        message = "there is no such file; `searchsvc keys add NAME` makes it with its first key"
        raise ConfigError(message, where=str(file)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"is not JSON: {error}", where=str(file)) from error
    if mode & _NOBODY_ELSE:
        message = f"others may use it (mode {stat.S_IMODE(mode):o}); chmod 600, or 640 for a group"
        raise ConfigError(message, where=str(file))
    entries = table.get("keys") if isinstance(table, dict) else None
    if not isinstance(entries, list):
        raise ConfigError('expected {"keys": [...]}', where=str(file))
    keys = tuple(_entry(entry, f"{file}, key {at}") for at, entry in enumerate(entries, 1))
    if len({each.name for each in keys}) < len(keys):
        raise ConfigError("two keys have one name", where=str(file))
    return keys


def find_key(keys: tuple[Key, ...], text: str) -> Key | None:
    """The key that `text` is, or None; takes the same time whichever it is."""
    digest = _digest(text)
    found = None
    for each in keys:
        if hmac.compare_digest(each.sha256, digest):
            found = each
    return found


class KeyFile:
    """The keys of a file as it stands now; safe to share by threads."""

    def __init__(self, file: Path) -> None:
        """Read it. Raises ConfigError as `read_keys` does."""
        self._file = file
        self._read: tuple[_Mark | None, tuple[Key, ...]] = self._look(), read_keys(file)

    def current(self) -> tuple[Key, ...]:
        """Its keys. While it cannot be read there are none: nobody gets in by a broken file."""
        mark = self._look()
        known, keys = self._read
        if mark == known:
            return keys
        try:
            keys = read_keys(self._file)
        except ConfigError as error:
            _LOG.error("%s; no key is good until that is mended", error)
            keys = ()
        self._read = mark, keys
        return keys

    def _look(self) -> _Mark | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_ctime_ns, found.st_size


def _entry(entry: object, where: str) -> Key:
    if not isinstance(entry, dict) or set(entry) != set(Key.__slots__):
        raise ConfigError(f"expected {', '.join(Key.__slots__)}", where=where)
    if not all(isinstance(value, str) for value in entry.values()):
        raise ConfigError("expected texts", where=where)
    if entry["scope"] not in tuple(Scope):
        raise ConfigError(f"expected one of {', '.join(Scope)}", where=where, key="scope")
    if not _NAME.fullmatch(entry["name"]) or not _DIGEST.fullmatch(entry["sha256"]):
        raise ConfigError("name or sha256 is not as `searchsvc keys add` makes it", where=where)
    return Key(entry["name"], Scope(entry["scope"]), entry["sha256"], entry["made"])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@contextmanager
def _changing(file: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile."""
    try:
        with FileLock(file.with_name(f".{file.name}.lock"), mode=_OWN):
            yield
    except OSError as error:
        raise ConfigError(f"cannot be changed: {error.strerror}", where=str(file)) from error


def _write(file: Path, keys: tuple[Key, ...]) -> None:
    """Put a new file in the place of the old one, for the same readers; at first for its owner."""
    text = json.dumps({"keys": [asdict(each) for each in keys]}, indent=2) + "\n"
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8") as out:  # noqa: PTH123 - a descriptor is no path
            if file.exists():
                before = file.stat()
                os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
            out.write(text)
            out.flush()
            os.fsync(descriptor)
        Path(draft).replace(file)
    finally:
        Path(draft).unlink(missing_ok=True)
