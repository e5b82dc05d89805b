"""Measuring: builds one after the other, queries engine by engine in turn.

In each round the engines are asked class by class: one engine all queries of the class, in an
order of its own, then the next. So noise hits all alike, and each is measured at work, as in a
server that is busy; what it is asked first in a turn, by which its process wakes up, is kept apart.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from tests.bench.corpora import first_articles
from tests.bench.engines import ASKED, BY_NAME, OURS, TANTIVY
from tests.bench.processes import EngineProcess
from tests.bench.results import Agreement, Build, Run, Sample, Serving, Waking
from tests.bench.workload import CLASSES, HITS, TOP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.bench.corpora import Corpus
    from tests.bench.workload import Answer, Query

    Say = Callable[[str], None]
    Key = tuple[str, str, bool]
    """Engine, id of the query or its class, whether facets were asked for."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """An index that is searched under a name of its own.

    Attributes:
        engine: whose it is.
        label: in the tables; the engine's own name where it holds the whole corpus.
        folder: where it lies.
    """

    engine: str
    label: str
    folder: Path


def build_raw(
    corpus: Corpus, engines: Sequence[str], folder: Path, *, articles: int | None, say: Say
) -> list[Build]:
    """Builds from raw text, thrown away; `articles` caps what is read of the corpus."""
    builds = []
    for name in engines:
        say(f"{name}: building from raw text")
        caps = [each for each in (articles, BY_NAME[name].raw_articles) if each is not None]
        count = min([corpus.docs, *caps])
        source, index = first_articles(corpus, count), folder / f"{name}-raw"
        shutil.rmtree(index, ignore_errors=True)
        with EngineProcess(name, raw=True) as process:
            builds.append(process.build(source, index, count))
        shutil.rmtree(index)
    return builds


def build_terms(
    corpus: Corpus, engines: Sequence[str], folder: Path, *, say: Say
) -> tuple[list[Build], list[Indexed]]:
    """Builds from pre-analysed text, kept."""
    builds, indexes = [], []
    for name in engines:
        say(f"{name}: building from pre-analysed text")
        index = folder / name
        shutil.rmtree(index, ignore_errors=True)
        with EngineProcess(name) as process:
            builds.append(process.build(corpus.terms, index, corpus.docs))
        indexes.append(Indexed(name, name, index))
    return builds, indexes


def build_parts(corpus: Corpus, folder: Path, parts: int, deleted: int, *, say: Say) -> Indexed:
    """Our index of the same articles as several segments, some articles deleted."""
    label = f"{OURS}, {parts} segments, {deleted} % deleted"
    say(f"{label}: building")
    index = folder / f"{OURS}-parts"
    shutil.rmtree(index, ignore_errors=True)
    with EngineProcess(OURS) as process:
        process.build(corpus.terms, index, corpus.docs, parts=parts, deleted=deleted)
    return Indexed(OURS, label, index)


def search(
    run: Run, queries: Sequence[Query], indexes: Sequence[Indexed], *, warm_up: int, say: Say
) -> Run:
    """`run` with the times, the memory and the agreement of `indexes`, asked in turn."""
    asked = {each.label: _queries_for(each.engine, queries) for each in indexes}
    first = next(query for query in queries if query["class"] == "common")
    times: dict[Key, list[float]] = defaultdict(list)
    wakings: dict[Key, list[float]] = defaultdict(list)
    answers: dict[Key, Answer] = {}
    with ExitStack() as stack:
        processes = {
            each.label: stack.enter_context(EngineProcess(each.engine)) for each in indexes
        }
        opened = {each.label: processes[each.label].open(each.folder, first) for each in indexes}
        rng = random.Random(1)
        for number in range(-warm_up, run.rounds):
            say(f"round {number + 1} of {run.rounds}" if number >= 0 else "warming up")
            for kind, facets in product(CLASSES, (True, False)):
                for label in rng.sample(list(processes), len(processes)):
                    mine = [
                        query
                        for query in rng.sample(list(queries), len(queries))
                        if query["class"] == kind and query["id"] in asked[label]
                    ]
                    took = processes[label].search(mine, facets=facets)
                    if number >= 0 and mine:
                        _keep(label, [kind], took[:1], facets=facets, times=wakings)
                        ids = [query["id"] for query in mine]
                        _keep(label, ids, took[1:], facets=facets, times=times, answers=answers)
        serving = []
        for label, process in processes.items():
            memory = process.memory()
            serving.append(Serving(label, opened[label], memory.rss_mb, memory.anonymous_mb))
    kinds = {query["id"]: query["class"] for query in queries}
    samples = tuple(
        Sample(
            label, query, kinds[query], facets, answers[label, query, facets]["total"], tuple(took)
        )
        for (label, query, facets), took in times.items()
    )
    timed = {label for label, _, _ in times}
    labels = tuple(
        name for each in indexes for name in (each.label, each.label + ASKED) if name in timed
    )
    whole = [each.label for each in indexes if each.label == each.engine]
    return replace(
        run,
        engines=labels,
        samples=samples,
        wakings=tuple(Waking(*key, tuple(took)) for key, took in wakings.items()),
        serving=tuple(serving),
        agreement=agreements(whole, kinds, answers),
    )


def _keep(
    label: str,
    asked: Sequence[str],
    took: Sequence[tuple[float, float | None, Answer]],
    *,
    facets: bool,
    times: dict[Key, list[float]],
    answers: dict[Key, Answer] | None = None,
) -> None:
    """Add what `EngineProcess.search` gave; what was taken on this side has a name of its own."""
    for what, (inside, outside, answer) in zip(asked, took, strict=True):
        for name, seconds in ((label, inside), (label + ASKED, outside)):
            if seconds is not None:
                times[name, what, facets].append(seconds)
                if answers is not None:
                    answers[name, what, facets] = answer


def agreements(
    engines: Sequence[str], kinds: Mapping[str, str], answers: Mapping[Key, Answer]
) -> tuple[Agreement, ...]:
    """How far each engine agrees with tantivy, by class; nothing where tantivy is not there."""
    found = []
    for name in engines:
        for kind in CLASSES:
            both = [
                (answers[name, query, True], answers[TANTIVY, query, True])
                for query in kinds
                if kinds[query] == kind
                and (name, query, True) in answers
                and (TANTIVY, query, True) in answers
            ]
            if both:
                totals = sum(one["total"] == other["total"] for one, other in both)
                counts = sum(same_counts(one["facets"], other["facets"]) for one, other in both)
                overlap = sum(_overlap(one["hits"], other["hits"]) for one, other in both)
                count = len(both)
                found.append(
                    Agreement(name, kind, totals / count, counts / count, overlap / count)
                )
    return tuple(found)


def same_counts(
    one: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]]
) -> bool:
    """Whether two answers count alike; among values tied for the last place either may be kept."""
    return one.keys() == other.keys() and all(
        _same_facet(one[facet], other[facet]) for facet in one
    )


def _same_facet(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    if sorted(one.values()) != sorted(other.values()):
        return False
    # Where all values may be listed none can have been cut off.
    least = min(one.values(), default=0) if len(one) == TOP else 0
    return all(other.get(value) == count for value, count in one.items() if count > least)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    wanted = min(HITS, max(len(one), len(other)))
    return len(set(one) & set(other)) / wanted if wanted else 1.0


def _queries_for(engine: str, queries: Sequence[Query]) -> set[str]:
    """Ids of the queries that `engine` is asked."""
    entry = BY_NAME[engine]
    unsupported = entry.make().unsupported
    seen: Counter[str] = Counter()
    chosen = set()
    for query in queries:
        if query["op"] not in unsupported and seen[query["class"]] < entry.queries:
            seen[query["class"]] += 1
            chosen.add(query["id"])
    return chosen
