"""What stock Whoosh is given to index: the oracle of our codec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchsvc.documents import dump, facet_values, field_texts
from searchsvc.engine.whoosh.schema import (
    collection_of,
    term_space,
    value_fields,
    word_fields,
)
from searchsvc.text import Token, analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searchsvc.engine.whoosh.analysis import Analysed
    from searchsvc.model import Document


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
