"""One article to what it says who said."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.countries import COUNTRIES, country_of_place
from searchsvc.extract.attributing.attribute import Attributed, Attribution
from searchsvc.extract.attributing.people import passage, read_people
from searchsvc.extract.confidence import confidence
from searchsvc.extract.finding.find import find
from searchsvc.extract.places.about import Named, about, home
from searchsvc.extract.places.mainly import main_countries
from searchsvc.extract.places.mentions import find_countries
from searchsvc.extract.prose.marks import plain_marks
from searchsvc.extract.prose.quotes import quotations, quoted_characters
from searchsvc.extract.prose.units import units
from searchsvc.extract.when import said_on
from searchsvc.model import Extraction, MentionKind, Span, Statement, StatementKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from searchsvc.extract.attributing.people import Passage, People
    from searchsvc.model import Article, CountryMention

EXTRACTOR_VERSION: Final = "5"
"""Changes whenever the same article could give other statements or countries."""

_WORD: Final = re.compile(r"\w+(?:['’.-]\w+)*")  # don't, S-400; not the dash of "so - then"
_DIRECT_SHARE: Final = 0.9
_MIXED_WORDS: Final = 2


def extract(article: Article, *, calibrated: bool = True) -> Extraction:
    """The statements and countries of `article`. Linear in its length; never fails on odd prose.

    Args:
        article: as read.
        calibrated: whether the confidence of a statement is a probability; else it is the bare
            score, from which the tables for that are made.
    """
    body, day = article.body, article.date.day if article.date else None
    title = find_countries(article.title, day=day)
    mentions = find_countries(body, day=day)
    captions = [m for caption in article.captions for m in find_countries(caption, day=day)]
    statements = tuple(_statements(article, mentions, calibrated=calibrated))
    origin = country_of_place(article.dateline, day) if article.dateline else None
    named = (mention.code for mention in (*title, *mentions, *captions))
    return Extraction(
        statements=statements,
        mentions=mentions,
        countries=_in_order((*named, *((origin,) if origin else ()))),
        main_countries=main_countries(
            body,
            mentions,
            title=_in_order(mention.code for mention in title),
            origin=origin,
            statements=statements,
        ),
    )


class _Read(NamedTuple):
    """An article as its statements are made from it.

    Attributes:
        named: the body, what it names and where its sentences begin.
        quoted: whether each character of the body is quoted.
        day: of the article, or None.
        ends: where its sentences end.
        taken: the pieces of all statements, by number of their sentence.
        calibrated: whether scores are made probabilities.
    """

    named: Named
    quoted: bytearray
    day: dt.date | None
    ends: Sequence[int]
    taken: Mapping[int, Sequence[Span]]
    calibrated: bool


def _statements(
    article: Article, mentions: tuple[CountryMention, ...], *, calibrated: bool
) -> Iterator[Statement]:
    body = plain_marks(article.body)
    quoted = quoted_characters(body, quotations(body))
    found_units = units(body, quoted)
    nations = tuple(mention for mention in mentions if mention.code in COUNTRIES)
    ends = {mention.span.end: mention.code for mention in nations}
    passages = [passage(unit.words, ends, unit.paragraph) for unit in found_units]
    houses = {mention.code for mention in nations if mention.kind is MentionKind.HOUSE}
    people = read_people([*passages, *_beside(article)], houses)
    attribution = Attribution(passages, people, nations)
    attributed = [attribution.attribute(found) for found in find(found_units)]
    told = [one for one in attributed if not one.is_mere_label]
    starts = [unit.words[0].start for unit in found_units]
    read = _Read(
        named=Named(
            body,
            mentions,
            starts,
            home(mentions),
            lambda number: _persons_in(passages[number], people),
        ),
        quoted=quoted,
        day=article.date.day if article.date else None,
        ends=[unit.words[-1].end for unit in found_units],
        taken=_by_sentence(starts, (piece for one in told for piece in one.found.pieces)),
        calibrated=calibrated,
    )
    for one in sorted(told, key=_place):
        yield _statement(read, one)


def _place(one: Attributed) -> tuple[int, int, Sequence[Span]]:
    """What statements are put in order by: their spans, then their pieces."""
    pieces = one.found.pieces
    return pieces[0].start, pieces[-1].end, pieces


def _persons_in(within: Passage, people: People) -> list[tuple[int, str]]:
    """Where `within` names persons whose country is known, and the code of it."""
    named = ((name, people.find(name)) for name in within.names)
    return [
        (within.words[name.first].start, person.country)
        for name, person in named
        if person is not None and person.country is not None
    ]


def _by_sentence(starts: Sequence[int], pieces: Iterable[Span]) -> dict[int, list[Span]]:
    """`pieces` by the number of the sentence that they begin in."""
    taken: defaultdict[int, list[Span]] = defaultdict(list)
    for piece in pieces:
        taken[bisect_right(starts, piece.start) - 1].append(piece)
    return taken


def _beside(article: Article) -> Iterator[Passage]:
    """The title and the captions, where persons are often named in full."""
    day = article.date.day if article.date else None
    for text in (article.title, *article.captions):
        found = find_countries(text, day=day)
        ends = {mention.span.end: mention.code for mention in found if mention.code in COUNTRIES}
        for unit in units(text):
            yield passage(unit.words, ends)


def _statement(read: _Read, one: Attributed) -> Statement:
    found, pieces = one.found, one.found.pieces
    speaker, score = one.speaker, found.confidence
    return Statement(
        span=Span(pieces[0].start, pieces[-1].end),
        pieces=pieces,
        kind=_kind(read.named.body, pieces, read.quoted),
        cue=found.cue,
        named_at=one.named_at,
        speaker=speaker,
        about=about(read.named, pieces, speaker.country if speaker else None),
        confidence=confidence(found.rule.label, score) if read.calibrated else score,
        act=found.act,
        verb=found.verb,
        rule=found.rule.label,
        others=one.others,
        said=said_on(
            read.named.body,
            cue=found.cue,
            sentence=Span(read.named.sentences[found.unit], read.ends[found.unit]),
            taken=read.taken.get(found.unit, ()),
            day=read.day,
        ),
    )


def _kind(body: str, pieces: Sequence[Span], quoted: bytearray) -> StatementKind:
    if all(quoted.find(0, piece.start, piece.end) < 0 for piece in pieces):
        return StatementKind.DIRECT
    if all(quoted.find(1, piece.start, piece.end) < 0 for piece in pieces):
        said = any(_WORD.search(body, piece.start, piece.end) for piece in pieces)
        return StatementKind.INDIRECT if said else StatementKind.DIRECT
    starts = [
        word.start() for piece in pieces for word in _WORD.finditer(body, piece.start, piece.end)
    ]
    inside = sum(quoted[start] for start in starts)
    if inside >= _DIRECT_SHARE * len(starts):
        return StatementKind.DIRECT
    return StatementKind.MIXED if inside >= _MIXED_WORDS else StatementKind.INDIRECT


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """`codes` without repetitions, in order of first occurrence."""
    return tuple(dict.fromkeys(codes))
