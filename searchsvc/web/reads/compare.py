"""Two searches of statements side by side: how much, when, about whom, and in which words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from searchsvc.contrast import contrasts
from searchsvc.engine.contract import FacetRequest, Sort
from searchsvc.fields import MISSING
from searchsvc.model import Collection, Span
from searchsvc.query import Match, parse
from searchsvc.query.tree import And
from searchsvc.text import analyse
from searchsvc.web import formatting, links
from searchsvc.web.answer import Linked
from searchsvc.web.bounds import LONGEST_QUERY
from searchsvc.web.parameters import DATE, FILTER_FIELDS, in_collection, with_selection
from searchsvc.web.reads.asking import numbers_of
from searchsvc.web.reads.pairing import closest
from searchsvc.web.reads.timeline import MOST_BUCKETS, Series, extent_of, series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.contrast import Contrast
    from searchsvc.engine.contract import FacetCounts, Interval
    from searchsvc.model import StatementDocument
    from searchsvc.web.answer import StatementHit
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Asking, Provenance

COUNTRY: Final = "country"
SPEAKER: Final = "speaker"
USUAL_SIZE: Final = 10
LARGEST_SIZE: Final = 50
MOST_READ: Final = 1000
"""Statements of each side that are read for its words and for pairs, the newest of them."""
_LISTED: Final = 200
"""Countries of each side that are looked at."""

# trade talks; not (trade), trade OR talks, “trade talks” or trade:
_PLAIN: Final = re.compile(r"(?!(?:.*\s)?(?:OR|AND|NOT)(?:\s|$))[\w\s'’.-]*[\w]")


@dataclass(frozen=True, slots=True)
class CompareQuestion:
    """What is to be compared.

    Attributes:
        common: the search that both sides begin from.
        a, b: searches of statements.
        size: countries, pairs, and words of each side, at most.
        most: moments at most, of both sides together.
    """

    common: SearchParameters
    a: SearchParameters
    b: SearchParameters
    size: int = USUAL_SIZE
    most: int = MOST_BUCKETS


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two searches.

    Attributes:
        found: its statements.
        articles: that they stand in.
        read: statements read for words and pairs: all, or the newest `MOST_READ`.
        series: over time; its moments are those of the other side.
    """

    parameters: SearchParameters
    found: Linked
    articles: int
    read: int
    series: Series


@dataclass(frozen=True, slots=True)
class Both:
    """A country, and the statements of each side about it."""

    value: str
    label: str
    a: Linked
    b: Linked


@dataclass(frozen=True, slots=True)
class Pair:
    """Statements of both sides about one country, those closest in date; `days` lie between."""

    value: str
    label: str
    days: int
    a: StatementHit
    b: StatementHit


@dataclass(frozen=True, slots=True)
class Word:
    """A word that sets the sides apart.

    Attributes:
        text: as written most often.
        z: see `contrast`; above 0 for a word of the first side.
        a, b: the statements of each side that hold it, all of them, read or not.
    """

    text: str
    z: float
    a: Linked
    b: Linked


@dataclass(frozen=True, slots=True)
class Comparison:
    """One whole answer; with the sides changed over, it is its own mirror image.

    Attributes:
        interval: of the moments of both series.
        countries: by the statements of both sides together.
        pairs: one for each country that both speak about, in that order; no statement is in two,
            and none that both sides find is in any.
        words_a, words_b: those of each side, the most telling first, without the names of its
            speakers; none from what an article says in between.
    """

    question: CompareQuestion
    a: Side
    b: Side
    interval: Interval
    countries: tuple[Both, ...]
    pairs: tuple[Pair, ...]
    words_a: tuple[Word, ...]
    words_b: tuple[Word, ...]
    provenance: Provenance


def comparing(parameters: SearchParameters) -> CompareQuestion:
    """The comparison that a search leads to.

    Its two speakers, where it asks for either; its one speaker with another who is to be chosen; or
    any two within it.
    """
    common = links.followed(in_collection(parameters, Collection.STATEMENTS))
    speakers = common.selection(SPEAKER)
    if speakers.every or not 0 < len(speakers.chosen) <= len(("a", "b")):
        return CompareQuestion(common, common, common)
    rest = links.unchosen(common, SPEAKER)
    sides = [links.only(rest, SPEAKER, name) for name in speakers.chosen]
    return CompareQuestion(rest, sides[0], sides[1] if sides[1:] else rest)


def rebased(question: CompareQuestion, common: SearchParameters) -> CompareQuestion:
    """The same comparison within another search: each side keeps what it says itself."""
    a, b = (_moved(side, question.common, common) for side in (question.a, question.b))
    return replace(question, common=common, a=a, b=b)


def with_side(
    question: CompareQuestion, letter: str, parameters: SearchParameters
) -> CompareQuestion:
    """With another search on side `a` or `b`."""
    return replace(question, a=parameters) if letter == "a" else replace(question, b=parameters)


def _moved(
    side: SearchParameters, old: SearchParameters, new: SearchParameters
) -> SearchParameters:
    own = {
        name: getattr(side, name)
        for name in ("text", "match", "expand", "unexpanded", "since", "until", "undated")
        if getattr(side, name) != getattr(old, name)
    }
    moved = replace(new, **own)
    for field in FILTER_FIELDS:
        if (selection := side.selection(field)) != old.selection(field):
            moved = with_selection(moved, selection)
    return moved


