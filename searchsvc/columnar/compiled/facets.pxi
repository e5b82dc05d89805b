# Facets: what `searching.counting` does, and buckets of days.


cdef inline int64_t key_of(int64_t count, int64_t value) noexcept nogil:
    """What is larger for a larger count and, within a count, for a smaller value."""
    return (count << 32) - value


cdef inline int64_t value_of(int64_t key) noexcept nogil:
    return <uint32_t> -key


cdef inline int64_t count_of(int64_t key) noexcept nogil:
    return (key + value_of(key)) >> 32


cdef inline bint larger(int64_t one, int64_t other) noexcept nogil:
    return one > other


cdef object pair(type kind, object value, object count):
    """What `tuple.__new__(kind, (value, count))` makes, of a kind without fields of its own."""
    cdef object made = PyType_GenericAlloc(kind, 2)
    Py_INCREF(value)
    PyTuple_SET_ITEM(made, 0, value)
    Py_INCREF(count)
    PyTuple_SET_ITEM(made, 1, count)
    forget_hash(made)
    return made


def buckets_between(object docs, object bounds, list values, type kind):
    """How many documents there are from each bound to the next: those that are above 0.

    Args:
        docs: intp[n], ascending.
        bounds: intp[k + 1], ascending.
        values: k of them, what each number stands for.
        kind: of tuple that a value and its number make.

    Returns:
        These tuples, and how many documents there are before the first bound.
    """
    cdef Array own = integers(docs), bounds_ = integers(bounds)
    cdef Py_ssize_t* numbers = <Py_ssize_t*> own.data
    cdef Py_ssize_t* edges = <Py_ssize_t*> bounds_.data
    cdef Py_ssize_t last = bounds_.size - 1, at, start, end, bucket = 0, before
    before = start = gallop(numbers, own.size, 0, edges[0])
    found = []
    while start < own.size and bucket < last:
        if numbers[start] >= edges[bucket + 1]:  # the next bucket that has any
            bucket = gallop(edges, bounds_.size, bucket + 1, numbers[start] + 1) - 1
            continue
        end = gallop(numbers, own.size, start + 1, edges[bucket + 1])
        found.append(pair(kind, values[bucket], end - start))
        start = end
        bucket += 1
    return tuple(found), before


cdef class Tally:
    """Counts of fields over some documents, as `counting.Counted`."""

    cdef vector[vector[int64_t]] keys
    cdef vector[int64_t] none
    cdef vector[Py_ssize_t] sizes

    def distinct(self, Py_ssize_t field):
        """How many values of a field have a count above 0."""
        return self.keys[field].size()

    def missing(self, Py_ssize_t field):
        """How many documents carry nothing in a field."""
        return self.none[field]

    def of(self, Py_ssize_t field, int64_t value):
        """The count of a value of a field."""
        cdef int64_t key
        for key in self.keys[field]:
            if value_of(key) == value:
                return count_of(key)
        return 0

    def those(self, Py_ssize_t field, object values):
        """The counts of some values of a field: intp[n]."""
        cdef int64_t key
        all_ = numpy.zeros(self.sizes[field], intp)
        cdef Array counts = Array(all_)
        for key in self.keys[field]:
            (<Py_ssize_t*> counts.data)[value_of(key)] = count_of(key)
        return all_.take(values)

    cdef vector[int64_t] best(self, Py_ssize_t field, Py_ssize_t size):
        """The largest keys of a field, in order, for nobody else to put in another order."""
        cdef vector[int64_t]* keys = &self.keys[field]
        cdef Py_ssize_t wanted = min(size, <Py_ssize_t> keys.size())
        partial_sort(keys.data(), keys.data() + wanted, keys.data() + keys.size(), larger)
        return vector[int64_t](keys.begin(), keys.begin() + wanted)

    def buckets(self, Py_ssize_t field, Py_ssize_t size, object names, type kind):
        """What `largest` gives as a tuple of pairs, of this kind, of a name and its count."""
        cdef int64_t key
        return tuple(
            [pair(kind, names[value_of(key)], count_of(key)) for key in self.best(field, size)]
        )

    def largest(self, Py_ssize_t field, Py_ssize_t size):
        """The `size` largest counts above 0 of a field: values, ties ascending, and the counts."""
        cdef int64_t key
        cdef vector[int64_t] keys = self.best(field, size)
        return [value_of(key) for key in keys], [count_of(key) for key in keys]


cdef inline Py_ssize_t tallied(
    Unsigned* numbers, Py_ssize_t size, int* counts, uint32_t* touched, Py_ssize_t met
) noexcept nogil:
    """Count some numbers; those met for the first time are kept by moving on, not by a branch."""
    cdef Py_ssize_t at
    cdef uint32_t number
    for at in range(size):
        number = numbers[at]
        touched[met] = number
        met += counts[number] == 0
        counts[number] += 1
    return met


cdef struct Rows:
    uint32_t* row
    void* following
    Py_ssize_t following_width, beside, width, start, places
    bint more


