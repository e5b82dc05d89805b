"""Do statements and articles belong together, and are statements the words of their articles?"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.engine.soundness import faults_of_statement, is_inside
from searchsvc.engine.whoosh.verifying.comparing import document_at
from searchsvc.errors import IndexCorrupt
from searchsvc.model import ArticleDocument, StatementDocument, StatementKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.problems import Problems
    from searchsvc.engine.recounting import Analysed
    from searchsvc.engine.whoosh.verifying.segments import Opened

_REMEMBERED: Final = 256
"""Articles that are kept at hand: statements come in nearly the order of their articles."""

_NOWHERE: Final = -1

_BITS: Final = {kind: 1 << place for place, kind in enumerate(StatementKind)}


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
            if not is_inside(mention.span, article.body):
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
