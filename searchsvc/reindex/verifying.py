"""Do the ledger, the register and the rejects of a generation fit what it holds?"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from searchsvc.engine.verification import Finding
from searchsvc.identities import IDENTITIES_FILE
from searchsvc.reindex.ledger import LEDGER_FILE
from searchsvc.reindex.run import REJECTS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from searchsvc.engine.verification import Contents

_SOUND: Final = [("ok",)]
_LEDGER: Final = 0x73656C67  # application_id, as `ledger` and `identities.register` write it
_REGISTER: Final = 0x73656C69
_REJECT: Final = {"path", "place", "reason"}


def check_sidecars(contents: Contents) -> Iterator[Finding]:
    """What is wrong with the files that a reindex publishes with a generation."""
    ledger = contents.sidecar(LEDGER_FILE)
    rejects = contents.sidecar(REJECTS_FILE)
    yield from _faults_of_database(contents.sidecar(IDENTITIES_FILE), "register", _REGISTER)
    faults = list(_faults_of_database(ledger, "ledger", _LEDGER))
    yield from faults
    if not faults:
        yield from _faults_of_ledger(ledger, contents)
    yield from _faults_of_rejects(rejects, contents.rejects)


def _faults_of_database(file: Path, kind: str, mark: int) -> Iterator[Finding]:
    """What is wrong with a database whose `application_id` must be `mark`."""
    if not file.is_file():
        yield Finding(str(file), "is missing")
        return
    try:
        with closing(_opened(file)) as database:
            found = database.execute("PRAGMA integrity_check").fetchall()
            (marked,) = database.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError as error:
        yield Finding(str(file), f"cannot be read ({error})")
        return
    if found != _SOUND:
        yield from (Finding(str(file), "is damaged", where=str(line)) for (line,) in found)
    elif marked != mark:
        yield Finding(str(file), f"is no {kind}")


def _faults_of_ledger(file: Path, contents: Contents) -> Iterator[Finding]:
    try:
        with closing(_opened(file)) as database:
            (rejects,) = database.execute("SELECT count(*) FROM rejects").fetchone()
            if rejects != contents.rejects:
                what = f"lists {rejects:,} rejects, and the index tells of {contents.rejects:,}"
                yield Finding(str(file), what)
            lost = (
                "SELECT articles.id FROM articles LEFT JOIN inputs ON inputs.id = articles.input"
                " WHERE inputs.id IS NULL"
            )
            for (article_id,) in database.execute(lost):
                yield Finding(str(file), "is of no input that is listed", f"article {article_id}")
            if contents.article_ids is not None:
                listed = database.execute("SELECT id FROM articles ORDER BY id")
                yield from _compare(
                    file, (article_id for (article_id,) in listed), contents.article_ids()
                )
    except sqlite3.DatabaseError as error:
        yield Finding(str(file), f"is no ledger ({error})")


def _compare(file: Path, listed: Iterable[str], indexed: Iterable[str]) -> Iterator[Finding]:
    """Ids that only one of the two has; both are ascending."""
    ours, theirs = iter(listed), iter(indexed)
    one, two = next(ours, None), next(theirs, None)
    while one is not None or two is not None:
        if two is None or (one is not None and one < two):
            yield Finding(str(file), "is listed, and not indexed", f"article {one}")
            one = next(ours, None)
        elif one is None or two < one:
            yield Finding(str(file), "is indexed, and not listed", f"article {two}")
            two = next(theirs, None)
        else:
            one, two = next(ours, None), next(theirs, None)


def _faults_of_rejects(file: Path, expected: int) -> Iterator[Finding]:
    count = 0
    try:
        with file.open("rb") as lines:
            for count, line in enumerate(lines, start=1):
                try:
                    known = json.loads(line).keys() == _REJECT
                except (ValueError, AttributeError):
                    known = False
                if not known:
                    yield Finding(str(file), "is not a reject", f"line {count}")
    except OSError as error:
        yield Finding(str(file), f"cannot be read ({error.strerror})")
        return
    if count != expected:
        yield Finding(str(file), f"lists {count:,} rejects, and the index tells of {expected:,}")


def _opened(file: Path) -> sqlite3.Connection:
    """The database, for reading; nothing is written beside it."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
