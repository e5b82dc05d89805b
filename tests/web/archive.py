"""A made-up archive in which every text, offset and value agrees with every other.

Invented officials of real countries; written so that every facet has many values, values that
repeat, and documents without any.
"""

from __future__ import annotations

import datetime as dt
import random

from searchsvc.model import (
    Act,
    ArticleDate,
    ArticleDocument,
    CountryMention,
    DateOrigin,
    DayPrecision,
    MentionKind,
    SaidDate,
    Span,
    Speaker,
    SpeakerKind,
    StatementDocument,
    StatementKind,
    TitleOrigin,
)

SPEAKERS = (
    Speaker("Rosa Quispe", SpeakerKind.PERSON, "spokeswoman", "PE"),
    Speaker("Jun Okabe", SpeakerKind.PERSON, "foreign minister", "JP"),
    Speaker("Halla Ragnars", SpeakerKind.PERSON, "ambassador", "IS"),
    Speaker("Bo-ra Namgung", SpeakerKind.PERSON, "presidential aide", "KR"),
    Speaker("Ministry of Trade", SpeakerKind.BODY, None, "BO"),
    Speaker("Tomás O'Leary <envoy>", SpeakerKind.PERSON, None, None),
    Speaker("a senior official", SpeakerKind.UNNAMED, "official", "KR"),
    None,
)
COUNTRIES = ("PE", "BO", "JP", "KR", "IS", "KP", "TR")
SOURCES = ("Andean Courier", "Harbour & Sound", "Steppe Gazette")
SAYINGS = (
    ("We will keep the border open", StatementKind.DIRECT),
    ("The talks on sanctions were frank and “useful", StatementKind.MIXED),
    ("trade would resume before the winter", StatementKind.INDIRECT),
    ("Nobody wants another round of sanctions", StatementKind.DIRECT),
    ("the summit could be moved to a neutral harbour", StatementKind.INDIRECT),
)
SAID = (
    None,
    SaidDate(dt.date(2016, 5, 10), DayPrecision.DAY, Span(0, 3)),
    None,
    SaidDate(dt.date(2015, 1, 1), DayPrecision.YEAR, Span(0, 3)),
    SaidDate(dt.date(2016, 3, 1), DayPrecision.MONTH, Span(0, 3)),
    SaidDate(dt.date(2016, 3, 7), DayPrecision.WEEK, Span(0, 3)),
)
TITLES = ("Border talks go on", "Sanctions & trade", "A summit by the harbour", "Notes on <fish>")


def made_up_articles(
    count: int = 30, seed: int = 7
) -> tuple[tuple[ArticleDocument, tuple[StatementDocument, ...]], ...]:
    """Articles with their statements; the same for the same arguments."""
    chance = random.Random(seed)
    return tuple(_article(f"a{number}", chance) for number in range(1, count + 1))


def _story(number: int) -> str | None:
    """Of every five articles one is too short and one alone; the others share theirs with every fifth."""
    if number % 5 == 0:
        return None
    return f"alone-{number}" if number % 5 == 1 else f"story-{number % 5}-{number // 50}"


def _article(article_id: str, chance: random.Random):
    body = f"The harbour was quiet in {chance.choice(('Lima', 'Seoul'))} on the day of the talks."
    mentions = [CountryMention(Span(25, body.index(" on the day")), "PE", MentionKind.CAPITAL)]
    parts = []
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
        saying, kind = chance.choice(SAYINGS)
        speaker = chance.choice(SPEAKERS)
        opening = "\n\n“" if kind is StatementKind.DIRECT else "\n\n"
        start = len(body) + len(opening)
        body += f"{opening}{saying}{'”' if kind is not StatementKind.INDIRECT else ''}, "
        cue = Span(len(body), len(body) + 4)
        named = speaker.name if speaker else "it"
        body += f"said {named}."
        parts.append((Span(start, start + len(saying)), kind, cue, named, speaker))
    title = chance.choice(TITLES)
    date = _date(chance)
    source = chance.choice(SOURCES)
    statements = tuple(
        StatementDocument(
            id=f"{article_id}:{number}",
            article_id=article_id,
            title=title,
            body=span.of(body),
            span=span,
            pieces=(span,),
            kind=kind,
            cue=cue,
            cue_text="said",
            named_at=Span(cue.end + 1, cue.end + 1 + len(named)),
            named_as=named,
            speaker=speaker,
            others=_others(number, speaker),
            act=tuple(Act)[number % len(Act)],
            verb="say",
            said=SAID[number % len(SAID)],
            countries=tuple(chance.sample(COUNTRIES, chance.choice((0, 1, 1, 2)))),
            confidence=0.75,
            rule="made up",
            date=date,
            source=source,
            byline=None,
            agency=None,
            url=None,
        )
        for number, (span, kind, cue, named, speaker) in enumerate(parts, start=1)
    )
    named_speakers = [
        one.name
        for item in statements
        for one in (item.speaker, *item.others)
        if one is not None and one.kind is not SpeakerKind.UNNAMED
    ]
    article = ArticleDocument(
        id=article_id,
        path=f"made-up/{article_id}.txt",
        source=source,
        title=title,
        title_origin=chance.choice(tuple(TitleOrigin)),
        body=body,
        captions=("Boats in the harbour & their crews",) if chance.random() < 0.2 else (),
        date=date,
        byline="Ines Calder" if chance.random() < 0.5 else None,
        byline_email="ines@example.org",
        agency=None,
        url="https://example.org/story?a=1&b=2" if chance.random() < 0.3 else None,
        speakers=tuple(dict.fromkeys(named_speakers)),
        countries=tuple(dict.fromkeys(code for item in statements for code in item.countries)),
        main_countries=(),
        kinds=tuple(dict.fromkeys(item.kind for item in statements)),
        mentions=tuple(mentions),
        statement_count=len(statements),
        story=_story(int(article_id[1:])),
    )
    return article, statements


def _others(number: int, speaker: Speaker | None) -> tuple[Speaker, ...]:
    """Who else spoke: nobody, somebody with a name, or two."""
    others = tuple(one for one in SPEAKERS[3:7] if one != speaker)
    return others[: number % 3] if number % 2 else ()


def _date(chance: random.Random) -> ArticleDate | None:
    if chance.random() < 0.15:
        return None
    day = dt.date(2015, 1, 1) + dt.timedelta(days=chance.randrange(6 * 365))
    time = dt.time(chance.randrange(24), 30) if chance.random() < 0.5 else None
    return ArticleDate(day, time, chance.choice(tuple(DateOrigin)))
