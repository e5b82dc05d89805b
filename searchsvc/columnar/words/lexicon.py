"""The words met so far and their terms: what Python looks at, once a word."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.strings import Strings, strings_of
from searchsvc.columnar.words.chunks import ENGLISH, KEY_BYTES, LONGEST_CHUNK
from searchsvc.columnar.words.wordtable import ABSENT, WordTable
from searchsvc.text.analysis import DOUBTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.columnar.words.chunks import Analysis, Block

Places = npt.NDArray[np.intp]
Keys = npt.NDArray[np.uint64]
Scalar = TypeVar("Scalar", bound=np.generic)

NO_TERM: Final = -1
MOST_WORDS: Final = 700_000
"""Words after which `Lexicon.forget_if_large` starts afresh; some 200 MB."""
CHUNKS_AT_ONCE: Final = 1 << 18
"""Chunks that are looked up at a time."""

# What is true of a word, as bits of `Lexicon.traits`.
SEVERAL: Final = 1
"""It stands for a chunk of no token or several, which `Lexicon.parts` lists."""
CASED: Final = 2
"""It has a `cased` term."""
DOUBTED_CASE: Final = 4
"""It has a `cased` term unless all around is in capitals."""
CAPITALS: Final = 8
"""All its letters are capitals."""

_MASKS: Final = np.array([(1 << 8 * length) - 1 for length in range(KEY_BYTES + 1)], np.uint64)
_COLUMNS: Final = 6
FIRST_STEP: Final = 1 << 10
"""Unknown words that are entered before the others are looked up again; doubles each time."""
_TABLES: Final = (KEY_BYTES, 2 * KEY_BYTES, LONGEST_CHUNK)
"""Bytes of the longest chunk in each hash table; most words are in the first and cheap to find."""


class Lexicon:
    """Words by number and the terms of each; grows as texts are read. Not for several threads.

    A word is one way to write a token (two words may be written the same), or a chunk of several.
    Numbers are given in order of first sight from 1 on; 0 is no word. Tables are indexed by them.

    Attributes:
        terms: distinct strings that are `folded`, `stem` or `cased` of some word, as they came.
        traits: uint8[words], bits as above.
        folded_of, stem_of, cased_of: int32[words], indices of `terms` or NO_TERM.
        part_at, part_count: int32[words], for words of the trait SEVERAL where their parts stand
            in `parts`, and how many there are.
        parts: int32[...], words.
    """

    def __init__(self, analysis: Analysis = ENGLISH) -> None:
        """Start without any word."""
        self.analysis = analysis
        self._clear()

    def __len__(self) -> int:
        """One more than the highest number of a word."""
        return self._size

    @property
    def terms(self) -> Strings:
        return Strings(self._text[: self._term_at[self._terms]], self._term_at[: self._terms + 1])

    @property
    def traits(self) -> npt.NDArray[np.uint8]:
        return self._traits[: self._size]

    @property
    def folded_of(self) -> npt.NDArray[np.int32]:
        return self._columns[0, : self._size]

    @property
    def stem_of(self) -> npt.NDArray[np.int32]:
        return self._columns[1, : self._size]

    @property
    def cased_of(self) -> npt.NDArray[np.int32]:
        return self._columns[2, : self._size]

    @property
    def part_at(self) -> npt.NDArray[np.int32]:
        return self._columns[3, : self._size]

    @property
    def part_count(self) -> npt.NDArray[np.int32]:
        return self._columns[4, : self._size]

    @property
    def parts(self) -> npt.NDArray[np.int32]:
        return self._parts[: self._parts_size]

    def forget_if_large(self) -> bool:
        """Whether all words were forgotten, because there were many; their numbers are void then.

        To be called between segments. Keeps a build within its memory whatever it is given.
        """
        large = self._size > MOST_WORDS
        if large:
            self._clear()
        return large

    def words(self, block: Block) -> npt.NDArray[np.int32]:
        """The word for each chunk of `block`: int32[chunks]."""
        found = np.empty(len(block.starts), np.int32)
        for start in range(0, len(found), CHUNKS_AT_ONCE):
            piece = slice(start, start + CHUNKS_AT_ONCE)
            self._look_up(block, piece, found[piece])
        self._store()
        return found

    def _look_up(self, block: Block, piece: slice, found: npt.NDArray[np.int32]) -> None:
        """Write the words for some of the chunks of `block` into `found`."""
        starts = block.starts[piece]
        lengths = block.ends[piece] - starts
        shortest = 0
        for table, longest in zip(self._tables, _TABLES, strict=True):
            some = np.flatnonzero((lengths > shortest) & (lengths <= longest))
            if len(some):
                places = starts.take(some)
                keys = list(_keys(block.numbers, places, lengths.take(some), longest))
                found[some] = self._find(table, keys, block, some + piece.start)
            shortest = longest
        for chunk in np.flatnonzero(lengths > LONGEST_CHUNK).tolist():
            start, end = starts[chunk], starts[chunk] + lengths[chunk]
            found[chunk] = self._enter(block.data[start:end].decode())

    def _clear(self) -> None:
        self._term_numbers: dict[str, int] = {}
        self._terms, self._term_at = 0, np.zeros(1 << 10, np.int64)
        self._text = np.empty(1 << 10, np.uint8)
        self._stems = array("i")  # by number of the folded term; NO_TERM where not known yet
        self._size = 0
        self._traits = np.zeros(1 << 10, np.uint8)
        self._columns = np.empty((5, 1 << 10), np.int32)
        self._parts, self._parts_size = np.empty(1 << 10, np.int32), 0
        # Entered since the tables were last brought up to date.
        self._new = [0, NO_TERM, NO_TERM, NO_TERM, 0, 0]  # row after row; no tuples to collect
        self._new_terms: list[str] = []
        self._new_parts: list[int] = []
        self._tokens: dict[str, int] = {}  # words met inside of chunks
        self._tables = [WordTable(longest // KEY_BYTES) for longest in _TABLES]
        self._store()

    def _find(
        self, table: WordTable, keys: Sequence[Keys], block: Block, some: Places
    ) -> npt.NDArray[np.int32]:
        """The words for the chunks `some`, whose keys are given; unknown ones are entered."""
        found = table.find(keys)
        unknown, step = np.flatnonzero(found == ABSENT), FIRST_STEP
        while len(unknown):
            # Python enters some, and most of the others then turn out to be among them.
            now, unknown = unknown[:step], unknown[step:]
            first = self._enter_all(block, some[now])
            entered = now[list(first)]
            words = np.fromiter(first.values(), np.int32, len(first))
            table.add([key[entered] for key in keys], words)
            rest = np.concatenate([now, unknown])
            found[rest] = table.find([key[rest] for key in keys])
            unknown, step = unknown[found[unknown] == ABSENT], 2 * step
        return found

    def _enter_all(self, block: Block, chunks: Places) -> dict[int, int]:
        """New words for what is written in `chunks`, by the first of them that has it."""
        first: dict[str, int] = {}
        data = block.data
        bounds = zip(block.starts[chunks].tolist(), block.ends[chunks].tolist(), strict=True)
        for index, (start, end) in enumerate(bounds):
            first.setdefault(data[start:end].decode(), index)
        return dict(zip(first.values(), self._entered(first), strict=True))

    def _entered(self, chunks: Iterable[str]) -> Iterator[int]:
        """New words for distinct chunks, one after the other."""
        plain, stem_of = self.analysis.fold_plain, self.analysis.stem
        numbers, stems, new, new_terms = (
            self._term_numbers,
            self._stems,
            self._new,
            self._new_terms,
        )
        for chunk in chunks:
            if not (chunk.isalpha() and chunk.isascii()) or chunk.isupper():
                yield self._enter(chunk)
                continue
            # As `_enter_token` does, without its calls: nearly all words come this way.
            folded = plain(chunk)
            term = numbers.setdefault(folded, len(numbers))
            if term == len(stems):
                new_terms.append(folded)
                stems.append(NO_TERM)
            stem = stems[term]
            if stem == NO_TERM:
                string = stem_of(folded)
                stem = stems[term] = numbers.setdefault(string, len(numbers))
                if stem == len(stems):
                    new_terms.append(string)
                    stems.append(NO_TERM)
            yield self._size + len(new) // _COLUMNS
            new += (0, term, stem, NO_TERM, 0, 0)

    def _enter(self, chunk: str) -> int:
        """A new word for `chunk`."""
        plain = len(chunk) <= LONGEST_CHUNK and chunk.isascii() and chunk.isalpha()
        surfaces = [chunk] if plain else self.analysis.surfaces(chunk)
        if len(surfaces) == 1:
            return self._enter_token(surfaces[0])
        parts = []
        for surface in surfaces:
            word = self._tokens.get(surface)
            if word is None:
                word = self._enter_token(surface)
                if len(surface) <= LONGEST_CHUNK:
                    self._tokens[surface] = word
            parts.append(word)
        word = self._next()
        part_at = self._parts_size + len(self._new_parts)
        self._new += (SEVERAL, NO_TERM, NO_TERM, NO_TERM, part_at, len(parts))
        self._new_parts += parts
        return word

    def _enter_token(self, surface: str) -> int:
        """A new word for a token written `surface`."""
        folded, cased = self.analysis.fold(surface)
        folded_term = self._term(folded)
        stem_term = self._stem(folded_term, folded)
        traits, cased_term = CAPITALS if surface.isupper() else 0, NO_TERM
        if cased is not None:
            traits |= CASED | (DOUBTED_CASE if surface in DOUBTED else 0)
            cased_term = self._term(cased)
        word = self._next()
        self._new += (traits, folded_term, stem_term, cased_term, 0, 0)
        return word

    def _next(self) -> int:
        """The number of the word to be entered next."""
        return self._size + len(self._new) // _COLUMNS

    def _term(self, term: str) -> int:
        """The index of `term` in `terms`, which gets it if it has it not."""
        number = self._term_numbers.get(term)
        if number is None:
            number = self._term_numbers[term] = len(self._term_numbers)
            self._new_terms.append(term)
            self._stems.append(NO_TERM)
        return number

    def _stem(self, term: int, folded: str) -> int:
        """The index of the stem of a folded word in `terms`, whose own index is `term`."""
        stem = self._stems[term]
        if stem == NO_TERM:
            stem = self._stems[term] = self._term(self.analysis.stem(folded))
        return stem

    def _store(self) -> None:
        """Bring the tables up to date."""
        if not self._new:
            return
        rows = np.array(self._new, np.int32).reshape(-1, _COLUMNS)
        parts = np.array(self._new_parts, np.int32)
        start, self._size = self._size, self._size + len(rows)
        self._traits = _roomy(self._traits, self._size)
        self._traits[start : self._size] = rows[:, 0]
        self._columns = _roomy(self._columns, self._size)
        self._columns[:, start : self._size] = rows[:, 1:].T
        start, self._parts_size = self._parts_size, self._parts_size + len(parts)
        self._parts = _roomy(self._parts, self._parts_size)
        self._parts[start : self._parts_size] = parts
        self._store_terms(strings_of(self._new_terms))
        self._new.clear()
        self._new_terms.clear()
        self._new_parts.clear()

    def _store_terms(self, new: Strings) -> None:
        start, self._terms = self._terms, self._terms + len(new)
        self._term_at = _roomy(self._term_at, self._terms + 1)
        end = int(self._term_at[start])
        self._term_at[start + 1 : self._terms + 1] = new.at[1:] + np.int64(end)
        self._text = _roomy(self._text, end + len(new.text))
        self._text[end : end + len(new.text)] = new.text


def _keys(
    numbers: npt.NDArray[np.uint64], starts: Places, lengths: Places, longest: int
) -> Iterator[Keys]:
    """The bytes of chunks as numbers, the first eight of each, the next eight and so on.

    Missing bytes are 0, which no chunk holds.
    """
    first, low = starts >> 3, ((starts & 7) << 3).view(np.uint64)
    high = np.uint64(63) - low
    ahead = numbers.take(first)
    for place in range(longest // KEY_BYTES):
        here, ahead = ahead, numbers.take(first + (place + 1))
        key = here >> low
        key |= (ahead << high) << np.uint64(1)
        key &= _MASKS.take(lengths - KEY_BYTES * place, mode="clip")
        yield key


def _roomy(table: npt.NDArray[Scalar], size: int) -> npt.NDArray[Scalar]:
    """`table` if it has `size` columns or more, else a copy that has half as many again."""
    if size <= table.shape[-1]:
        return table
    larger = np.empty((*table.shape[:-1], size + size // 2), table.dtype)
    larger[..., : table.shape[-1]] = table
    return larger
