"""The drafts of one unit: what rules find and lists propose, judged by the model."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from searchsvc.extract.finding.cues import cues
from searchsvc.extract.finding.drafts import Draft, Rule
from searchsvc.extract.finding.ends import probability
from searchsvc.extract.finding.loose import (
    LEAST_LOOSE,
    announcement,
    is_remark,
    label,
    quotations_left,
)
from searchsvc.extract.finding.odds import (
    INNER,
    OUTER,
    SURE,
    Surroundings,
    facts_of,
    inner_facts,
    log_odds,
    outer_facts,
    score,
)
from searchsvc.extract.finding.rules import by_cues
from searchsvc.extract.finding.wide import ended, says_nothing, wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.finding.cues import CueAt
    from searchsvc.extract.finding.weights import Facts, Weights
    from searchsvc.extract.prose.words import Word

_PROPOSED: Final = (Rule.WIDE, Rule.NOMINAL)
_TRUSTED: Final = {Rule.SAYS: 0.23, Rule.DOES: 0.08, Rule.PARTICIPLE: 0.08, Rule.PASSIVE: 0.08}
"""How far below the threshold the odds of what a rule found may be."""
_MOST_PROPOSED: Final = 12  # drafts of one unit; it bounds what a list of cues costs
_LONGEST_SENTENCE: Final = 90  # words; longer units are lists, in which nothing is proposed


def drafts_of(words: Sequence[Word], weights: Weights, *, first: bool) -> Iterator[Draft]:
    """The statements of one unit, then what attributes those of a neighbour."""
    found = cues(words)
    drafts = every_draft(words, weights, found)
    told = [draft for draft in drafts if draft.pieces]
    likely = candidates(words, told, weights, first=first, found=found)
    yield from _one_per_cue(
        [
            draft
            for draft, facts in likely
            if facts is None or draft.odds >= weights.threshold - _TRUSTED.get(draft.rule, 0.0)
        ]
    )
    yield from (draft for draft in drafts if not draft.pieces)


def every_draft(words: Sequence[Word], weights: Weights, found: Sequence[CueAt]) -> list[Draft]:
    """What may be statements of one unit, whose cues are `found`, those of the rules last."""
    labelled = label(words)
    if labelled is not None:
        return [labelled]
    drafts = by_cues(words, found, weights.ends)
    covered = bytearray(len(words))
    for draft in drafts:
        for start, end in draft.pieces:
            covered[start:end] = b"\1" * (end - start)
    loose = quotations_left(words, covered, has_cue=any(draft.pieces for draft in drafts))
    told = [draft for draft in (*drafts, *loose) if draft.pieces]
    used = {at for draft in drafts if draft.cue for at in range(*draft.cue)}
    if is_remark(words):
        used.add(0)
    told.sort(key=lambda draft: draft.pieces)
    empty = [draft for draft in drafts if not draft.pieces]
    if words[-1].text == ":":
        empty.append(announcement(words))
    others = islice(wide(words, used), _MOST_PROPOSED) if len(words) <= _LONGEST_SENTENCE else ()
    return [*others, *told, *empty]


def candidates(
    words: Sequence[Word],
    drafts: Sequence[Draft],
    weights: Weights,
    *,
    first: bool,
    found: Sequence[CueAt] | None = None,
) -> Iterator[tuple[Draft, tuple[Facts, Facts] | None]]:
    """The drafts with their odds and what these were judged by; None where they are sure.

    Hopeless ones are left out where there are weights. `found` are the cues of the unit, where they
    are known already.
    """
    ruled = [draft for draft in drafts if draft.rule not in _PROPOSED]
    facts: tuple[str, ...] = ()
    hopeless = log_odds(weights.threshold - _TRUSTED[Rule.SAYS]) - weights.slack
    for draft in drafts:
        proposed = draft.rule in _PROPOSED
        if draft.rule in SURE or (not proposed and _holds_quotation(words, draft)):
            yield draft, None
            continue
        facts = facts or facts_of(words, first=first)
        outer = outer_facts(words, draft, Surroundings(_outer(ruled, draft), facts))
        sum_so_far = score(outer, weights.odds, OUTER) + weights.odds.bias
        if weights.odds and sum_so_far < hopeless:
            continue
        whole = draft
        if proposed:
            if found is None:
                found = cues(words)
            whole = ended(words, draft, found, weights.ends)
            if says_nothing(words, whole) or any(_same(whole, other) for other in ruled):
                continue
        inner = inner_facts(words, whole)
        odds = probability(sum_so_far + score(inner, weights.odds, INNER))
        yield whole._replace(odds=odds), (outer, inner)


def _holds_quotation(words: Sequence[Word], draft: Draft) -> bool:
    """Whether enough of the content is quoted that it would be a quotation of somebody anyway."""
    quoted = [
        word
        for start, end in draft.pieces
        for word in words[start:end]
        if word.quoted and not word.is_mark
    ]
    return len(quoted) >= LEAST_LOOSE


def _same(draft: Draft, other: Draft) -> bool:
    """Whether the contents share half of their words."""
    common = sum(
        max(0, min(end, last) - max(start, first))
        for start, end in draft.pieces
        for first, last in other.pieces
    )
    size = sum(end - start for start, end in draft.pieces)
    return 3 * common >= size + sum(end - start for start, end in other.pieces)


def _outer(ruled: Sequence[Draft], draft: Draft) -> str:
    """Name of the rule of that draft in whose content the cue of `draft` stands, or empty."""
    at = draft.cue[0] if draft.cue else 0
    for other in ruled:
        if any(start <= at < end for start, end in other.pieces):
            return other.rule.name
    return ""


def _one_per_cue(drafts: Sequence[Draft]) -> list[Draft]:
    """The most probable draft of each cue, and all without one, in order."""
    best: dict[int, Draft] = {}
    for draft in drafts:
        at = draft.by.at if draft.by else -1
        if at >= 0 and (at not in best or draft.odds > best[at].odds):
            best[at] = draft
    return [draft for draft in drafts if draft.by is None or best[draft.by.at] is draft]
