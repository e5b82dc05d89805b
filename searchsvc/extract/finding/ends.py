"""Where what was said ends, chosen among the places where it could.

Every comma, joint, preposition or relative word after the beginning may be the end, and so may the
end of the sentence. From left to right a logistic model gives the chance that a place is the end if
no earlier one was; from these follow the chances of every end, and the place is taken whose stretch
most probably shares half of its words with the true one.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.finding.drafts import Rule
from searchsvc.extract.finding.weights import names
from searchsvc.extract.lexicon import AUXILIARIES, CUES, DAYS, PREPOSITIONS
from searchsvc.extract.prose.words import DASHES, QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.extract.finding.cues import CueAt
    from searchsvc.extract.finding.weights import Facts, Learned
    from searchsvc.extract.prose.words import Word

OPEN_ENDED: Final = frozenset(
    (
        Rule.SAYS,
        Rule.DOES,
        Rule.PARTICIPLE,
        Rule.PASSIVE,
        Rule.SAID_BY,
        Rule.WIDE,
        Rule.NOMINAL,
    )
)
"""Rules whose content ends where the model says."""
_MOST_PLACES: Final = 24
_JOINTS: Final = frozenset(
    "and but or nor while as when if because although though whereas since until unless who which "
    "that where whose whom to than so yet then".split()
)
_BOUNDARIES: Final = (
    _JOINTS | PREPOSITIONS | DAYS | DASHES | QUOTATION_MARKS | frozenset(",;:()[]…")
)
_TRAILING: Final = DASHES | frozenset(",.;:")
_COMMON: Final = (
    PREPOSITIONS
    | AUXILIARIES
    | _JOINTS
    | DAYS
    | frozenset(
        "the a an he she it they we i you his her their its this these those there what how why "
        "whether not n't no more most all some any many last next also just only about him them "
        "us me my your our who's it's one two new even still".split()
    )
)
_OPENS_CLAUSE: Final = frozenset("if when while as after before although though since".split())
_CLAUSAL: Final = frozenset(
    "that he she it they we i you there the whether if how what why".split()
)
_FAR: Final = 6  # words after a place that are looked at
_SAME: Final = 0.5  # share of common words that makes two stretches the same statement
_EXACT: Final = 0.5  # how much being exactly right counts beside being half right
_LEAST: Final = 0.03  # chance below which an end is not considered
_STEEPEST: Final = 30.0


class Place(NamedTuple):
    """A place where what was said may end.

    Attributes:
        at: number of the word before which it ends.
        size: words up to there, marks left out; at least 1.
    """

    at: int
    size: int


class End(NamedTuple):
    """The end that was chosen, and the chance that it is right or nearly so, 0 to 1."""

    at: int
    chance: float


def choose(
    words: Sequence[Word],
    start: int,
    cue: CueAt,
    suggested: int,
    weights: Learned,
) -> End:
    """The end of the content that begins at word `start`.

    Args:
        words: the unit.
        start: number of the first word of the content.
        cue: what attributes it.
        suggested: where the rules end it; it is taken where there are no weights.
        weights: by feature.
    """
    if not weights:
        return End(max(suggested, start + 1), 1.0)
    found = places(words, start)
    if len(found) == 1:
        return End(found[0].at, 1.0)
    return _best(found, _chances(_facts(words, start, cue, found, suggested), weights))


def places(words: Sequence[Word], start: int) -> list[Place]:
    """Where a content that begins at word `start` may end, ascending; the last takes all."""
    stop = len(words)
    while stop > start + 1 and words[stop - 1].text in _TRAILING:
        stop -= 1
    found: list[Place] = []
    size = counted = 0  # words so far, and those up to the last place
    for index in range(start, stop):
        word = words[index]
        if (
            size > counted
            and word.lower in _BOUNDARIES
            and len(found) < _MOST_PLACES
            and not (word.quoted and words[index - 1].quoted)
        ):
            found.append(Place(index, size))
            counted = size
        if not word.is_mark:
            size += 1
    if found and found[-1].size == size:
        found.pop()
    found.append(Place(stop, max(size, 1)))
    return found


@lru_cache(maxsize=1 << 16)
def look(text: str) -> str:
    """What sort of word it is, roughly: itself where it is common, else its shape."""
    lower = text.lower()
    if lower in _COMMON:
        return lower
    first = text[0]
    if not first.isalnum():
        return first
    if first.isdigit():
        return "0"
    if first.isupper():
        return "Aa"
    return next(("-" + end for end in ("ing", "ed", "ly", "s") if lower.endswith(end)), "a")


def opening(words: Sequence[Word], start: int, cue_at: int) -> str:
    """How the content begins: `that` where it stands before it, else the look of its word."""
    if start - 1 > cue_at and words[start - 1].lower == "that":
        return "that"
    return look(words[start].text)


@lru_cache(maxsize=1 << 10)
def size_class(size: int) -> int:
    """The least size of those that the models treat alike."""
    return max(least for least in (0, 1, 2, 3, 4, 6, 9, 14, 22) if least <= size)


def features(
    words: Sequence[Word], start: int, cue: CueAt, found: Sequence[Place], suggested: int
) -> Iterator[tuple[str, ...]]:
    """What the model looks at, for each place but the last."""
    for facts in _facts(words, start, cue, found, suggested):
        yield names(_NAMINGS, facts)


def _facts(
    words: Sequence[Word], start: int, cue: CueAt, found: Sequence[Place], suggested: int
) -> Iterator[Facts]:
    """What is known of each place but the last, as `_NAMINGS` names it."""
    kind, form = cue.cue.group, cue.cue.form
    how = opening(words, start, cue.at)
    clausal = how in _CLAUSAL
    within = "r" if cue.verb and words[cue.verb - 1].lower in ("who", "which", "that") else ""
    clause = words[0].lower if words[0].lower in _OPENS_CLAUSE else ""
    finite = commas = 0
    at = start
    last = len(words) - 1
    for place in found[:-1]:
        while at < place.at:
            lower = words[at].lower
            if lower in AUXILIARIES:
                finite = 1
            elif lower == ",":
                commas = min(commas + 1, 2)
            at += 1
        after = look(words[at].text)
        then = look(words[at + 1].text) if at < last else ""
        third = look(words[at + 2].text) if at + 1 < last else ""
        before = words[at - 1]
        closes = "q" if before.quoted or before.text in QUOTATION_MARKS else ""
        size = size_class(place.size)
        proposed = int(at == suggested)
        yield (
            (after, then, third),
            (after, size, kind),
            (after, look(before.text), finite, clausal, commas, closes),
            (after, then, kind),
            (after, within, clause, _ahead(words, at), proposed),
            (proposed, kind, form),
            (kind, size, how),
        )


def _of_words(after: str, then: str, third: str) -> tuple[str, ...]:
    return ("a" + after, f"b{after} {then}", f"c{after} {then} {third}")


def _of_size(after: str, size: int, kind: str) -> tuple[str, ...]:
    return (f"d{size} {after}", f"e{kind} {after}")


def _of_past(
    after: str, before: str, finite: int, clausal: object, commas: int, closes: str
) -> tuple[str, ...]:
    return (
        f"h{after} {finite} {clausal}",
        f"i{after} {commas}",
        f"j{after} {closes}",
        f"k{after} {before}",
    )


def _of_cue(after: str, then: str, kind: str) -> tuple[str, ...]:
    return (f"l{after} {then} {kind}",)


def _of_clause(after: str, within: str, clause: str, ahead: str, proposed: int) -> tuple[str, ...]:
    return (f"m{after} {within} {clause}", f"n{after} {ahead}", f"o{proposed} {after}")


def _of_proposal(proposed: int, kind: str, form: str) -> tuple[str, ...]:
    return (f"p{proposed} {kind} {form}",)


def _of_opening(kind: str, size: int, how: str) -> tuple[str, ...]:
    return (f"q{kind} {size} {how}", f"r{size}")


_NAMINGS: Final = (
    _of_words,
    _of_size,
    _of_past,
    _of_cue,
    _of_clause,
    _of_proposal,
    _of_opening,
)
"""What names the features that the facts of a place make, in order."""


def _ahead(words: Sequence[Word], at: int) -> str:
    """What follows soon after a place: a cue, a finite verb, or neither."""
    for word in words[at + 1 : at + _FAR]:
        found = _AHEAD.get(word.lower)
        if found is not None:
            return found
    return ""


_AHEAD: Final = {
    **dict.fromkeys(AUXILIARIES, "be"),
    **{form: cue.form for form, cue in CUES.items()},
    ",": "",
}
"""What a word ahead says; at a comma nobody looks further."""


def _chances(rows: Iterable[Facts], weights: Learned) -> list[float]:
    """The chance of each place to be the end; they add up to 1. The last takes what is left."""
    left = 1.0
    found = []
    bias = weights.bias
    by_words, by_size, by_past, by_cue, by_clause, by_proposal, by_opening = weights.weighed(
        _NAMINGS
    )
    for words, size, past, cue, clause, proposal, opened in rows:
        score = sum(
            (
                *by_words[words],
                *by_size[size],
                *by_past[past],
                *by_cue[cue],
                *by_clause[clause],
                *by_proposal[proposal],
                *by_opening[opened],
            ),
            bias,
        )
        stops = probability(score)
        found.append(left * stops)
        left *= 1 - stops
    return [*found, left]


def probability(score: float) -> float:
    """The logistic function of a score, 0 to 1."""
    if score > _STEEPEST:
        score = _STEEPEST
    elif score < -_STEEPEST:
        score = -_STEEPEST
    return 1 / (1 + exp(-score))


def _best(found: Sequence[Place], chances: Sequence[float]) -> End:
    """The place whose stretch most probably is the true one, or nearly."""
    top = (-1.0, 0.0, found[-1].at)
    shares = [(place.size, chance) for place, chance in zip(found, chances, strict=True)]
    for place, chance in zip(found, chances, strict=True):
        if chance < _LEAST:
            continue
        low, high = _SAME * place.size, place.size / _SAME
        near = sum([share for size, share in shares if low <= size <= high])
        top = max(top, (near + _EXACT * chance, near, place.at))
    return End(top[2], min(1.0, top[1]))
