"""All single changes but those of spelling that may help, the likeliest first."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from searchsvc import query
from searchsvc.model import Collection, Span
from searchsvc.query import Match
from searchsvc.query.tree import Everything
from searchsvc.repairs.changes import (
    ChoiceChange,
    CollectionChange,
    DateChange,
    FilterChange,
    Kind,
    MatchChange,
    TextChange,
)
from searchsvc.repairs.draft import draft_of
from searchsvc.repairs.editing import begun, dropped, inexact, unquoted, unscoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.repairs.changes import Change
    from searchsvc.repairs.draft import Draft, Edit, Word

LONGEST_EDITED: Final = 32
"""Words, phrases and brackets, or names of fields before them, of a text that is changed piece by piece: each change is read anew."""

_NOWHERE: Final = Span(0, 0)


def other_changes(
    request: SearchRequest, draft: Draft, words: Sequence[Word], *, reach: Callable[[Span], bool]
) -> Iterator[Change]:
    """Changes of a search, one at a time.

    Args:
        request: the search.
        draft: its text.
        words: of the text, the rarest first.
        reach: whether a change at a place in the text could help, if everything else stays.
    """
    named = sum(len(tuple(draft.lexed.names(piece))) for piece in draft.pieces)
    pieces = max(len(draft.pieces), named) <= LONGEST_EDITED
    if reach(_NOWHERE):
        yield from _of_filters(request)
    if pieces:
        edits = chain(inexact(draft), unquoted(draft), unscoped(draft))
        yield from (edit.change for edit in edits if reach(edit.span))
    if draft.match is Match.ALL:
        yield MatchChange()
    yield from _elsewhere(draft)
    if pieces:
        yield from (edit.change for edit in _without_pieces(draft, words, reach))
    if draft.text and (request.filters or request.dates.active):
        yield TextChange(Kind.TEXT, draft.text, "", "")
    if pieces:
        shorter = (begun(draft, word) for word in words if reach(word.span))
        yield from (edit.change for edit in shorter if edit is not None)


def _without_pieces(
    draft: Draft, words: Sequence[Word], reach: Callable[[Span], bool]
) -> Iterator[Edit]:
    """Without a word, a phrase or a bracket, the rarest word first."""
    rank: dict[object, int] = {}
    for word in words:
        rank.setdefault(word.piece, len(rank))
    for piece in sorted(draft.pieces, key=lambda each: rank.get(each, len(rank))):
        standing = draft.leaf(piece)
        one_of_several = standing is not None and standing.wanted and standing.alternative
        if one_of_several or not reach(piece.span):
            continue
        edit = dropped(draft, piece)
        if edit is not None and edit.tree != Everything():
            yield edit


def _of_filters(request: SearchRequest) -> Iterator[FilterChange | ChoiceChange | DateChange]:
    """Without one value, or without all that any of would do; without a bound of the date, or any."""
    for each in request.filters:
        if len(each.any_of) > 1:
            yield ChoiceChange(each.field)
        for value in (*(each.any_of if len(each.any_of) == 1 else ()), *each.all_of):
            yield FilterChange(each.field, value)
        for value in each.none_of:
            yield FilterChange(each.field, value, excluded=True)
    dates = request.dates
    if not dates.active:
        return
    first, last = dates.first is not None, dates.last is not None
    yield DateChange(first, last, dates.undated)
    if first and last:
        yield DateChange(first=True)
        yield DateChange(last=True)


def _elsewhere(draft: Draft) -> Iterator[CollectionChange]:
    """In the other collection, where all of the text can be looked for there as well."""
    other = next(each for each in Collection if each is not draft.collection)
    there = draft_of(query.parse(draft.text, other, match=draft.match), other, draft.match)
    if there.lexed.used == draft.lexed.used:
        yield CollectionChange(other)
