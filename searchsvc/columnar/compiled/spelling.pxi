# Spelling: what `columnar.spelling` does.


cdef Py_ssize_t first_from(uint64_t* keys, Py_ssize_t size, uint64_t key) noexcept nogil:
    """The place of the first of ascending keys that is not below this one."""
    cdef Py_ssize_t low = 0, high = size, middle
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


cdef inline bint is_near(uint64_t letters, uint64_t wanted, bint other) noexcept nogil:
    """Whether two sets of letters differ by two letters at most, by one where the length is another."""
    cdef uint64_t left = letters ^ wanted
    if not other:
        left &= left - 1
    return left & (left - 1) == 0


cdef class Spelling:
    """A `spelling.Spelling`."""

    cdef Array order, letters, begins, backward, ends

    def __init__(self, object order, object letters, object begins, object backward, object ends):
        """Hold its arrays."""
        self.order, self.backward = Array(order), Array(backward)
        self.letters, self.begins, self.ends = Array(letters), Array(begins), Array(ends)
        for held, kinds in (
            (self.order, b"i"), (self.backward, b"i"), (self.letters, b"LQ"), (self.begins, b"LQ"), (self.ends, b"LQ")
        ):
            if (<Array> held).buffer.format[0] not in kinds or (<Array> held).size != self.order.size:
                raise TypeError("five arrays of one length are wanted, of int32 and uint64")
        if backward.size and not 0 <= backward.min() <= backward.max() < order.size:
            raise IndexError("a place is out of range")

    def halves(self, uint64_t wanted, Py_ssize_t length, uint64_t begin, uint64_t end, uint64_t begins, uint64_t ends):
        """Indices, in no order, of strings that may be one edit from a word, each once: intp[n].

        Args:
            wanted: the set of its letters.
            length: of the word.
            begin: the key of its first half, without a length; `begins` is how many keys go on so.
            end: the key of its second half, backward; `ends` likewise.
        """
        cdef uint64_t* letters = <uint64_t*> self.letters.data
        cdef int32_t* order = <int32_t*> self.order.data
        cdef int32_t* backward = <int32_t*> self.backward.data
        cdef uint64_t* fronts = <uint64_t*> self.begins.data
        cdef uint64_t* backs = <uint64_t*> self.ends.data
        cdef Py_ssize_t size = self.order.size, each, at, low, high, first, last
        cdef uint64_t key
        cdef vector[Py_ssize_t] found
        for each in range(length - 1, length + 2):
            key = (<uint64_t> each << 56) + begin
            low, high = first_from(fronts, size, key), first_from(fronts, size, key + begins)
            for at in range(low, high):
                if is_near(letters[at], wanted, each != length):
                    found.push_back(order[at])
            key = (<uint64_t> each << 56) + end
            first, last = first_from(backs, size, key), first_from(backs, size, key + ends)
            for at in range(first, last):
                if not low <= backward[at] < high and is_near(letters[backward[at]], wanted, each != length):
                    found.push_back(order[backward[at]])
        index = empty(found.size(), intp)
        cdef Array index_ = Array(index)
        memcpy(index_.data, found.data(), found.size() * sizeof(Py_ssize_t))
        return index
