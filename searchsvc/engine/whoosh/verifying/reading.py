"""A full look at a generation: everything that its files hold, beyond that they are those written."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.engine.verification import Contents, Step
from searchsvc.engine.whoosh.generations import SIDECARS
from searchsvc.engine.whoosh.sidecars import reading
from searchsvc.engine.whoosh.verifying.asking import ask, drawn
from searchsvc.engine.whoosh.verifying.belonging import Belonging
from searchsvc.engine.whoosh.verifying.comparing import compare
from searchsvc.engine.whoosh.verifying.segments import (
    look_into,
    name_damaged_arrays,
    open_segments,
    to_follow,
)
from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from searchsvc.engine.problems import Problems
    from searchsvc.engine.recounting import Analysed, Recount
    from searchsvc.engine.verification import Finding, Pace
    from searchsvc.engine.whoosh.manifest import Manifest
    from searchsvc.engine.whoosh.verifying.segments import Looked, Opened
    from searchsvc.settings import SearchSettings


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much was looked at, by kind; see `VerifyReport`."""

    articles: int = 0
    statements: int = 0
    questions: int = 0


class FullLook:
    """Reads all of a generation whose manifest can be gone by."""

    def __init__(
        self, folder: Path, manifest: Manifest, found: Problems, pace: Pace, search: SearchSettings
    ) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._manifest = manifest
        self._found = found
        self._pace = pace
        self._settings = search

    def take(
        self,
        sound: frozenset[str],
        sidecars: Callable[[Contents], Iterable[Finding]] | None,
    ) -> Amounts:
        """Look at all files that are `sound`, which those are that have the content written."""
        name_damaged_arrays(self._folder, self._manifest, sound, self._found)
        opened, whole = open_segments(self._folder, self._manifest, sound, self._found)
        looked = self._look(opened)
        amounts = self._compare(looked, whole=whole)
        if sidecars is not None:
            self._pace.enter(Step.SIDECARS, 0)
            articles = [one for one in looked if one.opened.collection is Collection.ARTICLES]
            readable = whole and all(one.readable for one in articles)
            with ExitStack() as lent:
                places: dict[str, str] = {}
                contents = Contents(
                    sidecar=partial(self._lend, lent, places),
                    article_ids=(lambda: _ids([one.opened for one in articles]))
                    if readable
                    else None,
                    rejects=self._manifest.rejects,
                )
                for finding in sidecars(contents):
                    self._found.take(finding._replace(path=places.get(finding.path, finding.path)))
        return amounts

    def _lend(self, lent: ExitStack, places: dict[str, str], name: str) -> Path:
        """A file with the content of a sidecar; `places` is told what it stands for."""
        place = self._folder / SIDECARS / name
        try:
            file = lent.enter_context(reading(self._folder, name, check=False))
        except IndexCorrupt:  # as its checksum has told
            return place
        places[str(file)] = str(place)
        return file

    def _look(self, opened: Sequence[Opened]) -> tuple[Looked, ...]:
        self._pace.enter(Step.POSTINGS, sum(map(to_follow, opened)))
        looked = []
        for each in opened:
            looked.append(look_into(each, self._found, self._pace))
            each.segment.arrays.let_go()
        for collection in Collection:
            own = [o.opened for o in looked if o.readable and o.opened.collection is collection]
            for one, two in pairwise(_ids(own)) if len(own) > 1 else ():
                if one == two:
                    what = "is in two segments"
                    self._found.add(self._folder, what, where=f"document {one}", kind=what)
        return tuple(looked)

    def _compare(self, looked: Sequence[Looked], *, whole: bool) -> Amounts:
        """Hold the index against the stored documents, articles first."""
        stored = [one for one in looked if one.readable and one.opened.segment.has_stored]
        self._pace.enter(Step.DOCUMENTS, sum(one.opened.segment.count for one in stored))
        everything = whole and len(stored) == len(looked)
        articles = [one.opened for one in stored if one.opened.collection is Collection.ARTICLES]
        belonging = Belonging(articles, self._found) if everything else None
        amounts, readable = {}, everything
        asked = 0
        for collection in Collection:
            own = [one for one in stored if one.opened.collection is collection]
            recounts: tuple[Recount, ...] = ()
            if everything and all(one.sound for one in own):
                recounts = drawn(collection, [one.opened for one in own])
            for part, one in enumerate(own):
                watch = _watcher(one.opened, part, belonging, recounts)
                readable &= compare(one, watch, self._found, self._pace)
            if readable:
                ask(
                    recounts,
                    [one.opened for one in own],
                    self._settings,
                    self._folder,
                    self._found,
                )
                asked += len(recounts)
            amounts[collection] = sum(int(one.opened.alive.sum()) for one in own)
        if belonging is not None and readable:
            belonging.finish()
        return Amounts(amounts[Collection.ARTICLES], amounts[Collection.STATEMENTS], asked)


def _watcher(
    opened: Opened, part: int, belonging: Belonging | None, recounts: Sequence[Recount]
) -> Callable[[int, Analysed], None]:
    """What is shown each document of a segment that is not deleted."""

    def watch(doc: int, each: Analysed) -> None:
        if belonging is not None:
            if opened.collection is Collection.ARTICLES:
                belonging.show_article(part, doc, each)
            else:
                belonging.show_statement(opened, part, each)
        for recount in recounts:
            recount.show(each)

    return watch


def _ids(segments: Sequence[Opened]) -> Iterator[str]:
    """The ids of the documents that are not deleted, ascending."""
    return merge(*map(_ids_of, segments))


def _ids_of(opened: Opened) -> Iterator[str]:
    order = opened.segment.order
    for doc in order[opened.alive[order.astype(np.intp)]].tolist():
        yield opened.segment.ids[doc]
