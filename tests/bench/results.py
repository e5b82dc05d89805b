"""What was measured: plain records that are written as JSON and made into tables."""

from __future__ import annotations

import dataclasses
import json
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Build:
    """One build.

    Attributes:
        cpu_seconds: user and system time, of all processes that took part.
        peak_mb: resident memory, mapped files and all, at its largest.
        peak_anonymous_mb: without files.
    """

    engine: str
    docs: int
    seconds: float
    cpu_seconds: float
    size_bytes: int
    peak_mb: float
    peak_anonymous_mb: float

    @property
    def docs_per_cpu_second(self) -> float:
        """Articles indexed in a second of CPU time."""
        return self.docs / self.cpu_seconds

    @property
    def bytes_per_doc(self) -> float:
        """Size of the index by article."""
        return self.size_bytes / self.docs


@dataclass(frozen=True, slots=True)
class Sample:
    """How long one engine took for one query, in every round.

    Attributes:
        kind: class of the query.
        total: matches.
        seconds: one figure a round.
    """

    engine: str
    query: str
    kind: str
    facets: bool
    total: int
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Waking:
    """How long one engine took for what it was asked first, after another had been at work.

    Attributes:
        kind: class of the queries.
        seconds: one figure a round.
    """

    engine: str
    kind: str
    facets: bool
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """Memory of a process that serves, and how long it took to the first answer."""

    engine: str
    open_seconds: float
    rss_mb: float
    anonymous_mb: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far one engine agrees with the one compared with, over the queries of a class.

    Attributes:
        totals, counts: share of the queries whose total, and all of whose facets, are the same.
        overlap: mean share of the ten best that both have.
    """

    engine: str
    kind: str
    totals: float
    counts: float
    overlap: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmark.

    Attributes:
        title: what was measured.
        command: the command line that does it again.
        engines: names, in the order of the tables.
        left_out: reason by name.
        raw: builds from raw text; `builds` are from pre-analysed text.
    """

    title: str
    command: str
    docs: int
    rounds: int
    engines: tuple[str, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    builds: tuple[Build, ...] = ()
    raw: tuple[Build, ...] = ()
    samples: tuple[Sample, ...] = ()
    wakings: tuple[Waking, ...] = ()
    serving: tuple[Serving, ...] = ()
    agreement: tuple[Agreement, ...] = ()

    def seconds(self, engine: str, kind: str, *, facets: bool) -> list[float]:
        """Every time measured of one engine and class, ascending."""
        return sorted(
            each
            for sample in self.samples
            if (sample.engine, sample.kind, sample.facets) == (engine, kind, facets)
            for each in sample.seconds
        )

    def quantile(self, engine: str, kind: str, share: float, *, facets: bool) -> float | None:
        """Milliseconds that this share of the times stays within, or None without any."""
        seconds = self.seconds(engine, kind, facets=facets)
        return 1_000 * quantile(seconds, share) if seconds else None

    def matches(self, kind: str) -> float:
        """Median of the matches over the queries of a class, where nothing is deleted."""
        totals: dict[str, int] = {}
        for each in self.samples:
            if each.kind == kind:
                totals[each.query] = max(each.total, totals.get(each.query, 0))
        return statistics.median(totals.values())


def quantile(ascending: list[float], share: float) -> float:
    """The value at `share` of an ascending list, between two neighbours in proportion."""
    place = share * (len(ascending) - 1)
    low = int(place)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (place - low) * (ascending[high] - ascending[low])


def write_json(run: Run, path: Path) -> None:
    """Write `run` to `path`."""
    path.write_text(json.dumps(dataclasses.asdict(run), indent=1) + "\n", encoding="utf-8")


def read_json(path: Path) -> Run:
    """The run that `write_json` wrote."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kinds = {
        "builds": Build,
        "raw": Build,
        "samples": Sample,
        "wakings": Waking,
        "serving": Serving,
        "agreement": Agreement,
    }
    for name, kind in kinds.items():
        data[name] = tuple(kind(**each) for each in data[name])
    for name in ("samples", "wakings"):
        data[name] = tuple(
            dataclasses.replace(each, seconds=tuple(each.seconds)) for each in data[name]
        )
    data["engines"] = tuple(data["engines"])
    return Run(**data)
