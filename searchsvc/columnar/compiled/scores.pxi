# Scores: what `engine.whoosh.scoring` and `searching.ranking` do.


cdef void weigh(
    Number* counts, Py_ssize_t* docs, Py_ssize_t size, float* norms, float weight, float* into
) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(size):
        into[at] = norms[docs[at]] * <float> counts[at]
    if weight != 1:
        for at in range(size):
            into[at] *= weight


def weighed(object counts, object norms, object docs, float weight):
    """The count of each document times its norm times a weight: float32[n].

    Args:
        counts: [n], whole numbers in any type.
        norms: float32, of all documents.
        docs: intp[n], ascending.
        weight: of the field.
    """
    cdef Array counts_ = Array(counts), norms_ = floats(norms), docs_ = integers(docs)
    found = empty(docs_.size, float32)
    cdef Array found_ = Array(found)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> docs_.data
    cdef float* all_norms = <float*> norms_.data
    check_ascending(docs_, norms_.size)
    if counts_.size != docs_.size:
        raise IndexError("there are not as many counts as documents")
    cdef float* into = <float*> found_.data
    cdef char kind = counts_.buffer.format[0]
    if kind == b"f":
        weigh[float](<float*> counts_.data, numbers, docs_.size, all_norms, weight, into)
    elif kind == b"d":
        weigh[double](<double*> counts_.data, numbers, docs_.size, all_norms, weight, into)
    elif kind not in b"?BHILQlq":
        raise TypeError("counts are whole numbers, none below 0, or floats")
    elif counts_.width == 1:
        weigh[uint8_t](<uint8_t*> counts_.data, numbers, docs_.size, all_norms, weight, into)
    elif counts_.width == 2:
        weigh[uint16_t](<uint16_t*> counts_.data, numbers, docs_.size, all_norms, weight, into)
    elif counts_.width == 4:
        weigh[uint32_t](<uint32_t*> counts_.data, numbers, docs_.size, all_norms, weight, into)
    else:
        weigh[int64_t](<int64_t*> counts_.data, numbers, docs_.size, all_norms, weight, into)
    return found


def spread(object frequencies, object having, object docs, object places):
    """What belongs to documents `having` laid out for `docs`, 0 where one is not there: float32[n].

    Args:
        frequencies: float32[m].
        having: intp[m], ascending.
        docs: intp[n], ascending.
        places: float32 of all documents, all 0 and left so.
    """
    cdef Array values = floats(frequencies), list_ = integers(having), wanted = integers(docs)
    cdef Array room_ = floats(places)
    found = empty(wanted.size, float32)
    cdef Array found_ = Array(found)
    cdef float* room = <float*> room_.data
    cdef float* own = <float*> values.data
    cdef float* into = <float*> found_.data
    cdef Py_ssize_t* many = <Py_ssize_t*> list_.data
    cdef Py_ssize_t* each = <Py_ssize_t*> wanted.data
    cdef Py_ssize_t at
    check_ascending(list_, room_.size)
    check_ascending(wanted, room_.size)
    for at in range(list_.size):
        room[many[at]] = own[at]
    for at in range(wanted.size):
        into[at] = room[each[at]]
    for at in range(list_.size):
        room[many[at]] = 0
    return found


def add_at(object totals, object docs, object scores):
    """As `numpy.add.at` of float32[m], of ascending documents."""
    cdef Array totals_ = floats(totals), docs_ = integers(docs), scores_ = floats(scores)
    cdef float* into = <float*> totals_.data
    cdef Py_ssize_t* numbers = <Py_ssize_t*> docs_.data
    cdef float* own = <float*> scores_.data
    cdef Py_ssize_t at
    check_ascending(docs_, totals_.size)
    for at in range(docs_.size):
        into[numbers[at]] += own[at]


def saturate(object frequencies, float k1, float factor):
    """Make of each frequency its score, f / (f + k1) * factor, in place: float32[n]."""
    cdef Array own = floats(frequencies)
    cdef float* values = <float*> own.data
    cdef Py_ssize_t at
    for at in range(own.size):
        values[at] = values[at] / (values[at] + k1) * factor


cdef int check_held(Py_ssize_t wanted, Py_ssize_t most) except -1:
    """Raise ValueError where more are wanted than are held, or than there are, or none."""
    if not 0 < wanted <= min(<Py_ssize_t> MOST_HELD, most):
        raise ValueError("one to 64 are wanted, of so many")
    return 0


cdef inline bint any_from(float* values, Py_ssize_t size, float least) noexcept nogil:
    """Whether any value is `least` or more, asked without a branch for each."""
    cdef Py_ssize_t at
    cdef int found = 0
    for at in range(size):
        found |= values[at] >= least
    return found


cdef inline void insert(float value, float* held, Py_ssize_t place) noexcept nogil:
    """Put a value among those before `place`, which descend; what stands there is lost."""
    while place > 0 and held[place - 1] < value:
        held[place] = held[place - 1]
        place -= 1
    held[place] = value


