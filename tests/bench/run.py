"""The command line: make corpora, measure, write tables and the picture."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tests.bench import lucene_peer, measure, picture, report
from tests.bench.corpora import corpus
from tests.bench.engines import OURS, chosen
from tests.bench.results import Run, write_json

if TYPE_CHECKING:
    from tests.bench.corpora import Corpus

SCALES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Given:
    """What was said on the command line."""

    docs: int
    seed: int
    short: bool
    own: bool
    engines: str
    rounds: int
    warm_up: int
    raw_docs: int | None
    segments: int | None
    deleted: int
    scaling: bool
    scales: str
    fetch: bool
    work: Path
    out: Path | None


@click.command()
@click.option("--docs", default=10_000, show_default=True, help="Articles of the corpus.")
@click.option("--seed", default=1, show_default=True, help="Of the corpus and its queries.")
@click.option("--short", is_flag=True, help="Articles of 120 words, not 350.")
@click.option("--own", is_flag=True, help="Our own generator, even beside the shared one.")
@click.option("--engines", default="", help="Names with commas; all that fit by default.")
@click.option("--rounds", default=5, show_default=True, help="Times that each query is asked.")
@click.option("--warm-up", default=4, show_default=True, help="Rounds before that.")
@click.option("--raw-docs", type=int, help="Articles built from raw text, at most; 0 for none.")
@click.option("--segments", type=int, help="Measure ours in so many segments as well.")
@click.option("--deleted", default=5, show_default=True, help="Percent deleted from these.")
@click.option("--scaling", is_flag=True, help="Instead: our time against matches, a picture.")
@click.option("--scales", default=",".join(map(str, SCALES)), show_default=True)
@click.option("--fetch", is_flag=True, help="Download Lucene's jars with mvn first.")
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(tempfile.gettempdir(), "searchsvc-bench"),
    show_default=True,
    help="Corpora are kept here from run to run, indexes too.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="For the results.")
def main(**given: Any) -> None:
    """Measure our engine beside tantivy, Lucene, SQLite FTS5 and stock Whoosh."""
    run_benchmark(Given(**given))


def run_benchmark(given: Given) -> Path:
    """Do as told; returns the folder of the results."""
    if given.fetch:
        lucene_peer.fetch()
    out = given.out or Path(tempfile.mkdtemp(prefix="searchsvc-bench-"))
    out.mkdir(parents=True, exist_ok=True)
    if given.scaling:
        scaling(given, out)
    else:
        compare(given, out)
    click.echo(f"written to {out}")
    return out


def compare(given: Given, out: Path) -> Run:
    """All engines on one corpus."""
    names = [name for name in given.engines.split(",") if name]
    entries, left_out = chosen(names, given.docs)
    for name, reason in left_out.items():
        _say(f"{name} is left out: {reason}")
    engines = tuple(entry.name for entry in entries)
    made = _corpus(given, given.docs)
    raw = []
    if given.raw_docs != 0:
        raw = measure.build_raw(made, engines, made.folder, articles=given.raw_docs, say=_say)
    builds, indexes = measure.build_terms(made, engines, made.folder, say=_say)
    if given.segments:
        parts, deleted = given.segments, given.deleted
        indexes.append(measure.build_parts(made, made.folder, parts, deleted, say=_say))
    run = Run(
        title=made.title,
        command=f'make bench BENCH_ARGS="{_arguments(given)}"',
        docs=given.docs,
        rounds=given.rounds,
        engines=engines,
        left_out=left_out,
        builds=tuple(builds),
        raw=tuple(raw),
    )
    run = measure.search(run, made.queries(), indexes, warm_up=given.warm_up, say=_say)
    write_json(run, out / "results.json")
    text = report.render(run)
    (out / "results.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return run


def scaling(given: Given, out: Path) -> None:
    """Our engine on corpora of growing size; short articles throughout, so that they compare."""
    clouds = []
    for docs in map(int, given.scales.split(",")):
        made = _corpus(replace(given, short=True), docs)
        builds, indexes = measure.build_terms(made, [OURS], made.folder, say=_say)
        run = Run(made.title, "", docs, given.rounds, (OURS,), builds=tuple(builds))
        run = measure.search(run, made.queries(), indexes, warm_up=given.warm_up, say=_say)
        write_json(run, out / f"scaling-{docs}.json")
        found = [each for each in run.samples if each.facets and each.total]
        clouds.append(
            picture.Points(
                f"{docs:,} articles",
                tuple(float(each.total) for each in found),
                tuple(1_000 * sorted(each.seconds)[len(each.seconds) // 2] for each in found),
            )
        )
    drawn = picture.draw("Time for the ten best, the total and all facets, by matches", clouds)
    (out / "scaling.svg").write_text(drawn, encoding="utf-8")


def _corpus(given: Given, docs: int) -> Corpus:
    _say(f"a corpus of {docs:,} articles")
    work, own = given.work, given.own
    return corpus(work, docs, given.seed, short=given.short, own=own)


def _arguments(given: Given) -> str:
    """The options that make the same run again, without the folders."""
    flags = [f"--{name}" for name in ("short", "own") if getattr(given, name)]
    wanted = ("docs", "seed", "engines", "rounds", "warm_up", "raw_docs", "segments")
    values = [
        f"--{name.replace('_', '-')} {getattr(given, name)}"
        for name in wanted
        if getattr(given, name) not in {None, ""}
    ]
    deleted = [f"--deleted {given.deleted}"] if given.segments else []
    return " ".join([*values, *deleted, *flags])


def _say(what: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {what}", err=True)
