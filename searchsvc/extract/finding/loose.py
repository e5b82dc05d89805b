"""Statements without a verb that attributes them: transcripts and quotations on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import Source, before_verb, main_subject
from searchsvc.extract.finding.cues import cues, takes_quotation
from searchsvc.extract.finding.drafts import Draft, Reference, Rule
from searchsvc.extract.lexicon import AUXILIARIES, BODY_WORDS, CUES, PLAIN_VERBS, TITLES, UNNAMED
from searchsvc.extract.prose.words import DASHES, QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.prose.words import Word

LEAST_LOOSE: Final = 4
"""Words of a quotation that counts without a cue; a shorter one is a scare quote."""
_LEAST_AFTER_COLON: Final = 2
_TIMES: Final = frozenset("later earlier afterwards before ago".split())
_TITLE_SHARE: Final = 0.6  # capitalised words that make a quotation the title of something
_ALONE_SHARE: Final = 0.7  # quoted words that make a sentence a quotation
_LONGEST_LABEL: Final = 8  # words and marks up to the colon
_LONGEST_SPEAKER: Final = 3  # words
_FULL: Final = 2  # words
_JOINTS: Final = DASHES | {":"}
_LONGEST_SUBTITLE: Final = 6  # words
_VERBS: Final = AUXILIARIES | PLAIN_VERBS | frozenset(CUES)
_STOPS: Final = frozenset((".", "!", "?"))
_FORMS: Final = frozenset(("mr", "mrs", "ms", "dr"))
_TOPICS: Final = frozenset(("on", "about"))
_SMALL_WORDS: Final = frozenset("of the and in for a an to with on at".split())


_REMARKS: Final = frozenset(
    "note notes nb ps update correction clarification photo table editor".split()
)
"""Labels that nobody speaks."""


def is_remark(words: Sequence[Word]) -> bool:
    """Whether a label that nobody speaks opens the unit: Note: the figures are net."""
    return len(words) > 1 and words[1].text == ":" and words[0].lower in _REMARKS


def label(words: Sequence[Word]) -> Draft | None:
    """The speech after the name of its speaker and a colon, as transcripts have it."""
    colon = _colon(words)
    if colon is None:
        return None
    first, end = _label_bounds(words, colon)
    if end == first or is_remark(words):
        return None
    content = words[colon + 1 :]
    if colon == 1 and words[0].text in ("Q", "A"):
        return Draft(((colon + 1, len(words)),), (0, 1), None, Reference.NOBODY, Rule.LABEL)
    quoted = content[0].text in QUOTATION_MARKS
    if quoted and not all(word.quoted or word.is_mark for word in content):
        return None  # Key quote: "It leaks," Berg said.
    if (
        not quoted
        and (words[end].text == "," or words[end].lower in _TOPICS)
        and not (_is_in_capitals(words[first:end]))
    ):
        return None  # Berg on the strike: it must end
    known = _is_role(words[first:end])
    if not quoted and (known or content[-1].text not in _STOPS) and _is_subtitle(content):
        return None
    pieces, cue = ((colon + 1, len(words)),), (colon, colon + 1)
    source = Source(first, end - 1, end - 1)
    rule = Rule.SAID_BY if known else Rule.SAYS_QUOTE if quoted else Rule.LABEL
    return Draft(pieces, cue, source, Reference.NAMED, rule)


def headline_label(words: Sequence[Word]) -> Draft | None:
    """What a headline says before the name of its speaker: War is over: / Berg."""
    last = len(words) - 1
    first = last + 1
    while first > 1 and words[first - 1].is_name_like and last - first < _LONGEST_SPEAKER:
        first -= 1
    joint = first - 1
    if first > last or joint < _FULL or words[joint].text not in _JOINTS:
        return None
    content = words[:joint]
    is_quotation = content[0].text in QUOTATION_MARKS and all(
        word.quoted or word.is_mark for word in content
    )
    is_clause = any(w.lower in AUXILIARIES or w.lower in PLAIN_VERBS for w in content[1:])
    if not (is_quotation or (is_clause and not any(word.text in _STOPS for word in content))):
        return None
    rule = Rule.QUOTE_BY if is_quotation else Rule.SAID_BY
    source = Source(first, last, last)
    return Draft(((0, joint),), (joint, first), source, Reference.NAMED, rule)


def _colon(words: Sequence[Word]) -> int | None:
    """Number of the first colon, where it may end a label and something follows."""
    for index in range(1, min(_LONGEST_LABEL, len(words) - 1)):
        if words[index].text == ":":
            return index
        if words[index].text in QUOTATION_MARKS:
            return None
    return None


def _label_bounds(words: Sequence[Word], colon: int) -> tuple[int, int]:
    """First word of the name before a colon and the word after its last; equal where none is."""
    first = 0
    for index in range(colon):
        word = words[index]
        if word.is_name_like:
            continue
        if word.text == "." and words[index - 1].lower in _FORMS and index + 1 < colon:
            first = index + 1  # MR. / BERG
        elif word.text != "." or not index:
            return first, index if _is_aside(words, index, colon) else first
    return first, colon


def _is_aside(words: Sequence[Word], index: int, colon: int) -> bool:
    """Whether what stands before a colon no longer names: Berg / (Oslo), Berg / on the strike."""
    if words[index].text == ",":
        return all(word.is_name_like for word in words[index + 1 : colon])
    in_brackets = words[index].text == "(" and words[colon - 1].text == ")"
    return in_brackets or words[index].lower in _TOPICS


def _is_in_capitals(words: Sequence[Word]) -> bool:
    return all(word.text.isupper() for word in words)


def _is_role(words: Sequence[Word]) -> bool:
    """Whether the label is no name: Sources, Mayor."""
    return all(word.lower in TITLES | UNNAMED and not word.text.isupper() for word in words)


def is_speaking(name: str) -> bool:
    """Whether somebody who is called so may speak, though no person is named: Oslo Herald, host."""
    return name.rpartition(" ")[2].lower() in SPEAKING


SPEAKING: Final = (
    BODY_WORDS
    | TITLES
    | UNNAMED
    | frozenset("host moderator interviewer caller chair chairwoman anchor male female".split())
)
"""Words that names end with of those who speak without being persons of a name."""


def _is_subtitle(words: Sequence[Word]) -> bool:
    """Whether the words are a title without a verb: A Life in Letters."""
    inside = [word for word in words if not word.is_mark and word.lower not in _SMALL_WORDS]
    if not _FULL <= len(inside) <= _LONGEST_SUBTITLE:
        return False
    return all(word.is_name_like and word.lower not in _VERBS for word in inside)


def announcement(words: Sequence[Word]) -> Draft:
    """The source of the quotation that follows a sentence with a colon at its end."""
    verbs = [cue for cue in cues(words) if takes_quotation(cue)]
    source = before_verb(words, verbs[-1].verb) if verbs else None
    source = source or main_subject(words, len(words)) or named_by(words, len(words) - 1)
    reference = Reference.SUBJECT if source else Reference.CONTINUED
    cue = (verbs[-1].verb, verbs[-1].at + 1) if verbs else None
    return Draft((), cue, source, reference, Rule.SAYS_QUOTE)


def named_by(words: Sequence[Word], colon: int) -> Source | None:
    """The name before a colon after *by*: the text of the speech by / Ivo Berg:."""
    end = colon - 1
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
        elif start > 1 and words[start - 2].lower in _MEANS:
            continue
        elif len(inside) >= _least(words, start) and not is_title(inside):
            source = main_subject(words, start)
            if source is not None and words[source.last].lower in _TIMES:
                source = None  # A minute later: "..."
            reference = Reference.SUBJECT if source else Reference.CONTINUED
            yield Draft(((start, end),), None, source, reference, Rule.LOOSE)


_MEANS: Final = frozenset(("means", "mean", "meaning"))
"""What follows them is a translation."""


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
