"""What the text of a search asks, other names included, and what each of these finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc import query
from searchsvc.aliases import expand
from searchsvc.query.reading import Use
from searchsvc.query.tree import And, Everything, Or, Synonyms
from searchsvc.web import links
from searchsvc.web.bounds import LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.aliases import Aliases
    from searchsvc.model import Span
    from searchsvc.query.reading import (
        Expansion,
        OtherName,
        ParsedQuery,
        Reading,
        ReadToken,
    )
    from searchsvc.query.tree import Node
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters

MOST_NAMED: Final = 5
"""Names in one text for whose other names the page and the JSON say what each finds."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another name of what was typed, and the search for it in its place.

    What must hold besides stays in that search; words of which any would do instead do not, so
    that all that it finds has the name.

    Attributes:
        name: as shown.
        first, last: years in which the thing bore it; None where not known.
        total: what the search finds; None where it was not counted.
        url: of that search, for this name alone; None where its text would be too long.
    """

    name: str
    first: int | None
    last: int | None
    total: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the text, what else it is called, and how to switch that off or on again.

    Attributes:
        key: as `expand.not` takes it.
        typed, span: the name as typed, and where.
        others: in the order in which they are looked for; where switched off, none is counted.
        off: why the others are not looked for; None where they are.
        toggle_url: the same search without them, or with them again; None where there is no other.
    """

    key: str
    typed: str
    span: Span
    others: tuple[Alternative, ...]
    off: str | None
    toggle_url: str | None

    @property
    def found(self) -> tuple[Alternative, ...]:
        """The other names that find something, or were not counted."""
        return tuple(other for other in self.others if other.total != 0)


def read_text(parameters: SearchParameters, aliases: Aliases) -> ParsedQuery:
    """What the text of a search asks, with other names where these are not switched off."""
    parsed = query.parse(parameters.text, parameters.collection, match=parameters.match)
    return expand(parsed, aliases, off=parameters.unexpanded, on=parameters.expand)


def named(
    parsed: ParsedQuery,
    parameters: SearchParameters,
    addresses: Addresses,
    count: Callable[[SearchParameters], int | None],
) -> Iterator[Named]:
    """The names in the text, once each however often it is typed.

    Args:
        parsed: the text, see `read_text`.
        parameters: the search.
        addresses: where links lead.
        count: what a search finds; None where that is not counted.
    """
    seen: dict[str, Expansion] = {}
    for expansion in parsed.reading.expansions:
        seen.setdefault(expansion.key, expansion)
    for number, expansion in enumerate(seen.values()):
        counted = expansion.off is None and number < MOST_NAMED
        places = [each.span for each in parsed.reading.expansions if each.key == expansion.key]
        others = tuple(
            _alternative(
                other,
                _text_with(other, places, parsed, parameters),
                parameters,
                addresses,
                count if counted else None,
            )
            for other in expansion.others
        )
        toggled = links.names_toggled(parameters, expansion.key)
        known = (
            expansion.off is None
            or not parameters.expand
            or expansion.key in parameters.unexpanded
        )
        yield Named(
            expansion.key,
            expansion.typed,
            expansion.span,
            others,
            expansion.off,
            addresses.to(toggled) if known else None,
        )


def _alternative(
    other: OtherName,
    text: str,
    parameters: SearchParameters,
    addresses: Addresses,
    count: Callable[[SearchParameters], int | None] | None,
) -> Alternative:
    there = links.reworded(parameters, text)
    usable = len(text) <= LONGEST_QUERY
    total = count(there) if usable and count is not None else None
    url = addresses.to(there) if usable else None
    return Alternative(other.name, other.first, other.last, total, url)


def _text_with(
    other: OtherName, places: Sequence[Span], parsed: ParsedQuery, parameters: SearchParameters
) -> str:
    """The text with `other` at `places`, without what would do in its stead."""
    edits = [(span, other.text) for span in places]
    text = _edited(parsed.reading.typed, edits)
    beside = [(span, "") for span in _instead_of(parsed.tree, places)]
    if not beside:
        return text
    alone = _edited(parsed.reading.typed, [*edits, *beside])
    read = query.parse(alone, parameters.collection, match=parameters.match)
    tidy = _edited(alone, [(token.span, "") for token in _void(read.reading)])
    tidied = query.parse(tidy, parameters.collection, match=parameters.match)
    return tidy if tidied.tree == read.tree else alone


def _void(reading: Reading) -> Iterator[ReadToken]:
    """What is ignored: an OR, or brackets, to which nothing is left, and the field before them."""
    void = False
    for token in reversed(reading.tokens):
        void = token.use is Use.IGNORED or (void and token.text.endswith(":"))
        if void:
            yield token


def _instead_of(node: Node, places: Sequence[Span]) -> Iterator[Span]:
    """Where the alternatives stand to what stands at `places`."""
    match node:
        case And(children=children):
            for child in children:
                yield from _instead_of(child, places)
        case Or(children=children):
            holding = [child for child in children if _stands_at(child, places)]
            for child in children if holding else ():
                yield from _instead_of(child, places) if child in holding else _spans(child)
        case _:
            return


def _stands_at(node: Node, places: Sequence[Span]) -> bool:
    return any(
        span.start < place.end and place.start < span.end
        for span in _spans(node)
        for place in places
    )


def _spans(node: Node) -> Iterator[Span]:
    """Of what was typed, leaf by leaf; of what is left out as a whole."""
    match node:
        case And(children=children) | Or(children=children):
            for child in children:
                yield from _spans(child)
        case Synonyms(typed=typed):
            yield from _spans(typed)
        case Everything():
            return
        case _:
            yield node.span


def _edited(text: str, edits: Sequence[tuple[Span, str]]) -> str:
    """`text` with other text at some places that do not overlap."""
    for span, new in sorted(set(edits), reverse=True):  # pieces of one word share its span
        text = text[: span.start] + new + text[span.end :]
    return " ".join(text.split()) if any(not new for _, new in edits) else text
