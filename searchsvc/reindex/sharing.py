"""A run that is one of several: it reads its share, learns what the others have read, indexes its own.

Who a name means follows from all names of all articles. So each run hands in its ledger and its
register of speakers when it has read its share, waits until all have, and takes in those of the
others; from then on all know what one run over everything would know, and make the same documents.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from searchsvc.identities import IDENTITIES_FILE
from searchsvc.reindex.ledger import LEDGER_FILE
from searchsvc.reindex.report import Reject
from searchsvc.reindex.steps import Run, duplicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searchsvc.corpus import Archive
    from searchsvc.engine.building import SharedBuild
    from searchsvc.reindex.report import Meter
    from searchsvc.reindex.shared_ledger import SharedLedger
    from searchsvc.reindex.spool import Spooled
    from searchsvc.reindex.steps import Books

READ: Final = "read"
"""What a share's articles are, and who is in them."""

INDEXED: Final = "indexed"
"""Of which of them no documents could be made."""

_LATE_FILE: Final = "late.json"
_LOOK_EVERY_S: Final = 0.5
_TELL_EVERY_S: Final = 30.0


class SharedRun(Run):
    """The steps of a run that has a share of a build."""

    def __init__(
        self,
        archive: Archive,
        build: SharedBuild,
        books: Books,
        ledger: SharedLedger,
        meter: Meter,
    ) -> None:
        """Nothing is done yet; `ledger` is that of `books`."""
        super().__init__(archive, build, books, meter)
        self._shared = build
        self._whole = ledger
        self._given_up: list[str] = []

    def agree(self, versions: Mapping[str, str]) -> None:
        """Make sure that all shards list the same inputs and make the same of them.

        Raises:
            EngineUnavailable: they do not.
        """
        self._shared.agree({**versions, "list of inputs": self._whole.inputs()})

    def exchange(self) -> None:
        """Hand in what was read, wait for the others, and take in what they have."""
        self._whole.commit()
        self._register.commit()
        self._shared.hand_in(
            READ,
            {name: self._shared.sidecar(name) for name in (LEDGER_FILE, IDENTITIES_FILE)},
            facts=self._whole.articles(),
        )
        self._wait_for(READ)
        ours: set[str] = set()
        with self._folder() as folder:
            others = list(self._others(READ, LEDGER_FILE, folder))
            taken = [self._whole.take_in(file) for file in others]
            for each in taken:
                ours |= each.ours
            self._register.forget(ours)
            registers = self._others(READ, IDENTITIES_FILE, folder)
            for number, file in enumerate(registers):
                later = (one.ours for one in taken[number + 1 :])
                self._register.take_in(file, without=taken[number].theirs.union(*later))
        for reject in self._whole.reject_copies(duplicate):
            self._meter.reject(reject)
        self._whole.begin_documents()

    def finish(self) -> bool:
        """Send the rest; whether this run is the last and publishes, then with what all know."""
        late = {"articles": self._given_up, "rejects": self._whole.late()}
        with self._folder() as folder:
            file = Path(folder) / _LATE_FILE
            file.write_text(json.dumps(late, sort_keys=True), encoding="utf-8")
            self._shared.hand_in(INDEXED, {_LATE_FILE: file}, facts=json.dumps(late))
            if not self._shared.finish():
                return False
            for other in self._others(INDEXED, _LATE_FILE, folder):
                self._take_in_late(json.loads(other.read_text(encoding="utf-8")))
        return True

    def awaited(self) -> tuple[str, ...]:
        """Who is not done, and how they are."""
        return self._shared.awaited(INDEXED)

    def _counts(self, item: Spooled) -> bool:
        """Whether no earlier input, which another shard has read, has the article as well."""
        owner = self._ledger.owner(item.article.id)
        return owner is not None and owner.input == item.waiting.input

    def _give_up(self, item: Spooled) -> None:
        super()._give_up(item)
        self._given_up.append(item.article.id)

    def _take_in_late(self, late: Mapping[str, Any]) -> None:
        self._register.forget(late["articles"])
        for article_id in late["articles"]:
            self._ledger.disown(article_id)
        for row in late["rejects"]:
            reject = Reject(row["path"], row["place"], row["reason"])
            self._reject(row["input"], reject)

    def _wait_for(self, step: str) -> None:
        told: tuple[str, ...] = ()
        told_at = time.monotonic()
        while awaited := self._shared.awaited(step):
            if awaited != told or time.monotonic() - told_at >= _TELL_EVERY_S:
                self._meter.wait(awaited)
                told, told_at = awaited, time.monotonic()
            time.sleep(_LOOK_EVERY_S)

    def _others(self, step: str, name: str, folder: str) -> Iterator[Path]:
        """The files of this name that the other shards have handed in, in the order of shards."""
        shard = self._shared.shard
        for number in range(1, shard.of + 1):
            if number != shard.number:
                file = Path(folder) / f"{number}-{name}"
                self._shared.handed_in(step, number, name, file)
                yield file

    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        """A folder for what is taken in, where the spool lies: there is the room."""
        return tempfile.TemporaryDirectory(dir=self._spool.folder, prefix="taken-in-")
