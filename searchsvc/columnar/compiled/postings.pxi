# Postings: gaps, counts and places as `columnar.encoding` packs them.


cdef Py_ssize_t sum_up(Unsigned* gaps, Py_ssize_t count, Py_ssize_t* docs) noexcept nogil:
    cdef Py_ssize_t at, doc = 0
    for at in range(count):
        doc += gaps[at]
        docs[at] = doc
    return doc


def running_sums(object gaps, Py_ssize_t documents):
    """The sums up to each of some gaps, unsigned of 1, 2 or 4 bytes, all below `documents`: intp[n]."""
    cdef Array own = Array(gaps)
    found = empty(own.size, intp)
    cdef Array docs = Array(found)
    cdef Py_ssize_t last
    if own.width == 1:
        last = sum_up[uint8_t](<uint8_t*> own.data, own.size, <Py_ssize_t*> docs.data)
    elif own.width == 2:
        last = sum_up[uint16_t](<uint16_t*> own.data, own.size, <Py_ssize_t*> docs.data)
    else:
        last = sum_up[uint32_t](<uint32_t*> own.data, own.size, <Py_ssize_t*> docs.data)
    if last >= documents and own.size:
        raise IndexError("a document is out of range")
    return found


def halves(object packed, Py_ssize_t start, Py_ssize_t end):
    """As `encoding.unpack_counts`."""
    cdef Array bytes_ = Array(packed)
    if not 0 <= start <= end <= 2 * bytes_.size:
        raise IndexError("counts are out of range")
    found = empty(end - start, uint8)
    cdef Array counts = Array(found)
    cdef uint8_t* halves_ = <uint8_t*> bytes_.data
    cdef uint8_t* into = <uint8_t*> counts.data
    cdef Py_ssize_t at = start, byte
    if at & 1 and at < end:
        into[0] = halves_[at >> 1] >> 4
        into += 1
        at += 1
    for byte in range(at >> 1, end >> 1):
        into[0] = halves_[byte] & 15
        into[1] = halves_[byte] >> 4
        into += 2
    if end & 1 and at < end:
        into[0] = halves_[end >> 1] & 15
    return found


def halves_at(object packed, object index):
    """As `encoding.counts_at`; the index is intp[n]."""
    cdef Array bytes_ = Array(packed)
    cdef Array wanted = integers(index)
    found = empty(wanted.size, uint8)
    cdef Array counts = Array(found)
    cdef uint8_t* halves_ = <uint8_t*> bytes_.data
    cdef uint8_t* into = <uint8_t*> counts.data
    cdef Py_ssize_t* places = <Py_ssize_t*> wanted.data
    cdef Py_ssize_t at
    for at in range(wanted.size):
        if <uint64_t> places[at] >= <uint64_t> (2 * bytes_.size):
            raise IndexError("a count is out of range")
        into[at] = (halves_[places[at] >> 1] >> ((places[at] & 1) << 2)) & 15
    return found


def unpacked(object packed, Py_ssize_t first_byte, Py_ssize_t bits, object index):
    """As `encoding.unpack_places`, of the packed bytes themselves."""
    cdef Py_ssize_t low
    cdef Array bytes_ = Array(packed)
    cdef Array wanted = integers(index)
    found = empty(wanted.size, intp)
    cdef Array into = Array(found)
    if wanted.size:
        low = (<Py_ssize_t*> wanted.data)[wanted.size - 1] * bits
        if first_byte < 0 or low < 0 or first_byte + (low >> 3) + 8 > bytes_.size:
            raise IndexError("places are out of range")
    cdef uint8_t* first = <uint8_t*> bytes_.data + first_byte
    cdef Py_ssize_t* places = <Py_ssize_t*> wanted.data
    cdef int64_t* numbers = <int64_t*> into.data
    cdef uint64_t window, mask = ((<uint64_t> 1) << bits) - 1
    cdef Py_ssize_t at
    for at in range(wanted.size):
        low = places[at] * bits
        memcpy(&window, first + (low >> 3), 8)
        numbers[at] = <int64_t> ((window >> (low & 7)) & mask)
    return found


