"""Leaf of the query → where it is looked for, and the queries that find and count it there."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidfuzz.distance import OSA

from searchsvc.documents import has_field
from searchsvc.engine.opensearch.documents import layout
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.model import Span
from searchsvc.query.patterns import Pattern
from searchsvc.query.tree import And, Fuzzy, Or, Phrase, Prefix, Synonyms, Term, Wildcard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.model import Collection
    from searchsvc.query.tree import Node

WordLeaf = Term | Phrase | Pattern
WORD_LEAVES = (Term, Phrase, Prefix, Wildcard, Fuzzy)
PATTERNS = (Prefix, Wildcard, Fuzzy)
Body = dict[str, Any]

NOTHING: Final[Body] = {"match_none": {}}
SHORT: Final = 3
"""Words so short, searched fuzzily, are expanded by an expression: Lucene's own way of expanding
them weighs terms by how much of them is left, which is below 0 where more is changed than there is."""
COUNTED_SLOP: Final = 10
"""Up to this slop the occurrences of a phrase are counted; beyond, those that are wider count less."""
_ANY: Final = "\0"
_LUCENE_EDITS: Final = 2
_PIECES: Final = 5
_CEILING: Final = 1024
"""More than the occurrences of a phrase that any document has of one width or less."""
_RESERVED: Final = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')


class Place(NamedTuple):
    """One field that a leaf is looked for in.

    Attributes:
        field: its name.
        words: of its words in the index.
        length: of its length in the index.
        weight: in BM25F.
        folded: whether the leaf is looked for in its folded form rather than by stem.
    """

    field: str
    words: str
    length: str
    weight: float
    folded: bool


def places_of(leaf: WordLeaf, collection: Collection) -> tuple[Place, ...]:
    """The fields that `leaf` is looked for in; none where the collection lacks its field."""
    exact = leaf.exact if isinstance(leaf, Term | Phrase) else True
    return _places(leaf.field, collection, exact=exact)


@lru_cache(maxsize=256)
def _places(field: str | None, collection: Collection, *, exact: bool) -> tuple[Place, ...]:
    weights = dict(default_fields(collection))
    found = []
    for name in weights if field is None else (field,):
        if not has_field(collection, name) or BY_NAME[name].words is Words.NONE:
            continue
        folded = exact or BY_NAME[name].words is Words.EXACT
        words = (layout.forms if folded else layout.stems)(collection, name)
        length = layout.length(collection, name)
        found.append(Place(name, words, length, weights.get(name, 1.0), folded))
    return tuple(found)


def leaves_of(node: Node) -> Iterator[WordLeaf]:
    """The leaves of a query that may add to a score, those of what is left out not among them."""
    match node:
        case And() | Or():
            for child in node.children:
                yield from leaves_of(child)
        case Synonyms():
            for name in (node.typed, *node.others):
                yield from leaves_of(name)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            yield node


def matched_at(leaf: WordLeaf, place: Place) -> Body:
    """Finds the documents that a leaf matches in one field; for filters."""
    match leaf:
        case Term():
            return {"term": {place.words: leaf.folded if place.folded else leaf.stem}}
        case Phrase():
            return _phrase(leaf, place, leaf.slop)
        case Prefix() if "A" <= leaf.text[:1] <= "Z":
            return NOTHING  # capitals kept apart stand beside their word
        case Prefix():
            return {"prefix": {place.words: {"value": leaf.text}}}
        case Wildcard():
            return {"regexp": {place.words: _expression(wildcard_regexp(leaf.pattern))}}
        case Fuzzy():
            if len(leaf.text) <= SHORT:
                return {
                    "regexp": {place.words: _expression(short_fuzzy(leaf.text, leaf.distance))}
                }
            fuzzy = {"value": leaf.text, "fuzziness": leaf.distance, "rewrite": "constant_score"}
            return {"fuzzy": {place.words: fuzzy}}


def matched_leaf(leaf: WordLeaf, collection: Collection) -> Body:
    """Finds the documents that a leaf matches in any of its fields; for filters."""
    return any_of([matched_at(leaf, place) for place in places_of(leaf, collection)])


def counted_at(leaf: WordLeaf, place: Place, forms: Sequence[str] = ()) -> Body | None:
    """Finds the same documents, and scores each by how often the leaf occurs; None for no document.

    Args:
        leaf: what is looked for.
        place: where.
        forms: of a pattern, the words that it stands for there.
    """
    if isinstance(leaf, Term):
        return matched_at(leaf, place)
    if isinstance(leaf, Phrase):
        return _counted_phrase(leaf, place) if leaf.slop else _summed(leaf, place, 0)
    return any_of([{"term": {place.words: form}} for form in forms]) if forms else None


def expanded_at(leaf: Pattern, place: Place) -> Body:
    """The query that is written out as one term for each word that a pattern stands for."""
    body = matched_at(leaf, place)
    if body == NOTHING:
        return body
    (kind,) = body
    return {kind: {place.words: {**body[kind][place.words], "rewrite": "scoring_boolean"}}}


def near_at(word: str, edits: int, place: Place) -> Body:
    """Written out, it is all words of a field within so many edits, up to 3, and perhaps others.

    Lucene knows up to two. Of three, some piece of the word is left as it was, unless letters change
    places over more borders of pieces than there are left.
    """
    if edits <= _LUCENE_EDITS:
        return expanded_at(Fuzzy(word, edits, place.field, Span(0, 0)), place)
    size = len(word) // _PIECES
    pieces = [word[at : at + size] for at in range(0, size * _PIECES, size)]
    anywhere = "|".join(f".*{escaped(piece)}.*" for piece in pieces)
    sized = f".{{{len(word) - edits},{len(word) + edits}}}"
    regexp = {**_expression(f"({anywhere})&({sized})"), "rewrite": "scoring_boolean"}
    return {"regexp": {place.words: regexp}}


def any_of(queries: Sequence[Body]) -> Body:
    """Finds what any of `queries` does, their scores added."""
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else NOTHING


def _phrase(leaf: Phrase, place: Place, slop: int) -> Body:
    words = leaf.folded if place.folded else leaf.stems
    if not slop:
        return {"match_phrase": {place.words: " ".join(words)}}
    clauses = [{"span_term": {place.words: word}} for word in words]
    return {"span_near": {"clauses": clauses, "slop": slop, "in_order": True}}


def _counted_phrase(leaf: Phrase, place: Place) -> Body:
    """Scores by the number of occurrences, where Lucene adds up 1 / (1 + w) for one of width w.

    With F(k) for Lucene's sum over widths of k at most, those of width k are (1 + k) (F(k) - F(k - 1)),
    and all together (1 + s) F(s) less F(k) of each k < s. As no score is below 0, a number is added
    to each that is taken away, and taken off in the end. F(0) is the phrase without slop.
    """
    slop = leaf.slop
    whole = _summed(leaf, place, slop)
    if slop > COUNTED_SLOP:
        return whole
    parts: list[Body] = [scripted(whole, "_score * params.n", n=1 + slop)]
    parts += [
        scripted(
            {
                "bool": {
                    "filter": _phrase(leaf, place, slop),
                    "should": _summed(leaf, place, narrower),
                }
            },
            "Math.max(0, params.c - _score)",
            c=_CEILING,
        )
        for narrower in range(slop)
    ]
    together = {"bool": {"must": parts}}
    return scripted(together, "Math.max(1, Math.rint(_score - params.c))", c=slop * _CEILING)


def scripted(query: Body, source: str, **params: float) -> Body:
    """What `query` finds, each scored by a script, which knows the score there as `_score`."""
    script = {"source": source, "params": params}
    return {"script_score": {"query": query, "script": script}}


def _summed(leaf: Phrase, place: Place, slop: int) -> Body:
    """Scores by Lucene's sum over the occurrences of a phrase.

    A scripted similarity is asked once for each word, and its answers are added; spans know each
    word once.
    """
    words = leaf.folded if place.folded else leaf.stems
    asked = len(set(words)) if slop else len(words)
    return scripted(_phrase(leaf, place, slop), "_score / params.n", n=asked)


def _expression(regexp: str) -> Body:
    """All of the forms but capitals kept apart, which stand beside their word."""
    return {
        "value": f"({regexp})&([^A-Z].*)",
        "flags": "INTERSECTION",
        "max_determinized_states": 100_000,
    }


def wildcard_regexp(pattern: str) -> str:
    """The expression, as Lucene writes them, of a pattern."""
    signs = {"*": ".*", "?": "."}
    return "".join(signs.get(char) or escaped(char) for char in pattern)


@lru_cache(maxsize=1000)
def short_fuzzy(text: str, distance: int) -> str:
    """The expression of all words within so many edits of a short one.

    A letter that the word does not have is as good as any other one: `.` stands for it.
    """
    letters = (*dict.fromkeys(text), _ANY)
    found = {
        word
        for size in range(1, len(text) + distance + 1)
        for word in product(letters, repeat=size)
        if OSA.distance(text, "".join(word)) <= distance
    }
    least = [
        word
        for word in sorted(found)
        if not any(
            (*word[:at], _ANY, *word[at + 1 :]) in found
            for at, letter in enumerate(word)
            if letter != _ANY
        )
    ]
    return "|".join(
        "".join("." if letter == _ANY else escaped(letter) for letter in word) for word in least
    )


def escaped(text: str) -> str:
    """`text` as an expression of Lucene that matches it alone."""
    return _RESERVED.sub(r"\\\1", text)
