"""The engine, with a note for every request of the generation that answered it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flask import has_request_context

from searchsvc.errors import QueryTooCostly
from searchsvc.web.manners import exchange

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.engine.contract import (
        IndexStatus,
        Reader,
        SearchEngine,
        SearchRequest,
        SearchResult,
        Walk,
    )
    from searchsvc.engine.suggestions import Spelling, SuggestRequest, SuggestResult
    from searchsvc.model import Collection, Document
    from searchsvc.query.tree import Term

T = TypeVar("T")


@contextmanager
def _noting() -> Iterator[None]:
    """Note in the exchange where a question is refused for its cost, whoever makes up for that.

    What the answer then lacks, it may have the next time it is asked for.
    """
    try:
        yield
    except QueryTooCostly:
        if has_request_context():
            exchange.current().curtailed = True
        raise


@dataclass(frozen=True, slots=True)
class _Observed:
    """A `Reader` that asks another one, and notes what is refused for its cost."""

    reader: Reader

    @property
    def generation(self) -> str:
        """See the contract."""
        return self.reader.generation

    @property
    def built_at(self) -> dt.datetime:
        """See the contract."""
        return self.reader.built_at

    def walk(self, request: SearchRequest) -> Walk:
        """See the contract."""
        with _noting():
            return self.reader.walk(request)

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        with _noting():
            return self.reader.search(request)

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        with _noting():
            return self.reader.suggest(request)

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        with _noting():
            return self.reader.spellings(collection, word, field=field, size=size)

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""
        with _noting():
            return self.reader.frequencies(collection, terms)

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        return self.reader.fetch(collection, document_id)


@dataclass(frozen=True, slots=True)
class Witness:
    """A `SearchEngine` that asks another one, and notes in the exchange what became of it.

    That is which generation answered, and whether anything was refused for its cost. A note is taken once a question is answered: where a generation turns out damaged, all of it is
    asked again of another, and that is the one that counts.
    """

    engine: SearchEngine

    def read(
        self, question: Callable[[Reader], T], *, generation: str | None = None, searches: int = 1
    ) -> T:
        """See the contract."""

        def noted(reader: Reader) -> tuple[T, exchange.Answering]:
            return question(_Observed(reader)), exchange.answering(reader)

        answer, by = self.engine.read(noted, generation=generation, searches=searches)
        if has_request_context():
            exchange.current().note(by)
        return answer

    def search(self, request: SearchRequest) -> SearchResult:
        """See the contract."""
        return self.read(lambda reader: reader.search(request))

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """See the contract."""
        return self.read(lambda reader: reader.suggest(request))

    def spellings(
        self, collection: Collection, word: str, *, field: str | None = None, size: int = 5
    ) -> tuple[Spelling, ...]:
        """See the contract."""
        return self.read(lambda reader: reader.spellings(collection, word, field=field, size=size))

    def frequencies(self, collection: Collection, terms: Sequence[Term]) -> tuple[int, ...]:
        """See the contract."""
        return self.read(lambda reader: reader.frequencies(collection, terms))

    def fetch(self, collection: Collection, document_id: str) -> Document | None:
        """See the contract."""
        return self.read(lambda reader: reader.fetch(collection, document_id))

    def generation(self) -> str:
        """See the contract."""
        return self.engine.generation()

    def status(self, *, wait: bool = True) -> IndexStatus:
        """See the contract."""
        return self.engine.status(wait=wait)

    def close(self) -> None:
        """See the contract."""
        self.engine.close()
