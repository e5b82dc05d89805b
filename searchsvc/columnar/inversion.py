"""Tokens of documents to postings in the order of their terms, without Python per token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, starts_of
from searchsvc.columnar.layout import VALUE_GAP
from searchsvc.columnar.vocabularies import ordering, taken
from searchsvc.columnar.writing import FieldChunk, FormChunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.columnar.lexicon import Lexicon
    from searchsvc.columnar.strings import Strings
    from searchsvc.columnar.tokens import Tokens

CHUNK_PLACES: Final = 1 << 18
"""Occurrences in a chunk, more or less: those of one term stay together."""

_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True)
class Forms:
    """The folded words of a field in one segment, by term, then ascending.

    Attributes:
        strings: intp[forms], which of the lexicon's strings each is.
        at: intp[terms + 1], where the forms of each term begin.
        of_string: int32[strings of the lexicon], the form that each is.
    """

    strings: Ints
    at: Ints
    of_string: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a field in one segment, ascending.

    Attributes:
        strings: intp[terms], which of the lexicon's strings each is.
        of_string: int32[strings of the lexicon], the term that each is.
        forms: None where terms have none.
    """

    strings: Ints
    of_string: npt.NDArray[np.int32]
    forms: Forms | None

    def most_forms(self) -> int:
        """How many forms a term has at most, at least 1."""
        return 1 if self.forms is None else int(np.diff(self.forms.at).max(initial=1))


@dataclass(frozen=True, slots=True)
class Occurrences:
    """All occurrences of terms in a field, by document and place; those for capitals behind.

    Attributes:
        terms: int32[o], index of the term.
        docs: uint32[o].
        places: uint32[o], see `layout`.
        forms: int32[o], the form that stands there; None where terms have none.
    """

    terms: npt.NDArray[np.int32]
    docs: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]
    forms: npt.NDArray[np.int32] | None


def invert(
    tokens: Tokens, texts_at: Ints, *, lexicon: Lexicon, stems: bool
) -> tuple[Iterator[FieldChunk], int]:
    """The postings of a field of words, and how many forms a term has at most.

    Args:
        tokens: of all texts of the field, document after document.
        texts_at: intp[documents + 1], the first text of each document.
        lexicon: whose words the tokens are.
        stems: whether terms are stems with forms; else they are folded words.
    """
    if not len(tokens.words):
        return iter(()), 1
    words = _distinct(tokens.words, len(lexicon))
    folded = lexicon.folded_of[words]
    stem = lexicon.stem_of[words] if stems else folded
    capitals = _distinct(lexicon.cased_of[tokens.words[tokens.cased]], len(lexicon.terms))
    terms = _terms(stem, folded if stems else None, capitals, lexicon)
    occurrences = _occurrences(tokens, texts_at, lexicon, terms)
    by_term = _sorted(occurrences, len(terms.strings))
    return _chunks(by_term, terms, lexicon.terms), terms.most_forms()


def _terms(
    stem: npt.NDArray[np.int32],
    folded: npt.NDArray[np.int32] | None,
    capitals: Ints,
    lexicon: Lexicon,
) -> Terms:
    """The terms (and, where `folded` is given, forms) of words with these strings."""
    count = len(lexicon.terms)
    strings = _distinct(
        np.concatenate([stem, capitals, stem if folded is None else folded]), count
    )
    rank = np.full(count, -1, np.int32)
    rank[strings] = ordering(taken(lexicon.terms, strings)).number
    of_term = _distinct_by(rank, np.concatenate([stem, capitals]))
    term_of = np.full(count, -1, np.int32)
    term_of[of_term] = np.arange(len(of_term), dtype=np.int32)
    if folded is None:
        return Terms(of_term, term_of, None)
    # A form comes after those of the terms before its own: rank forms by their terms first.
    owner = np.full(count, -1, np.int32)
    owner[folded] = term_of[stem]
    owner[capitals] = term_of[capitals]
    of_form = _distinct_by(rank, np.concatenate([folded, capitals]))
    of_form = of_form[owner[of_form].argsort(kind="stable")]
    form_of = np.full(count, -1, np.int32)
    form_of[of_form] = np.arange(len(of_form), dtype=np.int32)
    at = starts_of(np.bincount(owner[of_form], minlength=len(of_term)))
    return Terms(of_term, term_of, Forms(of_form, at, form_of))


def _distinct(numbers: npt.NDArray[Any], end: int) -> Ints:
    """The distinct ones among `numbers`, which are below `end`, ascending."""
    seen = np.zeros(end, np.bool_)
    seen[numbers] = True
    return np.flatnonzero(seen)


def _distinct_by(rank: npt.NDArray[np.int32], strings: npt.NDArray[Any]) -> Ints:
    """The distinct ones among `strings`, in the order of their rank."""
    distinct = _distinct(strings, len(rank))
    return distinct[rank[distinct].argsort()]


