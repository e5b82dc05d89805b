"""What we aim at, and how near a run comes."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.bench.engines import ASKED, LUCENE, OURS, TANTIVY, WHOOSH
from tests.bench.workload import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.results import Build, Run

LARGE = 500_000
"""Articles from which on the figures asked of a million hold."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the table.

    Attributes:
        figure: what is measured.
        floor, goal: the least that is accepted, and what is aimed at.
        measured: None where this run did not measure it.
        note: where the figure is worst, or what it is made of.
        more_is_better: whether the figure should be above its bounds rather than below.
    """

    figure: str
    floor: float
    goal: float
    measured: float | None
    note: str = ""
    more_is_better: bool = False

    @property
    def verdict(self) -> str:
        """Goal met, floor met, missed, or not measured."""
        if self.measured is None:
            return "not measured"
        sign = -1 if self.more_is_better else 1
        if sign * self.measured <= sign * self.goal:
            return "goal met"
        return "floor met" if sign * self.measured <= sign * self.floor else "MISSED"


def goals(run: Run) -> list[Goal]:
    """The whole table for one run."""
    large = run.docs >= LARGE
    return [
        _worst(
            run, "p50 with facets, to the best of tantivy and Lucene", 0.5, (0.9, 0.5), facets=True
        ),
        _worst(run, "p99 with facets, to the best of them", 0.99, (1.2, 0.7), facets=True),
        _landing(run),
        _worst(
            run,
            "p50 without facets, to the best of them",
            0.5,
            (3.0, 1.5) if large else (2.0, 1.0),
            facets=False,
        ),
        _speed(run, "build from raw text, docs per CPU second to tantivy", TANTIVY, (1.0, 2.0)),
        _against_whoosh(run),
        _speed(run, "the same build, to stock Whoosh", WHOOSH, (20.0, 50.0)),
        _size(run),
        _peak(run),
        Goal(
            "anonymous memory while serving, MB",
            200.0,
            100.0,
            _serving(run, "anonymous_mb"),
        ),
        Goal("open to first answer, s", 1.0, 0.3, _serving(run, "open_seconds")),
        _segments(run),
    ]


PEERS = (TANTIVY, LUCENE)
ASKED_PEERS = (TANTIVY, LUCENE + ASKED)
"""As the first, Lucene with the way to its process and back."""


def ratio(
    run: Run,
    engine: str,
    kind: str,
    share: float,
    *,
    facets: bool,
    peers: Sequence[str] = PEERS,
) -> float | None:
    """The time of `engine` to that of the best of `peers`, or None."""
    ours = run.quantile(engine, kind, share, facets=facets)
    times = [run.quantile(peer, kind, share, facets=facets) for peer in peers]
    best = min((each for each in times if each is not None), default=None)
    return None if ours is None or best is None else ours / best


def _worst(
    run: Run, figure: str, share: float, bounds: tuple[float, float], *, facets: bool
) -> Goal:
    """The class in which we are furthest behind; beside it, the same to Lucene asked from here."""
    strict, asked = (
        {
            kind: each
            for kind in CLASSES
            if (each := ratio(run, OURS, kind, share, facets=facets, peers=peers)) is not None
        }
        for peers in (PEERS, ASKED_PEERS)
    )
    goal = _of_worst(figure, bounds, strict)
    if LUCENE + ASKED not in run.engines:
        return goal
    same = _of_worst(figure, bounds, asked)
    return replace(
        goal, note=f"{goal.note} (Lucene asked from Python: {same.measured:,.3g}, {same.note})"
    )


def _of_worst(figure: str, bounds: tuple[float, float], found: dict[str, float]) -> Goal:
    if not found:
        return Goal(figure, *bounds, measured=None)
    worst = max(found, key=lambda kind: found[kind])
    within = sum(each <= bounds[1] for each in found.values())
    note = f"worst: {worst}; goal met in {within} of {len(found)} classes"
    return Goal(figure, *bounds, measured=found[worst], note=note)


def _landing(run: Run) -> Goal:
    measured = ratio(run, OURS, "all", 0.5, facets=True)
    return Goal("landing page, p50 to the best of them", 0.05, 0.02, measured)


def _speed(run: Run, figure: str, peer: str, bounds: tuple[float, float]) -> Goal:
    ours, theirs = _build(run.raw, OURS), _build(run.raw, peer)
    if ours is None or theirs is None:
        return Goal(figure, *bounds, measured=None, more_is_better=True)
    measured = ours.docs_per_cpu_second / theirs.docs_per_cpu_second
    return Goal(figure, *bounds, measured=measured, more_is_better=True)


def _against_whoosh(run: Run) -> Goal:
    """How many times as long stock Whoosh takes: median over the classes."""
    found = []
    for kind in CLASSES:
        ours = run.quantile(OURS, kind, 0.5, facets=True)
        theirs = run.quantile(WHOOSH, kind, 0.5, facets=True)
        if ours is not None and theirs is not None:
            found.append(theirs / ours)
    note = f"median of the classes; least {min(found):,.0f}" if found else ""
    measured = statistics.median(found) if found else None
    figure = "search with facets, stock Whoosh's p50 to ours"
    return Goal(figure, 100.0, 1_000.0, measured, note, more_is_better=True)


def _size(run: Run) -> Goal:
    ours, theirs = _build(run.builds, OURS), _build(run.builds, TANTIVY)
    measured = ours.bytes_per_doc / theirs.bytes_per_doc if ours and theirs else None
    return Goal("size without stored text, to tantivy", 2.0, 1.5, measured)


def _peak(run: Run) -> Goal:
    ours = _build(run.raw, OURS)
    note = f"anonymous {ours.peak_anonymous_mb:,.0f}" if ours else ""
    measured = ours.peak_mb if ours else None
    return Goal("peak memory of a build, MB", 1_000.0, 500.0, measured, note)


def _segments(run: Run) -> Goal:
    """The index in parts against the one in one."""
    parts = next((name for name in run.engines if name.startswith(f"{OURS}, ")), None)
    found = {}
    for kind in CLASSES:
        one = run.quantile(OURS, kind, 0.5, facets=True)
        many = run.quantile(parts, kind, 0.5, facets=True) if parts else None
        if one is not None and many is not None:
            found[kind] = many / one
    return _of_worst("ten segments with 5 % deleted, p50 to one segment", (2.5, 1.5), found)


def _build(builds: Sequence[Build], engine: str) -> Build | None:
    return next((each for each in builds if each.engine == engine), None)


def _serving(run: Run, figure: str) -> float | None:
    return next((getattr(each, figure) for each in run.serving if each.engine == OURS), None)
