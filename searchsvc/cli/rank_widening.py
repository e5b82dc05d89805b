"""What follows in a ranking behind all documents that hold a word of the query.

Documents that hold none of its words may still be about what it asks for; they hold the words that
its best hits are made of. With n of a word's occurrences among the m tokens of a hit, title words
counting twice, over the hits looked at:

    weight = sum of n / m
    value  = weight * ln(1 + (N - df + 0.5) / (df + 0.5))

The words of the greatest value make a query of their own. Source: relevance models as in Lavrenko
and Croft, Relevance-Based Language Models, 2001, with hits weighed alike and the inverse document
frequency of BM25 in place of the model of the collection.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from heapq import nlargest
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import SearchRequest
from searchsvc.model import Collection, Span
from searchsvc.query.tree import Everything, Or, Term
from searchsvc.text import analyse
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.model import Document
    from searchsvc.query.tree import Node

HITS: Final = 10
WORDS: Final = 20
LOOKED_UP: Final = 60
"""Words of the greatest weight, whose document frequencies are asked for."""
TITLE: Final = 2
"""How often a word of a title counts."""

_NOWHERE: Final = Span(0, 0)


def others_like(engine: SearchEngine, request: SearchRequest, found: Sequence[str]) -> list[str]:
    """Ids of articles that hold words of the best hits, without those of `found`; the best first.

    Args:
        engine: to be asked.
        request: what was asked; its filters hold here too, and its limit is that of both together.
        found: what was found, in order. Where it is little, hits that the filters do not let
            through lend their words as well.
    """
    best = list(found[:HITS])
    if len(best) < HITS and request.filters:
        best += engine.search(replace(request, filters=(), limit=HITS)).ids
    documents = [
        engine.fetch(Collection.ARTICLES, each) for each in list(dict.fromkeys(best))[:HITS]
    ]
    node = _words_of(engine, [document for document in documents if document is not None])
    if node is None:
        return []
    known = set(found)
    others = [
        each for each in engine.search(replace(request, query=node)).ids if each not in known
    ]
    return others[: request.limit - len(found)]


def _words_of(engine: SearchEngine, documents: Sequence[Document]) -> Node | None:
    """Any of the words that `documents` are made of."""
    weights: defaultdict[Term, float] = defaultdict(float)
    for document in documents:
        terms = _terms(document.title) * TITLE + _terms(document.body)
        for term, count in Counter(terms).items():
            weights[term] += count / len(terms)
    total = engine.search(SearchRequest(query=Everything(), limit=0)).total
    values = {
        term: weight * _inverse_frequency(engine, term, total)
        for weight, _, term in nlargest(
            LOOKED_UP, ((weight, term.stem, term) for term, weight in weights.items())
        )
    }
    words = sorted(values, key=lambda term: (-values[term], term.stem))[:WORDS]
    if not words:
        return None
    return words[0] if len(words) == 1 else Or(tuple(words), _NOWHERE)


def _terms(text: str) -> list[Term]:
    """The words of a text by their stems, stop words left out."""
    return [
        Term(token.stem, token.stem, None, exact=False, span=_NOWHERE)
        for token in analyse(text)
        if token.folded not in STOP_WORDS
    ]


def _inverse_frequency(engine: SearchEngine, term: Term, total: int) -> float:
    having = engine.search(SearchRequest(query=term, limit=0)).total
    return math.log(1 + (total - having + 0.5) / (having + 0.5))
