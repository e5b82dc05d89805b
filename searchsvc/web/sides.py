"""How the sides of a comparison were chosen, what they are called, and who else may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from flask import request

from searchsvc.engine.contract import FacetRequest, Interval
from searchsvc.fields import MISSING
from searchsvc.web import formatting, links, profiles
from searchsvc.web.controls import COMPARE_PATH, constraints
from searchsvc.web.language import _
from searchsvc.web.parameters import DATE, DateBound
from searchsvc.web.plots import Plot, Point, plot
from searchsvc.web.reads.addresses import compare_address
from searchsvc.web.reads.compare import SPEAKER, CompareQuestion, compare, with_side
from searchsvc.web.reads.speaker import known_name, near_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import SearchResult
    from searchsvc.web.answer import Linked
    from searchsvc.web.controls import Constraint
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Asking
    from searchsvc.web.reads.compare import Comparison

SIDES: Final = ("a", "b")
_NAMES: Final = 100
"""Speakers whose names the boxes suggest."""
_OFFERED: Final = 12
_MOST_CHECKED: Final = 3
"""Names of a side that finds nothing which are looked for among those of the archive."""
_TITLED: Final = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody, or something, that a side may be.

    Attributes:
        label: who it is.
        url: of the comparison with them.
        found: their statements; None where they are not counted.
    """

    label: str
    url: str | None
    found: Linked | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that nobody in the archive has, and those that begin like it."""

    name: str
    near: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One side as it was chosen.

    Attributes:
        letter: `a` or `b`.
        title: what sets it off; empty where nothing does.
        found: its statements; `articles` is how many these stand in.
        unknown: names of it that nobody has.
        constraints: what it says besides one speaker and the dates.
        speaker_url: of the page of its one speaker; None where it has none or several.
        search_url: of its statements, whether or not there are any.
    """

    letter: str
    title: str
    parameters: SearchParameters
    found: Linked
    articles: int
    unknown: tuple[Unknown, ...]
    constraints: tuple[Constraint, ...]
    speaker_url: str | None
    search_url: str

    @property
    def speaker(self) -> str:
        """The first of its speakers; empty without any."""
        chosen = self.parameters.selection(SPEAKER).chosen
        return chosen[0] if chosen else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page shows.

    Attributes:
        view: None as long as there are no two sides that differ.
        offers: who may be chosen next.
        halves: the one side in two periods.
        names: suggested for the boxes.
        plots: of both sides over time, on one scale.
        widths: of each country of `view` the bars of both sides, in percent: shares of their
            statements, on one scale.
    """

    question: CompareQuestion
    sides: tuple[Chosen, ...]
    view: Comparison | None
    offers: tuple[Choice, ...]
    halves: Choice | None
    names: tuple[str, ...]
    plots: tuple[Plot, ...]
    widths: tuple[tuple[float, float], ...]

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """The sides that are set off by anything."""
        return tuple(side for side in self.sides if side.title)


def sheet(asking: Asking, question: CompareQuestion) -> Sheet | CompareQuestion:
    """What the page shows of `question`; the question to ask instead, where names are spelled otherwise.

    Raises:
        EngineError: the engine cannot answer.
    """
    results = [asking.counts(side) for side in (question.a, question.b)]
    unknown: list[tuple[Unknown, ...]] = []
    for letter, result in zip(SIDES, results, strict=True):
        named = () if result.total else tuple(_named(asking, question, letter))
        renamed = next((each for each in named if not isinstance(each, Unknown)), None)
        if renamed is not None:
            return renamed
        unknown.append(tuple(each for each in named if isinstance(each, Unknown)))
    sides = tuple(
        _chosen(asking, question, letter, result, strangers)
        for letter, result, strangers in zip(SIDES, results, unknown, strict=True)
    )
    complete = all(side.title for side in sides) and question.a != question.b
    view = compare(asking, question) if complete and not any(unknown) else None
    speakers = asking.counts(question.common, FacetRequest(SPEAKER, _NAMES)).facets[0].buckets
    offers = _offers(asking, question, {each.value: each.count for each in speakers})
    return Sheet(
        question=question,
        sides=sides,
        view=view,
        offers=() if complete else tuple(islice(offers, _OFFERED)),
        halves=None if complete else _halves(asking, question),
        names=tuple(each.value for each in speakers if each.count),
        plots=tuple(_plots(view)) if view else (),
        widths=tuple(_widths(view)) if view else (),
    )


def _named(
    asking: Asking, question: CompareQuestion, letter: str
) -> Iterator[Unknown | CompareQuestion]:
    """Of the names of a side that finds nothing: those unknown, and the question with those known."""
    side: SearchParameters = getattr(question, letter)
    for name in side.selection(SPEAKER).chosen[:_MOST_CHECKED]:
        if name == MISSING:
            continue
        known = known_name(asking, name)
        if known is None:
            near = tuple(
                Choice(each, address(_instead(question, letter, each)))
                for each in near_names(asking, name)
            )
            yield Unknown(name, near)
        elif known != name:
            yield _instead(question, letter, known)


def _instead(question: CompareQuestion, letter: str, name: str) -> CompareQuestion:
    """With another speaker on one side."""
    return with_side(question, letter, links.only(getattr(question, letter), SPEAKER, name))


def _chosen(
    asking: Asking,
    question: CompareQuestion,
    letter: str,
    result: SearchResult,
    unknown: tuple[Unknown, ...],
) -> Chosen:
    side: SearchParameters = getattr(question, letter)
    speakers = side.selection(SPEAKER).chosen
    one = speakers[0] if len(speakers) == 1 and speakers[0] != MISSING else None
    root = asking.addresses.root
    return Chosen(
        letter=letter,
        title=", ".join(_titles(side, question.common)),
        parameters=side,
        found=asking.linked(side, result.total),
        articles=result.articles,
        unknown=unknown,
        constraints=tuple(_own(asking, question, letter)),
        speaker_url=profiles.speaker_page(root, one) if one and result.total else None,
        search_url=links.address(asking.addresses.here, side),
    )


def _own(asking: Asking, question: CompareQuestion, letter: str) -> Iterator[Constraint]:
    """What narrows one side alone, besides its one speaker and its dates, for which there are boxes."""
    side: SearchParameters = getattr(question, letter)

    def to(changed: SearchParameters) -> str:
        return address(with_side(question, letter, changed)) or "#"

    both = {
        (each.label, each.value, each.excluded)
        for each in constraints(question.common, asking.parsed(question.common).reading, to)
    }
    boxed = {formatting.field_label(DATE, side.collection)}
    if len(side.selection(SPEAKER).chosen) <= 1:
        boxed.add(formatting.field_label(SPEAKER, side.collection))
    for each in constraints(side, asking.parsed(side).reading, to):
        if (each.label, each.value, each.excluded) in both:
            continue
        if each.excluded or each.label not in boxed:
            yield each


def _titles(side: SearchParameters, common: SearchParameters) -> Iterator[str]:
    """What a side asks for that both do not, in words."""
    for selection in side.selections:
        both = common.selection(selection.field)
        own = [value for value in selection.chosen if value not in both.chosen]
        yield from (formatting.value_label(selection.field, value) for value in own[:_TITLED])
        if len(own) > _TITLED:
            yield "…"
        for value in selection.excluded:
            if value not in both.excluded:
                yield _("not %(value)s", value=formatting.value_label(selection.field, value))
    if side.text and side.text != common.text:
        yield f"“{side.text}”"
    dates = (side.since, side.until, side.undated)
    if dates != (common.since, common.until, common.undated):
        yield _period(side)


def _period(parameters: SearchParameters) -> str:
    since, until = (str(each) if each else "" for each in (parameters.since, parameters.until))
    if since and until:
        words = formatting.bucket(since)
        return words if since == until else f"{words} – {formatting.bucket(until)}"
    if since:
        return formatting.since(since)
    return formatting.until(until) if until else formatting.missing_label(DATE)


def _offers(asking: Asking, question: CompareQuestion, counts: dict[str, int]) -> Iterator[Choice]:
    """Who speaks most in the common search, for the side that is still to be chosen."""
    open_side = "a" if question.a == question.common else "b"
    other: SearchParameters = question.b if open_side == "a" else question.a
    for name, count in counts.items():
        if count and name not in other.selection(SPEAKER).chosen:
            there = links.only(question.common, SPEAKER, name)
            chosen = with_side(question, open_side, there)
            yield Choice(name, address(chosen), asking.linked(there, count))


def _halves(asking: Asking, question: CompareQuestion) -> Choice | None:
    """The one side that was chosen before and from the year that parts its statements best."""
    side = question.a if question.a != question.common else question.b
    if side == question.common and not side.selection(SPEAKER).chosen:
        return None
    years = asking.counts(side, FacetRequest(DATE, interval=Interval.YEAR)).facets[0].buckets
    counted = [(int(each.value), each.count) for each in years if each.count]
    total, before, best = sum(count for _, count in counted), 0, None
    for (_before, count), (year, _after) in pairwise(counted):
        before += count
        if best is None or abs(total - 2 * before) < best[0]:
            best = (abs(total - 2 * before), year)
    if best is None or side.undated:
        return None
    year = best[1]
    parts = CompareQuestion(
        common=side,
        a=links.dated(side, side.since, DateBound(year - 1)),
        b=links.dated(side, DateBound(year), side.until),
    )
    who = ", ".join(
        formatting.value_label(SPEAKER, each) for each in side.selection(SPEAKER).chosen
    )
    periods = f"{formatting.until(f'{year - 1:04}')} / {formatting.since(f'{year:04}')}"
    return Choice(f"{who} {periods}".strip(), address(parts))


def _widths(view: Comparison) -> Iterator[tuple[float, float]]:
    totals = [max(side.found.count, 1) for side in (view.a, view.b)]
    shares = [(each.a.count / totals[0], each.b.count / totals[1]) for each in view.countries]
    highest = max((share for pair in shares for share in pair), default=0) or 1
    for a, b in shares:
        yield round(100 * a / highest, 2), round(100 * b / highest, 2)


def _plots(view: Comparison) -> Iterator[Plot]:
    both = (view.a.series.moments, view.b.series.moments)
    highest = max((each.found.count for moments in both for each in moments), default=0)
    for moments in both:
        points = [
            Point(
                each.value,
                each.found.count,
                f"{each.label}: {formatting.number(each.found.count)}",
                each.found.url,
            )
            for each in moments
        ]
        yield plot(points, highest=highest)


def address(question: CompareQuestion) -> str | None:
    """Of the page of a comparison; None where it would be too long."""
    return compare_address(request.script_root, question, COMPARE_PATH)
