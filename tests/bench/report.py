"""A run as Markdown."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from tests.bench.engines import ASKED, LUCENE, OURS, TANTIVY
from tests.bench.goals import ASKED_PEERS, PEERS, goals, ratio
from tests.bench.workload import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.results import Build, Run

QUANTILES = ((0.5, "p50"), (0.99, "p99"))
NOTHING = "-"


def render(run: Run) -> str:
    """All tables of `run`."""
    parts = [f"# {run.title}", f"`{run.command}`"]
    parts += [f"Left out: {name}, {reason}." for name, reason in run.left_out.items()]
    if run.raw:
        parts.append(_section("Build from raw text, English stemming", _builds(run.raw)))
    if run.builds:
        parts.append(_section("Build from pre-analysed text", _builds(run.builds)))
    if run.samples:
        for facets in (True, False):
            for share, name in QUANTILES:
                with_or_without = "with" if facets else "without"
                title = f"{name} in ms, ten best and total, {with_or_without} facets"
                parts.append(_section(title, _times(run, share, facets=facets)))
        title = "Waking: p50 in ms of what is asked first in a turn, with facets"
        parts.append(_section(title, _wakings(run)))
        parts.append(_section("Memory in MB after the queries, and opening", _serving(run)))
    if run.agreement:
        title = "Agreement with tantivy: totals % / facet counts % / overlap of the ten best"
        parts.append(_section(title, _agreement(run)))
    parts.append(_section("Goals", _goals(run)))
    return "\n\n".join(parts) + "\n"


def _section(title: str, table: str) -> str:
    return f"## {title}\n\n{table}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A Markdown table; the columns after the first `words` are aligned to the right."""
    rule = ["---" if at < words else "---:" for at in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def _builds(builds: Sequence[Build]) -> str:
    base = next((each for each in builds if each.engine == TANTIVY), None)
    head = [
        "engine",
        "articles",
        "s",
        "CPU s",
        "docs/CPU s",
        "to tantivy",
        "bytes/doc",
        "to tantivy",
    ]
    head += ["peak MB", "of it anonymous"]
    rows = [
        [
            each.engine,
            f"{each.docs:,}",
            f"{each.seconds:,.1f}",
            f"{each.cpu_seconds:,.1f}",
            f"{each.docs_per_cpu_second:,.0f}",
            f"{each.docs_per_cpu_second / base.docs_per_cpu_second:.2f}" if base else NOTHING,
            f"{each.bytes_per_doc:,.0f}",
            f"{each.bytes_per_doc / base.bytes_per_doc:.2f}" if base else NOTHING,
            f"{each.peak_mb:,.0f}",
            f"{each.peak_anonymous_mb:,.0f}",
        ]
        for each in builds
    ]
    return table(head, rows)


def _times(run: Run, share: float, *, facets: bool) -> str:
    ours = [name for name in run.engines if name.split(",")[0] == OURS]
    against = []
    if set(PEERS) & set(run.engines):
        against.append(("to the best of tantivy and Lucene", PEERS))
    if LUCENE + ASKED in run.engines:
        against.append((f"to the best of tantivy and Lucene{ASKED}", ASKED_PEERS))
    compared = [(name, words, peers) for words, peers in against for name in ours]
    head = ["class", "matches", *run.engines]
    head += [f"{name} {words}" for name, words, _ in compared]
    rows = []
    for kind in _classes(run):
        times = [run.quantile(name, kind, share, facets=facets) for name in run.engines]
        ratios = [
            ratio(run, name, kind, share, facets=facets, peers=peers)
            for name, _, peers in compared
        ]
        cells = [_milliseconds(each) for each in times]
        cells += [NOTHING if each is None else f"{each:.2f}" for each in ratios]
        rows.append([kind, f"{run.matches(kind):,.0f}", *cells])
    return table(head, rows)


def _wakings(run: Run) -> str:
    took = {(each.engine, each.kind): each.seconds for each in run.wakings if each.facets}
    rows = []
    for kind in _classes(run):
        found = [took.get((name, kind)) for name in run.engines]
        cells = [
            _milliseconds(1_000 * statistics.median(each) if each else None) for each in found
        ]
        rows.append([kind, *cells])
    return table(["class", *run.engines], rows)


def _serving(run: Run) -> str:
    head = ["engine", "resident", "anonymous", "open to first answer, s"]
    rows = [
        [
            each.engine,
            f"{each.rss_mb:,.0f}",
            f"{each.anonymous_mb:,.0f}",
            f"{each.open_seconds:.3f}",
        ]
        for each in run.serving
    ]
    return table(head, rows)


def _agreement(run: Run) -> str:
    found = {(each.engine, each.kind): each for each in run.agreement}
    names = [name for name in run.engines if not name.endswith(ASKED)]
    rows = []
    for kind in _classes(run):
        cells = [kind]
        for name in names:
            each = found.get((name, kind))
            cells.append(
                f"{100 * each.totals:.0f} / {100 * each.counts:.0f} / {each.overlap:.2f}"
                if each
                else NOTHING
            )
        rows.append(cells)
    return table(["class", *names], rows)


def _goals(run: Run) -> str:
    rows = [
        [
            each.figure,
            NOTHING if each.measured is None else f"{each.measured:,.3g}",
            f"{each.floor:,g}",
            f"{each.goal:,g}",
            each.verdict,
            each.note,
        ]
        for each in goals(run)
    ]
    return table(["figure", "measured", "floor", "goal", "", ""], rows)


def _classes(run: Run) -> list[str]:
    asked = {each.kind for each in run.samples}
    return [kind for kind in CLASSES if kind in asked]


def _milliseconds(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.3f}" if value < 1 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"
