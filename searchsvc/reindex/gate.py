"""The gate: what must hold before a new generation takes the place of the published one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc import query
from searchsvc.aliases import expand
from searchsvc.engine.building import PEAK_AGE
from searchsvc.engine.contract import SearchRequest
from searchsvc.errors import ConfigError
from searchsvc.model import Collection, StatementDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from searchsvc.aliases import Aliases
    from searchsvc.engine.building import Candidate, Gate, Peak
    from searchsvc.engine.contract import IndexStatus, SearchResult
    from searchsvc.model import Document
    from searchsvc.settings import GateSettings

AMONG_BEST: Final = 10
"""How far down the hits of a golden search its articles may stand."""

_TABLE: Final = "search"
_KEYS: Final = frozenset(("q", "in", "least", "most", "articles"))


@dataclass(frozen=True, slots=True)
class GoldenSearch:
    """A search whose answer is known, more or less.

    Attributes:
        text: as a reader would type it.
        collection: what is searched.
        least, most: hits, both inclusive; `most` None leaves that side open.
        articles: ids of articles that must be among the best hits, or whose statements must.
    """

    text: str
    collection: Collection
    least: int
    most: int | None
    articles: tuple[str, ...]


def read_golden(file: Path, *, required: bool) -> tuple[GoldenSearch, ...]:
    """The golden searches of a TOML file; none where there is no file and none is `required`.

    Raises:
        ConfigError: it cannot be read, or says what makes no sense.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if not required:
            return ()
        raise ConfigError("no such file", where=str(file)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(file)) from error
    unknown = [name for name in table if name != _TABLE]
    entries = table.get(_TABLE, [])
    if unknown or not isinstance(entries, list):
        raise ConfigError(
            f"expected tables [[{_TABLE}]] and nothing else",
            where=str(file),
            key=unknown[0] if unknown else _TABLE,
        )
    return tuple(
        _golden(entry, f"{file}, search {number}") for number, entry in enumerate(entries, 1)
    )


def gate(
    settings: GateSettings, golden: Sequence[GoldenSearch], names: Aliases | None = None
) -> Gate:
    """The gate that these settings and searches describe.

    Args:
        settings: bounds on counts.
        golden: searches to ask of the candidate.
        names: other names, looked for as on the search page; None for none.
    """

    def check(candidate: Candidate) -> tuple[str, ...]:
        reasons = [*_losses(candidate, settings), *_bounds(candidate.status, settings)]
        for search in golden:
            reasons += _shortfalls(search, _asker(candidate, search, names))
        return tuple(reasons)

    return check


def _golden(entry: object, where: str) -> GoldenSearch:
    if not isinstance(entry, dict) or not isinstance(entry.get("q"), str):
        raise ConfigError("expected a text `q`, the words to search for", where=where)
    for key in entry:
        if key not in _KEYS:
            raise ConfigError(
                f"unknown; expected {', '.join(sorted(_KEYS))}", where=where, key=key
            )
    collections = [each.value for each in Collection]
    if entry.get("in", Collection.STATEMENTS) not in collections:
        raise ConfigError(f"expected {' or '.join(collections)}", where=where, key="in")
    articles = entry.get("articles", [])
    if not isinstance(articles, list) or not all(isinstance(each, str) for each in articles):
        raise ConfigError("expected a list of ids of articles", where=where, key="articles")
    most = _number(entry, "most", None, where)
    least = _number(entry, "least", 0 if most is not None or articles else 1, where) or 0
    if most is not None and most < least:
        raise ConfigError(f"is less than least = {least}", where=where, key="most")
    return GoldenSearch(
        text=entry["q"],
        collection=Collection(entry.get("in", Collection.STATEMENTS)),
        least=least,
        most=most,
        articles=tuple(articles),
    )


def _number(entry: dict[str, Any], key: str, default: int | None, where: str) -> int | None:
    value = entry.get(key, default)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ConfigError(f"expected a whole number from 0, not {value!r}", where=where, key=key)
    return value


def _losses(candidate: Candidate, settings: GateSettings) -> Iterator[str]:
    """What the archive would lose against what it had of late."""
    peaks, after = candidate.peaks, candidate.status
    if peaks is None or peaks.articles.count < settings.compare_from:
        return
    for name, peak, has, most in (
        ("articles", peaks.articles, after.articles, settings.fewer_articles),
        ("statements", peaks.statements, after.statements, settings.fewer_statements),
    ):
        lost = peak.count - has
        if peak.count and lost > most * peak.count:
            yield (
                f"{_share(lost, peak.count)} fewer {name} than {_named(peak, candidate.before)}"
                f" ({has:,} instead of {peak.count:,}; gate.fewer_{name} allows {most:.0%})"
            )


def _named(peak: Peak, before: IndexStatus | None) -> str:
    """Which generation that was, and why it is looked at although others came after it."""
    if before is not None and peak.generation == before.generation:
        return peak.generation
    return (
        f"{peak.generation} of {peak.built_at:%Y-%m-%d}, the most of the last {PEAK_AGE.days} days"
    )


def _bounds(status: IndexStatus, settings: GateSettings) -> Iterator[str]:
    if status.articles < settings.least_articles:
        yield (
            f"{status.articles:,} articles (gate.least_articles wants {settings.least_articles:,})"
        )
    tried = status.articles + status.rejects
    if tried >= settings.compare_from and status.rejects > settings.most_rejects * tried:
        yield (
            f"{_share(status.rejects, tried)} of what was read are rejects ({status.rejects:,} of"
            f" {tried:,}; gate.most_rejects allows {settings.most_rejects:.0%})"
        )


def _share(part: int, whole: int) -> str:
    """Rounded so that it never looks less than a bound that it is above."""
    return f"{-(-1000 * part // whole) / 10:g} %"


def _asker(
    candidate: Candidate, search: GoldenSearch, names: Aliases | None
) -> Callable[[], SearchResult]:
    parsed = query.parse(search.text, search.collection)
    if names is not None:
        parsed = expand(parsed, names)
    request = SearchRequest(search.collection, parsed.tree, limit=AMONG_BEST)
    return lambda: candidate.search(request)


def _shortfalls(search: GoldenSearch, ask: Callable[[], SearchResult]) -> Iterator[str]:
    found = ask()
    asked = f"“{search.text}” finds {found.total:,} {search.collection.value}"
    if found.total < search.least:
        yield f"{asked}, and should find at least {search.least:,}"
    if search.most is not None and found.total > search.most:
        yield f"{asked}, and should find at most {search.most:,}"
    best = {_article_id(hit.document) for hit in found.hits}
    for article in search.articles:
        if article not in best:
            yield f"“{search.text}” has no hit of article {article} among the best {AMONG_BEST}"


def _article_id(document: Document) -> str:
    return document.article_id if isinstance(document, StatementDocument) else document.id
