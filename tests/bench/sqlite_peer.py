"""SQLite FTS5 from Python's own library.

What is done to make it fast: a contentless table with positions and an optimised index; one table
of articles and one for each many-valued facet, kept in the order of the articles and indexed by
value; the matches put into a temporary table once and joined to each facet, from the matches
where they are few and over the facet's table where they are many; memory-mapped files. Pre-analysed
text goes through the plain ASCII tokeniser, raw text through SQLite's Porter stemmer, the only
one there is. It has no fuzzy search.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.workload import HITS, TOP, Answer, Query, day_number, read_corpus, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 2_000
MANY = 0.1
"""Of all articles: from this share of matches on, a facet's table is read from end to end."""

SCHEMA = """
create virtual table words using fts5(
    text, content='', columnsize=1, detail=full, tokenize='{tokenizer}'
);
create table article (
    number integer primary key, id text, day integer, month text, source text
);
create table speaker (number integer, value text, primary key (number, value)) without rowid;
create table country (number integer, value text, primary key (number, value)) without rowid;
"""
INDEXES = """
create index by_speaker on speaker (value, number);
create index by_country on country (value, number);
create index by_source on article (source);
create index by_day on article (day);
insert into words (words) values ('optimize');
analyze;
"""


class SQLite:
    """Pre-analysed text."""

    name = "sqlite-fts5"
    unsupported: tuple[str, ...] = ("fuzzy",)
    tokenizer = "ascii"

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._connection: Any = None
        self._count = 0

    def build(self, corpus_path: str, index_dir: str) -> None:
        """See `Engine`."""
        Path(index_dir).mkdir(parents=True)
        connection = sqlite3.connect(Path(index_dir, "articles.sqlite"), isolation_level=None)
        connection.executescript("pragma journal_mode = off; pragma synchronous = off;")
        connection.executescript(SCHEMA.format(tokenizer=self.tokenizer))
        connection.execute("begin")
        for rows in _batches(corpus_path):
            for table, lines in rows.items():
                marks = ", ".join("?" * len(lines[0])) if lines else ""
                columns = "words (rowid, text)" if table == "words" else table
                connection.executemany(f"insert into {columns} values ({marks})", lines)
        connection.execute("commit")
        connection.executescript(INDEXES)
        connection.close()

    def open(self, index_dir: str) -> None:
        """See `Engine`."""
        path = Path(index_dir, "articles.sqlite")
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(
            "pragma mmap_size = 8000000000; pragma cache_size = -65536; pragma temp_store = memory;"
            "create temp table found (number integer primary key);"
        )
        self._count = self._connection.execute("select count(*) from article").fetchone()[0]

    def search(self, query: Query, facets: bool = True) -> Answer:  # noqa: FBT001, FBT002 - the shape that was asked for
        """See `Engine`."""
        run = self._connection.execute
        tables, conditions, given = _conditions(query)
        where = f" from {tables} where {conditions}"
        worded = query["op"] != "all"
        number = "words.rowid" if worded else "article.number"
        order = "words.rank" if worded else number
        best = run(f"select {number}{where} order by {order} limit {HITS}", given)
        numbers = [row[0] for row in best]
        named = dict(
            run(
                f"select number, id from article where number in ({','.join('?' * len(numbers))})",
                numbers,
            )
        )
        answer: Answer = {"total": 0, "hits": [named[each] for each in numbers], "facets": {}}
        if facets and conditions != "true":
            run("delete from found")
            answer["total"] = run(f"insert into found select {number}{where}", given).rowcount
            answer["facets"] = self._facets(answer["total"])
            return answer
        answer["total"] = run(f"select count(*){where}", given).fetchone()[0]
        if facets:
            answer["facets"] = self._facets(None)
        return answer

    def pids(self) -> list[int]:
        """None."""
        return []

    def close(self) -> None:
        """See `Engine`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _facets(self, total: int | None) -> dict[str, dict[str, int]]:
        """Counts over the `total` matches in the temporary table; None for all articles."""
        columns = {
            "speaker": ("speaker", "value"),
            "country": ("country", "value"),
            "month": ("article", "month"),
            "source": ("article", "source"),
        }
        counts = {}
        for facet, (table, column) in columns.items():
            if total is None:
                joined = table
            elif total < MANY * self._count:
                joined = f"found cross join {table} using (number)"
            else:
                joined = f"{table} cross join found using (number)"
            size = TOP if column == "value" else -1
            counts[facet] = dict(
                self._connection.execute(
                    f"select {column}, count(*) as matches from {joined} group by {column}"
                    f" order by matches desc, {column} limit {size}"
                )
            )
        return counts


class SQLiteRaw(SQLite):
    """Raw text, Porter's stemmer; for the figures of a build."""

    tokenizer = "porter ascii"


def _batches(path: str) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """Rows for each table, for some thousand articles at a time."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for number, article in enumerate(read_corpus(path), start=1):
        if not rows:
            rows = {"words": [], "article": [], "speaker": [], "country": []}
        date = article["date"]
        rows["words"].append((number, text_of(article)))
        rows["article"].append(
            (number, article["id"], day_number(date), date[:7], article["source"])
        )
        rows["speaker"] += [(number, name) for name in article["speakers"]]
        rows["country"] += [(number, code) for code in article["countries"]]
        if number % BATCH == 0:
            yield rows
            rows = {}
    if rows:
        yield rows


def _conditions(query: Query) -> tuple[str, str, list[str | int]]:
    """Tables, what must hold, and the values for its question marks."""
    filters = query["filters"]
    worded = query["op"] != "all"
    number = "words.rowid" if worded else "article.number"
    tables = ["words"] if worded else ["article"]
    conditions = ["words match ?"] if worded else []
    given: list[str | int] = [_match(query["op"], query["terms"])] if worded else []
    for table in ("speaker", "country"):
        value = filters.get(table)
        if isinstance(value, str):
            tables.append(table)
            conditions.append(f"{table}.number = {number} and {table}.value = ?")
            given.append(value)
    ours: list[tuple[str, str | int]] = []
    if "source" in filters:
        ours.append(("article.source = ?", filters["source"]))
    if "date_from" in filters:
        ours.append(("article.day >= ?", day_number(filters["date_from"])))
    if "date_to" in filters:
        ours.append(("article.day <= ?", day_number(filters["date_to"])))
    if ours and worded:
        tables.append("article")
        conditions.append(f"article.number = {number}")
    conditions += [condition for condition, _ in ours]
    given += [value for _, value in ours]
    return ", ".join(tables), " and ".join(conditions) or "true", given


def _match(op: str, terms: list[str]) -> str:
    quoted = [f'"{term}"' for term in terms]
    match op:
        case "phrase":
            return f'"{" ".join(terms)}"'
        case "prefix":
            return f"{quoted[0]} *"
        case "and":
            return " AND ".join(quoted)
    return " OR ".join(quoted)
