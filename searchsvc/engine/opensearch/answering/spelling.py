"""Word → words of the index that may have been meant by it; rules as in `engine.whoosh.spelling`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidfuzz.distance import OSA

from searchsvc.documents import has_field
from searchsvc.engine.opensearch.compiling.leaves import any_of, matched_leaf, places_of
from searchsvc.engine.opensearch.compiling.matching import carried
from searchsvc.engine.suggestions import Spelling
from searchsvc.fields import BY_NAME, Words, default_fields
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
from searchsvc.query.tree import Phrase, Prefix, Term
from searchsvc.text.analysis import stem_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.answering.statistics import Statistics
    from searchsvc.model import Collection

Body = dict[str, Any]

COUNTRIES: Final = ("country", "speaker_country")
COUNTED_AT_ONCE: Final = 128
"""Guesses whose documents are counted by one request."""
NOWHERE: Final = Span(0, 0)


class Scope(NamedTuple):
    """Where words are looked for.

    Attributes:
        fields: of words.
        countries: facet fields of countries, in whose labels words are looked for.
    """

    fields: tuple[str, ...]
    countries: tuple[str, ...]

    @property
    def stemmed(self) -> bool:
        """Whether words are looked for by their stems anywhere."""
        return any(BY_NAME[name].words is Words.STEMMED for name in self.fields)


def scope_of(collection: Collection, field: str | None) -> Scope:
    """Where a word is looked for in `field`, or by default and in all names."""
    given = [*(name for name, _ in default_fields(collection)), "speaker", "source", *COUNTRIES]
    if field is not None:
        given = [field]
    there = [name for name in dict.fromkeys(given) if has_field(collection, name)]
    return Scope(
        tuple(name for name in there if BY_NAME[name].words is not Words.NONE),
        tuple(name for name in there if name in COUNTRIES),
    )


def spellings(
    word: str, field: str | None, size: int, counted: Statistics, asker: Asker
) -> tuple[Spelling, ...]:
    """Words of the index that may have been meant by `word`, the likeliest first."""
    typed = words_of(word)
    whole = joined(typed)
    if not worth_guessing(whole):
        return ()
    scope = scope_of(counted.collection, field)
    labels = _labels(scope, counted)
    guesses = _guesses(typed, whole, scope, labels, counted)
    words = list(guesses)
    found = []
    for first in range(0, len(words), COUNTED_AT_ONCE):
        some = words[first : first + COUNTED_AT_ONCE]
        counts = asker.counts([_holding(each, scope, labels, counted.collection) for each in some])
        found += [
            Spelling(" ".join(each), count, guesses[each])
            for each, count in zip(some, counts, strict=True)
            if count
        ]
    found.sort(key=lambda each: (-likelihood(each.count, each.cost), each.text))
    stemmed = field is None or BY_NAME[field].words is Words.STEMMED
    if stemmed:
        taken = {stem_of(whole)} if len(typed) == 1 else set[str]()
        found = [each for each in found if _first_of_stem(each.text, taken)]
    return tuple(found[:size])


def _guesses(
    typed: Sequence[str],
    whole: str,
    scope: Scope,
    labels: Mapping[tuple[str, str], Sequence[str]],
    counted: Statistics,
) -> dict[tuple[str, ...], float]:
    """Words that may have been meant, with what must have gone wrong; some may be nowhere."""
    torn = len(typed) > 1
    edits = 1 if torn else most_edits(whole)
    named = {each for words in labels.values() for each in words if each.isalpha()}
    near = named.copy()
    for name in scope.fields:
        for place in places_of(Prefix(whole, name, span=NOWHERE), counted.collection):
            near.update(counted.near(whole, edits, place))
    guesses: dict[tuple[str, ...], float] = {}
    for each in near:
        if not (each.isalpha() and worth_guessing(each)) or (not torn and each == whole):
            continue
        if OSA.distance(whole, each) <= edits:
            guesses[(each,)] = cost_of(whole, each) + SPACE * (len(typed) - 1)
    if not torn:
        guesses |= {tuple(pair): SPACE for pair in broken(whole) if min(map(len, pair)) > 1}
    return guesses


def _holding(
    words: tuple[str, ...],
    scope: Scope,
    labels: Mapping[tuple[str, str], Sequence[str]],
    collection: Collection,
) -> Body:
    """Finds what holds the words, one by its stem or two side by side."""
    stems = tuple(map(stem_of, words))
    queries = []
    for field in scope.fields:
        leaf: Term | Phrase = Term(stems[0], words[0], field, exact=False, span=NOWHERE)
        if len(words) > 1:
            leaf = Phrase(stems, words, field, exact=False, slop=0, span=NOWHERE)
        queries.append(matched_leaf(leaf, collection))
    width = len(words)
    for (field, value), label in labels.items():
        if any(tuple(label[at : at + width]) == words for at in range(len(label))):
            queries.append(carried(collection, field, value))
    return any_of(queries)


def _labels(scope: Scope, counted: Statistics) -> dict[tuple[str, str], Sequence[str]]:
    """The words of the label of each country that any document has, by field and value."""
    return {
        (field, value): words_of(label_of(field, value))
        for field in scope.countries
        for value in counted.values(field)
    }


def _first_of_stem(text: str, taken: set[str]) -> bool:
    """Whether no word of the same stem was there before."""
    stem = stem_of(text)
    if stem in taken:
        return False
    taken.add(stem)
    return True