cdef float reached(float* values, Py_ssize_t size, Py_ssize_t wanted) noexcept nogil:
    """What the `wanted` largest of more values reach, at most MOST_HELD of them."""
    cdef float held[MOST_HELD]
    cdef Py_ssize_t at, start, stop = wanted, last = wanted - 1
    for at in range(wanted):
        insert(values[at], held, at)
    while stop < size:
        start, stop = stop, min(stop + BESIDE, size)
        if any_from(values + start, stop - start, held[last]):
            for at in range(start, stop):
                if values[at] > held[last]:
                    insert(values[at], held, last)
    return held[last]


def largest(object keys, Py_ssize_t wanted):
    """As `ranking.largest` of float32[n]; of at most 64 wanted, fewer than there are."""
    cdef Array own = floats(keys)
    check_held(wanted, own.size - 1)
    cdef float* values = <float*> own.data
    cdef float least = reached(values, own.size, wanted)
    cdef vector[Py_ssize_t] index = from_least(values, own.size, least, own.size)
    found = empty(index.size(), intp)
    cdef Array found_ = Array(found)
    memcpy(found_.data, index.data(), index.size() * sizeof(Py_ssize_t))
    return found


cdef vector[Py_ssize_t] from_least(
    float* values, Py_ssize_t size, float least, Py_ssize_t most
) except *:
    """Where values stand that are `least` or more, ascending; of more than `most`, most + 1 at least."""
    cdef vector[Py_ssize_t] found
    cdef Py_ssize_t at, start, stop = 0
    while stop < size and <Py_ssize_t> found.size() <= most:
        start, stop = stop, min(stop + BESIDE, size)
        if any_from(values + start, stop - start, least):
            for at in range(start, stop):
                if values[at] >= least:
                    found.push_back(at)
    return found


def candidates(object docs, object scores, Py_ssize_t wanted, Py_ssize_t most, Ids ids not None):
    """Documents among which are the `wanted` with the best scores: `paging.Candidate`s, in any order.

    Args:
        docs: intp[n].
        scores: float32[n].
        wanted: from 1 to 64, or all that there are.
        most: None is given where ties make it more than this.
        ids: of all documents.
    """
    cdef Array docs_ = integers(docs), scores_ = floats(scores)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> docs_.data
    cdef float* values = <float*> scores_.data
    cdef Py_ssize_t size = docs_.size, each
    cdef vector[Py_ssize_t] index
    if scores_.size != size:
        raise IndexError("there are not as many scores as documents")
    if size <= wanted:
        for each in range(size):
            index.push_back(each)
    else:
        check_held(wanted, size)
        index = from_least(values, size, reached(values, size, wanted), most)
        if <Py_ssize_t> index.size() > most:
            return None
    return [
        (-(<double> values[each]), ids.id(numbers[each]), numbers[each])
        for each in index
    ]


cdef Py_ssize_t lowest_in_order(
    Py_ssize_t* docs, Py_ssize_t size, uint32_t* order, Py_ssize_t tried, Py_ssize_t wanted, Py_ssize_t* held
) noexcept nogil:
    """The first of ascending documents in an order of all, of which so many are tried; gives how many."""
    cdef Py_ssize_t at, low, high, middle, count = 0
    for at in range(tried):
        low, high = 0, size
        while low < high:
            middle = (low + high) >> 1
            if docs[middle] < order[at]:
                low = middle + 1
            else:
                high = middle
        if low < size and docs[low] == order[at]:
            held[count] = order[at]
            count += 1
            if count == wanted:
                break
    return count


def lowest(object docs, object ranks, object order, Py_ssize_t wanted):
    """The `wanted` of more documents with the lowest ranks, in any order: intp[wanted].

    Args:
        docs: intp[n], ascending.
        ranks: uint32, of all documents.
        order: uint32, all documents by rank.
        wanted: from 1 to 64, fewer than there are.
    """
    cdef Array docs_ = integers(docs), ranks_ = whole32(ranks), order_ = whole32(order)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> docs_.data
    cdef Py_ssize_t each, place, doc
    cdef Py_ssize_t held[MOST_HELD]
    cdef uint32_t rank
    cdef uint32_t* all_ranks = <uint32_t*> ranks_.data
    check_held(wanted, docs_.size)
    found = empty(wanted, intp)
    cdef Array found_ = Array(found)
    # Of many documents those that come first are near the beginning; where they are not, little is lost.
    if lowest_in_order(
        numbers, docs_.size, <uint32_t*> order_.data, min(docs_.size // TRIED, order_.size), wanted, held
    ) == wanted:
        memcpy(found_.data, held, wanted * sizeof(Py_ssize_t))
        return found
    for each in range(docs_.size):
        doc = numbers[each]
        if <uint64_t> doc >= <uint64_t> ranks_.size:
            raise IndexError("a document is out of range")
        rank = all_ranks[doc]
        if each >= wanted:
            if rank >= all_ranks[held[wanted - 1]]:
                continue
            place = wanted - 1
        else:
            place = each
        while place > 0 and all_ranks[held[place - 1]] > rank:  # ascending
            held[place] = held[place - 1]
            place -= 1
        held[place] = doc
    memcpy(found_.data, held, wanted * sizeof(Py_ssize_t))
    return found
