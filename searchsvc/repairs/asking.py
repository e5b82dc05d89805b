"""One answered search to what would find more, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from searchsvc import query
from searchsvc.repairs.candidates import other_changes
from searchsvc.repairs.changes import Kind, Repair, Repairs
from searchsvc.repairs.counting import Counter
from searchsvc.repairs.draft import draft_of
from searchsvc.repairs.suspects import RARE, all_respelled, counted_words, other_spellings
from searchsvc.repairs.trees import leaves_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searchsvc.engine.contract import Reader, SearchRequest
    from searchsvc.model import Span
    from searchsvc.query import Match
    from searchsvc.repairs.changes import Change, NamesChange
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
    reader: Reader,
    asked: Asked,
    request_for: Callable[[Change], SearchRequest | None],
    *,
    limits: Limits,
) -> Repairs:
    """What would find more than `asked` did; nothing of it is applied.

    Args:
        reader: that answered.
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
    counter = Counter(reader, request_for, limits.most)
    counter.know(asked.request)
    doubtful = [
        each
        for each in counted_words(draft, counter)
        if not any(_overlap(each[1].span, span) for span in asked.known)
    ]
    nowhere = [word for count, word in doubtful if count == 0 and not word.choice]

    def reach(span: Span) -> bool:
        return all(span.start <= each.span.start <= each.span.end <= span.end for each in nowhere)

    single = other_spellings(draft, doubtful, counter, reach=reach, sure=not few)
    several = all_respelled(draft, nowhere, counter) if len(nowhere) > 1 else ()
    spellings = _offered(chain(several, single), asked, counter)
    did_you_mean = next(spellings, None)
    if not few:
        return Repairs(did_you_mean=did_you_mean, elapsed_s=counter.elapsed_s)
    words = [word for _, word in doubtful]
    changes = other_changes(asked.request, draft, words, reach=reach)
    others = _offered(chain(asked.as_typed, changes), asked, counter)
    found = _without_doubles(sorted(chain(spellings, others), key=_order))
    return Repairs(
        nowhere=tuple(dict.fromkeys(_typed(each, draft) for each in nowhere)),
        did_you_mean=did_you_mean,
        found=tuple(found),
        uncounted=counter.uncounted,
        elapsed_s=counter.elapsed_s,
    )


def _without_doubles(found: Sequence[Repair]) -> Iterator[Repair]:
    """`found` without any of the words where as much is found without a single one of them."""
    without_one = {each.total for each in found if each.change.kind is Kind.WORD}
    return (
        each for each in found if each.change.kind is not Kind.ANY or each.total not in without_one
    )


def _typed(word: Word, draft: Draft) -> str:
    """`word` as typed, with the name of the field that it was looked for in."""
    return (word.piece.span if word.single else word.span).of(draft.text)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _order(repair: Repair) -> tuple[int, int]:
    kind = repair.change.kind
    likelier_first = 0 if kind is Kind.SPELLING else -repair.total
    return _KINDS.index(kind), likelier_first


def _offered(changes: Iterable[Change], asked: Asked, counter: Counter) -> Iterator[Repair]:
    """Those of `changes` that find more than was found."""
    for change in changes:
        total = counter.total(change)
        if total is not None and total > asked.total:
            yield Repair(change, total)
