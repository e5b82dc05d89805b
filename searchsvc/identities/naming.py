"""From an extraction to what was seen, and back to an extraction that names identities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from searchsvc.identities.sightings import Sighting
from searchsvc.model import SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchsvc.model import Article, Extraction, Speaker, Statement


def sightings_of(article: Article, extraction: Extraction) -> frozenset[Sighting]:
    """The persons who speak in the article; bodies and the unnamed are none."""
    speakers = {speaker for statement in extraction.statements for speaker in _speakers(statement)}
    return frozenset(
        _sighting(article, speaker) for speaker in speakers if speaker.kind is SpeakerKind.PERSON
    )


def renamed(
    article: Article, extraction: Extraction, shown: Callable[[Sighting], str]
) -> Extraction:
    """`extraction` with every person under the name that `shown` gives the sighting."""
    names: dict[Speaker, Speaker] = {}
    for statement in extraction.statements:
        for speaker in _speakers(statement):
            if speaker.kind is SpeakerKind.PERSON and speaker not in names:
                name = shown(_sighting(article, speaker))
                names[speaker] = speaker if name == speaker.name else replace(speaker, name=name)
    if all(one is other for one, other in names.items()):
        return extraction
    statements = tuple(_renamed(statement, names) for statement in extraction.statements)
    return replace(extraction, statements=statements)


def _renamed(statement: Statement, names: dict[Speaker, Speaker]) -> Statement:
    """`statement` under the new names; two who turn out to be one are one."""
    if statement.speaker is None:
        return statement
    speaker = names.get(statement.speaker, statement.speaker)
    told = {(speaker.name, speaker.kind): speaker}
    for other in statement.others:
        one = names.get(other, other)
        told.setdefault((one.name, one.kind), one)
    _, *others = told.values()
    return replace(statement, speaker=speaker, others=tuple(others))


def _sighting(article: Article, speaker: Speaker) -> Sighting:
    year = article.date.day.year if article.date else 0
    return Sighting(speaker.name, speaker.role or "", speaker.country or "", year)


def _speakers(statement: Statement) -> tuple[Speaker, ...]:
    return (statement.speaker, *statement.others) if statement.speaker else statement.others
