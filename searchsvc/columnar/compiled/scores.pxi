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


def largest(object keys, Py_ssize_t wanted):
    """As `ranking.largest` of float32[n]; of at most 64 wanted, fewer than there are."""
    cdef Array own = floats(keys)
    cdef float* values = <float*> own.data
    cdef float held[MOST_HELD]
    cdef float least, value
    cdef Py_ssize_t at, place, count = 0
    for at in range(wanted):  # descending
        value = values[at]
        place = at
        while place > 0 and held[place - 1] < value:
            held[place] = held[place - 1]
            place -= 1
        held[place] = value
    least = held[wanted - 1]
    for at in range(wanted, own.size):
        value = values[at]
        if value > least:
            place = wanted - 1
            while place > 0 and held[place - 1] < value:
                held[place] = held[place - 1]
                place -= 1
            held[place] = value
            least = held[wanted - 1]
    for at in range(own.size):
        count += values[at] >= least
    found = empty(count, intp)
    cdef Array found_ = Array(found)
    cdef Py_ssize_t* index = <Py_ssize_t*> found_.data
    place = 0
    for at in range(own.size):
        if values[at] >= least:
            index[place] = at
            place += 1
    return found
