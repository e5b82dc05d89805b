"""Lines to paragraphs, whether the text breaks a line per paragraph or every 70 characters."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.traced import Runs, compose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.corpus.traced import Traced
    from searchsvc.model import OffsetMap

# Typewriters, terminals and mail wrap at 65 to 80 characters; a paragraph on one line of its own
# is nearly always longer than this somewhere in an article.
_WIDEST: Final = 100
_NARROWEST: Final = 50  # below this, equally long lines are a list or a verse, not wrapped text

_LINE: Final = re.compile(r"[^\n]+")
# A stretch of a line without two spaces together. Matches "a b" of "a b  c"; never begins or
# ends with a space.
_STRETCH: Final = re.compile(r"[^ ]+(?: [^ ]+)*")
_LOWER: Final = re.compile(r"[a-z]")
_SENTENCE_END: Final = re.compile(r"[.!?…:][\"'”’)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a clean text.

    Attributes:
        text: its words, single spaces between them, no line break.
        pieces: the stretches of the clean text that it is made of, each as start and end; a
            space stands between them in `text`.
        block: number of the group of lines, apart by blank ones, that it belongs to.
    """

    text: str
    pieces: tuple[tuple[int, int], ...]
    block: int

    def cut(self, start: int, end: int) -> Paragraph:
        """The part from `start` up to `end` of `text`, without spaces around it."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        end = start + len(part.strip())
        pieces = []
        position = 0
        for begin, stop in self.pieces:
            length = stop - begin
            low, high = max(start - position, 0), min(end - position, length)
            if low < high:
                pieces.append((begin + low, begin + high))
            position += length + 1
        return Paragraph(self.text[start:end], tuple(pieces), self.block)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with words on it: where they stand, how far indented, in which block."""

    text: str
    start: int
    indent: int
    block: int


def paragraphs_of_file(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a clean text, whose first lines may be a title and other matter."""
    lines = _lines(text)
    width = _width(lines)

    def wraps(above: _Line, below: _Line) -> bool:
        return _continues(above, below) and _runs_on(above, below, width)

    return tuple(_grouped(lines, wraps if _is_wrapped(lines) else _never))


def paragraphs_of_column(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a clean text that is known to be running text.

    Where its lines are wrapped, one that is not indented continues the line above it, however
    short that is: wire stories begin with half a line, the place of the dateline.
    """
    lines = _lines(text)
    follows = _continues if _is_wrapped(lines) else _never
    return tuple(_grouped(lines, follows))


def body_of(paragraphs: Sequence[Paragraph], source: Traced) -> tuple[str, OffsetMap]:
    """Paragraphs joined by blank lines, with offsets into the raw text behind `source`."""
    runs = Runs()
    length = last = 0
    for number, paragraph in enumerate(paragraphs):
        for place, (start, end) in enumerate(paragraph.pieces):
            if length:
                runs.add(length, last)
                length += 2 if number and not place else 1
            runs.add(length, start)
            length += end - start
            last = end
    body = "\n\n".join(paragraph.text for paragraph in paragraphs)
    return body, compose(runs.map(), source.offsets)


def _lines(text: str) -> list[_Line]:
    lines = []
    block = end = 0
    for found in _LINE.finditer(text):
        if "\n\n" in text[end : found.start()]:
            block += 1
        line = found.group()
        words = line.strip(" ")
        if words:
            indent = len(line) - len(line.lstrip(" "))
            lines.append(_Line(words, found.start() + indent, indent, block))
        else:
            block += 1
        end = found.end()
    return lines


def _is_wrapped(lines: Sequence[_Line]) -> bool:
    """Whether at least half of the lines that could continue the one above seem to do so."""
    width = _width(lines)
    if width > _WIDEST:
        return False
    pairs = [
        (above, below)
        for above, below in itertools.pairwise(lines)
        if above.block == below.block and not below.indent
    ]
    wrapped = sum(
        not _SENTENCE_END.search(above.text) and _runs_on(above, below, width)
        for above, below in pairs
    )
    return bool(pairs) and 2 * wrapped >= len(pairs)


def _width(lines: Sequence[_Line]) -> int:
    return max((line.indent + len(line.text) for line in lines), default=0)


def _runs_on(above: _Line, below: _Line, width: int) -> bool:
    """Whether the line below begins in mid-sentence, or its first word had no room above."""
    if _LOWER.match(below.text):
        return True
    first_word = len(below.text.partition(" ")[0])
    return width >= _NARROWEST and above.indent + len(above.text) + 1 + first_word > width


def _continues(above: _Line, below: _Line) -> bool:
    return above.block == below.block and not below.indent


def _never(_above: _Line, _below: _Line) -> bool:
    return False


def _grouped(
    lines: Sequence[_Line], follows: Callable[[_Line, _Line], bool]
) -> Iterator[Paragraph]:
    group: list[_Line] = []
    for line in lines:
        if group and not follows(group[-1], line):
            yield _paragraph(group)
            group = []
        group.append(line)
    if group:
        yield _paragraph(group)


def _paragraph(lines: Sequence[_Line]) -> Paragraph:
    if len(lines) == 1 and "  " not in lines[0].text:
        line = lines[0]
        return Paragraph(line.text, ((line.start, line.start + len(line.text)),), line.block)
    pieces = []
    words = []
    for line in lines:
        for stretch in _STRETCH.finditer(line.text):
            pieces.append((line.start + stretch.start(), line.start + stretch.end()))
            words.append(stretch.group())
    return Paragraph(" ".join(words), tuple(pieces), lines[0].block)
