"""Statements that verbs and *according to* attribute, one unit at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import Source, after_verb, before_verb, main_subject
from searchsvc.extract.finding.according import according
from searchsvc.extract.finding.cues import CueAt, takes_quotation
from searchsvc.extract.finding.drafts import Draft, Pieces, Reference, Rule
from searchsvc.extract.finding.ends import OPEN_ENDED, choose
from searchsvc.extract.finding.frames import (
    complement,
    content_end,
    is_no_content,
    over_adverbs,
)
from searchsvc.extract.finding.loose import is_title
from searchsvc.extract.finding.starts import content_start
from searchsvc.extract.lexicon import (
    ADVERBS,
    DAYS,
    PREPOSITIONS,
    TITLES,
    UNNAMED,
    CueClass,
    Form,
)
from searchsvc.extract.prose.words import CLOSING, DASHES, QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.finding.weights import Learned
    from searchsvc.extract.prose.words import Word


_PERSONS: Final = UNNAMED | TITLES
_AFTER_SOURCES: Final = PREPOSITIONS | ADVERBS | DAYS | {"who", "when", "as", "while"}
_CLOSES: Final = CLOSING | {'"'}
_ENDS_CONTENT: Final = _CLOSES | DASHES | frozenset(",?!")


def by_cues(words: Sequence[Word], found: Sequence[CueAt], weights: Learned) -> tuple[Draft, ...]:
    """The statements that the cues of the unit attribute; none stands inside another."""
    inner = tuple(_by_verbs(words, found, weights))
    outer = (
        draft for draft in according(words) if not any(_holds(draft, within) for within in inner)
    )
    return (*inner, *outer)


def _holds(outer: Draft, inner: Draft) -> bool:
    """Whether a piece of `inner` lies in a piece of `outer`."""
    return any(
        start <= first and last <= end
        for first, last in inner.pieces
        for start, end in outer.pieces
    )


def _by_verbs(words: Sequence[Word], found: Sequence[CueAt], weights: Learned) -> Iterator[Draft]:
    """The statements that verbs of the unit attribute."""
    taken = 0  # words before this number belong to what was said already
    subject: Source | None = None
    for number, cue in enumerate(found):
        if cue.verb < taken:
            continue
        draft = _draft(words, cue, found[number + 1 :], taken, subject)
        if draft is None:
            continue
        draft = _ended(words, draft, cue, weights)
        yield draft
        subject = draft.source or subject
        taken = max([taken, cue.at + 1, *(end for _, end in draft.pieces)])


def _ended(words: Sequence[Word], draft: Draft, cue: CueAt, weights: Learned) -> Draft:
    """`draft` with its cue, and its content ended where it should."""
    if draft.rule not in OPEN_ENDED or not (draft.rule is not Rule.SAID_BY or draft.pieces[1:]):
        return draft._replace(by=cue)
    start, suggested = draft.pieces[-1]
    end = choose(words, start, cue, suggested, weights)
    return draft._replace(pieces=(*draft.pieces[:-1], (start, end.at)), by=cue, chance=end.chance)


def _draft(
    words: Sequence[Word],
    cue: CueAt,
    later: Sequence[CueAt],
    taken: int,
    subject: Source | None,
) -> Draft | None:
    """The statement that `cue` attributes, or None."""
    return (
        _inverted(words, cue, taken)
        or _participle(words, cue, later, subject)
        or _quoted_as(words, cue, later, taken)
        or _trailing(words, cue, later, taken)
        or _leading(words, cue, later, subject)
    )


def _inverted(words: Sequence[Word], cue: CueAt, taken: int) -> Draft | None:
    """What stands before `said Petrova`."""
    before = cue.verb - 1
    if cue.verb != cue.at or before < taken + 1 or cue.cue.form is Form.ING:
        return None
    if not takes_quotation(cue) or not _ends_content(words, before):
        return None
    source = after_verb(words, cue.at + 1)
    if source is None or not _may_end(words, source.last + 1):
        return None
    rule = _rule_before(words, before)
    if rule is Rule.SAID_BY and not _inverts(words, cue, source):
        return None
    pieces = _split_pieces(words, taken, before, source.last + 1)
    if rule is Rule.SAID_BY and _is_too_short(words, pieces):
        return None
    return Draft(pieces, (cue.verb, cue.at + 1), source, Reference.NAMED, rule)


def _inverts(words: Sequence[Word], cue: CueAt, source: Source) -> bool:
    """Whether `, said Petrova` inverts, rather than going on from an apposition before it."""
    if cue.cue.kind is not CueClass.SPEECH or before_verb(words, cue.verb) is not None:
        return False
    first = words[source.first]
    return first.is_name_like or first.lower in _PERSONS or words[source.last].is_name_like


def _may_end(words: Sequence[Word], index: int) -> bool:
    """Whether an inverted source can end before word `index`: no verb may follow it."""
    if index >= len(words) or words[index].is_mark:
        return True
    return words[index].lower in _AFTER_SOURCES


def _trailing(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], taken: int
) -> Draft | None:
    """What stands before `Petrova said`."""
    source = before_verb(words, cue.verb)
    if source is None or not takes_quotation(cue) or cue.passive:
        return None
    before = source.first - 1
    if words[taken].lower == "according":
        return None
    content = complement(words, cue)
    if before < taken:
        opens = content is None and source.first <= taken + 1
        return _attribution(words, cue, source) if opens else None
    if not _ends_content(words, before):
        return None
    rule = _rule_before(words, before)
    if content is not None and rule is not Rule.QUOTE_BY:
        return None
    after = cue.at + 1
    comma = over_adverbs(words, after)
    if rule is Rule.SAID_BY and comma < len(words) and words[comma].text == ",":
        pieces = _around_aside(words, (taken, before), comma, (later, cue))
    else:
        pieces = _split_pieces(words, taken, before, after)
    if rule is Rule.SAID_BY and _is_too_short(words, pieces):
        return None
    return Draft(pieces, (cue.verb, after), source, Reference.NAMED, rule)


def _is_too_short(words: Sequence[Word], pieces: Pieces) -> bool:
    """Whether the pieces are but a name or an adverbial: Ivo Berg / , who advises Petrova."""
    inside = [word for start, end in pieces for word in words[start:end] if not word.is_mark]
    if any(word.quoted for word in inside):
        return False
    return len(inside) < _SHORTEST_CLAUSE or all(word.is_name_like for word in inside)


_SHORTEST_CLAUSE: Final = 3  # words of a clause without quotation marks
_SHORT_ANSWER: Final = 25  # words of a sentence that but attributes a quotation beside it
_SHORT_OPENING: Final = 5  # words before an attribution that are no clause of their own
_NOT_ON: Final = frozenset("while but although though whereas who which whose as".split())
"""Words that follow the comma after an attribution and begin something else."""


def _attribution(words: Sequence[Word], cue: CueAt, source: Source) -> Draft | None:
    """An attribution in a sentence of its own: `"Why?" / Petrova asked.` or `She said: / "…"`."""
    if len(words) > _SHORT_ANSWER:
        return None
    return Draft((), (cue.verb, cue.at + 1), source, Reference.NAMED, Rule.QUOTE_BY)


def _around_aside(
    words: Sequence[Word],
    before: tuple[int, int],
    after: int,
    cues_left: tuple[Sequence[CueAt], CueAt],
) -> Pieces:
    """The content on both sides of an attribution between commas: `Trade, he said, has grown`."""
    first = (_clause_start(words, *before), before[1])
    begin = after + 1
    if begin >= len(words):
        return (first,)
    short = first[1] - first[0] <= _SHORT_OPENING or words[first[0]].lower in PREPOSITIONS
    if not short and (words[begin].lower in _NOT_ON or words[begin].lower.endswith("ing")):
        return (first,)
    end = content_end(words, begin, *cues_left)
    return (first, (begin, end)) if end > begin else (first,)


def _split_pieces(words: Sequence[Word], start: int, end: int, after: int) -> Pieces:
    """The quotation before the attribution and, where it is split, what goes on after it."""
    first = (_clause_start(words, start, end), end)
    if words[end].text == "," and words[end - 1].text not in _CLOSES:
        return (first,)
    for index in range(after, min(after + _SHORT_ANSWER, len(words) - 1)):
        if words[index].text in QUOTATION_MARKS and words[index + 1].quoted:
            if index > after and words[index - 1].text not in _BEFORE_SECOND_HALF:
                return (first,)
            last = index + 1
            while last < len(words) and words[last].quoted:
                last += 1
            return (first, (index, last))
    return (first,)


_SHORTEST_TOWN: Final = 3
_LONGEST_DATELINE: Final = 12  # words and marks of SEOUL, Nov. 14 (Yonhap) --
_BEFORE_SECOND_HALF: Final = frozenset(", : . ; and but".split())


def _clause_start(words: Sequence[Word], start: int, end: int) -> int:
    """Where the content before an attribution begins: at the sentence or its last joint."""
    start = _after_dateline(words, start, end)
    for index in range(end - 1, start, -1):
        if words[index].text == ";" and not words[index].quoted:
            start = index + 1
            break
    while start < end and (
        words[start].lower in ("and", "but") or words[start].text in (",", ";")
    ):
        start += 1
    return start


def _after_dateline(words: Sequence[Word], start: int, end: int) -> int:
    """Number of the word after a dateline at `start`: ADDIS ABABA -- / Six years."""
    if start or not words[0].text.isupper() or len(words[0].text) < _SHORTEST_TOWN:
        return start
    for index in range(1, min(_LONGEST_DATELINE, end)):
        if words[index].text in DASHES:
            return index + 1
    return start


def _ends_content(words: Sequence[Word], index: int) -> bool:
    """Whether something that was said can end with word `index`."""
    return index > 0 and words[index].text in _ENDS_CONTENT


def _rule_before(words: Sequence[Word], index: int) -> Rule:
    """Whether a quotation or a clause ends with word `index`."""
    is_quote = words[index].text in _CLOSES or words[index - 1].text in _CLOSES
    return Rule.QUOTE_BY if is_quote or words[index - 1].quoted else Rule.SAID_BY


def _participle(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], subject: Source | None
) -> Draft | None:
    """What follows `, adding`: said by the subject of the sentence."""
    if cue.cue.form is not Form.ING or cue.verb != cue.at:
        return None
    start = complement(words, cue)
    if start is None:
        return None
    end = content_end(words, start, later, cue)
    if end <= start or is_no_content(words, start, end, cue):
        return None
    start = content_start(words, start, cue)
    by = before_verb(words, cue.at - 2) if words[cue.at - 1].lower == "by" else None
    source = by or subject or main_subject(words, cue.at)
    return Draft(((start, end),), (cue.at, cue.at + 1), source, Reference.SUBJECT, Rule.PARTICIPLE)


def _quoted_as(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], taken: int
) -> Draft | None:
    """What stands before or after `was quoted as saying`."""
    if cue.cue.lemma not in ("say", "tell") or words[cue.at - 1].lower != "as":
        return None
    participle = _quoted_at(words, cue.at - 2)
    if participle is None:
        return None
    verb = participle - 1
    source = before_verb(words, verb)
    if source is None:
        return None
    span = (verb, cue.at + 1)
    start = complement(words, cue)
    if start is None:
        before = source.first - 1
        if before <= taken or not _ends_content(words, before):
            return None
        return Draft(((taken, before),), span, source, Reference.NAMED, Rule.QUOTED_AS)
    end = content_end(words, start, later, cue)
    return Draft(((start, end),), span, source, Reference.NAMED, Rule.QUOTED_AS)


def _quoted_at(words: Sequence[Word], last: int) -> int | None:
    """Number of *quoted* before *as*, over whoever quotes: quoted by the Herald / as saying."""
    for here in range(last, max(1, last - _LONGEST_QUOTING), -1):
        if words[here].lower in ("quoted", "cited"):
            return here if here == last or words[here + 1].lower == "by" else None
        if words[here].is_mark:
            break
    return None


_LONGEST_QUOTING: Final = 7  # words of *by* and whoever quotes


def _leading(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], subject: Source | None
) -> Draft | None:
    """What follows `Petrova said`."""
    if cue.cue.form is Form.ING and cue.verb == cue.at:
        return None
    start = complement(words, cue)
    if start is None:
        return None
    if cue.passive:
        return _passive(words, cue, later, start)
    source = before_verb(words, cue.verb)
    reference = Reference.NAMED
    if source is None:
        if words[cue.verb - 1].lower not in ("and", "but", "then", ",", "or"):
            return None
        subject = subject or _told_subject(words, cue)
        if subject is None:
            return None
        source, reference = subject, Reference.SUBJECT
    end = content_end(words, start, later, cue)
    if end <= start or is_no_content(words, start, end, cue):
        return None
    rule = _leading_rule(words, cue, start)
    start = content_start(words, start, cue)
    if (
        rule is Rule.SAYS_QUOTE
        and cue.cue.kind in _SPARE_TITLES
        and is_title(words[start + 1 : end])
    ):
        return None
    return Draft(((start, end),), (cue.verb, cue.at + 1), source, reference, rule)


def _told_subject(words: Sequence[Word], cue: CueAt) -> Source | None:
    """The subject of the sentence, for a report verb after *and*: left the room and said."""
    reports = cue.cue.kind in (CueClass.SPEECH, CueClass.ADDRESS)
    return main_subject(words, cue.verb) if reports else None


def _passive(
    words: Sequence[Word], cue: CueAt, later: Sequence[CueAt], start: int
) -> Draft | None:
    """What somebody not named expects, or a question that somebody was asked."""
    span = (cue.verb, cue.at + 1)
    end = content_end(words, start, later, cue)
    if end <= start:
        return None
    if words[start].text in QUOTATION_MARKS and takes_quotation(cue):
        return Draft(((start, end),), span, None, Reference.NOBODY, Rule.SAYS_QUOTE)
    if cue.cue.lemma == "ask":
        if words[start].lower not in _QUESTIONS:
            return None
        comma = next((here for here in range(start, end) if words[here].text == ","), end)
        return Draft(((start, comma),), span, None, Reference.NOBODY, Rule.PASSIVE)
    if cue.verb == cue.at and words[cue.at + 1].lower == "to" and cue.verb:
        return Draft(((cue.at + 1, end),), span, None, Reference.NOBODY, Rule.PASSIVE)
    about = before_verb(words, cue.verb)
    if cue.cue.lemma != "expect" or about is None:
        return None
    pieces = ((about.first, about.last + 1), (start, end))
    return Draft(pieces, span, None, Reference.NOBODY, Rule.PASSIVE)


_QUESTIONS: Final = frozenset("whether if how why what when who where which".split())
_SPARE_TITLES: Final = (CueClass.OBJECT, CueClass.STANCE)


def _leading_rule(words: Sequence[Word], cue: CueAt, start: int) -> Rule:
    if words[start].text in QUOTATION_MARKS:
        return Rule.SAYS_QUOTE
    plain = cue.cue.kind in (CueClass.OBJECT, CueClass.STANCE)
    return Rule.DOES if plain else Rule.SAYS
