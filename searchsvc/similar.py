"""More like this: a text → the words that set it apart → the documents that are most like it.

A word is weighed by tf * idf: how often the text has it (in a title as much as the field counts in
a search), times ln(1 + (N - df + 0.5) / (df + 0.5)), N documents of which df hold it. The heaviest
are searched for, any of them, and the order of the hits is that of any search: a document is the
more alike the more of these words it shares, and the rarer they are.

Source: the term selection of Lucene's MoreLikeThis; the idf is that of our BM25F. Names are words
like others: statements are compared by what was said, never by who said it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import DateFilter, SearchRequest
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.model import ArticleDocument, Collection, Span
from searchsvc.query.tree import Or, Term
from searchsvc.text import analyse
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.engine.contract import Hit, Reader
    from searchsvc.engine.explanations import Explanation
    from searchsvc.model import Document
    from searchsvc.query.tree import Node
    from searchsvc.text import Token

NOWHERE: Final = Span(0, 0)

MOST_WORDS: Final = 25
"""Words of a text that others are looked for by; more cost time and hardly change the answer."""
MOST_READ: Final = 50_000
"""Characters of a text that are looked through."""
USUAL_SIZE: Final = 10
MORE: Final = 3
"""Documents that are asked for beyond those wanted, as some may be copies."""
MOST_LOOKED_AT: Final = 2_000
"""Documents looked through for some that are no copies."""


@dataclass(frozen=True, slots=True)
class Original:
    """What others are to be like.

    Attributes:
        collection: that others are looked for in.
        parts: its texts, and what their words count.
        field: that its words are looked for in; None for the default fields.
        document: it; None for a text from elsewhere.
    """

    collection: Collection
    parts: tuple[tuple[str, float], ...]
    field: str | None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that sets a text apart.

    Attributes:
        text: as it first stands there.
        weight: tf * idf.
        term: what it is looked for by.
    """

    text: str
    weight: float
    term: Term


@dataclass(frozen=True, slots=True)
class SimilarHit:
    """A document that is like the original; `shared` are telling words that it has, by weight."""

    hit: Hit
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """One whole answer.

    Attributes:
        words: of the original, that others were looked for by, the most telling first.
        tree: of these words; None where there are none.
        hits: the most alike first.
        generation: what was searched; empty where nothing was.
        elapsed_s: seconds inside the engine's search.
    """

    words: tuple[TellingWord, ...]
    tree: Node | None
    hits: tuple[SimilarHit, ...]
    generation: str
    elapsed_s: float


def original(document: Document) -> Original:
    """A document of the archive, for others of its collection to be like."""
    if isinstance(document, ArticleDocument):
        weights = dict(default_fields(Collection.ARTICLES))
        parts = ((document.title, weights["title"]), (document.body, weights["body"]))
        return Original(Collection.ARTICLES, parts, None, document)
    return Original(Collection.STATEMENTS, ((document.body, 1.0),), "body", document)


def text_original(text: str, collection: Collection) -> Original:
    """A text from elsewhere, for documents of `collection` to be like."""
    field = None if collection is Collection.ARTICLES else "body"
    return Original(collection, ((text, 1.0),), field)


def similar(
    reader: Reader,
    to: Original,
    *,
    size: int = USUAL_SIZE,
    within: SearchRequest | None = None,
) -> Similar:
    """The documents that are most like `to`; never itself, and no two copies (`stories`).

    Args:
        reader: to ask.
        to: what they are to be like. Where it is a document, its copies are left out as well.
        size: how many at most; fewer where fewer share any of its telling words.
        within: filters and dates that they must pass, and their collection; None for any.

    Raises:
        EngineError: the engine cannot answer.
    """
    words = telling_words(reader, to)
    if not words:
        return Similar((), None, (), "", 0.0)
    places = {word.term.span: word.text for word in words}
    terms = tuple(word.term for word in words)
    whole = Span(0, terms[-1].span.end)
    request = SearchRequest(
        collection=to.collection,
        query=terms[0] if len(terms) == 1 else Or(terms, whole),
        filters=within.filters if within else (),
        dates=within.dates if within else DateFilter(),
        limit=size + MORE,
        explain=True,
    )
    seen = _copied(to.document) if to.document else set()
    found: list[SimilarHit] = []
    elapsed_s = 0.0
    while True:
        result = reader.search(request)
        elapsed_s += result.elapsed_s
        for hit in result.hits:
            copied = _copied(hit.document)
            if seen.isdisjoint(copied):
                seen |= copied
                found.append(SimilarHit(hit, tuple(_shared(hit.explanation, places))))
        request = replace(request, offset=request.offset + request.limit)
        if len(found) >= size or request.offset >= min(result.total, MOST_LOOKED_AT):
            break
    return Similar(words, request.query, tuple(found[:size]), result.generation, elapsed_s)


