"""What only the page of a search shows: where its switches lead, and what narrows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import Sort
from searchsvc.model import Collection
from searchsvc.query import Match
from searchsvc.web import formatting, links
from searchsvc.web.answer import ArticleHit, Link
from searchsvc.web.language import N_, _, pgettext
from searchsvc.web.parameters import SearchParameters, in_collection
from searchsvc.web.reads.addresses import compare_address
from searchsvc.web.reads.compare import comparing
from searchsvc.web.versions import STORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from searchsvc.query.reading import Reading
    from searchsvc.web.answer import Answer, Pager
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import Selection

MATRIX: Final = "matrix"
TIMELINE: Final = "timeline"
COMPARE: Final = "compare"
TIMELINE_PATH: Final = "/timeline"
COMPARE_PATH: Final = "/compare"
_PAGES_AROUND: Final = 2
_SHOWN: Final = 100
"""Characters of a filter that a view is without."""

_SORT_LABELS: Final = {
    Sort.RELEVANCE: N_("Relevance"),
    Sort.FRESH: N_("Relevance, newer first"),
    Sort.NEWEST: N_("Newest first"),
    Sort.OLDEST: N_("Oldest first"),
}
_VIEW_LABELS: Final = {
    Collection.STATEMENTS: N_("Statements"),
    Collection.ARTICLES: N_("Articles"),
}
_CHARTS: Final = (
    (TIMELINE, N_("Timeline"), TIMELINE_PATH),
    (MATRIX, N_("Matrix"), links.MATRIX_PATH),
)
"""Views of the numbers of a search: name, label and path."""


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at a search.

    Attributes:
        without: what of the search its link leaves out, in words, each once; see `Link` for the rest.
    """

    label: str
    url: str
    current: bool
    without: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All that it leaves out; empty where that is nothing."""
        return _("without %(filters)s", filters="; ".join(self.without)) if self.without else ""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that narrows the search, and the address of the search without it.

    Attributes:
        label: which sort of thing: `Speaker`, `Text`; empty for a manner of reading the text.
        value: what is asked for or left out, in words.
        filter: whether it narrows the search beside the text.
    """

    label: str
    value: str
    excluded: bool
    url: str
    filter: bool = True


@dataclass(frozen=True, slots=True)
class Controls:
    """The switches around one answer.

    Attributes:
        views: the two collections, over time, the matrix, two sides.
        sorts: the orders that make sense for this search.
        constraints: everything that narrows it.
        pages: those near this one, the first and the last; None for a gap.
        clear_url: the search without any of the constraints.
        as_typed_url: the same search without other names for anything.
        explain_url: to have scores explained, or no longer; None where there are none.
        data_url: of the JSON.
    """

    views: tuple[View, ...]
    sorts: tuple[Link, ...]
    constraints: tuple[Constraint, ...]
    pages: tuple[Link | None, ...]
    clear_url: str
    as_typed_url: str
    explain_url: str | None
    data_url: str


def controls(answer: Answer, addresses: Addresses) -> Controls:
    """The switches around `answer`, leading where `addresses` say."""
    parameters = answer.parameters
    explained = _to(addresses, links.explained(parameters)) if answer.sort.scored else None
    titles = _titles(answer)
    return Controls(
        views=views(parameters, addresses, now=parameters.collection.value, titles=titles),
        sorts=_sorts(parameters, addresses, now=answer.sort, usual=answer.usual_sort),
        constraints=tuple(
            constraints(
                parameters,
                answer.reading,
                lambda changed: _to(addresses, changed),
                titles=titles,
            )
        ),
        pages=tuple(_pages(parameters, addresses, answer.pager)),
        clear_url=_to(addresses, links.cleared(parameters)),
        as_typed_url=_to(addresses, links.as_typed(parameters)),
        explain_url=explained,
        data_url=links.address(addresses.root + links.API_SEARCH_PATH, parameters),
    )


def _to(addresses: Addresses, parameters: SearchParameters) -> str:
    """The address of another search, however long: they are few, and the page's own was taken."""
    return links.address(addresses.here, parameters)


def views(
    parameters: SearchParameters,
    addresses: Addresses,
    *,
    now: str,
    besides: tuple[str, ...] = (),
    titles: Mapping[str, str] = MappingProxyType({}),
) -> tuple[View, ...]:
    """The ways to look at a search: the hits of each collection, over time, in a matrix, compared.

    Args:
        parameters: the search.
        addresses: where the hits are shown.
        now: the name of the collection whose hits are shown, or of the other view.
        besides: what narrows only the view that is shown, in words; the others are without it.
        titles: as in `constraints`.
    """

    def view(label: str, name: str, url: str, collection: Collection) -> View:
        current = now == name
        lost = () if current else (*_lacking(parameters, collection, titles), *besides)
        return View(label, url, current, tuple(map(_shortened, lost)))

    hits = [
        view(_(label), each.value, _to(addresses, links.viewed(parameters, each)), each)
        for each, label in _VIEW_LABELS.items()
    ]
    followed, same = links.followed(parameters), parameters.collection
    charts = [
        view(_(label), name, links.address(addresses.root + path, followed), same)
        for name, label, path in _CHARTS
    ]
    sides = compare_address(addresses.root, comparing(parameters), COMPARE_PATH)
    there = sides or addresses.root + COMPARE_PATH
    return (*hits, *charts, view(_("Compare"), COMPARE, there, Collection.STATEMENTS))


