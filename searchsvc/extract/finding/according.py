"""Statements that *according to* attributes, and phrases like it: in the view of, per."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import Source, after_verb
from searchsvc.extract.finding.drafts import Draft, Reference, Rule
from searchsvc.extract.lexicon import AUXILIARIES, DETERMINERS
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.prose.words import Word

_SHORT_OPENING: Final = 5  # words before an attribution that are no clause of their own
_LONGEST_ASIDE: Final = 12  # words between the commas after a source
_NO_SOURCES: Final = frozenset("which what how whether where when whom".split())
_MEASURES: Final = frozenset(
    "plan plans schedule law rule rules size need needs rank type age taste height weight "
    "protocol tradition script custom design ability merit order number".split()
)
"""What things are done according to; nobody says it."""
_OPENINGS: Final = (
    ("in", "the", "view", "of"),
    ("in", "the", "eyes", "of"),
    ("in", "the", "words", "of"),
    ("in", "the", "opinion", "of"),
    ("as", "reported", "by"),
    ("as", "told", "by"),
)
_OWN: Final = frozenset("view opinion account telling words eyes".split())
_LIKE: Final = frozenset(("in", "as", "per", "by"))
_JOINTS: Final = frozenset("because and but while although though that since so".split())
_ENDS: Final = frozenset((".", '"', "”", ")"))


def according(words: Sequence[Word]) -> Iterator[Draft]:
    """What stands around `according to Petrova`."""
    for index in range(len(words) - 2):
        word = words[index]
        if word.quoted or (word.lower != "according" and word.lower not in _LIKE):
            continue
        found = _attribution(words, index)
        if found is None:
            continue
        source, begin, after = found
        pieces = _around(words, index, after)
        if pieces:
            yield Draft(pieces, (index, begin), source, Reference.NAMED, Rule.ACCORDING)


def _attribution(words: Sequence[Word], index: int) -> tuple[Source, int, int] | None:
    """The source named by the phrase at word `index`, where it begins, and the word after it."""
    if words[index].lower == "according":
        begin = index + 2
        if words[index + 1].lower != "to" or words[begin].lower in _NO_SOURCES:
            return None
        source = after_verb(words, begin) or _up_to_mark(words, begin)
        return None if _is_measure(words, source) else (source, begin, source.last + 1)
    if index and words[index - 1].text not in (",", "("):
        return None
    length = _opening(words, index)
    if not length and words[index].lower == "as":
        return _put(words, index)
    if length:
        source_after = after_verb(words, index + length)
        return source_after and (source_after, index + length, source_after.last + 1)
    return _own(words, index)


def _up_to_mark(words: Sequence[Word], begin: int) -> Source:
    end = begin + 1
    while end < len(words) and not words[end].is_mark:
        end += 1
    return Source(begin, end - 1, end - 1)


def _is_measure(words: Sequence[Word], source: Source) -> bool:
    """Whether things are done by it: according to plan, to the rules."""
    return words[source.last].lower in _MEASURES


def _opening(words: Sequence[Word], index: int) -> int:
    """How many words of a phrase like *in the view of* stand at word `index`; 0 where none do."""
    if words[index].lower == "per":
        return 1 if words[index + 1].is_name_like else 0
    for phrase in _OPENINGS:
        if tuple(word.lower for word in words[index : index + len(phrase)]) == phrase:
            return len(phrase) if index + len(phrase) < len(words) else 0
    return 0


def _own(words: Sequence[Word], index: int) -> tuple[Source, int, int] | None:
    """The source of `in Petrova's view` or `by her account`."""
    if words[index].lower not in ("in", "by"):
        return None
    source = after_verb(words, index + 1)
    if source is None:
        return None
    for at in range(source.first + 1, min(source.last + 2, len(words) - 1)):
        if words[at].lower in ("'s", "’s"):
            owned = words[at + 1].lower in _OWN
            named = Source(source.first, at - 1, at - 1)
            return (named, index + 1, at + 2) if owned else None
    return None


def _put(words: Sequence[Word], index: int) -> tuple[Source, int, int] | None:
    """The source of `as Petrova put it`."""
    source = after_verb(words, index + 1)
    if source is None:
        return None
    for at in range(source.first + 1, min(source.last + 2, len(words) - 1)):
        if words[at].lower in ("put", "puts") and words[at + 1].lower == "it":
            return Source(source.first, at - 1, at - 1), index + 1, at + 2
    return None


def _around(words: Sequence[Word], start: int, after: int) -> tuple[tuple[int, int], ...]:
    """The content before and after an attribution that stands at `start` to `after`."""
    if start and words[start - 1].text == "(":
        close = next((at for at in range(after, len(words)) if words[at].text == ")"), None)
        return () if close is None else _both(words, start - 1, close)
    while after < len(words) and words[after].text != ",":
        after += 1
    after = _over_aside(words, after, opens=not start)
    end = _content_end(words, after)
    goes_on = end > after + 1
    if start > 1 and words[start - 1].lower == "that":
        return ()  # Berg said that according to Petrova trade fell
    between = _between(words, start, after, end) if start > 1 and goes_on else None
    if between is not None:
        return between
    pieces = []
    if start > 1:
        pieces.append((0, start))
    if goes_on and start <= 1:
        pieces.append((after + 1, end))
    return tuple(pieces)


def _between(
    words: Sequence[Word], start: int, after: int, end: int
) -> tuple[tuple[int, int], ...] | None:
    """The content around an attribution between commas, or None where it all stands before."""
    rest = (after + 1, end)
    if words[after + 1].text in QUOTATION_MARKS:
        return ((0, start), rest)
    if words[start - 1].text != ",":
        return None
    if words[start - 2].lower in _JOINTS:
        return (rest,)  # he left because, according to Petrova, trade fell
    if words[after + 1].lower in AUXILIARIES:
        return ((0, start), rest)  # trade, according to Petrova, was down
    opening = words[: start - 1]
    is_clause = any(word.lower in AUXILIARIES for word in opening)
    if start > _SHORT_OPENING or is_clause or words[after + 1].lower == "who":
        return None
    # in addition, according to Petrova, trade fell; or: in May, according to ...
    says_when = any(word.is_name_like or word.text.isdigit() for word in opening[1:])
    return ((0, start), rest) if says_when else (rest,)


def _both(words: Sequence[Word], start: int, close: int) -> tuple[tuple[int, int], ...]:
    """The content before and after an attribution in brackets."""
    end = _content_end(words, close)
    return ((0, start), (close + 1, end)) if end > close + 1 else ((0, start),)


def _over_aside(words: Sequence[Word], comma: int, *, opens: bool) -> int:
    """Number of the comma after an aside that follows the source: Petrova, / a lawyer, / trade."""
    aside = comma + 1
    if not opens or aside >= len(words):
        return comma
    first = words[aside]
    for end in range(aside + 1, min(aside + _LONGEST_ASIDE, len(words))):
        if words[end].lower in AUXILIARIES and first.lower != "who":
            return comma
        if words[end].text == ",":
            short = first.text.isdigit() or first.lower in DETERMINERS | {"who", "whose"}
            return end if short or _is_name(words[aside:end]) else comma
    return comma


def _is_name(words: Sequence[Word]) -> bool:
    return all(word.is_name_like for word in words)


def _content_end(words: Sequence[Word], after: int) -> int:
    end = len(words)
    while end > after and words[end - 1].text in _ENDS:
        end -= 1
    return end
