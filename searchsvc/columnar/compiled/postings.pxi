# Postings: gaps, counts and places as `columnar.encoding` packs them.


cdef Py_ssize_t sum_up(Unsigned* gaps, Py_ssize_t count, Py_ssize_t* docs) noexcept nogil:
    """The sums up to each of some gaps; gives the last."""
    cdef Py_ssize_t at = 0, doc = 0, one, two, three
    while at + 4 <= count:  # four at once, of which only the last is waited for
        one = gaps[at]
        two = one + gaps[at + 1]
        three = two + gaps[at + 2]
        docs[at] = doc + one
        docs[at + 1] = doc + two
        docs[at + 2] = doc + three
        doc += three + gaps[at + 3]
        docs[at + 3] = doc
        at += 4
    while at < count:
        doc += gaps[at]
        docs[at] = doc
        at += 1
    return doc


cdef bint unpack(uint8_t* packed, Py_ssize_t start, Py_ssize_t end, uint8_t* into) noexcept nogil:
    """Half bytes as `encoding.unpack_counts`; tells whether any of them is LARGE."""
    cdef Py_ssize_t at = start, byte, count = end - start
    cdef uint8_t* counts = into
    cdef bint large = False
    if at & 1 and at < end:
        into[0] = packed[at >> 1] >> 4
        into += 1
        at += 1
    for byte in range(at >> 1, end >> 1):
        into[0] = packed[byte] & 15
        into[1] = packed[byte] >> 4
        into += 2
    if end & 1 and at < end:
        into[0] = packed[end >> 1] & 15
    for at in range(count):
        large |= counts[at] == LARGE
    return large


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


cdef inline bint within(Py_ssize_t start, Py_ssize_t count, Py_ssize_t size) noexcept nogil:
    """Whether so many items from `start` on are among the first `size`."""
    return 0 <= start <= size and 0 <= count <= size - start


cdef struct Place:
    Py_ssize_t first, many, gaps, width


