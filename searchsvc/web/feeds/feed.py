"""A search as a feed: its newest hits, each with the reason why it is among them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import Sort
from searchsvc.model import Collection, StatementDocument
from searchsvc.web import formatting, links
from searchsvc.web.answer import StatementHit
from searchsvc.web.asked import read_text
from searchsvc.web.cards import cards
from searchsvc.web.marking import marked
from searchsvc.web.search import to_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import Reader
    from searchsvc.model import ArticleDate, Span
    from searchsvc.query.reading import Reading
    from searchsvc.settings import SearchSettings
    from searchsvc.web.answer import ArticleHit
    from searchsvc.web.feeds.tags import Tags
    from searchsvc.web.links import Addresses
    from searchsvc.web.marking import Run
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.schemas import ParameterProblem

USUAL_ENTRIES: Final = 50
"""Entries where the address does not say."""
UNDATED: Final = "1970-01-01T00:00:00Z"
"""When undated entries changed last: Atom wants a moment, and one that moved would make them new."""
_LONGEST_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        id: a tag URI.
        url: the page of the article, at the statement; absolute.
        updated: RFC 3339. Articles give wall-clock times without a zone, which are told as UTC; of
            undated ones it is `UNDATED`.
        published: the same; None where that is not known.
        author: who said it, or where it stood.
        matched: the words that it was found by, other names with what they stand for.
        why: why it is among the hits, in words.
        paragraphs: what is shown, cut where the query's words stand.
        topics: countries that it is about.
    """

    id: str
    url: str
    title: str
    updated: str
    published: str | None
    author: str
    matched: tuple[str, ...]
    why: str
    paragraphs: tuple[tuple[Run, ...], ...]
    source: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed.

    Attributes:
        id: a tag URI.
        updated: when the index was built, RFC 3339.
        page_url: of the search as a page; absolute, as all addresses here.
        atom_url, json_url: of the feed in its two forms.
    """

    id: str
    title: str
    archive: str
    updated: str
    page_url: str
    atom_url: str
    json_url: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a feed is and where it leads.

    Attributes:
        origin: scheme and host, before every path.
        addresses: of searches as pages.
        tags: makes ids.
        query: of the address asked for, as it came.
    """

    origin: str
    addresses: Addresses
    tags: Tags
    query: str


def feed(
    reader: Reader,
    settings: SearchSettings,
    parameters: SearchParameters,
    places: Places,
    *,
    aliases: Aliases,
) -> Feed:
    """The newest hits of a search.

    Raises:
        EngineError: the engine cannot answer.
    """
    asked = replace(
        parameters,
        sort=Sort.NEWEST,
        facets=(),
        facet_sizes=(),
        by_name=(),
        interval=None,
        explain=False,
        page=1,
        size=parameters.size or USUAL_ENTRIES,
    )
    parsed = read_text(asked, aliases)
    result = reader.search(to_request(asked, parsed.tree, settings))
    shown = cards(result.hits, parsed.tree, asked, places.addresses)
    other_names = dict(_other_names(parsed.reading))
    built = _moment(reader.built_at)
    entries = [_entry(hit, places, other_names) for hit in shown]
    followed = replace(links.followed(parameters), size=parameters.size)
    return _feed(_subject(parameters), places, followed, built, tuple(_distinct(entries)))


def problem_feed(
    built_at: dt.datetime, problems: Sequence[ParameterProblem], places: Places
) -> Feed:
    """The feed of a search that cannot be asked: one entry, which stays the same and says why.

    An error status would make readers drop the feed, and an empty feed would look like no news.
    """
    page = f"{places.addresses.root}{links.SEARCH_PATH}?{places.query}"
    built = _moment(built_at)
    said = tuple(marked(f"{item.parameter}: {item.detail}", ()) for item in problems)
    entry = Entry(
        id=places.tags.problem(places.query),
        url=places.origin + page,
        title="This search cannot be followed as it stands",
        updated=built,
        published=built,
        author=places.tags.archive,
        matched=(),
        why="The address of the feed asks for something that there is not.",
        paragraphs=(
            marked("Until its address is mended, this feed has no other entry.", ()),
            *said,
        ),
        source=places.tags.archive,
    )
    return _feed(entry.title, places, None, built, (entry,))


