"""What an input gives and what its text says, put together to an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.ids import given_id, made_id
from searchsvc.corpus.prose import read_column_text
from searchsvc.model import Article, TitleOrigin
from searchsvc.text import sentences

if TYPE_CHECKING:
    from searchsvc.corpus.columns import Given
    from searchsvc.corpus.prose import Reading

_LONGEST_STAND_IN: Final = 300
_LONGEST_OPENING: Final = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands.

    Attributes:
        name: the file's name below the input folder.
        inside: where in the file, or None for the whole of it.
        source: of articles that do not name theirs.
    """

    name: str
    inside: str | None
    source: str


@dataclass(frozen=True, slots=True)
class NoArticle:
    """Why what stands at a place is no article."""

    reason: str


def article_from_row(given: Given, place: Place) -> Article | NoArticle:
    """The article of a row."""
    if not given.text.strip():
        return NoArticle("no text" if given.title else "neither title nor text; check [columns]")
    return assemble(given, read_column_text(given.text, given.title), place)


def assemble(given: Given, reading: Reading, place: Place) -> Article | NoArticle:
    """The article, in which what is given wins over what was read in the text."""
    if not reading.body:
        return NoArticle("no text")
    title = given.title or reading.title
    return Article(
        id=given_id(given.id) if given.id else made_id(place.name, place.inside),
        path=place.name,
        place=place.inside,
        source=given.source or place.source,
        title=title or _first_sentence(reading.body),
        title_origin=TitleOrigin.GIVEN if title else TitleOrigin.FIRST_SENTENCE,
        body=reading.body,
        body_offsets=reading.offsets,
        captions=given.captions + reading.captions,
        date=given.date or reading.date,
        byline=given.byline or reading.byline,
        byline_email=given.email or (None if given.byline else reading.email),
        agency=given.agency or reading.agency,
        url=given.url,
        speakers=given.speakers,
        countries=given.countries,
        dateline=given.dateline or reading.dateline,
    )


def _first_sentence(body: str) -> str:
    """The first sentence of `body`, which is not empty; cut at a word where it is endless."""
    opening = body[:_LONGEST_OPENING].partition("\n")[0]
    spans = sentences(opening)
    sentence = spans[0].of(opening) if spans else opening
    if len(sentence) <= _LONGEST_STAND_IN:
        return sentence
    cut = sentence[:_LONGEST_STAND_IN]
    return (cut.rpartition(" ")[0] or cut) + " …"
