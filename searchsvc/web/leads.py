"""Where the parts of a hit lead, and what matched in its names: made when a face shows it.

The JSON of a search has none of the links, and the page all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from searchsvc.documents import facet_values
from searchsvc.snippets import highlights
from searchsvc.web import formatting, links, variants
from searchsvc.web.answer import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.model import Document, Span
    from searchsvc.query.tree import Node
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.variants import Variants


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the hits of one answer lead.

    Attributes:
        tree: what to highlight.
        parameters: the search that links narrow.
        addresses: where links lead.
    """

    tree: Node
    parameters: SearchParameters
    addresses: Addresses
    _around: dict[str, Variants] = field(default_factory=dict)
    _links: dict[tuple[str, str], tuple[Link, ...]] = field(default_factory=dict)

    def in_name(self, name: str) -> tuple[Span, ...]:
        """What matched in the name of a speaker."""
        return highlights(name, self.tree, "speaker")

    def sharing(self, document: Document, field: str) -> tuple[Link, ...]:
        """To the documents found that share a value of `field` with `document`, value by value."""
        known = self._links.get((document.id, field))
        if known is None:  # templates ask several times
            known = self._links[document.id, field] = tuple(self._made(document, field))
        return known

    def _made(self, document: Document, field: str) -> Iterator[Link]:
        now = self.parameters.selection(field)
        around = self._around.get(field)
        if around is None:
            around = variants.of_field(self.addresses, self.parameters, field)
            self._around[field] = around
        for value in facet_values(document, field):
            there = links.narrowing(now, value)
            label = formatting.value_label(field, value)
            yield Link(label, around.selecting(there), current=there == now)

    def sharing_one(self, document: Document, field: str, label: str) -> Link | None:
        """To those that share the value that is shown as `label`; None where there is none."""
        leading = self.sharing(document, field)
        return next((link for link in leading if link.label == label), None)
