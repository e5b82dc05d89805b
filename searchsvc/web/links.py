"""Every state of a search is an address: how addresses are written, and how one leads to another.

All functions that change a search go back to its first page, except `paged`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus, urlencode

from searchsvc.fields import MISSING
from searchsvc.query import Match
from searchsvc.web.parameters import (
    DATE,
    DEFAULT_COLLECTION,
    NO_FACETS,
    DateBound,
    SearchParameters,
    Selection,
    in_collection,
    with_selection,
)
from searchsvc.web.writing import LONGEST_ADDRESS, longest_of, no_longer, with_query, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import Sort
    from searchsvc.model import Collection

OFF: Final = "off"
"""What `expand=` says where no other names are to be looked for."""
HIGHLIGHTING: Final = frozenset({"q", "expand", "expand.not"})
"""Parameters of a search that an article's page takes, to mark what was found."""
SEARCH_PATH: Final = "/search"
ARTICLES_PATH: Final = "/articles/"
MATRIX_PATH: Final = "/matrix"
TIPS_PATH: Final = "/tips"
SIMILAR_PATH: Final = "/similar"
SUGGEST_PATH: Final = "/suggest"
ATOM_PATH: Final = "/feed.atom"
JSON_FEED_PATH: Final = "/feed.json"
OPENSEARCH_PATH: Final = "/opensearch.xml"
COMPLETIONS_PATH: Final = "/opensearch/suggestions"
SITEMAP_PATH: Final = "/sitemap.xml"
SITEMAP_PAGE_RULE: Final = "/sitemap-<int:page>.xml"
API_PATH: Final = "/api/v1/"
API_DOCS_PATH: Final = "/api/v1/docs"
API_DESCRIPTION_PATH: Final = "/api/v1/openapi.json"
API_SEARCH_PATH: Final = "/api/v1/search"
API_SUGGEST_PATH: Final = "/api/v1/suggest"
API_SIMILAR_PATH: Final = "/api/v1/similar"
API_ARTICLES_PATH: Final = "/api/v1/articles/"
API_EXPORT_PATH: Final = "/api/v1/export."
EXPORTS: Final = {"csv": "csv", "ndjson": "ndjson", "bib": "bib", "ris": "ris", "csl": "csl.json"}
"""Formats that all hits can be taken out in, and the endings of their files."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links of one answer lead. None stands for an address that would be too long.

    Attributes:
        search: path of the face that answers, page or JSON; searches link to this face.
        root: path that the application is mounted under; empty at the top of a host.
        longest: bytes that an address of a search may have.
    """

    search: str
    root: str = ""
    longest: int = LONGEST_ADDRESS

    @property
    def here(self) -> str:
        """The path of the face that answers, from the top of the host."""
        return self.root + self.search

    def among(self, count: int) -> Addresses:
        """The same for an answer that has so many of them."""
        return replace(self, longest=longest_of(count, self.longest))

    def to(self, parameters: SearchParameters) -> str | None:
        """The address of another search, on the same face."""
        return no_longer(address(self.here, parameters), self.longest)

    def page(self, parameters: SearchParameters) -> str | None:
        """The address of a search as a page."""
        found = address(self.root + SEARCH_PATH, for_people(parameters))
        return no_longer(found, self.longest)

    def data(self, parameters: SearchParameters) -> str | None:
        """The address of a search as JSON."""
        return no_longer(address(self.root + API_SEARCH_PATH, parameters), self.longest)

    def feeds(self, parameters: SearchParameters) -> tuple[str | None, str | None]:
        """The addresses of the feeds of a search: Atom and JSON Feed."""
        query = written(pairs(followed(parameters)))
        atom, feed = (self.root + path for path in (ATOM_PATH, JSON_FEED_PATH))
        return self._asking(atom, query), self._asking(feed, query)

    def exports(self, parameters: SearchParameters) -> dict[str, str | None]:
        """The addresses of all hits of a search, by the names of the formats."""
        query = written(pairs(taken_out(parameters)))
        path = self.root + API_EXPORT_PATH
        return {name: self._asking(path + ending, query) for name, ending in EXPORTS.items()}

    def _asking(self, path: str, query: str) -> str | None:
        return no_longer(with_query(path, query), self.longest)

    def article(self, article_id: str, *, marking: str = "", number: int | None = None) -> str:
        """The address of an article's page, at statement `number`.

        Args:
            article_id: of the article.
            marking: what is to be marked there, see `marking`.
            number: of a statement, from 1.
        """
        query = f"?{marking}" if marking else ""
        anchor = "" if number is None else f"#s-{number}"
        return f"{self.root}{ARTICLES_PATH}{quote(article_id, safe='')}{query}{anchor}"

    def article_data(self, article_id: str) -> str:
        """The address of an article as JSON."""
        return f"{self.root}{API_ARTICLES_PATH}{quote(article_id, safe='')}"

    def similar(self, kind: str, document_id: str) -> str:
        """The page of what is like an article or a statement."""
        return f"{self.root}{SIMILAR_PATH}?{kind}={quote_plus(document_id, safe=':')}"

    def similar_data(self, kind: str, document_id: str) -> str:
        """What is like an article or a statement, as JSON."""
        return f"{self.root}{API_SIMILAR_PATH}?{kind}={quote_plus(document_id, safe=':')}"


