"""What must hold in any sound index: statements are words of their articles, answers those counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.query import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import FacetCounts, SearchRequest
    from searchsvc.engine.recounting import Recount
    from searchsvc.model import ArticleDocument, Span, StatementDocument

_SHARED: Final = ("title", "date", "source", "byline", "agency", "url")
"""What a statement has from its article."""


def faults_of_answer(
    recount: Recount, total: int, ids: tuple[str, ...], facets: tuple[FacetCounts, ...]
) -> Iterator[str]:
    """What of an engine's answer is not as it was counted."""
    if total != recount.total:
        yield f"finds {total:,}; counting by hand finds {recount.total:,}"
    elif ids != recount.ids():
        yield f"begins with {', '.join(ids)}; by hand with {', '.join(recount.ids())}"
    for given, counted in zip(facets, recount.facets(), strict=True):
        if given != counted:
            yield f"counts facet {given.field} otherwise than counting by hand does"


def in_words(request: SearchRequest) -> str:
    """`'talks' in statements, filter source, dates`."""
    parts = [f"{to_text(request.query)!r} in {request.collection.value}"]
    parts += [f"filter {one.field}" for one in request.filters]
    parts += ["dates"] if request.dates.active else []
    return ", ".join(parts)


def faults_of_statement(statement: StatementDocument, article: ArticleDocument) -> Iterator[str]:
    """What of a statement does not follow from its article, as `searchsvc.model` defines it."""
    number = statement.id.removeprefix(f"{article.id}:")
    if not (number.isdecimal() and 1 <= int(number) <= article.statement_count):
        yield f"is not numbered from 1 to {article.statement_count} behind its article's id"
    yield from _faults_of_span(statement, article.body)
    yield from _faults_of_words(statement, article.body)
    said = statement.said
    if said is not None and not is_inside(said.span, article.body):
        yield f"was said on a day that is named at {_shown(said.span)}, outside the body"
    if not 0 <= statement.confidence <= 1:
        yield f"has confidence {statement.confidence}"
    for name in _SHARED:
        if getattr(statement, name) != getattr(article, name):
            yield f"has another {name} than its article"


def _faults_of_span(statement: StatementDocument, body: str) -> Iterator[str]:
    span = statement.span
    if not is_inside(span, body):
        yield f"stands at {_shown(span)} of a body of {len(body):,} characters"
    elif statement.body != span.of(body):
        yield f"is not what its article says at {_shown(span)}"
    ends = [span.start]
    for piece in statement.pieces:
        ends += [piece.start, piece.end]
    ends.append(span.end)
    hollow = any(piece.start >= piece.end for piece in statement.pieces)
    if not statement.pieces or hollow or ends != sorted(ends):
        yield "has pieces that do not ascend within it"


def _faults_of_words(statement: StatementDocument, body: str) -> Iterator[str]:
    """What is wrong with where the cue and the source are named."""
    for name, given, words in (
        ("cue", statement.cue, statement.cue_text),
        ("source", statement.named_at, statement.named_as),
    ):
        if given is None or words is None:
            if given is not None or words is not None:
                yield f"has a {name} without words, or words without a place"
        elif not is_inside(given, body) or given.of(body) != words:
            yield f"has a {name} that its article does not have at {_shown(given)}"


def is_inside(span: Span, text: str) -> bool:
    """Whether a stretch that is not empty lies within a text."""
    return 0 <= span.start < span.end <= len(text)


def _shown(span: Span) -> str:
    return f"{span.start} to {span.end}"
