"""Which words of a sentence name the source of a statement: all that could, weighed as learned.

The rules of finding take the words next to the cue. Where the subject stands further off (Voters in
three towns / said; Berg took the stage, / saying), other words of the sentence fit better.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.phrases import (
    FINITE,
    beside,
    is_time,
    is_verb,
    leads,
    phrases,
    sort_of,
)
from searchsvc.extract.finding.drafts import Reference, Rule
from searchsvc.extract.lexicon import CUES, NOUN_CUES, WIDE_CUES
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.extract.attributing.people import Passage
    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.finding.find import Found
    from searchsvc.extract.prose.words import Word

WEIGHTS_FILE: Final = "choices.json"
_LEFT_ALONE: Final = (Rule.LABEL, Rule.FLOATING, Rule.LOOSE, Rule.QUOTED_AS)
_DISTANCES: Final = "0123345555667777777778"  # a digit by the number of words between
_MOST_VERBS: Final = 3
_MOST_SUBJECTS: Final = 2
_LAST_RANK: Final = 3


class Option(NamedTuple):
    """Words that may name the source, or None for nobody, and the features that speak for them."""

    source: Source | None
    evidence: tuple[str, ...]


class _Verb(NamedTuple):
    """The cue of a statement.

    Attributes:
        first, last: numbers of its first and last word.
        lemma, form: base form and form of the last.
        before: what stands before it.
        rule: name of the rule that found the statement, with how it told the source.
    """

    first: int
    last: int
    lemma: str
    form: str
    before: str
    rule: str


class _Place(NamedTuple):
    """Where an option stands.

    Attributes:
        side: "B" before the cue, "A" after it.
        rank: number of options between it and the cue.
        order: its number in the sentence.
        lead: whether it is a subject, and how many subjects stand between.
        previous, following: the words beside it.
        between: what stands between it and the cue: "f" a small verb, "," a comma, "t" the content.
        verbs: number of verbs between.
        gap: bucket of the number of words between.
    """

    side: str
    rank: int
    order: int
    lead: str
    previous: str
    following: str
    between: str
    verbs: int
    gap: str


@cache
def weights() -> Mapping[str, float]:
    """Weight by feature, as learned by `python -m tests.training.choices`."""
    file = resources.files(__package__) / WEIGHTS_FILE
    return MappingProxyType(json.loads(file.read_text("utf-8")))


def chosen(within: Passage, found: Found, learned: Mapping[str, float]) -> Found:
    """`found` with those words of its sentence as source that fit best by the weights `learned`."""
    fits = [] if _is_plain(within, found) else options(within, found)
    if not fits:
        return found
    known = learned.get
    best = max(fits, key=lambda one: sum([known(name, 0.0) for name in one.evidence]))
    if best.source == found.source:
        return found
    reference = Reference.NOBODY if best.source is None else Reference.NAMED
    return replace(found, source=best.source, reference=reference)


def _is_plain(within: Passage, found: Found) -> bool:
    """Whether a name or *he* that begins the clause stands right beside the cue: no choice."""
    words, source = within.words, found.source
    if source is None or found.cue is None:
        return False
    first, after = source.first, source.last + 1
    if first == 0 and source.last > first:
        in_full = [name for name in within.names[:1] if name.first == 0 and len(name.parts) > 1]
        if in_full and in_full[0].last >= source.last:
            return True  # Ivo Berg, a lawyer in Oslo, / said
    opens = first == 0 or words[first - 1].text in QUOTATION_MARKS
    joins = first > 1 and words[first - 1].lower in ("and", "but") and words[first - 2].text == ","
    if not (opens or joins or found.rule is Rule.QUOTE_BY):
        return False
    is_beside = (after < len(words) and words[after].start == found.cue.start) or (
        first > 0 and words[first - 1].end == found.cue.end
    )
    return is_beside and (
        words[first].lower in ("he", "she")
        or any(name.last == source.last for name in within.names)
    )


def options(within: Passage, found: Found) -> list[Option]:
    """What may be the source of `found`, in order, nobody last; [] where only its rule can tell."""
    if found.rule in _LEFT_ALONE or found.cue is None or found.reference is Reference.CONTINUED:
        return []
    words, ruled = within.words, found.source
    verb = _verb(words, found)
    if verb is None:
        return []
    told = _told(words, found)
    sources = [
        one
        for one in phrases(words, (verb.first, verb.last), told)
        if (ruled is None or one[:2] != ruled[:2]) and not _is_of_other(words, one, found)
    ]
    if ruled is not None:
        sources.append(ruled)
        sources.sort()
    names = {name.last for name in within.names}
    sources = [one for one in sources if not is_time(words[one.last])]
    if ruled not in sources:
        ruled = None
    sorts = [sort_of(words, one, names) for one in sources]
    rival = sorts[sources.index(ruled)] if ruled is not None else "none"
    subjects = [leads(words, sources, number) for number in range(len(sources))]
    fits = []
    for number, (source, sort) in enumerate(zip(sources, sorts, strict=True)):
        place = _place(words, sources, number, verb=verb, told=told, subjects=subjects)
        evidence = [*_of_place(place, verb), *_of_sort(sort, place, verb)]
        evidence += _as_ruled(sort, place, verb) if source == ruled else [f"not {rival} {sort}"]
        fits.append(Option(source, tuple(evidence)))
    return [*fits, Option(None, tuple(_of_nobody(verb, rival)))]


def _is_of_other(words: Sequence[Word], source: Source, found: Found) -> bool:
    """Whether `source` only passes the statement on: Berg said, according to / the ministry."""
    first = source.first
    passes = first > 1 and words[first - 1].lower == "to" and words[first - 2].lower == "according"
    return passes and found.rule is not Rule.ACCORDING


def _verb(words: Sequence[Word], found: Found) -> _Verb | None:
    """The cue of `found`, or None where it stands in another unit."""
    if found.cue is None:
        return None
    first = bisect_left(words, found.cue.start, key=lambda word: word.start)
    last = bisect_left(words, found.cue.end, key=lambda word: word.start) - 1
    if first > last or words[first].start != found.cue.start:
        return None
    word = words[last].lower
    cue = CUES.get(word) or WIDE_CUES.get(word) or NOUN_CUES.get(word)
    return _Verb(
        first,
        last,
        cue.lemma if cue else word,
        cue.form.value if cue else "none",
        beside(words[first - 1]) if first else "^",
        f"{found.rule.name}{found.reference.name[0]}",
    )


def _told(words: Sequence[Word], found: Found) -> bytearray:
    """For each word whether it is part of what was said."""
    told = bytearray(len(words))
    for piece in found.pieces:
        start = bisect_left(words, piece.start, key=lambda word: word.start)
        end = bisect_left(words, piece.end, key=lambda word: word.start)
        told[start:end] = b"\x01" * (end - start)
    return told


def _place(
    words: Sequence[Word],
    sources: Sequence[Source],
    number: int,
    *,
    verb: _Verb,
    told: bytearray,
    subjects: Sequence[bool],
) -> _Place:
    """Where option `number` stands; `subjects` tells which options may begin a clause."""
    source = sources[number]
    ahead = bisect_left(sources, verb.first, key=lambda one: one.first)
    is_before = number < ahead
    if is_before:
        low, high = source.through + 1, verb.first
        passed = subjects[number + 1 : ahead]
    else:
        low, high = verb.last + 1, source.first
        passed = subjects[ahead:number]
    between = words[low:high]
    after = source.last + 1
    marks = (
        ("f", any(word.lower in FINITE for word in between)),
        (",", any(word.text == "," for word in between)),
        ("t", any(told[low:high])),
    )
    return _Place(
        side="B" if is_before else "A",
        rank=min(_LAST_RANK, len(passed)),
        order=min(_LAST_RANK, number),
        lead=f"{'s' if subjects[number] else 'o'}{min(sum(passed), _MOST_SUBJECTS)}",
        previous=beside(words[source.first - 1]) if source.first else "^",
        following="cue"
        if after == verb.first
        else beside(words[after])
        if after < len(words)
        else "$",
        between="".join([mark for mark, holds in marks if holds]),
        verbs=min(_MOST_VERBS, sum([is_verb(word) for word in between])),
        gap=_DISTANCES[min(len(between), len(_DISTANCES) - 1)],
    )


def _of_place(place: _Place, verb: _Verb) -> Iterator[str]:
    """The features that tell where an option stands."""
    side, rank, order, lead, previous, following, between, verbs, gap = place
    form, before, rule = verb.form, verb.before, verb.rule
    yield f"lead {side}{lead} {form} {before}"
    yield f"lead {side}{lead} {rule}"
    yield f"lead {side}{lead} {between}"
    yield f"lead {side}{lead} {rank}"
    yield f"stand {previous} {following}"
    yield f"verbs {verbs} {form} {side}"
    yield f"verbs {verbs} {side}{lead}"
    yield f"near {side}{rank} {form} {before}"
    yield f"near {side}{rank} {order}"
    yield f"near {side}{rank} {rule}"
    yield f"order {order} {form} {before}"
    yield f"order {order} {previous}"
    yield f"from {previous} {form}"
    yield f"from {previous} {between}"
    yield f"to {following} {between}"
    yield f"to {following} {form} {gap}"
    yield f"between {between} {form} {before} {side}"
    yield f"between {between} {rule} {side}"
    yield f"gap {gap} {side} {form}"


def _of_sort(sort: str, place: _Place, verb: _Verb) -> Iterator[str]:
    """The features that tell what sort of words an option is."""
    yield f"sort {sort} {verb.form}"
    yield f"sort {sort} {verb.rule}"
    yield f"sort {sort} {verb.lemma}"
    yield f"sort {sort} {place.side}{place.rank}"
    yield f"sort {sort} {place.side}{place.lead}"
    yield f"sort {sort} {place.previous}"
    yield f"sort {sort} {place.following}"
    yield f"sort {sort} {place.verbs}"


def _as_ruled(sort: str, place: _Place, verb: _Verb) -> Iterator[str]:
    """The features of the words that the rule of the statement takes for its source."""
    yield f"rule {verb.rule}"
    yield f"rule {verb.rule} {sort}"
    yield f"rule {verb.rule} {place.previous}"
    yield f"rule {verb.rule} {place.side}{place.rank} {place.gap}"
    yield f"rule {verb.form} {verb.before}"
    yield f"rule {verb.form} {sort} {place.previous}"
    yield f"rule {verb.lemma}"


def _of_nobody(verb: _Verb, rival: str) -> Iterator[str]:
    """The features of a statement without a source, where its rule takes one of sort `rival`."""
    yield "nobody"
    yield f"nobody {verb.rule}"
    yield f"nobody {verb.rule} {rival}"
    yield f"nobody {verb.lemma}"
    yield f"nobody {verb.lemma} {rival}"
    yield f"nobody {verb.form} {verb.before}"
    yield f"nobody {verb.form} {rival} {verb.before}"
