# Strings: what `columnar.strings` does.


cdef object string_at(Array text, Array at, Py_ssize_t each):
    """One of the strings of a `strings.Strings`."""
    cdef Py_ssize_t start, size
    if each < 0 or each >= at.size - 1:
        raise IndexError("a string is out of range")
    start = item(at.data, at.width, each)
    size = item(at.data, at.width, each + 1) - 1 - start
    if start < 0 or size < 0 or size > text.size - start:
        raise IndexError("a string is out of range")
    return PyUnicode_DecodeUTF8(<char*> text.data + start, size, NULL)


def picked(object text, object at, object index):
    """As `strings.Strings.picked`; the index is intp[n]."""
    cdef Array text_ = Array(text), at_ = Array(at), index_ = integers(index)
    cdef Py_ssize_t* places = <Py_ssize_t*> index_.data
    cdef Py_ssize_t each
    return [string_at(text_, at_, places[each]) for each in range(index_.size)]


cdef class Ids:
    """The ids of documents that are numbered through several segments."""

    cdef list texts, ats
    cdef vector[Py_ssize_t] bases

    def __init__(self, tuple parts):
        """Hold the arrays of some segments.

        Args:
            parts: of each the number of its first document, and `text` and `at` of a `strings.Strings`.
        """
        self.texts, self.ats = [], []
        self.bases.clear()
        for base, text, at in parts:
            self.bases.push_back(base)
            self.texts.append(Array(text))
            self.ats.append(Array(at))

    def of(self, object docs):
        """The ids of documents: intp[n]."""
        cdef Array docs_ = integers(docs)
        cdef Py_ssize_t* numbers = <Py_ssize_t*> docs_.data
        cdef Py_ssize_t each
        return [self.id(numbers[each]) for each in range(docs_.size)]

    cdef object id(self, Py_ssize_t doc):
        """The id of one document."""
        cdef Py_ssize_t each = <Py_ssize_t> self.bases.size() - 1
        while each > 0 and self.bases[each] > doc:
            each -= 1
        if each < 0:
            raise IndexError("there are no documents")
        return string_at(<Array> self.texts[each], <Array> self.ats[each], doc - self.bases[each])


cdef class Vocabulary:
    """The strings of a `strings.Vocabulary`."""

    cdef Array keys, text, at

    def __init__(self, object keys, object text, object at):
        """Hold its arrays, `keys` being `Vocabulary._keys`: uint64[n]."""
        self.keys, self.text, self.at = Array(keys), Array(text), Array(at)
        if self.keys.width != 8 or self.keys.buffer.format[0] not in b"LQ" or self.keys.size >= max(self.at.size, 1):
            raise TypeError("a key of eight bytes is wanted of each string")

    def find(self, bytes wanted not None):
        """As `strings.Vocabulary.find`, of UTF-8."""
        return self.place(wanted)

    cdef int compare(self, Py_ssize_t each, char* wanted, Py_ssize_t size) noexcept nogil:
        """Below 0, 0 or above: how a string stands to what is wanted."""
        cdef Py_ssize_t start = item(self.at.data, self.at.width, each)
        cdef Py_ssize_t own = item(self.at.data, self.at.width, each + 1) - 1 - start
        if start < 0 or own < 0 or own > self.text.size - start:
            return 1
        cdef int found = memcmp(<char*> self.text.data + start, wanted, min(own, size))
        if found:
            return found
        return -1 if own < size else own > size

    cdef Py_ssize_t place(self, bytes wanted) noexcept:
        """The index of a string, or -1."""
        cdef uint64_t* numbers = <uint64_t*> self.keys.data
        cdef Py_ssize_t size = len(wanted), low = 0, high = self.keys.size, middle, place
        cdef char* letters = wanted
        cdef uint64_t key = 0
        for place in range(8):
            key = (key << 8) | (<uint8_t> letters[place] if place < size else 0)
        while low < high:
            middle = (low + high) >> 1
            if numbers[middle] < key or (
                numbers[middle] == key and self.compare(middle, letters, size) < 0
            ):
                low = middle + 1
            else:
                high = middle
        if low < self.keys.size and numbers[low] == key and not self.compare(low, letters, size):
            return low
        return -1