cdef Py_ssize_t tally_rows(
    Py_ssize_t* doc, Py_ssize_t documents, Rows table, Unsigned* first, Unsigned* further, Unsigned* copied,
    int* counts, uint32_t* touched,
) noexcept nogil:
    """Count what documents carry, and tell how many values were met; see `Counter.count`."""
    cdef Py_ssize_t i, begin, size, stop = 0, met = 0
    cdef Py_ssize_t rows[AT_A_TIME + 1]
    cdef Py_ssize_t follow[AT_A_TIME]
    # Some documents at a time: rows lie anywhere, and waiting for one must not hold up the next,
    # so what is read is copied before it is counted.
    while stop < documents:
        begin, stop = stop, min(stop + AT_A_TIME, documents)
        size = table.places
        for i in range(begin, stop):
            memcpy(copied + (i - begin) * size, first + doc[i] * table.width + table.start, size * sizeof(Unsigned))
        met = tallied[Unsigned](copied, (stop - begin) * size, counts, touched, met)
        if not table.more:
            continue
        size = 0
        for i in range(begin, stop):
            rows[size] = table.row[doc[i]]
            size += rows[size] != 0
        for i in range(size):
            memcpy(copied + i * table.beside, further + rows[i] * table.beside, table.beside * sizeof(Unsigned))
            follow[i] = item(table.following, table.following_width, rows[i])
        met = tallied[Unsigned](copied, size * table.beside, counts, touched, met)
        for i in range(size):
            if follow[i]:
                met = tallied[Unsigned](
                    further + (rows[i] + 1) * table.beside, follow[i] * table.beside, counts, touched, met
                )
    return met


cdef class Counter:
    """Counts what documents carry in the fields of a `counting.Table`."""

    cdef Array first, row, further, following
    cdef Py_ssize_t width, size, fields
    cdef list rooms  # counts, all 0 and left so, and a list of those that are not
    cdef vector[int64_t] edges
    cdef vector[Py_ssize_t] places
    cdef vector[bint] more

    def __init__(self, table):
        self.first, self.row = Array(table.first), Array(table.row)
        self.further, self.following = Array(table.further), Array(table.following)
        self.rooms = []
        self.width = table.first.shape[1]
        self.size = table.size
        self.fields = len(table.blocks)
        if (
            int(table.first.max(initial=0)) >= self.size
            or int(table.further.max(initial=0)) >= self.size
            or int(table.row.max(initial=0)) >= len(table.further)
            or int((numpy.arange(len(table.following)) + table.following).max()) >= len(table.further)
        ):
            raise IndexError("a number in a column is out of range")
        for block in table.blocks:
            self.edges.push_back(block.start)
            self.edges.push_back(block.end)
            self.places.push_back(block.place)
            self.more.push_back(block.more)
        self.places.push_back(self.width)

    def count(self, object docs, Py_ssize_t low, Py_ssize_t high):
        """As `counting.count`, of documents intp[n]."""
        room, list_ = self.rooms.pop() if self.rooms else (
            numpy.zeros(self.size, numpy.int32), empty(self.size + 1, numpy.uint32)
        )
        cdef Array own = integers(docs)
        cdef Array counts = Array(room), touched = Array(list_)
        check_ascending(own, self.row.size)
        cdef Tally found = Tally()
        if self.first.width == 1:
            self._count[uint8_t](<uint8_t*> self.first.data, own, counts, touched, found, low, high)
        elif self.first.width == 2:
            self._count[uint16_t](<uint16_t*> self.first.data, own, counts, touched, found, low, high)
        else:
            self._count[uint32_t](<uint32_t*> self.first.data, own, counts, touched, found, low, high)
        self.rooms.append((room, list_))
        return found

    cdef void _count(
        self, Unsigned* first, Array docs, Array room, Array met_, Tally found, Py_ssize_t low,
        Py_ssize_t high,
    ) except *:
        cdef Py_ssize_t* doc = <Py_ssize_t*> docs.data
        cdef int* counts = <int*> room.data
        cdef Unsigned* further = <Unsigned*> self.further.data
        cdef Rows table
        table.row = <uint32_t*> self.row.data
        table.following, table.following_width = self.following.data, self.following.width
        table.beside = self.further.size // self.following.size
        table.start, table.width = self.places[low], self.width
        table.places = self.places[high + 1] - table.start
        table.more = False
        cdef Py_ssize_t i, field
        cdef vector[Unsigned] room_for_copies = vector[Unsigned](
            AT_A_TIME * max(table.places, table.beside)
        )
        cdef Unsigned* copied = room_for_copies.data()
        cdef uint32_t number
        cdef int64_t edge
        cdef uint32_t* touched = <uint32_t*> met_.data
        cdef Py_ssize_t met = 0
        for field in range(low, high + 1):
            table.more = table.more or self.more[field]
        if docs.size < MANY:
            met = tally_rows[Unsigned](
                doc, docs.size, table, first, further, copied, counts, touched
            )
        else:  # so that other threads go on meanwhile
            with nogil:
                met = tally_rows[Unsigned](
                    doc, docs.size, table, first, further, copied, counts, touched
                )
        found.keys.resize(self.fields)
        found.sizes.resize(self.fields)
        found.none.resize(self.fields, docs.size)
        for field in range(low, high + 1):
            found.sizes[field] = self.edges[2 * field + 1] - self.edges[2 * field]
            if self.places[field + 1] > self.places[field]:
                found.none[field] = counts[self.edges[2 * field + 1]]
        for i in range(met):
            number = touched[i]
            field = low
            while field <= high and number >= self.edges[2 * field + 1]:
                field += 1
            if field <= high:
                edge = self.edges[2 * field]
                if number >= edge:
                    found.keys[field].push_back(key_of(counts[number], number - edge))
            counts[number] = 0
