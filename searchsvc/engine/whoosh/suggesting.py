"""Suggest request → values of facets and words that begin as was typed, with their counts."""

from __future__ import annotations

from bisect import insort
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.searching.docsets import intersect
from searchsvc.documents import has_field
from searchsvc.engine.suggestions import TERMS, Suggestion
from searchsvc.engine.whoosh.execute import counted_over, filtered
from searchsvc.engine.whoosh.leaves import match_leaf
from searchsvc.engine.whoosh.matching import Matcher
from searchsvc.engine.whoosh.names import suggested_values
from searchsvc.engine.whoosh.wordlist import WordList, word_list
from searchsvc.guessing import words_of
from searchsvc.model import Span
from searchsvc.query.tree import Term
from searchsvc.text import analysis

if TYPE_CHECKING:
    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.suggestions import SuggestRequest
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.view import CollectionView

LISTED_WORDS: Final = 512
"""Words of one beginning that are looked at: those that most documents may hold."""

COUNTED_WORDS: Final = 64
"""Words of one beginning whose documents are counted, where filters leave few of each."""

NOWHERE: Final = Span(0, 0)

stem_of = lru_cache(maxsize=1 << 14)(analysis.stem_of)


def suggest(
    request: SuggestRequest, view: CollectionView, budget: Budget
) -> tuple[tuple[str, tuple[Suggestion, ...]], ...]:
    """The suggestions of each field that a request asks for."""
    search = request.search
    typed = words_of(request.text)
    if not typed:
        return tuple((field, ()) for field in request.fields)
    matched = Matcher(view, budget).match(search.query)
    docs = filtered(search, matched, view)
    found = []
    for field in request.fields:
        suggestions: tuple[Suggestion, ...] = ()
        if field == TERMS:
            if len(typed) == 1:
                suggestions = _words(typed[0], docs, view, request.size, budget)
        elif has_field(view.collection, field):
            own = counted_over(field, search, matched, docs, view)
            suggestions = suggested_values(field, typed, own, view, request.size, budget)
        found.append((field, suggestions))
    return tuple(found)


def _words(
    start: str, docs: Ints | None, view: CollectionView, size: int, budget: Budget
) -> tuple[Suggestion, ...]:
    """The words that most of `docs` hold, one of each stem.

    Words are counted from that on which most documents may hold, until none that is left can be
    among the first any more.
    """
    listed = word_list(view, None)
    found: list[Suggestion] = []
    counts: list[int] = []  # of those found, ascending
    for index in _candidates(listed, start)[:COUNTED_WORDS].tolist():
        if len(counts) >= size and (not size or counts[-size] >= listed.most[index]):
            break
        word = listed.words[index]
        term = Term(stem_of(word), word, None, exact=False, span=NOWHERE)
        matched = match_leaf(term, view, budget).docs
        count = len(matched if docs is None else intersect(matched, docs, view.scratch))
        found.append(Suggestion(word, word, count))
        insort(counts, count)
    found.sort(key=lambda each: (-each.count, each.value))
    some = [each for each in found if each.count] or found
    return tuple(some[:size])


def _candidates(listed: WordList, start: str) -> Ints:
    """Words that begin with `start`, of each stem the most frequent one, by `WordList.most`."""
    low, high = listed.words.starting_with(start)
    index = low + np.flatnonzero(listed.texts[low:high])
    if len(index) > LISTED_WORDS:
        most = listed.most[index]
        index = index[np.argpartition(most, len(most) - LISTED_WORDS)[-LISTED_WORDS:]]
    by_frequency = index[np.lexsort((index, -listed.texts[index]))]
    _, first = np.unique(listed.stem[by_frequency], return_index=True)
    one_each = by_frequency[first]
    ordered: Ints = one_each[np.lexsort((one_each, -listed.most[one_each]))]
    return ordered
