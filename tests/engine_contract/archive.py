"""A made-up archive and random questions about it, from a seed."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

from searchsvc.columnar.merging.tiers import choose
from searchsvc.engine.contract import (
    DateFilter,
    FacetRequest,
    FieldFilter,
    Interval,
    SearchRequest,
    Sort,
)
from searchsvc.engine.whoosh import collection_build
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Act, Collection, SpeakerKind, StatementKind
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text import analyse
from tests.builders import NOWHERE, article_document, date, speaker, statement_document

if TYPE_CHECKING:
    from searchsvc.model import ArticleDocument, StatementDocument
    from tests.engine_contract.conftest import Engine

WORDS = (
    "border borders bordering talk talks talked trade traded trader the of said says US us U.S. "
    "WHO who IT it Türkiye café S-400 10,000 $5 北京 minister’s colour color colt quiet quite"
).split()
NAMES = ("Rosa Quispe", "Ana Lima", "Ana María Núñez", "Lima Foundation", "Zoe Us")
COUNTRIES = ("PE", "BO", "US", "TR", "KR", "Ruritania")
STORIES = ("fT-kq_03xyA", "Zzz0000zzz-", "0aB1cD2eF3g")
SOURCES = ("Andean Courier", "Pacific Gazette", "Border Times")
FIELDS_ASKED = (
    None,
    None,
    None,
    "title",
    "body",
    "caption",
    "speaker",
    "source",
    "byline",
    "kind",
)


def made_up_archive(
    random: Random, articles: int
) -> list[tuple[ArticleDocument, list[StatementDocument]]]:
    """Articles a0, a1, ... and their statements, over few words, names, days and countries."""
    return [_pair(random, f"a{number}") for number in range(articles)]


def publish_in_steps(engine: Engine, seed: int, articles: int, *, merged: bool = False) -> None:
    """Publish what `made_up_archive` makes of a seed, some of it in place of what was changed.

    Segments in a folder are left as they are, with deletions, unless they are to be `merged`: so few
    documents would all come to be in one.
    """
    pairs = made_up_archive(Random(seed), articles)
    stale = made_up_archive(Random(seed + 1), articles + 20)
    with patch.object(collection_build, "choose", choose if merged else lambda *_: ()):
        engine.publish(*stale[:60], *stale[articles:])
        engine.publish(*pairs[:100], fresh=False, remove=[article.id for article, _ in stale[:60]])
        engine.publish(
            *pairs[100:], fresh=False, remove=[article.id for article, _ in stale[articles:]]
        )


def random_request(random: Random, collection: Collection) -> SearchRequest:
    """A question of any form; about half of all terms, values and days occur in the archive."""
    fields = facet_fields(collection)
    values = [name for name in fields if name not in ("date", "article")]
    filtered = random.sample(values, random.choice((0, 0, 1, 1, 2)))
    return SearchRequest(
        collection=collection,
        query=random_node(random, 3),
        filters=tuple(_filter(random, name) for name in filtered),
        dates=_dates(random),
        facets=tuple(
            FacetRequest(
                name,
                size=random.choice((0, 1, 2, 10)),
                interval=random.choice((None, *Interval)) if name == "date" else None,
            )
            for name in random.sample(fields, random.randint(0, len(fields)))
        ),
        sort=random.choice(tuple(Sort)),
        offset=random.choice((0, 0, 1, 7, 50)),
        limit=random.choice((0, 1, 5, 10, 1000)),
    )


def random_node(random: Random, depth: int) -> Node:
    """A query tree of at most `depth` levels above its leaves."""
    if depth == 0 or random.random() < 0.4:
        return _leaf(random)
    children = tuple(random_node(random, depth - 1) for _ in range(random.choice((2, 2, 3))))
    return random.choice(
        (
            And(children, NOWHERE),
            Or(children, NOWHERE),
            Not(children[0], NOWHERE),
            Synonyms(children[0], children[1:], NOWHERE),
        )
    )


def _pair(random: Random, name: str) -> tuple[ArticleDocument, list[StatementDocument]]:
    day = _day(random)
    source = random.choice(SOURCES)
    statements = [
        statement_document(
            id=f"{name}:{number}",
            article_id=name,
            title=_text(random, 4),
            body=_text(random, 12),
            kind=random.choice(tuple(StatementKind)),
            act=random.choice(tuple(Act)),
            speaker=random.choice((None, _speaker(random), _speaker(random))),
            countries=_some(random, COUNTRIES),
            date=date(day) if day else None,
            source=source,
        )
        for number in range(1, random.choice((0, 0, 1, 2, 4)) + 1)
    ]
    article = article_document(
        id=name,
        source=source,
        title=_text(random, 5),
        body=_text(random, 40),
        captions=tuple(_text(random, 4) for _ in range(random.choice((0, 0, 1, 3)))),
        date=date(day) if day else None,
        byline=random.choice((None, *NAMES)),
        speakers=_some(random, NAMES),
        countries=_some(random, COUNTRIES),
        kinds=tuple(dict.fromkeys(statement.kind for statement in statements)),
        statement_count=len(statements),
        story=Random(name).choice((None, *STORIES)),
    )
    return article, statements


def _text(random: Random, longest: int) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(1, longest)))


def _some(random: Random, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(random.sample(values, random.choice((0, 1, 1, 2, 3))))


def _day(random: Random) -> str | None:
    if random.random() < 0.15:
        return None
    first = dt.date(2016, 11, 20) if random.random() < 0.9 else dt.date(2009, 1, 1)
    day = (first + dt.timedelta(days=random.randrange(90))).isoformat()
    return (
        day
        if random.random() < 0.5
        else f"{day}T{random.randrange(24):02}:{random.randrange(60):02}"
    )


def _speaker(random: Random):
    return speaker(
        name=random.choice(NAMES),
        kind=random.choice(tuple(SpeakerKind)),
        country=random.choice((None, *COUNTRIES)),
    )


def _leaf(random: Random) -> Node:
    token = analyse(random.choice((*WORDS, "nowhere")))[0]
    stem, folded = token.cased or token.stem, token.cased or token.folded
    field = random.choice(FIELDS_ASKED)
    exact = random.random() < 0.3
    start = token.folded[: random.randint(1, 4)]
    return random.choice(
        (
            Term(stem, folded, field, exact, NOWHERE),
            Term(stem, folded, field, exact, NOWHERE),
            Term(stem, folded, None, exact, NOWHERE),
            _phrase(random, field, exact=exact),
            _phrase(random, field, exact=exact),
            Prefix(start, field, NOWHERE),
            Wildcard(
                random.choice((f"{start}*", f"*{start}*", f"{start[0]}?*r", "*")), field, NOWHERE
            ),
            Fuzzy(token.folded, random.choice((1, 2)), field, NOWHERE),
            _value(random),
            DateRange(_bound(random), _bound(random), NOWHERE),
            Everything(),
        )
    )


def _phrase(random: Random, field: str | None, *, exact: bool) -> Phrase:
    tokens = [analyse(random.choice(WORDS))[0] for _ in range(random.choice((2, 2, 3)))]
    return Phrase(
        tuple(token.cased or token.stem for token in tokens),
        tuple(token.cased or token.folded for token in tokens),
        field,
        exact,
        random.choice((0, 0, 1, 3, 10)),
        NOWHERE,
    )


def _value(random: Random) -> Value:
    field = random.choice(
        ("speaker", "country", "speaker_country", "source", "kind", "act", "story", "date")
    )
    return Value(field, random.choice(_values(field)), NOWHERE)


def _values(field: str) -> tuple[str, ...]:
    known = {
        "speaker": NAMES,
        "country": COUNTRIES,
        "speaker_country": COUNTRIES,
        "source": SOURCES,
        "story": STORIES,
        "kind": tuple(kind.value for kind in StatementKind),
        "act": tuple(act.value for act in Act),
        "date": ("2016", "2016-12", "2016-12-24", "1999"),
    }
    return (*known[field], MISSING, "nobody has this")


def _filter(random: Random, field: str) -> FieldFilter:
    values = _values(field)
    return FieldFilter(
        field,
        any_of=tuple(random.sample(values, random.choice((0, 0, 1, 2)))),
        all_of=tuple(random.sample(values, random.choice((0, 0, 0, 1, 2)))),
        none_of=tuple(random.sample(values, random.choice((0, 0, 1)))),
    )


def _dates(random: Random) -> DateFilter:
    if random.random() < 0.6:
        return DateFilter()
    return DateFilter(_bound(random), _bound(random), undated=random.random() < 0.3)


def _bound(random: Random) -> dt.date | None:
    if random.random() < 0.4:
        return None
    return dt.date(2016, 11, 1) + dt.timedelta(days=random.randrange(150))
