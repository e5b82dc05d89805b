"""Documents to references: what a bibliography says of an article, whatever its format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.model import StatementDocument

if TYPE_CHECKING:
    import datetime as dt

    from searchsvc.model import Document

# C0, C1, DEL, halves of characters and non-characters: no format can carry them.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
# Matches "; ", ", ", " and ", " & "; must not match the "and" of "Sandra Rand".
_BETWEEN_AUTHORS: Final = re.compile(r"\s*;\s*|\s*,\s+(?:and\s+)?|\s+(?:and|&)\s+", re.IGNORECASE)
# Matches "Jr.", "staff writer", "Seoul Bureau"; must not match "Rosa Quispe".
_NO_AUTHOR: Final = re.compile(
    r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?\Z|.*(?:\d|\b(?:writer|reporter|staff|bureau|correspondent|editor)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One article as it is cited.

    Attributes:
        id: of the article.
        title: on one line.
        authors: names as printed, never split into parts: which is the family name nobody knows.
            Of what no person signed, the agency.
        source: the newspaper or collection.
        day: of publication, or None.
        url: of the original, else of its page here.
        note: a quotation from it, or None.
    """

    id: str
    title: str
    authors: tuple[str, ...]
    source: str
    day: dt.date | None
    url: str
    note: str | None


def reference(document: Document, page_url: str, *, quoting: bool) -> Reference:
    """How the article of `document` is cited.

    Args:
        document: an article, or a statement that stands in it.
        page_url: absolute address of the article's page.
        quoting: whether the statement is to stand in the note.
    """
    article_id, note = document.id, None
    if isinstance(document, StatementDocument):
        article_id, note = document.article_id, _quotation(document) if quoting else None
    return Reference(
        id=article_id,
        title=plain(document.title),
        authors=_authors(document.byline, document.agency),
        source=plain(document.source),
        day=document.date.day if document.date else None,
        url=document.url or page_url,
        note=note,
    )


def plain(text: str) -> str:
    """`text` on one line, without what cannot be printed."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _quotation(statement: StatementDocument) -> str:
    who = f" ({plain(statement.speaker.name)})" if statement.speaker else ""
    return f"“{plain(statement.body)}”{who}"


def _authors(byline: str | None, agency: str | None) -> tuple[str, ...]:
    printed = plain(byline or agency or "")
    if not printed:
        return ()
    names = tuple(name for name in _BETWEEN_AUTHORS.split(printed) if name)
    return (printed,) if not names or any(map(_NO_AUTHOR.match, names)) else names
