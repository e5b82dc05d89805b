"""The page of a search over time: years, months or days, and what share of the archive they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, redirect, render_template, request

from searchsvc.engine.contract import Interval
from searchsvc.fields import IDENTIFYING, facet_fields
from searchsvc.model import Collection
from searchsvc.web import controls, formatting, links, variants
from searchsvc.web.answer import Link
from searchsvc.web.asked import read_text
from searchsvc.web.bounds import SEARCHES
from searchsvc.web.controls import constraints, views
from searchsvc.web.language import N_, _, figures
from searchsvc.web.links import Addresses
from searchsvc.web.parameters import DateBound, parse_bound
from searchsvc.web.plots import Plot, Point, plot, svg
from searchsvc.web.reads.addresses import timeline_address
from searchsvc.web.reads.asking import Asking
from searchsvc.web.reads.timeline import timeline, within
from searchsvc.web.schemas import printable, read
from searchsvc.web.schemas.counting import TIMELINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings
    from searchsvc.web.answer import Linked
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.timeline import Series, Timeline, TimelineQuestion
    from searchsvc.web.variants import Variants

MOST_DRAWN: Final = 600
"""Moments of all series of a page together; where there would be more, they are wider."""
_DAYS: Final = {Interval.YEAR: 365, Interval.MONTH: 28, Interval.DAY: 1}
_WIDTHS: Final = {
    Interval.YEAR: N_("Years"),
    Interval.MONTH: N_("Months"),
    Interval.DAY: N_("Days"),
}
_MOMENTS: Final = {
    Interval.YEAR: N_("Year"),
    Interval.MONTH: N_("Month"),
    Interval.DAY: N_("Day"),
}
_CAPTIONS: Final = {
    (Collection.STATEMENTS, Interval.YEAR): N_("Statements by year; a column leads to its months"),
    (Collection.STATEMENTS, Interval.MONTH): N_("Statements by month; a column leads to its days"),
    (Collection.STATEMENTS, Interval.DAY): N_("Statements by day; a column leads to them"),
    (Collection.ARTICLES, Interval.YEAR): N_("Articles by year; a column leads to its months"),
    (Collection.ARTICLES, Interval.MONTH): N_("Articles by month; a column leads to its days"),
    (Collection.ARTICLES, Interval.DAY): N_("Articles by day; a column leads to them"),
}
_OK: Final = 200
_BAD_REQUEST: Final = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One moment as the table shows it.

    Attributes:
        url: of the timeline of this moment alone; of a day, of what is found. None where nothing is.
        found: what of the search falls on it.
        archive: what of the collection does, whatever is asked for.
        share: of the one in the other, from 0 to 1; None where the archive has nothing.
        held: whether the archive has any article of that time.
        parts: what falls on it of each value that the search is split by.
    """

    value: str
    label: str
    url: str | None
    found: Linked
    archive: Linked
    share: float | None
    held: bool
    parts: tuple[Linked, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that only the page shows of a timeline.

    Attributes:
        rows: every moment.
        counts, shares: of all rows.
        parts: of each value that the search is split by, all on one scale.
        unheld: how many of the rows the archive has no article of.
        trail: the way out, from all years to what is shown.
        before, after: the year, month or day beside the one that is shown.
        widths: years, months and days, where there would be as many as can be drawn.
    """

    rows: tuple[Row, ...]
    counts: Plot
    shares: Plot
    parts: tuple[Plot, ...]
    unheld: int
    trail: tuple[Link, ...]
    before: Link | None
    after: Link | None
    widths: tuple[Link, ...]


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The page of one archive."""
    timelines = Blueprint("timelines", __name__)

    @timelines.get(controls.TIMELINE_PATH, endpoint="timeline")
    def timeline_page() -> ResponseReturnValue:
        found, names = read(TIMELINE, request.args.items(multi=True)), aliases.current()
        question = _kept(found.asked)
        if found.wasteful and not found.problems:
            return redirect(_address(question) or ".")  # forms send every box, the empty ones too
        parameters = question.parameters
        addresses = Addresses(links.SEARCH_PATH, request.script_root)
        view: Timeline = engine.read(
            lambda reader: timeline(
                Asking(reader, settings.search, addresses, aliases=names), question
            ),
            searches=SEARCHES,
        )
        told = question
        if view.everything.moments:  # as wide as they are drawn
            told = replace(question, parameters=replace(parameters, interval=view.interval))
        page = render_template(
            "timeline.html",
            view=view,
            sheet=sheet(view),
            percent=percent,
            caption=_(_CAPTIONS[parameters.collection, view.interval]),
            moment=_(_MOMENTS[view.interval]),
            svg=svg,
            views=views(parameters, addresses, now=controls.TIMELINE),
            constraints=[
                *constraints(
                    parameters,
                    read_text(parameters, names).reading,
                    lambda changed: _address(replace(question, parameters=changed)) or "#",
                )
            ],
            fields=[
                (field, formatting.field_label(field, parameters.collection))
                for field in facet_fields(parameters.collection)
                if field != "date" and field not in IDENTIFYING
            ],
            hidden=list(links.pairs(parameters)),
            search_url=links.address(addresses.here, parameters),
            data_url=timeline_address(request.script_root, told),
            bad={item.parameter: item.detail for item in found.bad},
            refused={
                item.parameter: printable(request.args[item.parameter]) for item in found.bad
            },
            unknown=found.unknown,
        )
        return make_response(page, _BAD_REQUEST if found.bad else _OK)

    return timelines


def sheet(view: Timeline) -> Sheet:
    """What the page shows of `view`."""
    rows = tuple(_rows(view))
    counts = [
        Point(
            row.value,
            row.found.count,
            f"{row.label}: {formatting.number(row.found.count)}",
            row.url,
            row.held,
        )
        for row in rows
    ]
    shares = [
        Point(row.value, row.share or 0, f"{row.label}: {percent(row.share)}", row.url, row.held)
        for row in rows
    ]
    return Sheet(
        rows=rows,
        counts=plot(counts, highest=max((each.amount for each in counts), default=0)),
        shares=plot(
            shares, highest=max((each.amount for each in shares), default=0), number=percent
        ),
        parts=tuple(_parts(view)),
        unheld=sum(not row.held for row in rows),
        trail=tuple(_trail(view.question)),
        before=_beside(view.question, -1),
        after=_beside(view.question, 1),
        widths=tuple(_widths(view)),
    )


def percent(share: float | None) -> str:
    """`12%`; a dash where there is nothing to take a share of."""
    return "–" if share is None else figures.percent(share)


def _rows(view: Timeline) -> Iterator[Row]:
    question = view.question
    parts = [each.series.moments for each in view.by]
    beside = zip(view.everything.moments, view.archive.moments, view.articles.moments, strict=True)
    around = _around(question)
    for at, (moment, whole, articles) in enumerate(beside):
        url = moment.found.url
        if moment.found.count and view.interval is not Interval.DAY:
            cut = within(question.parameters, parse_bound(moment.value))
            url = (
                _address(replace(question, parameters=cut)) if cut else around.within(moment.value)
            )
        yield Row(
            value=moment.value,
            label=moment.label,
            url=url,
            found=moment.found,
            archive=whole.found,
            share=moment.found.count / whole.found.count if whole.found.count else None,
            held=articles.found.count > 0,
            parts=tuple(each[at].found for each in parts),
        )


def _around(question: TimelineQuestion) -> Variants:
    """What stands around the dates in the addresses of timelines that differ only in them."""
    addresses = Addresses(controls.TIMELINE_PATH, request.script_root)
    found = variants.of_dates(addresses, replace(question.parameters, undated=False))
    own = f"?by={question.by}&" if question.by else "?"
    return replace(found, head=found.head.replace("?", own, 1))


def _parts(view: Timeline) -> Iterator[Plot]:
    highest = max(
        (moment.found.count for each in view.by for moment in each.series.moments), default=0
    )
    for each in view.by:
        yield plot(_points(each.series, view.articles), highest=highest)


def _points(series: Series, articles: Series) -> list[Point]:
    return [
        Point(
            moment.value,
            moment.found.count,
            f"{moment.label}: {formatting.number(moment.found.count)}",
            moment.found.url,
            held.found.count > 0,
        )
        for moment, held in zip(series.moments, articles.moments, strict=True)
    ]


def _trail(question: TimelineQuestion) -> Iterator[Link]:
    """From all years down to the year, month or day that is shown; nothing where none is."""
    parameters = question.parameters
    if parameters.since is None and parameters.until is None:
        return
    yield Link(_("All years"), _dated(question, None))
    steps = []
    bound = shown = _shown(parameters)
    while bound is not None:
        steps.append(Link(formatting.bucket(str(bound)), _dated(question, bound), bound == shown))
        bound = bound.parent
    yield from reversed(steps)


def _beside(question: TimelineQuestion, step: int) -> Link | None:
    """The year, month or day before or after the one that is shown; None where none is."""
    shown = _shown(question.parameters)
    there = shown.beside(step) if shown else None
    return Link(formatting.bucket(str(there)), _dated(question, there)) if there else None


def _shown(parameters: SearchParameters) -> DateBound | None:
    """The year, month or day that is asked for, if it is one."""
    one = parameters.since == parameters.until and not parameters.undated
    return parameters.since if one else None


def _widths(view: Timeline) -> Iterator[Link]:
    """Years, months and days, as far as these are not too many to be drawn."""
    moments = view.everything.moments
    if not moments:
        return
    span = parse_bound(moments[-1].value).last - parse_bound(moments[0].value).first
    most = MOST_DRAWN // (3 + len(view.by))
    question = view.question
    for interval, days in _DAYS.items():
        if span.days // days < most:
            changed = replace(question, parameters=replace(question.parameters, interval=interval))
            yield Link(_(_WIDTHS[interval]), _address(changed), current=interval is view.interval)


def _kept(question: TimelineQuestion) -> TimelineQuestion:
    """Without what does not show: how hits are ordered and which facets are beside them."""
    parameters = question.parameters
    sizes = tuple(each for each in parameters.facet_sizes if each[0] == question.by)
    there = replace(links.followed(parameters), interval=parameters.interval, facet_sizes=sizes)
    return replace(question, parameters=there, most=MOST_DRAWN)


def _dated(question: TimelineQuestion, bound: DateBound | None) -> str | None:
    there = replace(links.dated(question.parameters, bound, bound), undated=False)
    return _address(replace(question, parameters=there))


def _address(question: TimelineQuestion) -> str | None:
    return timeline_address(request.script_root, question, controls.TIMELINE_PATH)
