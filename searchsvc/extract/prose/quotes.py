"""Stretches between quotation marks.

A paragraph that ends inside a quotation closes it; where the quotation goes on, the next
paragraph opens it anew. A second opening mark before any closing one starts over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.prose.words import CLOSING, OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(r"[\"“”„‟«»]|``|''")  # "x", ``x''; not 'x'
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_ONLY_CLOSING: Final = CLOSING - {"''"}  # doubled apostrophes open and close
_BEFORE_OPENING: Final = frozenset("([{—–-/‘'")
_BEFORE_CLOSING: Final = frozenset(",.!?")
_LONGEST_TAIL: Final = 300  # characters
_TRAILING: Final = re.compile(
    r", (?:(?:[^\W\d_a-z][\w.’'-]*|he|she|they|the|a|an)\s+){1,5}(?:said|says|added|asked)[.]?\s*\Z"
)
_JOINT: Final = re.compile(r"(?<=[^\W\dA-Z_][.!?])\s+|\b(?:said|says|added|asked|wrote)[,:]\s+")


class Quotation(NamedTuple):
    """The text between two marks.

    Attributes:
        start, end: characters of the body, the marks left out; end exclusive.
        closed: whether a closing mark stands at the end; else the paragraph ends there.
    """

    start: int
    end: int
    closed: bool


def quotations(text: str) -> tuple[Quotation, ...]:
    """The stretches of `text` between quotation marks, in order and apart from each other."""
    return tuple(
        quotation
        for paragraph in _PARAGRAPH.finditer(text)
        for quotation in _of_paragraph(text, paragraph.start(), paragraph.end())
    )


def quoted_characters(text: str, found: tuple[Quotation, ...]) -> bytearray:
    """For each character of `text` 1 where it stands between quotation marks, else 0."""
    quoted = bytearray(len(text) + 1)
    for quotation in found:
        quoted[quotation.start : quotation.end] = b"\1" * (quotation.end - quotation.start)
    return quoted


def _of_paragraph(text: str, start: int, end: int) -> Iterator[Quotation]:
    opened: int | None = None
    is_first = True
    for mark in _MARK.finditer(text, start, end):
        if _opens(text, mark, (start, end), is_open=opened is not None):
            if opened is not None and (said := _before_attribution(text, opened, mark.start())):
                yield Quotation(opened, said, closed=False)
            opened = mark.end()
        elif opened is not None:
            if mark.start() > opened:
                yield Quotation(opened, mark.start(), closed=True)
            opened = None
        elif is_first and text[mark.start() - 1] in _BEFORE_CLOSING:
            yield Quotation(_unopened(text, start, mark.start()), mark.start(), closed=True)
        is_first = False
    if opened is not None and text[opened:end].strip():
        yield Quotation(opened, _before_attribution(text, opened, end) or end, closed=False)


def _before_attribution(text: str, opened: int, end: int) -> int | None:
    """Where a quotation that is never closed ends before an attribution: "It leaks, / Berg said."""
    tail = max(opened, end - _LONGEST_TAIL)
    said = _TRAILING.search(text, tail, end)
    return said.start() if said is not None else None


def _unopened(text: str, start: int, end: int) -> int:
    """Where a quotation begins that is closed at `end`, its opening mark lost: / It leaks," he ..."""
    tail = max(start, end - _LONGEST_TAIL)
    joints = [joint.end() for joint in _JOINT.finditer(text, tail, end - 1)]
    return joints[-1] if joints else tail


def _opens(text: str, mark: re.Match[str], bounds: tuple[int, int], *, is_open: bool) -> bool:
    """Whether `mark` opens a quotation; a straight mark is judged by what stands around it."""
    before = text[mark.start() - 1] if mark.start() > bounds[0] else " "
    after = text[mark.end()] if mark.end() < bounds[1] else " "
    if mark.group() in OPENING:
        mistaken = is_open and not before.isspace() and not after.isalnum()
        return not mistaken
    if mark.group() in _ONLY_CLOSING:
        return False
    if (before.isspace() or before in _BEFORE_OPENING) and not after.isspace():
        return True
    if before in ",:" and after.isalnum() and not is_open:
        return True  # he said,"It leaks."
    return before.isspace() and not is_open
