"""Single changes that would find more, as links that say how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from searchsvc.model import Collection
from searchsvc.query import Match
from searchsvc.repairs import (
    Asked,
    ChoiceChange,
    CollectionChange,
    DateChange,
    FilterChange,
    Kind,
    Limits,
    MatchChange,
    NamesChange,
    TextChange,
    repairs_for,
)
from searchsvc.web import formatting, links
from searchsvc.web.answer import RepairLink, RepairLinks
from searchsvc.web.bounds import LONGEST_QUERY
from searchsvc.web.language import N_, _, pgettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.engine.contract import Reader, SearchRequest
    from searchsvc.query.reading import Reading
    from searchsvc.repairs import Change, Repair, Repairs
    from searchsvc.settings import SearchSettings
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters

_WIDER: Final = N_("Read the words more widely")
_GROUPS: Final = {
    Kind.SPELLING: N_("Write a word otherwise"),
    Kind.NAMES: _WIDER,
    Kind.EXACT: _WIDER,
    Kind.PHRASE: _WIDER,
    Kind.FIELD: _WIDER,
    Kind.PREFIX: _WIDER,
    Kind.ANY: _WIDER,
    Kind.WORD: N_("Leave some of the text away"),
    Kind.TEXT: N_("Leave some of the text away"),
    Kind.FILTER: N_("Drop a filter"),
    Kind.DATE: N_("Drop a filter"),
    Kind.COLLECTION: N_("Look elsewhere"),
}
COLLECTIONS: Final = {Collection.STATEMENTS: N_("statements"), Collection.ARTICLES: N_("articles")}


def group_of(kind: str) -> str:
    """The heading that a change of this kind stands under."""
    return _(_GROUPS[Kind(kind)])


@dataclass(frozen=True, slots=True)
class Answered:
    """A search, how it was read, and what it found."""

    parameters: SearchParameters
    reading: Reading
    request: SearchRequest
    total: int


def find_repairs(
    reader: Reader,
    settings: SearchSettings,
    answered: Answered,
    request_of: Callable[[SearchParameters], SearchRequest],
) -> Repairs:
    """What would find more than was found.

    Args:
        reader: that answered.
        settings: say how much is tried.
        answered: the search.
        request_of: the question to the engine that an address asks.

    Raises:
        EngineError: the engine cannot answer.
    """
    parameters = answered.parameters

    def request_for(change: Change) -> SearchRequest | None:
        there = changed(parameters, change)
        return None if there is None else request_of(there)

    asked = Asked(
        parameters.text,
        parameters.match,
        answered.request,
        answered.total,
        known=tuple(each.span for each in answered.reading.expansions),
        as_typed=tuple(_as_typed(answered)),
    )
    limits = Limits(few=settings.few_hits, most=settings.repairs)
    return repairs_for(reader, asked, request_for, limits=limits)


def _as_typed(answered: Answered) -> Iterator[NamesChange]:
    """Names of which other names were not looked for, because that was switched off."""
    keys = {each.key: each.typed for each in answered.reading.expansions}
    if not answered.parameters.expand:
        if keys:
            yield NamesChange("", ", ".join(keys.values()))
        return
    for key, typed in keys.items():
        if key in answered.parameters.unexpanded:
            yield NamesChange(key, typed)


def repair_links(
    repairs: Repairs, parameters: SearchParameters, addresses: Addresses
) -> RepairLinks:
    """`repairs` of the search that `parameters` ask for, with words and addresses."""
    spelling = repairs.did_you_mean
    return RepairLinks(
        repairs.nowhere,
        None if spelling is None else _link(spelling, parameters, addresses),
        tuple(_link(each, parameters, addresses) for each in repairs.found),
        repairs.uncounted,
    )


def changed(parameters: SearchParameters, change: Change) -> SearchParameters | None:
    """The search after `change`; None where no address can ask for it, or for that alone."""
    match change:
        case TextChange(text=text):
            return _rewritten(parameters, text)
        case MatchChange():
            return links.matched(parameters, Match.ANY)
        case NamesChange(key=key):
            return links.names_toggled(parameters, key)
        case ChoiceChange(field=field):
            return links.unchosen(parameters, field)
        case FilterChange(field=field, value=value, excluded=True):
            return links.excluded(parameters, field, value)
        case FilterChange(field=field, value=value):
            return links.toggled(parameters, field, value)
        case DateChange(first=first, last=last, undated=undated):
            there = links.undated(parameters) if undated else parameters
            since, until = parameters.since, parameters.until
            return links.dated(there, None if first else since, None if last else until)
        case CollectionChange(collection=collection):
            there = links.viewed(parameters, collection)
            return there if there.selections == parameters.selections else None
    assert_never(change)


def _rewritten(parameters: SearchParameters, text: str) -> SearchParameters | None:
    if not text:
        return links.without_text(parameters)
    return links.reworded(parameters, text) if len(text) <= LONGEST_QUERY else None


def _link(repair: Repair, parameters: SearchParameters, addresses: Addresses) -> RepairLink:
    there = changed(parameters, repair.change) or parameters
    label, what = _words(repair.change, parameters)
    return RepairLink(
        kind=repair.change.kind,
        group=group_of(repair.change.kind),
        label=label,
        change=what,
        text=there.text,
        total=repair.total,
        collection=there.collection,
        url=addresses.to(there),
    )


def _words(change: Change, parameters: SearchParameters) -> tuple[str, str]:
    """What is done, and with what or to what."""
    match change:
        case TextChange():
            return _text_words(change)
        case MatchChange():
            return _("any of the words instead of all"), ""
        case NamesChange(typed=typed):
            return _("with other names of"), typed
        case ChoiceChange(field=field):
            chosen = parameters.selection(field).chosen
            labels = (formatting.chosen_label(field, value) for value in chosen)
            either = pgettext("between alternatives", " or ").join(labels)
            return _("without"), _filter_words(field, either, parameters)
        case FilterChange(field=field, value=value, excluded=excluded):
            task = _("no longer leaving out") if excluded else _("without")
            label = formatting.chosen_label(field, value)
            return task, _filter_words(field, label, parameters)
        case DateChange():
            return _("without"), _filter_words("date", _date_words(change, parameters), parameters)
        case CollectionChange(collection=collection):
            return pgettext("a collection", "in"), _(COLLECTIONS[collection])
    assert_never(change)


def _text_words(change: TextChange) -> tuple[str, str]:
    match change.kind:
        case Kind.SPELLING:
            return _("instead of “%(word)s”", word=change.of), change.to
        case Kind.EXACT:
            return _("every form of"), change.to
        case Kind.PHRASE:
            return _("not side by side:"), change.to
        case Kind.FIELD:
            return _("in any field:"), change.to
        case Kind.PREFIX:
            return _("all words of the form"), change.to
        case Kind.TEXT:
            return _("without any of the words"), ""
    return _("without"), change.of


def _filter_words(field: str, value: str, parameters: SearchParameters) -> str:
    return f"{formatting.field_label(field, parameters.collection)}: {value}"


def _date_words(change: DateChange, parameters: SearchParameters) -> str:
    since, until = parameters.since, parameters.until
    words = []
    if change.first and change.last and since == until:
        words.append(formatting.bucket(str(since)))
    else:
        if change.first and since is not None:
            words.append(formatting.since(str(since)))
        if change.last and until is not None:
            words.append(formatting.until(str(until)))
    if change.undated:
        words.append(formatting.missing_label("date"))
    return " ".join(words)
