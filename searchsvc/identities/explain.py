"""Why somebody is shown under a name, read from a published register."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from searchsvc.errors import IndexCorrupt
from searchsvc.identities.names import block_of, read_name
from searchsvc.identities.sightings import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Explained(NamedTuple):
    """A sighting, the name that it is shown under, and why.

    Attributes:
        wanted: the name that a full run would show.
        reason: of that name.
        articles: how many hold it.
    """

    sighting: Sighting
    shown: str
    wanted: str
    reason: str
    articles: int


def explain(path: Path, name: str) -> tuple[Explained, ...]:
    """All that the register at `path` shows as it does somebody called `name`, by name shown.

    Args:
        path: the register.
        name: as printed in articles or as shown; capitals, accents and hyphens do not matter.

    Raises:
        IndexCorrupt: the register is missing or damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return tuple(_rows(db, name))
    except sqlite3.DatabaseError as error:
        raise IndexCorrupt(path, f"the register of speakers cannot be read: {error}") from error


def _rows(db: sqlite3.Connection, name: str) -> Iterator[Explained]:
    meant = read_name(name)
    namesakes = db.execute(
        "SELECT name, shown FROM people WHERE block = ?", (block_of(meant),)
    ).fetchall()
    names = {shown for printed, shown in namesakes if read_name(printed).key == meant.key}
    for shown in sorted(names | {name}):
        for row in db.execute(
            "SELECT name, role, country, year, wanted, reason,"
            " (SELECT count(*) FROM seen WHERE person = number) FROM people"
            " WHERE shown = ? ORDER BY name, role, country, year",
            (shown,),
        ):
            yield Explained(Sighting(*row[:4]), shown, *row[4:])
