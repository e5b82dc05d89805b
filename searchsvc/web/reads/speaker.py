"""One speaker: names, offices, when and with whom they spoke, and about whom.

A speaker has no id but the name: `identities` gives one person one name in the whole archive, and
that name is the value of the facet. It is in every address that a reader shares, says whom it
means, and keeps from one run to the next. Two persons of one name are one value; none of our
addresses can tell them apart, and an invented number would only pretend to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import Sort
from searchsvc.engine.suggestions import SuggestRequest
from searchsvc.fields import MISSING
from searchsvc.guessing import words_of
from searchsvc.model import Collection, SpeakerKind
from searchsvc.text.stop_words import STOP_WORDS
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.reads.listing import other_names
from searchsvc.web.reads.profile import (
    LATEST,
    alone,
    by_year,
    facet_requests,
    leading_values,
    with_value,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.model import Speaker, StatementDocument
    from searchsvc.web.answer import Linked, StatementHit
    from searchsvc.web.reads.asking import Asking, LinkedValue, Provenance
    from searchsvc.web.reads.timeline import Series

SPEAKER: Final = "speaker"
MOST_READ: Final = 1000
"""Statements that are read for roles and for names as printed, the newest of them."""
_MOST_NEAR: Final = 5
_SUGGESTED: Final = 50
_MOST_SPELLED: Final = 3
"""Words of a name that nobody has whose spelling is looked for, and spellings of each."""


@dataclass(frozen=True, slots=True)
class Office:
    """A role in which somebody spoke, as far as statements were read.

    Attributes:
        role, country: as articles give them; None where they do not.
        first, last: days of the first and the last dated article; None where none is dated.
        statements: how many were read.
    """

    role: str | None
    country: str | None
    first: dt.date | None
    last: dt.date | None
    statements: int


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """One speaker.

    Attributes:
        search: for their statements.
        asked: the name that was asked for; `name` is the one that the archive shows.
        kinds: what sort of source, the most frequent first.
        printed: other names that articles use, the most frequent first.
        others: other names and spellings that a search by name would look for.
        said: their statements.
        named: the articles that they speak in.
        read: statements read for kinds, printed names and offices: all, or the newest `MOST_READ`.
        offices: the latest first.
        countries: those that they spoke for.
        years: their statements over time.
        jointly: who made statements together with them.
        beside: who speaks in the same articles.
        about: the countries that they spoke about.
        sources: where it was printed.
        latest: their newest statements.
    """

    search: SearchParameters
    asked: str
    name: str
    kinds: tuple[SpeakerKind, ...]
    printed: tuple[str, ...]
    others: tuple[str, ...]
    said: Linked
    named: Linked
    read: int
    offices: tuple[Office, ...]
    countries: tuple[LinkedValue, ...]
    years: Series
    jointly: tuple[LinkedValue, ...]
    beside: tuple[LinkedValue, ...]
    about: tuple[LinkedValue, ...]
    sources: tuple[LinkedValue, ...]
    latest: tuple[StatementHit, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Nobody:
    """No speaker has the name that was asked for; `near` are names that begin like it."""

    asked: str
    near: tuple[str, ...]


def speaker_view(asking: Asking, asked: str) -> SpeakerView | Nobody:
    """The speaker who is called `asked`, by another name of theirs if need be.

    Raises:
        EngineError: the engine cannot answer.
    """
    name = known_name(asking, asked)
    if name is None:
        return Nobody(asked, near_names(asking, asked))
    statements = with_value(Collection.STATEMENTS, SPEAKER, name)
    articles = with_value(Collection.ARTICLES, SPEAKER, name)
    said = asking.counts(
        statements, *facet_requests(SPEAKER, "speaker_country", "country", "source")
    )
    named = asking.counts(articles, *facet_requests(SPEAKER))
    jointly, countries, about, sources = (
        leading_values(asking, statements, counts) for counts in said.facets
    )
    read = asking.read(statements, Sort.NEWEST, MOST_READ)
    seen = [
        (document, one)
        for document in read
        for one in (document.speaker, *document.others)
        if one is not None and one.name == name and one.kind is not SpeakerKind.UNNAMED
    ]
    plain = alone(Collection.STATEMENTS, SPEAKER, name)
    (years,) = by_year(asking, plain)
    return SpeakerView(
        search=plain,
        asked=asked,
        name=name,
        kinds=tuple(kind for kind, _ in Counter(one.kind for _, one in seen).most_common()),
        printed=tuple(_printed(name, seen)),
        others=tuple(each for each in other_names(name, asking.aliases) if each != name),
        said=asking.linked(plain, said.total),
        named=asking.linked(alone(Collection.ARTICLES, SPEAKER, name), named.total),
        read=len(read),
        offices=_offices(seen),
        countries=countries,
        years=years,
        jointly=jointly,
        beside=leading_values(asking, articles, named.facets[0]),
        about=about,
        sources=sources,
        latest=asking.shown(plain, read[:LATEST]),
        provenance=asking.provenance,
    )


def known_name(asking: Asking, asked: str) -> str | None:
    """The name in the archive that is `asked`, or the same but for capitals, accents and hyphens."""
    if asked == MISSING:  # what nobody is named for; the facet has it, but it is nobody's name
        return None
    for collection in Collection:
        everything = SearchParameters(collection=collection)
        if asking.carrying(everything, SPEAKER, (asked,))[asked]:
            return asked
    for name in (asked, *other_names(asked, asking.aliases)):
        for value in _begun(asking, name):
            if words_of(value) == words_of(name):
                return value
    return None


def near_names(asking: Asking, asked: str) -> tuple[str, ...]:
    """Names that begin as the whole of `asked` does, or else its last word, or that are spelled like it."""
    words = asked.split()
    for text in dict.fromkeys((asked, *words[-1:], *_spelled(asking, words))):
        if found := _begun(asking, text)[:_MOST_NEAR]:
            return tuple(found)
    return ()


def _spelled(asking: Asking, words: Sequence[str]) -> Iterator[str]:
    """`words` with one of them, the last first, spelled as names of speakers are; then this word alone."""
    for at in range(len(words) - 1, max(len(words) - 1 - _MOST_SPELLED, -1), -1):
        for each in asking.reader.spellings(
            Collection.STATEMENTS, words[at], field=SPEAKER, size=_MOST_SPELLED
        ):
            yield " ".join((*words[:at], each.text, *words[at + 1 :]))
            yield each.text


def _begun(asking: Asking, text: str) -> list[str]:
    """Names in statements, or else in articles, that begin as `text` does, the most frequent first."""
    for collection in (Collection.STATEMENTS, Collection.ARTICLES):
        everything = asking.request(SearchParameters(collection=collection))
        request = SuggestRequest(text, (SPEAKER,), everything, _SUGGESTED)
        answer = asking.reader.suggest(request)
        asking.spend(answer.elapsed_s)
        if answer.fields[0][1]:
            return [each.value for each in answer.fields[0][1]]
    return []


def _printed(name: str, seen: Iterable[tuple[StatementDocument, Speaker]]) -> Iterator[str]:
    """Names in the text, other than the one shown: words with a capital, and no more than names."""
    used = Counter(
        document.named_as
        for document, one in seen
        if document.named_as and document.speaker == one and document.named_as[:1].isupper()
    )
    for text, _ in used.most_common():
        if text != name and words_of(text) and words_of(text)[0] not in STOP_WORDS:
            yield text


def _offices(seen: Iterable[tuple[StatementDocument, Speaker]]) -> tuple[Office, ...]:
    days: dict[tuple[str | None, str | None], list[dt.date | None]] = {}
    for document, one in seen:
        day = document.date.day if document.date else None
        days.setdefault((one.role, one.country), []).append(day)
    found = []
    for (role, country), all_days in days.items():
        dated = [day for day in all_days if day is not None]
        first, last = (min(dated), max(dated)) if dated else (None, None)
        found.append(Office(role, country, first, last, len(all_days)))
    return tuple(sorted(found, key=_latest_first))


def _latest_first(office: Office) -> tuple[int, int, str, str]:
    last = office.last.toordinal() if office.last else 0
    return -last, -office.statements, office.role or "", office.country or ""
