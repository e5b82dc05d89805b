"""Tokens of documents to postings in the order of their terms, without Python per token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, Words, ranges, starts_of
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

SHORTEST_RETURN: Final = 3
"""Forms in a row, no two neighbours the same, among which one can return."""
KEY_BITS: Final = 64
"""Bits of the numbers that are sorted."""

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Forms:
    """The folded words of a field in one segment, by term, then ascending.

    Attributes:
        strings: intp[forms], which of the lexicon's strings each is.
        at: intp[terms + 1], where the forms of each term begin.
        code: int32[strings of the lexicon], for those that are forms their place among the forms
            of their term.
    """

    strings: Ints
    at: Ints
    code: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a field in one segment, ascending.

    Attributes:
        strings: intp[terms], which of the lexicon's strings each is.
        number: int32[strings of the lexicon], for those that are terms which one.
        forms: None where terms have none.
    """

    strings: Ints
    number: npt.NDArray[np.int32]
    forms: _Forms | None

    def most_forms(self) -> int:
        """How many forms a term has at most, at least 1."""
        return 1 if self.forms is None else int(np.diff(self.forms.at).max(initial=1))


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Occurrences of terms in a field, each array of the same length.

    Attributes:
        terms: numbers of the terms.
        docs: numbers of the documents.
        places: see `layout`.
        codes: place of the form that stands there among the forms of the term; 0 without forms.
    """

    terms: npt.NDArray[np.int32]
    docs: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]
    codes: npt.NDArray[np.uint32]


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
) -> _Terms:
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
        return _Terms(of_term, term_of, None)
    # A form comes after those of the terms before its own: rank forms by their terms first.
    owner = np.full(count, -1, np.int32)
    owner[folded] = term_of[stem]
    owner[capitals] = term_of[capitals]
    of_form = _distinct_by(rank, np.concatenate([folded, capitals]))
    of_form = of_form[owner[of_form].argsort(kind="stable")]
    at = starts_of(np.bincount(owner[of_form], minlength=len(of_term)))
    code_of = np.zeros(count, np.int32)
    code_of[of_form] = np.arange(len(of_form)) - at[owner[of_form]]
    return _Terms(of_term, term_of, _Forms(of_form, at, code_of))


def _distinct(numbers: npt.NDArray[Any], end: int) -> Ints:
    """The distinct ones among `numbers`, which are below `end`, ascending."""
    seen = np.zeros(end, np.bool_)
    seen[numbers] = True
    return np.flatnonzero(seen)


def _distinct_by(rank: npt.NDArray[np.int32], strings: npt.NDArray[Any]) -> Ints:
    """The distinct ones among `strings`, in the order of their rank."""
    distinct = _distinct(strings, len(rank))
    return distinct[rank[distinct].argsort()]


def _occurrences(tokens: Tokens, texts_at: Ints, lexicon: Lexicon, terms: _Terms) -> _Occurrences:
    """By document and place; those of terms for capitals behind all others."""
    words, cased = tokens.words, tokens.cased
    capitals = lexicon.cased_of[words[cased]]
    main = lexicon.folded_of if terms.forms is None else lexicon.stem_of
    numbers = _by_word(terms.number, main).take(words)
    docs, places = _docs_and_places(tokens.at, texts_at)
    codes = np.zeros(len(words) + len(cased), np.uint32)
    if terms.forms is not None:  # a term for capitals has one form, whose code is 0
        codes[: len(words)] = _by_word(terms.forms.code, lexicon.folded_of).take(words)
    return _Occurrences(
        np.concatenate([numbers, terms.number[capitals]]),
        np.concatenate([docs, docs[cased]]),
        np.concatenate([places, places[cased]]),
        codes,
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
    """Occurrences by term, document and place.

    Attributes:
        at: intp[terms + 1], where those of each term begin.
        bits: how many documents, places and codes need.
        keys: uint64[o]; in a key follow each other, the last one lowest, term, document, place
            and code, or term and document alone if all four have no room.
        places, codes: where they are not in the keys.
    """

    at: Ints
    bits: tuple[int, int, int]
    keys: Words
    places: npt.NDArray[np.uint32] | None = None
    codes: npt.NDArray[np.uint32] | None = None

    def between(self, start: int, end: int) -> tuple[Words, Numbers, Numbers]:
        """Keys of term and document, places, and codes of a range of occurrences."""
        keys = self.keys[start:end]
        if self.places is not None and self.codes is not None:
            return keys, self.places[start:end], self.codes[start:end]
        _, place_bits, code_bits = self.bits
        codes = (keys & _mask(code_bits)).astype(np.uint32)
        keys = keys >> np.uint64(code_bits)
        places = (keys & _mask(place_bits)).astype(np.uint32)
        keys >>= np.uint64(place_bits)
        return keys, places, codes


def _sorted(occurrences: _Occurrences, terms: int) -> _Sorted:
    """The occurrences of so many terms in order.

    Sorting numbers that hold everything is faster than sorting indices and gathering after.
    """
    docs, places, codes = occurrences.docs, occurrences.places, occurrences.codes
    at = starts_of(np.bincount(occurrences.terms, minlength=terms))
    bits = (_bits(docs), _bits(places), _bits(codes))
    keys = occurrences.terms.astype(np.uint64)
    keys <<= np.uint64(bits[0])
    keys |= docs
    if terms.bit_length() + sum(bits) <= KEY_BITS:
        keys <<= np.uint64(bits[1])
        keys |= places
        keys <<= np.uint64(bits[2])
        keys |= codes
        keys.sort()
        return _Sorted(at, bits, keys)
    order = keys.argsort(kind="stable")
    return _Sorted(at, bits, keys[order], places[order], codes[order])


def _bits(numbers: npt.NDArray[np.uint32]) -> int:
    """Bits that the largest number needs."""
    return int(numbers.max()).bit_length()


def _mask(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)


def _chunks(by_term: _Sorted, terms: _Terms, strings: Strings) -> Iterator[FieldChunk]:
    at, first = by_term.at, 0
    while first < len(at) - 1:
        end = int(at.searchsorted(at[first] + CHUNK_PLACES, "right")) - 1
        end = max(end, first + 1)
        yield _chunk(by_term, terms, strings, first, end)
        first = end


def _chunk(by_term: _Sorted, terms: _Terms, strings: Strings, first: int, end: int) -> FieldChunk:
    """The terms from `first` to `end`, exclusive."""
    at = by_term.at[first : end + 1]
    keys, places, codes = by_term.between(int(at[0]), int(at[-1]))
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    posting_starts = np.flatnonzero(begins)
    forms = None
    if terms.forms is not None:
        # Neighbours that are the same form of the same posting are taken together.
        changes = begins.copy()
        changes[1:] |= codes[1:] != codes[:-1]
        runs = np.flatnonzero(changes)
        owners = (keys.take(runs) >> np.uint64(by_term.bits[0])).view(np.intp)
        held = terms.forms.at.take(owners) + codes.take(runs)
        counts = _form_counts(held, np.flatnonzero(begins[runs]), len(terms.forms.strings))
        forms = _form_chunk(terms.forms, (first, end), strings, counts, codes)
    return FieldChunk(
        taken(strings, terms.strings[first:end]),
        posting_starts.searchsorted(at - at[0]),
        keys.take(posting_starts) & _mask(by_term.bits[0]),
        np.diff(posting_starts, append=len(keys)),
        places,
        forms,
    )


def _form_counts(held: Ints, at: Ints, forms: int) -> Ints:
    """Postings that hold each form.

    Args:
        held: the forms of each posting in turn, none twice in a row within a posting.
        at: intp[postings], where those of each posting begin.
        forms: how many forms there are.
    """
    counts = np.bincount(held, minlength=forms)
    sizes = np.diff(at, append=len(held))
    # Only from three on can one be there twice: count these once more, to be taken off.
    long = np.flatnonzero(sizes >= SHORTEST_RETURN)
    pairs = np.repeat(long * forms, sizes[long]) + held[ranges(at[long], sizes[long])]
    pairs.sort()
    counts -= np.bincount(pairs[1:][pairs[1:] == pairs[:-1]] % forms, minlength=forms)
    return counts


def _form_chunk(
    forms: _Forms, terms: tuple[int, int], strings: Strings, counts: Ints, codes: Numbers
) -> FormChunk:
    """The forms of the terms of a range; `counts` are of all forms, `codes` of the range."""
    at = forms.at[terms[0] : terms[1] + 1]
    first, end = int(at[0]), int(at[-1])
    sizes = np.diff(at)
    return FormChunk(
        taken(strings, forms.strings[first:end]),
        np.repeat(np.arange(len(sizes)), sizes),
        np.arange(first, end) - np.repeat(at[:-1], sizes),
        counts[first:end],
        codes,
    )
