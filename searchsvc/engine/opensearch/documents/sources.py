"""Documents as they are sent to a cluster, and as they come back; all of it pure."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from searchsvc.columnar.fingerprints import MOST_MARKS, MOST_WEIGHT, WEIGHT_BITS, bucket_of
from searchsvc.documents import dump, facet_values, field_texts, is_dump_of, load
from searchsvc.engine.opensearch.documents import layout
from searchsvc.errors import IndexCorrupt
from searchsvc.model import ArticleDocument, Collection, StatementDocument
from searchsvc.text import Token, analyse
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.model import Document

    Tokens = Sequence[tuple[Token, ...]]
    """Of each text of a field."""

PRINTED: Final = {
    Collection.ARTICLES: (("title", 2, 256), ("body", 1, 768)),
    Collection.STATEMENTS: (("body", 1, 768),),
}
"""Of what a fingerprint is made: field, weight of an occurrence, tokens from its start."""
_MOST_WEIGHED: Final = 1023


class Sent(NamedTuple):
    """A document on its way into an index.

    Attributes:
        id: its own.
        routing: the id of the article: it and its statements stand on one shard.
        source: fields.
    """

    id: str
    routing: str
    source: dict[str, Any]


def sent(document: Document) -> Sent:
    """What is sent of a document."""
    collection = collection_of(document)
    article = document.article_id if isinstance(document, StatementDocument) else document.id
    words = {
        field: [analyse(text) for text in field_texts(document, field)]
        for field, _ in layout.word_fields(collection)
    }
    source: dict[str, Any] = {
        layout.ID: document.id,
        layout.COLLECTION: str(collection),
        layout.ARTICLE: article,
        layout.FAMILY: "article"
        if isinstance(document, ArticleDocument)
        else {"name": "statement", "parent": article},
        layout.MARK: marks(words, collection),
        layout.STORED: dump(document),
        **_dated(document),
    }
    own: dict[str, dict[str, Any]] = {}
    for field, stemmed in layout.word_fields(collection):
        tokens = words[field]
        if any(tokens):
            own[field] = {
                "word": [_spelled(text, stems=False) for text in tokens],
                "length": sum(map(len, tokens)),
            }
            if stemmed:
                own[field]["stem"] = [_spelled(text, stems=True) for text in tokens]
    for field in layout.value_fields(collection):
        values = facet_values(document, field)
        if values and field != "article":
            own.setdefault(field, {})["value"] = list(map(layout.key_of, values))
    source[str(collection)] = own
    return Sent(document.id, article, source)


def received(
    collection: Collection, document_id: str, source: Mapping[str, Any], *, where: str
) -> Document:
    """The document that was sent. Raises IndexCorrupt, which names `where`, an index."""
    stored = source.get(layout.STORED)
    if not isinstance(stored, str) or not is_dump_of(document_id, stored):
        raise IndexCorrupt(where, f"has another document for {document_id}")
    return load(collection, stored)


def collection_of(document: Document) -> Collection:
    """Which collection a document belongs to."""
    is_article = isinstance(document, ArticleDocument)
    return Collection.ARTICLES if is_article else Collection.STATEMENTS


def marks(words: Mapping[str, Tokens], collection: Collection) -> list[int]:
    """The fingerprint of a document, by the rules of `columnar.fingerprints`.

    Args:
        words: of each field.
        collection: of the document.
    """
    weights: dict[int, int] = {}
    for field, weight, most in PRINTED[collection]:
        tokens = (token for text in words[field] for token in text)
        for token in islice(tokens, most):
            if token.folded not in STOP_WORDS:
                bucket = bucket_of(token.stem.encode())
                weights[bucket] = weights.get(bucket, 0) + weight
    # Where weights are level, the first seen stays first.
    heaviest = sorted(weights.items(), key=lambda item: -min(item[1], _MOST_WEIGHED))[:MOST_MARKS]
    return [bucket << WEIGHT_BITS | min(weight, MOST_WEIGHT) for bucket, weight in heaviest]


def _dated(document: Document) -> dict[str, int]:
    if document.date is None:
        return {}
    day, time = document.date.day, document.date.time
    minute = 0 if time is None else time.hour * 60 + time.minute
    return {
        layout.DAY: day.toordinal(),
        layout.MONTH: day.year * 100 + day.month,
        layout.YEAR: day.year,
        layout.MOMENT: day.toordinal() * 1440 + minute,
    }


def _spelled(tokens: Sequence[Token], *, stems: bool) -> str:
    """Terms with spaces between, one a token."""
    return " ".join(
        term if token.cased is None else f"{term}{layout.CAPITALS_SIGN}{token.cased}"
        for token in tokens
        for term in (token.stem if stems else token.folded,)
    )
