"""Statements in units: what was said, and the words that name who said it.

Every rule looks at one unit; continuing quotations are joined to what they continue afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.cues import CueAt, cues, takes_quotation
from searchsvc.extract.frames import complement, content_end
from searchsvc.extract.lexicon import ADVERBS, BREAKS, DAYS, PREPOSITIONS, CueClass, Form
from searchsvc.extract.sources import Source, after_verb, before_verb
from searchsvc.extract.words import CLOSING, DASHES, QUOTATION_MARKS
from searchsvc.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.units import Unit
    from searchsvc.extract.words import Word


class Rule(Enum):
    """How a statement was found, and how far it can be trusted."""

    QUOTE_BY = ("quote, X said", 0.95)
    SAID_BY = ("clause, X said", 0.85)
    SAYS_QUOTE = ("X said quote", 0.95)
    SAYS = ("X said clause", 0.85)
    DOES = ("X praised, hoped", 0.6)
    PARTICIPLE = ("adding", 0.75)
    QUOTED_AS = ("was quoted as saying", 0.9)
    PASSIVE = ("is expected to", 0.5)
    ACCORDING = ("according to", 0.85)
    LABEL = ("NAME: speech", 0.9)
    FLOATING = ("quotation alone", 0.6)
    LOOSE = ("quotation in a sentence", 0.4)

    def __init__(self, label: str, confidence: float) -> None:
        self.label = label
        self.confidence = confidence


class Reference(Enum):
    """What the words say of the source."""

    NAMED = "named"  # the words at `source` name it
    SUBJECT = "subject"  # it is the subject of the sentence; `source` is the best guess
    CONTINUED = "continued"  # whoever spoke before
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Found:
    """A statement before its speaker is known.

    Attributes:
        unit: number of the unit with its source.
        last_unit: number of the unit with its last piece.
        pieces: what was said, characters of the body; at least one, ascending.
        cue: characters of the cue, or None.
        source: words of the unit that name the source, or None.
        reference: how to read them.
        rule: the rule that found it.
    """

    unit: int
    last_unit: int
    pieces: tuple[Span, ...]
    cue: Span | None
    source: Source | None
    reference: Reference
    rule: Rule


class _Draft(NamedTuple):
    """A statement of one unit, by numbers of words, ends exclusive."""

    pieces: tuple[tuple[int, int], ...]
    cue: tuple[int, int] | None
    source: Source | None
    reference: Reference
    rule: Rule


_LEAST_LOOSE: Final = 4  # words; a shorter quotation without a cue is a scare quote
_TITLE_SHARE: Final = 0.6  # capitalised words that make a quotation the title of something


def find(units: Sequence[Unit]) -> tuple[Found, ...]:
    """The statements of `units`, in order of their first character."""
    found: list[Found] = []
    for number, unit in enumerate(units):
        for draft in _of_unit(unit.words):
            added = _located(number, unit.words, draft)
            if added is not None:
                _append(found, added, units)
    return tuple(found)


def _append(found: list[Found], added: Found, units: Sequence[Unit]) -> None:
    """Adds a statement, or joins it to the one before that it continues."""
    if found and _continues(found[-1], added, units):
        joined = found[-1].pieces + added.pieces
        found[-1] = replace(found[-1], pieces=joined, last_unit=added.unit)
    elif found and _attributes_last(found[-1], added):
        found[-1] = replace(added, pieces=found[-1].pieces)
    elif added.pieces:
        found.append(added)


def _continues(last: Found, added: Found, units: Sequence[Unit]) -> bool:
    """Whether `added` is the rest of a quotation: "A," she said. / "B." """
    if added.rule is not Rule.FLOATING:
        return False
    if last.rule not in (Rule.QUOTE_BY, Rule.SAYS_QUOTE, Rule.QUOTED_AS, Rule.FLOATING, Rule.LABEL):
        return False
    apart = units[added.unit].paragraph - units[last.last_unit].paragraph
    follows = added.unit - last.last_unit == 1 and apart <= 1
    return follows and last.pieces[-1].end <= added.pieces[0].start


def _attributes_last(last: Found, added: Found) -> bool:
    """Whether `added` is but the attribution of the quotation before: "Why?" / Petrova asked."""
    return not added.pieces and last.rule is Rule.FLOATING and added.unit - last.last_unit == 1


def _located(number: int, words: Sequence[Word], draft: _Draft) -> Found | None:
    """`draft` by characters, without quotation marks and white space at the ends of pieces."""
    pieces = []
    for start, end in draft.pieces:
        while start < end and _is_edge(words[start]):
            start += 1
        while end > start and _is_edge(words[end - 1]):
            end -= 1
        if start < end:
            pieces.append(Span(words[start].start, words[end - 1].end))
    if draft.pieces and not pieces:
        return None
    cue = draft.cue and Span(words[draft.cue[0]].start, words[draft.cue[1] - 1].end)
    places = tuple(sorted(pieces))
    return Found(number, number, places, cue, draft.source, draft.reference, draft.rule)


def _is_edge(word: Word) -> bool:
    return word.text in QUOTATION_MARKS or (word.text in (",", ":") or word.text in DASHES)


def _of_unit(words: Sequence[Word]) -> Iterator[_Draft]:
    """The statements of one unit."""
    label = _label(words)
    if label is not None:
        yield label
        return
    drafts = sorted(_by_cues(words), key=lambda draft: draft.pieces)
    covered = bytearray(len(words))
    for draft in drafts:
        for start, end in draft.pieces:
            covered[start:end] = b"\1" * (end - start)
    loose = list(_quotations_left(words, covered, has_cue=bool(drafts)))
    yield from sorted([*drafts, *loose], key=lambda draft: draft.pieces[:1])


def _by_cues(words: Sequence[Word]) -> Iterator[_Draft]:
    """The statements that cues of the unit attribute; none stands inside another."""
    inner = list(_by_verbs(words))
    for outer in _according(words):
        if not any(_holds(outer, draft) for draft in inner):
            yield outer
    yield from inner


def _holds(outer: _Draft, inner: _Draft) -> bool:
    """Whether a piece of `inner` lies in a piece of `outer`."""
    return any(
        start <= first and last <= end
        for first, last in inner.pieces
        for start, end in outer.pieces
    )


def _by_verbs(words: Sequence[Word]) -> Iterator[_Draft]:
    """The statements that verbs of the unit attribute."""
    taken = 0  # words before this number belong to what was said already
    subject: Source | None = None
    found = cues(words)
    for number, cue in enumerate(found):
        if cue.verb < taken:
            continue
        draft = _draft(words, cue, found[number + 1 :], taken, subject)
        if draft is None:
            continue
        yield draft
        subject = draft.source or subject
        taken = max([taken, cue.index + 1, *(end for _, end in draft.pieces)])


def _draft(
    words: Sequence[Word],
    cue: CueAt,
    later: Sequence[CueAt],
    taken: int,
    subject: Source | None,
) -> _Draft | None:
    """The statement that `cue` attributes, or None."""
    return (
        _inverted(words, cue, taken)
        or _participle(words, cue, later, subject)
        or _quoted_as(words, cue, later, taken)
        or _trailing(words, cue, taken)
        or _leading(words, cue, later, subject)
    )


def _inverted(words: Sequence[Word], cue: CueAt, taken: int) -> _Draft | None:
    """What stands before `said Petrova`."""
    before = cue.verb - 1
    if cue.verb != cue.index or before < taken + 1 or cue.cue.form is Form.ING:
        return None
    if not takes_quotation(cue) or not _ends_content(words, before):
        return None
    source = after_verb(words, cue.index + 1)
    if source is None or not _may_end(words, source.last + 1):
        return None
    rule = _rule_before(words, before)
    if rule is Rule.SAID_BY and cue.cue.kind is not CueClass.SPEECH:
        return None
    pieces = _split_pieces(words, taken, before, source.last + 1)
    return _Draft(pieces, (cue.verb, cue.index + 1), source, Reference.NAMED, rule)


def _may_end(words: Sequence[Word], index: int) -> bool:
    """Whether an inverted source can end before word `index`: no verb may follow it."""
    if index >= len(words) or words[index].is_mark:
        return True
    return words[index].lower in PREPOSITIONS | ADVERBS | DAYS | {"who", "when", "as", "while"}


def _trailing(words: Sequence[Word], cue: CueAt, taken: int) -> _Draft | None:
    """What stands before `Petrova said`."""
    source = before_verb(words, cue.verb)
    if source is None or not takes_quotation(cue) or cue.passive:
        return None
    before = source.first - 1
    content = complement(words, cue)
    if before < taken:
        is_answer = content is None and source.first == 0 and cue.cue.kind is CueClass.SPEECH
        return _attribution(cue, source) if is_answer and len(words) < _SHORT_ANSWER else None
    if not _ends_content(words, before):
        return None
    rule = _rule_before(words, before)
    if content is not None and not (rule is Rule.QUOTE_BY and _is_split(words, cue, content)):
        return None
    pieces = _split_pieces(words, taken, before, cue.index + 1)
    return _Draft(pieces, (cue.verb, cue.index + 1), source, Reference.NAMED, rule)


_SHORT_ANSWER: Final = 25  # words of a sentence that but attributes the quotation before it


def _attribution(cue: CueAt, source: Source) -> _Draft:
    return _Draft((), (cue.verb, cue.index + 1), source, Reference.NAMED, Rule.QUOTE_BY)


def _is_split(words: Sequence[Word], cue: CueAt, content: int) -> bool:
    """Whether the second half of a quotation follows the cue."""
    return words[content].text in QUOTATION_MARKS or cue.cue.kind is CueClass.ADDRESS


def _split_pieces(
    words: Sequence[Word], start: int, end: int, after: int
) -> tuple[tuple[int, int], ...]:
    """The content before the attribution and, in a split quotation, what goes on after it."""
    first = (_clause_start(words, start, end), end)
    second = next(
        (
            index
            for index in range(after, min(after + _SHORT_ANSWER, len(words)))
            if words[index].text in QUOTATION_MARKS and index + 1 < len(words) and words[index + 1].quoted
        ),
        None,
    )
    if second is None or words[end].text == "," and words[end - 1].text not in CLOSING | {'"'}:
        return (first,)
    if words[second - 1].text not in (",", ":", ".", ";", "and", "but") and second > after:
        return (first,)
    last = second + 1
    while last < len(words) and words[last].quoted:
        last += 1
    return (first, (second, last))


def _clause_start(words: Sequence[Word], start: int, end: int) -> int:
    """Where the content before an attribution begins: at the sentence or its last joint."""
    while start < end and (words[start].lower in ("and", "but", "so") or words[start].text in (",", ";")):
        start += 1
    return start


def _ends_content(words: Sequence[Word], index: int) -> bool:
    """Whether something that was said can end with word `index`."""
    return index > 0 and words[index].text in {",", "?", "!", *CLOSING, '"', *DASHES}


def _rule_before(words: Sequence[Word], index: int) -> Rule:
    """Whether a quotation or a clause ends with word `index`."""
    is_quote = words[index].text in CLOSING | {'"'} or words[index - 1].text in CLOSING | {'"'}
    return Rule.QUOTE_BY if is_quote or words[index - 1].quoted else Rule.SAID_BY


def _participle(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], subject: Source | None
) -> _Draft | None:
    """What follows `, adding`: said by the subject of the sentence."""
    if cue.cue.form is not Form.ING or cue.verb != cue.index:
        return None
    start = complement(words, cue)
    if start is None:
        return None
    end = content_end(words, start, later, cue)
    if end <= start:
        return None
    source = subject or _main_subject(words, cue.index)
    return _Draft(
        ((start, end),), (cue.index, cue.index + 1), source, Reference.SUBJECT, Rule.PARTICIPLE
    )


def _main_subject(words: Sequence[Word], end: int) -> Source | None:
    """The first phrase before word `end` that can be the subject of the sentence."""
    for index in range(end):
        word = words[index]
        if word.quoted or word.is_mark or not _begins_clause(words, index):
            continue
        source = after_verb(words, index)
        if source is not None and source.last < end:
            return source
    return None


def _begins_clause(words: Sequence[Word], index: int) -> bool:
    """Whether a subject can begin at word `index`: at the start, after a comma or a joint."""
    word = words[index]
    if word.lower in BREAKS | PREPOSITIONS | NOT_SUBJECTS or word.lower.endswith(("ing", "ly")):
        return False
    joined = index == 0 or words[index - 1].text == "," or words[index - 1].lower in ("and", "but")
    return joined and (word.text[0].isupper() or word.lower in ("he", "she", "they", "the"))


def _quoted_as(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], taken: int
) -> _Draft | None:
    """What stands before or after `was quoted as saying`."""
    if cue.cue.lemma not in ("say", "tell") or cue.index < 4 or words[cue.index - 1].lower != "as":  # noqa: PLR2004  # was, quoted, as
        return None
    if words[cue.index - 2].lower not in ("quoted", "cited"):
        return None
    source = before_verb(words, cue.index - 3)
    if source is None:
        return None
    span = (cue.index - 3, cue.index + 1)
    start = complement(words, cue)
    if start is None:
        before = source.first - 1
        if before <= taken or not _ends_content(words, before):
            return None
        return _Draft(((taken, before),), span, source, Reference.NAMED, Rule.QUOTED_AS)
    end = content_end(words, start, later, cue)
    return _Draft(((start, end),), span, source, Reference.NAMED, Rule.QUOTED_AS)


def _leading(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], subject: Source | None
) -> _Draft | None:
    """What follows `Petrova said`."""
    if cue.passive or cue.cue.form is Form.ING and cue.verb == cue.index:
        return None
    start = complement(words, cue)
    if start is None:
        return None
    source = before_verb(words, cue.verb)
    reference = Reference.NAMED
    if source is None:
        if subject is None or words[cue.verb - 1].lower not in ("and", "but", "then", ",", "or"):
            return None
        source, reference = subject, Reference.SUBJECT
    end = content_end(words, start, later, cue)
    if end <= start:
        return None
    rule = _leading_rule(words, cue, start)
    if rule is Rule.SAYS_QUOTE and cue.cue.kind in _SPARE_TITLES and _is_title(words[start + 1 : end]):
        return None
    return _Draft(((start, end),), (cue.verb, cue.index + 1), source, reference, rule)


NOT_SUBJECTS: Final = frozenset("and but so yet still also then however meanwhile even instead".split())
_SMALL_WORDS: Final = frozenset("of the and in for a an to with on at".split())
_SPARE_TITLES: Final = (CueClass.OBJECT, CueClass.STANCE)


def _leading_rule(words: Sequence[Word], cue: CueAt, start: int) -> Rule:
    if words[start].text in QUOTATION_MARKS:
        return Rule.SAYS_QUOTE
    plain = cue.cue.kind in (CueClass.OBJECT, CueClass.STANCE)
    return Rule.DOES if plain else Rule.SAYS


def _according(words: Sequence[Word]) -> Iterator[_Draft]:
    """What stands around `according to Petrova`."""
    for index in range(len(words) - 2):
        if words[index].lower != "according" or words[index].quoted or words[index + 1].lower != "to":
            continue
        source = after_verb(words, index + 2)
        if source is None:
            end = index + 3
            while end < len(words) and not words[end].is_mark:
                end += 1
            source = Source(index + 2, end - 1, end - 1)
        pieces = _around(words, index, source.last + 1)
        if pieces:
            yield _Draft(pieces, (index, index + 2), source, Reference.NAMED, Rule.ACCORDING)


def _around(words: Sequence[Word], start: int, after: int) -> tuple[tuple[int, int], ...]:
    """The content before and after an attribution that stands at `start` to `after`."""
    pieces = []
    if start > 1:
        pieces.append((0, start))
    while after < len(words) and words[after].text != ",":
        after += 1
    end = len(words)
    while end > after and words[end - 1].text in (".", '"', "”"):
        end -= 1
    if end > after + 1 and start <= 1:
        pieces.append((after + 1, end))
    return tuple(pieces)


def _label(words: Sequence[Word]) -> _Draft | None:
    """The speech after a speaker's name in capitals and a colon, as transcripts have it."""
    for index in range(1, min(6, len(words) - 1)):
        if words[index].text == ":":
            names = words[:index]
            if all(word.text.isupper() or word.text == "." for word in names):
                return _Draft(
                    ((index + 1, len(words)),),
                    (index, index + 1),
                    Source(0, index - 1, index),
                    Reference.NAMED,
                    Rule.LABEL,
                )
            return None
        if words[index].is_mark:
            return None
    return None


