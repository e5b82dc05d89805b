"""The register: who was seen in which article, and under which name an index shows them.

A SQLite file that is published with its generation. A name that is published stays: an increment
gives names to what it adds only, and the register counts what a full run would name otherwise.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing, contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from searchsvc.errors import EngineUnavailable
from searchsvc.identities.bearers import Named
from searchsvc.identities.names import block_of, family_keys, read_name
from searchsvc.identities.resolve import parts_of, resolve
from searchsvc.identities.sightings import Seen, Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from searchsvc.identities.aliases import Aliases

IDENTITIES_FILE: Final = "identities.sqlite"

_A_BUG: Final = "as printed; a bug kept it from being compared, please report it"
_CACHED: Final = 1 << 16  # names kept in memory
_SAMPLE: Final = 200  # articles of a sighting whose other speakers are its company

# article: hash of the id, so that the first ones of a sighting are the same ones in any order.
# shown: in the index; wanted: what a full run would show, for the same reason.
_SCHEMA: Final = """
PRAGMA application_id = 0x73656c69;
BEGIN;
CREATE TABLE people (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, country TEXT NOT NULL,
    year INTEGER NOT NULL, block TEXT NOT NULL, shown TEXT, wanted TEXT, reason TEXT,
    UNIQUE (name, role, country, year));
