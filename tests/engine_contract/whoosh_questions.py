"""Our questions in Whoosh's terms, for its own searcher over the files that our engine reads.

Only what Whoosh answers soundly: no slop, and no `Not` but beside something that is to match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import query
from whoosh.index import open_dir
from whoosh.sorting import FieldFacet

from searchsvc.documents import has_field
from searchsvc.engine.whoosh.generations import read_current
from searchsvc.engine.whoosh.plan import fields_of
from searchsvc.engine.whoosh.schema import term_space
from searchsvc.fields import MISSING
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Value,
    Wildcard,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from searchsvc.engine.whoosh.plan import WordLeaf
    from searchsvc.model import Collection
    from searchsvc.query.tree import Node


def searcher_of(path: Path, collection: Collection) -> Any:
    """Whoosh's own searcher over the published generation of an index folder."""
    return open_dir(str(path / read_current(path)), indexname=collection.value).searcher()


def found_by_whoosh(searcher: Any, node: Node, collection: Collection) -> set[str]:
    """The ids that Whoosh finds for a whole tree."""
    ids = searcher.reader().column_reader("id")
    asked = whoosh_query(node, collection)
    return {ids[doc] for doc in searcher.docs_for_query(asked)}


def counted_by_whoosh(
    searcher: Any, node: Node, collection: Collection, field: str
) -> dict[str | None, int]:
    """How many of the hits carry each value; under None how many carry none."""
    facet = FieldFacet(field, allow_overlap=True)
    asked = whoosh_query(node, collection)
    groups = searcher.search(asked, groupedby={field: facet}, limit=None).groups(field)
    return {value: len(docs) for value, docs in groups.items()}


def whoosh_query(node: Node, collection: Collection) -> Any:
    match node:
        case And():
            return _all_of(node.children, collection)
        case Or():
            return query.Or([whoosh_query(child, collection) for child in node.children])
        case Synonyms():
            names = (node.typed, *node.others)
            return query.Or([whoosh_query(name, collection) for name in names])
        case Not():
            return _all_of((node,), collection)
        case Everything() | DateRange() | Value():
            return _of_value(node, collection)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            return _of_leaf(node, collection)


def _of_value(node: Everything | DateRange | Value, collection: Collection) -> Any:
    match node:
        case Everything():
            return query.Every()
        case DateRange():
            first = None if node.first is None else node.first.isoformat()
            last = None if node.last is None else node.last.isoformat()
            return query.TermRange("date", first, last)
    if not has_field(collection, node.field):
        return query.NullQuery
    if node.value == MISSING:
        return query.And([query.Every(), query.Not(query.Every(node.field))])
    kind = query.Prefix if node.field == "date" else query.Term
    return kind(node.field, node.value)


def _all_of(children: Iterable[Node], collection: Collection) -> Any:
    queries = [query.Every()]
    for child in children:
        if isinstance(child, Not):
            queries.append(query.Not(whoosh_query(child.child, collection)))
        else:
            queries.append(whoosh_query(child, collection))
    return query.And(queries)


def _of_leaf(leaf: WordLeaf, collection: Collection) -> Any:
    queries: list[Any] = []
    for field in fields_of(leaf, collection):
        name = field.name
        if field.folded and not name.endswith("_words"):
            name = term_space(name, exact=True)[0]
        match leaf:
            case Term():
                queries.append(query.Term(name, leaf.folded if field.folded else leaf.stem))
            case Phrase():
                words = leaf.folded if field.folded else leaf.stems
                queries.append(query.Phrase(name, list(words)))
            case Prefix():
                queries.append(query.Prefix(name, leaf.text))
            case Wildcard():
                queries.append(query.Wildcard(name, leaf.pattern))
            case Fuzzy():
                queries.append(
                    query.FuzzyTerm(name, leaf.text, maxdist=leaf.distance, prefixlength=0)
                )
    return query.Or(queries) if queries else query.NullQuery
