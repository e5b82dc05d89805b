# Strings: what `columnar.strings` does.


cdef object string_at(Array text, Array at, Py_ssize_t each):
    """One of the strings of a `strings.Strings`."""
    cdef Py_ssize_t start, size
    if <uint64_t> each >= <uint64_t> (at.size - 1):
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


cdef int compare(
    Array text, Array at, Py_ssize_t each, char* wanted, Py_ssize_t size
) noexcept nogil:
    """Below 0, 0 or above: how a string stands to what is wanted."""
    cdef Py_ssize_t start = item(at.data, at.width, each)
    cdef Py_ssize_t own = item(at.data, at.width, each + 1) - 1 - start
    if start < 0 or own < 0 or own > text.size - start:
        return 1
    cdef int found = memcmp(<char*> text.data + start, wanted, min(own, size))
    if found:
        return found
    return -1 if own < size else own > size


def found(object keys, object text, object at, bytes wanted):
    """As `strings.Vocabulary.find`, of UTF-8, with `Vocabulary._keys` as uint64[n]."""
    cdef Array keys_ = Array(keys), text_ = Array(text), at_ = Array(at)
    cdef uint64_t* numbers = <uint64_t*> keys_.data
    cdef Py_ssize_t size = len(wanted), low = 0, high = keys_.size, middle, place
    cdef char* letters = wanted
    cdef uint64_t key = 0
    for place in range(8):
        key = (key << 8) | (<uint8_t> letters[place] if place < size else 0)
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] < key or (
            numbers[middle] == key and compare(text_, at_, middle, letters, size) < 0
        ):
            low = middle + 1
        else:
            high = middle
    if low < keys_.size and numbers[low] == key and not compare(text_, at_, low, letters, size):
        return low
    return -1