cdef void add_postings(
    Unsigned* gaps, uint8_t* counts, Py_ssize_t first, Py_ssize_t count, Array large_at,
    Array large, Array sums_, uint64_t* bits, uint64_t* summary,
) except *:
    cdef Py_ssize_t at, doc = 0, low, high, middle
    cdef uint64_t often
    cdef float* sums = <float*> sums_.data
    for at in range(count):
        doc += gaps[at]
        if doc >= sums_.size:
            raise IndexError("a document is out of range")
        often = (counts[(first + at) >> 1] >> (((first + at) & 1) << 2)) & 15
        if often == LARGE:
            low, high = 0, large_at.size
            while low < high:
                middle = (low + high) >> 1
                if item(large_at.data, large_at.width, middle) < <uint64_t> (first + at):
                    low = middle + 1
                else:
                    high = middle
            if low == large.size:
                raise IndexError("a count is missing")
            often = item(large.data, large.width, low)
        sums[doc] += <float> often
        bits[doc >> 6] |= (<uint64_t> 1) << (doc & 63)
        summary[doc >> 12] |= (<uint64_t> 1) << ((doc >> 6) & 63)


cdef int add_all(
    Array wanted, Array posting_at, Array gap_at, Array gap_width, Array gap1, Array gap2, Array gap4,
    Array count, Array large_at, Array large, Array sums, Array bits, Array summary,
) except -1:
    cdef Py_ssize_t each, term, first, many, start, at
    cdef uint64_t width
    for each in range(wanted.size):
        term = (<Py_ssize_t*> wanted.data)[each]
        first = item(posting_at.data, posting_at.width, term)
        many = item(posting_at.data, posting_at.width, term + 1) - first
        start = item(gap_at.data, gap_at.width, term)
        width = item(gap_width.data, gap_width.width, term)
        at = start + many
        if many < 0 or first < 0 or start < 0 or first + many > 2 * count.size or at > (
            gap1.size if width == 1 else gap2.size if width == 2 else gap4.size
        ):
            raise IndexError("postings are out of range")
        if width == 1:
            add_postings[uint8_t](
                <uint8_t*> gap1.data + start, <uint8_t*> count.data, first, many, large_at, large,
                sums, <uint64_t*> bits.data, <uint64_t*> summary.data,
            )
        elif width == 2:
            add_postings[uint16_t](
                <uint16_t*> gap2.data + start, <uint8_t*> count.data, first, many, large_at, large,
                sums, <uint64_t*> bits.data, <uint64_t*> summary.data,
            )
        else:
            add_postings[uint32_t](
                <uint32_t*> gap4.data + start, <uint8_t*> count.data, first, many, large_at, large,
                sums, <uint64_t*> bits.data, <uint64_t*> summary.data,
            )
    return 0


def add_terms(object terms, tuple arrays, object room):
    """Add to each document how often any of the terms occurs in it.

    Args:
        terms: intp[k], none twice.
        arrays: the arrays of a field that `layout` calls posting_at, gap_at, gap_width, gap1,
            gap2, gap4, count, large_at and large.
        room: of `docsets.Scratch`, which `taken` empties again.
    """
    cdef Array wanted = integers(terms)
    cdef Array posting_at = Array(arrays[0]), gap_at = Array(arrays[1])
    cdef Array gap_width = Array(arrays[2]), gap1 = Array(arrays[3]), gap2 = Array(arrays[4])
    cdef Array gap4 = Array(arrays[5]), count = Array(arrays[6]), large_at = Array(arrays[7])
    cdef Array large = Array(arrays[8])
    cdef Array sums = floats(room.sums), bits = Array(room.bits), summary = Array(room.summary)
    try:
        add_all(
            wanted, posting_at, gap_at, gap_width, gap1, gap2, gap4, count, large_at, large,
            sums, bits, summary,
        )
    except IndexError:
        wipe(room)
        raise
