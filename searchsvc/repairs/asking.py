"""One answered search to what would find more: which changes, in which order, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from searchsvc import query
from searchsvc.model import Collection
from searchsvc.query import Match
from searchsvc.query.tree import Everything
from searchsvc.repairs import editing
from searchsvc.repairs.changes import (
    Change,
    CollectionChange,
    DateChange,
    FilterChange,
    Kind,
    MatchChange,
    Repair,
    Repairs,
    TextChange,
)
from searchsvc.repairs.counting import Counter
from searchsvc.repairs.draft import draft_of
from searchsvc.repairs.suspects import (
    RARE,
    counted_words,
    other_spellings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.engine.contract import SearchEngine, SearchRequest
    from searchsvc.query.reading import ParsedQuery
    from searchsvc.repairs.draft import Draft, Word

_KINDS: Final = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that was answered.

    Attributes:
        parsed: its text as it was read, without other names.
        match: what it was read with.
        request: the search itself; of its query nothing matters here.
        total: what it found.
    """

    parsed: ParsedQuery
    match: Match
    request: SearchRequest
    total: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is tried.

    Attributes:
        few: below this many hits everything is; above, only spellings are.
        most: changes that are counted, each by a search without hits or facets. Besides, up to
            `MOST_WORDS` words are counted, and the engine is asked for up to `MOST_GUESSED`
            guesses.
    """

    few: int
    most: int


def repairs_for(
    engine: SearchEngine,
    asked: Asked,
    request_for: Callable[[Change], SearchRequest | None],
    *,
    limits: Limits,
) -> Repairs:
    """What would find more than `asked` did; nothing of it is applied.

    Args:
        engine: that answered.
        asked: what it answered.
        request_for: the search after a change, made from what its link says; None where no address
            can say it.
        limits: how much is tried.

    Raises:
        EngineError: the engine cannot answer.
    """
    few = asked.total < limits.few
    draft = draft_of(asked.parsed, asked.request.collection, asked.match)
    if not few and asked.total > RARE and not any(each.choice for each in draft.standing):
        return Repairs()  # every word of it stands in as many documents: none is rare
    counter = Counter(engine, request_for, limits.most)
    counter.know(asked.request)
    counted = counted_words(draft, counter)
    guesses = other_spellings(draft, counted, counter, sure=not few)
    respelled = _offered(guesses, asked, counter)
    did_you_mean = next(respelled, None)
    if not few:
        return Repairs(did_you_mean=did_you_mean, elapsed_s=counter.elapsed_s)
    others = _offered(_others(asked, draft, counted), asked, counter)
    found = tuple(chain(respelled, others))
    return Repairs(
        did_you_mean, tuple(sorted(found, key=_order)), counter.uncounted, counter.elapsed_s
    )


def _order(repair: Repair) -> tuple[int, int]:
    kind = repair.change.kind
    likelier_first = 0 if kind is Kind.SPELLING else -repair.total
    return _KINDS.index(kind), likelier_first


def _offered(changes: Iterator[Change], asked: Asked, counter: Counter) -> Iterator[Repair]:
    """Those of `changes` that find more than was found."""
    for change in changes:
        total = counter.total(change)
        if total is not None and total > asked.total:
            yield Repair(change, total)


def _others(asked: Asked, draft: Draft, counted: Sequence[tuple[int, Word]]) -> Iterator[Change]:
    """All other changes, those that most likely help first."""
    yield from _of_filters(asked)
    yield from (edit.change for edit in editing.inexact(draft))
    yield from (edit.change for edit in editing.unquoted(draft))
    yield from (edit.change for edit in editing.unscoped(draft))
    if asked.match is Match.ALL:
        yield MatchChange()
    yield from _elsewhere(asked)
    rank = {word.piece: at for at, (_, word) in reversed(list(enumerate(counted)))}
    pieces = sorted(draft.pieces, key=lambda each: rank.get(each, len(rank)))
    narrowed = bool(asked.request.filters) or asked.request.dates.active
    for piece in pieces:
        edit = editing.dropped(draft, piece)
        if edit is not None and edit.tree != Everything():
            yield edit.change
    if narrowed and draft.text:
        yield TextChange(Kind.TEXT, draft.text, "", "")
    for _, word in counted:
        begun = editing.begun(draft, word)
        if begun is not None:
            yield begun.change


def _of_filters(asked: Asked) -> Iterator[FilterChange | DateChange]:
    """Without one value, or without all that any of would do; without a bound of the date, or any."""
    for each in asked.request.filters:
        if each.any_of:
            value = each.any_of[0] if len(each.any_of) == 1 else None
            yield FilterChange(each.field, value)
        for value in each.all_of:
            yield FilterChange(each.field, value)
        for value in each.none_of:
            yield FilterChange(each.field, value, excluded=True)
    dates = asked.request.dates
    if not dates.active:
        return
    first, last = dates.first is not None, dates.last is not None
    yield DateChange(first, last, dates.undated)
    if first and last:
        yield DateChange(first=True)
        yield DateChange(last=True)


def _elsewhere(asked: Asked) -> Iterator[CollectionChange]:
    """In the other collection, where all that is asked for can be asked there as well."""
    now = asked.request.collection
    other = next(each for each in Collection if each is not now)
    read = query.parse(asked.parsed.reading.typed, other, match=asked.match)
    if len(read.reading.ignored) <= len(asked.parsed.reading.ignored):
        yield CollectionChange(other)
