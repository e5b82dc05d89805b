"""Paragraphs and units: sentences that are not cut inside a quotation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.prose.quotes import quotations, quoted_characters
from searchsvc.extract.prose.words import QUOTATION_MARKS, Word, words
from searchsvc.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 500
"""Words of a unit. No prose needs more; it keeps the rules linear on texts without full stops."""
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_ENDS_WITH_ABBREVIATION: Final = re.compile(r"\b[A-Z]\.\Z")  # "told N."; not "in them."


class Unit(NamedTuple):
    """A sentence, or several where a quotation holds them together.

    Attributes:
        paragraph: number of its paragraph.
        words: its words and marks; at least one.
    """

    paragraph: int
    words: tuple[Word, ...]

    @property
    def quoted_share(self) -> float:
        """Share of its words that stand between quotation marks, 0 to 1."""
        plain = [word for word in self.words if not word.is_mark]
        return sum(word.quoted for word in plain) / len(plain) if plain else 0.0


def units(text: str, quoted: bytearray | None = None) -> tuple[Unit, ...]:
    """The units of `text`, in order; `quoted` are its quoted characters, where they are known."""
    if quoted is None:
        quoted = quoted_characters(text, quotations(text))
    return tuple(
        Unit(number, found[begin : begin + _LONGEST])
        for number, paragraph in enumerate(_PARAGRAPH.finditer(text))
        for start, end in _stretches(text, paragraph.start(), paragraph.end(), quoted)
        for found in (words(text, start, end, quoted),)
        for begin in range(0, len(found), _LONGEST)
    )


def _stretches(text: str, start: int, end: int, quoted: bytearray) -> Iterator[tuple[int, int]]:
    """Sentences of a paragraph, joined where the cut between them lies inside a quotation."""
    opened = start
    for sentence in sentences(text[start:end]):
        cut = start + sentence.end
        if cut < end and (quoted[cut - 1] and _goes_on(text, cut, end, quoted)):
            continue
        if cut < end and _ENDS_WITH_ABBREVIATION.search(text, max(opened, cut - 3), cut):
            continue
        yield opened, cut
        opened = cut
    if text[opened:end].strip():
        yield opened, end


def _goes_on(text: str, cut: int, end: int, quoted: bytearray) -> bool:
    """Whether the quotation goes on after `cut`."""
    while cut < end and text[cut].isspace():
        cut += 1
    return cut < end and (bool(quoted[cut]) or text[cut] in QUOTATION_MARKS)
