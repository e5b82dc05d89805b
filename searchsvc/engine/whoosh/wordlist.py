"""The words that a collection holds, over all its segments: what guesses are looked up in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.documents import has_field
from searchsvc.engine.whoosh.schema import stem_space
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.guessing import label_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searchsvc.columnar.postings import WordPostings
    from searchsvc.engine.whoosh.view import CollectionView

Carried = tuple[str, str]
"""A facet field and a value of it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where words are looked for.

    Attributes:
        leaves: what leaves of a query are given as their field.
        stemmed: fields of words, by stems.
        exact: fields of words, by folded words.
        countries: facet fields of countries, in whose labels words are looked for.
    """

    leaves: tuple[str | None, ...]
    stemmed: tuple[str, ...]
    exact: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """The n words of a scope.

    Attributes:
        words: folded, ascending; none with capitals.
        texts: intp[n], documents of the stemmed fields that hold the word as it is; a document
            counts once for each field.
        most: intp[n], no fewer than the documents that hold it by its stem, in any field.
        stem: int32[n], a number for the stem that its postings are under in stemmed fields; words
            of no such field have one of their own.
        labelled: by word the values of facets whose labels hold it.
    """

    words: Vocabulary
    texts: npt.NDArray[np.intp]
    most: npt.NDArray[np.intp]
    stem: npt.NDArray[np.int32]
    labelled: Mapping[str, tuple[Carried, ...]]


def scope_of(view: CollectionView, field: str | None) -> Scope:
    """Where a word is looked for in `field`, or by default and in all names."""
    collection = view.collection
    given = ["country", "speaker_country"] if field is None else [field]
    countries = [name for name in given if name in ("country", "speaker_country")]
    names = [name for name, _ in default_fields(collection)] if field is None else [field]
    extra = [name for name in ("speaker", "source") if field is None and name not in names]
    searched = [
        name
        for name in (*names, *extra)
        if has_field(collection, name) and BY_NAME[name].words is not Words.NONE
    ]
    return Scope(
        leaves=(None, *extra) if field is None else tuple(searched),
        stemmed=tuple(name for name in searched if BY_NAME[name].words is Words.STEMMED),
        exact=tuple(name for name in searched if BY_NAME[name].words is Words.EXACT),
        countries=tuple(name for name in countries if has_field(collection, name)),
    )


def word_list(view: CollectionView, field: str | None) -> WordList:
    """The words of `scope_of(view, field)`; made when first asked for and kept with the view."""
    found: WordList = view.once(("words", field), partial(_made, field))
    return found


def _made(field: str | None, view: CollectionView) -> WordList:
    scope = scope_of(view, field)
    labelled = _labelled(view, scope)
    numbers: dict[str, int] = {}
    counted = [
        (_numbered(postings.words.listed(), numbers), postings)
        for name in (*scope.stemmed, *scope.exact)
        for _, postings in view.words(stem_space(name))
    ]
    _numbered(list(labelled), numbers)
    stemmed = sum(len(view.words(stem_space(name))) for name in scope.stemmed)
    size = len(numbers)
    texts, most = np.zeros(size, np.intp), np.zeros(size, np.intp)
    stems: dict[str, int] = {}
    stem = np.full(size, -1, np.int32)
    under: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
    for own, postings in counted[:stemmed]:
        terms = _numbered(postings.terms.listed(), stems)
        under.append((terms, _frequencies(postings)))
        texts[own] += _form_counts(postings)
        stem[own] = terms if postings.forms is None else terms[postings.forms.term]
    totals = np.zeros(len(stems) + 1, np.intp)
    for terms, frequencies in under:
        totals[terms] += frequencies
    most += totals[stem]  # the last one, 0, where there is no stem
    for own, postings in counted[stemmed:]:
        most[own] += _form_counts(postings)
    for word, values in labelled.items():
        most[numbers[word]] += sum(len(view.carriers(*value)) for value in values)
    stem = np.where(stem < 0, np.arange(len(stems), len(stems) + size), stem).astype(np.int32)
    words = sorted(word for word in numbers if word == word.lower())
    order = np.fromiter(map(numbers.__getitem__, words), np.intp, len(words))
    packed = strings_of(words)
    vocabulary = Vocabulary(packed.text, packed.at)
    return WordList(vocabulary, texts[order], most[order], stem[order], labelled)


def _numbered(words: list[str], numbers: dict[str, int]) -> npt.NDArray[np.intp]:
    """The number of each word; new ones get the next."""
    found = (numbers.setdefault(word, len(numbers)) for word in words)
    return np.fromiter(found, np.intp, len(words))


def _form_counts(postings: WordPostings) -> npt.NDArray[np.intp]:
    """How many documents hold each word as it is."""
    if postings.forms is None:
        return _frequencies(postings)
    return postings.forms.count.astype(np.intp)


def _frequencies(postings: WordPostings) -> npt.NDArray[np.intp]:
    """How many documents hold each term."""
    at = postings.posting_at.astype(np.intp)
    return at[1:] - at[:-1]


def _labelled(view: CollectionView, scope: Scope) -> dict[str, tuple[Carried, ...]]:
    found: dict[str, list[Carried]] = defaultdict(list)
    for field, value in _values(view, scope):
        for word in dict.fromkeys(words_of(label_of(field, value))):
            found[word].append((field, value))
    return {word: tuple(values) for word, values in found.items()}


def _values(view: CollectionView, scope: Scope) -> Iterator[Carried]:
    for field in scope.countries:
        yield from ((field, value) for value in view.facet_table(field).listed(field))
