# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# distutils: language=c++
"""Loops over arrays, compiled where there was a compiler: one call where NumPy takes many.

Each does what the NumPy beside its caller does, to the last bit, and is tested beside it. Arrays
are C-contiguous; of another type than the docstring says, they raise TypeError. What is read out of files that
changed after they were checked may be out of range: IndexError is raised where it would be used, and the
room is left clean.
"""

import numpy

from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBuffer_Release, PyObject_GetBuffer
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_SET_ITEM
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset
from libcpp.vector cimport vector

cdef extern from "<algorithm>" namespace "std" nogil:
    void partial_sort(int64_t*, int64_t*, int64_t*, bint (*)(int64_t, int64_t) noexcept nogil)

cdef extern from "Python.h":
    """
    /* Since Python 3.14 a tuple keeps its hash, -1 where there is none yet. */
    #if PY_VERSION_HEX >= 0x030E0000
    #define FORGET_HASH(made) (((PyTupleObject *)(made))->ob_hash = -1)
    #else
    #define FORGET_HASH(made) ((void)0)
    #endif
    """
    object PyType_GenericAlloc(type, Py_ssize_t)
    void forget_hash "FORGET_HASH"(object)

cdef extern from *:
    int lowest_bit "__builtin_ctzll"(uint64_t) noexcept nogil

ctypedef fused Unsigned:
    uint8_t
    uint16_t
    uint32_t

ctypedef fused Number:
    uint8_t
    uint16_t
    uint32_t
    int64_t
    float
    double

cdef object empty = numpy.empty
cdef object concatenate = numpy.concatenate
cdef object intp = numpy.intp
cdef object float32 = numpy.float32
cdef object uint8 = numpy.uint8
cdef object boolean = numpy.bool_

cdef enum:
    LARGE = 15  # encoding.LARGE_COUNT
    SKEWED = 12  # docsets.MUCH_LONGER
    MOST_HELD = 64  # ranking.HELD
    AT_A_TIME = 256
    BESIDE = 64  # values that are compared side by side
    TRIED = 32  # one of so many is looked up by its rank, before all are gone through
    MANY = 4096  # documents from which on other threads may go on meanwhile

include "arrays.pxi"
include "sets.pxi"
include "facets.pxi"
include "strings.pxi"
include "spelling.pxi"
include "scores.pxi"
include "postings.pxi"