def _lacking(
    parameters: SearchParameters, collection: Collection, titles: Mapping[str, str]
) -> tuple[str, ...]:
    """The filters that `collection` does not have, in words."""
    kept = in_collection(parameters, collection).selections
    lost = tuple(each for each in parameters.selections if each not in kept)
    alone = SearchParameters(collection=parameters.collection, selections=lost)
    left_out = pgettext("before what is left out", "not")
    return tuple(
        f"{label}: {f'{left_out} ' if excluded else ''}{value}"
        for label, value, excluded, _changed in _relaxations(alone, titles)
    )


def _shortened(words: str) -> str:
    """As much of them as is shown in a row with others."""
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


def _sorts(
    parameters: SearchParameters, addresses: Addresses, *, now: Sort, usual: Sort
) -> tuple[Link, ...]:
    """The orders; where words would not order the hits anyway, relevance is not offered."""
    return tuple(
        Link(
            _(label),
            _to(addresses, links.ordered(parameters, None if sort is usual else sort)),
            current=sort is now,
        )
        for sort, label in _SORT_LABELS.items()
        if not sort.scored or now.scored or usual.scored
    )


def _titles(answer: Answer) -> dict[str, str]:
    """The headline of each story that is shown: that of the first of its versions."""
    titles: dict[str, str] = {}
    for hit in answer.hits:
        if isinstance(hit, ArticleHit) and hit.document.story:
            titles.setdefault(hit.document.story, hit.document.title)
    return titles


def constraints(
    parameters: SearchParameters,
    reading: Reading,
    to: Callable[[SearchParameters], str],
    *,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Constraint]:
    """Everything that narrows the search, and how its text is read, in the order of the page.

    Args:
        parameters: the search.
        reading: of its text.
        to: gives the address of the search without a constraint.
        titles: headlines of stories, as far as they are at hand.
    """
    for label, value, changed in _of_text(parameters, reading) if parameters.text else ():
        yield Constraint(label, value, excluded=False, url=to(changed), filter=False)
    for label, value, excluded, relaxed in _relaxations(parameters, titles):
        yield Constraint(label, value, excluded=excluded, url=to(relaxed))


def _of_text(
    parameters: SearchParameters, reading: Reading
) -> Iterator[tuple[str, str, SearchParameters]]:
    """Label and value of the text and of how it is read, and the search without that."""
    yield _("Text"), parameters.text, links.without_text(parameters)
    if parameters.match is Match.ANY:
        yield "", _("any of the words"), links.matched(parameters, Match.ALL)
    if not parameters.expand:
        yield "", _("only as typed"), links.names_toggled(parameters, "")
        return
    typed = {each.key: each.typed for each in reading.expansions}
    for key in parameters.unexpanded:
        yield (
            "",
            _("“%(name)s” only as typed", name=typed.get(key, key)),
            links.names_toggled(parameters, key),
        )


def _relaxations(
    parameters: SearchParameters, titles: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, str, bool, SearchParameters]]:
    """Label and value of each filter, whether it leaves out, and the search without it."""
    for selection in parameters.selections:
        field = selection.field
        label = formatting.field_label(field, parameters.collection)
        words_of = _told_apart(selection, titles)
        for value in selection.chosen:
            yield label, words_of[value], False, links.toggled(parameters, field, value)
        for value in selection.excluded:
            yield label, words_of[value], True, links.excluded(parameters, field, value)
    date = formatting.field_label("date", parameters.collection)
    since, until = parameters.since, parameters.until
    if since is not None and since == until:
        words = formatting.bucket(str(since))
        yield date, words, False, links.dated(parameters, None, None)
    else:
        if since is not None:
            words = formatting.since(str(since))
            yield date, words, False, links.dated(parameters, None, until)
        if until is not None:
            words = formatting.until(str(until))
            yield date, words, False, links.dated(parameters, since, None)
    if parameters.undated:
        yield date, formatting.missing_label("date"), False, links.undated(parameters)


def _told_apart(selection: Selection, titles: Mapping[str, str]) -> dict[str, str]:
    """What each value of a filter is called: stories by their headlines, where there are several."""
    values = (*selection.chosen, *selection.excluded)
    words = {value: formatting.chosen_label(selection.field, value) for value in values}
    if selection.field != STORY:
        return words
    for value in _alike(words):
        if value in titles:
            words[value] = _("versions of “%(title)s”", title=titles[value])
    for number, value in enumerate(_alike(words), start=1):
        words[value] = f"{words[value]} ({formatting.number(number)})"
    return words


def _alike(words: Mapping[str, str]) -> tuple[str, ...]:
    """The values that another one is called like."""
    often = Counter(words.values())
    return tuple(value for value, called in words.items() if often[called] > 1)


def _pages(
    parameters: SearchParameters, addresses: Addresses, pager: Pager
) -> Iterator[Link | None]:
    page, pages = pager.page, pager.last_page
    near = {1, pages, *range(page - _PAGES_AROUND, page + _PAGES_AROUND + 1)}
    shown = sorted(number for number in near if 1 <= number <= pages)
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            yield None
        url = _to(addresses, links.paged(parameters, number))
        yield Link(formatting.number(number), url, current=number == page)
