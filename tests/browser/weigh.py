"""`python -m tests.browser.weigh`: what the search page weighs, and how soon it is there.

The page is asked for the queries of the benchmark over an index of its articles, with all facets and
ten hits. Of each: how long the application takes beside the engine, marking and template included;
and in Chromium, over loopback, with an empty cache: the bytes of everything that comes, compressed;
when the largest part of it is painted, and how much of it moves afterwards (the metrics Largest
Contentful Paint and Cumulative Layout Shift of web.dev). It ends with 1 where a figure is above what
it may be.
"""

from __future__ import annotations

import gc
import shutil
import statistics
import sys
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click
from playwright.sync_api import sync_playwright

from searchsvc import wiring
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.durability.tables import table
from tests.endpoint.generated import archive, distinct, options
from tests.endpoint.overhead import Clocked
from tests.endpoint.serving import served

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

MOST_BYTES: Final = 60_000
MOST_BESIDE_MS: Final = 10.0
MOST_PAINT_MS: Final = 500.0
_WATCH: Final = """
window.seen = {paint: 0, moved: 0};
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.paint = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.moved += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        engine, beside: milliseconds inside the engine, and of the whole application less these.
        sent: bytes of all that comes, heads included, with an empty cache.
        again: the same for another search right afterwards.
        painted: milliseconds until the largest part is painted, from the click on.
        moved: of the layout, 0 for nothing.
    """

    engine: float
    beside: float
    sent: int
    again: int
    painted: float
    moved: float


def server_times(client: FlaskClient, engine: Clocked, path: str) -> tuple[float, float]:
    """Milliseconds inside the engine and beside it, for one page."""
    engine.spent.wall = 0.0
    began = time.perf_counter()
    response = client.get(path)
    seconds = time.perf_counter() - began
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status}")
    return 1000 * engine.spent.wall, 1000 * (seconds - engine.spent.wall)


def shown(browser: Browser, address: str, path: str, other: str) -> dict[str, Any]:
    """What Chromium sees of a page, and of another one right afterwards."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sent: list[float] = []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.goto(address + path, wait_until="networkidle")
    first = sum(sent)
    seen: dict[str, Any] = page.evaluate("window.seen")
    sent.clear()
    page.goto(address + other, wait_until="networkidle")
    again = sum(sent)
    context.close()
    return {"sent": round(first), "again": round(again)} | seen


def measured(
    index: Path, queries: Sequence[tuple[str, str]], *, rounds: int
) -> dict[str, list[Page]]:
    """Pages by class of query; of each figure the least of all rounds.

    Args:
        index: that is searched.
        queries: class and path.
        rounds: that count; one before does not.
    """
    settings = load_settings(overrides={"index.path": str(index)})
    found = defaultdict(list)
    executable = shutil.which("chromium") or shutil.which("chrome")
    with closing(wiring.open_engine(settings)) as plain, sync_playwright() as playwright:
        engine = Clocked(plain)
        app = create_app(engine, settings)
        client = app.test_client()
        with (
            served(app, threads=4) as address,
            closing(
                playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            ) as browser,
        ):
            for kind, path in queries:
                gc.collect()
                times = [server_times(client, engine, path) for _ in range(rounds + 1)][1:]
                views = [shown(browser, address, path, f"{path}&page=2") for _ in range(rounds)]
                found[kind].append(
                    Page(
                        min(time[0] for time in times),
                        min(time[1] for time in times),
                        max(view["sent"] for view in views),
                        max(view["again"] for view in views),
                        min(view["paint"] for view in views),
                        max(view["moved"] for view in views),
                    )
                )
    return found


def median(pages: Sequence[Page]) -> Page:
    """The median of times, the most of all else."""
    return Page(
        statistics.median(each.engine for each in pages),
        statistics.median(each.beside for each in pages),
        max(each.sent for each in pages),
        max(each.again for each in pages),
        statistics.median(each.painted for each in pages),
        max(each.moved for each in pages),
    )


def report(found: dict[str, list[Page]]) -> str:
    """The figures as a table, the last row over all queries."""
    rows: list[tuple[object, ...]] = [
        ("class", "pages", "engine ms", "beside ms", "bytes", "page 2", "painted ms", "moved")
    ]
    everything = [page for pages in found.values() for page in pages]
    for name, pages in [*found.items(), ("all", everything)]:
        one = median(pages)
        rows.append(
            (
                *(name, len(pages), f"{one.engine:.2f}", f"{one.beside:.2f}", f"{one.sent:,}"),
                *(f"{one.again:,}", f"{one.painted:.0f}", f"{one.moved:.4f}"),
            )
        )
    return table(rows)


def main() -> int:
    """What to exit with: 1 where a page is heavier or slower than it may be, or moves."""
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=3, help="queries of a class, at most")
    given = parser.parse_args()
    made, index = archive(given.work, given.docs)
    queries = [(kind, f"/search?{asked}") for kind, asked in distinct(made, given.each)]
    found = measured(index, queries, rounds=given.rounds)
    click.echo(report(found))
    all_ = median([page for pages in found.values() for page in pages])
    return int(
        all_.sent > MOST_BYTES
        or all_.beside > MOST_BESIDE_MS
        or all_.painted > MOST_PAINT_MS
        or all_.moved > 0
    )


if __name__ == "__main__":
    sys.exit(main())
