"""Putting the strings of several sources into one order, without a Python object for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.encoding import Ints, ranges, smallest_unsigned, starts_of
from searchsvc.columnar.strings import Strings

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY_BYTES: Final = 8
_LEVEL_BYTES: Final = 7
"""Bytes of a string that one round compares; the eighth of the key says how many are left."""
_TAKEN_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Ordering:
    """Strings in ascending order of their UTF-8.

    Attributes:
        order: intp[n], indices of the strings, ascending by string.
        number: uint32[n], how many distinct strings are below each, by index.
        first: intp[distinct], index of one string of each number.
    """

    order: Ints
    number: npt.NDArray[np.uint32]
    first: Ints


def joined(sources: Sequence[Strings]) -> Strings:
    """The strings of all sources, one source after the other."""
    sizes = [int(source.at[-1]) for source in sources]
    shifts = starts_of(np.array(sizes, np.intp))
    kind = smallest_unsigned(int(shifts[-1]))
    at = np.zeros(sum(len(source) for source in sources) + 1, kind)
    start = 0
    for source, shift in zip(sources, shifts.tolist(), strict=False):
        at[start : start + len(source)] = source.at[:-1] + kind.type(shift)
        start += len(source)
    at[-1] = shifts[-1]
    texts = [source.text for source in sources]
    return Strings(np.concatenate(texts) if texts else np.zeros(0, np.uint8), at)


def stretch_of(strings: Strings, start: int, end: int) -> Strings:
    """The strings from `start` to `end`, exclusive."""
    at = strings.at[start : end + 1]
    return Strings(strings.text[int(at[0]) : int(at[-1])], at - at[0])


def taken(strings: Strings, index: npt.NDArray[np.intp]) -> Strings:
    """The strings at `index`, in that order."""
    lengths = strings.at[index + 1].astype(np.intp) - strings.at[index].astype(np.intp)
    at = starts_of(lengths)
    text = np.empty(int(at[-1]), np.uint8)
    # Eight bytes of index a byte of text: in pieces.
    start = 0
    while start < len(index):
        end = max(start + 1, int(at.searchsorted(at[start] + _TAKEN_BYTES, "right")) - 1)
        places = ranges(strings.at[index[start:end]].astype(np.intp), lengths[start:end])
        text[at[start] : at[end]] = strings.text[places]
        start = end
    return Strings(text, at.astype(smallest_unsigned(int(at[-1]))))


def ordering(strings: Strings) -> Ordering:
    """The order of `strings`, of which any may be equal.

    Seven bytes are compared at a time. A key holds these, the first one highest, and below them
    how many bytes were left, at most eight; so keys are equal only where both strings end and are
    equal, or where both go on. These are compared further among themselves.
    """
    text = np.concatenate([strings.text, np.zeros(_KEY_BYTES, np.uint8)])
    lengths = np.diff(strings.at).astype(np.uint32)
    lengths -= np.uint32(1)  # the line feed
    keys = _keys(text, strings.at[:-1].astype(np.intp), lengths, 0)
    order = keys.argsort(kind="stable")
    keys = keys[order]
    equal = np.zeros(len(order), np.bool_)
    np.equal(keys[1:], keys[:-1], out=equal[1:])
    places = _unsettled(np.arange(len(order)), equal, keys)
    level = 0
    while len(places):
        level += _LEVEL_BYTES
        some = order[places]
        groups = np.cumsum(~equal[places])
        keys = _keys(text, strings.at[some].astype(np.intp), lengths[some], level)
        within = np.lexsort((keys, groups))
        order[places] = some[within]
        keys = keys[within]  # groups stay where they were
        equal[places[1:]] &= keys[1:] == keys[:-1]
        places = _unsettled(places, equal, keys)
    return _ordering_of(order, equal)


def _unsettled(places: Ints, equal: npt.NDArray[np.bool_], keys: npt.NDArray[np.uint64]) -> Ints:
    """Those of `places`, whose keys are given, that must be compared further."""
    same = equal[places]
    same[:-1] |= same[1:]  # also the first of several equal ones
    same &= (keys & np.uint64(0xFF)) == _KEY_BYTES
    return places[same]


def _ordering_of(order: Ints, equal: npt.NDArray[np.bool_]) -> Ordering:
    number = np.empty(len(order), np.uint32)
    number[order] = np.cumsum(~equal, dtype=np.uint32) - np.uint32(1)
    return Ordering(order, number, order[~equal])


def _keys(
    text: npt.NDArray[np.uint8],
    starts: Ints,
    lengths: npt.NDArray[np.uint32],
    skipped: int,
) -> npt.NDArray[np.uint64]:
    """The key of each string that begins in `text` at `starts`, less its first bytes."""
    left = np.minimum(lengths - np.uint32(skipped), np.uint32(_KEY_BYTES))
    windows = np.ndarray((len(text) - _KEY_BYTES + 1,), ">u8", buffer=text, strides=(1,))
    keys = windows[starts + skipped].astype(np.uint64)
    # Whole bytes behind the end of the string, and always the eighth, are cleared.
    kept = [~np.uint64(0) << np.uint64(8 * (_KEY_BYTES - count)) for count in range(1, 8)]
    masks = np.array([np.uint64(0), *kept, kept[-1]], np.uint64)
    keys &= masks[left]
    keys |= left
    return keys
