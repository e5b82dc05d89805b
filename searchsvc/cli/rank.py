"""`searchsvc rank`: documents and queries in, a ranking of each query out, to be judged by others."""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.rank_files import (
    BrokenLineError,
    RankQuery,
    document_of,
    facet_value,
    query_of,
    read_objects,
)
from searchsvc.errors import ConfigError, CorpusError
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import SearchEngine, SearchRequest
    from searchsvc.settings import Settings

_FILTERED: Final = "speaker"
"""The facet field whose values stand for the columns that queries filter on."""
_LINE_EVERY_S: Final = 5.0

_file = click.Path(dir_okay=False, path_type=Path)


@dataclass(slots=True)
class _Run:
    """What has been done so far, and the lines that could not be used."""

    documents: int = 0
    queries: int = 0
    hits: int = 0
    skipped: int = 0
    _last: float = field(default_factory=time.monotonic)

    def skip(self, file: Path, number: int, reason: str) -> None:
        self.skipped += 1
        click.echo(f"{file}, line {number}: {reason}; skipped", err=True)

    def show(self, line: str) -> None:
        """Write a line of progress, at most one every few seconds."""
        now = time.monotonic()
        if now - self._last >= _LINE_EVERY_S:
            self._last = now
            click.echo(line, err=True)


