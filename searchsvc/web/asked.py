"""What the text of a search asks, other names included, and what each of these finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc import query
from searchsvc.aliases import expand
from searchsvc.web import links
from searchsvc.web.schemas import LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchsvc.aliases import Aliases
    from searchsvc.model import Span
    from searchsvc.query.reading import Expansion, OtherName, ParsedQuery, Reading
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters

MOST_NAMED: Final = 5
"""Names in one text for whose other names the page and the JSON say what each finds."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another name of what was typed, and the search for it in its place.

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
    reading: Reading,
    parameters: SearchParameters,
    addresses: Addresses,
    count: Callable[[SearchParameters], int],
) -> Iterator[Named]:
    """The names in the text, once each however often it is typed.

    Args:
        reading: of the text.
        parameters: the search.
        addresses: where links lead.
        count: what a search finds.
    """
    seen: dict[str, Expansion] = {}
    for expansion in reading.expansions:
        seen.setdefault(expansion.key, expansion)
    for number, expansion in enumerate(seen.values()):
        counted = expansion.off is None and number < MOST_NAMED
        others = tuple(
            _alternative(other, expansion, reading, parameters, addresses, count if counted else None)
            for other in expansion.others
        )  # fmt: skip
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
    expansion: Expansion,
    reading: Reading,
    parameters: SearchParameters,
    addresses: Addresses,
    count: Callable[[SearchParameters], int] | None,
) -> Alternative:
    text = reading.typed
    for same in reversed(reading.expansions):
        if same.key == expansion.key:
            text = text[: same.span.start] + other.text + text[same.span.end :]
    there = replace(parameters, text=text, page=1)
    usable = len(text) <= LONGEST_QUERY
    total = count(there) if usable and count is not None else None
    url = addresses.to(there) if usable else None
    return Alternative(other.name, other.first, other.last, total, url)
