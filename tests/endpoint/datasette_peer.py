"""Datasette over SQLite FTS5: the benchmark's articles as a table that it serves, and addresses.

Datasette is no dependency; whoever measures it makes an environment of its own:
`python -m venv FOLDER && FOLDER/bin/pip install datasette`. It finds and counts the same with its own
parameters: full-text search with Porter's stemmer, facets over columns and over lists in JSON, exact
totals, the first ten rows with all their columns. It does not rank, and has no fuzzy search.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from tests.bench.workload import HITS, TOP, read_corpus
from tests.endpoint.generated import real

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.workload import Query

UNSUPPORTED: Final = ("fuzzy",)
_SCHEMA: Final = """
create table article (
    id text primary key, title text, body text, date text, month text, source text,
    speakers text, countries text
);
create virtual table article_fts using fts5(
    title, body, content='article', tokenize='porter unicode61'
);
"""
_READY: Final = """
insert into article_fts (article_fts) values ('rebuild');
insert into article_fts (article_fts) values ('optimize');
create index by_date on article (date);
create index by_source on article (source);
analyze;
"""
_LIMIT_MS: Final = 60_000
_PATIENCE_S: Final = 60


def build(corpus: Path, database: Path) -> None:
    """Make the database from the articles of a JSONL file."""
    growing = database.with_suffix(".growing")
    growing.unlink(missing_ok=True)
    with closing(sqlite3.connect(growing)) as connection:
        connection.executescript("pragma journal_mode = off; pragma synchronous = off;")
        connection.executescript(_SCHEMA)
        rows = (
            (
                each["id"],
                each["title"],
                each["body"],
                each["date"],
                each["date"][:7],
                each["source"],
                json.dumps(each["speakers"]),
                json.dumps(list(dict.fromkeys(map(real, each["countries"])))),
            )
            for each in read_corpus(corpus)
        )
        connection.executemany("insert into article values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        connection.executescript(_READY)
    growing.rename(database)


def address(query: Query) -> str:
    """What is asked of Datasette for `query`."""
    filters = query["filters"]
    asked: list[tuple[str, Any]] = [
        ("_size", HITS),
        ("_facet", "source"),
        ("_facet", "month"),
        ("_facet_array", "speakers"),
        ("_facet_array", "countries"),
        ("_facet_size", TOP),
    ]
    if text := _text(query):
        asked += [("_search", text), ("_searchmode", "raw")]
    if "speaker" in filters:
        asked.append(("speakers__arraycontains", filters["speaker"]))
    if "country" in filters:
        asked.append(("countries__arraycontains", real(filters["country"])))
    if "source" in filters:
        asked.append(("source", filters["source"]))
    if "date_from" in filters:
        asked.append(("date__gte", filters["date_from"]))
    if "date_to" in filters:
        asked.append(("date__lte", filters["date_to"]))
    return f"/served/article.json?{urlencode(asked)}"


def _text(query: Query) -> str:
    quoted = [f'"{word}"' for word in query["words"]]
    match query["op"]:
        case "all":
            return ""
        case "phrase":
            return f'"{" ".join(query["words"])}"'
        case "prefix":
            return f"{quoted[0]} *"
        case "or":
            return " OR ".join(quoted)
    return " ".join(quoted)


@contextmanager
def serving(program: Path, database: Path) -> Iterator[str]:
    """The address of Datasette over a database, nothing of an answer left out for want of time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "default_facet_size": TOP,
        "facet_suggest_time_limit_ms": 1,
        "facet_time_limit_ms": _LIMIT_MS,
        "sql_time_limit_ms": _LIMIT_MS,
        "suggest_facets": "off",
        "cache_size_kb": 65_536,
    }
    told = [str(part) for name, value in settings.items() for part in ("--setting", name, value)]
    process = subprocess.Popen(
        [program, "serve", "-i", database, "--port", str(port), *told],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/-/versions.json", process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_S)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Datasette does not answer at {url}")
