"""One statement with what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.documents import facet_values
from searchsvc.model import ArticleDocument, Collection, Span, StatementDocument
from searchsvc.text import sentences
from searchsvc.web import formatting, links
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.reads.asking import LinkedValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.web.answer import StatementHit
    from searchsvc.web.reads.asking import Asking, Provenance

_FIELDS: Final = ("speaker", "country", "speaker_country", "source", "article")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the article's body; `start` and `end` count its characters, end exclusive."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that a statement carries in a field, and all statements that do."""

    field: str
    carried: LinkedValue


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement.

    Attributes:
        hit: it, as a search shows it.
        passage: the sentences that it stands in.
        before, after: the sentences next to these; None at the ends of the article.
        article: that it stands in.
        shared: how many statements have each of its speakers, countries and so on.
    """

    hit: StatementHit
    passage: Passage
    before: Passage | None
    after: Passage | None
    article: ArticleDocument
    shared: tuple[Shared, ...]
    provenance: Provenance


def statement_view(asking: Asking, statement_id: str) -> StatementView | None:
    """The statement, or None where the archive has none of that id.

    Raises:
        EngineError: the engine cannot answer.
    """
    document = asking.reader.fetch(Collection.STATEMENTS, statement_id)
    if not isinstance(document, StatementDocument):
        return None
    article = asking.reader.fetch(Collection.ARTICLES, document.article_id)
    if not isinstance(article, ArticleDocument):
        return None
    everything = SearchParameters(collection=Collection.STATEMENTS)
    (hit,) = asking.shown(everything, [document])
    before, passage, after = around(article.body, document.span)
    shared = []
    for field in _FIELDS:
        values = facet_values(document, field)
        numbers = asking.carrying(everything, field, values) if values else {}
        shared += [
            Shared(
                field,
                LinkedValue(
                    value,
                    formatting.value_label(field, value),
                    asking.linked(links.only(everything, field, value), numbers[value]),
                ),
            )
            for value in values
        ]
    return StatementView(
        hit=hit,
        passage=passage,
        before=before,
        after=after,
        article=article,
        shared=tuple(shared),
        provenance=asking.provenance,
    )


def around(body: str, span: Span) -> tuple[Passage | None, Passage, Passage | None]:
    """The sentence before those that `span` stands in, these, and the sentence after them."""
    spans = sentences(body)
    touched = [
        at for at, each in enumerate(spans) if each.start < span.end and span.start < each.end
    ]
    if not touched:
        return None, _passage(body, (span,)), None
    first, last = touched[0], touched[-1]
    return (
        _passage(body, spans[first - 1 : first]) if first else None,
        _passage(body, spans[first : last + 1]),
        _passage(body, spans[last + 1 : last + 2]) if last + 1 < len(spans) else None,
    )


def _passage(body: str, spans: Sequence[Span]) -> Passage:
    span = Span(spans[0].start, spans[-1].end)
    return Passage(span.start, span.end, span.of(body))
