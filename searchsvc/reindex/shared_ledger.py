"""The ledger of a build that several runs make: each reads its share, and all end with the whole.

All list the same inputs, in the same order, and so number them alike. Who reads which follows from
their sizes. Where two have read an article with the same id, that of the earlier input counts, as if
one run had read both.
"""

from __future__ import annotations

import heapq
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from searchsvc.reindex.ledger import NO_INPUT, Ledger, State
from searchsvc.reindex.report import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from searchsvc.engine.building import Shard

    Duplicate = Callable[[str, Path, str | None, Path], Reject]


class Taken(NamedTuple):
    """Ids of articles that two shards have read.

    Attributes:
        ours: of those, what counts is what the other has read.
        theirs: what counts is not what the other has read.
    """

    ours: frozenset[str]
    theirs: frozenset[str]


class _Copy(NamedTuple):
    """An article that does not count, and where it stands."""

    article_id: str
    input: int
    place: str | None


class SharedLedger(Ledger):
    """`Ledger` of one shard, which becomes that of all."""

    def __init__(self, path: Path, versions: Mapping[str, str], shard: Shard) -> None:
        """Open the ledger at `path`, where there is none yet."""
        super().__init__(path, versions)
        self._shard = shard
        self._copies: list[_Copy] = []
        self._late_from = 0

    def settle(self) -> None:
        """See `Ledger`; what is another shard's to read is left to it.

        Each input, in their order, goes to the shard that has the least to read so far.
        """
        loads = [(0, number) for number in range(1, self._shard.of + 1)]
        others = []
        rows = self._db.execute(
            "SELECT id, bytes FROM inputs WHERE state = ? ORDER BY position", (State.READ,)
        )
        for number, size in rows:
            load, reader = heapq.heappop(loads)
            heapq.heappush(loads, (load + size + 1, reader))
            if reader != self._shard.number:
                others.append((State.ELSEWHERE, number))
        self._db.executemany("UPDATE inputs SET state = ? WHERE id = ?", others)
        super().settle()

    def inputs(self) -> str:
        """What stands for the list of inputs: equal where another machine sees the same."""
        rows = self._db.execute("SELECT id, path, bytes FROM inputs ORDER BY id")
        return _digest(rows)

    def articles(self) -> str:
        """What stands for the articles that were read: equal where they are the same."""
        rows = self._db.execute("SELECT id, digest, input, place FROM articles ORDER BY id")
        return _digest(rows)

    def commit(self) -> None:
        """Have the file hold everything, so that it can be copied."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def take_in(self, file: Path) -> Taken:
        """Add what another shard has read, as its ledger has it."""
        ours: set[str] = set()
        theirs: set[str] = set()
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as other:
            for row in other.execute("SELECT id, input, digest, place FROM articles ORDER BY id"):
                loser = self._add(_Copy(row[0], row[1], row[3]), row[2])
                if loser is not None:
                    self._copies.append(loser)
                    (theirs if loser.input == row[1] else ours).add(row[0])
            rejects = "SELECT input, path, place, reason, article FROM rejects WHERE input <> ?"
            self._db.executemany(
                "INSERT INTO rejects (input, path, place, reason, article) VALUES (?, ?, ?, ?, ?)",
                other.execute(f"{rejects} ORDER BY number", (NO_INPUT,)),
            )
        return Taken(frozenset(ours), frozenset(theirs))

    def reject_copies(self, duplicate: Duplicate) -> Iterator[Reject]:
        """Enter the rejects of what does not count, once all shards are taken in.

        Args:
            duplicate: makes the reject of an article's id, of a path and the place there, and of
                the path of the input that counts.
        """
        for article_id, number, place in self._copies:
            owner = self.owner(article_id)
            if owner is None:
                continue
            reject = duplicate(article_id, self._path_of(number), place, owner.path)
            self.add_reject(reject, owner=number, article_id=article_id)
            yield reject
            self._name_owner(article_id, owner.path, duplicate)

    def begin_documents(self) -> None:
        """From now on rejects are of articles that no documents could be made of."""
        self._late_from = self._number("SELECT coalesce(max(number), 0) FROM rejects")

    def late(self) -> list[dict[str, Any]]:
        """Those rejects: number of the input, and what a `Reject` has."""
        rows = self._db.execute(
            "SELECT input, path, place, reason FROM rejects WHERE number > ? ORDER BY number",
            (self._late_from,),
        )
        return [{"input": number} | asdict(Reject(*reject)) for number, *reject in rows]

    def _add(self, copy: _Copy, known_as: bytes) -> _Copy | None:
        """Make a copy that another shard has read the one that counts, if it does; the one that does not."""
        row = self._db.execute(
            "SELECT articles.input, articles.place, mine.position <= other.position"
            " FROM articles JOIN inputs AS mine ON mine.id = articles.input"
            " JOIN inputs AS other ON other.id = ? WHERE articles.id = ?",
            (copy.input, copy.article_id),
        ).fetchone()
        if row is not None and row[2]:
            return copy
        self._db.execute(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)",
            (copy.article_id, copy.input, known_as, copy.place, self._run),
        )
        return None if row is None else _Copy(copy.article_id, row[0], row[1])

    def _name_owner(self, article_id: str, owner: Path, duplicate: Duplicate) -> None:
        """Have all rejects of copies of an article name the input that counts."""
        rows = self._db.execute(
            "SELECT number, input, place FROM rejects WHERE article = ?", (article_id,)
        ).fetchall()
        for number, of, place in rows:
            reason = duplicate(article_id, self._path_of(of), place, owner).reason
            self._db.execute("UPDATE rejects SET reason = ? WHERE number = ?", (reason, number))

    def _path_of(self, number: int) -> Path:
        (path,) = self._db.execute("SELECT path FROM inputs WHERE id = ?", (number,)).fetchone()
        return Path(os.fsdecode(path))


def _digest(rows: Iterator[tuple[Any, ...]]) -> str:
    seen = blake2b(digest_size=16)
    for row in rows:
        seen.update(
            json.dumps([each.hex() if isinstance(each, bytes) else each for each in row]).encode()
        )
    return seen.hexdigest()