CREATE INDEX people_by_block ON people (block);
CREATE INDEX people_outdated ON people (name) WHERE shown <> wanted;
CREATE TABLE seen (
    person INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (person, article)
) WITHOUT ROWID;
CREATE INDEX seen_by_article ON seen (article);
COMMIT;
"""


_log = logging.getLogger(__name__)


class Register:
    """The register of a build. Nothing is durable before `finish`."""

    def __init__(self, path: Path) -> None:
        """Open the register at `path`, where there is none with an empty one."""
        self._path = path
        empty = not path.exists()
        with self._writing():
            self._db = sqlite3.connect(path, isolation_level=None)
            # No journal: a build that fails is thrown away whole.
            self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            if empty:
                self._db.executescript(_SCHEMA)
            self._db.execute("BEGIN")
        # By block, the keys of the family names of which anything has changed.
        self._touched: defaultdict[str, set[str]] = defaultdict(set)
        self._all_new = empty
        self._numbers: dict[Sighting, int] = {}
        self._names: dict[Sighting, str] = {}

    # What is seen.

    def note(self, article_id: str, sightings: Iterable[Sighting]) -> None:
        """Enter the persons of an article that is not in the register; see `check`."""
        article = _hash(article_id)
        with self._writing():
            self._db.executemany(
                "INSERT OR IGNORE INTO seen VALUES (?, ?)",
                [(self._number(sighting), article) for sighting in sightings],
            )

    def commit(self) -> None:
        """Have the file hold everything, so that it can be copied."""
        with self._writing():
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    def take_in(self, file: Path, *, without: Iterable[str]) -> None:
        """Enter the persons of the articles of another register, which this one does not hold.

        Args:
            file: of the other register.
            without: ids of articles that are left out.
        """
        left_out = frozenset(map(_hash, without))
        held = "SELECT name, role, country, year, article FROM people JOIN seen ON person = number"
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as other:
            rows = (row for row in other.execute(held) if row[4] not in left_out)
            with self._writing():
                self._db.executemany(
                    "INSERT OR IGNORE INTO seen VALUES (?, ?)",
                    ((self._number(Sighting(*row[:4])), row[4]) for row in rows),
                )

    def forget(self, article_ids: Iterable[str]) -> None:
        """Take out the persons of articles; those that are not in the register are left out."""
        with self._writing():
            for article in map(_hash, article_ids):
                held = self._db.execute(
                    "SELECT number, name, block FROM seen JOIN people ON number = person"
                    " WHERE article = ?",
                    (article,),
                ).fetchall()
                for _, name, block in held:
                    self._touch(name, block)
                self._db.execute("DELETE FROM seen WHERE article = ?", (article,))
                self._drop(number for number, *_ in held)

    def _drop(self, numbers: Iterable[int]) -> None:
        """Forget those of `numbers` that no article holds any more, with the names shown."""
        gone = [
            (number,)
            for number in numbers
            if not self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM seen WHERE person = ?)", (number,)
            ).fetchone()[0]
        ]
        if gone:
            self._db.executemany("DELETE FROM people WHERE number = ?", gone)
            self._numbers.clear()

    def _number(self, sighting: Sighting) -> int:
        number = self._numbers.get(sighting)
        if number is None:
            number = self._enter(sighting)
            if len(self._numbers) >= _CACHED:
                self._numbers.clear()
            self._numbers[sighting] = number
        return number

    def _enter(self, sighting: Sighting) -> int:
        row = self._db.execute(
            "SELECT number, block FROM people WHERE (name, role, country, year) = (?, ?, ?, ?)",
            sighting,
        ).fetchone()
        if row is None:
            block = block_of(read_name(sighting.name))
            added = self._db.execute(
                "INSERT INTO people (name, role, country, year, block) VALUES (?, ?, ?, ?, ?)",
                (*sighting, block),
            )
            row = (added.lastrowid, block)
        number, block = row
        self._touch(sighting.name, block)
        return int(number)

    def _touch(self, name: str, block: str) -> None:
        if not self._all_new:
            self._touched[block] |= family_keys(read_name(name))

    # Who it is.

    def unsettled(self) -> int:
        """How many rows of the register `settle` will look at."""
        if self._all_new:
            return int(self._db.execute("SELECT count(*) FROM people").fetchone()[0])
        size = "SELECT count(*) FROM people WHERE block = ?"
        return sum(self._db.execute(size, (block,)).fetchone()[0] for block in self._touched)

    def settle(self, aliases: Aliases, tell: Callable[[int], None] = lambda _: None) -> None:
        """Find out who everybody is in the parts of blocks where anything has changed.

        Args:
            aliases: what the operator says.
            tell: is told, after each block, of how many rows it was.
        """
        with self._writing():
            for block in self._blocks() if self._all_new else sorted(self._touched):
                tell(self._settle(block, aliases))
        self._all_new = False
        self._touched.clear()
        self._numbers.clear()
        self._names.clear()

    def _blocks(self) -> Iterator[str]:
        """All blocks, one by one: there may be more than should be kept."""
        following = "SELECT min(block) FROM people WHERE block > ?"
        (block,) = self._db.execute("SELECT min(block) FROM people").fetchone()
        while block is not None:
            yield block
            (block,) = self._db.execute(following, (block,)).fetchone()

    def _settle(self, block: str, aliases: Aliases) -> int:
        rows = self._db.execute(
            "SELECT name, count(*) FROM people WHERE block = ? GROUP BY name", (block,)
        ).fetchall()
        for part in parts_of([name for name, _ in rows], aliases):
            if self._all_new or not part.keys.isdisjoint(self._touched[block]):
                self._settle_part(part.names, aliases)
        return sum(count for _, count in rows)

    def _settle_part(self, names: Iterable[str], aliases: Aliases) -> None:
        query = (
            "SELECT number, name, role, country, year, shown, wanted, reason,"
            " (SELECT count(*) FROM seen WHERE person = number) FROM people WHERE name = ?"
        )
        rows = [row for name in names for row in self._db.execute(query, (name,))]
        seen = [Seen(row[0], Sighting(*row[1:5]), row[-1]) for row in rows]
        before = {row[0]: row[5:8] for row in rows}
        named = self._resolve(seen, aliases)
        kept = _published(seen, {number: names[0] for number, names in before.items()}, named)
        self._db.executemany(
            "UPDATE people SET shown = ?, wanted = ?, reason = ? WHERE number = ?",
            [
                (*now, number)
                for number, to in named.items()
                if (
                    now := (
                        before[number][0] or kept.get(to.shown, to.shown),
                        to.shown,
                        to.reason,
                    )
                )
                != before[number]
            ],
        )

    def _resolve(self, seen: Sequence[Seen], aliases: Aliases) -> dict[int, Named]:
        """See `resolve`; a bug in it leaves these names as they are printed."""
        try:
            return resolve(seen, _Archive(self._db), aliases)
        except sqlite3.Error:
            raise
        except Exception:  # noqa: BLE001 - whatever the bug is, it is logged and stands in the register
            _log.exception("the names of %s, ...: a bug", seen[0].sighting.name)
            return {one.number: Named(one.sighting.name, _A_BUG) for one in seen}

    def shown(self, sighting: Sighting) -> str:
        """The name that a sighting is shown under, once settled."""
        name = self._names.get(sighting)
        if name is None:
            row = self._db.execute(
                "SELECT shown FROM people WHERE (name, role, country, year) = (?, ?, ?, ?)",
                sighting,
            ).fetchone()
            name = str(row[0]) if row and row[0] else sighting.name
            if len(self._names) >= _CACHED:
                self._names.clear()
            self._names[sighting] = name
        return name

    def outdated(self) -> int:
        """How many names, as printed, are shown under another name than a full run would give."""
        return count_outdated(self._db)

    def finish(self) -> None:
        """Make everything durable and close."""
        with self._writing():
            self._db.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """Close; what `finish` has not made durable is lost. Safe to call twice."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Tell a full or read-only disk from a bug."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise EngineUnavailable(
                f"{self._path}: the register of speakers cannot be written: {error}"
            ) from error


