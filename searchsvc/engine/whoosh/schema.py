"""Which Whoosh fields each collection has, and what of a document goes into them.

Whoever opens a generation with Whoosh alone finds, per entry of the `fields` table:

    title, body, caption            stems; `title_exact` and so on hold the folded words
    byline, agency, url             folded words
    speaker, source                 whole values; `speaker_words`, `source_words` folded words
    country, speaker_country, kind,
    act, article, story, date       whole values; `date` is 2017-05-12
    id                              whole value
    document                        stored: the document as JSON, see `searchsvc.documents`
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from whoosh.fields import ID, STORED, Schema

from searchsvc.columnar.fingerprints import PrintedField
from searchsvc.columnar.layout import Layout
from searchsvc.columnar.writing.rows import Row
from searchsvc.documents import dump, facet_values, field_texts
from searchsvc.engine.whoosh.analysis import WordField
from searchsvc.fields import BY_NAME, FIELDS, Words
from searchsvc.model import Collection, StatementDocument

if TYPE_CHECKING:
    from searchsvc.fields import Field
    from searchsvc.model import Document


PRINTED: Final = {
    Collection.ARTICLES: (PrintedField("title", 2, 256), PrintedField("body", 1, 768)),
    Collection.STATEMENTS: (PrintedField("body", 1, 768),),
}
"""What fingerprints are made of: of a long article its beginning."""


def word_fields(collection: Collection) -> tuple[str, ...]:
    """Names of the fields of `collection` that are searched word by word."""
    return tuple(
        field.name
        for field in FIELDS
        if field.words is not Words.NONE and collection in field.collections
    )


@cache
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


def stem_space(name: str) -> str:
    """The name under which a segment holds the words of field `name`, stems where it has any."""
    return term_space(name, exact=False)[0]


def layout_of(collection: Collection) -> Layout:
    """Which fields the segments of a collection have."""
    return Layout(
        {
            stem_space(name): BY_NAME[name].words is Words.STEMMED
            for name in word_fields(collection)
        },
        value_fields(collection),
        PRINTED[collection],
    )


def row_of(document: Document, *, stored: bool) -> Row:
    """What a segment takes in of `document`; whether itself is `stored` in it.

    Raises:
        UnicodeEncodeError: a text of it holds half a surrogate pair.
    """
    collection = collection_of(document)
    date = document.date
    time = None if date is None else date.time
    words = {
        space: texts
        for name, space in _spaces(collection)
        if (texts := field_texts(document, name))
    }
    values = {
        name: given for name in value_fields(collection) if (given := facet_values(document, name))
    }
    if not stored:
        "".join(chain(*words.values(), *values.values())).encode()
    return Row(
        id=document.id,
        day=0 if date is None else date.day.toordinal(),
        minute=0 if time is None else time.hour * 60 + time.minute,
        words=words,
        values=values,
        stored=dump(document).encode() if stored else None,
    )


@cache
def _spaces(collection: Collection) -> tuple[tuple[str, str], ...]:
    """Names of the word fields of `collection`, and under which a segment holds their words."""
    return tuple((name, stem_space(name)) for name in word_fields(collection))


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
