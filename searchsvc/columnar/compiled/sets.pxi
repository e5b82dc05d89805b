# Sets of documents: what `searching.docsets` does.


def wipe(object room):
    """Empty the room's set, whatever is in it, and all sums."""
    cdef Array each
    for each in (Array(room.bits), Array(room.summary), Array(room.sums)):
        memset(each.data, 0, each.buffer.len)


def mark(object docs, object room):
    """Put documents, in any order, into the room's set; where one is out of range, empty it."""
    cdef Array own = integers(docs)
    cdef Array bits_ = Array(room.bits), summary_ = Array(room.summary)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> own.data
    cdef uint64_t* bits = <uint64_t*> bits_.data
    cdef uint64_t* summary = <uint64_t*> summary_.data
    cdef Py_ssize_t at, doc, size = room.size
    for at in range(own.size):
        doc = numbers[at]
        if <uint64_t> doc >= <uint64_t> size:
            wipe(room)
            raise IndexError("a document is out of range")
        bits[doc >> 6] |= (<uint64_t> 1) << (doc & 63)
        summary[doc >> 12] |= (<uint64_t> 1) << ((doc >> 6) & 63)


def add(object docs, object weights, object room):
    """Put documents into the room's set and add a float32 to the sum of each."""
    cdef Array own = integers(docs), added = floats(weights), sums_ = floats(room.sums)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> own.data
    cdef float* sums = <float*> sums_.data
    cdef Py_ssize_t at
    mark(docs, room)
    for at in range(own.size):
        sums[numbers[at]] += (<float*> added.data)[at]


cdef Py_ssize_t take(
    Array bits_, Array summary_, float* sums, Py_ssize_t most, Py_ssize_t* docs, float* totals
) except -1:
    cdef uint64_t* bits = <uint64_t*> bits_.data
    cdef uint64_t* summary = <uint64_t*> summary_.data
    cdef Py_ssize_t high, middle, doc, count = 0
    cdef uint64_t some, word
    for high in range(summary_.size):
        some = summary[high]
        if some:
            summary[high] = 0
        while some:
            middle = (high << 6) + lowest_bit(some)
            some &= some - 1
            word = bits[middle]
            bits[middle] = 0
            while word:
                doc = (middle << 6) + lowest_bit(word)
                word &= word - 1
                if count < most:
                    docs[count] = doc
                    if totals:
                        totals[count] = sums[doc]
                if totals:
                    sums[doc] = 0
                count += 1
    if count > most:
        raise IndexError("there are more documents than were counted")
    return count


def taken(Py_ssize_t most, object room):
    """Empty the room's set: its documents, ascending, at most so many: intp[n]."""
    cdef Array bits = Array(room.bits), summary = Array(room.summary)
    try:
        found = empty(most, intp)
    except MemoryError:
        wipe(room)
        raise
    cdef Array docs = Array(found)
    return found[: take(bits, summary, NULL, most, <Py_ssize_t*> docs.data, NULL)]


def taken_summed(Py_ssize_t most, object room):
    """As `taken`, with the sum of each, which is emptied too: intp[n], float32[n]."""
    cdef Array bits = Array(room.bits), summary = Array(room.summary), sums = floats(room.sums)
    try:
        found, totals = empty(most, intp), empty(most, float32)
    except MemoryError:
        wipe(room)
        raise
    cdef Array docs = Array(found), totals_ = Array(totals)
    cdef Py_ssize_t count = take(
        bits, summary, <float*> sums.data, most, <Py_ssize_t*> docs.data, <float*> totals_.data
    )
    return found[:count], totals[:count]


cdef inline Py_ssize_t gallop(
    Py_ssize_t* docs, Py_ssize_t size, Py_ssize_t at, Py_ssize_t wanted
) noexcept nogil:
    """The first place from `at` on whose document is not below `wanted`."""
    cdef Py_ssize_t step = 1, low, high, middle
    if at >= size or docs[at] >= wanted:
        return at
    while at + step < size and docs[at + step] < wanted:
        at += step
        step <<= 1
    low, high = at + 1, min(at + step, size)
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def positions_in(object docs, object wanted):
    """As `docsets.positions_in`; the wanted are found fastest where they ascend."""
    cdef Array many = integers(docs), few = integers(wanted)
    index, there = empty(few.size, intp), empty(few.size, boolean)
    cdef Array index_ = Array(index), there_ = Array(there)
    cdef Py_ssize_t* list_ = <Py_ssize_t*> many.data
    cdef Py_ssize_t* each = <Py_ssize_t*> few.data
    cdef Py_ssize_t i, at = 0
    for i in range(few.size):
        at = gallop(list_, many.size, at if i and each[i] >= each[i - 1] else 0, each[i])
        (<Py_ssize_t*> index_.data)[i] = at
        (<uint8_t*> there_.data)[i] = at < many.size and list_[at] == each[i]
    return index, there