def telling_words(reader: Reader, to: Original) -> tuple[TellingWord, ...]:
    """The words that set a text apart, up to `MOST_WORDS`, the most telling first.

    The spans of their terms count into these words with single spaces between. Words that no other
    document has are left out, and so are stop words and single letters and digits.
    """
    found = _distinct(to)
    frequencies = _frequencies(reader, to.collection, [token for _, token, _ in found])
    everything = SearchRequest(collection=to.collection, limit=0, documents=False)
    documents = reader.search(everything).total
    weighed = [
        (amount * math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5)), text, token)
        for (text, token, amount), frequency in zip(found, frequencies, strict=True)
        if frequency > (to.document is not None)
    ]
    weighed.sort(key=lambda each: (-each[0], each[1]))
    words: list[TellingWord] = []
    start = 0
    for weight, text, token in weighed[:MOST_WORDS]:
        end = start + len(text)
        words.append(TellingWord(text, weight, _term(token, to.field, Span(start, end))))
        start = end + 1
    return tuple(words)


def has_words(text: str) -> bool:
    """Whether any word of `text` can be searched for."""
    return bool(analyse(text[:MOST_READ]))


def _distinct(to: Original) -> list[tuple[str, Token, float]]:
    """Each word that may tell: as it first stands there, its token, and how much of it there is."""
    first: dict[str, tuple[str, Token]] = {}
    amounts: defaultdict[str, float] = defaultdict(float)
    for text, weight in to.parts:
        for token in analyse(text[:MOST_READ]):
            if token.cased is None and (len(token.folded) == 1 or token.folded in STOP_WORDS):
                continue
            term = token.cased or token.stem
            amounts[term] += weight
            first.setdefault(term, (text[token.start : token.end], token))
    return [(*first[term], amount) for term, amount in amounts.items()]


def _frequencies(reader: Reader, collection: Collection, tokens: Sequence[Token]) -> list[int]:
    """How many documents hold each word in the field that it is most frequent in.

    Counting them over all fields would cost more than everything else together.
    """
    fields = [
        name
        for name, weight in default_fields(collection)
        if weight >= 1 and BY_NAME[name].words is Words.STEMMED
    ]
    terms = [_term(token, field, NOWHERE) for field in fields for token in tokens]
    counts = reader.frequencies(collection, terms)
    by_field = [counts[at : at + len(tokens)] for at in range(0, len(terms), len(tokens) or 1)]
    return list(map(max, zip(*by_field, strict=True)))


def _term(token: Token, field: str | None, span: Span) -> Term:
    word = token.cased
    return Term(word or token.stem, word or token.folded, field, exact=False, span=span)


def _copied(document: Document) -> set[str]:
    """What copies of a document have in common: the wording, and of articles the story."""
    wording = " ".join(document.body.split()).casefold()
    story = document.story if isinstance(document, ArticleDocument) else None
    return {wording, story} if story else {wording}


def _shared(explanation: Explanation | None, places: Mapping[Span, str]) -> Iterator[str]:
    """The words that a score is made from, in their order."""
    for part in explanation.parts if explanation else ():
        if part.span is not None and part.span in places:
            yield places[part.span]
        else:
            yield from _shared(part, places)
