# How an array is held, and how numbers are read out of one.


cdef class Array:
    """The memory of an array, held as long as this is."""

    cdef Py_buffer buffer
    cdef Py_ssize_t size, width
    cdef void* data

    def __cinit__(self, object array):
        PyObject_GetBuffer(array, &self.buffer, PyBUF_ND | PyBUF_FORMAT)
        self.width = self.buffer.itemsize
        self.size = self.buffer.len // self.width
        self.data = self.buffer.buf

    def __dealloc__(self):
        PyBuffer_Release(&self.buffer)


cdef Array integers(object array):
    """An array of intp or int64."""
    cdef Array found = Array(array)
    if found.width != 8 or found.buffer.format[0] not in b"lq":
        raise TypeError("an array of intp is wanted")
    return found


cdef Array whole32(object array):
    """An array of uint32."""
    cdef Array found = Array(array)
    if found.width != 4 or found.buffer.format[0] not in b"IL":
        raise TypeError("an array of uint32 is wanted")
    return found


cdef Array floats(object array):
    """An array of float32."""
    cdef Array found = Array(array)
    if found.buffer.format[0] != b"f":
        raise TypeError("an array of float32 is wanted")
    return found


cdef int check_ascending(Array docs, Py_ssize_t size) except -1:
    """Raise IndexError where the last of ascending documents is not below `size`.

    Documents ascend: those that are read out of a file are held against their segment there and then.
    """
    if docs.size and <uint64_t> (<Py_ssize_t*> docs.data)[docs.size - 1] >= <uint64_t> size:
        raise IndexError("a document is out of range")
    return 0


cdef inline uint64_t item(void* data, Py_ssize_t width, Py_ssize_t at) noexcept nogil:
    """A number out of an unsigned array of any width."""
    if width == 4:
        return (<uint32_t*> data)[at]
    if width == 2:
        return (<uint16_t*> data)[at]
    if width == 1:
        return (<uint8_t*> data)[at]
    return (<uint64_t*> data)[at]
