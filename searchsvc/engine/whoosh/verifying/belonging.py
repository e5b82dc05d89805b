"""Do statements and articles belong together, and are statements the words of their articles?"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.engine.whoosh.verifying.comparing import document_at
from searchsvc.errors import IndexCorrupt
from searchsvc.model import ArticleDocument, StatementDocument, StatementKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.recounting import Analysed
    from searchsvc.engine.whoosh.verifying.problems import Problems
    from searchsvc.engine.whoosh.verifying.segments import Opened
    from searchsvc.model import Span

_REMEMBERED: Final = 256
"""Articles that are kept at hand: statements come in nearly the order of their articles."""

_NOWHERE: Final = -1

_BITS: Final = {kind: 1 << place for place, kind in enumerate(StatementKind)}
_SHARED: Final = ("title", "date", "source", "byline", "agency", "url")
"""What a statement has from its article."""


class Belonging:
    """Is shown all articles, then all statements, and compares them."""

    def __init__(self, articles: Sequence[Opened], found: Problems) -> None:
        """Begin with the segments of articles, all of which can be read."""
        self._articles = articles
        self._found = found
        sizes = [each.segment.count for each in articles]
        self._told = [np.zeros(size, np.int64) for size in sizes]
        self._told_kinds = [np.zeros(size, np.uint8) for size in sizes]
        self._counted = [np.zeros(size, np.int64) for size in sizes]
        self._kinds = [np.zeros(size, np.uint8) for size in sizes]
        self._home = [np.full(size, _NOWHERE, np.int32) for size in sizes]
        self._at_hand: OrderedDict[str, tuple[int, int, ArticleDocument] | None] = OrderedDict()

    def show_article(self, part: int, doc: int, each: Analysed) -> None:
        """Take in article number `doc` of segment number `part`."""
        article = each.document
        assert isinstance(article, ArticleDocument)  # noqa: S101 - the collection says so
        self._told[part][doc] = article.statement_count
        self._told_kinds[part][doc] = sum(_BITS[kind] for kind in set(article.kinds))
        for mention in article.mentions:
            if not _inside(mention.span, article.body):
                self._tell(self._articles[part], article.id, f"names a country at {mention.span}")

    def show_statement(self, opened: Opened, home: int, each: Analysed) -> None:
        """Compare a statement, of segment number `home` of statements, with its article."""
        statement = each.document
        assert isinstance(statement, StatementDocument)  # noqa: S101 - the collection says so
        located = self._locate(statement.article_id)
        if located is None:
            self._tell(opened, statement.id, f"is of article {statement.article_id}, not indexed")
            return
        part, doc, article = located
        self._counted[part][doc] += 1
        if self._home[part][doc] not in (_NOWHERE, home):  # articles are counted by segment
            self._tell(opened, statement.id, "is not in the segment of its article's other ones")
        self._home[part][doc] = home
        self._kinds[part][doc] |= _BITS[statement.kind]
        for fault in faults_of_statement(statement, article):
            self._tell(opened, statement.id, fault)

    def finish(self) -> None:
        """Compare the numbers of statements that articles tell with those that were shown."""
        for part, opened in enumerate(self._articles):
            told, counted = self._told[part], self._counted[part]
            for doc in np.flatnonzero((told != counted) & opened.alive).tolist():
                what = f"has {counted[doc]:,} statements, and {told[doc]:,} by its stored document"
                self._tell(opened, opened.segment.ids[doc], what)
            kinds = (self._told_kinds[part] != self._kinds[part]) & (told == counted)
            for doc in np.flatnonzero(kinds & opened.alive).tolist():
                what = "tells other kinds of its statements than they are"
                self._tell(opened, opened.segment.ids[doc], what)

    def _locate(self, article_id: str) -> tuple[int, int, ArticleDocument] | None:
        """Segment, number and content of an article that is not deleted, or None."""
        if article_id in self._at_hand:
            self._at_hand.move_to_end(article_id)
            return self._at_hand[article_id]
        located = self._find(article_id)
        self._at_hand[article_id] = located
        if len(self._at_hand) > _REMEMBERED:
            self._at_hand.popitem(last=False)
        return located

    def _find(self, article_id: str) -> tuple[int, int, ArticleDocument] | None:
        for part, opened in enumerate(self._articles):
            doc = opened.segment.find(article_id)
            if doc >= 0 and opened.alive[doc]:
                try:
                    article = document_at(opened, doc)
                except IndexCorrupt:  # told where it was read
                    return None
                assert isinstance(article, ArticleDocument)  # noqa: S101 - the collection says so
                return part, doc, article
        return None

    def _tell(self, opened: Opened, document_id: str, what: str) -> None:
        where = f"document {document_id}"
        self._found.add(opened.stored_path, what, where=where, kind="statements and articles")


def faults_of_statement(statement: StatementDocument, article: ArticleDocument) -> Iterator[str]:
    """What of a statement does not follow from its article, as `searchsvc.model` defines it."""
    number = statement.id.removeprefix(f"{article.id}:")
    if not (number.isdecimal() and 1 <= int(number) <= article.statement_count):
        yield f"is not numbered from 1 to {article.statement_count} behind its article's id"
    yield from _faults_of_span(statement, article.body)
    yield from _faults_of_words(statement, article.body)
    said = statement.said
    if said is not None and not _inside(said.span, article.body):
        yield f"was said on a day that is named at {_shown(said.span)}, outside the body"
    if not 0 <= statement.confidence <= 1:
        yield f"has confidence {statement.confidence}"
    for name in _SHARED:
        if getattr(statement, name) != getattr(article, name):
            yield f"has another {name} than its article"


def _faults_of_span(statement: StatementDocument, body: str) -> Iterator[str]:
    span = statement.span
    if not _inside(span, body):
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
        elif not _inside(given, body) or given.of(body) != words:
            yield f"has a {name} that its article does not have at {_shown(given)}"


def _inside(span: Span, text: str) -> bool:
    return 0 <= span.start < span.end <= len(text)


def _shown(span: Span) -> str:
    return f"{span.start} to {span.end}"
