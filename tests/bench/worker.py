"""The process that one engine lives in: JSON commands on standard input, one answer each.

    {"do": "build", "corpus": ..., "index": ...}            {"seconds", "cpu_seconds"}
    {"do": "build", ..., "parts": 10, "deleted": 5}         the same, as increments; ours alone
    {"do": "open", "index": ..., "query": ...}              {"seconds"}, to the first answer
    {"do": "search", "queries": [...], "facets": true}      {"took": [{"seconds", "asked", "answer"},
                                                            ...]}; asked: seconds until the answer
                                                            was here, where the engine itself took
                                                            the time, else null. The last one
                                                            is asked first, too
    {"do": "memory"}                                        {"rss_mb", "anonymous_mb"}

Time is CPU time and wall time of this process and those it has started and waited for.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.bench.engines import BY_NAME
from tests.bench.memory import memory_of

if TYPE_CHECKING:
    from tests.bench.workload import Engine, Query


def main() -> None:
    """Serve the engine named by the first argument; the second tells raw text from terms."""
    name, mode = sys.argv[1:]
    # What libraries print must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    engine = BY_NAME[name].make(raw=mode == "raw")
    for line in sys.stdin:
        answers.write(json.dumps(_do(engine, json.loads(line))) + "\n")
        answers.flush()
    engine.close()


def _do(engine: Engine, command: dict[str, Any]) -> dict[str, Any]:
    match command["do"]:
        case "build":
            return _build(engine, command)
        case "open":
            started = time.perf_counter()
            engine.open(command["index"])
            engine.search(command["query"])
            return {"seconds": time.perf_counter() - started}
        case "search":
            facets, queries = command["facets"], command["queries"]
            asked = [*queries[-1:], *queries]
            return {"took": [_search(engine, query, facets=facets) for query in asked]}
        case "memory":
            found = [memory_of(pid) for pid in (os.getpid(), *engine.pids())]
            # An engine in a process of its own is not charged for this one.
            counted = found[1:] or found
            return {
                "rss_mb": sum(each.rss_mb for each in counted),
                "anonymous_mb": sum(each.anonymous_mb for each in counted),
            }
    raise ValueError(f"unknown command: {command['do']}")


def _search(engine: Engine, query: Query, *, facets: bool) -> dict[str, Any]:
    started = time.perf_counter()
    answer = engine.search(query, facets)
    seconds = time.perf_counter() - started
    if "seconds" in answer:
        return {"seconds": answer["seconds"], "asked": seconds, "answer": answer}
    return {"seconds": seconds, "asked": None, "answer": answer}


def _build(engine: Engine, command: dict[str, Any]) -> dict[str, Any]:
    started, cpu_started = time.perf_counter(), _cpu_seconds()
    if "parts" in command:
        build_in_parts = engine.build_in_parts  # type: ignore[attr-defined]  # ours alone
        build_in_parts(
            command["corpus"],
            command["index"],
            parts=command["parts"],
            deleted_percent=command["deleted"],
        )
    else:
        engine.build(command["corpus"], command["index"])
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": _cpu_seconds() - cpu_started,
    }


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
