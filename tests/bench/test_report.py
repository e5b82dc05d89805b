"""Tables, goals and the picture, from made-up figures and from a small run."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.bench import picture, report
from tests.bench.engines import ASKED, LUCENE, OURS, TANTIVY, WHOOSH, chosen
from tests.bench.goals import Goal, goals
from tests.bench.measure import agreements, same_counts
from tests.bench.results import (
    Build,
    Run,
    Sample,
    Serving,
    Waking,
    quantile,
    read_json,
    write_json,
)
from tests.bench.run import main
from tests.bench.workload import CLASSES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.workload import Answer

SECONDS = {OURS: 0.001, TANTIVY: 0.004, LUCENE: 0.002, WHOOSH: 2.0}


def made_up(**changes) -> Run:
    samples = tuple(
        Sample(engine, f"q{kind}", kind, facets, 40, (seconds, 3 * seconds))
        for engine, seconds in SECONDS.items()
        for kind in CLASSES
        for facets in (True, False)
    )
    raw = tuple(
        Build(engine, 1_000, 9.0, 10 * seconds, 500_000, 300.0, 200.0)
        for engine, seconds in SECONDS.items()
    )
    default = Run(
        title="made up",
        command="none",
        docs=1_000,
        rounds=2,
        engines=tuple(SECONDS),
        raw=raw,
        builds=raw,
        samples=samples,
        wakings=tuple(
            Waking(engine, kind, facets, (5 * seconds, 7 * seconds, 11 * seconds))
            for engine, seconds in SECONDS.items()
            for kind in CLASSES
            for facets in (True, False)
        ),
        serving=tuple(Serving(engine, 0.2, 90.0, 50.0) for engine in SECONDS),
    )
    return replace(default, **changes)


def by_figure(run: Run, beginning: str) -> Goal:
    return next(goal for goal in goals(run) if goal.figure.startswith(beginning))


def test_ratios_are_to_the_better_of_tantivy_and_lucene():
    assert by_figure(made_up(), "p50 with facets").measured == pytest.approx(0.5)
    without = tuple(each for each in made_up().samples if each.engine != LUCENE)
    assert by_figure(made_up(samples=without), "p50 with").measured == pytest.approx(0.25)


def test_the_worst_class_decides():
    slow = tuple(
        replace(each, seconds=(0.003, 0.003))
        if (each.engine, each.kind) == (OURS, "fuzzy")
        else each
        for each in made_up().samples
    )
    goal = by_figure(made_up(samples=slow), "p50 with facets")
    assert goal.measured == pytest.approx(0.75)
    assert goal.verdict == "floor met"
    assert "fuzzy" in goal.note
    assert "11 of 12" in goal.note


def test_more_is_better_where_speed_is_compared():
    build = by_figure(made_up(), "build from raw text")
    assert build.measured == pytest.approx(4.0)
    assert build.verdict == "goal met"
    assert replace(build, measured=0.9).verdict == "MISSED"
    assert replace(build, measured=1.5).verdict == "floor met"
    assert by_figure(made_up(), "search with facets, stock").measured == pytest.approx(2_000)


def test_what_was_not_measured_is_not_called_met():
    bare = made_up(samples=(), raw=(), builds=(), serving=())
    assert {goal.verdict for goal in goals(bare)} == {"not measured"}


def test_a_million_articles_have_bounds_of_their_own():
    assert by_figure(made_up(), "p50 without facets").goal == 1.0
    assert by_figure(made_up(docs=1_000_000), "p50 without facets").goal == 1.5


def test_an_index_in_parts_is_compared_with_ours_in_one():
    parts = f"{OURS}, 10 segments, 5 % deleted"
    more = tuple(
        replace(each, engine=parts, seconds=tuple(2 * took for took in each.seconds))
        for each in made_up().samples
        if each.engine == OURS
    )
    run = made_up(samples=(*made_up().samples, *more), engines=(*SECONDS, parts))
    assert by_figure(run, "ten segments").measured == pytest.approx(2.0)
    assert parts in report.render(run)


def test_lucene_asked_from_python_is_kept_apart_from_lucene():
    asked = tuple(
        replace(each, engine=LUCENE + ASKED, seconds=tuple(1.25 * took for took in each.seconds))
        for each in made_up().samples
        if each.engine == LUCENE
    )
    run = made_up(samples=(*made_up().samples, *asked), engines=(*SECONDS, LUCENE + ASKED))
    goal = by_figure(run, "p50 with facets")
    assert goal.measured == pytest.approx(0.5)
    assert "asked from Python: 0.4, worst" in goal.note
    text = report.render(run)
    assert "| common | 40 | 2.00 | 8.00 | 4.00 | 4,000.0 | 5.00 | 0.50 | 0.40 |" in text
    bare = made_up()
    assert by_figure(bare, "p50 with facets").note.endswith("classes")
    assert ASKED not in report.render(bare)


def test_every_figure_stands_in_the_tables():
    text = report.render(made_up(left_out={"xapian": "not installed"}))
    assert "Left out: xapian, not installed." in text
    assert "| common | 40 | 2.00 | 8.00 | 4.00 | 4,000.0 | 0.50 |" in text
    assert "| common | 7.00 | 28.0 | 14.0 | 14,000.0 |" in text
    for heading in ("raw text", "pre-analysed", "p99", "Waking", "Memory", "Goals"):
        assert heading in text
    columns = {line.count("|") for line in text.splitlines() if line.startswith("| ")}
    assert all(count > 3 for count in columns)


def test_a_run_survives_its_file(tmp_path: Path):
    write_json(made_up(), tmp_path / "run.json")
    assert read_json(tmp_path / "run.json") == made_up()


def test_a_quantile_lies_between_its_neighbours():
    assert quantile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert quantile([1.0, 2.0], 0.99) == pytest.approx(1.99)
    assert quantile([7.0], 0.99) == 7.0


def test_counts_agree_whichever_of_the_tied_values_is_kept():
    many = {f"v{at:02}": 9 for at in range(19)}
    assert same_counts({"speaker": many | {"a": 3}}, {"speaker": many | {"b": 3}})
    assert not same_counts({"speaker": many | {"a": 3}}, {"speaker": many | {"b": 2}})
    assert not same_counts({"source": {"a": 3}}, {"source": {"b": 3}})
    assert not same_counts({"source": {}}, {})


def test_agreement_is_counted_by_class():
    def answer(total: int) -> Answer:
        return {"total": total, "hits": ["a", "b"], "facets": {"source": {"s": total}}}

    kinds = {"q1": "rare", "q2": "rare", "q3": "common"}
    answers = {(TANTIVY, query, True): answer(2) for query in kinds}
    answers |= {(OURS, "q1", True): answer(2), (OURS, "q2", True): answer(3)}
    found = {each.kind: each for each in agreements((OURS,), kinds, answers)}
    assert set(found) == {"rare"}
    assert (found["rare"].totals, found["rare"].counts, found["rare"].overlap) == (0.5, 0.5, 1.0)


def test_stock_whoosh_is_left_out_of_large_runs_unless_named():
    names = [entry.name for entry in chosen((), 100_000)[0]]
    assert WHOOSH not in names
    assert WHOOSH in chosen((), 100_000)[1]
    assert [entry.name for entry in chosen((WHOOSH,), 100_000)[0]] == [WHOOSH]
    with pytest.raises(ValueError, match="solr"):
        chosen(("solr",), 10)


def test_the_picture_is_a_drawing_with_a_point_for_each_query():
    clouds = [
        picture.Points("10 <b>", (1.0, 10.0), (0.3, 0.4)),
        picture.Points("1,000", (1_000.0,), (12.0,)),
    ]
    drawn = ET.fromstring(picture.draw("time & matches", clouds))
    points = [each for each in drawn.iter() if each.get("r") == "3"]
    assert len(points) == 3
    width, height = picture.WIDTH, picture.HEIGHT
    assert all(0 <= float(each.get("cx", "-1")) <= width for each in points)
    assert all(0 <= float(each.get("cy", "-1")) <= height for each in points)


def test_a_small_run_is_measured_from_end_to_end(tmp_path: Path):
    options = "--docs 200 --seed 2 --short --own --engines sqlite-fts5,searchsvc --rounds 1"
    folders = ["--work", str(tmp_path / "work"), "--out", str(tmp_path / "out")]
    more = "--warm-up 0 --raw-docs 20 --segments 2".split()
    said = CliRunner().invoke(main, [*options.split(), *more, *folders], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    run = read_json(tmp_path / "out" / "results.json")
    assert run.engines == ("sqlite-fts5", OURS, f"{OURS}, 2 segments, 5 % deleted")
    assert {each.engine for each in run.raw} == {"sqlite-fts5", OURS}
    assert all(each.cpu_seconds > 0 and each.peak_mb > 10 for each in run.builds)
    assert all(each.rss_mb > each.anonymous_mb > 0 for each in run.serving)
    assert {each.kind for each in run.samples if each.engine == OURS} == set(CLASSES)
    assert {each.kind for each in run.wakings if each.engine == OURS} == set(CLASSES)
    assert {len(each.seconds) for each in run.samples} == {1}
    assert {len(each.seconds) for each in run.wakings} == {1}
    assert (tmp_path / "out" / "results.md").read_text("utf-8") == report.render(run)


def test_the_picture_of_a_small_run_is_drawn(tmp_path: Path):
    options = "--scaling --scales 200 --seed 2 --own --rounds 1 --warm-up 0"
    folders = ["--work", str(tmp_path / "work"), "--out", str(tmp_path / "out")]
    said = CliRunner().invoke(main, [*options.split(), *folders], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    ET.fromstring((tmp_path / "out" / "scaling.svg").read_text("utf-8"))
