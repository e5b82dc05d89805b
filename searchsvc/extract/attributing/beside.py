"""Who stands beside a quotation that no cue attributes: the words after it, or before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import Source, after_verb, before_verb, verb_start
from searchsvc.extract.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    CUES,
    DAYS,
    DETERMINERS,
    PLAIN_VERBS,
    PREPOSITIONS,
    Form,
)
from searchsvc.extract.prose.words import DASHES, QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.prose.words import Word

_ENDS: Final = frozenset((",", "?", "!", ".", *DASHES)) | QUOTATION_MARKS
_LONGEST_ASIDE: Final = 25  # words between a source and its verb
_LONGEST_LABEL: Final = 8  # words before the colon
_LONGEST_SIGNATURE: Final = 12  # words and marks
_LEAST_VERB: Final = 3  # letters
_NO_VERBS: Final = BREAKS | PREPOSITIONS | DETERMINERS | ADVERBS | DAYS | {"and", "or", "but"}


def beside(words: Sequence[Word], start: int, end: int) -> Source | None:
    """The source that stands beside `words[start:end]`, a quotation, or None."""
    return _after(words, end) or _at_colon(words, start) or _before(words, start)


def signature(words: Sequence[Word]) -> Source | None:
    """The source of a line that only signs the quotation before it: - / Ivo Berg, Oslo."""
    if len(words) > _LONGEST_SIGNATURE or words[0].text not in DASHES:
        return None
    end = 1
    while end < len(words) and words[end].is_name_like:
        end += 1
    return Source(1, end - 1, end - 1) if end > 1 else None


def _after(words: Sequence[Word], end: int) -> Source | None:
    """The source after a quotation: "...", / Berg thundered; "...", read / a sign."""
    at = end
    while at < len(words) and words[at].text in _ENDS:
        at += 1
    if at == end or at >= len(words) or words[at].quoted:
        return None
    if not any(words[index].text in QUOTATION_MARKS for index in range(end, at)):
        return None
    source = after_verb(words, at)
    if source is not None:
        short = _up_to_verb(words, source)
        if short is not None:
            return short
    if words[at].text.islower() and _may_be_verb(words[at]):
        return after_verb(words, at + 1)
    return None


def _up_to_verb(words: Sequence[Word], source: Source) -> Source | None:
    """`source` without the verb that it ends with, or that follows it; None without one."""
    for index in range(source.first + 1, source.last + 1):
        if (
            words[index].text.islower()
            and _is_finite(words[index])
            and words[index - 1].lower not in DETERMINERS
        ):
            return source._replace(last=index - 1, through=index - 1)
    after = source.last + 1
    if after < len(words) and _may_be_verb(words[after]) and words[after].text.islower():
        return source
    if after < len(words) and words[after].text == ",":
        for index in range(after + 1, min(after + _LONGEST_ASIDE, len(words) - 1)):
            if words[index].text == "," and _may_be_verb(words[index + 1]):
                return source._replace(through=index)
    return None


def _may_be_verb(word: Word) -> bool:
    return (
        word.text.isalpha()
        and word.text.islower()
        and len(word.text) >= _LEAST_VERB
        and word.lower not in _NO_VERBS
        and word.lower not in AUXILIARIES
    )


def _is_finite(word: Word) -> bool:
    cue = CUES.get(word.lower)
    if cue is not None:
        return cue.form in (Form.PAST, Form.PRESENT) and not cue.nominal
    return word.lower.endswith("ed") or word.lower in PLAIN_VERBS


def _at_colon(words: Sequence[Word], start: int) -> Source | None:
    """The source right before the colon of a quotation: the view from / Berg: "..."."""
    colon = start - 1
    while colon > 0 and words[colon].text in QUOTATION_MARKS:
        colon -= 1
    cue = CUES.get(words[0].lower)
    if cue is not None and cue.form is not Form.ING and colon <= _LONGEST_LABEL:
        source = after_verb(words, 1)  # Said / Berg: "..."
        if source is not None and source.last < colon:
            return source
    if colon < 1 or words[colon].text != ":" or not words[colon - 1].is_name_like:
        return None
    first = colon - 1
    while first > 0 and words[first - 1].is_name_like and not words[first - 1].is_mark:
        first -= 1
    return Source(first, colon - 1, colon - 1)


def _before(words: Sequence[Word], start: int) -> Source | None:
    """The source of the nearest verb before a quotation."""
    for index in range(start - 1, 0, -1):
        word = words[index]
        if word.quoted or word.text == ";":
            return None
        cue = CUES.get(word.lower)
        if cue is None or (cue.nominal and words[index - 1].lower in DETERMINERS):
            continue
        source = before_verb(words, verb_start(words, index))
        if source is not None:
            return source
    return None
