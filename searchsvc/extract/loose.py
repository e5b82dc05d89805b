"""Statements without a verb that attributes them: transcripts and quotations on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.cues import cues, takes_quotation
from searchsvc.extract.drafts import Draft, Reference, Rule
from searchsvc.extract.sources import Source, before_verb, main_subject
from searchsvc.extract.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.words import Word

LEAST_LOOSE: Final = 4
"""Words of a quotation that counts without a cue; a shorter one is a scare quote."""
_LEAST_AFTER_COLON: Final = 2
_TIMES: Final = frozenset("later earlier afterwards before ago".split())
_TITLE_SHARE: Final = 0.6  # capitalised words that make a quotation the title of something
_ALONE_SHARE: Final = 0.7  # quoted words that make a sentence a quotation
_LONGEST_LABEL: Final = 6  # words before the colon
_SMALL_WORDS: Final = frozenset("of the and in for a an to with on at".split())


def label(words: Sequence[Word]) -> Draft | None:
    """The speech after the name of its speaker and a colon, as transcripts have it."""
    for index in range(1, min(_LONGEST_LABEL, len(words) - 1)):
        if words[index].text == ":":
            if not all(word.is_name_like or word.text == "." for word in words[:index]):
                return None
            quoted = words[index + 1].text in QUOTATION_MARKS
            return Draft(
                ((index + 1, len(words)),),
                (index, index + 1),
                Source(0, index - 1, index),
                Reference.NAMED,
                Rule.SAYS_QUOTE if quoted else Rule.LABEL,
            )
        if words[index].is_mark:
            return None
    return None


def announcement(words: Sequence[Word]) -> Draft:
    """The source of the quotation that follows a sentence with a colon at its end."""
    verbs = [cue for cue in cues(words) if takes_quotation(cue)]
    source = before_verb(words, verbs[-1].verb) if verbs else None
    source = source or main_subject(words, len(words)) or _last_name(words)
    reference = Reference.SUBJECT if source else Reference.CONTINUED
    cue = (verbs[-1].verb, verbs[-1].at + 1) if verbs else None
    return Draft((), cue, source, reference, Rule.SAYS_QUOTE)


def _last_name(words: Sequence[Word]) -> Source | None:
    """The name with which an announcement ends: the text of the speech by / Ivo Berg:."""
    end = len(words) - 2
    first = end
    while first > 0 and words[first - 1].is_name_like:
        first -= 1
    by = first > 0 and words[first - 1].lower in ("by", "of", "from")
    return Source(first, end, end) if by and words[end].is_name_like else None


def quotations_left(
    words: Sequence[Word], covered: bytearray, *, has_cue: bool
) -> Iterator[Draft]:
    """Quotations of some length that no cue attributes; `covered` tells which words are taken."""
    if not any(word.quoted for word in words):
        return
    plain = [word for word in words if not word.is_mark]
    alone = not has_cue and sum(word.quoted for word in plain) >= _ALONE_SHARE * len(plain)
    end = 0
    for start in range(len(words)):
        if start < end or not words[start].quoted or covered[start]:
            continue
        end = start
        while end < len(words) and words[end].quoted and not covered[end]:
            end += 1
        inside = [word for word in words[start:end] if not word.is_mark]
        if inside and alone:
            yield Draft(((start, end),), None, None, Reference.CONTINUED, Rule.FLOATING)
        elif len(inside) >= _least(words, start) and not is_title(inside):
            source = main_subject(words, start)
            if source is not None and words[source.last].lower in _TIMES:
                source = None  # A minute later: "..."
            reference = Reference.SUBJECT if source else Reference.CONTINUED
            yield Draft(((start, end),), None, source, reference, Rule.LOOSE)


def _least(words: Sequence[Word], start: int) -> int:
    """How many words a quotation without a cue must have; a colon before it is half a cue."""
    return _LEAST_AFTER_COLON if start > 1 and words[start - 2].text == ":" else LEAST_LOOSE


def is_title(words: Sequence[Word]) -> bool:
    """Whether most words of the quotation are capitalised: the title of a book or a show."""
    inside = [
        word
        for word in words
        if word.quoted and not word.is_mark and word.lower not in _SMALL_WORDS
    ]
    return sum(word.is_name_like for word in inside) >= _TITLE_SHARE * len(inside)