def _quotations_left(
    words: Sequence[Word], covered: bytearray, *, has_cue: bool
) -> Iterator[_Draft]:
    """Quotations of some length that no cue attributes."""
    plain = [word for word in words if not word.is_mark]
    alone = not has_cue and sum(word.quoted for word in plain) >= _TITLE_SHARE * len(plain)
    start = 0
    while start < len(words):
        if not words[start].quoted or covered[start]:
            start += 1
            continue
        end = start
        while end < len(words) and words[end].quoted and not covered[end]:
            end += 1
        inside = [word for word in words[start:end] if not word.is_mark]
        if alone and inside:
            yield _Draft(((start, end),), None, None, Reference.CONTINUED, Rule.FLOATING)
        elif len(inside) >= _LEAST_LOOSE and not _is_title(inside):
            source = _main_subject(words, start)
            reference = Reference.SUBJECT if source else Reference.CONTINUED
            yield _Draft(((start, end),), None, source, reference, Rule.LOOSE)
        start = end


def _is_title(words: Sequence[Word]) -> bool:
    """Whether most words of the quotation are capitalised: the title of a book or a show."""
    inside = [
        word
        for word in words
        if word.quoted and not word.is_mark and word.lower not in _SMALL_WORDS
    ]
    return sum(word.text[0].isupper() for word in inside) >= _TITLE_SHARE * len(inside)
