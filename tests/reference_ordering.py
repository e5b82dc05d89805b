"""The finer order in plain loops: the rules of `engine.whoosh.reordering` and `neighbours`."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from searchsvc.model import Collection
from searchsvc.query.tree import And, Fuzzy, Not, Or, Phrase, Prefix, Synonyms, Term, Wildcard
from searchsvc.text.stop_words import STOP_WORDS
from tests.reference_fingerprints import FIELDS, fingerprint
from tests.reference_matching import collection_of, matches, occurrences, searched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.model import Document
    from searchsvc.query.tree import Node
    from searchsvc.settings import SearchSettings
    from tests.reference_counting import Bm25f

NEAREST = 8
SHARPNESS = 16
MOST_PAIRS = 6


def reordered(
    node: Node, scores: Mapping[str, float], documents: Sequence[Document], scorer: Bm25f
) -> tuple[dict[str, float], Mapping[str, tuple[float, float | None]]]:
    """The final score of each document found, by id, from that of the first stage.

    Args:
        node: the query.
        scores: of the first stage.
        documents: the whole collection.
        scorer: gave the scores.

    Returns:
        The scores, and what those that took part got for words side by side and for likeness, the
        latter None where there was no second stage.
    """
    settings = scorer.settings
    best = sorted(scores, key=lambda name: (-scores[name], name))[: settings.reordered]
    words = len(set(_words(node)))
    if len(best) < 2 or not words:
        return dict(scores), {}
    by_id = {document.id: document for document in documents}
    hits = [by_id[name] for name in best]
    adjacent = [_adjacent(node, hit, scorer) for hit in hits]
    h = [scores[name] + added for name, added in zip(best, adjacent, strict=True)]
    if max(h) <= 0:
        return dict(scores), {}
    if words <= settings.short_query:
        adjacencies = {name: (added, None) for name, added in zip(best, adjacent, strict=True)}
        return dict(scores) | dict(zip(best, h, strict=True)), adjacencies
    cos = _cosines(hits, documents)
    known = [
        _holds_all(node, hit) and score >= max(h) * 0.9999
        for hit, score in zip(hits, h, strict=True)
    ]
    before = h
    h = [_smoothed(at, h, cos, settings) for at in range(len(h))]
    if settings.feedback:
        h = _fed_back(h, cos, settings.feedback)
    h = _kept_first(h, before, known)
    least = min(scores[name] for name in best)
    final = {name: max(score, least) for name, score in zip(best, h, strict=True)}
    parts = {
        name: (added, final[name] - scores[name] - added)
        for name, added in zip(best, adjacent, strict=True)
    }
    return dict(scores) | final, parts


def _words(node: Node) -> Iterator[object]:
    match node:
        case Term():
            yield from () if node.folded in STOP_WORDS else (node.stem,)
        case Phrase():
            yield from () if all(word in STOP_WORDS for word in node.folded) else (node.stems,)
        case Prefix() | Wildcard() | Fuzzy():
            yield node
        case Synonyms():
            yield from _words(node.typed)
        case And() | Or():
            for child in node.children:
                yield from _words(child)


def _adjacent(node: Node, document: Document, scorer: Bm25f) -> float:
    settings = scorer.settings
    pairs = list(dict.fromkeys(_pairs(node)))
    total = 0.0
    for one, other in pairs if len(pairs) <= MOST_PAIRS else ():
        pair = Phrase(
            (one.stem, other.stem),
            (one.folded, other.folded),
            one.field,
            exact=False,
            slop=0,
            span=one.span,
        )
        tf = 0.0
        for name, weight in searched(one, document):
            count = occurrences(pair, document, name)
            tf += weight * count / scorer.norm(document, name) if count else 0.0
        idf = min(scorer.inverse_frequency(one), scorer.inverse_frequency(other))
        total += settings.adjacent_weight * idf * tf / (settings.bm25_k1 + tf) if tf else 0.0
    return total


def _pairs(node: Node) -> Iterator[tuple[Term, Term]]:
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _pairs(child)
        words = [child.typed if isinstance(child, Synonyms) else child for child in node.children]
        for one, other in pairwise(words):
            both = [
                each
                for each in (one, other)
                if isinstance(each, Term) and not each.exact and each.folded not in STOP_WORDS
            ]
            if len(both) == 2 and both[0].field == both[1].field:
                yield both[0], both[1]


def _cosines(hits: Sequence[Document], documents: Sequence[Document]) -> list[list[float]]:
    """How like each other the fingerprints of hits are."""
    having: dict[int, int] = {}
    for document in documents:
        for bucket, _ in marks_of(document):
            having[bucket] = having.get(bucket, 0) + 1
    vectors = [
        {
            bucket: round(16 * math.log1p(weight) * _idf(len(documents), having[bucket]))
            for bucket, weight in marks_of(hit)
        }
        for hit in hits
    ]
    lengths = [sum(value * value for value in vector.values()) for vector in vectors]
    found = [[0.0] * len(hits) for _ in hits]
    for one, own in enumerate(vectors):
        for other in range(one, len(hits)):
            product = sum(value * vectors[other].get(bucket, 0) for bucket, value in own.items())
            cosine = product / math.sqrt(max(lengths[one] * lengths[other], 1))
            found[one][other] = found[other][one] = cosine
    return found


@lru_cache(maxsize=10_000)
def marks_of(document: Document) -> tuple[tuple[int, int], ...]:
    """The fingerprint of a document of either collection."""
    is_article = collection_of(document) is Collection.ARTICLES
    return tuple(fingerprint(document, FIELDS if is_article else FIELDS[1:]))


def _idf(documents: int, having: int) -> float:
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def _smoothed(
    at: int, h: Sequence[float], cos: Sequence[Sequence[float]], settings: SearchSettings
) -> float:
    others = [other for other in range(len(h)) if other != at]
    least = sorted((cos[at][other] for other in others), reverse=True)[:NEAREST][-1]
    near = [other for other in others if cos[at][other] >= least and cos[at][other] > 0]
    if not near:
        return h[at]
    weight = math.fsum(cos[at][other] for other in near)
    mean = math.fsum(cos[at][other] * h[other] for other in near) / weight
    return h[at] + (settings.lift if mean > h[at] else settings.lower) * (mean - h[at])


def _holds_all(node: Node, document: Document) -> bool:
    match node:
        case And(children=children) | Or(children=children):
            return all(_holds_all(child, document) for child in children)
        case Not():
            return True
        case Term() if node.folded in STOP_WORDS:
            return True
    return matches(node, document)


def _kept_first(h: Sequence[float], before: Sequence[float], known: Sequence[bool]) -> list[float]:
    if not any(known):
        return list(h)
    others = [score for score, own in zip(h, known, strict=True) if not own]
    least = min(score for score, own in zip(h, known, strict=True) if own)
    least = max(least, 1.001 * max(others, default=0))
    lowest = min(score for score, own in zip(before, known, strict=True) if own)
    return [
        least + first - lowest if own else score
        for score, first, own in zip(h, before, known, strict=True)
    ]


def _fed_back(h: Sequence[float], cos: Sequence[Sequence[float]], share: float) -> list[float]:
    highest = max(h)
    weights = [(score / highest) ** SHARPNESS for score in h]
    products = [math.fsum(map(float.__mul__, row, weights)) for row in cos]
    length = math.sqrt(math.fsum(map(float.__mul__, weights, products)))
    if not length:
        return list(h)
    return [
        score + share * highest * product / length
        for score, product in zip(h, products, strict=True)
    ]
