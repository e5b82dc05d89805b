"""One article to what it says who said."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from searchsvc.extract.attribute import Attributed, Attribution
from searchsvc.extract.find import find
from searchsvc.extract.mentions import find_countries
from searchsvc.extract.people import passage, read_people
from searchsvc.extract.quotes import quotations, quoted_characters
from searchsvc.extract.units import units
from searchsvc.model import Extraction, MentionKind, Span, Statement, StatementKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.extract.people import Passage
    from searchsvc.model import Article, CountryMention

EXTRACTOR_VERSION: Final = "2"
"""Changes whenever the same article could give other statements or countries."""

_WORD: Final = re.compile(r"\w+(?:['’.-]\w+)*")  # don't, S-400; not the dash of "so - then"
_OWN_COUNTRY: Final = re.compile(r"\b(?:his|her|our|my) (?:own )?(?:country|nation)\b")
_DIRECT_SHARE: Final = 0.9
_MIXED_WORDS: Final = 2


def extract(article: Article) -> Extraction:
    """The statements and countries of `article`. Linear in its length; never fails on odd prose."""
    body = article.body
    mentions = find_countries(body)
    return Extraction(
        statements=tuple(_statements(article, mentions)),
        mentions=mentions,
        countries=_in_order(
            [
                *(mention.code for mention in find_countries(article.title)),
                *(mention.code for mention in mentions),
                *(m.code for caption in article.captions for m in find_countries(caption)),
            ]
        ),
    )


def _statements(article: Article, mentions: tuple[CountryMention, ...]) -> Iterator[Statement]:
    body = article.body
    found_units = units(body)
    ends = {mention.span.end: mention.code for mention in mentions}
    passages = [passage(unit.words, ends) for unit in found_units]
    houses = {mention.code for mention in mentions if mention.kind is MentionKind.HOUSE}
    people = read_people([*passages, *_beside(article)], houses)
    attribution = Attribution(passages, people, mentions)
    quoted = quoted_characters(body, quotations(body))
    attributed = [attribution.attribute(found) for found in find(found_units)]
    told = [one for one in attributed if not one.is_mere_label]
    for one in sorted(told, key=lambda one: one.found.pieces):
        yield _statement(body, one, mentions, quoted)


def _beside(article: Article) -> Iterator[Passage]:
    """The title and the captions, where persons are often named in full."""
    for text in (article.title, *article.captions):
        ends = {mention.span.end: mention.code for mention in find_countries(text)}
        for unit in units(text):
            yield passage(unit.words, ends)


def _statement(
    body: str, one: Attributed, mentions: Sequence[CountryMention], quoted: bytearray
) -> Statement:
    pieces = one.found.pieces
    speaker = one.speaker
    country = speaker.country if speaker else None
    return Statement(
        span=Span(pieces[0].start, pieces[-1].end),
        pieces=pieces,
        kind=_kind(body, pieces, quoted),
        cue=one.found.cue,
        named_at=one.named_at,
        speaker=speaker,
        about=_about(body, pieces, mentions, country),
        confidence=one.found.confidence,
        rule=one.found.rule.label,
    )


def _kind(body: str, pieces: Iterable[Span], quoted: bytearray) -> StatementKind:
    starts = [
        word.start() for piece in pieces for word in _WORD.finditer(body, piece.start, piece.end)
    ]
    inside = sum(quoted[start] for start in starts)
    if inside >= _DIRECT_SHARE * len(starts):
        return StatementKind.DIRECT
    return StatementKind.MIXED if inside >= _MIXED_WORDS else StatementKind.INDIRECT


def _about(
    body: str, pieces: Iterable[Span], mentions: Sequence[CountryMention], country: str | None
) -> tuple[str, ...]:
    """Codes of the countries spoken about in `pieces`, in order of first mention."""
    places: list[tuple[int, str]] = []
    for piece in pieces:
        first = bisect_left(mentions, piece.start, key=lambda mention: mention.span.start)
        for index in range(first, len(mentions)):
            if mentions[index].span.end > piece.end:
                break
            places.append((mentions[index].span.start, mentions[index].code))
        if country is not None:
            own = _OWN_COUNTRY.finditer(body, piece.start, piece.end)
            places.extend((match.start(), country) for match in own)
    return _in_order(code for _, code in sorted(places, key=lambda place: place[0]))


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """`codes` without repetitions, in order of first occurrence."""
    return tuple(dict.fromkeys(codes))