cdef class Postings:
    """Where the terms of a field are: its arrays, as `layout` describes them."""

    cdef Array posting_at, gap_at, gap_width, gap1, gap2, gap4, count, large_at, large
    cdef Py_ssize_t documents, terms
    cdef object wide

    def __init__(self, Py_ssize_t documents, tuple arrays):
        """Hold the arrays of so many documents.

        Args:
            documents: of the segment.
            arrays: what `layout` calls posting_at, gap_at, gap_width, gap1, gap2 and gap4; of a
                field of words also count, large_at and large.
        """
        if len(arrays) not in (6, 9):
            raise TypeError("six arrays are wanted, or nine")
        self.documents = documents
        self.posting_at, self.gap_at, self.gap_width = Array(arrays[0]), Array(arrays[1]), Array(arrays[2])
        self.gap1, self.gap2, self.gap4 = Array(arrays[3]), Array(arrays[4]), Array(arrays[5])
        self.terms = max(0, min(self.posting_at.size - 1, self.gap_at.size, self.gap_width.size))
        if len(arrays) > 6:
            self.count, self.large_at, self.large = Array(arrays[6]), Array(arrays[7]), Array(arrays[8])
            self.wide = arrays[8].dtype

    cdef int check_counted(self) except -1:
        """Raise TypeError where these are the postings of values."""
        if self.count is None:
            raise TypeError("values are not counted")
        return 0

    cdef Place place(self, Py_ssize_t term) except *:
        """Where the postings of a term are, all within the arrays."""
        cdef Place found
        if <uint64_t> term >= <uint64_t> self.terms:
            raise IndexError("a term is out of range")
        found.first = item(self.posting_at.data, self.posting_at.width, term)
        found.many = item(self.posting_at.data, self.posting_at.width, term + 1) - found.first
        found.gaps = item(self.gap_at.data, self.gap_at.width, term)
        found.width = item(self.gap_width.data, self.gap_width.width, term)
        cdef Py_ssize_t gaps = (
            self.gap1.size if found.width == 1 else self.gap2.size if found.width == 2 else self.gap4.size
        )
        if not within(found.gaps, found.many, gaps) or (
            self.count is not None and not within(found.first, found.many, 2 * self.count.size)
        ):
            raise IndexError("postings are out of range")
        return found

    def docs(self, Py_ssize_t term):
        """The documents of a term, ascending: intp[n]."""
        cdef Place at = self.place(term)
        found = empty(at.many, intp)
        cdef Array into = Array(found)
        self.decode(at, <Py_ssize_t*> into.data)
        return found

    cdef int decode(self, Place at, Py_ssize_t* docs) except -1:
        """Write the documents of a place."""
        cdef Py_ssize_t last
        if at.width == 1:
            last = sum_up[uint8_t](<uint8_t*> self.gap1.data + at.gaps, at.many, docs)
        elif at.width == 2:
            last = sum_up[uint16_t](<uint16_t*> self.gap2.data + at.gaps, at.many, docs)
        else:
            last = sum_up[uint32_t](<uint32_t*> self.gap4.data + at.gaps, at.many, docs)
        if last >= self.documents and at.many:
            raise IndexError("a document is out of range")
        return 0

    def counts(self, Py_ssize_t term):
        """How often a term occurs in each of its documents: unsigned[n], as wide as it takes."""
        self.check_counted()
        cdef Place at = self.place(term)
        found = empty(at.many, uint8)
        cdef Array into = Array(found)
        if unpack(<uint8_t*> self.count.data, at.first, at.first + at.many, <uint8_t*> into.data):
            return self.with_large(found, at)
        return found

    def counts_at(self, Py_ssize_t term, object index):
        """How often a term occurs in those of its documents that stand at these places of `docs`.

        Args:
            term: below the number of terms.
            index: intp[n].
        """
        self.check_counted()
        cdef Place at = self.place(term)
        cdef Array wanted = integers(index)
        cdef Py_ssize_t* places = <Py_ssize_t*> wanted.data
        cdef uint8_t* packed = <uint8_t*> self.count.data
        found = empty(wanted.size, uint8)
        cdef Array into = Array(found)
        cdef uint8_t* counts = <uint8_t*> into.data
        cdef Py_ssize_t each, posting
        cdef bint large = False
        for each in range(wanted.size):
            if <uint64_t> places[each] >= <uint64_t> at.many:
                raise IndexError("a count is out of range")
            posting = at.first + places[each]
            counts[each] = (packed[posting >> 1] >> ((posting & 1) << 2)) & 15
            large |= counts[each] == LARGE
        return self.with_large_at(found, at, places) if large else found

    cdef object with_large_at(self, object counts, Place place, Py_ssize_t* places):
        """As `with_large`, of counts at these places."""
        cdef Array few = Array(counts)
        found = counts.astype(self.wide)
        cdef Array into = Array(found)
        cdef Py_ssize_t each, low
        for each in range(few.size):
            if (<uint8_t*> few.data)[each] == LARGE:
                low = self.large_from(place.first + places[each])
                if low >= self.large.size:
                    raise IndexError("a count is missing")
                memcpy(
                    <char*> into.data + each * into.width,
                    <char*> self.large.data + low * into.width,
                    into.width,
                )
        return found

    cdef object with_large(self, object counts, Place place):
        """The counts with those that are too large for half a byte."""
        found = counts.astype(self.wide)
        cdef Array into = Array(found)
        cdef Py_ssize_t at, low = self.large_from(place.first)
        cdef Py_ssize_t posting
        while low < self.large_at.size:
            posting = item(self.large_at.data, self.large_at.width, low)
            if posting >= place.first + place.many:
                break
            at = posting - place.first
            if at < 0 or low >= self.large.size:
                raise IndexError("a count is missing")
            memcpy(
                <char*> into.data + at * into.width, <char*> self.large.data + low * into.width, into.width
            )
            low += 1
        return found

    cdef Py_ssize_t large_from(self, Py_ssize_t posting) noexcept:
        """The first of the large counts that belongs to this posting or to a later one."""
        cdef Py_ssize_t low = 0, high = self.large_at.size, middle
        while low < high:
            middle = (low + high) >> 1
            if item(self.large_at.data, self.large_at.width, middle) < <uint64_t> posting:
                low = middle + 1
            else:
                high = middle
        return low

    def add(self, object terms, object room, Py_ssize_t base = 0):
        """Add to each document how often any of the terms occurs in it.

        Args:
            terms: intp[k], none twice.
            room: of `docsets.Scratch`, which `taken` empties again.
            base: the number of the first document in the room.
        """
        self.check_counted()
        cdef Array wanted = integers(terms)
        cdef Array sums = floats(room.sums), bits = Array(room.bits), summary = Array(room.summary)
        cdef Py_ssize_t each
        try:
            for each in range(wanted.size):
                self.add_one((<Py_ssize_t*> wanted.data)[each], base, sums, bits, summary)
        except IndexError:
            wipe(room)
            raise

    cdef int add_one(
        self, Py_ssize_t term, Py_ssize_t base, Array sums, Array bits, Array summary
    ) except -1:
        cdef Place at = self.place(term)
        if at.width == 1:
            self.add_postings[uint8_t](<uint8_t*> self.gap1.data + at.gaps, at, base, sums, bits, summary)
        elif at.width == 2:
            self.add_postings[uint16_t](<uint16_t*> self.gap2.data + at.gaps, at, base, sums, bits, summary)
        else:
            self.add_postings[uint32_t](<uint32_t*> self.gap4.data + at.gaps, at, base, sums, bits, summary)
        return 0

    cdef int add_postings(
        self, Unsigned* gaps, Place place, Py_ssize_t base, Array sums_, Array bits_, Array summary_
    ) except -1:
        cdef Py_ssize_t at, low, doc = base, end = base + self.documents
        cdef uint64_t often
        cdef uint8_t* counts = <uint8_t*> self.count.data
        cdef float* sums = <float*> sums_.data
        cdef uint64_t* bits = <uint64_t*> bits_.data
        cdef uint64_t* summary = <uint64_t*> summary_.data
        for at in range(place.first, place.first + place.many):
            doc += gaps[at - place.first]
            if doc >= end or <uint64_t> doc >= <uint64_t> sums_.size:  # of the segment, of the room
                raise IndexError("a document is out of range")
            often = (counts[at >> 1] >> ((at & 1) << 2)) & 15
            if often == LARGE:
                low = self.large_from(at)
                if low >= self.large.size:
                    raise IndexError("a count is missing")
                often = item(self.large.data, self.large.width, low)
            sums[doc] += <float> often
            bits[doc >> 6] |= (<uint64_t> 1) << (doc & 63)
            summary[doc >> 12] |= (<uint64_t> 1) << ((doc >> 6) & 63)
        return 0


