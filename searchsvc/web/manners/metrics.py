"""What the service has done and what it stands on, for Prometheus.

Several workers count into files that they share where PROMETHEUS_MULTIPROC_DIR names a folder;
whichever is asked then tells of all of them. What is told of the index is looked up when asked.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
from typing import TYPE_CHECKING, Final

from flask import Response, abort, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from searchsvc.errors import ClusterUnreachable, EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from prometheus_client import Metric

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.engine.health import ClusterHealth
    from searchsvc.web.manners.exchange import Exchange

_TELLING: Final = "searchsvc.metrics"
_NOT_FOUND: Final = 404
_SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_NODES: Final = "Nodes of the cluster that holds it."
_STATUSES: Final = ("green", "yellow", "red")
_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def install(app: Flask, engine: SearchEngine) -> Callable[[Exchange], None]:
    """Count what `app` answers; gives back what counts a request, once it is answered."""
    counted = CollectorRegistry()
    requests = Counter(
        "searchsvc_requests",
        "Requests answered, by operation and status.",
        ("operation", "status"),
        registry=counted,
    )
    seconds = Histogram(
        "searchsvc_request_seconds",
        "Time from the arrival of a request to the end of its answer, by class of operation.",
        ("class",),
        buckets=_BOUNDS_S,
        registry=counted,
    )
    cut = Counter(
        "searchsvc_cut",
        "Answers that ended before their end, by operation and by whom: archive or client.",
        ("operation", "by"),
        registry=counted,
    )
    told = counted
    if os.environ.get(_SHARED_FOLDER):
        told = CollectorRegistry()
        MultiProcessCollector(told)  # type: ignore[no-untyped-call]  # has no types
    told.register(_OfTheIndex(engine))

    app.extensions[_TELLING] = told

    def count(done: Exchange) -> None:
        requests.labels(done.operation, str(done.status)).inc()
        if done.cut:
            cut.labels(done.operation, done.cut).inc()
        seconds.labels(_class_of(done.operation)).observe(done.seconds)

    return count


def exposition() -> Response:
    """What `/metrics` answers; 404 where nothing is counted."""
    told = current_app.extensions.get(_TELLING)
    if told is None:
        abort(_NOT_FOUND, "Metrics are switched off.")
    return Response(generate_latest(told), content_type=CONTENT_TYPE_LATEST)


def _class_of(operation: str) -> str:
    """What page and JSON of one thing share: `search` of `api.search`."""
    return operation.rpartition(".")[2]


class _OfTheIndex(Collector):
    """What stands published, as it is when asked."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand, so that nothing is looked up when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The program always; the rest where there is an index."""
        version = importlib.metadata.version("searchsvc")
        yield _info("build", "The program.", version=version, python=platform.python_version())
        try:
            status = self._engine.status(wait=False)
        except EngineError as error:
            yield _gauge("ready", "Whether there is an index that answers.", 0)
            if isinstance(error, ClusterUnreachable):
                yield _gauge("cluster_nodes", _NODES, 0)
            return
        age_s = (dt.datetime.now(dt.UTC) - status.built_at).total_seconds()
        yield _gauge("ready", "Whether there is an index that answers.", 1)
        yield _info("generation", "The one that answers.", generation=status.generation)
        yield _gauge("generation_age_seconds", "Time since it was made.", age_s)
        yield _gauge("articles", "Articles in it.", status.articles)
        yield _gauge("statements", "Statements in it.", status.statements)
        documents = status.articles + status.statements
        yield _gauge("documents", "Articles and statements in it.", documents)
        yield _gauge("rejects", "Inputs that it could not be made from.", status.rejects)
        yield _gauge("refused", "Damaged files or generations found.", len(status.refused))
        yield _gauge("held", "Whether a later generation is held back.", int(bool(status.held)))
        yield _gauge("index_bytes", "What it takes on disk.", status.size_bytes)
        if status.cluster is not None:
            yield from _of_the_cluster(status.cluster)


def _of_the_cluster(health: ClusterHealth) -> Iterator[Metric]:
    yield _gauge("cluster_nodes", _NODES, health.nodes)
    yield _gauge(
        "cluster_active_shards", "Copies of its shards that answer.", health.active_shards
    )
    yield _gauge(
        "cluster_unassigned_shards",
        "Copies of its shards without a node.",
        health.unassigned_shards,
    )
    yield _gauge(
        "cluster_status",
        "0: all copies of its shards answer; 1: one of each does; 2: a shard is lacking.",
        _STATUSES.index(health.status),
    )


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"searchsvc_{name}", words, value=value)


def _info(name: str, words: str, **labels: str) -> Metric:
    """A gauge that is always 1, and tells by its labels."""
    family = GaugeMetricFamily(f"searchsvc_{name}_info", words, labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family
