"""What is packed is what is unpacked, for any numbers, whichever way they are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.columnar import encoding
from searchsvc.columnar.encoding import GUARD_BYTES, LARGE_COUNT

BITS = st.integers(1, 32)
TERMS_OF_PLACES = st.lists(
    BITS.flatmap(lambda bits: st.lists(st.integers(0, 2**bits - 1), min_size=1, max_size=20)),
    max_size=12,
)
TERMS_OF_DOCS = st.lists(
    st.integers(1, 32).flatmap(
        lambda bits: st.sets(st.integers(0, 2**bits - 1), min_size=1, max_size=20).map(sorted)
    ),
    max_size=12,
)
INDEX_TYPES = st.sampled_from([np.uint8, np.uint16, np.uint32, np.uint64, np.int32, np.intp])


def laid(lists, dtype=np.intp):
    """The numbers of all lists end to end, and where each begins."""
    at = encoding.starts_of(np.array([len(each) for each in lists], np.intp))
    return np.array([number for each in lists for number in each], dtype), at


@given(st.integers(0, 2**64 - 1))
@example(0)
@example(255)
@example(256)
@example(65_535)
@example(65_536)
@example(2**32 - 1)
@example(2**32)
def test_the_smallest_type_holds_the_number_and_the_next_smaller_does_not(number):
    kind = encoding.smallest_unsigned(number)

    assert int(kind.type(number)) == number
    if kind.itemsize > 1:
        assert number > np.iinfo(f"u{kind.itemsize // 2}").max


@given(st.lists(st.integers(0, 1000)))
def test_starts_are_the_sums_of_what_comes_before(lengths):
    starts = encoding.starts_of(np.array(lengths, np.uint16))

    assert starts.tolist() == [sum(lengths[:count]) for count in range(len(lengths) + 1)]
    assert starts.dtype == np.intp


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9))), INDEX_TYPES, INDEX_TYPES)
def test_ranges_are_listed_one_after_the_other(pairs, start_type, length_type):
    starts = np.array([start for start, _ in pairs], start_type)
    lengths = np.array([length for _, length in pairs], length_type)

    found = encoding.ranges(starts, lengths)

    assert found.dtype == np.intp
    assert found.tolist() == [
        number for start, length in pairs for number in range(start, start + length)
    ]


@given(TERMS_OF_DOCS, st.sampled_from([np.uint32, np.intp, np.uint64]))
def test_sums_of_the_gaps_of_a_term_are_its_documents(terms, dtype):
    docs, at = laid(terms, dtype)

    gaps = encoding.gaps_of(docs, at)
    widths = encoding.gap_widths(gaps, at)

    assert gaps.dtype == np.uint32
    assert len(widths) == len(terms)
    for index, term in enumerate(terms):
        own = gaps[at[index] : at[index + 1]]
        assert own.cumsum(dtype=np.intp).tolist() == term
        narrow = own.astype(f"u{widths[index]}")
        assert narrow.tolist() == own.tolist()
        if widths[index] > 1:
            assert own.max() > np.iinfo(f"u{widths[index] // 2}").max


@given(st.lists(st.integers(1, 70_000)), st.data())
def test_counts_of_any_stretch_and_any_choice_come_back(counts, data):
    packed = encoding.pack_counts(np.array(counts, np.uint32))
    halves = [min(count, LARGE_COUNT) for count in counts]
    start = data.draw(st.integers(0, len(counts)))
    end = data.draw(st.integers(start, len(counts)))

    assert len(packed) == (len(counts) + 1) // 2
    assert packed.dtype == np.uint8
    assert encoding.unpack_counts(packed, start, end).tolist() == halves[start:end]
    if counts:
        index = data.draw(st.lists(st.integers(0, len(counts) - 1)))
        found = encoding.counts_at(packed, np.array(index, np.intp))
        assert found.tolist() == [halves[place] for place in index]
        assert found.dtype == np.uint8


@given(TERMS_OF_PLACES, st.sampled_from([np.uint32, np.uint64, np.intp]))
@example([[2**32 - 1] * 9, [0], [1, 0, 1], [2**31], [0] * 17], np.uint32)
def test_places_of_all_terms_come_back(terms, dtype):
    places, at = laid(terms, dtype)

    bits = encoding.bits_of(places, at)
    packed = encoding.pack_places(places, at, bits)

    assert bits.tolist() == [max(1, max(term).bit_length()) for term in terms]
    sizes = encoding.packed_bytes(np.diff(at), bits)
    assert sizes.tolist() == [
        (len(term) * int(own) + 7) // 8 for term, own in zip(terms, bits, strict=True)
    ]
    assert len(packed) == sizes.sum()
    windows = encoding.unaligned(np.append(packed, np.zeros(GUARD_BYTES, np.uint8)))
    first_byte = encoding.starts_of(sizes)[:-1]
    for index, term in enumerate(terms):
        own = np.arange(len(term))
        one = encoding.unpack_places(windows, int(first_byte[index]), int(bits[index]), own)
        assert one.tolist() == term
        some = encoding.unpack_places(windows, int(first_byte[index]), int(bits[index]), own[1::3])
        assert some.tolist() == term[1::3]


@given(TERMS_OF_PLACES)
def test_packed_places_are_the_bits_that_the_format_describes(terms):
    places, at = laid(terms, np.uint32)
    bits = encoding.bits_of(places, at)

    expected = b""
    for term, own in zip(terms, bits.tolist(), strict=True):
        number = sum(place << index * own for index, place in enumerate(term))
        expected += number.to_bytes((len(term) * own + 7) // 8, "little")

    assert encoding.pack_places(places, at, bits).tobytes() == expected


@pytest.mark.parametrize("step", [1, 2, 500, 5_000])
def test_places_are_the_same_whether_they_are_copied_first_or_not(step):
    # Of many places one by one; of few, far apart, straight from unaligned memory.
    places = np.arange(20_000) * 7 % 3_001
    at = np.array([0, len(places)])
    packed = encoding.pack_places(places, at, encoding.bits_of(places, at))
    moved = np.concatenate([np.zeros(3, np.uint8), packed, np.zeros(GUARD_BYTES, np.uint8)])
    index = np.arange(0, len(places), step)

    found = encoding.unpack_places(encoding.unaligned(moved), 3, 12, index)

    assert found.tolist() == places[index].tolist()


def test_no_place_is_found_where_none_is_wanted():
    windows = encoding.unaligned(np.arange(100, dtype=np.uint8))
    assert encoding.unpack_places(windows, 3, 8, np.zeros(0, np.intp)).tolist() == []


@given(st.lists(st.lists(st.integers(0, 255), max_size=5), max_size=4))
def test_arrays_are_laid_end_to_end(lists):
    joined = encoding.concatenate([np.array(each, np.uint8) for each in lists], np.uint8)

    assert joined.tolist() == [number for each in lists for number in each]
    assert joined.dtype == np.uint8