def contains(object docs, object wanted, object flags):
    """As `docsets.contains`; `flags` are the room's."""
    cdef Array many = integers(docs), few = integers(wanted), flags_ = Array(flags)
    found = empty(few.size, boolean)
    cdef Array found_ = Array(found)
    cdef uint8_t* there = <uint8_t*> found_.data
    cdef uint8_t* marks = <uint8_t*> flags_.data
    cdef Py_ssize_t* list_ = <Py_ssize_t*> many.data
    cdef Py_ssize_t* each = <Py_ssize_t*> few.data
    cdef Py_ssize_t i, at = 0
    if few.size * SKEWED < many.size:
        for i in range(few.size):
            at = gallop(list_, many.size, at if i and each[i] >= each[i - 1] else 0, each[i])
            there[i] = at < many.size and list_[at] == each[i]
        return found
    check_ascending(many, flags_.size)
    for i in range(few.size):
        if <uint64_t> each[i] >= <uint64_t> flags_.size:
            raise IndexError("a document is out of range")
    for i in range(many.size):
        marks[list_[i]] = 1
    for i in range(few.size):
        there[i] = marks[each[i]]
    for i in range(many.size):
        marks[list_[i]] = 0
    return found


def among(object docs, object others, object flags, bint there):
    """Those of `docs` that are among `others`, or, if not `there`, are not; both ascend."""
    cdef Array own = integers(docs), other = integers(others), flags_ = Array(flags)
    # Documents of a damaged file may repeat, so that there are as many as are gone through.
    found = empty(max(own.size, other.size) + 1 if there else own.size + 1, intp)
    cdef Array found_ = Array(found)
    cdef Py_ssize_t* kept = <Py_ssize_t*> found_.data
    cdef uint8_t* marks = <uint8_t*> flags_.data
    cdef Py_ssize_t* list_ = <Py_ssize_t*> other.data
    cdef Py_ssize_t* each = <Py_ssize_t*> own.data
    cdef Py_ssize_t i, at = 0, count = 0
    if own.size * SKEWED < other.size:
        for i in range(own.size):
            at = gallop(list_, other.size, at, each[i])
            kept[count] = each[i]
            count += (at < other.size and list_[at] == each[i]) == there
    elif there and other.size * SKEWED < own.size:
        for i in range(other.size):
            at = gallop(each, own.size, at, list_[i])
            kept[count] = list_[i]
            count += at < own.size and each[at] == list_[i]
    else:
        check_ascending(own, flags_.size)
        check_ascending(other, flags_.size)
        for i in range(other.size):
            marks[list_[i]] = 1
        for i in range(own.size):
            kept[count] = each[i]
            count += marks[each[i]] == there
        for i in range(other.size):
            marks[list_[i]] = 0
    return found[:count]


def followed(object starts, object places, Py_ssize_t step):
    """Those of `starts` after which `places` has one, so many steps on; both intp, ascending."""
    cdef Array one = integers(starts), other = integers(places)
    found = empty(min(one.size, other.size) + 1, intp)
    cdef Array found_ = Array(found)
    cdef Py_ssize_t* kept = <Py_ssize_t*> found_.data
    cdef Py_ssize_t* first = <Py_ssize_t*> one.data
    cdef Py_ssize_t* then = <Py_ssize_t*> other.data
    cdef Py_ssize_t i = 0, j = 0, count = 0, wanted, there
    while i < one.size and j < other.size:
        wanted, there = first[i] + step, then[j]
        kept[count] = first[i]
        count += wanted == there
        i += wanted <= there
        j += there <= wanted
    return found[:count]


def living(object docs, object alive):
    """Those of `docs` that are flagged, and where they stand among them; None for that where all are.

    Args:
        docs: intp[n], ascending.
        alive: bool of all documents.
    """
    cdef Array docs_ = integers(docs), alive_ = Array(alive)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> docs_.data
    cdef uint8_t* flags = <uint8_t*> alive_.data
    cdef Py_ssize_t at, count = 0
    if alive_.width != 1:
        raise TypeError("an array of bool is wanted")
    check_ascending(docs_, alive_.size)
    found, index = empty(docs_.size, intp), empty(docs_.size, intp)
    cdef Array found_ = Array(found), index_ = Array(index)
    cdef Py_ssize_t* kept = <Py_ssize_t*> found_.data
    cdef Py_ssize_t* places = <Py_ssize_t*> index_.data
    for at in range(docs_.size):
        kept[count] = numbers[at]
        places[count] = at
        count += flags[numbers[at]] != 0
    if count == docs_.size:
        return docs, None
    return found[:count], index[:count]
