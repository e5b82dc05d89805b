"""Why somebody is shown under a name, read from a published register."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from searchsvc.errors import IndexCorrupt
from searchsvc.identities.aliases import NO_ALIASES
from searchsvc.identities.asked import Asked
from searchsvc.identities.register import count_outdated
from searchsvc.identities.sightings import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.identities.aliases import Aliases


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


def explain(path: Path, name: str, aliases: Aliases = NO_ALIASES) -> tuple[Explained, ...]:
    """What the register at `path` shows as everybody whom `name` may mean, by name shown.

    Args:
        path: the register.
        name: as printed in articles or as shown, or a part of it, or another spelling (`Asked`).
        aliases: whose names mean somebody even where no article prints them.

    Raises:
        IndexCorrupt: the register is missing or damaged.
    """
    asked = Asked(name)
    with _reading(path) as db:
        meant = {
            shown
            for printed, shown in db.execute("SELECT DISTINCT name, shown FROM people")
            if asked.may_mean(printed) or (shown != printed and asked.may_mean(shown))
        }
        meant |= aliases.meant(asked)
        return tuple(_rows(db, meant))


def near(path: Path, name: str) -> tuple[str, ...]:
    """The few names shown that are spelled most like `name`, most alike first.

    Raises:
        IndexCorrupt: the register is missing or damaged.
    """
    with _reading(path) as db:
        shown = db.execute("SELECT DISTINCT shown FROM people").fetchall()
    return Asked(name).near(name for (name,) in shown)


def outdated(path: Path) -> int:
    """How many names, as printed, the register at `path` would show otherwise after a full run.

    Raises:
        IndexCorrupt: the register is missing or damaged.
    """
    with _reading(path) as db:
        return count_outdated(db)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise IndexCorrupt(path, f"the register of speakers cannot be read: {error}") from error


def _rows(db: sqlite3.Connection, meant: set[str]) -> list[Explained]:
    found = [
        Explained(
            Sighting(*facts),
            shown,
            wanted,
            reason,
            *db.execute("SELECT count(*) FROM seen WHERE person = ?", (number,)).fetchone(),
        )
        for number, shown, wanted, reason, *facts in db.execute(
            "SELECT number, shown, wanted, reason, name, role, country, year FROM people"
        )
        if shown in meant
    ]
    return sorted(found, key=lambda one: (one.shown, one.sighting))