def _occurrences(tokens: Tokens, texts_at: Ints, lexicon: Lexicon, terms: Terms) -> Occurrences:
    words, cased = tokens.words, tokens.cased
    capitals = lexicon.cased_of[words[cased]]
    main = lexicon.folded_of if terms.forms is None else lexicon.stem_of
    docs, places = _docs_and_places(tokens.at, texts_at)
    forms = None
    if terms.forms is not None:
        of_string = terms.forms.of_string
        forms = _by_word(of_string, lexicon.folded_of).take(words)
        forms = np.concatenate([forms, of_string[capitals]])
    return Occurrences(
        np.concatenate([_by_word(terms.of_string, main).take(words), terms.of_string[capitals]]),
        np.concatenate([docs, docs[cased]]),
        np.concatenate([places, places[cased]]),
        forms,
    )


def _by_word(
    of_string: npt.NDArray[np.int32], strings: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """`of_string` for the string of each word; words without a string are never asked for."""
    return of_string.take(strings, mode="clip")


def _docs_and_places(
    at: Ints, texts_at: Ints
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """The document of each token, and its place there: uint32[tokens] each.

    Places count on from text to text of a document, with VALUE_GAP between.
    """
    texts = np.diff(texts_at)
    first_text = np.repeat(texts_at[:-1], texts)
    gaps = VALUE_GAP * (np.arange(len(first_text)) - first_text)
    docs = np.repeat(np.arange(len(texts), dtype=np.uint32), texts)
    sizes = np.diff(at)
    shift = (gaps - at[first_text]).astype(np.uint32)  # modulo 2**32, as is the sum
    places = np.arange(int(at[-1]), dtype=np.uint32)
    places += np.repeat(shift, sizes)
    return np.repeat(docs, sizes), places


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Occurrences by term: those of term t are `order[at[t]:at[t + 1]]`."""

    occurrences: Occurrences
    order: Ints
    at: Ints


def _sorted(occurrences: Occurrences, terms: int) -> _Sorted:
    """The occurrences of so many terms, by term and within each as they came."""
    at = starts_of(np.bincount(occurrences.terms, minlength=terms))
    # Sorting numbers is faster than sorting indices: the upper half is the term.
    keys = occurrences.terms.astype(np.uint64)
    keys <<= _HALF
    keys |= np.arange(len(keys), dtype=np.uint64)
    keys.sort()
    keys &= _LOW
    return _Sorted(occurrences, keys.view(np.intp), at)


def _chunks(by_term: _Sorted, terms: Terms, strings: Strings) -> Iterator[FieldChunk]:
    at, first = by_term.at, 0
    while first < len(at) - 1:
        end = int(at.searchsorted(at[first] + CHUNK_PLACES, "right")) - 1
        end = max(end, first + 1)
        yield _chunk(by_term, terms, strings, first, end)
        first = end


def _chunk(by_term: _Sorted, terms: Terms, strings: Strings, first: int, end: int) -> FieldChunk:
    """The terms from `first` to `end`, exclusive."""
    occurrences = by_term.occurrences
    order = by_term.order[by_term.at[first] : by_term.at[end]]
    at = by_term.at[first : end + 1] - by_term.at[first]
    docs = occurrences.docs.take(order)
    begins = np.empty(len(docs), np.bool_)
    np.not_equal(docs[1:], docs[:-1], out=begins[1:])
    begins[at[:-1]] = True
    posting_starts = np.flatnonzero(begins)
    counts = np.diff(posting_starts, append=len(docs))
    posting_at = posting_starts.searchsorted(at)
    forms = None
    if terms.forms is not None and occurrences.forms is not None:
        of_place = occurrences.forms.take(order)
        form_counts = _form_counts(of_place, counts, len(terms.forms.strings))
        forms = _form_chunk(terms.forms, (first, end), strings, of_place, form_counts)
    return FieldChunk(
        taken(strings, terms.strings[first:end]),
        posting_at,
        docs.take(posting_starts),
        counts,
        occurrences.places.take(order),
        forms,
    )


def _form_counts(of_place: npt.NDArray[np.int32], counts: Ints, forms: int) -> Ints:
    """Documents that hold each of so many forms, by the form at each place, by posting."""
    # A posting of one place holds one form; the forms of any other are made distinct.
    many = np.repeat(counts > 1, counts)
    held = np.repeat(np.arange(len(counts), dtype=np.uint64) << _HALF, counts)[many]
    held |= of_place[many].astype(np.uint64)
    held.sort()
    distinct = np.ones(len(held), np.bool_)
    np.not_equal(held[1:], held[:-1], out=distinct[1:])
    held &= _LOW
    found = np.bincount(held[distinct].view(np.intp), minlength=forms)
    return found + np.bincount(of_place[~many], minlength=forms)


def _form_chunk(
    forms: Forms,
    terms: tuple[int, int],
    strings: Strings,
    of_place: npt.NDArray[np.int32],
    counts: Ints,
) -> FormChunk:
    """The forms of the terms of a range; `of_place` and `counts` number all forms through."""
    at = forms.at[terms[0] : terms[1] + 1]
    first, end = int(at[0]), int(at[-1])
    code = np.arange(first, end) - np.repeat(at[:-1], np.diff(at))
    return FormChunk(
        taken(strings, forms.strings[first:end]),
        np.repeat(np.arange(len(at) - 1), np.diff(at)),
        code,
        counts[first:end],
        code.astype(np.uint32).take(of_place - first),
    )
