"""How an article, or one statement in it, is cited: the line to copy, and files to download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request

from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.web import links
from searchsvc.web.answer import Link
from searchsvc.web.exports.citations import (
    BIBTEX,
    CSL_JSON,
    RIS,
    bibtex,
    csl_json,
    footnote,
    ris,
    statement_footnote,
)
from searchsvc.web.exports.references import reference
from searchsvc.web.formatting import EXPORT_LABELS
from searchsvc.web.links import Addresses
from searchsvc.web.manners import proxies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask.typing import ResponseReturnValue

    from searchsvc.engine.contract import Reader, SearchEngine
    from searchsvc.model import Document
    from searchsvc.web.exports.references import Reference

STATEMENT: Final = "statement"
"""The parameter that names a statement by its number in the article."""
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class _Form:
    """A format of references: its media type, and what writes it."""

    media_type: str
    write: Callable[[Iterable[Reference]], Iterator[str]]


_FORMS: Final = {
    "bib": _Form(BIBTEX, bibtex),
    "ris": _Form(RIS, ris),
    "csl": _Form(CSL_JSON, csl_json),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """How something is cited.

    Attributes:
        line: to copy, in one line.
        url: absolute address of the article's page, of a statement at its sentence.
        files: the same as files for reference managers, by the names of the formats.
    """

    line: str
    url: str
    files: tuple[Link, ...]


def cited(document: Document) -> Cited:
    """How `document`, an article or a statement in one, is cited in an answer to this request."""
    addresses, url = _addresses(), _url(document)
    item = reference(document, url, quoting=True)
    query, article = "", document.id
    line = footnote(item)
    if isinstance(document, StatementDocument):
        query, article = f"?{STATEMENT}={document.number}", document.article_id
        line = statement_footnote(document, item, url)
    base = f"{addresses.article(article)}/cite."
    files = (Link(EXPORT_LABELS[name], f"{base}{links.EXPORTS[name]}{query}") for name in _FORMS)
    return Cited(line, url, tuple(files))


def blueprint(engine: SearchEngine) -> Blueprint:
    """The files that `Cited` leads to."""
    citing = Blueprint("citing", __name__)

    def file(article_id: str, form: str) -> ResponseReturnValue:
        number = request.args.get(STATEMENT)
        document = engine.read(lambda reader: _document(reader, article_id, number))
        if document is None:
            abort(_NOT_FOUND, "There is no such article, or no such statement in it.")
        item = reference(document, _url(document), quoting=True)
        response = Response("".join(_FORMS[form].write([item])))
        response.content_type = f"{_FORMS[form].media_type}; charset=utf-8"
        name = document.id.replace(":", "-s")  # ids of articles are fit for names of files
        attached = f'attachment; filename="{name}.{links.EXPORTS[form]}"'
        response.headers["Content-Disposition"] = attached
        return response

    for form in _FORMS:
        rule = f"{links.ARTICLES_PATH}<article_id>/cite.{links.EXPORTS[form]}"
        citing.add_url_rule(rule, form, file, defaults={"form": form})
    return citing


def _document(reader: Reader, article_id: str, number: str | None) -> Document | None:
    if number is None:
        found = reader.fetch(Collection.ARTICLES, article_id)
        return found if isinstance(found, ArticleDocument) else None
    found = reader.fetch(Collection.STATEMENTS, f"{article_id}:{number}")
    return found if isinstance(found, StatementDocument) else None


def _addresses() -> Addresses:
    return Addresses(links.SEARCH_PATH, request.script_root)


def _url(document: Document) -> str:
    addresses = _addresses()
    if isinstance(document, StatementDocument):
        there = addresses.article(document.article_id, number=document.number)
    else:
        there = addresses.article(document.id)
    return proxies.origin() + there
