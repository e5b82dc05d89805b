"""The operator's file of names: read when it changes, and never so that a search suffers from it."""

from __future__ import annotations

import logging
import re
import threading
import tomllib
from typing import TYPE_CHECKING, Final

from searchsvc.aliases.entries import Entries
from searchsvc.aliases.table import RULES, Aliases, Changes, built_in, changed, key_of_name
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

READER: Final = "reads the names again"
"""Name of the thread that reads the file after a change."""

MOST_BYTES: Final = 1_000_000
"""Bytes of the file: the most groups that may be listed, twice as long as our own on average."""

_LOG: Final = logging.getLogger(__name__)
_TABLES: Final = ("same", "drop_groups", "drop_names", "drop_rules")
# Dots outside of texts: a right file has none, and of a slip or two TOML's reader tells more.
_MOST_DOTS: Final = 20
# Texts and comments, https://toml.io/en/v1.0.0#string; unfinished ones too, so that no sign is
# looked at twice. Up to two quotation marks may stand before the three that end a text.
_NO_KEYS: Final = re.compile(
    r'"""(?:\\.?|[^\\])*?(?:"{3,5}|\Z)'
    r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\[^\n]|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*",
    re.DOTALL,
)

_Mark = tuple[int, int, int]
"""Inode, time of change and size of a file."""


def read_changes(file: Path) -> Changes:
    """What the file adds and drops, checked.

    Raises:
        ConfigError: it is too long or has long dotted keys, it cannot be read, or an entry is not as it should be; names the entry.
    """
    try:
        table = tomllib.loads(_read_text(file))
    except FileNotFoundError as error:
        raise ConfigError("there is no such file", where=str(file)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(file)) from error
    entries = Entries(str(file))
    for key in table:
        entries.known(key, _TABLES, "table", key)
    changes = Changes(
        same=entries.groups(table.get("same", []), "same"),
        drop_groups=entries.texts(table.get("drop_groups", []), "drop_groups"),
        drop_names=entries.texts(table.get("drop_names", []), "drop_names"),
        drop_rules=entries.texts(table.get("drop_rules", []), "drop_rules"),
    )
    _check_drops(changes, entries)
    return changes


def _read_text(file: Path) -> str:
    """What stands in the file, if it can be parsed in little memory.

    Raises:
        ConfigError: it is longer than `MOST_BYTES`, or full of dots outside of texts: a key takes
            memory by the square of its parts, and a thousand parts are a gigabyte soon.
    """
    with file.open("rb") as opened:
        read = opened.read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        message = f"is longer than {MOST_BYTES:,} bytes; keep the names that readers search for"
        raise ConfigError(message, where=str(file))
    text = read.decode("utf-8")
    keys = _NO_KEYS.sub(lambda found: "\n" * found[0].count("\n"), text)
    if keys.count(".") > _MOST_DOTS:
        line = keys.count("\n", 0, keys.index(".")) + 1
        message = (
            f"more than {_MOST_DOTS} dots outside of quotation marks; "
            'keys have no dots here, and a name is written as "U.S."'
        )
        raise ConfigError(message, where=str(file), key=f"line {line}")
    return text


def _check_drops(changes: Changes, entries: Entries) -> None:
    """Nothing may be dropped that is not there."""
    for rule in changes.drop_rules:
        entries.known(rule, RULES, "rule", "drop_rules")
    if not changes.drop_groups and not changes.drop_names:
        return
    everything = changed(Changes(same=changes.same))
    names = {name.text: key for key, (_, name) in everything.typed.items()}
    names |= {one.name.text: one.folded for group in everything.groups for one in group}
    keys = {*names.values(), *everything.typed}
    for table, texts in (
        ("drop_groups", changes.drop_groups),
        ("drop_names", changes.drop_names),
    ):
        for text in texts:
            if key_of_name(text) not in keys:
                entries.known(text, names, "name", table)


class AliasFile:
    """The names in force: our own and what the operator's file says; safe to share by threads.

    Every call of `current` looks at the file once. After a change it is read again beside the
    searches, which go on with the names as they were; where it is wrong they stay so, and the log
    and `remark` say why.
    """

    def __init__(self, file: Path | None = None, *, required: bool = True) -> None:
        """Read `file`, where there is one.

        Args:
            file: TOML; None for our own names alone.
            required: whether it is an error that there is no such file.

        Raises:
            ConfigError: see `read_changes`.
        """
        self._file = file
        self._required = required
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._remark: str | None = None
        self._mark = self._look()
        self._aliases = self._read(self._mark)

    def current(self) -> Aliases:
        """The names in force now, at once; a change of the file holds soon after (see `settled`)."""
        if self._look() != self._mark:
            self._start()
        return self._aliases

    def settled(self) -> Aliases:
        """The names in force once the file as it stands now has been read."""
        if self._look() != self._mark:
            self._start().join()  # it may have begun before the change
            if self._look() != self._mark:
                self._start().join()
        return self._aliases

    @property
    def remark(self) -> str | None:
        """What is wrong with the file as it stands now; None where nothing is. Waits for it."""
        self.settled()
        return self._remark

    def _start(self) -> threading.Thread:
        """The thread that reads the file: the one at work, or else a new one."""
        with self._lock:
            if self._reader is None or not self._reader.is_alive():
                self._reader = threading.Thread(target=self._renew, name=READER, daemon=True)
                self._reader.start()
            return self._reader

    def _renew(self) -> None:
        mark = self._look()  # before reading: what is written meanwhile is another change
        try:
            self._aliases = self._read(mark)
        except ConfigError as error:
            self._remark = f"{error}; other names stay as they were before the change"
            _LOG.error("%s", self._remark)
        else:
            self._remark = None
            _LOG.info("%s: read again", self._file)
        self._mark = mark  # last, so that nobody takes the old names and remark for those of now

    def _read(self, mark: _Mark | None) -> Aliases:
        if self._file is None or (mark is None and not self._required):
            return built_in()
        return changed(read_changes(self._file))

    def _look(self) -> _Mark | None:
        if self._file is None:
            return None
        try:
            found = self._file.stat()
        except OSError:
            return None  # reading it says why
        return found.st_ino, found.st_mtime_ns, found.st_size
