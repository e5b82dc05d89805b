"""The files of `searchsvc rank`: documents and queries in, one JSON object a line each."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc.errors import CorpusError
from searchsvc.model import ArticleDocument, TitleOrigin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_BREAKS_A_LINE: Final = frozenset("\t\r\n")
Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class RankQuery:
    """One query.

    Attributes:
        filter: by column of the documents, the value that must be theirs or among theirs.
    """

    id: str
    text: str
    filter: Mapping[str, Scalar]


class BrokenLineError(ValueError):
    """A line that cannot be used; the message says why."""


def read_objects(file: Path, skip: Callable[[int, str], None]) -> Iterator[tuple[int, Any]]:
    """The number and the object of each line of `file` (also .gz) that is not blank.

    Args:
        file: one JSON object a line.
        skip: told of lines that hold none, by number, from 1, and reason.

    Raises:
        CorpusError: the file cannot be read.
    """
    from searchsvc.corpus.sources import READ_ERRORS, explain  # noqa: PLC0415 - slow to import

    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    found = json.loads(line)
                except (ValueError, RecursionError) as error:
                    skip(number, f"is not JSON: {error}")
                    continue
                if isinstance(found, dict):
                    yield number, found
                else:
                    skip(number, "expected a JSON object")
    except READ_ERRORS as error:
        raise CorpusError(file, explain(error)) from error


def query_of(fields: Mapping[str, Any]) -> RankQuery:
    """The query of one line. Raises BrokenLineError."""
    conditions = fields.get("filter") or {}
    if not isinstance(conditions, dict):
        raise BrokenLineError("expected `filter` to be an object: column and value")
    for column, value in conditions.items():
        if not isinstance(value, Scalar):
            raise BrokenLineError(f"expected one value for `{column}` in `filter`")
    return RankQuery(_id_of(fields), _text_of(fields, "text"), conditions)


def document_of(fields: Mapping[str, Any], columns: frozenset[str]) -> ArticleDocument:
    """The document of one line; what stands in `columns` becomes facet values. Raises BrokenLineError."""
    document_id = _id_of(fields)
    return ArticleDocument(
        id=document_id,
        path=document_id,
        source="",
        title=_text_of(fields, "title"),
        title_origin=TitleOrigin.GIVEN,
        body=_text_of(fields, "text"),
        captions=(),
        date=None,
        byline=None,
        byline_email=None,
        agency=None,
        url=None,
        speakers=tuple(dict.fromkeys(_facet_values(fields, columns))),
        countries=(),
        main_countries=(),
        kinds=(),
        mentions=(),
        statement_count=0,
    )


def facet_value(column: str, value: Scalar) -> str:
    """The facet value that stands for `value` in `column`; a number is no text of its digits."""
    return f"{column}={json.dumps(value, ensure_ascii=False)}"


def _facet_values(fields: Mapping[str, Any], columns: frozenset[str]) -> Iterator[str]:
    for column in sorted(columns & fields.keys()):
        given = fields[column]
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, Scalar):
                yield facet_value(column, value)


def _id_of(fields: Mapping[str, Any]) -> str:
    given = fields.get("id")
    if isinstance(given, bool) or not isinstance(given, (str, int)) or given == "":
        raise BrokenLineError("expected `id` to be a text")
    found = str(given)
    if _BREAKS_A_LINE & set(found):
        raise BrokenLineError("`id` holds a tab or a line break, which the run cannot")
    return found


def _text_of(fields: Mapping[str, Any], name: str) -> str:
    """The text under a name; half a surrogate pair, which no file can hold, is replaced."""
    given = fields.get(name)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise BrokenLineError(f"expected `{name}` to be a text")
    return given.encode("utf-8", "replace").decode()
