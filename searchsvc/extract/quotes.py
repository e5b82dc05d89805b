"""Stretches between quotation marks.

A paragraph that ends inside a quotation closes it; where the quotation goes on, the next
paragraph opens it anew. A second opening mark before any closing one starts over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.words import CLOSING, OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(r"[\"“”„‟«»]|``|''")  # "x", ``x''; not 'x'
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_ONLY_CLOSING: Final = CLOSING - {"''"}  # doubled apostrophes open and close
_BEFORE_OPENING: Final = frozenset("([{—–-/‘'")


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
    for mark in _MARK.finditer(text, start, end):
        if _opens(text, mark, (start, end), is_open=opened is not None):
            opened = mark.end()
        elif opened is not None:
            if mark.start() > opened:
                yield Quotation(opened, mark.start(), closed=True)
            opened = None
    if opened is not None and text[opened:end].strip():
        yield Quotation(opened, end, closed=False)


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
    return before.isspace() and not is_open
