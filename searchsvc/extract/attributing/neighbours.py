"""Quotations that stand alone, and who stands in the sentences beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import Source, after_verb, main_subject
from searchsvc.extract.finding.drafts import Reference, Rule
from searchsvc.extract.lexicon import DETERMINERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.finding.find import Found
    from searchsvc.extract.prose.units import Unit
    from searchsvc.extract.prose.words import Word

_FULL_NAME: Final = 2  # words with a capital
_FAR: Final = 3  # units after an opening quotation in which its speaker is looked for
_LONGEST_NAME: Final = 6  # words
_LONGEST_OPENING: Final = 10  # words before the comma
_OF: Final = frozenset(("for", "to"))


def with_neighbours(found: Sequence[Found], units: Sequence[Unit]) -> Iterator[Found]:
    """`found` in order; quotations alone have the source that a sentence beside them names."""
    spoke = -1  # the last unit with a statement
    is_anybody_known = False
    for number, one in enumerate(found):
        told = one
        if one.rule is Rule.FLOATING and one.source is None:
            if spoke < one.unit - 1:
                told = _from_before(one, units)
            if told is one and not is_anybody_known:
                told = _from_after(one, found[number + 1 : number + 2], units)
        yield told
        is_anybody_known = is_anybody_known or told.source is not None
        if told.source is not None or told.reference is not Reference.NOBODY:
            spoke = max(spoke, one.last_unit)


def _from_before(one: Found, units: Sequence[Unit]) -> Found:
    """`one` with the source that the sentence before it presents: For Berg, it is easy. / "..."."""
    unit = one.unit - 1
    if unit < 0 or units[one.unit].paragraph - units[unit].paragraph > 1:
        return one
    words = units[unit].words
    is_apart = units[one.unit].paragraph > units[unit].paragraph
    source = _presented(words) if is_apart or words[0].lower not in _OF else None
    if source is None:
        return one
    return replace(one, unit=unit, source=source, reference=Reference.SUBJECT)


def _from_after(one: Found, later: Sequence[Found], units: Sequence[Unit]) -> Found:
    """`one`, before which nobody spoke, with the source that follows it: "..." / Berg shrugs."""
    unit = one.last_unit + 1
    if unit >= len(units) or units[unit].paragraph - units[one.last_unit].paragraph > 1:
        return one
    source = _presented(units[unit].words) or _first_name(units[unit].words)
    if source is None and later and later[0].unit - one.last_unit <= _FAR:
        unit, source = later[0].unit, later[0].source
    if source is None:
        return one
    return replace(one, unit=unit, source=source, reference=Reference.SUBJECT)


def _presented(words: Sequence[Word]) -> Source | None:
    """The person or body that a sentence is about, where it names one in full."""
    if any(word.quoted for word in words):
        return None
    opened = after_verb(words, 1) if words[0].lower in _OF and len(words) > _FULL_NAME else None
    subject = main_subject(words, len(words))
    for source in (opened, subject, _after_adverbial(words), _at_end(words)):
        named = _named(words, source) if source is not None else None
        if named is not None and _is_full(words, named):
            return named
    return None


def _after_adverbial(words: Sequence[Word]) -> Source | None:
    """The phrase after the first comma: down in the harbour, / Ivo Berg keeps bees."""
    comma = next(
        (at for at in range(min(_LONGEST_OPENING, len(words))) if words[at].text == ","), 0
    )
    opens = comma and not any(word.is_name_like for word in words[1:comma])
    return after_verb(words, comma + 1) if opens else None


def _named(words: Sequence[Word], source: Source) -> Source:
    """`source` up to the end of its first name: Ivo Berg / keeps bees."""
    last = source.first
    while last < source.last and not words[last].is_name_like:
        last += 1
    while last < source.last and words[last + 1].is_name_like:
        last += 1
    return Source(source.first, last, last)


def _at_end(words: Sequence[Word]) -> Source | None:
    """The name with which a sentence ends: the answer came from / Ivo Berg."""
    end = len(words) - 1
    while end > 0 and words[end].is_mark:
        end -= 1
    first = end
    while first > 1 and words[first - 1].is_name_like and end - first < _LONGEST_NAME:
        first -= 1
    came = first > 1 and words[first - 1].lower == "from" and words[first - 2].lower == "came"
    return Source(first, end, end) if came else None


def _first_name(words: Sequence[Word]) -> Source | None:
    """The first full name outside quotation marks: with these words / Ivo Berg / sold his boat."""
    first = None
    for index, word in enumerate(words):
        if word.is_name_like and not word.quoted:
            first = index if first is None else first
            continue
        if first is not None and index - first >= _FULL_NAME:
            return Source(first, index - 1, index - 1)
        first = None
    return None


def _is_full(words: Sequence[Word], source: Source) -> bool:
    """Whether the source ends with a name of several words."""
    first = max(source.first, source.last - _FULL_NAME + 1)
    inside = words[first : source.last + 1]
    return len(inside) == _FULL_NAME and all(
        word.is_name_like and word.lower not in DETERMINERS for word in inside
    )
