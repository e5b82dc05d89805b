"""Which Whoosh fields each collection has, and what of a document goes into them.

Whoever opens a generation with Whoosh alone finds, per entry of the `fields` table:

    title, body, caption            stems; `title_exact` and so on hold the folded words
    byline, agency, url             folded words
    speaker, source                 whole values; `speaker_words`, `source_words` folded words
    country, speaker_country, kind,
    article, date                   whole values; `date` is 2017-05-12
    id                              whole value
    document                        stored: the document as JSON, see `searchsvc.documents`
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from whoosh.fields import ID, STORED, Schema

from searchsvc.documents import dump, facet_values, field_texts
from searchsvc.engine.whoosh.analysis import WordField
from searchsvc.fields import BY_NAME, FIELDS, Words
from searchsvc.model import Collection, StatementDocument
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searchsvc.engine.whoosh.analysis import Analysed
    from searchsvc.fields import Field
    from searchsvc.model import Document
    from searchsvc.text import Token


def word_fields(collection: Collection) -> tuple[str, ...]:
    """Names of the fields of `collection` that are searched word by word."""
    return tuple(
        field.name
        for field in FIELDS
        if field.words is not Words.NONE and collection in field.collections
    )


def value_fields(collection: Collection) -> tuple[str, ...]:
    """Names of the facet fields of `collection` other than `date`."""
    return tuple(
        field.name
        for field in FIELDS
        if field.facet and field.name != "date" and collection in field.collections
    )


def term_space(name: str, *, exact: bool) -> tuple[str, bool]:
    """The Whoosh field that holds the words of field `name`, and whether its terms are folded."""
    field = BY_NAME[name]
    if field.words is Words.EXACT:
        return (f"{name}_words" if field.facet else name), True
    return (f"{name}_exact" if exact else name), exact


def analyse_fields(
    document: Document, analysed: Callable[[str], tuple[Token, ...]] = analyse
) -> dict[str, Analysed]:
    """The tokens of every word field that has any, by name of the field."""
    collection = collection_of(document)
    texts = ((name, field_texts(document, name)) for name in word_fields(collection))
    return {name: tuple(analysed(text) for text in each) for name, each in texts if each}


def whoosh_row(document: Document, words: Mapping[str, Analysed]) -> dict[str, Any]:
    """What Whoosh's `add_document` is given; `words` comes from `analyse_fields`."""
    row: dict[str, Any] = {"id": [document.id], "document": dump(document)}
    for name, analysed in words.items():
        row[term_space(name, exact=False)[0]] = analysed
        row[term_space(name, exact=True)[0]] = analysed
    for name in value_fields(collection_of(document)):
        row[name] = list(facet_values(document, name)) or None
    if document.date is not None:
        row["date"] = [document.date.day.isoformat()]
    return row


def collection_of(document: Document) -> Collection:
    """The collection that `document` belongs to."""
    is_statement = isinstance(document, StatementDocument)
    return Collection.STATEMENTS if is_statement else Collection.ARTICLES


def _schema(collection: Collection) -> Schema:
    schema = Schema(id=ID(unique=True, sortable=True), document=STORED(), date=ID(sortable=True))
    for name in value_fields(collection):
        schema.add(name, ID(sortable=True))
    for name in word_fields(collection):
        _add_words(schema, BY_NAME[name])
    return schema


def _add_words(schema: Schema, field: Field) -> None:
    for exact in (False, True):
        whoosh_name, folded = term_space(field.name, exact=exact)
        if whoosh_name not in schema:
            schema.add(whoosh_name, WordField(exact=folded))


SCHEMAS: Final = {collection: _schema(collection) for collection in Collection}


def fingerprint() -> str:
    """A short text that changes whenever the Whoosh fields or what they hold changes."""
    described = {
        collection.value: [
            (name, type(kind).__name__, bool(kind.stored), getattr(kind, "exact", None))
            for name, kind in sorted(schema.items())
        ]
        for collection, schema in SCHEMAS.items()
    }
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:16]
