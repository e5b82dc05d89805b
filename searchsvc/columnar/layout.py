"""The format: which arrays a segment file holds, by name. This page is the only description.

A segment has n documents, numbered from 0 in ascending order of (day, minute, id); undated ones
have day 0 and so come first. Where a type is written `uint`, it is the narrowest unsigned integer
type that holds the largest value there. Strings are `strings.Strings`: two arrays, `<name>.text`
and `<name>.at`. Terms and values of a field are ascending; their index is their number, t below.

Documents:

    id                strings: document ids, by document number
    id.order          uint32[n], document numbers in ascending order of id
    id.rank           uint32[n], place of each document in that order
    day               int32[n], proleptic Gregorian ordinal of the date, 0 for undated
    minute            int16[n], minute of that day, 0 where only the day is known
    stored.at         uint[n + 1], where each stored document begins in the file of stored
                      documents (see `stored`); absent where none are stored
    mark.at           uint[n + 1], where the marks of each document begin in the next array
    mark              uint16[...], fingerprints: the marks of each document, those that weigh most
                      first, see `fingerprints`

Postings of a field F, of words or of values. Postings and places are numbered through: those of
term 0 first, each term's in ascending order of document.

    F.term            strings: terms (or values)
    F.posting_at      uint[T + 1], number of each term's first posting
    F.gap_width       uint8[T], 1, 2 or 4: bytes of each gap of the term
    F.gap_at          uint[T], index of the term's first gap in the array of its width
    F.gap1, F.gap2,   uint8, uint16, uint32: gaps between one posting's document and the next;
    F.gap4            a term's first gap is the document number itself

Of a field of words also:

    F.length          uint[n], tokens of the document in the field
    F.count           uint8[ceil(P / 2)], occurrences by posting, two a byte, the even one low; 15
                      where it is listed in the next two
    F.large_at        uint[...], ascending numbers of postings with 15 occurrences or more
    F.large           uint[...], their occurrences
    F.place_bits      uint8[T], bits of each place of the term
    F.place_at        uint[T + 1], where the term's places begin in the next array
    F.place           uint8[...], places (token positions) by bits, see `encoding`, and
                      `encoding.GUARD_BYTES` zeros

Of a field of words whose terms are stems, unless every term has one form that is the term itself:

    F.form            strings: the folded words that occur
    F.form_term       uint[forms], the term that each belongs to
    F.form_code       uint[forms], its place among the forms of that term, ascending
    F.form_count      uint[forms], documents that hold the form
    F.code_at         uint[T + 1], where the term's codes begin in the next array; empty ranges
                      for terms of one form
    F.code            uint[...], by place: the code of the form that stands there

A token that carries a term of its own for its capitals (`US`) is a posting of that term as well
as of its stem; it counts once in F.length. Among the forms such a term has itself as only form.

Of a field of T values also, its column (what documents carry, for counting):

    F.column          uint[n, w] of the numbers of the first w values of each document; T + k in
                      place k (from 0) where it has no more. w is 1, 2 or 4, see
                      `columns.width_for`
    F.rest_doc        uint32[...], documents with further values, ascending, one entry a value
    F.rest            uint[...], the numbers of these values

The `about` of the file is `{"documents": n, "words": {F: whether its terms are stems}, "values":
[F, ...]}`, fields without any term included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchsvc.columnar.fingerprints import PrintedField

VALUE_GAP: Final = 128
"""Places left free between two texts of a field, so that no phrase reaches across; phrases are
never looser than that."""

ARRAYS_SUFFIX: Final = ".arrays"
STORED_SUFFIX: Final = ".stored"


@dataclass(frozen=True, slots=True)
class Layout:
    """Which fields a segment has.

    Attributes:
        words: names of the fields of words; True where their terms are stems with forms.
        values: names of the fields of values.
        printed: the fields of words that fingerprints are made of.
    """

    words: Mapping[str, bool]
    values: tuple[str, ...]
    printed: tuple[PrintedField, ...] = ()

    def about(self, documents: int) -> dict[str, Any]:
        """The `about` of a segment file with so many documents."""
        return {"documents": documents, "words": dict(self.words), "values": list(self.values)}