cdef class Joined:
    """The postings of a field in several segments, laid end to end; of terms, the number in each."""

    cdef list postings, vocabularies
    cdef vector[Py_ssize_t] bases

    def __init__(self, tuple parts):
        """Hold the postings of some segments.

        Args:
            parts: of each segment the number of its first document, its `Postings`, and what
                `Vocabulary` holds its terms.
        """
        self.postings, self.vocabularies = [], []
        self.bases.clear()
        for base, postings, vocabulary in parts:
            self.bases.push_back(base)
            self.postings.append(<Postings?> postings)
            self.vocabularies.append(<Vocabulary?> vocabulary)

    def find(self, bytes wanted not None):
        """The number of a term in each segment, -1 where it is not there; None where it is nowhere."""
        cdef Py_ssize_t each, place
        cdef bint anywhere = False
        cdef list found = []
        for each in range(len(self.vocabularies)):
            place = (<Vocabulary> self.vocabularies[each]).place(wanted)
            anywhere |= place >= 0
            found.append(place)
        return found if anywhere else None

    cdef Py_ssize_t placed(self, list terms, vector[Place]& places) except -1:
        """Where the postings of a term are in each segment, none where it is not; gives their number."""
        cdef Py_ssize_t each, total = 0, term
        cdef Place at
        if len(terms) != len(self.postings):
            raise IndexError("a term has a number in each segment")
        for each in range(len(terms)):
            term = terms[each]
            at.first = at.many = 0
            if term >= 0:
                at = (<Postings> self.postings[each]).place(term)
            places.push_back(at)
            total += at.many
        return total

    def docs(self, list terms):
        """The documents of a term, ascending: intp[n]."""
        cdef vector[Place] places
        found = empty(self.placed(terms, places), intp)
        cdef Array into = Array(found)
        cdef Py_ssize_t* docs = <Py_ssize_t*> into.data
        cdef Py_ssize_t each, at, base
        for each in range(len(terms)):
            if places[each].many:
                (<Postings> self.postings[each]).decode(places[each], docs)
                base = self.bases[each]
                for at in range(places[each].many):
                    docs[at] += base
                docs += places[each].many
        return found

    def counts(self, list terms):
        """How often a term occurs in each of its documents: unsigned[n], as wide as it takes."""
        cdef vector[Place] places
        found = empty(self.placed(terms, places), uint8)
        cdef Array into = Array(found)
        cdef uint8_t* counts = <uint8_t*> into.data
        cdef Py_ssize_t each, end
        cdef bint large = False
        cdef Postings postings
        for each in range(len(terms)):
            postings = <Postings> self.postings[each]
            postings.check_counted()
            end = places[each].first + places[each].many
            if places[each].many:
                large |= unpack(<uint8_t*> postings.count.data, places[each].first, end, counts)
                counts += places[each].many
        if not large:
            return found
        return concatenate([
            (<Postings> postings).counts(term)
            for postings, term in zip(self.postings, terms)
            if term >= 0
        ])
