"""The ledger: which inputs and articles a generation was built from.

A SQLite file that is published with its generation. From it the next run tells which inputs it
need not read and which articles it need not replace. Each article has one owner, the input that
it was indexed from; other inputs that hold the same id have a reject that names the id.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from searchsvc.errors import EngineUnavailable
from searchsvc.model import OffsetMap
from searchsvc.reindex.report import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from searchsvc.corpus import InputFile
    from searchsvc.model import Article

LEDGER_VERSION: Final = "1"
LEDGER_FILE: Final = "ledger.sqlite"

NO_INPUT: Final = 0
"""Owner of rejects that belong to no input, such as a folder that does not exist."""

_LAST: Final = 1 << 62  # position of inputs that this run does not look at
_PAGE: Final = 500  # rows fetched at once
_FEW: Final = 10_000  # inputs to be read whose keys are held: 3 MB

# Paths are bytes, since file names need not be text.
# place: inside the input, for the reject that tells when another input takes the id over.
# run: number of the run that saw the article last.
_SCHEMA: Final = """
PRAGMA application_id = 0x73656c67;
BEGIN;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE inputs (
    id INTEGER PRIMARY KEY, root BLOB NOT NULL, name BLOB NOT NULL, path BLOB NOT NULL,
    fingerprint TEXT NOT NULL, bytes INTEGER NOT NULL, position INTEGER NOT NULL,
    state TEXT NOT NULL, UNIQUE (root, name));
CREATE INDEX inputs_by_position ON inputs (position);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, input INTEGER NOT NULL, digest BLOB NOT NULL, place TEXT,
    run INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX articles_by_input ON articles (input);
CREATE TABLE rejects (
    number INTEGER PRIMARY KEY, input INTEGER NOT NULL, path TEXT NOT NULL, place TEXT,
    reason TEXT NOT NULL, article TEXT);