def _feed(
    title: str,
    places: Places,
    search: SearchParameters | None,
    updated: str,
    entries: tuple[Entry, ...],
) -> Feed:
    here = places.origin + places.addresses.root

    def address(path: str) -> str:
        if search is None:
            return f"{here}{path}?{places.query}"
        return here + links.address(path, search)

    known_as = places.query if search is None else links.address("", replace(search, size=None))
    return Feed(
        id=places.tags.search(known_as),
        title=f"{title} – {places.tags.archive}",
        archive=places.tags.archive,
        updated=updated,
        page_url=address(links.SEARCH_PATH),
        atom_url=address(links.ATOM_PATH),
        json_url=address(links.JSON_FEED_PATH),
        entries=entries,
    )


def _subject(parameters: SearchParameters) -> str:
    """The search in words."""
    collection = parameters.collection
    parts = [f"“{parameters.text}”"] if parameters.text else []
    for selection in parameters.selections:
        for prefix, values in (("", selection.chosen), ("not ", selection.excluded)):
            parts += (
                f"{prefix}{formatting.chosen_label(selection.field, value)}" for value in values
            )
    if parameters.since:
        parts.append(f"from {formatting.bucket(str(parameters.since))}")
    if parameters.until:
        parts.append(f"to {formatting.bucket(str(parameters.until))}")
    if parameters.undated:
        beside = "or " if parameters.since or parameters.until else ""
        parts.append(f"{beside}{formatting.missing_label('date')}")
    noun = "Statements" if collection is Collection.STATEMENTS else "Articles"
    return f"{noun}: {', '.join(parts)}" if parts else f"All {noun.lower()}"


def _entry(hit: StatementHit | ArticleHit, places: Places, other_names: dict[str, str]) -> Entry:
    document = hit.document
    published = _published(document.date)
    texts: list[tuple[str, Sequence[Span]]] = [
        (snippet.text, snippet.highlights) for snippet in hit.snippets
    ]
    found = [*texts, (document.title, hit.title_highlights)]
    if isinstance(hit, StatementHit):
        speaker = hit.document.speaker
        author = speaker.name if speaker else formatting.missing_label("speaker")
        found.append((author, hit.speaker_highlights))
        for other, spans in zip(hit.document.others, hit.other_highlights, strict=True):
            found.append((other.name, spans))
        title = f"{author}: {_shortened(document.body)}"
        topics = tuple(link.label for link in hit.about)
        texts = [*texts, (document.title, hit.title_highlights)]
    else:
        author, title = document.source, document.title
        topics = tuple(link.label for link in hit.countries)
    said = document.body if isinstance(document, StatementDocument) else None
    matched = tuple(_words(found, other_names))
    return Entry(
        id=places.tags.document(document, said),
        url=places.origin + hit.page_url,
        title=title,
        updated=published or UNDATED,
        published=published,
        author=author,
        matched=matched,
        why=f"Found by {', '.join(matched)}."
        if matched
        else "Found by the filters of this search.",
        paragraphs=tuple(marked(text, spans) for text, spans in texts),
        source=document.source,
        topics=topics,
    )


def _words(
    found: Iterable[tuple[str, Sequence[Span]]], other_names: dict[str, str]
) -> Iterator[str]:
    """What the query's words matched, each once; of other names, what they stand for."""
    seen: set[str] = set()
    for text, spans in found:
        for span in spans:
            word = " ".join(span.of(text).split())
            if word.casefold() in seen:
                continue
            seen.add(word.casefold())
            typed = other_names.get(word.casefold())
            yield f"{word} (another name of {typed})" if typed else word


def _other_names(reading: Reading) -> Iterator[tuple[str, str]]:
    """Other names that were looked for, in small letters, and what was typed."""
    for expansion in reading.expansions:
        if expansion.off is None:
            for other in expansion.others:
                if other.name.casefold() != expansion.typed.casefold():
                    yield other.name.casefold(), expansion.typed


def _distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """`entries` with an id each: the same may be said twice in an article, the second time numbered."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.id] += 1
        number = seen[entry.id]
        yield entry if number == 1 else replace(entry, id=f"{entry.id}/{number}")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= _LONGEST_TITLE:
        return line
    cut = line[:_LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut) + " …"


def _published(date: ArticleDate | None) -> str | None:
    if date is None:
        return None
    return _moment(dt.datetime.combine(date.day, date.time or dt.time(), dt.UTC))


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