def compare(asking: Asking, question: CompareQuestion) -> Comparison:
    """What `question` asks for.

    Raises:
        EngineError: the engine cannot answer.
    """
    both = (question.a, question.b)
    dates = FacetRequest(DATE, interval=question.common.interval)
    results = [asking.counts(each, dates, FacetRequest(COUNTRY, _LISTED)) for each in both]
    extent = extent_of(
        question.common,
        *(result.facets[0] for result in results),
        side_by_side=len(both),
        most=question.most,
    )
    asking.leading_to(len(both) * len(extent.values()))
    read = [asking.read(each, Sort.NEWEST, MOST_READ) for each in both]
    sides = [
        Side(
            parameters=parameters,
            found=asking.linked(parameters, result.total),
            articles=result.articles,
            read=len(documents),
            series=series(asking, parameters, extent, result=result),
        )
        for parameters, result, documents in zip(both, results, read, strict=True)
    ]
    about = _countries(asking, question, [result.facets[1] for result in results])
    words = contrasts(*(map(_said, documents) for documents in read))
    of_a, of_b = (_lacking_names(words, each) for each in both)
    return Comparison(
        question=question,
        a=sides[0],
        b=sides[1],
        interval=extent.interval,
        countries=about[: question.size],
        pairs=tuple(_pairs(asking, question, about, read)),
        words_a=_words(asking, question, (each for each in of_a if each.z > 0)),
        words_b=_words(asking, question, sorted(filter(_of_second, of_b), key=_reversed)),
        provenance=asking.provenance,
    )


def _said(document: StatementDocument) -> str:
    """What was said, without the article's own words that interrupt it: `Smith said`."""
    start = document.span.start
    return "\n".join(
        document.body[piece.start - start : piece.end - start] for piece in document.pieces
    )


def _lacking_names(words: Iterable[Contrast], side: SearchParameters) -> Iterator[Contrast]:
    """Words but for those that a side's speakers are called by: nobody is told apart by these."""
    tokens = [
        token
        for name in side.selection(SPEAKER).chosen
        if name != MISSING
        for token in analyse(name)
    ]
    names = {token.stem for token in tokens} | {token.cased for token in tokens}
    return (word for word in words if word.term not in names)


def _of_second(word: Contrast) -> bool:
    return word.z < 0


def _reversed(word: Contrast) -> tuple[float, str]:
    return word.z, word.term


def _countries(
    asking: Asking, question: CompareQuestion, counts: Sequence[FacetCounts]
) -> tuple[Both, ...]:
    """The countries that either side speaks about."""
    values = sorted({bucket.value for each in counts for bucket in each.buckets if bucket.count})
    numbers = [
        numbers_of(each)
        if each.distinct <= _LISTED
        else asking.carrying(parameters, COUNTRY, values)
        for parameters, each in zip((question.a, question.b), counts, strict=True)
    ]
    found = [
        Both(
            value,
            formatting.place(value),
            *(
                asking.linked(links.only(parameters, COUNTRY, value), each.get(value, 0))
                for parameters, each in zip((question.a, question.b), numbers, strict=True)
            ),
        )
        for value in values
    ]
    return tuple(sorted(found, key=lambda each: (-(each.a.count + each.b.count), each.value)))


def _pairs(
    asking: Asking,
    question: CompareQuestion,
    about: Iterable[Both],
    read: Sequence[Sequence[StatementDocument]],
) -> Iterator[Pair]:
    shared = {each.id for each in read[0]} & {each.id for each in read[1]}
    a, b = ([each for each in documents if each.id not in shared] for documents in read)
    mutual = [each.value for each in about if each.a.count and each.b.count]
    for value, days, one, other in closest(mutual, a, b, question.size):
        (first,) = asking.shown(question.a, [one])
        (second,) = asking.shown(question.b, [other])
        yield Pair(value, formatting.place(value), days, first, second)


def _words(
    asking: Asking, question: CompareQuestion, words: Iterable[Contrast]
) -> tuple[Word, ...]:
    return tuple(
        Word(
            word.text,
            word.z,
            _saying(asking, question.a, word.text),
            _saying(asking, question.b, word.text),
        )
        for word in islice(words, question.size)
    )


def _saying(asking: Asking, parameters: SearchParameters, word: str) -> Linked:
    """The statements of a search that hold `word` themselves, by its stem and no other name."""
    term = f'body:"{word}"'
    text = parameters.text
    if not text:
        narrowed = term
    elif parameters.match is Match.ALL and _PLAIN.fullmatch(text):
        narrowed = f"{text} {term}"
    else:
        canonical = asking.parsed(parameters).reading.canonical
        bracketed = text if _PLAIN.fullmatch(text) else canonical
        narrowed = f"({bracketed}) AND {term}" if bracketed else term
    if len(narrowed) <= LONGEST_QUERY:
        return asking.found(links.reworded(parameters, narrowed))
    # No address can hold it; it is counted all the same.
    request = asking.request(parameters)
    both = (request.query, parse(term, Collection.STATEMENTS).tree)
    found = asking.ask(replace(request, query=And(both, Span(0, 0)))).total
    return Linked(found, None)