CREATE INDEX rejects_by_input ON rejects (input);
CREATE INDEX rejects_by_article ON rejects (article) WHERE article IS NOT NULL;
COMMIT;
"""


class State(StrEnum):
    """What this run does with an input."""

    SAME = "same"  # not read: nothing about it has changed
    READ = "read"  # to be read: it is new or has changed
    GONE = "gone"  # its articles go, unless another input has them
    KEPT = "kept"  # outside of what this run was asked to look at; its articles stay
    ELSEWHERE = "elsewhere"  # read by another run of the same build


@dataclass(frozen=True, slots=True)
class Listed:
    """One input as this run lists it."""

    id: int
    file: InputFile
    size_bytes: int
    position: int


@dataclass(frozen=True, slots=True)
class Amount:
    """Some inputs, counted and weighed."""

    inputs: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Owner:
    """The input that an article was indexed from, and as what.

    Attributes:
        confirmed: whether this run has seen the article in that input.
    """

    input: int
    path: Path
    place: str | None
    position: int
    state: State
    digest: bytes
    confirmed: bool

    def outranks(self, position: int) -> bool:
        """Whether the article stays with this owner when the input at `position` has it too.

        The first input in the order of the run wins, so that a run over changed inputs ends where
        a full one would.
        """
        settled = self.confirmed or self.state in (State.SAME, State.KEPT)
        return settled and self.position <= position


def digest(article: Article) -> bytes:
    """What makes the article's documents: changes whenever they could.

    Where the article stands in its input makes no difference to them.
    """
    kept = replace(article, place=None, body_offsets=OffsetMap((0,), (0,)))
    return blake2b(repr(kept).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def outdated(path: Path, versions: Mapping[str, str]) -> str | None:
    """Why the ledger at `path` cannot be built upon, in words; None if it can."""
    if not path.is_file():
        return "the published index has no ledger"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = dict(connection.execute("SELECT name, value FROM meta"))
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        return f"the ledger of the published index cannot be read ({error})"
    changed = [
        f"{name} version {found.get(name, 'unknown')} is now {version}"
        for name, version in versions.items()
        if found.get(name) != version
    ]
    return ", ".join(changed) or None


class Ledger:
    """The ledger of a build. Nothing is durable before `close`."""

    def __init__(self, path: Path, versions: Mapping[str, str]) -> None:
        """Open the ledger at `path`, where there is none with an empty one."""
        empty = not path.exists()
        with _writing(path):
            self._db = sqlite3.connect(path, isolation_level=None)
            # No journal: a build that fails is thrown away whole.
            self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            if empty:
                self._db.executescript(_SCHEMA)
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", versions.items())
            self._db.execute("UPDATE inputs SET state = ?, position = ?", (State.GONE, _LAST))
            self._db.execute("DELETE FROM rejects WHERE input = ?", (NO_INPUT,))
        self._path = path
        self._run = 1 + self._number("SELECT coalesce(max(run), 0) FROM articles")
        self._position = 0
        self._given_out = 0
        self._roots: dict[Path, bytes] = {}
        self._few: frozenset[tuple[bytes, bytes]] | None = None

    # Listing the inputs.

    def list_input(self, file: InputFile, *, size_bytes: int) -> None:
        """Enter the next input of this run; one that is listed already is left as it is."""
        self._position += 1
        root, name = self._key(file)
        self._db.execute(
            "INSERT INTO inputs (root, name, path, fingerprint, bytes, position, state)"
            " VALUES (:root, :name, :path, :fingerprint, :bytes, :position, :read)"
            " ON CONFLICT (root, name) DO UPDATE SET"
            "  state = CASE WHEN fingerprint = :fingerprint THEN :same ELSE :read END,"
            "  path = :path, fingerprint = :fingerprint, bytes = :bytes, position = :position"
            " WHERE state = :gone",
            {
                "root": root,
                "name": name,
                "path": os.fsencode(os.path.abspath(file.path)),  # noqa: PTH100 - as in _key
                "fingerprint": file.fingerprint,
                "bytes": size_bytes,
                "position": self._position,
                "read": State.READ,
                "same": State.SAME,
                "gone": State.GONE,
            },
        )

    def keep_others(self, covered: Callable[[Path], bool]) -> None:
        """Keep the articles of inputs that are not listed and not `covered` by this run."""
        last = NO_INPUT
        while page := self._db.execute(
            "SELECT id, path FROM inputs WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
            (State.GONE, last, _PAGE),
        ).fetchall():
            kept = [(State.KEPT, number) for number, path in page if not covered(_path(path))]
            self._db.executemany("UPDATE inputs SET state = ? WHERE id = ?", kept)
            last = page[-1][0]

    def settle(self) -> None:
        """End the listing: find out what to read, and forget the rejects that reading renews.

        An unchanged input is read as well where it holds an article that nobody has, that its
        owner may no longer have, or whose owner now comes later.
        """
        self._db.execute(
            "UPDATE inputs SET state = ? WHERE state = ? AND id IN ("
            " SELECT rejects.input FROM rejects JOIN inputs AS loser ON loser.id = rejects.input"
            " LEFT JOIN articles ON articles.id = rejects.article"
            " LEFT JOIN inputs AS owner ON owner.id = articles.input"
            " WHERE rejects.article IS NOT NULL AND (owner.id IS NULL"
            "  OR owner.state IN (?, ?) OR owner.position > loser.position))",
            (State.READ, State.SAME, State.READ, State.GONE),
        )
        self._db.execute(
            "DELETE FROM rejects WHERE input IN (SELECT id FROM inputs WHERE state IN (?, ?))",
            (State.READ, State.GONE),
        )
        # Asking a set is ten times as fast, and an increment asks it for every file there is.
        found = self._db.execute(
            "SELECT root, name FROM inputs WHERE state = ? LIMIT ?", (State.READ, _FEW + 1)
        ).fetchall()
        self._few = frozenset(found) if len(found) <= _FEW else None

    def listed(self) -> Amount:
        """How many inputs this run has found."""
        return self._amount(State.SAME, State.READ, State.ELSEWHERE)

    def pending(self) -> Amount:
        """How many of them are to be read."""
        return self._amount(State.READ)

    def pending_sizes(self) -> Iterator[tuple[str, int]]:
        """Name and size in bytes of each input that is to be read."""
        rows = self._db.execute("SELECT name, bytes FROM inputs WHERE state = ?", (State.READ,))
        return ((os.fsdecode(name), size) for name, size in rows)

    def next_pending(self, file: InputFile) -> Listed | None:
        """`file` as listed if it is to be read, and not before the last one given out.

        The archive is walked twice, first to list and then to read, so that nothing has to be
        kept of a million files in between.
        """
        key = self._key(file)
        if self._few is not None and key not in self._few:
            return None
        row = self._db.execute(
            "SELECT id, bytes, position FROM inputs"
            " WHERE root = ? AND name = ? AND state = ? AND position > ?",
            (*key, State.READ, self._given_out),
        ).fetchone()
        if row is None:
            return None
        number, size_bytes, self._given_out = row
        return Listed(number, file, size_bytes, self._given_out)

    # Articles.

    def owner(self, article_id: str) -> Owner | None:
        """Where the article was indexed from, or None."""
        row = self._db.execute(
            "SELECT inputs.id, inputs.path, articles.place, inputs.position, inputs.state,"
            " articles.digest, articles.run FROM articles"
            " JOIN inputs ON inputs.id = articles.input WHERE articles.id = ?",
            (article_id,),
        ).fetchone()
        if row is None:
            return None
        number, path, place, position, state, known, run = row
        return Owner(number, _path(path), place, position, State(state), known, run == self._run)

    def claim(self, article: Article, known_as: bytes, *, owner: int) -> None:
        """Make the input `owner` the owner of an article that this run has seen there."""
        with _writing(self._path):
            self._db.execute(
                "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)",
                (article.id, owner, known_as, article.place, self._run),
            )

    def disown(self, article_id: str) -> None:
        """Forget an article that has an owner, but could not be indexed after all."""
        with _writing(self._path):
            self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def orphans(self) -> Iterator[tuple[str, ...]]:
        """Ids, in batches, of articles that no input of this run has; they are forgotten."""
        last = ""
        while page := self._db.execute(
            "SELECT articles.id FROM articles JOIN inputs ON inputs.id = articles.input"
            " WHERE articles.id > ? AND articles.run < ? AND inputs.state IN (?, ?)"
            " ORDER BY articles.id LIMIT ?",
            (last, self._run, State.READ, State.GONE, _PAGE),
        ).fetchall():
            yield tuple(article_id for (article_id,) in page)
            self._db.executemany("DELETE FROM articles WHERE id = ?", page)
            last = page[-1][0]

    def article_count(self) -> int:
        """How many articles the index holds."""
        return self._number("SELECT count(*) FROM articles")

    # Rejects.

    def add_reject(self, reject: Reject, *, owner: int, article_id: str | None = None) -> None:
        """Remember a reject of the input `owner`.

        Args:
            reject: what to remember.
            owner: the input's number.
            article_id: of an article that another input has as well, and that counts there.
        """
        with _writing(self._path):
            self._db.execute(
                "INSERT INTO rejects (input, path, place, reason, article) VALUES (?, ?, ?, ?, ?)",
                (owner, reject.path, reject.place, reject.reason, article_id),
            )

    def rejects(self) -> Iterator[Reject]:
        """All rejects remembered, in the order of the inputs."""
        rows = self._db.execute(
            "SELECT rejects.path, rejects.place, rejects.reason FROM rejects"
            " LEFT JOIN inputs ON inputs.id = rejects.input"
            " ORDER BY coalesce(inputs.position, 0), rejects.number"
        )
        for row in rows:
            yield Reject(*row)

    def finish(self) -> None:
        """Make everything durable and close."""
        with _writing(self._path):
            self._db.execute("DELETE FROM inputs WHERE state = ?", (State.GONE,))
            self._db.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """Close; what `finish` has not made durable is lost. Safe to call twice."""
        self._db.close()

    def _key(self, file: InputFile) -> tuple[bytes, bytes]:
        """What tells an input from all others, wherever the run was started."""
        root = self._roots.get(file.root)
        if root is None:
            root = os.fsencode(os.path.abspath(file.root))  # noqa: PTH100 - a link is an input of its own
            self._roots[file.root] = root
        return root, os.fsencode(file.name)

    def _amount(self, *states: State) -> Amount:
        of_state = "SELECT count(*), coalesce(sum(bytes), 0) FROM inputs WHERE state = ?"
        rows = [self._db.execute(of_state, (state,)).fetchone() for state in states]
        return Amount(sum(count for count, _ in rows), sum(size for _, size in rows))

    def _number(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0])


def _path(stored: bytes) -> Path:
    return Path(os.fsdecode(stored))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Tell a full or read-only disk from a bug."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise EngineUnavailable(
            f"{path}: the ledger cannot be written: {error}; look for space and rights there, and"
            " run it again"
        ) from error