class _Archive:
    """The articles of the register, for `resolve`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def articles(self, numbers: Iterable[int]) -> frozenset[int]:
        """See `persons.Archive`."""
        query = "SELECT article FROM seen WHERE person = ?"
        return frozenset(
            article for number in numbers for (article,) in self._db.execute(query, (number,))
        )

    def company(self, numbers: Iterable[int]) -> frozenset[str]:
        """See `persons.Archive`; of the first articles by hash."""
        own = set(numbers)
        query = (
            "SELECT DISTINCT number, name FROM"
            " (SELECT article FROM seen WHERE person = ? ORDER BY article LIMIT ?) AS mine"
            " JOIN seen USING (article) JOIN people ON number = person"
        )
        return frozenset(
            name
            for mine in own
            for number, name in self._db.execute(query, (mine, _SAMPLE))
            if number not in own
        )


def _published(
    seen: Sequence[Seen], published: dict[int, str | None], named: dict[int, Named]
) -> dict[str, str]:
    """By the name that a full run would give: the one that most articles of the index show.

    Only for those that a sighting is to be given which is not published. Names printed without a
    given name do not count: they are shown as printed until somebody is found whom they mean.
    """
    asked = {named[one.number].shown for one in seen if published[one.number] is None}
    counts: dict[str, Counter[str]] = {}
    for one in seen:
        shown, wanted = published[one.number], named[one.number].shown
        if shown is not None and wanted in asked and read_name(one.sighting.name).given:
            counts.setdefault(wanted, Counter())[shown] += one.articles
    return {
        wanted: min(shown, key=lambda name: (-shown[name], name))
        for wanted, shown in counts.items()
    }


def check(sightings: Iterable[Sighting]) -> None:
    """Fail, before anything is written, on what cannot be entered.

    Raises:
        Exception: an odd name uncovers a bug in the reading of names, or is no text.
    """
    for sighting in sightings:
        block_of(read_name(sighting.name)).encode()
        f"{sighting.name}{sighting.role}{sighting.country}".encode()


def count_outdated(db: sqlite3.Connection) -> int:
    """See `Register.outdated`."""
    query = "SELECT count(DISTINCT name) FROM people WHERE shown <> wanted"
    return int(db.execute(query).fetchone()[0])


def _hash(article_id: str) -> int:
    """64 bits that stand for the article."""
    digest = blake2b(article_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
