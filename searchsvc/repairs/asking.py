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
    ChoiceChange,
    CollectionChange,
    DateChange,
    FilterChange,
    Kind,
    MatchChange,
    NamesChange,
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
from searchsvc.repairs.trees import leaves_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.engine.contract import SearchEngine, SearchRequest
    from searchsvc.model import Span
    from searchsvc.repairs.draft import Draft, Word

_KINDS: Final = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that was answered.

    Attributes:
        text: of its query, as typed.
        match: how many of the words side by side a document must have.
        request: the search itself; its query may hold other names of what was typed.
        total: what it found.
        known: where in the text names stand that are not misspelled.
        as_typed: names of which other names were not looked for, but could be.
    """

    text: str
    match: Match
    request: SearchRequest
    total: int
    known: tuple[Span, ...] = ()
    as_typed: tuple[NamesChange, ...] = ()


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
    choice = any(each.choice for each in leaves_of(asked.request.query))
    if not few and asked.total > RARE and not choice:
        return Repairs()  # every word of it stands in as many documents: none is rare
    parsed = query.parse(asked.text, asked.request.collection, match=asked.match)
    draft = draft_of(parsed, asked.request.collection, asked.match)
    counter = Counter(engine, request_for, limits.most)
    counter.know(asked.request)
    counted = counted_words(draft, counter)
    doubtful = [
        each for each in counted if not any(_overlap(each[1].span, span) for span in asked.known)
    ]
    guesses = other_spellings(draft, doubtful, counter, sure=not few)
    respelled = _offered(guesses, asked, counter)
    did_you_mean = next(respelled, None)
    if not few:
        return Repairs(did_you_mean=did_you_mean, elapsed_s=counter.elapsed_s)
    others = _offered(_others(asked, draft, counted), asked, counter)
    found = tuple(chain(respelled, others))
    return Repairs(
        did_you_mean, tuple(sorted(found, key=_order)), counter.uncounted, counter.elapsed_s
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


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
    yield from asked.as_typed
    yield from _of_filters(asked)
    yield from (edit.change for edit in editing.inexact(draft))
    yield from (edit.change for edit in editing.unquoted(draft))
    yield from (edit.change for edit in editing.unscoped(draft))
    if asked.match is Match.ALL:
        yield MatchChange()
    yield from _elsewhere(asked, draft)
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


def _of_filters(asked: Asked) -> Iterator[FilterChange | ChoiceChange | DateChange]:
    """Without one value, or without all that any of would do; without a bound of the date, or any."""
    for each in asked.request.filters:
        if len(each.any_of) > 1:
            yield ChoiceChange(each.field)
        for value in (*(each.any_of if len(each.any_of) == 1 else ()), *each.all_of):
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


def _elsewhere(asked: Asked, draft: Draft) -> Iterator[CollectionChange]:
    """In the other collection, where all that is asked for can be asked there as well."""
    now = asked.request.collection
    other = next(each for each in Collection if each is not now)
    there = draft_of(query.parse(asked.text, other, match=asked.match), other, asked.match)
    if there.lexed.used == draft.lexed.used:
        yield CollectionChange(other)
