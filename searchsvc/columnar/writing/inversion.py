"""Tokens of documents to postings in the order of their terms, without Python per token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, Words, ranges, smallest_unsigned, starts_of
from searchsvc.columnar.layout import VALUE_GAP
from searchsvc.columnar.vocabularies import ordering, taken
from searchsvc.columnar.writing.segments import FieldChunk, FormChunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.columnar.strings import Strings
    from searchsvc.columnar.words.lexicon import Lexicon
    from searchsvc.columnar.words.tokens import Tokens

CHUNK_PLACES: Final = 1 << 18
"""Occurrences in a chunk, more or less: those of one term stay together."""

SHORTEST_RETURN: Final = 3
"""Forms in a row, no two neighbours the same, among which one can return."""
KEY_BITS: Final = 64
"""Bits of the numbers that are sorted."""
PASS_OCCURRENCES: Final = 6 << 20
"""Occurrences that are sorted at once, eight bytes each; one term may have more."""

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
class FieldTokens:
    """The tokens of a field of words in all documents of a segment, in any order of documents.

    Attributes:
        blocks: of the texts of the first document, then of the second and so on, in stretches.
        texts: intp[documents], how many of these texts each document has.
        docs: intp[documents], the number of each document.
    """

    blocks: Sequence[Tokens]
    texts: Ints
    docs: Ints


def invert(
    field: FieldTokens, *, lexicon: Lexicon, stems: bool
) -> tuple[Iterator[FieldChunk], int]:
    """The postings of a field of words, and how many forms a term has at most.

    Args:
        field: its tokens; must stay as they are until the last chunk is made.
        lexicon: whose words the tokens are, likewise.
        stems: whether terms are stems with forms; else they are folded words.
    """
    counts, capitals = _frequencies(field.blocks, lexicon)
    words = np.flatnonzero(counts)
    if not len(words):
        return iter(()), 1
    folded = lexicon.folded_of[words]
    stem = lexicon.stem_of[words] if stems else folded
    terms = _terms(stem, folded if stems else None, np.flatnonzero(capitals), lexicon)
    sizes = np.zeros(len(terms.strings), np.intp)
    np.add.at(sizes, terms.number[stem], counts[words])
    sizes += capitals[terms.strings]
    return _chunks(field, lexicon, terms, starts_of(sizes)), terms.most_forms()


def _frequencies(blocks: Sequence[Tokens], lexicon: Lexicon) -> tuple[Ints, Ints]:
    """How often each word stands there, and how often each string as the term of capitals."""
    words = np.zeros(len(lexicon), np.intp)
    capitals = np.zeros(len(lexicon.terms), np.intp)
    for block in blocks:
        words += np.bincount(block.words, minlength=len(words))
        cased = lexicon.cased_of[block.words[block.cased]]
        capitals += np.bincount(cased, minlength=len(capitals)) if len(cased) else 0
    return words, capitals


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


def _first_places(field: FieldTokens) -> tuple[Words, Words, int]:
    """Document and first place of each text, and how many bits the last place of any needs.

    Places count on from text to text of a document, with VALUE_GAP between.
    """
    sizes = np.concatenate([np.diff(block.at) for block in field.blocks])
    first_text = np.repeat(starts_of(field.texts)[:-1], field.texts)
    ahead = starts_of(sizes + VALUE_GAP)[:-1]
    firsts = ahead - ahead[first_text]
    docs = np.repeat(field.docs, field.texts)
    last = int((firsts + sizes).max())
    return docs.astype(np.uint64), firsts.astype(np.uint64), last.bit_length()


def _mask(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """All occurrences of the terms of a field, from which those of some can be picked.

    A key holds, the last one lowest, term (less the first one picked), document, place and code,
    so that sorting numbers puts occurrences in order. That has room: a term has less than 2**10
    forms, and where documents need more than 22 bits there are no texts of 2**32 places.

    Attributes:
        blocks: the tokens.
        texts: of each block uint64[texts], what the key of a token holds of document and place
            less its index in the block.
        at: intp[terms + 1], where the occurrences of each term begin when they are in order.
        term_of, code_of: int32[words], term and code of each word.
        capital_of: int32[words], the term of its capitals.
        bits: how many documents, places and codes need.
    """

    blocks: Sequence[Tokens]
    texts: Sequence[Words]
    at: Ints
    term_of: npt.NDArray[np.int32]
    code_of: npt.NDArray[np.int32]
    capital_of: npt.NDArray[np.int32]
    bits: tuple[int, int, int]

    def passes(self) -> Iterator[tuple[int, int]]:
        """All terms in stretches of some PASS_OCCURRENCES occurrences; end exclusive."""
        most, first = 1 << (KEY_BITS - sum(self.bits)), 0
        while first < len(self.at) - 1:
            end = int(self.at.searchsorted(self.at[first] + PASS_OCCURRENCES, "right")) - 1
            end = min(max(end, first + 1), first + most)
            yield first, end
            first = end

    def keys(self, first: int, end: int) -> Words:
        """The keys of the terms from `first` to `end`, exclusive, ascending."""
        code_bits = np.uint64(self.bits[2])
        chosen = (self.term_of >= first) & (self.term_of < end)
        of_word = (self.term_of - first).astype(np.uint64) << np.uint64(sum(self.bits))
        of_word |= self.code_of.astype(np.uint64)
        keys = np.empty(int(self.at[end] - self.at[first]), np.uint64)
        longest = max(len(block.words) for block in self.blocks)
        filled, indices = 0, np.arange(longest, dtype=np.uint64)
        for block, texts in zip(self.blocks, self.texts, strict=True):
            places = np.repeat(texts, np.diff(block.at))
            places += indices[: len(places)]
            places <<= code_bits
            some = np.flatnonzero(chosen.take(block.words))
            found = keys[filled : filled + len(some)]
            places.take(some, out=found, mode="clip")
            found |= of_word.take(block.words.take(some))
            filled += len(some)
            if len(block.cased):  # their terms have one form, whose code is 0
                terms = self.capital_of[block.words[block.cased]]
                mine = (terms >= first) & (terms < end)
                found = keys[filled : filled + np.count_nonzero(mine)]
                found[:] = (terms[mine] - first).astype(np.uint64) << np.uint64(sum(self.bits))
                found |= places[block.cased[mine]]
                filled += len(found)
        keys.sort()
        return keys


def _occurrences(field: FieldTokens, lexicon: Lexicon, terms: _Terms, at: Ints) -> _Occurrences:
    docs, firsts, place_bits = _first_places(field)
    texts, start = [], 0
    for block in field.blocks:
        end = start + len(block.at) - 1
        low = docs[start:end] << np.uint64(place_bits) | firsts[start:end]
        texts.append(low - block.at[:-1].astype(np.uint64))  # modulo 2**64, as is the sum
        start = end
    main = lexicon.folded_of if terms.forms is None else lexicon.stem_of
    # Words without a string are never asked for.
    term_of = terms.number.take(main, mode="clip")
    code_of = np.zeros_like(term_of)
    if terms.forms is not None:
        code_of = terms.forms.code.take(lexicon.folded_of, mode="clip")
    capital_of = terms.number.take(lexicon.cased_of, mode="clip")
    bits = (int(docs.max()).bit_length(), place_bits, (terms.most_forms() - 1).bit_length())
    return _Occurrences(field.blocks, texts, at, term_of, code_of, capital_of, bits)


def _chunks(field: FieldTokens, lexicon: Lexicon, terms: _Terms, at: Ints) -> Iterator[FieldChunk]:
    """The postings of all terms, whose occurrences begin at `at` when in order."""
    occurrences = _occurrences(field, lexicon, terms, at)
    strings = lexicon.terms
    for low, high in occurrences.passes():
        # Keys that are sliced here and now: those of two passes are never there together.
        yield from _pass_chunks(occurrences.keys(low, high), occurrences, terms, strings, low)


def _pass_chunks(
    keys: Words, occurrences: _Occurrences, terms: _Terms, strings: Strings, low: int
) -> Iterator[FieldChunk]:
    """The postings of the terms from `low` on whose keys are given."""
    at = occurrences.at
    start, first = int(at[low]), low
    while int(at[first]) < start + len(keys):
        end = int(at.searchsorted(at[first] + CHUNK_PLACES, "right")) - 1
        end = min(max(end, first + 1), int(at.searchsorted(start + len(keys))))
        some = keys[at[first] - start : at[end] - start]
        yield _chunk(some, occurrences.bits, terms, strings, (low, first, end))
        first = end


def _chunk(
    keys: Words,
    bits: tuple[int, int, int],
    terms: _Terms,
    strings: Strings,
    stretch: tuple[int, int, int],
) -> FieldChunk:
    """The terms of a stretch, whose keys are given.

    `stretch` is the term that keys count from, the first one and the one behind the last.
    """
    base, first, end = stretch
    doc_bits, place_bits, code_bits = bits
    postings = keys >> np.uint64(place_bits + code_bits)
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(postings[1:], postings[:-1], out=begins[1:])
    posting_starts = np.flatnonzero(begins)
    firsts = postings.take(posting_starts)
    of_posting = (firsts >> np.uint64(doc_bits)).view(np.intp) - (first - base)
    forms = None
    if terms.forms is not None:
        codes = keys.astype(smallest_unsigned((1 << code_bits) - 1))
        codes &= codes.dtype.type((1 << code_bits) - 1)
        # Neighbours that are the same form of the same posting are taken together.
        begins[1:] |= codes[1:] != codes[:-1]
        runs = np.flatnonzero(begins)
        owners = (postings.take(runs) >> np.uint64(doc_bits)).view(np.intp) + base
        low, high = terms.forms.at[first], terms.forms.at[end]
        held = terms.forms.at.take(owners) + codes.take(runs) - low
        counts = _form_counts(held, runs.searchsorted(posting_starts), int(high - low))
        forms = _form_chunk(terms.forms, (first, end), strings, counts, codes)
    places = np.right_shift(keys, np.uint64(code_bits), out=postings)  # not needed any more
    places &= _mask(place_bits)
    return FieldChunk(
        taken(strings, terms.strings[first:end]),
        starts_of(np.bincount(of_posting, minlength=end - first)),
        firsts & _mask(doc_bits),
        np.diff(posting_starts, append=len(keys)),
        places.astype(np.uint32),
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
    """The forms of the terms of a range; `counts` are theirs, `codes` at each place."""
    at = forms.at[terms[0] : terms[1] + 1]
    first, end = int(at[0]), int(at[-1])
    sizes = np.diff(at)
    return FormChunk(
        taken(strings, forms.strings[first:end]),
        np.repeat(np.arange(len(sizes)), sizes),
        np.arange(first, end) - np.repeat(at[:-1], sizes),
        counts,
        codes,
    )