def marking(parameters: SearchParameters) -> str:
    """The query string that marks on an article's page what a search found.

    Empty without a text, and where it would be too long; the page is the same without marks.
    """
    if not parameters.text:
        return ""
    found = urlencode([pair for pair in pairs(parameters) if pair[0] in HIGHLIGHTING])
    return no_longer(found, LONGEST_ADDRESS // 2) or ""


def sitemap(page: int) -> str:
    """The path of one sitemap, from 1."""
    return SITEMAP_PAGE_RULE.replace("<int:page>", str(page))


def address(path: str, parameters: SearchParameters) -> str:
    """`path` with the query string of a search; parameters in canonical order, empty ones left out."""
    return with_query(path, written(pairs(parameters)))


def pairs(parameters: SearchParameters) -> Iterator[tuple[str, str]]:
    """Names and values of the address of a search, in canonical order."""
    yield from pairs_of_text(parameters)
    for selection in parameters.selections:
        yield from pairs_of_selection(selection)
    yield from pairs_of_undated(parameters)
    yield from pairs_of_dates(parameters.since, parameters.until)
    yield from pairs_of_manner(parameters)


def pairs_of_text(parameters: SearchParameters) -> Iterator[tuple[str, str]]:
    """What stands before the filters: what is looked for."""
    default = parameters.collection is DEFAULT_COLLECTION
    return _given(
        ("q", parameters.text),
        ("match", None if parameters.match is Match.ALL else parameters.match),
        ("expand", None if parameters.expand else OFF),
        *(("expand.not", key) for key in parameters.unexpanded),
        ("in", None if default else parameters.collection),
    )


def pairs_of_selection(selection: Selection) -> Iterator[tuple[str, str]]:
    """The filter on one field."""
    for value in selection.chosen:
        yield selection.field, value
    if selection.every:
        yield f"{selection.field}.op", "and"
    for value in selection.excluded:
        yield f"not.{selection.field}", value


def pairs_of_undated(parameters: SearchParameters) -> Iterator[tuple[str, str]]:
    """Whether undated documents are asked for."""
    return _given((DATE, MISSING if parameters.undated else None))


def pairs_of_dates(since: DateBound | None, until: DateBound | None) -> Iterator[tuple[str, str]]:
    """The bounds of the date."""
    return _given(("date.from", since), ("date.to", until))


def pairs_of_manner(parameters: SearchParameters) -> Iterator[tuple[str, str]]:
    """What stands behind the filters: how much is shown, and how."""
    facets = parameters.facets
    return _given(
        ("sort", parameters.sort),
        ("explain", "on" if parameters.explain else None),
        ("size", parameters.size),
        ("facets", None if facets is None else ",".join(facets) or NO_FACETS),
        *((f"facet.size.{field}", size) for field, size in parameters.facet_sizes),
        ("facet.az", ",".join(parameters.by_name)),
        ("facet.interval.date", parameters.interval),
        ("page", parameters.page if parameters.page > 1 else None),
        ("cursor", parameters.cursor),
        ("fields", None if parameters.fields is None else ",".join(parameters.fields)),
        ("highlight", None if parameters.highlight else OFF),
    )


def _given(*items: tuple[str, object]) -> Iterator[tuple[str, str]]:
    """Those of `items` that say anything, as text."""
    return ((name, str(value)) for name, value in items if value is not None and value != "")


def toggled(parameters: SearchParameters, field: str, value: str) -> SearchParameters:
    """With `value` asked for; without, where it was already. It is no longer left out."""
    return _selecting(parameters, toggling(parameters.selection(field), value))


def toggling(now: Selection, value: str) -> Selection:
    """The filter that `toggled` makes of the one there is."""
    chosen = _flipped(now.chosen, value)
    return Selection(now.field, chosen, _lacking(now.excluded, value), now.every and bool(chosen))


def excluded(parameters: SearchParameters, field: str, value: str) -> SearchParameters:
    """With `value` left out; without that, where it was already. It is no longer asked for."""
    return _selecting(parameters, excluding(parameters.selection(field), value))


def excluding(now: Selection, value: str) -> Selection:
    """The filter that `excluded` makes of the one there is."""
    chosen = _lacking(now.chosen, value)
    return Selection(now.field, chosen, _flipped(now.excluded, value), now.every and bool(chosen))


def unchosen(parameters: SearchParameters, field: str) -> SearchParameters:
    """Without any of the values of `field` that are asked for."""
    now = replace(parameters.selection(field), chosen=(), every=False)
    return _selecting(parameters, now)


def only(parameters: SearchParameters, field: str, value: str) -> SearchParameters:
    """With `value` for the values any of which would do; besides those that are all asked for."""
    return _selecting(parameters, narrowing(parameters.selection(field), value))


def narrowing(now: Selection, value: str) -> Selection:
    """The filter that `only` makes of the one there is."""
    chosen = tuple(sorted({*now.chosen, value})) if now.every else (value,)
    return Selection(now.field, chosen, _lacking(now.excluded, value), now.every)


def every_or_any(parameters: SearchParameters, field: str) -> SearchParameters:
    """With all of the chosen values asked for where any would do, and the other way round."""
    return _selecting(parameters, switching(parameters.selection(field)))


def switching(now: Selection) -> Selection:
    """The filter that `every_or_any` makes of the one there is."""
    return replace(now, every=not now.every)


def dated(
    parameters: SearchParameters, since: DateBound | None, until: DateBound | None
) -> SearchParameters:
    """Between other dates; a bucket width that was chosen for the old ones is dropped."""
    return first_page(replace(parameters, since=since, until=until, interval=None))


def undated(parameters: SearchParameters) -> SearchParameters:
    """With undated documents; without, where they were asked for already."""
    return first_page(replace(parameters, undated=not parameters.undated))


def without_text(parameters: SearchParameters) -> SearchParameters:
    """Without the query text."""
    plain = replace(parameters, text="", match=Match.ALL, expand=True, unexpanded=())
    return first_page(plain)


def reworded(parameters: SearchParameters, text: str) -> SearchParameters:
    """With another query text."""
    return first_page(replace(parameters, text=text))


def matched(parameters: SearchParameters, match: Match) -> SearchParameters:
    """With all or any of the words asked for."""
    return first_page(replace(parameters, match=match))


def cleared(parameters: SearchParameters) -> SearchParameters:
    """Everything of the same collection, shown in the same manner."""
    return SearchParameters(
        collection=parameters.collection,
        size=parameters.size,
        facets=parameters.facets,
        fields=parameters.fields,
        highlight=parameters.highlight,
    )


def names_toggled(parameters: SearchParameters, key: str) -> SearchParameters:
    """With what is named `key` looked for under that name alone; with its other names, where it was.

    Where no other names were looked for at all, they are again, for everything.
    """
    if not parameters.expand:
        return first_page(replace(parameters, expand=True, unexpanded=()))
    return first_page(replace(parameters, unexpanded=_flipped(parameters.unexpanded, key)))


def as_typed(parameters: SearchParameters) -> SearchParameters:
    """Without other names for anything."""
    return first_page(replace(parameters, expand=False, unexpanded=()))


def ordered(parameters: SearchParameters, sort: Sort | None) -> SearchParameters:
    """In another order."""
    return first_page(replace(parameters, sort=sort))


def explained(parameters: SearchParameters) -> SearchParameters:
    """With the reasons of the scores; without, where they are given already."""
    return replace(parameters, explain=not parameters.explain)


def viewed(parameters: SearchParameters, collection: Collection) -> SearchParameters:
    """In the other collection, with every filter that it has as well."""
    return first_page(in_collection(parameters, collection))


def paged(parameters: SearchParameters, page: int) -> SearchParameters:
    """At another page."""
    return replace(parameters, page=page, cursor=None)


def going_on(parameters: SearchParameters, cursor: str) -> SearchParameters:
    """From where an answer ended."""
    return replace(parameters, page=1, cursor=cursor)


def for_people(parameters: SearchParameters) -> SearchParameters:
    """Without what only programs ask for."""
    if parameters.cursor is None and parameters.fields is None and parameters.highlight:
        return parameters
    return replace(parameters, cursor=None, fields=None, highlight=True)


def followed(parameters: SearchParameters) -> SearchParameters:
    """What a feed of a search hangs on: no order, no page, no facets."""
    return replace(taken_out(parameters), sort=None)


def taken_out(parameters: SearchParameters) -> SearchParameters:
    """What is found and in which order, and nothing else: not how much is shown of it, and how."""
    return replace(
        for_people(parameters),
        size=None,
        facets=None,
        facet_sizes=(),
        by_name=(),
        interval=None,
        explain=False,
        page=1,
    )


def first_page(parameters: SearchParameters) -> SearchParameters:
    """From the first hit on."""
    if parameters.page == 1 and parameters.cursor is None:
        return parameters
    return replace(parameters, page=1, cursor=None)


def _selecting(parameters: SearchParameters, selection: Selection) -> SearchParameters:
    return first_page(with_selection(parameters, selection))


def _lacking(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(item for item in values if item != value)


def _flipped(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return _lacking(values, value) if value in values else tuple(sorted((*values, value)))
