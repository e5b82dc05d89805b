"""A JSON file cut into its elements, so that a list of any length is read one by one."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = 65536
# What may begin, end or lie inside an element. Matches a bracket, a quotation mark, an escape;
# must not match a comma or a digit.
_STRUCTURE: Final = re.compile(rb'["\\{}\[\]]')
_IN_STRING: Final = re.compile(rb'["\\]')
_OPENING: Final = b"{["
_SEPARATORS: Final = b" \t\r\n,[]"
_LONGEST_STRAY: Final = 200
_GIVEN_UP_AFTER: Final = 8  # times the limit: brackets are looked at one by one
_SHORT: Final = 1 << 20

ENDLESS: Final = b"endless"
"""Stands, by identity, for an element so long that the rest of the file is not looked at."""


def split_list(stream: IO[bytes], limit: int) -> Iterator[bytes | None]:
    """The objects of a JSON list, or those that stand one after another, unparsed.

    What else stands between them, such as a number, is handed on as it is, so that it can be
    reported. An element that nothing closes runs to the end of the file.

    Args:
        stream: UTF-8, or any encoding that agrees with ASCII.
        limit: size in bytes above which None stands for an element, and `ENDLESS` for one that
            has no end within several times as much.
    """
    splitter = _Splitter(limit)
    while chunk := stream.read(_CHUNK):
        yield from splitter.feed(chunk)
        if splitter.is_endless:
            yield ENDLESS
            return
    yield from splitter.finish()


class _Splitter:
    """Where in the nesting of a JSON text the reading stands."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._depth = 0  # open brackets, those of the list around the elements left out
        self._in_list = False
        self._in_string = False
        self._escaped = False
        self._parts: list[bytes] = []
        self._length = 0
        self._between = b""

    @property
    def is_endless(self) -> bool:
        """Whether the element being read is beyond all measure."""
        return self._length > _GIVEN_UP_AFTER * self._limit + _SHORT

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """The elements that end in `chunk`, which follows the one before."""
        start = position = 0  # start: of the element, or of what stands between two
        while position < len(chunk):
            if self._escaped:
                self._escaped = False
                position += 1
                continue
            found = (_IN_STRING if self._in_string else _STRUCTURE).search(chunk, position)
            if found is None:
                break
            position = found.end()
            opened = self._depth == 0
            self._step(found.group())
            if opened and self._depth:
                yield from self._stray(chunk[start : found.start()])
                start = found.start()
            elif self._depth == 0 and not opened:
                self._keep(chunk[start:position])
                yield self._take()
                start = position
        if self._depth:
            self._keep(chunk[start:])
        else:
            self._between = (self._between + chunk[start:])[:_LONGEST_STRAY]

    def finish(self) -> Iterator[bytes | None]:
        """What the file ends with, if not with the end of an element or of the list."""
        if self._depth:
            yield self._take()
        else:
            yield from self._stray(b"")

    def _stray(self, last: bytes) -> Iterator[bytes]:
        """What stands between two elements, `last` at its end, and should not."""
        stray = (self._between + last)[:_LONGEST_STRAY].strip(_SEPARATORS)
        self._between = b""
        if stray:
            yield stray

    def _step(self, mark: bytes) -> None:
        if mark == b"\\":
            self._escaped = self._in_string
        elif mark == b'"':
            self._in_string = not self._in_string
        elif mark in _OPENING:
            if mark == b"[" and self._depth == 0 and not self._in_list:
                self._in_list = True
            else:
                self._depth += 1
        elif self._depth:
            self._depth -= 1
        else:
            self._in_list = False

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length <= self._limit:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _take(self) -> bytes | None:
        element = b"".join(self._parts) if self._length <= self._limit else None
        self._parts = []
        self._length = 0
        return element
