"""Word → words of the index that may have been meant by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.columnar.postings import NO_DOCS
from searchsvc.engine.suggestions import Spelling
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.engine.whoosh.leaves import match_leaf
from searchsvc.engine.whoosh.suggesting import stem_of
from searchsvc.engine.whoosh.wordlist import Scope, WordList, scope_of, word_list
from searchsvc.guessing import (
    SPACE,
    broken,
    cost_of,
    joined,
    label_of,
    likelihood,
    most_edits,
    words_of,
    worth_guessing,
)
from searchsvc.model import Span
from searchsvc.query.tree import Phrase, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.view import CollectionView

COUNTED_GUESSES: Final = 64
"""Guesses whose documents are counted at most."""

NOWHERE: Final = Span(0, 0)


class _Guess(NamedTuple):
    """One or two words that may have been meant.

    Attributes:
        likelihood: no less than its likelihood once its documents are counted.
    """

    likelihood: float
    words: tuple[str, ...]
    cost: float


def spellings(
    view: CollectionView, word: str, field: str | None, size: int, budget: Budget = BOUNDLESS
) -> tuple[Spelling, ...]:
    """Words of the index that may have been meant by `word`, the likeliest first.

    Guesses are counted from the one on that may be the likeliest, until none that is left can be
    among the first any more.
    """
    typed = words_of(word)
    whole = joined(typed)
    if not worth_guessing(whole):
        return ()
    scope, listed = scope_of(view, field), word_list(view, field)
    guesses = sorted(
        _guesses(typed, whole, listed), key=lambda each: (-each.likelihood, each.words)
    )
    # Words of one stem find the same, but for fields that know no stems.
    key = stem_of if scope.stemmed else str
    taken = {key(whole)} if len(typed) == 1 else set[str]()
    best: dict[str, tuple[float, Spelling]] = {}
    for guess in guesses[:COUNTED_GUESSES]:
        budget.check()
        if len(best) >= size and guess.likelihood < _least(best, size):
            break
        text = " ".join(guess.words)
        count = 0 if key(text) in taken else len(_holding(guess.words, scope, listed, view))
        if count:
            exact = likelihood(count, guess.cost), Spelling(text, count, guess.cost)
            before = best.get(key(text))
            if before is None or _order(*exact) < _order(*before):
                best[key(text)] = exact
    found = sorted(best.values(), key=lambda each: _order(*each))
    return tuple(spelling for _, spelling in found[:size])


def _order(likely: float, spelling: Spelling) -> tuple[float, str]:
    return -likely, spelling.text


def _least(best: dict[str, tuple[float, Spelling]], size: int) -> float:
    """The likelihood of the last one that would be shown."""
    return sorted((likely for likely, _ in best.values()), reverse=True)[size - 1]


def _guesses(typed: Sequence[str], whole: str, listed: WordList) -> Iterator[_Guess]:
    words, most = listed.words, listed.most
    torn = SPACE * (len(typed) - 1)
    edits = most_edits(whole) if len(typed) == 1 else 1
    near = words.within(whole, edits)
    for word, at_most in zip(words.picked(near), most[near].tolist(), strict=True):
        if at_most and worth_guessing(word) and (len(typed) > 1 or word != whole):
            cost = cost_of(whole, word) + torn
            yield _Guess(likelihood(at_most, cost), (word,), cost)
    if len(typed) > 1:
        return
    for pair in broken(whole):
        if min(map(len, pair)) > 1:
            places = [words.find(each) for each in pair]
            at_most = min(int(most[place]) for place in places) if min(places) >= 0 else 0
            if at_most:
                yield _Guess(likelihood(at_most, SPACE), pair, SPACE)


def _holding(words: tuple[str, ...], scope: Scope, listed: WordList, view: CollectionView) -> Ints:
    """The documents that hold the words, one by its stem or two side by side."""
    stems = tuple(map(stem_of, words))
    sets = [NO_DOCS]
    for field in scope.leaves:
        leaf: Term | Phrase = Term(stems[0], words[0], field, exact=False, span=NOWHERE)
        if len(words) > 1:
            leaf = Phrase(stems, words, field, exact=False, slop=0, span=NOWHERE)
        sets.append(match_leaf(leaf, view).docs)
    for field, value in listed.labelled.get(words[0], ()):
        label = words_of(label_of(field, value))
        if any(label[at : at + len(words)] == words for at in range(len(label))):
            sets.append(view.carriers(field, value))
    return view.any_of(sets)
