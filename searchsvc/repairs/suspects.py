"""Which words of a query may be misspelled, and what else the engine takes them for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from searchsvc.guessing import likelihood, worth_guessing
from searchsvc.model import Span
from searchsvc.query import parse
from searchsvc.repairs.changes import Kind, TextChange
from searchsvc.repairs.draft import draft_of, words_in
from searchsvc.repairs.spelling import mended, misnamed, renamed, respelled, torn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.query.tree import Term
    from searchsvc.repairs.counting import Counter
    from searchsvc.repairs.draft import Draft, Edit, Word

MOST_WORDS: Final = 12
"""Words that are counted by themselves, to tell which of them are rare."""
MOST_GUESSED: Final = 6
"""Words, names and pairs of words at which the engine is asked to guess, the rarest first."""
SPELLINGS: Final = 2
"""Guesses at a word that are tried."""
RARE: Final = 50
"""Documents that hold a word which may be misspelled, at most."""
RARE_WHERE_FEW: Final = 1000
"""The same where little was found."""
MARGIN: Final = 2.0
"""How much likelier (`guessing.likelihood`) another word must be where enough was found; where
little was, it may be less likely by as much."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """What may be misspelled.

    Attributes:
        span: where it stands.
        text, field: what the engine is asked about.
        count: documents that hold it as it is.
        edit_for: the edit that writes it otherwise.
    """

    text: str
    field: str | None
    count: int
    span: Span
    edit_for: Callable[[str], Edit | None]


def counted_words(draft: Draft, counter: Counter) -> list[tuple[int, Word]]:
    """Words that are asked for, each once, with how many documents hold it; the rarest first.

    Those after one that cannot be counted are not among them.
    """
    counts: dict[Term, tuple[int, Word]] = {}
    for word in words_in(draft):
        if len(counts) < MOST_WORDS and word.term not in counts:
            count = counter.holding(draft.collection, word.term)
            if count is None:
                break
            counts[word.term] = count, word
    return sorted(counts.values(), key=lambda each: each[0])


def other_spellings(
    draft: Draft,
    counted: Sequence[tuple[int, Word]],
    counter: Counter,
    *,
    reach: Callable[[Span], bool],
    sure: bool,
) -> Iterator[TextChange]:
    """Rare words written otherwise, the likeliest first.

    Args:
        draft: the query.
        counted: its words, see `counted_words`.
        counter: asks the engine.
        reach: whether a change there could help.
        sure: give only what is much likelier than what was typed.
    """
    most, least_gain = (RARE, MARGIN) if sure else (RARE_WHERE_FEW, -MARGIN)
    rare = [each for each in counted if each[0] <= most and worth_guessing(each[1].term.folded)]
    suspects = [
        _Suspect(
            word.term.folded, word.leaf.field, count, word.span, partial(respelled, draft, word)
        )
        for count, word in rare
    ]
    if not sure:
        suspects = [*_misnamed(draft), *suspects, *_torn(draft, [word for _, word in rare])]
    edits: list[tuple[float, TextChange]] = []
    for each in [each for each in suspects if reach(each.span)][:MOST_GUESSED]:
        own = likelihood(max(each.count, 1), 0.0)
        for guess in counter.spellings(draft.collection, each.text, each.field, SPELLINGS):
            gain = likelihood(guess.count, guess.cost) - own
            edit = each.edit_for(guess.text)
            if edit is not None and (not each.count or gain > least_gain):
                edits.append((gain, edit.change))
    edits.sort(key=lambda each: -each[0])
    return (change for _, change in edits)


def all_respelled(draft: Draft, nowhere: Sequence[Word], counter: Counter) -> Iterator[TextChange]:
    """Words that nothing holds, all written otherwise at once; nothing where one has no guess.

    Args:
        draft: the query.
        nowhere: the words, each once; none of them alone would help.
        counter: asks the engine.
    """
    guesses = {}
    for word in nowhere[:MOST_GUESSED]:
        folded, field = word.term.folded, word.leaf.field
        if not worth_guessing(folded):
            return
        likeliest = next(iter(counter.spellings(draft.collection, folded, field, 1)), None)
        if likeliest is None:
            return
        guesses[word.term] = likeliest.text
    typed = [word for word in words_in(draft) if word.term in {each.term for each in nowhere}]
    after = draft
    # From the last to the first: what stands before a change keeps its place.
    for word in reversed(typed):
        standing = next((each for each in words_in(after) if each.span == word.span), None)
        guess = guesses.get(word.term)
        edit = standing and guess and respelled(after, standing, guess)
        if not edit:
            return
        parsed = parse(edit.change.text, draft.collection, match=draft.match)
        after = draft_of(parsed, draft.collection, draft.match)
    first, last = typed[0].span.start, typed[-1].span.end
    to = after.text[first : len(after.text) - (len(draft.text) - last)]
    yield TextChange(Kind.SPELLING, draft.text[first:last], to, after.text)


def _misnamed(draft: Draft) -> Iterator[_Suspect]:
    """Countries by names that none has."""
    for piece, value in misnamed(draft):
        by = partial(renamed, draft, piece, value)
        yield _Suspect(value.value, value.field, 0, piece.inner, by)


def _torn(draft: Draft, rare: Sequence[Word]) -> Iterator[_Suspect]:
    """Two words that may be one."""
    for word, following in torn(draft, list(words_in(draft))):
        if word in rare or following in rare:
            both = f"{word.term.folded} {following.term.folded}"
            span = Span(word.span.start, following.span.end)
            by = partial(mended, draft, word, following)
            yield _Suspect(both, word.leaf.field, 0, span, by)
