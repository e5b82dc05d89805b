"""Suggest request → values of facets and words that begin as was typed, with their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searchsvc.documents import has_field
from searchsvc.engine.opensearch.compiling.leaves import matched_leaf, places_of
from searchsvc.engine.opensearch.compiling.matching import found_by
from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.suggestions import TERMS, Suggestion
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.guessing import label_of, name_begun, words_of
from searchsvc.model import Span
from searchsvc.query.tree import Prefix, Term
from searchsvc.text.analysis import stem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.opensearch.answering.asking import Asker
    from searchsvc.engine.opensearch.answering.statistics import Statistics
    from searchsvc.engine.suggestions import SuggestRequest

Body = dict[str, Any]

COUNTED_WORDS: Final = 64
"""Words of one beginning that are counted in a search: those that most documents hold."""
LISTED_WORDS: Final = 512
VALUES_AT_ONCE: Final = 1_000
"""Values that one search counts."""
NOWHERE: Final = Span(0, 0)


def suggest(
    request: SuggestRequest, counted: Statistics, asker: Asker
) -> tuple[tuple[str, tuple[Suggestion, ...]], ...]:
    """The suggestions of each field that a request asks for."""
    typed = words_of(request.text)
    found = []
    for field in request.fields:
        suggestions: Sequence[Suggestion] = ()
        if field == TERMS and len(typed) == 1:
            suggestions = _words(typed[0], request.search, counted, asker)
        elif field != TERMS and typed and has_field(request.search.collection, field):
            suggestions = _values(field, typed, request.search, counted, asker)
        found.append((field, _best(suggestions, request.size)))
    return tuple(found)


def _values(
    field: str, typed: Sequence[str], search: SearchRequest, counted: Statistics, asker: Asker
) -> list[Suggestion]:
    """The values of a facet field of which a name begins as was typed."""
    begun = [
        (value, name)
        for value in counted.values(field)
        if (name := name_begun(field, value, typed)) is not None
    ]
    counts = _counts(field, [value for value, _ in begun], search, asker)
    suggestions = []
    for value, name in begun:
        label = label_of(field, value)
        via = None if name == label else name
        suggestions.append(Suggestion(value, label, counts.get(layout.key_of(value), 0), via))
    return suggestions


def _counts(
    field: str, values: Sequence[str], search: SearchRequest, asker: Asker
) -> dict[str, int]:
    """How many documents of a search, but for its choice in the field, carry each value."""
    query = found_by(search, without=field)
    name = layout.values(search.collection, field)
    bodies: list[Body] = []
    for first in range(0, len(values), VALUES_AT_ONCE):
        some = [layout.key_of(value) for value in values[first : first + VALUES_AT_ONCE]]
        terms = {"field": name, "size": len(some), "shard_size": len(some), "include": some}
        bodies.append({"size": 0, "query": query, "aggs": {"values": {"terms": terms}}})
    return {
        str(each["key"]): int(each["doc_count"])
        for answer in asker.searches(bodies)
        for each in answer["aggregations"]["values"]["buckets"]
    }


def _words(
    start: str, search: SearchRequest, counted: Statistics, asker: Asker
) -> list[Suggestion]:
    """Words of the stemmed default fields that begin so, one of each stem."""
    chosen = _chosen(start, counted)
    terms = [Term(stem, word, None, exact=False, span=NOWHERE) for stem, word in chosen.items()]
    counted.learn_leaves(terms)
    terms.sort(key=lambda term: (-counted.matching(term), term.folded))
    found = found_by(search)
    some = terms[:COUNTED_WORDS]
    counts = asker.counts(
        [{"bool": {"filter": [found, matched_leaf(term, search.collection)]}} for term in some]
    )
    return [
        Suggestion(term.folded, term.folded, count)
        for term, count in zip(some, counts, strict=True)
    ]


def _chosen(start: str, counted: Statistics) -> dict[str, str]:
    """By stem, the word that is in more documents than others of it that begin so."""
    collection = counted.collection
    fields = [
        name for name, _ in default_fields(collection) if BY_NAME[name].words is Words.STEMMED
    ]
    words: dict[str, list[Term]] = {}
    for name in fields:
        leaf = Prefix(start, name, span=NOWHERE)
        for place in places_of(leaf, collection):
            for word in counted.forms(leaf, place):
                term = Term(stem_of(word), word, name, exact=True, span=NOWHERE)
                words.setdefault(word, []).append(term)
    by_stem: dict[str, list[str]] = {}
    for word in sorted(words)[:LISTED_WORDS]:
        by_stem.setdefault(stem_of(word), []).append(word)
    several = [word for some in by_stem.values() if len(some) > 1 for word in some]
    counted.learn_leaves(term for word in several for term in words[word])
    chosen = {}
    for stem, some in by_stem.items():
        counts = {
            word: sum(map(counted.matching, words[word])) if len(some) > 1 else 0 for word in some
        }
        chosen[stem] = min(some, key=lambda word: (-counts[word], word))
    return chosen


def _best(suggestions: Sequence[Suggestion], size: int) -> tuple[Suggestion, ...]:
    """The first ones, only with hits if any has some."""
    some = [each for each in suggestions if each.count] or list(suggestions)
    some.sort(key=lambda each: (-each.count, each.label, each.value))
    return tuple(some[:size])
