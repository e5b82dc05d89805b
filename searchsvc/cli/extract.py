"""`searchsvc extract`: articles as JSON lines in, their statements as JSON lines out."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.errors import CorpusError
from searchsvc.model import (
    Article,
    ArticleDate,
    DateOrigin,
    OffsetMap,
    SpeakerKind,
    StatementKind,
    TitleOrigin,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.model import Statement
    from searchsvc.settings import Settings

    _Item = tuple[int, "Article | _BrokenLineError | CorpusError"]

_STANDARD_INPUT: Final = "standard input"


class _BrokenLineError(ValueError):
    """A line that holds no article; the message says why."""


@command("extract")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@json_option
def extract(settings: Settings, *, file: Path | None, as_json: bool) -> Exit:
    """Extract who said what from articles, without any index.

    Reads one JSON object a line from FILE (also .gz) or standard input: id, text and, where
    known, title and date (2017-05-12). Writes one a line: id and statements. Offsets count
    characters of the text exactly as given; ends are exclusive. The output is always JSON.

    \b
    Examples:
      searchsvc extract articles.jsonl.gz > statements.jsonl
      echo '{"id": "1", "text": "..."}' | searchsvc extract
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    del as_json  # the output is always JSON
    from searchsvc.workers import Workers, as_many_as  # noqa: PLC0415 - slow to import

    # Who writes line by line may wait for the answer to one before the next: nothing is gathered.
    processes = 1 if file is None else as_many_as(settings.index.processes)
    broken = 0
    with closing(Workers(answer, processes)) as team:
        for (number, item), body in team.over(_tasks(file), size=_size):
            if isinstance(item, _BrokenLineError):
                broken += 1
                click.echo(f"{file or _STANDARD_INPUT}, line {number}: {item}", err=True)
            elif isinstance(item, CorpusError):
                raise item
            else:
                click.echo(body)
    if broken:
        click.echo(f"lines skipped: {broken}", err=True)
    return Exit.INCOMPLETE if broken else Exit.DONE


def answer(article: Article) -> str:
    """The line that is printed for an article; the work of another process, perhaps."""
    from searchsvc.extract import extract as find_statements  # noqa: PLC0415 - slow to import

    found = find_statements(article).statements
    body = {
        "id": article.id,
        "statements": [statement_body(article.body, statement) for statement in found],
    }
    return json.dumps(body)  # ASCII: the text may hold half a surrogate pair


def _tasks(file: Path | None) -> Iterator[tuple[_Item, Article | None]]:
    """Each line that is not empty, with its number, and the article to extract from.

    What is wrong comes in its place, so that all before it is printed.
    """
    number = 0
    try:
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            try:
                article = read_line(line)
            except _BrokenLineError as error:
                yield (number, error), None
            else:
                yield (number, article), article
    except CorpusError as error:
        yield (number + 1, error), None


def _size(item: _Item) -> int:
    return len(item[1].body) if isinstance(item[1], Article) else 0


def read_line(line: bytes) -> Article:
    """The article of one line, its text unchanged. Raises _BrokenLineError."""
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise _BrokenLineError(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    except (ValueError, RecursionError) as error:
        raise _BrokenLineError(f"is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise _BrokenLineError("expected a JSON object with id and text")
    article_id, text = fields.get("id"), fields.get("text")
    if isinstance(article_id, bool) or not isinstance(article_id, (str, int)):
        raise _BrokenLineError("expected `id` to be a text")
    if not isinstance(text, str):
        raise _BrokenLineError("expected `text` to be a text")
    title = fields.get("title")
    if title is not None and not isinstance(title, str):
        raise _BrokenLineError("expected `title` to be a text")
    return Article(
        id=str(article_id),
        path=_STANDARD_INPUT,
        place=None,
        source=_STANDARD_INPUT,
        title=title or "untitled",
        title_origin=TitleOrigin.GIVEN if title else TitleOrigin.FIRST_SENTENCE,
        body=text,
        body_offsets=OffsetMap((0,), (0,)),
        date=_date(fields.get("date")),
    )


def statement_body(text: str, statement: Statement) -> dict[str, Any]:
    """One statement as JSON; `speaker` is the name of the first person among them, or null."""
    speaker = statement.speaker
    everybody = (speaker, *statement.others) if speaker else statement.others
    persons = [one for one in everybody if one.kind is SpeakerKind.PERSON]
    named_at, said = statement.named_at, statement.said
    return {
        "start": statement.span.start,
        "end": statement.span.end,
        "spans": [[piece.start, piece.end] for piece in statement.pieces],
        "speaker": persons[0].name if persons else None,
        "speakers": [one.name for one in persons],
        "speaker_start": named_at and named_at.start,
        "speaker_end": named_at and named_at.end,
        "direct": statement.kind is StatementKind.DIRECT,
        "kind": statement.kind.value,
        "act": statement.act.value,
        "about": list(statement.about),
        "said": said and {"day": said.day.isoformat(), "precision": said.precision.value},
        "cue": statement.cue and statement.cue.of(text),
        "verb": statement.verb,
        "confidence": statement.confidence,
        "rule": statement.rule,
    }


def _date(value: object) -> ArticleDate | None:
    """The date of publication; it only adds to what is extracted, so an odd one is left out."""
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    has_time = "T" in value or ":" in value
    time = moment.time().replace(second=0, microsecond=0) if has_time else None
    return ArticleDate(moment.date(), time, DateOrigin.INPUT)


def _lines(file: Path | None) -> Iterator[bytes]:
    """The lines of `file`, or of standard input.

    What is printed meanwhile is none of its business: a reader of the output may hang up.
    """
    if file is None:
        yield from sys.stdin.buffer
        return
    from searchsvc.corpus.sources import READ_ERRORS, explain  # noqa: PLC0415 - slow to import

    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            yield from lines
    except READ_ERRORS as error:
        raise CorpusError(file, explain(error)) from error
