"""Word → words of the index that may have been meant by it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.columnar.postings import NO_DOCS
from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.documents import has_field
from searchsvc.engine.suggestions import Spelling
from searchsvc.engine.whoosh.leaves import match_leaf
from searchsvc.engine.whoosh.schema import stem_space
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
from searchsvc.query.tree import Phrase, Term
from searchsvc.text.analysis import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.whoosh.view import CollectionView

LOOKED_AT: Final = 32
"""Guesses whose documents are counted: the likeliest by how many documents seem to hold them."""

NOWHERE: Final = Span(0, 0)


class _Guess(NamedTuple):
    words: tuple[str, ...]
    cost: float
    about: int


class _Fields(NamedTuple):
    """Where a word is looked for.

    Attributes:
        leaves: what leaves of a query are given as their field.
        words: the fields of words that these are.
        countries: facet fields of countries, whose labels are looked in.
    """

    leaves: tuple[str | None, ...]
    words: tuple[str, ...]
    countries: tuple[str, ...]


def spellings(
    view: CollectionView, word: str, field: str | None, size: int
) -> tuple[Spelling, ...]:
    """Words of the index that may have been meant by `word`, the likeliest first."""
    typed = words_of(word)
    whole = joined(typed)
    if not worth_guessing(whole):
        return ()
    fields = _looked_in(view, field)
    guesses = sorted(
        _guesses(typed, whole, _vocabulary(view, fields)),
        key=lambda each: -likelihood(each.about, each.cost),
    )
    found = []
    for guess in guesses[:LOOKED_AT]:
        count = len(_holding(guess.words, fields, view))
        if count:
            found.append(Spelling(" ".join(guess.words), count, guess.cost))
    found.sort(key=lambda each: (-likelihood(each.count, each.cost), each.text))
    stems = {stem_of(each) for each in typed} if len(typed) == 1 else set[str]()
    kept = []
    for each in found:
        if stem_of(each.text) not in stems:
            stems.add(stem_of(each.text))
            kept.append(each)
    return tuple(kept[:size])


def _looked_in(view: CollectionView, field: str | None) -> _Fields:
    collection = view.collection
    given = ("country", "speaker_country") if field is None else (field,)
    countries = tuple(
        each
        for each in given
        if each in ("country", "speaker_country") and has_field(collection, each)
    )
    if field is None:
        names = [name for name, _ in default_fields(collection)]
        extra = [each for each in ("speaker", "source") if each not in names]
        return _Fields((None, *extra), (*names, *extra), countries)
    if has_field(collection, field) and BY_NAME[field].words is not Words.NONE:
        return _Fields((field,), (field,), countries)
    return _Fields((), (), countries)


def _vocabulary(view: CollectionView, fields: _Fields) -> tuple[Vocabulary, list[int]]:
    """The words there are, and how many documents seem to hold each."""
    counts: Counter[str] = Counter()
    for name in fields.words:
        for _, postings in view.words(stem_space(name)):
            for form, word in enumerate(postings.words.listed()):
                if worth_guessing(word) or len(word) > 1:
                    counts[word] += postings.form_frequency(form)
    for name in fields.countries:
        table = view.facet_table(name)
        for value in table.listed(name):
            for word in words_of(label_of(name, value)):
                counts[word] += len(view.carriers(name, value))
    words = sorted(word for word in counts if word.isalpha() and not word.isupper())
    packed = strings_of(words)
    return Vocabulary(packed.text, packed.at), [counts[word] for word in words]


def _guesses(
    typed: Sequence[str], whole: str, vocabulary: tuple[Vocabulary, list[int]]
) -> Iterator[_Guess]:
    words, about = vocabulary
    torn = SPACE * (len(typed) - 1)
    edits = most_edits(whole) if len(typed) == 1 else 1
    for index in words.within(whole, edits).tolist():
        word = words[index]
        if worth_guessing(word) and (len(typed) > 1 or word != whole):
            yield _Guess((word,), cost_of(whole, word) + torn, max(about[index], 1))
    if len(typed) > 1:
        return
    for pair in broken(whole):
        places = [words.find(each) for each in pair]
        if min(places) >= 0 and min(map(len, pair)) > 1:
            yield _Guess(pair, SPACE, max(min(about[place] for place in places), 1))


def _holding(words: tuple[str, ...], fields: _Fields, view: CollectionView) -> Ints:
    stems = tuple(map(stem_of, words))
    sets = [NO_DOCS]
    for field in fields.leaves:
        if len(words) == 1:
            term = Term(stems[0], words[0], field, exact=False, span=NOWHERE)
            sets.append(match_leaf(term, view).docs)
        else:
            phrase = Phrase(stems, words, field, exact=False, slop=0, span=NOWHERE)
            sets.append(match_leaf(phrase, view).docs)
    for name in fields.countries:
        table = view.facet_table(name)
        for value in table.listed(name):
            label = f" {' '.join(words_of(label_of(name, value)))} "
            if f" {' '.join(words)} " in label:
                sets.append(view.carriers(name, value))
    return view.any_of(sets)
