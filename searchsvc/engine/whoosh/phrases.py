"""Where the words of a phrase stand in order, near enough to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from searchsvc.columnar import compiled
from searchsvc.columnar.layout import VALUE_GAP
from searchsvc.columnar.postings import NO_DOCS
from searchsvc.columnar.searching.docsets import positions
from searchsvc.engine.whoosh.budget import BOUNDLESS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.columnar.postings import Counts, Hits, WordPostings
    from searchsvc.columnar.searching.docsets import Scratch
    from searchsvc.query.tree import Phrase

Numbers = npt.NDArray[Any]

DOC_SHIFT: Final = 33
"""Places are below 2**32; shifted by this, documents keep them apart even a phrase further on."""

T = TypeVar("T")
"""What a word is numbered by."""


class Words(Protocol[T]):
    """The terms of a field: `WordPostings`, or those of several segments, joined."""

    def find(self, term: str) -> T | None:
        """The number of a term; None where it is not there."""
        ...

    def docs(self, term: T) -> Ints:
        """The documents of a term, ascending."""
        ...

    def counts(self, term: T) -> Counts:
        """How often a term occurs in each of its documents."""
        ...

    def counts_at(self, term: T, index: Ints) -> Counts:
        """How often it occurs in its documents at these indices."""
        ...

    def places(self, term: T, index: Ints) -> tuple[Counts, Ints]:
        """How often it occurs in its documents at these indices, and where, end to end."""
        ...


NOTHING: Final[Hits] = (NO_DOCS, NO_DOCS)


def phrase_hits(
    phrase: Phrase,
    postings: Words[T],
    scratch: Scratch,
    check: Callable[[], None] = BOUNDLESS.check,
) -> Hits:
    """The documents that hold `phrase`, ascending, and at how many places it begins in each.

    A place of the first word begins a match where going on to the nearest following place of each
    further word in turn ends near enough. Places of a document and the next are far apart, so
    that all documents are gone through at once. Before each word `check` is called, which may raise.
    """
    numbers = {}
    for word in phrase.stems:
        number = postings.find(word)
        if number is None:
            return NOTHING
        numbers[word] = number
    placed = _of_terms(postings, numbers, scratch, check)
    return _hits(phrase, [placed[word] for word in phrase.stems], check)


def exact_phrase_hits(
    phrase: Phrase, postings: WordPostings, check: Callable[[], None] = BOUNDLESS.check
) -> Hits:
    """As `phrase_hits`, of the words as they are written."""
    forms = {word: postings.words.find(word) for word in phrase.folded}
    if min(forms.values()) < 0:
        return NOTHING
    placed = {}
    for word, form in forms.items():
        check()
        placed[word] = _of_form(postings, form)
    return _hits(phrase, [placed[word] for word in phrase.folded], check)


def _hits(phrase: Phrase, in_order: Sequence[Ints], check: Callable[[], None]) -> Hits:
    """The documents in which the words follow each other, and at how many places they do."""
    starts = _loose(in_order, phrase.slop, check) if phrase.slop else _adjacent(in_order, check)
    if not len(starts):
        return NOTHING
    docs = starts >> DOC_SHIFT
    bounds = np.ones(len(docs) + 1, np.bool_)
    np.not_equal(docs[1:], docs[:-1], out=bounds[1:-1])
    at = bounds.nonzero()[0]
    return docs.take(at[:-1]), at[1:] - at[:-1]


def _adjacent(placed: Sequence[Ints], check: Callable[[], None]) -> Ints:
    """Places of the first word after which the others follow at once."""
    starts = placed[0]
    for step, places in enumerate(placed[1:], 1):
        check()
        if compiled.loops:
            starts = compiled.loops.followed(starts, places, step)
            continue
        # Neither holds a place twice, so what is there twice is in both.
        both = np.concatenate([starts, places - step])
        both.sort(kind="stable")
        starts = both[:-1][both[1:] == both[:-1]]
    return starts


def _loose(placed: Sequence[Ints], slop: int, check: Callable[[], None]) -> Ints:
    """Places of the first word after which the others follow with at most `slop` in between."""
    widest = len(placed) - 1 + min(slop, VALUE_GAP - 1)
    starts = place = placed[0]
    for places in placed[1:]:
        check()
        after = places.searchsorted(place, "right")
        there = after < len(places)
        starts, place = starts[there], places[after[there]]
        near = place - starts <= widest
        starts, place = starts[near], place[near]
    return starts


def _of_terms(
    postings: Words[T],
    terms: dict[str, T],
    scratch: Scratch,
    check: Callable[[], None],
) -> dict[str, Ints]:
    """The places of each word in the documents that hold all of them, by document and place."""
    having = sorted(
        ((postings.docs(term), word) for word, term in terms.items()),
        key=lambda each: len(each[0]),
    )
    common, first = having[0]
    # Where those that all words so far have in common stand among the documents of each.
    places: dict[str, Ints] = {first: np.arange(len(common))}
    for docs, word in having[1:]:
        index, there = positions(docs, common, scratch)
        kept = there.nonzero()[0]
        common = common.take(kept)
        places = {each: own.take(kept) for each, own in places.items()}
        places[word] = index.take(kept)
    begins = common << DOC_SHIFT
    placed = {}
    for word, own in places.items():
        check()
        counts, found = postings.places(terms[word], own)
        placed[word] = begins.repeat(counts)
        placed[word] += found
    return placed


def _of_form(postings: WordPostings, form: int) -> Ints:
    """The places of a word as it is written, by document and place."""
    docs, counts, places = postings.form_places(form)
    return np.repeat(docs << DOC_SHIFT, counts) + places
