"""What an archive has met so far: it may be more than fits into memory.

It is kept in temporary databases of SQLite, which are in memory while they are small, and then in a
file among the system's temporary ones that has no name and goes with the process.
"""

from __future__ import annotations

import sqlite3
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

# No transaction ever ends, and nothing is taken back.
_SETTINGS: Final = "PRAGMA journal_mode=OFF; PRAGMA cache_size=-4000;"

# readings: the last one of each file; those of articles may be earlier ones.
_IDS: Final = """
CREATE TABLE readings (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE articles (id TEXT PRIMARY KEY, reading INTEGER NOT NULL) WITHOUT ROWID;
"""
_FILES: Final = "CREATE TABLE files (identity TEXT PRIMARY KEY) WITHOUT ROWID;"


class Reading(NamedTuple):
    """One reading of one file.

    Attributes:
        number: that no other reading has.
        path: of the file, as it is shown.
    """

    number: int
    path: str


class MetIds:
    """Which file each id of an article was first read from."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._opened: sqlite3.Connection | None = None
        self._readings = 0

    def begin(self, path: str) -> Reading:
        """A reading of the file `path`. What earlier ones of it have met is met no longer."""
        self._readings += 1
        with _reporting():
            self._db.execute(
                "INSERT OR REPLACE INTO readings VALUES (?, ?)", (self._readings, path)
            )
        return Reading(self._readings, path)

    def first(self, article_id: str, reading: Reading) -> str | None:
        """Path of the file that has the id already; None: from now on that of `reading` has it."""
        with _reporting():
            added = self._db.execute(
                "INSERT OR IGNORE INTO articles VALUES (?, ?)", (article_id, reading.number)
            )
            if added.rowcount:
                return None
            row = self._db.execute(
                "SELECT path FROM articles JOIN readings ON number = reading WHERE id = ?",
                (article_id,),
            ).fetchone()
            if row is not None:
                return str(row[0])
            self._db.execute(
                "UPDATE articles SET reading = ? WHERE id = ?", (reading.number, article_id)
            )
            return None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = _temporary(_IDS)
            weakref.finalize(self, self._opened.close)
        return self._opened


class MetFiles:
    """Which files were met, by whatever path."""

    def __init__(self) -> None:
        """With none."""
        with _reporting():
            self._db = _temporary(_FILES)
        weakref.finalize(self, self._db.close)

    def is_first(self, status: os.stat_result) -> bool:
        """Whether the file was not met before; from now on it is."""
        identity = f"{status.st_dev:x}:{status.st_ino:x}"
        with _reporting():
            added = self._db.execute("INSERT OR IGNORE INTO files VALUES (?)", (identity,))
        return bool(added.rowcount)


def _temporary(schema: str) -> sqlite3.Connection:
    # It is closed wherever it is thrown away, which need not be the thread that has made it.
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    database.executescript(_SETTINGS + schema)
    database.execute("BEGIN")
    return database


@contextmanager
def _reporting() -> Iterator[None]:
    """Tell a full disk from a bug."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise EngineUnavailable(
            f"the folder of temporary files cannot take what was met in the archive: {error}; free"
            " some space there, or set SQLITE_TMPDIR to another folder, and run it again"
        ) from error