@command("rank")
@click.option("--docs", required=True, type=_file, metavar="FILE", help="Documents, JSONL.")
@click.option("--queries", required=True, type=_file, metavar="FILE", help="Queries, JSONL.")
@click.option("--run", "run_file", required=True, type=_file, metavar="FILE", help="Run to write.")
@click.option(
    "--depth", default=1000, show_default=True, type=click.IntRange(min=1), help="Hits a query."
)
@click.option(
    "--matches-only", is_flag=True, help="Only what holds a word of the query, as a search finds."
)
@json_option
def rank(  # noqa: PLR0913 - one argument for each option
    settings: Settings,
    *,
    docs: Path,
    queries: Path,
    run_file: Path,
    depth: int,
    matches_only: bool,
    as_json: bool,
) -> Exit:
    """Rank documents for queries as the search does, any word of a query sufficing.

    Reads one JSON object a line, also from .gz. Documents: id, title, text (either may be
    missing) and other columns. Queries: id, text and optionally filter, an object of columns and
    the value that a document must have there or among its values. Writes one hit a line, tabs
    between query, document and score, which is 1 / place. Where fewer documents than --depth hold
    a word of the query, others follow that hold words of its best hits, which no search does;
    --matches-only leaves them out. The index is temporary, unless --index names an empty folder
    for it.

    \b
    Examples:
      searchsvc rank --docs docs.jsonl.gz --queries queries.jsonl --run run.tsv
      echo '{"id": "1", "text": "grain", "filter": {"places": "peru"}}' > queries.jsonl
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import

    done = _Run()
    asked = _read_queries(queries, done)
    with _folder(settings) as folder:
        placed = replace(settings, index=replace(settings.index, path=folder))
        _build(placed, docs, frozenset(c for each in asked for c in each.filter), done)
        engine = wiring.open_engine(placed)
        names = wiring.open_names(settings).current()
        try:
            with _opened(run_file) as out:
                for query in asked:
                    request = _request(query, names, depth)
                    found = _hits(engine, request, matches_only=matches_only)
                    _write_hits(query, found, out, done)
        finally:
            engine.close()
    counts = {name: getattr(done, name) for name in ("documents", "queries", "hits", "skipped")}
    if as_json:
        click.echo(json.dumps({**counts, "run": str(run_file)}, ensure_ascii=False))
    else:
        click.echo(", ".join(f"{name} {count:,}" for name, count in counts.items()), err=True)
    return Exit.INCOMPLETE if done.skipped else Exit.DONE


def _read_queries(file: Path, done: _Run) -> list[RankQuery]:
    found: dict[str, RankQuery] = {}
    for number, fields in read_objects(file, lambda *line: done.skip(file, *line)):
        try:
            query = query_of(fields)
        except BrokenLineError as error:
            done.skip(file, number, str(error))
            continue
        if query.id in found:
            done.skip(file, number, f"another query has the id {query.id!r}")
        else:
            found[query.id] = query
    if not found:
        raise CorpusError(file, "holds no query; expected lines like {“id”: …, “text”: …}")
    return list(found.values())


@contextmanager
def _folder(settings: Settings) -> Iterator[Path]:
    """Where the index goes: the folder that was named for it, else a temporary one."""
    folder = settings.index.path
    if folder == type(settings.index)().path:
        with tempfile.TemporaryDirectory(prefix="searchsvc-rank-") as name:
            yield Path(name)
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not empty; name a folder to be made", where="--index")
    yield folder


def _build(settings: Settings, docs: Path, columns: frozenset[str], done: _Run) -> None:
    """Index the documents, with the columns that queries filter on."""
    from searchsvc import wiring  # noqa: PLC0415 - as in `rank`

    build = wiring.open_writer(settings).start_build(fresh=True)
    seen: set[str] = set()
    try:
        for number, fields in read_objects(docs, lambda *line: done.skip(docs, *line)):
            try:
                document = document_of(fields, columns)
            except BrokenLineError as error:
                done.skip(docs, number, str(error))
                continue
            if document.id in seen:
                done.skip(docs, number, f"another document has the id {document.id!r}")
                continue
            seen.add(document.id)
            build.add(document, ())
            done.documents += 1
            done.show(f"indexing: {done.documents:,} documents")
        if not seen:
            raise CorpusError(docs, "holds no document; expected lines like {“id”: …, “text”: …}")
        build.publish(rejects=done.skipped)
    finally:
        build.abandon()


def _opened(file: Path) -> TextIO:
    try:
        return file.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=str(file)) from error


def _write_hits(query: RankQuery, found: Sequence[str], out: TextIO, done: _Run) -> None:
    """Write the hits of a query with 1 / place as their scores, so that no two are level."""
    done.queries += 1
    if not found:
        click.echo(f"query {query.id}: nothing found", err=True)
    out.writelines(
        f"{query.id}\t{document_id}\t{1 / place:.12g}\n"
        for place, document_id in enumerate(found, start=1)
    )
    done.hits += len(found)
    done.show(f"searching: {done.queries:,} queries")


def _request(query: RankQuery, names: Aliases, depth: int) -> SearchRequest | None:
    """What a search for any word of a query asks, no character being a sign; None for no word."""
    from searchsvc.aliases import expand  # noqa: PLC0415 - as in `rank`
    from searchsvc.engine.contract import FieldFilter, SearchRequest  # noqa: PLC0415 - likewise
    from searchsvc.query import Match, parse  # noqa: PLC0415 - likewise
    from searchsvc.query.tree import Everything  # noqa: PLC0415 - likewise
    from searchsvc.query.words import words_only  # noqa: PLC0415 - likewise

    parsed = parse(words_only(query.text), Collection.ARTICLES, match=Match.ANY)
    tree = expand(parsed, names).tree
    if isinstance(tree, Everything):
        return None
    values = tuple(facet_value(*each) for each in query.filter.items())
    filters = (FieldFilter(_FILTERED, all_of=values),) if values else ()
    return SearchRequest(Collection.ARTICLES, tree, filters=filters, limit=depth, documents=False)


def _hits(engine: SearchEngine, request: SearchRequest | None, *, matches_only: bool) -> list[str]:
    """Ids of what is asked for, then, if wanted, of what is like the best of these."""
    from searchsvc.cli.rank_widening import others_like  # noqa: PLC0415 - as in `rank`

    if request is None:
        return []
    found = list(engine.search(request).ids)
    if len(found) < request.limit and not matches_only:
        found += others_like(engine, request, found)
    return found
