"""One input file, or one member of a zip archive, to its articles and rejects."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchsvc.corpus.assembly import NoArticle, Place, article_from_row, assemble
from searchsvc.corpus.bounds import EMBEDDED_TIMES, too_costly, without_embedded
from searchsvc.corpus.columns import Given, read_row
from searchsvc.corpus.decoding import decode
from searchsvc.corpus.dumped import read_dump
from searchsvc.corpus.forms import Form, Unreadable, form_by_content
from searchsvc.corpus.pages import decode_page, read_page
from searchsvc.corpus.placing import place_on_page
from searchsvc.corpus.prose import read_file_text, read_page_text
from searchsvc.corpus.rows import BadRow, read_json, read_json_lines, read_table
from searchsvc.corpus.sources import read_whole, too_large
from searchsvc.errors import CorpusError

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator
    from typing import IO

    from searchsvc.corpus.rows import Row
    from searchsvc.model import Article
    from searchsvc.settings import Settings

_SNIFFED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Unit:
    """What is read from beginning to end: a file, or a member of a zip archive.

    Attributes:
        path: of the file, as shown to the operator.
        name: of the file, below the input folder.
        member: name of the member, or None.
        source: of articles that do not name theirs.
        furniture: keys of the lines that recur in its folder.
    """

    path: str
    name: str
    member: str | None
    source: str
    furniture: frozenset[str]

    def place(self, inside: str | None) -> str | None:
        """Where in the file something stands, the member named first."""
        member = None if self.member is None else f"member {self.member}"
        return ", ".join(part for part in (member, inside) if part) or None


def read_unit(
    stream: io.BufferedReader, unit: Unit, settings: Settings
) -> Iterator[Article | CorpusError]:
    """The articles and rejects of one unit, in its order.

    Raises:
        CorpusError: it cannot be read on from here; without a place.
    """
    head = stream.peek(_SNIFFED_BYTES)
    form = form_by_content(unit.member or unit.name, head)
    if isinstance(form, Unreadable):
        raise CorpusError(unit.path, form.reason)
    if form is Form.ZIP:
        raise CorpusError(unit.path, "a zip archive inside another one; unpack it first")
    limit_mb = settings.corpus.max_article_mb
    if form is Form.DUMP:
        if unit.member is not None:
            raise CorpusError(unit.path, "a dump inside a zip archive; unpack it first")
        for place, item in read_dump(stream, limit_mb):
            yield _reported(item, unit, place)
        return
    if form in _ROWS:
        for row in _ROWS[form](stream, limit_mb):
            yield _read_row(row, unit, settings)
        return
    if form is Form.PAGE:
        data = read_whole(stream, unit.path, limit_mb, times=EMBEDDED_TIMES)
        yield _reported(_read_page(data, unit, limit_mb), unit, None)
        return
    yield _reported(_read_text(read_whole(stream, unit.path, limit_mb), unit), unit, None)


_ROWS: dict[Form, Callable[[IO[bytes], float], Iterator[Row | BadRow]]] = {
    Form.JSON_LINES: read_json_lines,
    Form.JSON: read_json,
    Form.TABLE: read_table,
}


def _read_row(row: Row | BadRow, unit: Unit, settings: Settings) -> Article | CorpusError:
    if isinstance(row, BadRow):
        return CorpusError(unit.path, row.reason, place=unit.place(row.place))
    given = read_row(row.values, settings.columns)
    place = Place(unit.name, unit.place(row.place), unit.source)
    return _reported(article_from_row(given, place), unit, row.place)


def _read_text(data: bytes, unit: Unit) -> Article | NoArticle:
    reading = read_file_text(decode(data), unit.furniture)
    return assemble(Given(), reading, Place(unit.name, unit.place(None), unit.source))


def _read_page(data: bytes, unit: Unit, limit_mb: float) -> Article | NoArticle:
    whole = decode_page(data)
    text = without_embedded(whole)
    if len(text) > limit_mb * 1_000_000:
        return NoArticle(too_large(limit_mb))
    costly = too_costly(text)
    if costly:
        return NoArticle(costly)
    given = read_page(text)
    if not given.text:
        return NoArticle("no article text found on the page")
    reading = read_page_text(given.text, given.title)
    article = assemble(given, reading, Place(unit.name, unit.place(None), unit.source))
    if isinstance(article, NoArticle):
        return article
    return dataclasses.replace(article, body_offsets=place_on_page(article.body, whole))


def _reported(
    result: Article | NoArticle, unit: Unit, inside: str | None
) -> Article | CorpusError:
    if isinstance(result, NoArticle):
        return CorpusError(unit.path, result.reason, place=unit.place(inside))
    return result
